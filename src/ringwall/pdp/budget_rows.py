"""The rows of the concern `budget` as people read them, and what none may leave open.

A row that would bound nothing, or something that nobody counts, is refused when
policies are loaded. Must never read a limit where a row has none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ringwall.base.errors import Fault, PolicyError
from ringwall.model.facts import WINDOWS
from ringwall.pdp.asked_words import asked_words
from ringwall.policy.concern import Concern
from ringwall.policy.dialect import ANY, MODEL_FILE
from ringwall.policy.rows import Rule

__all__ = ["ACCOUNTS", "BudgetRow", "budget_rows"]

ACCOUNTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "point": "through this enforcement point",
        "person": "by this person",
        "asset": "of this asset, by everybody",
        "fleet": "through all enforcement points of this tier and interface",
    }
)
"""On which accounts what leaves is counted, and how they are told."""

_ASSET: Final = "asset"
_TOLD: Final[Mapping[str, str]] = MappingProxyType(
    {"hour": "in an hour", "month": "in thirty days", "year": "in 365 days"}
)
_COLUMNS: Final = ("action", "kind", "tier", "interface", "account", "window")
_LIMITS: Final = ("bytes", "share")


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A row that allows, as people read it.

    Attributes:
        rule: the row itself.
        account: whose amounts it bounds; one of `ACCOUNTS`.
        window: in which time; one of `WINDOWS`.
        bytes: the most that may leave; None if the row does not say.
        share: the same of an asset, in parts per million of its effective size.
    """

    rule: Rule
    account: str
    window: str
    bytes: int | None
    share: int | None

    @property
    def told(self) -> str:
        """What it bounds, e.g. `by this person in an hour`."""
        return f"{ACCOUNTS[self.account]} {_TOLD[self.window]}"


def budget_rows(concern: Concern) -> Mapping[str, BudgetRow]:
    """Return the rows by their id, if each of them bounds something.

    Args:
        concern: the concern `budget`.

    Raises:
        PolicyError: `concern-incomplete`, it lacks a column; or `budget-unclear`,
            with a fault for each: `budget-lifted`, a row denies; `budget-empty`, one
            bounds nothing; `share-misplaced`, one bounds a share of something else
            than an asset; `account-unknown` and `window-unknown`, a word for what
            nobody counts.
    """
    places = _places(concern)
    faults = [*_unknown_words(concern)]
    rows = [] if faults else [_row(rule, places) for rule in concern.rules]
    faults += [
        Fault(row.rule.file, row.rule.line, 0, *problem)
        for row in rows
        for problem in _problems(row)
    ]
    if faults:
        raise PolicyError(
            "budget-unclear",
            "a budget bounds nothing that is counted",
            next_step="mend the rows and words named",
            faults=tuple(faults),
        )
    return MappingProxyType({row.rule.id: row for row in rows})


def _places(concern: Concern) -> Mapping[str, int]:
    places = {column.name: at for at, column in enumerate(concern.schema.columns)}
    lacking = [name for name in (*_COLUMNS, *_LIMITS) if name not in places]
    if lacking:
        raise PolicyError(
            "concern-incomplete",
            f"the concern `{concern.name}` has no column `{lacking[0]}`",
            next_step="restore its model.conf from the shipped policies",
        )
    return places


def _unknown_words(concern: Concern) -> Iterator[Fault]:
    """Give the words for accounts and windows that nobody counts."""
    for name, code, counted in (
        ("account", "account-unknown", frozenset(ACCOUNTS)),
        ("window", "window-unknown", frozenset(WINDOWS)),
    ):
        for word in sorted(asked_words(concern, f"budget.{name}") - counted):
            known = ", ".join(sorted(counted))
            message = f"nobody counts by the {name} `{word}`; there are {known}"
            file = f"{concern.name}/{MODEL_FILE}"
            yield Fault(file, 0, 0, code, message)


def _row(rule: Rule, places: Mapping[str, int]) -> BudgetRow:
    text = {name: rule.text[at] for name, at in places.items()}
    bytes_, share = (
        None if text[name] == ANY else _number(rule, places[name]) for name in _LIMITS
    )
    return BudgetRow(rule, text["account"], text["window"], bytes_, share)


def _number(rule: Rule, place: int) -> int:
    value = rule.values[place]
    # INVARIANT: the facts that the column is compared with are whole numbers.
    if not isinstance(value, int):
        raise TypeError(f"a limit of `{rule.id}` is no number")
    return value


def _problems(row: BudgetRow) -> Iterator[tuple[str, str]]:
    if row.rule.effect != "allow":
        yield "budget-lifted", "a row bounds what leaves, and denies nothing by itself"
    if row.bytes is None and row.share is None:
        yield "budget-empty", "neither bytes nor a share are bounded"
    if row.share is not None and row.account != _ASSET:
        yield "share-misplaced", f"a share of a {row.account} is counted by nobody"
