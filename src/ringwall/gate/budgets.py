"""Budgets: what will have left on each account that a permit would draw on.

A file and a person have one account each, by whatever ids; a tier has one for all its
points together. Must never count less than what is on record.
"""

from typing import Final

from ringwall.gate.amounts import share_of, size_of
from ringwall.gate.ground import Ground
from ringwall.model.decisions import Reason
from ringwall.model.facts import WINDOWS, Situation
from ringwall.model.places import Point
from ringwall.model.requests import AccessRequest
from ringwall.model.tiers import Tier
from ringwall.pdp.budgets import Budgets, Draw, Left

__all__ = ["overdrawn_by"]

_ASSET: Final = "asset"
_FLEET: Final = "fleet"
_UNCONSTRAINED: Final = "unconstrained"


def overdrawn_by(
    request: AccessRequest,
    situation: Situation,
    ground: Ground,
    budgets: Budgets,
    now: int,
) -> tuple[Reason, ...]:
    """Return why a permit would overdraw a budget; empty if it would not.

    Args:
        request: the question.
        situation: its facts.
        ground: what is on record, amounts among it.
        budgets: what may leave in all.
        now: instant of the decision.
    """
    draws = budgets.draws_of(situation)
    if not draws:
        return ()
    if request.amount is None:
        return budgets.overdrawn(situation, None)
    accounts = _Accounts(request, situation, ground, request.amount)
    left = {draw: accounts.left(draw, now) for draw in draws}
    return budgets.overdrawn(situation, left)


class _Accounts:
    """What will have left once one question is served.

    Args:
        request: the question.
        situation: its facts.
        ground: what is on record.
        amount: bytes that it adds.
    """

    def __init__(
        self, request: AccessRequest, situation: Situation, ground: Ground, amount: int
    ) -> None:
        self._request = request
        self._tier = situation.asset.tier
        self._interface = situation.point.interface
        self._facts = ground.facts
        self._documents = ground.facts.documents()
        self._spending = ground.spending
        self._amount = amount

    def left(self, draw: Draw, now: int) -> Left:
        name, ids = self._account(draw.account)
        counts = self._is_of_fleet if draw.account == _FLEET else self._is_like
        start = now - WINDOWS[draw.window]
        size = self._spending.since(name, ids, counts, start) + self._amount
        if draw.account != _ASSET:
            return Left(size)
        return Left(size, share_of(size, size_of(self._request.resource, self._facts)))

    def _account(self, account: str) -> tuple[str, tuple[str, ...]]:
        """Return what the amounts are filed under, and the ids that count as one."""
        request = self._request
        if account == "person":
            return "subject", self._facts.accounts(request.subject)
        if account == _ASSET:
            return "resource", self._facts.same_file(request.resource)
        if account == _FLEET:
            return "point", self._spending.points()
        # INVARIANT: there is no further word, see `budget_rows.ACCOUNTS`.
        return "point", (request.point,)

    def _is_like(self, point: str) -> bool:
        """Return whether a point has the interface of the one that asks.

        What is read in an isolated network has left nothing else. One that was
        removed may have had any.
        """
        document = self._documents.get(point)
        if not isinstance(document, Point):
            return True
        return (document.interface or _UNCONSTRAINED) == self._interface

    def _is_of_fleet(self, point: str) -> bool:
        """Return whether a point is like the one that asks and may hold the tier."""
        document = self._documents.get(point)
        if not isinstance(document, Point):
            return True
        tier = Tier.LOWER if document.tier is None else document.tier
        return tier >= self._tier and self._is_like(point)
