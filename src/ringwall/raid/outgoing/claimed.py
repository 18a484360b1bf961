"""What is claimed for an exit, and how much of it is on record.

Must never take for met what only somebody says, where the desk can look it up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ringwall.ledger.asking.raid_rows import RaidQuestion
from ringwall.model.parties import Person
from ringwall.raid.guards import is_told
from ringwall.raid.outgoing.exits import Ground
from ringwall.raid.routing.facts import CaseFacts
from ringwall.raid.routing.rows import Contact
from ringwall.raid.scene import Scene
from ringwall.raid.shield.mailbox import REPORTER_SIDE

__all__ = ["LEGAL_OFFICER", "Claimed", "ground_of"]

LEGAL_OFFICER: Final = "raid-clock-officer"
"""Role of whoever brings an order of a court."""

_MESSAGE: Final = "raid.message"


@dataclass(frozen=True, slots=True)
class Claimed:
    """What somebody claims for an exit.

    Attributes:
        exit: its id.
        provision: of law, in words.
        binds: why it binds the institute, in words.
        order: court and docket, in words.
        consents: ids of the messages by which reporters agree.
    """

    exit: str
    provision: str = ""
    binds: str = ""
    order: str = ""
    consents: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "exit": self.exit,
            "provision": self.provision,
            "binds": self.binds,
            "order": self.order,
            "consents": list(self.consents),
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Claimed":
        """Return what `document` gave."""
        said = dict(document)
        return cls(**{**said, "consents": tuple(said["consents"])})


def ground_of(
    scene: Scene,
    claimed: Claimed,
    case: CaseFacts,
    contact: Contact,
    by: tuple[str, ...],
) -> Ground:
    """Return what is on record for an exit.

    Args:
        scene: of the act.
        claimed: by the first person.
        case: what is known of it.
        contact: to be told.
        by: ids of the natural persons who agree, the one who claims first.
    """
    words = {
        "provision": is_told(claimed.provision),
        "binds-host": is_told(claimed.binds),
        "order": is_told(claimed.order),
        "danger-to-life": case.points["danger"] == ("imminent",),
        "legal-officer": bool(by) and LEGAL_OFFICER in _roles(scene, by[0]),
        **_consent(scene, claimed, case, contact),
    }
    met = frozenset(name for name, is_met in words.items() if is_met)
    return Ground(claimed.exit, contact.id, case.standing.id, frozenset(by), met)


def _roles(scene: Scene, person: str) -> tuple[str, ...]:
    document = scene.ground.facts.documents().get(person)
    return document.roles if isinstance(document, Person) else ()


def _consent(
    scene: Scene, claimed: Claimed, case: CaseFacts, contact: Contact
) -> dict[str, bool]:
    """Return whether each reporter agreed to just this recipient, and nothing since.

    Who withdraws writes again; so what they wrote last has to be what is cited.
    """
    cited = {name: scene.card(_MESSAGE, name) for name in claimed.consents}
    agreed = {
        one.case
        for one in cited.values()
        if one.card["side"] == REPORTER_SIDE
        and _names(str(one.event["said"].get("text", "")), contact)
    }
    reports = {report.id for report in case.reports}
    last = {name: _last_letter(scene, name) for name in reports}
    return {
        "consent-to-recipient": bool(reports) and reports == agreed,
        "consent-stands": all(name in cited for name in last.values()),
    }


def _names(text: str, contact: Contact) -> bool:
    told = text.casefold()
    return contact.id.casefold() in told or contact.name.casefold() in told


def _last_letter(scene: Scene, report: str) -> str:
    """Return the id of what the reporter of a report wrote last; empty for nothing."""
    equal: dict[str, str | int | frozenset[str | int]] = {
        "case_id": report,
        "side": REPORTER_SIDE,
    }
    found = scene.rows.find(RaidQuestion(_MESSAGE, equal=equal, limit=1))
    return found[0].id if found else ""
