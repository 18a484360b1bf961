"""An institute with a vault in tests: who seals, who reads, and what they get."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from ringwall.base.clock import FixedClock
from ringwall.institute import Gatekeeper, Institute
from ringwall.model.events import Event
from ringwall.vault.binding import binds_of
from ringwall.vault.desk import Vault
from ringwall.vault.keys.keyring import Keyring
from ringwall.vault.sealing import Sealed
from tests.example import NOON, apply, declare, declared
from tests.office import DAY, Office, keyed
from tests.recorded import newest_first

__all__ = [
    "ASSET",
    "CUSTODIAN",
    "DESK",
    "NAME",
    "READER",
    "VaultOffice",
    "content",
    "found_example",
    "found_vault",
]

ASSET: Final = "weights:aurora-2"
NAME: Final = "model.safetensors"
DESK: Final = "point:vault-desk"
"""Where custodians work; in an isolated network."""
CUSTODIAN: Final[dict[str, Any]] = {
    "subject": "user:dennis",
    "authn": "hardware-fresh",
    "purpose": "a purpose that is stated",
}
READER: Final[dict[str, Any]] = {"subject": "user:ada", "authn": "hardware-fresh"}

_PRESENT: Final = ("user:grace",)
_APPROVERS: Final = (("grace", "custodian"), ("cleo", "custodian"), ("marian", "ciso"))


def content(size: int, seed: int = 0) -> bytes:
    """Return bytes that don't repeat soon."""
    words = ((seed + n) * 2654435761 % 2**64 for n in range(size // 8 + 1))
    return b"".join(word.to_bytes(8) for word in words)[:size]


def found_vault(folder: Path) -> None:
    """Give a copy of the example institute people with keys, and keys for its vault."""
    institute = Institute(folder, FixedClock(NOON))
    text = keyed(institute.facts())
    apply(institute, declare(folder.parent, text))
    keyring = Keyring(folder / "keys" / "vault", FixedClock(NOON))
    for name in ("vault-1", "vault-2"):
        keyring.make(name, "file")
    keyring.make("west", "recipient")


class VaultOffice(Office):
    """An office with a vault.

    Args:
        folder: as `found_vault` leaves it.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder
        self.scratch = folder.parent

    @contextmanager
    def gate(self, point: str = DESK) -> Iterator[Gatekeeper]:
        """Lend a gate of its own, as another process would have it."""
        with self.institute.gatekeeper(point) as gate:
            yield gate

    def source(self, data: bytes, name: str = NAME) -> Path:
        """Return a file that is to be sealed."""
        path = self.scratch / name
        path.write_bytes(data)
        return path

    def sealed(
        self,
        vault: Vault,
        data: bytes,
        name: str = NAME,
        **words: Any,  # noqa: ANN401 - words of a test
    ) -> Sealed:
        """Return what came of sealing some bytes under a name."""
        path = self.source(data, "to-be-sealed")
        words = {"asset": ASSET, "key": "vault-1", "file": name, **CUSTODIAN, **words}
        return vault.seal(path, **words)

    def grant_of(self, action: str, binds: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - words of a test
        """Return the words of who asks under a grant that a quorum has given."""
        wish = {
            "action": action,
            "resource": ASSET,
            "purpose": CUSTODIAN["purpose"],
            "until": NOON + DAY,
            "binds": binds,
            **changes,
        }
        name = self.opened(**wish)
        for who, seat in _APPROVERS:
            # Once there are enough, the request is closed.
            if self.state(name) != "granted":
                self.approve(name, who, seat)
        return {**CUSTODIAN, "grant": name, "present": _PRESENT}

    def to_copy(
        self, container: str, key: str = "west", to: str = "site:hub-west"
    ) -> dict[str, Any]:
        """Return the words of who may copy a container."""
        return self.grant_of("weights.copy", binds_of(container, key=key, to=to))

    def to_rewrap(self, container: str, key: str = "vault-2") -> dict[str, Any]:
        """Return the words of who may rewrap a container."""
        return self.grant_of("weights.rewrap", binds_of(container, key=key))

    def to_destroy(self, container: str) -> dict[str, Any]:
        """Return the words of who may destroy a container."""
        return self.grant_of("weights.delete", binds_of(container))

    def events(self, kind: str = "") -> list[Event]:
        """Return what is on record, the newest first; of one kind, or all."""
        ledger = self.institute.ledger(writable=False)
        try:
            found = [entry.event for entry in newest_first(ledger)]
        finally:
            ledger.close()
        return [event for event in found if kind in {"", event["kind"]}]

    def alarms(self) -> list[str]:
        """Return what was found damaged, the newest first."""
        raised = self.events("alarm.raised")
        return [one["found"] for one in raised if one["code"] == "container-damaged"]


def found_example(folder: Path) -> Path:
    """Return a new example institute with a vault, made in a folder."""
    apply(Institute.create(folder, clock=FixedClock(NOON)), declared())
    found_vault(folder)
    return folder
