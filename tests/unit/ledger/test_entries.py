"""Entries: what may be appended, and what may be given back."""

import json

import pytest

from ringwall.base.canonical import MAX_ENTRY_BYTES, dump_canonical
from ringwall.base.errors import IntegrityError
from ringwall.ledger.entries import is_leaf_of, open_entry
from ringwall.ledger.projections import project
from ringwall.tlog.hashing import leaf_hash
from tests.fault.ledger_simulator import HISTORY, alarm, decision, fact, sealed


def test_the_bytes_hashed_are_the_canonical_ones_stored() -> None:
    entry = sealed(fact("org:ada"))

    assert entry.data == dump_canonical(fact("org:ada"))
    assert entry.leaf == leaf_hash(entry.data)
    assert entry.puts == project(0, fact("org:ada"))


def test_decisions_and_alarms_alone_do_not_move_the_basis() -> None:
    idle = {"decision.made", "alarm.raised"}
    history = (*HISTORY, alarm("dec-3"))

    assert [sealed(event).moves_basis for event in history] == [
        event["kind"] not in idle for event in history
    ]


def test_an_event_that_lacks_a_key_is_refused_before_it_is_in_a_batch() -> None:
    with pytest.raises(ValueError, match="is missing"):
        sealed({"v": 1, "kind": "fact.removed", "at": ""})


def test_an_event_without_canonical_form_is_refused() -> None:
    with pytest.raises(ValueError, match="canonical form"):
        sealed({**fact("org:ada"), "weight": 0.5})


def test_an_entry_may_have_sixty_kibibytes_and_no_byte_more() -> None:
    room = MAX_ENTRY_BYTES - len(dump_canonical({**decision("d"), "policy": ""}))

    assert len(sealed({**decision("d"), "policy": "x" * room}).data) == (
        MAX_ENTRY_BYTES
    )
    with pytest.raises(ValueError, match="bytes exceeds"):
        sealed({**decision("d"), "policy": "x" * (room + 1)})


def test_what_an_entry_tells_by_a_token_has_the_same_limit() -> None:
    room = MAX_ENTRY_BYTES - len('""')

    assert len(sealed({**decision("d"), "purpose": "x" * room}).data) < 1000
    with pytest.raises(ValueError, match="bytes exceeds"):
        sealed({**decision("d"), "purpose": "x" * (room + 1)})


def test_a_stored_entry_gives_its_event_and_row_back() -> None:
    entry = sealed(fact("org:ada"))

    assert open_entry(7, entry.leaf, entry.data) == (
        fact("org:ada"),
        project(7, fact("org:ada")),
    )


@pytest.mark.parametrize("leaf", [None, "", 5, b"", bytes(32)])
def test_an_entry_under_another_hash_is_not_given_back(leaf: object) -> None:
    with pytest.raises(IntegrityError, match="entry 7 do not match") as caught:
        open_entry(7, leaf, sealed(fact("org:ada")).data)
    assert caught.value.code == "entry-changed"


@pytest.mark.parametrize("data", [None, "text", 5, b""])
def test_what_is_stored_in_place_of_an_entry_is_not_given_back(data: object) -> None:
    with pytest.raises(IntegrityError) as caught:
        open_entry(7, sealed(fact("org:ada")).leaf, data)
    assert caught.value.code == "entry-changed"


def test_only_bytes_can_be_a_leaf_and_its_hash() -> None:
    assert is_leaf_of(leaf_hash(b"x"), b"x")
    assert not is_leaf_of(leaf_hash(b"x").hex(), b"x")
    assert not is_leaf_of(leaf_hash(b"x"), "x")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"kind":"\x1b"}',
        json.dumps(fact("org:ada")).encode(),
        dump_canonical({"v": 1, "kind": "fact.removed"}),
        dump_canonical({**fact("org:ada"), "document": []}),
        b"[" * 50_000,
    ],
)
def test_bytes_that_were_hashed_but_are_no_event_are_refused(data: bytes) -> None:
    with pytest.raises(IntegrityError, match="entry 7 is not an event") as caught:
        open_entry(7, leaf_hash(data), data)
    assert caught.value.code == "entry-unreadable"
    assert caught.value.message.isprintable()
