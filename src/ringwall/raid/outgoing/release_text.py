"""The bytes of a release: just the facts that its recipient may be told.

Must never tell what was left out, nor how much: the counts are for the approver alone.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import RequestError
from ringwall.model.values import is_printable
from ringwall.raid.outgoing.barrier import Content, Recipient
from ringwall.raid.outgoing.claimed import Claimed
from ringwall.raid.outgoing.exits import Exit
from ringwall.raid.outgoing.lattice import Label
from ringwall.raid.outgoing.minimum import content_of, minimum_of
from ringwall.raid.routing.facts import CaseFacts
from ringwall.raid.routing.labels import Tlp
from ringwall.raid.routing.package import offered
from ringwall.raid.routing.reader import PARTS
from ringwall.raid.words import checked_text

__all__ = ["FORMAT", "Wanted", "Written", "check_wanted", "write"]

FORMAT: Final = "ringwall-release"
"""What a release calls itself."""

_ADVICE: Final = "advice"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be released.

    Attributes:
        recipient: id of the contact.
        part: of the facts: `all`, `defence` or `summary`.
        advice: what the recipient is to do, in words; empty for none.
        states: the only states that may have it; empty for all.
        claimed: exit of the barrier, and what it rests on; None for none.
    """

    recipient: str
    part: str = "defence"
    advice: str = ""
    states: tuple[str, ...] = ()
    claimed: Claimed | None = None

    def document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "recipient": self.recipient,
            "part": self.part,
            "advice": self.advice,
            "states": list(self.states),
            "claimed": None if self.claimed is None else self.claimed.document(),
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Wanted":
        """Return what `document` gave."""
        said = dict(document)
        claimed = said.pop("claimed")
        return cls(
            **{**said, "states": tuple(said["states"])},
            claimed=None if claimed is None else Claimed.of(claimed),
        )


@dataclass(frozen=True, slots=True)
class Written:
    """A release as it would go.

    Attributes:
        data: canonical JSON; all that goes.
        digest: SHA-256 of it, hex.
        content: what the barrier judges.
        withheld: why facts were left out -> how many; for the approver alone.
    """

    data: bytes
    digest: str
    content: Content
    withheld: Mapping[str, int]


def check_wanted(wanted: Wanted, states: Collection[str]) -> None:
    """Refuse what can't be wanted of any case.

    Args:
        wanted: what is to be released.
        states: codes of those that there are.

    Raises:
        RequestError: `part-unknown`; `state-unknown`; `advice-unprintable`, it holds
            what a screen would act on or nobody sees; or as `checked_text`.
    """
    advice = checked_text(wanted.advice, _ADVICE)
    if not all(map(is_printable, advice.split("\n"))):
        raise RequestError(
            "advice-unprintable",
            "the advice holds characters that a screen acts on, or that nobody sees",
            next_step="write it in plain text",
        )
    if wanted.part not in PARTS:
        raise RequestError(
            "part-unknown",
            f"`{wanted.part[:40]}` is no part of the facts",
            next_step=f"one of {', '.join(PARTS)}",
        )
    unknown = sorted({*wanted.states} - {*states})
    if unknown:
        raise RequestError(
            "state-unknown",
            f"`{unknown[0][:40]}` is no state of the routing tables",
            next_step="write its code, e.g. --only FR",
        )


def write(  # noqa: PLR0913 - each is a fact of its own, told by name
    case: CaseFacts,
    wanted: Wanted,
    body: Recipient,
    *,
    release: str,
    way_out: Exit | None,
    compartments: frozenset[str],
    is_party: bool,
    exercise: str = "",
) -> Written:
    """Return the bytes of a release, and how they are labelled.

    Args:
        case: what is known.
        wanted: what is to be told.
        body: of its recipient.
        release: id.
        way_out: the exit that is claimed; then the fields that it names, and no other.
        compartments: that the case belongs to.
        is_party: whether it goes to a firm, and to no authority.
        exercise: name of the exercise that it is part of; empty for none.
    """
    withheld: Counter[str] = Counter()
    told: Any
    if way_out is None:
        told, label, names = _facts(case, wanted, body, withheld, is_party=is_party)
        content = Content(case.standing.id, label, names)
    else:
        fields = minimum_of(case, way_out)
        content = content_of(case, fields)
        told = fields
        every = offered(case, "all", is_party=is_party)
        withheld["exit"] = sum(1 for _, name, *_ in every if name not in fields)
    label = Label(
        content.label.tlp,
        content.label.compartments | compartments,
        frozenset(wanted.states) or None,
        is_case=True,
    )
    document = {
        "v": 1,
        "kind": FORMAT,
        "release": release,
        "case": case.standing.id,
        "recipient": body.contact,
        "label": label.tlp.word,
        "states": list(wanted.states),
        "exit": "" if way_out is None else way_out.id,
        "facts": told,
        **({"exercise": exercise} if exercise else {}),
    }
    if way_out is None and wanted.advice:
        document[_ADVICE] = wanted.advice
    data = dump_canonical(document)
    content = Content(content.case, label, content.fields)
    return Written(data, sha256(data).hexdigest(), content, dict(withheld))


def _facts(
    case: CaseFacts,
    wanted: Wanted,
    body: Recipient,
    withheld: Counter[str],
    *,
    is_party: bool,
) -> tuple[list[dict[str, Any]], Label, frozenset[str]]:
    """Return the facts that may be told, their label, and their names."""
    told: list[dict[str, Any]] = []
    highest = Tlp.CLEAR
    for about, name, label, value, why_not in offered(
        case, wanted.part, is_party=is_party
    ):
        reason = why_not or ("label" if label > body.ceiling else "")
        if reason:
            withheld[reason] += 1
            continue
        highest = max(highest, label)
        fact = {"about": about, "name": name, "label": label.word, "value": value}
        told.append(fact)
    if wanted.advice:
        # Words of the desk are of the case.
        highest = max(highest, case.standing.label)
    names = frozenset(fact["name"] for fact in told)
    return told, Label(highest, is_case=True), names
