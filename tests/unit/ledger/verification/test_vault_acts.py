"""Each act of the vault has a permit of its own, before it."""

from typing import Any

import pytest

from ringwall.ledger.verification.vault_acts import VaultActs
from ringwall.model.events import Event
from tests.fault.ledger_simulator import decision
from tests.unit.ledger.verification.vault_log import (
    BOX,
    COPY,
    Way,
    codes,
    cursor_of,
    destroyed,
    disclosure,
    found,
    permit,
    rewrapped,
    rows,
    sealed,
    skimmed,
    walked,
)

WAYS = pytest.mark.parametrize("way", [walked, skimmed])
FOR_WEST = {"copy_of": BOX, "recipient": "site:hub-west"}
SEALED = sealed("dec-seal")
COPIED = sealed("dec-copy", COPY, "weights.copy", **FOR_WEST)
WHOLE: list[Event] = [
    *SEALED,
    *COPIED,
    *rewrapped("dec-rewrap"),
    *destroyed("dec-end"),
]
ACTS = pytest.mark.parametrize("at", [1, 3, 5, 7])
MISSING = "vault-permit-missing"


@WAYS
def test_nothing_is_told_of_acts_that_were_permitted(way: Way) -> None:
    assert codes(WHOLE, way) == []


@WAYS
def test_the_permit_may_be_long_before(way: Way) -> None:
    permits = [event for event in WHOLE if event["kind"] == "decision.made"]
    acts = [event for event in WHOLE if event["kind"] != "decision.made"]
    between = [decision(f"dec-{number}") for number in range(600)]

    assert codes([*permits, *between, *acts], way) == []


@WAYS
@ACTS
@pytest.mark.parametrize(
    "words",
    [
        {"id": "dec-other"},
        {"id": 7},
        {"effect": "deny"},
        {"subject": "org:eve"},
        {"action": "weights.read"},
        {"action": "weights.export"},
        {"resource": "weights:other"},
    ],
)
def test_what_was_permitted_otherwise_is_found(
    way: Way, at: int, words: dict[str, Any]
) -> None:
    events = list(WHOLE)
    events[at - 1] = {**events[at - 1], **words}

    assert codes(events, way) == [(MISSING, f"entry {at}")]


@WAYS
@ACTS
def test_what_was_permitted_afterwards_is_found(way: Way, at: int) -> None:
    events = [*WHOLE[: at - 1], *WHOLE[at:], WHOLE[at - 1]]

    assert codes(events, way) == [(MISSING, f"entry {at - 1}")]


@WAYS
def test_a_copy_is_not_permitted_by_who_may_seal(way: Way) -> None:
    events = [*SEALED, *sealed("dec-copy", COPY, "weights.seal", **FOR_WEST)]

    assert codes(events, way) == [(MISSING, "entry 3")]


@WAYS
def test_a_permit_is_for_one_act(way: Way) -> None:
    again = sealed("dec-copy", "box-" + "c" * 20, "weights.copy", **FOR_WEST)[1]

    assert codes([*SEALED, *COPIED, again], way) == [("vault-permit-reused", "entry 4")]


@WAYS
def test_what_is_done_to_no_container_is_permitted_by_nothing(way: Way) -> None:
    told = codes(rewrapped("dec-1"), way)

    assert sorted(told) == [
        ("container-disputed", "entry 1"),
        (MISSING, "entry 1"),
    ]


@WAYS
def test_a_person_may_have_two_tokens(way: Way) -> None:
    ada, again, eve = (
        disclosure(person, salt)
        for salt, person in enumerate(("user:ada", "user:ada", "user:eve"))
    )
    events = [{**SEALED[0], "subject": ada.token}, SEALED[1]]
    own = [events[0], {**events[1], "subject": again.token}]
    other = [events[0], {**events[1], "subject": eve.token}]

    assert found(own, way, [ada, again, eve]) == ()
    assert [one.code for one in found(other, way, [ada, again, eve])] == [MISSING]


@WAYS
def test_of_what_was_pruned_nobody_can_tell(way: Way) -> None:
    assert codes([None, SEALED[1], *WHOLE[2:]], way) == []
    assert codes([*SEALED, None, COPIED[1], *WHOLE[4:]], way) == []


@WAYS
def test_a_gap_that_comes_later_excuses_nothing(way: Way) -> None:
    late = [permit("dec-other", "weights.seal"), SEALED[1], None, decision("dec-9")]

    assert codes(late, way) == [(MISSING, "entry 1")]


def test_whatever_begins_like_a_permit_and_is_none_does_not_count() -> None:
    acts = VaultActs(lambda one, other: one == other)
    acts.take(9, SEALED[1], "weights:aurora-2")
    [whole] = rows([SEALED[0]])
    broken = whole[2].replace(b'"v":1', b'"v":3')
    stored = [(0, whole[1], broken), *rows([{**SEALED[0], "v": 3}], 1)]
    told = (1, "vault-permit-missing")

    found = acts.finish(cursor_of(stored))

    assert [(index, one.code) for index, one in found] == [(9, told[1])]
    assert acts.finish(cursor_of([*stored, *rows([SEALED[0]], 2)])) == []


def test_without_an_act_nothing_is_looked_for() -> None:
    cursor = cursor_of()
    cursor.execute("DROP TABLE leaf")

    assert VaultActs(lambda one, other: one == other).finish(cursor) == []


def test_the_words_are_for_an_officer() -> None:
    [told] = found([permit("dec-0"), SEALED[1]])
    nothing = found(rewrapped("dec-1"))

    assert told.message == (
        "no decision before it, `dec-seal` by name, permits `org:ada` `weights.seal` "
        "of `weights:aurora-2`"
    )
    assert any("of what is no container on record" in one.message for one in nothing)
