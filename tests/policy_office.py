"""A change of the policy as a CISO asks for it and others approve it."""

import json
import shutil
from pathlib import Path
from typing import Any, Final

from ringwall.base.clock import FixedClock
from ringwall.institute import Institute
from ringwall.model.declarations import dump_document
from tests.example import DENY_ROW, NOON, apply, declare
from tests.office import HOUR, Office, key_entry

__all__ = ["LATER", "RECORD", "PolicyOffice", "edited"]

RECORD: Final = "record:policies"
LATER: Final = NOON + 25 * HOUR
"""When it is used: a day that some rows ask to wait for is over."""
_QUORUM: Final = (("grace", "custodian"), ("radia", "security-officer"))
_DIRECTOR: Final = ("niels", "raid-director")
_SIGNERS: Final = ("marian", "grace", "radia", "niels")


def edited(folder: Path, row: str = DENY_ROW) -> Path:
    """Return a copy of an institute's policies and threat models with one more row."""
    draft = folder.parent / "draft"
    for part in ("policies", "threat_models"):
        shutil.copytree(folder / part, draft / part)
    rows = draft / "policies" / "access" / "policy.csv"
    rows.write_text(f"{rows.read_text()}{row}\n")
    return draft


class PolicyOffice(Office):
    """The desk for grants, at which the CISO asks for a change of the policy.

    Args:
        folder: of the example institute, with a folder around it.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        # Policies change here, so they are read anew each time.
        self.institute = Institute(folder, self.clock)
        known = self.institute.facts().documents()
        people: list[dict[str, Any]] = []
        for name in _SIGNERS:
            document = dump_document(known[f"user:{name}"])
            document.pop("kind", None)
            key = {**key_entry(name), "hardware": True}
            people.append({**document, "keys": [key]})
        apply(self.institute, declare(folder.parent, json.dumps({"people": people})))

    def asked(self, digest: str, record: str = RECORD) -> str:
        """Return the id of a request for a change to what has a digest."""
        return self.opened(
            subject="user:marian",
            action="policy.change",
            resource=record,
            purpose="the new row is to count",
            until=NOON + 48 * HOUR,
            uses=1,
            binds=digest,
        )

    def approved(self, name: str, *, director: bool = True) -> str:
        """Approve a request as its quorum does; without the director it lacks one."""
        for who, seat in (*_QUORUM, _DIRECTOR) if director else _QUORUM:
            self.approve(name, who, seat)
        return name

    def later(self) -> Institute:
        """Return the institute a day later."""
        self.close()
        self._desk = None
        return Institute(self.institute.folder, FixedClock(LATER))
