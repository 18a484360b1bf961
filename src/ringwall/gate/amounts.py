"""Amounts: what has left and what a request adds to it, and what a permit takes.

Must never make a request look smaller than it may be: what nobody states counts as
more than any budget.
"""

from typing import Final

from ringwall.ledger.spending import Spending, Spent
from ringwall.model.assets import Asset
from ringwall.model.facts import UNKNOWN_AMOUNT, AmountFacts
from ringwall.model.requests import MAX_AMOUNT, AccessRequest
from ringwall.pdp.facts import FactBase

__all__ = ["Taken", "amount_facts", "share_of", "size_of", "taken_by"]

_COPYING: Final = frozenset({"weights.copy", "weights.export"})
_EXPORT: Final = "weights.export"
_UNKNOWN: Final = AmountFacts()
# Parts per million of a tenth of the bytes: RAND, App. B, takes that as the size of
# what a thief needs.
_SHARES: Final = 10 * 1_000_000

Taken = tuple[int, int]
"""Bytes that leave, and copies that are made."""


def amount_facts(
    request: AccessRequest, facts: FactBase, spending: Spending, now: int
) -> AmountFacts:
    """Return what will have left once a request is served.

    Args:
        request: the question.
        facts: the registry, which knows the sizes of weights.
        spending: what is on record as having left.
        now: instant of the decision.
    """
    if request.amount is None and request.action not in _COPYING:
        return _UNKNOWN  # most requests: nothing to add up
    spent = _spent(request, facts, spending, now)
    copies = spent.copies + _copies(request, spending)
    if request.amount is None:
        return AmountFacts(copies=copies)
    return AmountFacts(
        hour=spent.hour + request.amount,
        month=spent.month + request.amount,
        share=share_of(spent.year + request.amount, size_of(request.resource, facts)),
        copies=copies,
    )


def taken_by(
    request: AccessRequest, facts: FactBase, spending: Spending
) -> Taken | None:
    """Return what a permit takes off the budgets; None if nothing.

    Without a stated amount an export takes the whole file, and the most there is
    where its size is not known. A copy stays within the institute: it takes a copy,
    and bytes only if they are stated.

    Args:
        request: the question.
        facts: the registry, which knows the sizes of weights.
        spending: what is on record as having left.
    """
    copies = _copies(request, spending)
    size = request.amount or 0
    if request.amount is None and request.action == _EXPORT and copies:
        size = size_of(request.resource, facts) or MAX_AMOUNT
    return (size, copies) if size or copies else None


def size_of(resource: str, facts: FactBase) -> int:
    """Return the bytes of an asset's file, 0 if they are not known.

    Args:
        resource: id of the asset.
        facts: the registry, which knows the sizes of weights.
    """
    asset = facts.documents().get(resource)
    if not isinstance(asset, Asset) or asset.file is None:
        return 0
    return asset.file.bytes


def share_of(used: int, size: int) -> int:
    """Return parts per million of the effective size, rounded up.

    Args:
        used: bytes that will have left.
        size: bytes of the file; 0 where that is not known, and any share too much.
    """
    return -(-used * _SHARES // size) if size else UNKNOWN_AMOUNT


def _copies(request: AccessRequest, spending: Spending) -> int:
    """Return how many copies a request makes; the next look at one makes none.

    Only the record says that there is one to look at: else whoever names any decision
    would copy for nothing.
    """
    if request.action not in _COPYING:
        return 0
    made = request.subject, request.resource, request.point
    return int(not spending.has_copied(request.continues, *made))


def _spent(
    request: AccessRequest, facts: FactBase, spending: Spending, now: int
) -> Spent:
    """Return what had left; a file and a person have one account, by whatever ids.

    Else a second id for the same file, or for oneself, would double a budget.
    """
    resource, point = request.resource, request.point
    spent = spending.before(request.subject, resource, point, now)
    files = facts.same_file(resource)
    people = facts.accounts(request.subject)
    if len(files) == len(people) == 1:
        return spent
    by_file = [spending.before("", one, "", now) for one in files]
    by_person = [spending.before(one, "", "", now) for one in people]
    return spent._replace(
        month=sum(account.month for account in by_person),
        year=sum(account.year for account in by_file),
        copies=sum(account.copies for account in by_file),
    )
