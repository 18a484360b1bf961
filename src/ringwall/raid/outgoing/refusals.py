"""How it is told that something may not go.

Must never tell it to whoever asked from outside: it is for the desk alone.
"""

from collections.abc import Collection, Mapping
from typing import Final

from ringwall.base.errors import ActRefused
from ringwall.raid.outgoing.barrier import Content, Recipient, Way, may_go
from ringwall.raid.outgoing.exits import Exit

__all__ = ["PERSONS", "REFUSALS", "check_may_go", "exit_in_force"]

PERSONS: Final = "exit-lacks-persons"
"""What is lacking until a second person carries what one has proposed."""
REFUSALS: Final[Mapping[str, tuple[str, str]]] = {
    "recipient-keyless": (
        "no key of its own is on record",
        "get its key by a way that you trust, and put it into raid/routes/contacts.csv",
    ),
    "attestation-lapsed": (
        "nobody has checked it of late",
        "check it, and put verified_on and verifier into raid/routes/contacts.csv",
    ),
    "label-above-recipient": (
        "this has a higher label than it may be told",
        "leave the fact out, or have the label lowered by its source",
    ),
    "compartment-not-held": (
        "this is of a compartment that it is not in",
        "under an embargo invite it as a party, or wait until that is over",
    ),
    "state-not-in-caveat": (
        "this is for other states alone",
        "leave the fact out",
    ),
    "recipient-enforces": (
        "it enforces, and is told of no single case",
        "name an exit that is open, and what it rests on",
    ),
    "case-unknown": ("an exit is for one case", "name the case"),
    "more-than-minimum": (
        "this is more than the exit lets out",
        "send what the exit names, and no more",
    ),
    "exit-lacks-ground-of-another": (
        "the ground is for another exit, recipient or case",
        "propose it anew",
    ),
    "exit-lacks-provision": (
        "no provision is named",
        "name it: --provision 'Article 90(1) of Regulation (EU) 2024/1689'",
    ),
    "exit-lacks-binds-host": (
        "nothing shows that the provision binds the institute",
        "say why it does: --binds TEXT",
    ),
    "exit-lacks-consent-to-recipient": (
        "not each reporter of the case has agreed to just this recipient",
        "ask each by mailbox to name it, and cite what they wrote: --consent MESSAGE",
    ),
    "exit-lacks-consent-stands": (
        "a reporter has written again since they agreed",
        "read it, and ask anew if they still agree",
    ),
    "exit-lacks-danger-to-life": (
        "the case is not assessed as an imminent danger to life",
        "assess it: `ringwall raid assess CASE danger=imminent --evidence TEXT`",
    ),
    "exit-lacks-order": ("no order is named", "name court and docket: --order TEXT"),
    "exit-lacks-legal-officer": (
        "it was not the legal officer who brought it",
        "have somebody with the role raid-clock-officer propose it",
    ),
    PERSONS: (
        "it takes more persons",
        "have others carry it",
    ),
}
"""What is missing -> how it is told, and what to do."""


def check_may_go(
    content: Content,
    recipient: Recipient,
    way: Way | None = None,
    later: Collection[str] = (),
) -> None:
    """Refuse what the barrier does not let go, with all that is missing.

    Args:
        content: to go.
        recipient: to be told.
        way: past the barrier; None if nobody names one.
        later: codes of what is still to come.

    Raises:
        ActRefused: `barrier-shut`.
    """
    missing = [one for one in may_go(content, recipient, way) if one not in later]
    if missing:
        told = [REFUSALS[one] for one in missing]
        raise ActRefused(
            "barrier-shut",
            f"`{recipient.contact}`: {'; '.join(message for message, _ in told)}",
            next_step="; ".join(dict.fromkeys(step for _, step in told)),
        )


def exit_in_force(exits: Mapping[str, Exit], name: str) -> Exit:
    """Return an exit of the rules in force.

    Args:
        exits: of the rules.
        name: of the exit.

    Raises:
        ActRefused: `exit-unknown`.
    """
    found = exits.get(name)
    if found is None:
        raise ActRefused(
            "exit-unknown",
            f"the rules in force have no exit `{name[:40]}`",
            next_step=f"one of {', '.join(exits)}"
            if exits
            else "adopt rules with desk/exits.csv: `ringwall raid rules adopt`",
        )
    return found
