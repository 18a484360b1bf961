"""Whether content may go to a recipient, and by which exit.

Must never weigh one missing part against another: each that is missing refuses.
"""

from dataclasses import dataclass
from typing import Final

from ringwall.raid.outgoing.exits import Exit, Ground
from ringwall.raid.outgoing.lattice import Label
from ringwall.raid.routing.enforcing import does_enforce
from ringwall.raid.routing.labels import Tlp

__all__ = ["Content", "Recipient", "Way", "may_go"]

_CODES: Final = {
    "tlp": "label-above-recipient",
    "compartments": "compartment-not-held",
    "states": "state-not-in-caveat",
    "enforcement": "recipient-enforces",
}


@dataclass(frozen=True, slots=True)
class Content:
    """What is to go.

    Attributes:
        case: id of the case that it is about; empty for an aggregate.
        label: joined over all its facts.
        fields: names of all that is told.
    """

    case: str
    label: Label
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is to be told, as it stands now.

    Attributes:
        contact: its id.
        function: enforcement flag of its function: `yes`, `no` or `split`.
        own: enforcement flag of the body in this function.
        ceiling: highest label of what it may be told.
        compartments: that it is in.
        state: its own; `EU` for a body of the Union; empty if it
            is not known.
        has_key: whether a key of its own is on record: none that a part of it that
            enforces has too.
        is_attested: whether the attestation that the policies ask for is in date.
    """

    contact: str
    function: str
    own: str
    ceiling: Tlp
    compartments: frozenset[str]
    state: str
    has_key: bool
    is_attested: bool

    @property
    def enforces(self) -> bool:
        """Whether it is behind the barrier; so is whatever is not known."""
        return does_enforce(self.function, self.own, has_key=self.has_key)

    @property
    def label(self) -> Label:
        """How much it may be told."""
        # An unknown state is a name in no caveat; no states at all would be the top.
        own = frozenset({self.state})
        return Label(self.ceiling, self.compartments, own, not self.enforces)


@dataclass(frozen=True, slots=True)
class Way:
    """An exit, and the ground on record for it.

    Attributes:
        exit: of the data.
        ground: on record.
    """

    exit: Exit
    ground: Ground


def may_go(
    content: Content, recipient: Recipient, way: Way | None = None
) -> tuple[str, ...]:
    """Return why content may not go to a recipient; nothing if it may.

    An exit leads past the barrier alone. TLP, compartments and caveat hold by it too.

    Args:
        content: to go.
        recipient: to be told.
        way: past the barrier; None if nobody names one.

    Returns:
        Codes: what is missing, all of it.
    """
    missing = []
    if not recipient.has_key:
        missing.append("recipient-keyless")
    if not recipient.is_attested:
        missing.append("attestation-lapsed")
    case = Label(content.label.tlp, is_case=bool(content.case))
    short = recipient.label.short_of(content.label.joined(case))
    missing += [_CODES[part] for part in short if part != "enforcement"]
    if "enforcement" in short:
        missing += _past(content, recipient, way)
    return tuple(missing)


def _past(content: Content, recipient: Recipient, way: Way | None) -> list[str]:
    if way is None:
        return [_CODES["enforcement"]]
    lacking = way.exit.lacks(way.ground, recipient.contact, content.case)
    missing = [f"exit-lacks-{part}" for part in lacking]
    if not content.case:
        missing.append("case-unknown")
    if not content.fields <= way.exit.fields:
        missing.append("more-than-minimum")
    return missing
