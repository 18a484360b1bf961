"""Laws of the canonical form: the bytes of RFC 8785, one value for one text."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import assume, given
from hypothesis import strategies as st

from ringwall.base.canonical import dump_canonical, load_canonical

LARGEST = 2**53 - 1

keys = st.text(st.characters(max_codepoint=127), max_size=8)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-LARGEST, LARGEST)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=20,
)
objects = st.dictionaries(keys, values, max_size=5)


@given(values)
def test_the_bytes_are_those_of_rfc_8785(value: Any) -> None:  # noqa: ANN401 - any JSON
    assert dump_canonical(value) == rfc8785.dumps(value)


@given(values)
def test_the_standard_library_writes_the_same_bytes(value: Any) -> None:  # noqa: ANN401 - any JSON
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    assert dump_canonical(value) == text.encode()


@given(objects)
def test_what_was_dumped_is_loaded_again(value: dict[str, Any]) -> None:
    assert load_canonical(dump_canonical(value)) == value


@given(objects)
def test_a_value_has_one_text(value: dict[str, Any]) -> None:
    shuffled = dict(reversed(value.items()))

    assert dump_canonical(shuffled) == dump_canonical(value)


@given(
    objects,
    st.sampled_from([None, 1]),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", " ", "\n"]),
)
def test_any_other_text_of_the_same_value_is_refused(
    value: dict[str, Any], indent: int | None, ascii_only: bool, spaced: bool, tail: str
) -> None:
    separators = (", ", ": ") if spaced else (",", ":")
    text = json.dumps(
        value, indent=indent, ensure_ascii=ascii_only, separators=separators
    )
    data = (text + tail).encode()
    assume(data != dump_canonical(value))

    with pytest.raises(ValueError, match="not in canonical form"):
        load_canonical(data)


@given(objects, st.data())
def test_a_byte_changed_is_refused_or_another_value(
    value: dict[str, Any], data: st.DataObject
) -> None:
    good = dump_canonical(value)
    place = data.draw(st.integers(0, len(good) - 1))
    byte = data.draw(st.integers(0, 255))
    bad = good[:place] + bytes([byte]) + good[place + 1 :]
    assume(bad != good)
    try:
        loaded = load_canonical(bad)
    except ValueError:
        return
    assert loaded != value
    assert dump_canonical(loaded) == bad


@given(st.binary(max_size=40))
def test_whatever_is_loaded_is_dumped_to_the_same_bytes(data: bytes) -> None:
    try:
        value = load_canonical(data)
    except ValueError:
        return
    assert dump_canonical(value) == data


@given(
    values,
    st.floats()
    | st.integers(min_value=LARGEST + 1)
    | st.integers(max_value=-LARGEST - 1)
    | st.binary()
    | st.just("\ud800")
    | st.dictionaries(st.integers() | st.just("é"), st.none(), min_size=1),
)
def test_one_foreign_value_anywhere_is_refused(value: object, foreign: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        dump_canonical({"good": value, "bad": [value, {"deep": foreign}]})
