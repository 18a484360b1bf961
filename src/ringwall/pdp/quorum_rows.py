"""The least that every row of the concern `quorum` has to ask for, in plain code.

A floor for approvals: a row that is easier to meet is refused when policies are
loaded, whoever put it there. Must never let one person stand for two.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ringwall.base.errors import Fault, PolicyError
from ringwall.model.levels import Quorum
from ringwall.policy.concern import Concern
from ringwall.policy.dialect import ANY, MODEL_FILE, POLICY_FILE
from ringwall.policy.implication import Implication
from ringwall.policy.rows import Rule

__all__ = ["BREAK_GLASS", "EXECUTIVES", "NEVER_ALONE", "QuorumRow", "quorum_rows"]

BREAK_GLASS: Final = "break-glass"
"""The manner of a grant that nobody was asked for."""

EXECUTIVES: Final = frozenset({"ciso", "raid-director"})
"""The roles of which one sits in every quorum with an executive."""

NEVER_ALONE: Final = frozenset(
    {
        *("weights.copy", "weights.export", "weights.publish", "research.publish"),
        *("offer.licence", "offer.api", "offer.structured", "asset.host"),
        *("tier.lower", "policy.change", "raid.release", "weights.rewrap"),
    }
)
"""What breaking the glass never opens: nobody could call it back."""

_TWO: Final = str(Quorum.TWO)
_EXECUTIVE: Final = str(Quorum.TWO_AND_EXECUTIVE)
_LEAST: Final[Mapping[str, int]] = MappingProxyType({_TWO: 2, _EXECUTIVE: 3})
_MOST_HOURS_ALONE: Final = 24
_SEATS: Final = ("first_seat", "second_seat", "third_seat")
_COLUMNS: Final = (
    *("quorum", "manner", "action", "kind", "tier", "site"),
    *_SEATS,
    *("hours", "uses", "waited"),
)
_SCOPE: Final = ("action", "kind", "tier")
_SEAT: Final = re.compile(r"([a-z][a-z-]*)-([1-3])", re.ASCII)
_Seat = tuple[str, int]
_Problem = tuple[str, str]


@dataclass(frozen=True, slots=True)
class QuorumRow:
    """A row that allows, as people read it.

    Attributes:
        rule: the row itself.
        text: its fields as written, by column.
        seats: role and how many of it, in the order of the columns.
        hours: how long the grant may hold.
        uses: how often it may be used; None if that is not limited.
        waited: hours from the request to the first use.
    """

    rule: Rule
    text: Mapping[str, str]
    seats: tuple[_Seat, ...]
    hours: int
    uses: int | None
    waited: int

    @property
    def alone(self) -> bool:
        """Whether nobody else is asked."""
        return self.text["manner"] == BREAK_GLASS


def quorum_rows(concern: Concern) -> Mapping[str, QuorumRow]:
    """Return the rows that allow by their id, if each of them asks for enough.

    Args:
        concern: the concern `quorum`.

    Raises:
        PolicyError: `concern-incomplete`, it lacks a column; or `quorum-too-weak`,
            with a fault for each row that asks for too little: `seat-malformed`,
            `seat-joined`, `seat-twice`, `quorum-none`, `seats-too-few`,
            `executive-missing`, `glass-unlimited`, `glass-forbidden` or
            `quorum-uneven`.
    """
    _check_columns(concern)
    faults = [*_unclear_seats(concern)]
    rows = [] if faults else [*map(_Reading(concern).row, _allowing(concern))]
    lower = [row for row in rows if row.text["quorum"] == _TWO]
    faults += [
        Fault(row.rule.file, row.rule.line, 0, *problem)
        for row in rows
        for problem in (*_problems(row), *_uneven(concern, row, lower))
    ]
    if faults:
        raise PolicyError(
            "quorum-too-weak",
            "a quorum asks for less than it has to",
            next_step="ask for more people, or for less power, in the rows named",
            faults=tuple(sorted(faults, key=lambda fault: (fault.file, fault.line))),
        )
    return MappingProxyType({row.rule.id: row for row in rows})


def _check_columns(concern: Concern) -> None:
    columns = {column.name: column for column in concern.schema.columns}
    lacking = [name for name in _COLUMNS if name not in columns]
    closed = [n for n in ("hours", "waited") if n in columns and columns[n].open]
    if lacking or closed:
        wrong = (
            f"has no column `{lacking[0]}`"
            if lacking
            else f"leaves the column `{closed[0]}` open"
        )
        raise PolicyError(
            "concern-incomplete",
            f"the concern `{concern.name}` {wrong}",
            next_step="restore its model.conf from the shipped policies",
        )


def _allowing(concern: Concern) -> Iterator[Rule]:
    return (rule for rule in concern.rules if rule.effect == "allow")


def _unclear_seats(concern: Concern) -> Iterator[Fault]:
    """Give the seats that say no number, and the links that join two roles.

    A link from `ciso-1` to `security-officer-1` would let one person fill both.
    """
    model, table = (f"{concern.name}/{name}" for name in (MODEL_FILE, POLICY_FILE))
    for relation in concern.relations.values():
        for word in relation.words.values:
            if not _SEAT.fullmatch(word):
                message = f"`{word}` is no role with a number from 1 to 3"
                yield Fault(model, 0, 0, "seat-malformed", message)
    for link in concern.links:
        senior, junior = map(_SEAT.fullmatch, (link.senior, link.junior))
        if (
            senior
            and junior
            and (senior[1], senior[2] > junior[2]) != (junior[1], True)
        ):
            message = (
                f"`{link.senior}` includes other people than `{link.junior}` needs"
            )
            yield Fault(table, link.line, 0, "seat-joined", message)


class _Reading:
    """Reads rows of one concern."""

    def __init__(self, concern: Concern) -> None:
        self._places = {
            column.name: at for at, column in enumerate(concern.schema.columns)
        }

    def row(self, rule: Rule) -> QuorumRow:
        text = {name: rule.text[at] for name, at in self._places.items()}
        found = (_SEAT.fullmatch(text[name]) for name in _SEATS)
        return QuorumRow(
            rule,
            MappingProxyType(text),
            tuple((seat[1], int(seat[2])) for seat in found if seat),
            self._number(rule, "hours"),
            None if text["uses"] == ANY else self._number(rule, "uses"),
            self._number(rule, "waited"),
        )

    def _number(self, rule: Rule, name: str) -> int:
        value = rule.values[self._places[name]]
        # INVARIANT: the facts that the column is compared with are whole numbers.
        if not isinstance(value, int):
            raise TypeError(f"`{name}` of `{rule.id}` is no number")
        return value


def _problems(row: QuorumRow) -> Iterator[_Problem]:
    roles = [role for role, _ in row.seats]
    least = _LEAST.get(row.text["quorum"])
    if len(set(roles)) < len(roles):
        yield "seat-twice", "a role stands in two of the seats, and counts once"
    if least is None:
        yield "quorum-none", "the row is for a quorum of nobody"
    elif row.alone:
        yield from _too_much_alone(row)
    elif sum(count for _, count in row.seats) < least:
        yield "seats-too-few", f"fewer than {least} people approve"
    elif least > _LEAST[_TWO] and EXECUTIVES.isdisjoint(roles):
        yield "executive-missing", "none of the seats is an executive's"


def _too_much_alone(row: QuorumRow) -> Iterator[_Problem]:
    if row.uses != 1 or row.hours > _MOST_HOURS_ALONE:
        message = f"the glass is broken once, for {_MOST_HOURS_ALONE} hours at most"
        yield "glass-unlimited", message
    if row.text["action"] in NEVER_ALONE | {ANY}:
        yield "glass-forbidden", f"nobody does `{row.text['action']}` alone"


def _uneven(
    concern: Concern, row: QuorumRow, lower: Sequence[QuorumRow]
) -> Iterator[_Problem]:
    """Give the row for the higher quorum that is met more easily than the lower one.

    Whoever reaches the higher counts as having reached the lower one, so where there
    are rows for it one of them has to hold as well.
    """
    if row.text["quorum"] != _EXECUTIVE:
        return
    near = [other for other in lower if _overlap(row.text, other.text)]
    if near and not any(_implies(concern, row, other) for other in near):
        message = f"asks for less than `{near[0].rule.id}`, a lower quorum"
        yield "quorum-uneven", message


def _overlap(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return one["manner"] == other["manner"] and all(
        one[name] == other[name] or ANY in {one[name], other[name]} for name in _SCOPE
    )


def _implies(concern: Concern, higher: QuorumRow, lower: QuorumRow) -> bool:
    implication = Implication.of(concern)
    return all(
        implication.follows(condition.expression, higher.rule.values, lower.rule.values)
        for condition in concern.conditions
        if condition.name != "quorum"
    )
