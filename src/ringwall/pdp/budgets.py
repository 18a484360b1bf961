"""Which budgets a question draws on, and which of them it would overdraw.

Rows of the concern `budget`, asked beside the pipeline. Every row that covers a
question has to hold: must never let one make up for another, nor take what nobody
has counted for little.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from ringwall.model.decisions import Reason, Stage
from ringwall.model.facts import UNKNOWN_AMOUNT, Situation
from ringwall.model.tiers import Tier
from ringwall.pdp.asked_words import asked_words
from ringwall.pdp.budget_rows import BudgetRow, budget_rows
from ringwall.pdp.obligations import KeptAsset
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.outcome import Outcome

__all__ = [
    "BUDGET_UNKNOWN",
    "BudgetFacts",
    "BudgetQuestion",
    "Budgets",
    "Draw",
    "InterfaceFacts",
    "Left",
]

BUDGET_UNKNOWN: Final = "budget-unknown"
"""Code of a deny where the budgets of a question could not be worked out."""

_REMEMBERED: Final = 4096  # more than there are actions, kinds, tiers and interfaces
_UNSTATED: Final = Reason(
    Stage.BUDGET,
    "amount-not-stated",
    "no amount was stated, and there is a budget for it",
    condition="amount",
    seen="not stated",
    needed="the bytes that are to leave (--bytes, `amount`)",
)


@dataclass(frozen=True, slots=True)
class InterfaceFacts:
    """All that a budget may look at of an enforcement point."""

    interface: str


@dataclass(frozen=True, slots=True)
class BudgetFacts:
    """What will have left on one account in one window, the question included.

    Attributes:
        account: whose: `point`, `person`, `asset` or `fleet`.
        window: up to now: `hour`, `month` (30 days) or `year` (365 days).
        bytes: so many.
        share: of an asset's account, in parts per million of its effective size.
    """

    account: str
    window: str
    bytes: int = UNKNOWN_AMOUNT
    share: int = UNKNOWN_AMOUNT


class BudgetQuestion(NamedTuple):
    """The request object of the concern: is this within a budget?"""

    asset: KeptAsset
    point: InterfaceFacts
    budget: BudgetFacts
    action: str


class Draw(NamedTuple):
    """An account and a window that a question draws on."""

    account: str
    window: str


class Left(NamedTuple):
    """What will have left on an account in a window; see `BudgetFacts`."""

    bytes: int
    share: int = UNKNOWN_AMOUNT


class Budgets:
    """Says what budgets there are under one bundle; immutable.

    Args:
        compiled: the concern `budget`.

    Raises:
        PolicyError: `facts-differ`, it reads more than action, kind, tier, interface
            and amounts; `concern-incomplete` or `budget-unclear`, see `budget_rows`.
    """

    def __init__(self, compiled: CompiledConcern) -> None:
        compiled.bind(
            {
                "asset": KeptAsset,
                "point": InterfaceFacts,
                "budget": BudgetFacts,
                "action": str,
            }
        )
        concern = compiled.concern
        self._actions = asked_words(concern, "action")
        self._decide = compiled.decide
        self._rows: Mapping[str, BudgetRow] = budget_rows(concern)
        # In file order, each once.
        self._draws = tuple(
            dict.fromkeys(Draw(row.account, row.window) for row in self._rows.values())
        )
        self._known = lru_cache(maxsize=_REMEMBERED)(self._covering)

    def draws_of(self, situation: Situation) -> tuple[Draw, ...]:
        """Return the accounts that a question draws on, in file order; mostly none.

        Where that can't be told it is every account that there is: `overdrawn` says
        so then.
        """
        if situation.action not in self._actions:
            return ()  # most questions: no row can be about it
        rows = self._rows_about(situation)
        return self._draws if rows is None else tuple(rows)

    def overdrawn(
        self, situation: Situation, left: Mapping[Draw, Left] | None
    ) -> tuple[Reason, ...]:
        """Return each row that does not hold; none if all do.

        Args:
            situation: the question.
            left: what will have left, by each of its draws; what is missing counts
                as more than any budget. None if nobody stated an amount.

        Returns:
            A reason for each row, in file order. One with the code `BUDGET_UNKNOWN`
            if the question can't be evaluated, one with `amount-not-stated` if there
            is a budget and no amount.
        """
        if situation.action not in self._actions:
            return ()
        rows = self._rows_about(situation)
        if rows is None:
            return (_unknown("a row can't be evaluated"),)
        if not rows:
            return ()
        if left is None:
            return (_UNSTATED,)
        found = []
        for draw, covering in rows.items():
            amount = left.get(draw, Left(UNKNOWN_AMOUNT))
            outcome = self._asked(_about(situation), BudgetFacts(*draw, *amount))
            if outcome.error:
                found.append(_unknown(outcome.error[:100]))
            found += [
                _over(row, amount)
                for row in covering
                if row.rule.id not in outcome.rules
            ]
        return tuple(found)

    def _rows_about(
        self, situation: Situation
    ) -> Mapping[Draw, tuple[BudgetRow, ...]] | None:
        return self._known(*_about(situation))

    def _covering(
        self, action: str, kind: str, tier: Tier, interface: str
    ) -> Mapping[Draw, tuple[BudgetRow, ...]] | None:
        """Return the rows about a question by draw; None if that can't be told.

        Where nothing has left each row holds that is about it, so the engine itself
        says which these are.
        """
        found = {}
        for draw in self._draws:
            nothing = BudgetFacts(*draw, 0, 0)
            outcome = self._asked((action, kind, tier, interface), nothing)
            if outcome.error:
                return None
            if outcome.rules:
                found[draw] = tuple(self._rows[rule] for rule in outcome.rules)
        return found

    def _asked(self, about: tuple[str, str, Tier, str], facts: BudgetFacts) -> Outcome:
        action, kind, tier, interface = about
        asset, point = KeptAsset(kind, tier), InterfaceFacts(interface)
        return self._decide(BudgetQuestion(asset, point, facts, action))


def _about(situation: Situation) -> tuple[str, str, Tier, str]:
    asset = situation.asset
    return situation.action, asset.kind, asset.tier, situation.point.interface


def _unknown(why: str) -> Reason:
    message = f"what may leave could not be worked out: {why}"
    return Reason(Stage.BUDGET, BUDGET_UNKNOWN, message, condition="budget")


def _over(row: BudgetRow, left: Left) -> Reason:
    """Return why a row does not hold: account and window, what is there and needed."""
    seen, needed = [], []
    for name, amount, limit in (
        ("bytes", left.bytes, row.bytes),
        ("ppm", left.share, row.share),
    ):
        if limit is not None and amount > limit:
            known = "an unknown number of" if amount >= UNKNOWN_AMOUNT else f"{amount}"
            seen.append(f"{known} {name}")
            needed.append(f"{limit} {name} or less")
    return Reason(
        Stage.BUDGET,
        "budget-exceeded",
        f"more would have left {row.told} than the rule lets out",
        rule=row.rule.id,
        place=f"{row.rule.file}:{row.rule.line}",
        condition=f"{row.account} {row.window}",
        seen=", ".join(seen),
        needed=", ".join(needed),
    )
