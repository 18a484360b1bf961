"""An institute with an incident desk in tests: its people, its reports, its desk."""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from ringwall.base.clock import FixedClock, format_instant
from ringwall.base.errors import RingwallError
from ringwall.gate.asker import Who
from ringwall.institute import Gatekeeper, Institute
from ringwall.model.declarations import dump_document
from ringwall.model.events import Event
from ringwall.model.raid_events import INBOX
from ringwall.raid.acting import Acting
from ringwall.raid.desk import RaidDesk
from ringwall.raid.ids import new_id
from ringwall.raid.rule_files import keep_files, read_files
from ringwall.raid.rules import ProposedRules
from ringwall.raid.scene import Scene
from ringwall.registry.declaration_file import read_declarations
from ringwall.shipped import shipped_path
from tests.example import NOON, apply, declare
from tests.office import DAY, Office, key_entry

__all__ = [
    "DAY",
    "DRILL",
    "POINT",
    "ROLES",
    "RaidOffice",
    "adopted",
    "armed_clock",
    "code_of",
    "found_raid",
    "given",
    "opened_case",
    "refused",
    "report_document",
    "who",
]

DRILL: Final = Path(__file__).resolve().parents[1] / "examples" / "incident_drill"
POINT: Final = "point:raid-desk"
ROLES: Final[Mapping[str, str]] = {
    "ruth": "raid-intake",
    "joan": "raid-analyst",
    "dorothy": "raid-analyst",
    "rosalind": "raid-lead",
    "agnes": "raid-lead",
    "mileva": "raid-compartment-officer",
    "vint": "raid-routing-officer",
    "ole": "raid-clock-officer",
    "elinor": "raid-release-approver",
    "chien": "raid-liaison",
    "hertha": "raid-auditor",
    "niels": "raid-director",
}
"""Name of a person of the desk -> their role; all are of the team `raid-desk`."""

_WITH_KEYS: Final = ("ole", "rosalind", "elinor", "joan", "niels")
_SEATS: Final = (("rosalind", "raid-lead"), ("elinor", "raid-release-approver"))


def who(name: str, *, grant: str = "", purpose: str = "work on incidents") -> Who:
    """Return the words with which somebody of the desk asks."""
    words: Who = {
        "subject": f"user:{name}",
        "authn": "hardware-fresh",
        "purpose": purpose,
    }
    if grant:
        words["grant"] = grant
    return words


def found_raid(folder: Path) -> None:
    """Give a copy of the example institute the people of its incident desk.

    The rules that its first act founds it with are kept already: to write them takes
    longer than most tests.
    """
    keep_files(folder, read_files(shipped_path("raid")))
    institute = Institute(folder, FixedClock(NOON))
    apply(institute, read_declarations([DRILL / "people.yaml"]))
    known = institute.facts().documents()
    people = [
        {**dump_document(known[f"user:{name}"]), "keys": [key_entry(name)]}
        for name in _WITH_KEYS
    ]
    # The analyst's second account, by which nobody becomes a second person.
    second = dump_document(known["user:rosalind"])
    second |= {"id": "user:joan-2", "account_of": "user:joan"}
    people.append({k: v for k, v in second.items() if k != "keys"})
    apply(institute, declare(folder.parent, json.dumps({"people": people})))


def report_document(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - of a report
    """Return a report with all that must be answered; None leaves an answer out."""
    document = {
        "title": "Scheduling assistant double-booked a ward",
        "narrative": "The assistant booked two teams into one ward on one morning.",
        "kind": "incident",
        "occurred": {"from": "2026-11-19"},
        "aware": "2026-11-20T08:30:00Z",
        "systems": [{"name": "Rota", "developer": "Example Systems"}],
        "states": ["DE"],
        "harms": ["none"],
        "weights": "no",
        "behaviour": "none",
        "danger": "no",
        "public": "no",
    }
    return {k: v for k, v in {**document, **changes}.items() if v is not None}


class RaidOffice(Office):
    """An institute whose incident desk is staffed; see `ROLES`.

    Args:
        folder: as `found_raid` leaves it.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder

    @contextmanager
    def gate(self, point: str = POINT) -> Iterator[Gatekeeper]:
        """Lend a gate of its own, as another process would have it."""
        with self.institute.gatekeeper(point) as gate:
            yield gate

    @contextmanager
    def raid(self) -> Iterator[RaidDesk]:
        """Lend an incident desk of its own."""
        with self.gate() as gate:
            yield gate.raid

    def void_grant(self, case: str, purpose: str = "work on incidents") -> str:
        """Return the id of a grant of two, to the officer, to void clocks of a case."""
        name = self.opened(
            subject="user:ole",
            action="raid.clock",
            resource=case,
            purpose=purpose,
            until=self.clock.now() + DAY,
        )
        for person, seat in _SEATS:
            self.approve(name, person, seat)
        return name

    def events(self, kind: str = "") -> list[Event]:
        """Return what is on record, in its order, of one kind or of all."""
        ledger = self.institute.ledger(writable=False)
        try:
            found = [ledger.entry(n).event for n in range(ledger.head().size)]
        finally:
            ledger.close()
        return [event for event in found if kind in ("", event["kind"])]


def given(
    acting: Acting,
    document: Mapping[str, Any] | None = None,
    by: str = "ruth",
    **columns: str | int,
) -> str:
    """Take in a report past the counter of intake, and return its id.

    Args:
        acting: of a desk.
        document: the report; one of no interest if None.
        by: name of the clerk.
        **columns: of its row.
    """
    report = new_id("raid.report")
    said = {"document": dict(document or report_document())}

    def make(scene: Scene) -> list[Event]:
        card = {
            "received": format_instant(scene.now),
            "channel": "desk",
            "digest": secrets.token_hex(32),
            "receipt": secrets.token_hex(32),
            "kind": str(said["document"].get("kind", "unknown")),
            "tlp": "amber",
            **columns,
        }
        scene.require("schema-minimum", report, holds=True)
        return [scene.event("raid.report", report, "receive", None, card, said)]

    acting.act(who(by), "raid.intake", INBOX, make)
    return report


def adopted(
    desk: RaidDesk, reason: str = "three have left", folder: Path | None = None
) -> ProposedRules:
    """Have the director propose rules and a lead second them; return what was proposed.

    Args:
        desk: of an institute.
        reason: in words.
        folder: of the rules; the institute's if None.
    """
    done = desk.rules.adopt(who("niels"), reason, folder)
    desk.proposals.second(who("rosalind"), done.proposal)
    return done


def opened_case(
    desk: RaidDesk,
    document: Mapping[str, Any] | None = None,
    by: str = "joan",
    **columns: str | int,
) -> tuple[str, str]:
    """Take in a report, open a case for it, and return the ids of both.

    Args:
        desk: of an institute.
        document: the report; one of no interest if None.
        by: name of who opens it.
        **columns: of the report's row.
    """
    report = given(desk.acting, document, "ruth", **columns)
    done = desk.screening.open(who(by), report, "B2")
    return report, done.events[1]["id"]


def armed_clock(desk: RaidDesk, case: str, owed: str = "host") -> str:
    """Arm a clock of no rule in particular, past the counter of clocks.

    Args:
        desk: of an institute.
        case: id.
        owed: by whom.

    Returns:
        Its id.
    """
    clock = new_id("raid.clock")

    def make(scene: Scene) -> list[Event]:
        scene.require("rule-sourced", clock, holds=True)
        card = {"owed": owed, "rule": "NIS2-23"}
        return [scene.event("raid.clock", clock, "arm", None, card, {}, case=case)]

    desk.acting.act(who("ole"), "raid.arm", case, make)
    return clock


def refused(act: Callable[..., object], *words: object, **more: object) -> str:
    """Return the code with which an act is refused, and that tells what to do next."""
    with pytest.raises(RingwallError) as caught:
        act(*words, **more)
    return code_of(caught.value)


def code_of(error: RingwallError) -> str:
    """Return the code of an error that tells what to do next."""
    assert error.next_step or error.faults
    return error.code
