"""Budgets against an obvious twin that looks at every amount there ever was."""

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from hypothesis import given
from hypothesis import strategies as st

from ringwall.gate.budgets import overdrawn_by
from ringwall.ledger.spending import Spending
from ringwall.model.events import amount_left
from ringwall.model.requests import AccessRequest
from ringwall.pdp.budgets import Budgets
from tests.unit.gate.test_budgets import NOW, READ, budgets, facts, situation

if TYPE_CHECKING:
    from ringwall.gate.ground import Ground

LENGTHS = {"hour": 3_600, "month": 30 * 86_400, "year": 365 * 86_400}
ROWS = [
    (account, window)
    for account in ("point", "person", "asset", "fleet")
    for window in LENGTHS
]
LIMIT = 40
FACTS = facts()
WHOLE: Budgets = budgets(
    *(f"{account}, {window}, {LIMIT}, *" for account, window in ROWS)
)
ADA = {"user:ada", "service:loader"}
SAME = {"weights:w", "weights:twin"}
UPPER_BOUNDED = {"point:p", "point:q", "point:above", "point:gone"}
BOUNDED = {*UPPER_BOUNDED, "point:below", "point:bare"}


@dataclass(frozen=True)
class Amount:
    subject: str
    point: str
    resource: str
    size: int
    seconds_ago: int


AMOUNTS = st.builds(
    Amount,
    st.sampled_from([*sorted(ADA), "user:bob"]),
    st.sampled_from([*sorted(BOUNDED), "point:isolated", "point:unconstrained"]),
    st.sampled_from([*sorted(SAME), "weights:other"]),
    st.integers(0, 25),
    st.sampled_from(
        [-5, 0, *(length + more for length in LENGTHS.values() for more in (-1, 0, 1))]
    ),
)


def counts(amount: Amount, account: str, asked: AccessRequest) -> bool:
    """Return whether an amount is on the account of a question at `point:p`."""
    if account == "point":
        return amount.point == asked.point
    if account == "fleet":
        return amount.point in UPPER_BOUNDED
    if amount.point not in BOUNDED:
        return False
    group = ADA if account == "person" else SAME
    one, other = (
        (amount.subject, asked.subject)
        if account == "person"
        else (amount.resource, asked.resource)
    )
    return one == other or {one, other} <= group


@given(
    st.lists(AMOUNTS, max_size=8),
    st.sampled_from([*sorted(ADA), "user:bob"]),
    st.sampled_from([*sorted(SAME), "weights:other"]),
    st.integers(0, LIMIT + 1),
)
def test_a_budget_is_overdrawn_where_all_amounts_on_record_say_so(
    amounts: list[Amount], subject: str, resource: str, size: int
) -> None:
    asked = replace(READ, subject=subject, resource=resource, amount=size)
    spending = Spending()
    spending.take_in(
        (n, bytes(32), amount_left(at(one), f"dec-{n}", request_of(one), one.size, 0))
        for n, one in enumerate(amounts)
    )
    ground = cast("Ground", SimpleNamespace(facts=FACTS, spending=spending))

    found = overdrawn_by(asked, situation(), ground, WHOLE, NOW)

    expected = {}
    for account, window in ROWS:
        total = size + sum(
            one.size
            for one in amounts
            if one.seconds_ago <= LENGTHS[window] and counts(one, account, asked)
        )
        if total > LIMIT:
            expected[f"{account} {window}"] = f"{total} bytes"
    assert {reason.condition: reason.seen for reason in found} == expected


def at(amount: Amount) -> int:
    return NOW - amount.seconds_ago * 1_000_000


def request_of(amount: Amount) -> AccessRequest:
    return AccessRequest(
        amount.subject, "weights.read", amount.resource, amount.point, amount=1
    )
