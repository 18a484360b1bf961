"""The canonical form: what it takes, what it gives, what it refuses."""

from collections import OrderedDict
from decimal import Decimal
from enum import IntEnum, StrEnum

import pytest

from ringwall.base.canonical import MAX_ENTRY_BYTES, dump_canonical, load_canonical


class Number(IntEnum):
    ONE = 1


class Word(StrEnum):
    A = "a"


def nested(depth: int) -> object:
    value: object = "leaf"
    for _ in range(depth):
        value = [value]
    return value


def test_keys_are_sorted_and_nothing_is_padded() -> None:
    value = {"b": [1, True, None], "a": {"y": "é", "x": -2}}

    assert dump_canonical(value) == '{"a":{"x":-2,"y":"é"},"b":[1,true,null]}'.encode()


def test_a_tuple_is_written_as_an_array() -> None:
    assert dump_canonical((1, (2,))) == b"[1,[2]]"


@pytest.mark.parametrize("value", ["text", 0, True, False, None, [], {}])
def test_any_value_of_the_profile_may_stand_alone(value: object) -> None:
    assert dump_canonical(value)


@pytest.mark.parametrize("value", [2**53 - 1, 1 - 2**53])
def test_the_largest_integers_are_written(value: int) -> None:
    assert dump_canonical(value) == str(value).encode()


@pytest.mark.parametrize("value", [2**53, -(2**53), 10**400])
def test_an_integer_of_2_to_53_or_more_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match=r"not below 2\^53"):
        dump_canonical({"n": value})


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), Decimal(1), b"bytes", {1}, Number.ONE, Word.A, OrderedDict()],
)
def test_a_value_of_another_kind_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="has no canonical form"):
        dump_canonical([value])


@pytest.mark.parametrize("key", [1, None, Word.A, (1,)])
def test_a_key_that_is_no_text_is_refused(key: object) -> None:
    with pytest.raises(ValueError, match="not text"):
        dump_canonical({key: 1})


def test_a_key_outside_ascii_is_refused() -> None:
    with pytest.raises(ValueError, match="not ASCII"):
        dump_canonical({"é": 1})


@pytest.mark.parametrize("text", ["\ud800", "a\udfff", "\udc00\ud800"])
def test_a_lone_surrogate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="text holds a lone surrogate"):
        dump_canonical({"t": [text]})


def test_sixteen_levels_are_written_and_come_back() -> None:
    value = {"deep": nested(15)}

    assert load_canonical(dump_canonical(value)) == value


@pytest.mark.parametrize(
    "value", [nested(17), {"deep": nested(16)}, {"a": 1, "b": [nested(15)]}]
)
def test_seventeen_levels_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match="too deep"):
        dump_canonical(value)


def test_an_empty_container_counts_as_a_level() -> None:
    value: object = []
    for _ in range(16):
        value = [value]

    with pytest.raises(ValueError, match="too deep"):
        dump_canonical(value)


def test_a_circle_is_refused() -> None:
    value: list[object] = []
    value.append(value)

    with pytest.raises(ValueError, match="too deep"):
        dump_canonical(value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"{} ",
        b" {}",
        b"\xef\xbb\xbf{}",
        b"\xff",
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":NaN}',
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b'{"a":"\\u0061"}',
        b'{"a":"\\u00e9"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\/"}',
        b'{"a":9007199254740992}',
        b'{"\xc3\xa9":1}',
        b'{"a":"\x01"}',
    ],
)
def test_bytes_that_are_not_canonical_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        load_canonical(data)


@pytest.mark.parametrize("data", [b"[]", b'"text"', b"1", b"null"])
def test_what_is_no_object_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a JSON object"):
        load_canonical(data)


def test_the_largest_entry_is_read() -> None:
    filling = MAX_ENTRY_BYTES - len(b'{"a":""}')
    data = dump_canonical({"a": "x" * filling})

    assert len(data) == MAX_ENTRY_BYTES
    assert load_canonical(data) == {"a": "x" * filling}


def test_an_entry_one_byte_too_large_is_refused_unread() -> None:
    with pytest.raises(ValueError, match="more than 61440"):
        load_canonical(b"x" * (MAX_ENTRY_BYTES + 1))


def test_nesting_that_would_exhaust_the_stack_is_refused() -> None:
    with pytest.raises(ValueError, match="depth limit"):
        load_canonical(b"[" * MAX_ENTRY_BYTES)
