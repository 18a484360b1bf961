"""One watch rule of each kind, checked as far as a rule can be by itself.

The kinds are closed: what a rule counts is code, what it looks for and from how many
on is data. Must never fill in a number that a rule leaves out.
"""

import re
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from ringwall.base.time_zone import ZONE, zone_of
from ringwall.ledger.asking.passed import TOLD_KINDS
from ringwall.model.values import Strict, Text, Word
from ringwall.threats.fields import ActionName, Items

__all__ = [
    "KINDS",
    "MAX_COUNT",
    "MAX_RULES",
    "SEVERITIES",
    "AlarmRule",
    "BreadthRule",
    "BudgetRule",
    "DeedRule",
    "DenialsRule",
    "FirstUseRule",
    "OffHoursRule",
    "ProofsRule",
    "Rule",
    "RulesFile",
    "Severity",
]

Severity = Literal["low", "medium", "high"]
SEVERITIES: Final[tuple[Severity, ...]] = ("low", "medium", "high")
"""How grave a finding is, the least first."""
MAX_RULES: Final = 200
"""Most rules of one file."""
MAX_COUNT: Final = 1000
"""Most entries that a rule counts up to: so much it keeps of each subject."""

_WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_PREFIX: Final = re.compile(r"[a-z]{2,16}:[a-z0-9._-]{0,111}", re.ASCII)


def _zone(name: str) -> str:
    zone_of(name)
    return name


def _deed(kind: str) -> str:
    if kind not in TOLD_KINDS:
        known = ", ".join(TOLD_KINDS)
        raise ValueError(f"`{kind[:60]}` is none of {known}")
    return kind


def _matching(pattern: re.Pattern[str], example: str) -> tuple[object, object]:
    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(f"`{text[:60]}` is not of the form of {example}")
        return text

    schema = {"type": "string", "pattern": f"^(?:{pattern.pattern})$"}
    return AfterValidator(check), WithJsonSchema({**schema, "examples": [example]})


_Count = Annotated[int, Field(ge=2, le=MAX_COUNT)]
_Minutes = Annotated[int, Field(ge=1, le=7 * 24 * 60)]
_Hours = Annotated[int, Field(ge=1, le=366 * 24)]
_Days = Annotated[int, Field(ge=0, le=3660)]
_Some = Field(min_length=1, max_length=100)
_Any = Field(max_length=100)
_Actions = Annotated[tuple[ActionName, ...], Items]
_Codes = Annotated[tuple[Word, ...], Items]
_Prefix = Annotated[str, *_matching(_PREFIX, "weights:")]
_Time = Annotated[str, *_matching(_TIME, "07:30")]
_Zone = Annotated[
    str,
    AfterValidator(_zone),
    WithJsonSchema({"type": "string", "pattern": f"^{ZONE.pattern}$"}),
]
# A kind of which no row is given would be a rule that never finds a thing.
_Deed = Annotated[str, AfterValidator(_deed), WithJsonSchema({"enum": [*TOLD_KINDS]})]
_Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class _Rule(Strict):
    """What each rule has.

    Attributes:
        id: names it for good: what is on record is told apart by it.
        severity: how grave a finding is.
        told: what has happened, in one line; the numbers are put behind it.
        source: whose idea it is.
    """

    id: Word
    severity: Severity
    told: Text
    source: Text


class DenialsRule(_Rule):
    """Many denials of one subject or at one point within minutes.

    Attributes:
        by: what they are counted by.
        count: how many.
        minutes: within so long; after a finding the rule is silent as long.
        actions: which actions were asked for; all if left out.
        codes: which first reasons; all if left out.
    """

    kind: Literal["denials"]
    by: Literal["subject", "point"]
    count: _Count
    minutes: _Minutes
    actions: Annotated[_Actions, _Any] = ()
    codes: Annotated[_Codes, _Any] = ()


class BreadthRule(_Rule):
    """Many different resources that one subject was let at within hours.

    Attributes:
        count: how many different ones.
        hours: within so long; after a finding the rule is silent as long.
        actions: by which actions; all if left out.
        prefixes: how their ids begin, which is their kind; all if left out.
        untouched_days: count only those that the subject has not been let at for so
            long before; 0 counts all.
    """

    kind: Literal["breadth"]
    count: _Count
    hours: _Hours
    actions: Annotated[_Actions, _Any] = ()
    prefixes: Annotated[tuple[_Prefix, ...], Items, _Any] = ()
    untouched_days: _Days = 0


class OffHoursRule(_Rule):
    """Permits of some actions outside working hours.

    Attributes:
        actions: which.
        zone: IANA name of the time zone that the hours are of.
        days: working days.
        start: first minute of work, `07:30`; in the file it is called `from`.
        until: the minute at which work is over; before `start` for a night shift.
        hours: after a finding the rule is silent on the subject so long.
    """

    kind: Literal["off-hours"]
    actions: Annotated[_Actions, _Some]
    zone: _Zone
    days: Annotated[tuple[_Weekday, ...], Items, Field(min_length=1, max_length=7)]
    start: Annotated[_Time, Field(alias="from")]
    until: _Time
    hours: _Hours

    @model_validator(mode="after")
    def _some_hours(self) -> Self:
        if self.start == self.until:
            raise ValueError("`from` and `until` are the same: no hour is within")
        return self

    def weekdays(self) -> frozenset[int]:
        """Return the working days by number, Monday 0."""
        return frozenset(map(_WEEK.index, self.days))


class BudgetRule(_Rule):
    """Bytes that left through a point or with a subject, near to what may leave.

    Attributes:
        of: whose bytes are added up.
        hours: within so long; after a finding the rule is silent as long.
        bytes: how many may leave within that time.
        percent: from which share of them on there is a finding.
    """

    kind: Literal["budget"]
    of: Literal["point", "subject"]
    hours: _Hours
    bytes: Annotated[int, Field(ge=1, lt=2**53)]
    percent: Annotated[int, Field(ge=1, le=100)]


class FirstUseRule(_Rule):
    """The first permit ever of an action to a subject.

    Attributes:
        actions: which.
        known_days: only of subjects that have been let do anything since so long; 0
            for any.
    """

    kind: Literal["first-use"]
    actions: Annotated[_Actions, _Some]
    known_days: _Days


class ProofsRule(_Rule):
    """Many proofs refused about one subject or at one point within minutes.

    Attributes:
        by: what they are counted by.
        count: how many.
        minutes: within so long; after a finding the rule is silent as long.
        codes: of which refusals, and of which alarms, too; each refusal and no alarm
            if left out.
    """

    kind: Literal["proofs"]
    by: Literal["subject", "point"]
    count: _Count
    minutes: _Minutes
    codes: Annotated[_Codes, _Any] = ()


class AlarmRule(_Rule):
    """Each alarm of some codes.

    Attributes:
        codes: which.
        minutes: after a finding the rule is silent on the subject so long; 0 for each.
        reported: whether who raises the alarm files a report, so that the watch does
            not.
    """

    kind: Literal["alarm"]
    codes: Annotated[_Codes, _Some]
    minutes: Annotated[int, Field(ge=0, le=7 * 24 * 60)] = 0
    reported: bool = False


class DeedRule(_Rule):
    """Each deed that leaves whoever looks with less to find.

    Attributes:
        events: kinds of the events that tell of it.
        minutes: after a finding the rule is silent on who did it so long; 0 for each.
    """

    kind: Literal["deed"]
    events: Annotated[tuple[_Deed, ...], Items, Field(min_length=1, max_length=10)]
    minutes: Annotated[int, Field(ge=0, le=7 * 24 * 60)] = 0


Rule = (
    DenialsRule
    | BreadthRule
    | OffHoursRule
    | BudgetRule
    | FirstUseRule
    | ProofsRule
    | AlarmRule
    | DeedRule
)
"""A rule of any kind."""

KINDS: Final[dict[str, type[Rule]]] = {
    "denials": DenialsRule,
    "breadth": BreadthRule,
    "off-hours": OffHoursRule,
    "budget": BudgetRule,
    "first-use": FirstUseRule,
    "proofs": ProofsRule,
    "alarm": AlarmRule,
    "deed": DeedRule,
}
"""Word -> what a rule of that kind has."""


class RulesFile(Strict):
    """`watch/rules.yaml`: the rules of the watch."""

    rules: Annotated[
        tuple[Annotated[Rule, Field(discriminator="kind")], ...],
        Items,
        Field(min_length=1, max_length=MAX_RULES),
    ]
