"""Amounts: a request is never smaller than it may be, and a permit takes all of it."""

from dataclasses import replace
from typing import Any

import pytest

from ringwall.gate.amounts import amount_facts, taken_by
from ringwall.ledger.spending import Spending
from ringwall.model.declarations import document_of, dump_document
from ringwall.model.events import amount_left
from ringwall.model.facts import UNKNOWN_AMOUNT, AmountFacts
from ringwall.model.requests import MAX_AMOUNT, AccessRequest
from ringwall.pdp.facts import FactBase
from ringwall.threats.benchmark import Benchmark

NOW = 1_800_000_000_000_000
SIZE = 10_000_000
READ = AccessRequest("user:ada", "weights.read", "weights:w", "point:p", amount=50)
UNSTATED = replace(READ, amount=None)
UNKNOWN = AmountFacts()


def weights(size: int | None) -> FactBase:
    """Return a registry with weights of so many bytes; None for no file."""
    document = {
        "id": "weights:w",
        "tier": "upper",
        "content": "restricted",
        "compute": {"low": "1e25", "high": "1e25"},
    }
    if size is not None:
        document["file"] = {
            "sha256": "0" * 64,
            "bytes": size,
            "tensor_count": 1,
            "tensors_sha256": "1" * 64,
        }
    return FactBase({"weights:w": document_of(document)}, Benchmark(()))


FACTS = weights(SIZE)


def spent(size: int, copies: int = 0) -> Spending:
    """Return what has left with one permit, a moment before."""
    spending = Spending()
    event = amount_left(NOW - 1, "dec-0", READ, size, copies)
    spending.take_in([(3, bytes(32), event)])
    return spending


def test_the_request_itself_is_counted() -> None:
    found = amount_facts(READ, FACTS, Spending(), NOW)

    assert found == AmountFacts(hour=50, month=50, share=50, copies=0)


def test_what_had_left_before_is_added() -> None:
    found = amount_facts(READ, FACTS, spent(7, 2), NOW)

    assert found == AmountFacts(hour=57, month=57, share=57, copies=2)


@pytest.mark.parametrize(
    ("size", "amount", "share"),
    [
        (SIZE, 0, 0),
        (SIZE, 1, 1),
        (SIZE, SIZE, 10_000_000),
        (SIZE * 10, 1, 1),  # a tenth, rounded up
        (SIZE * 10, 11, 2),
        (3, 1, 3_333_334),
    ],
)
def test_a_share_is_of_a_tenth_of_the_bytes_and_rounded_up(
    size: int, amount: int, share: int
) -> None:
    request = replace(READ, amount=amount)

    assert amount_facts(request, weights(size), Spending(), NOW).share == share


@pytest.mark.parametrize("size", [None, 0])
def test_of_weights_whose_size_is_not_known_the_share_is_not(size: int | None) -> None:
    found = amount_facts(READ, weights(size), Spending(), NOW)

    assert found == AmountFacts(hour=50, month=50, share=UNKNOWN_AMOUNT, copies=0)


def test_of_an_asset_that_is_not_on_record_the_share_is_not_known() -> None:
    request = replace(READ, resource="weights:none")

    assert amount_facts(request, FACTS, Spending(), NOW).share == UNKNOWN_AMOUNT


def twins() -> FactBase:
    """Return a registry with the same weights under two ids."""
    (one,) = FACTS.documents().values()
    other = document_of({**dump_document(one), "id": "weights:twin"})
    return FACTS.with_changes({"weights:twin": other})


def test_what_left_under_another_id_of_the_same_file_is_added() -> None:
    request = replace(READ, resource="weights:twin", action="weights.export")

    found = amount_facts(request, twins(), spent(7, 2), NOW)

    # Bytes through the point and by the subject are counted once for both.
    assert found == AmountFacts(hour=57, month=57, share=57, copies=3)


def test_what_left_of_other_weights_is_not_added() -> None:
    other = weights(SIZE).documents()["weights:w"]
    data = {**dump_document(other), "id": "weights:other"}
    data["file"] = {**data["file"], "sha256": "2" * 64}
    facts = FACTS.with_changes({"weights:other": document_of(data)})
    request = replace(READ, resource="weights:other")

    assert amount_facts(request, facts, spent(7, 2), NOW).share == 50


def test_what_nobody_states_is_more_than_any_budget() -> None:
    assert amount_facts(UNSTATED, FACTS, spent(7, 2), NOW) == UNKNOWN


@pytest.mark.parametrize("action", ["weights.copy", "weights.export"])
@pytest.mark.parametrize("amount", [None, 50])
def test_a_copy_counts_itself_among_the_copies(action: str, amount: int | None) -> None:
    request = replace(READ, action=action, amount=amount)

    found = amount_facts(request, FACTS, spent(7, 2), NOW)

    assert found.copies == 3
    assert (found.hour == UNKNOWN_AMOUNT) == (amount is None)


def test_what_leaves_by_other_actions_comes_off_the_same_budgets() -> None:
    other = replace(READ, action="interface.call")

    found = amount_facts(other, FACTS, spent(7, 2), NOW)

    assert found == AmountFacts(hour=57, month=57, share=57, copies=2)


@pytest.mark.parametrize(
    ("action", "amount", "taken"),
    [
        ("weights.read", 50, (50, 0)),
        ("research.read", 50, (50, 0)),
        ("weights.read", None, None),
        ("weights.read", 0, None),
        ("weights.copy", None, (0, 1)),
        ("weights.copy", 50, (50, 1)),
        ("weights.export", None, (SIZE, 1)),
        ("weights.export", 0, (0, 1)),
        ("weights.export", 50, (50, 1)),
    ],
)
def test_a_permit_takes_what_was_stated_and_a_copy(
    action: str, amount: int | None, taken: tuple[int, int] | None
) -> None:
    request = replace(READ, action=action, amount=amount)

    assert taken_by(request, FACTS, Spending()) == taken


@pytest.mark.parametrize("size", [None, 0])
def test_an_export_of_who_knows_how_much_takes_the_most_there_is(
    size: int | None,
) -> None:
    request = replace(UNSTATED, action="weights.export")

    assert taken_by(request, weights(size), Spending()) == (MAX_AMOUNT, 1)


LOOK = replace(READ, action="weights.copy", continues="dec-0")


@pytest.mark.parametrize("action", ["weights.copy", "weights.export"])
def test_the_next_look_at_a_copy_is_no_further_copy(action: str) -> None:
    look, copied = replace(LOOK, action=action), spent(7, 1)

    assert amount_facts(look, FACTS, copied, NOW) == AmountFacts(
        hour=57, month=57, share=57, copies=1
    )
    assert taken_by(look, FACTS, copied) == (50, 0)
    unstated = replace(look, amount=None)
    assert amount_facts(unstated, FACTS, copied, NOW).copies == 1
    assert taken_by(unstated, FACTS, copied) is None


@pytest.mark.parametrize(
    ("changes", "copied"),
    [
        ({"continues": ""}, 1),
        ({"continues": "dec-1"}, 1),
        ({"subject": "user:alan"}, 1),
        ({"resource": "weights:twin"}, 1),
        ({"point": "point:q"}, 1),
        ({}, 0),
    ],
)
def test_whoever_continues_what_is_no_copy_of_theirs_makes_one(
    changes: dict[str, Any], copied: int
) -> None:
    look, before = replace(LOOK, **changes), spent(7, copied)

    assert amount_facts(look, twins(), before, NOW).copies == copied + 1
    assert taken_by(look, twins(), before) == (50, 1)


def test_an_export_that_continues_nothing_takes_the_whole_file() -> None:
    look = replace(UNSTATED, action="weights.export", continues="dec-9")

    assert taken_by(look, FACTS, spent(7, 1)) == (SIZE, 1)


def accounts() -> FactBase:
    """Return a registry where ada has a second account and runs a service."""
    person = {"id": "user:ada", "organisation": "org:i"}
    known = [
        person,
        {**person, "id": "user:ada2", "account_of": "user:ada"},
        {**person, "id": "user:bob"},
        {**person, "id": "service:batch", "operator": "user:ada"},
    ]
    return FACTS.with_changes({one["id"]: document_of(one) for one in known})


@pytest.mark.parametrize(
    ("subject", "month"),
    [
        ("user:ada", 57),
        ("user:ada2", 57),
        ("service:batch", 57),
        ("user:bob", 50),
        ("user:nobody", 50),
    ],
)
def test_a_month_is_that_of_the_natural_person(subject: str, month: int) -> None:
    request = replace(READ, subject=subject)

    found = amount_facts(request, accounts(), spent(7, 2), NOW)

    assert found == AmountFacts(hour=57, month=month, share=57, copies=2)


def test_a_second_account_and_a_second_id_are_added_up_once_each() -> None:
    facts = accounts().with_changes(dict(twins().documents()))
    request = replace(READ, subject="user:ada2", resource="weights:twin")

    found = amount_facts(request, facts, spent(7, 2), NOW)

    assert found == AmountFacts(hour=57, month=57, share=57, copies=2)
