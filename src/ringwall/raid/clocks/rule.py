"""A rule of law, or of the desk itself, that sets a deadline; and its stages.

Must never be taken for the law's own words: a rule states in ours what the source says,
and its digest is that of our statement.
"""

from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Final, Literal

from ringwall.base.canonical import dump_canonical
from ringwall.raid.clocks.counting import Calendar
from ringwall.raid.clocks.period import Period

__all__ = [
    "EVENTS",
    "OWED",
    "SENT",
    "STATUSES",
    "ClockRule",
    "Limb",
    "Owed",
    "Sort",
    "Stage",
    "Status",
]

Owed = Literal["others", "host", "self"]
OWED: Final[tuple[Owed, ...]] = ("others", "host", "self")
"""Who owes it: others (telling the desk does not discharge them), the institute that
hosts the desk, or the desk to itself."""
Sort = Literal["deadline", "duty", "standing"]
Status = Literal["in-force", "disputed", "recalled", "proposed"]
STATUSES: Final[tuple[Status, ...]] = ("in-force", "disputed", "recalled", "proposed")

EVENTS: Final = (
    *("aware", "model-involved", "classified", "reportable-known", "determined"),
    *("received", "authority-received", "threshold-known", "measure-available"),
    *("resolved", "handled", "initial-sent", "intermediate-sent", "notified"),
    "report-sent",
)
"""What a clock may start from. Closed: each is asked for by name."""
SENT: Final = frozenset(
    {"initial-sent", "intermediate-sent", "notified", "report-sent"}
)
"""Those that are the meeting of an earlier stage."""


@dataclass(frozen=True, slots=True)
class Limb:
    """A limit and what it is counted from.

    Attributes:
        start: one of `EVENTS`.
        limit: how long; None where the law gives no number.
    """

    start: str
    limit: Period | None


@dataclass(frozen=True, slots=True)
class Stage:
    """One thing to be sent or done under a rule.

    Attributes:
        name: e.g. `initial`.
        first: the limit.
        second: another one, or None.
        is_disputed: whether the second is a stricter reading that not all share, so
            that it moves the working deadline alone; else both bind.
        follows: `RULE:stage` of the stages whose meeting arms this one; none if it is
            armed with its rule.
        when: only if the stage before was met with this word; empty for always.
        recurs: whether meeting it arms it again.
    """

    name: str
    first: Limb
    second: Limb | None
    is_disputed: bool
    follows: tuple[str, ...]
    when: str
    recurs: bool

    @property
    def limbs(self) -> tuple[Limb, ...]:
        """The one or two limits."""
        return (self.first,) if self.second is None else (self.first, self.second)


@dataclass(frozen=True)
class ClockRule:
    """A rule.

    Attributes:
        id: permanent.
        regime: of law.
        article: of it.
        trigger: what sets it off.
        owed: by whom, if nothing else is said.
        host: whether the institute itself may owe it.
        owner: who owes it, in the words of the law.
        recipient: to whom.
        at: sort of place where the recipient sits, or `host`.
        calendar: how periods are counted.
        sort: `deadline`, `duty` without a number, or `standing`: no clock runs.
        serious: whether it is about incidents in which harm was done.
        applies_from: first day; None where it does not apply yet.
        applies_to: last day; None for none.
        status: of the rule.
        disputed_from: first day by the milder reading; None if there is none.
        confidence: `text`, `page`, `recalled` or `disputed`.
        source: where it comes from.
        verified_on: day on which it was held against its source; None for never.
        version: of the row.
        statement: what it says, in our words.
        stages: in the order of the file.
    """

    id: str
    regime: str
    article: str
    trigger: str
    owed: Owed
    host: bool
    owner: str
    recipient: str
    at: str
    calendar: Calendar
    sort: Sort
    serious: bool
    applies_from: date | None
    applies_to: date | None
    status: Status
    disputed_from: date | None
    confidence: str
    source: str
    verified_on: date | None
    version: int
    statement: str
    stages: tuple[Stage, ...]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of the row and its stages, in hexadecimal."""
        row = asdict(self)
        for name in ("applies_from", "applies_to", "disputed_from", "verified_on"):
            row[name] = str(row[name] or "")
        return sha256(dump_canonical(row)).hexdigest()

    @property
    def text_version(self) -> str:
        """Version and the first 12 digits of the digest, e.g. `1-0123456789ab`."""
        return f"{self.version}-{self.digest[:12]}"

    @property
    def is_armable(self) -> bool:
        """Whether a clock may run under it."""
        return self.sort != "standing" and self.status != "proposed"

    def applies_on(self, day: date) -> bool:
        """Return whether it applies to what starts on a day."""
        if self.applies_from is None or day < self.applies_from:
            return False
        return self.applies_to is None or day <= self.applies_to

    def stage(self, name: str) -> Stage:
        """Return a stage by its name.

        Raises:
            KeyError: there is none.
        """
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise KeyError(name)
