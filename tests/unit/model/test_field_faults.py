"""Errors of pydantic as faults: code, place and words."""

from typing import Annotated

import pytest
from pydantic import AfterValidator, Field, ValidationError
from pydantic_core import PydanticCustomError

from ringwall.base.errors import Fault
from ringwall.base.yaml_tree import parse_yaml, to_data
from ringwall.model.field_faults import field_faults, shown
from ringwall.model.levels import Domain
from ringwall.model.values import Strict, is_printable


def _even(value: int) -> int:
    if value % 2:
        raise PydanticCustomError("number-odd", "the number is odd")
    return value


class _Inner(Strict):
    word: str


class _Sample(Strict):
    number: Annotated[int, AfterValidator(_even), Field(lt=100)] = 0
    flag: bool = False
    domain: Annotated[Domain, Field(strict=False)] = Domain.WEIGHTS
    items: tuple[int, ...] = ()
    inner: _Inner | None = None


def faults_in(text: str, missing: dict[str, str] | None = None) -> tuple[Fault, ...]:
    tree = parse_yaml(text.encode(), "a.yaml", max_bytes=10_000)
    with pytest.raises(ValidationError) as caught:
        _Sample.model_validate(to_data(tree))
    return field_faults("a.yaml", tree, caught.value, missing or {})


@pytest.mark.parametrize(
    ("text", "code", "message", "expected"),
    [
        ("x: 1", "unknown-key", "`x` is not a key that is known here", "a key that"),
        ("number: x", "wrong-type", "`number` is not a whole number", "a whole number"),
        ("flag: 1", "wrong-type", "`flag` is not true or false", "true or false"),
        ("items: 1", "wrong-type", "`items` is not a list", "a list"),
        ("inner: 1", "wrong-type", "`inner` is not a mapping", "a mapping"),
        ("inner: {word: 1}", "wrong-type", "`inner.word` is not text", "text"),
        ("inner: {}", "missing-key", "`inner.word` is missing", "the key to be there"),
        ("domain: sea", "unknown-word", "`domain` is not served by `sea`", "weights, "),
        ("number: 3", "number-odd", "`number` is refused: the number is odd", ""),
        ("number: 200", "wrong-value", "`number` is refused: Input should be", ""),
        ("- a", "wrong-type", "`the file` is not a mapping", "a mapping"),
    ],
)
def test_a_fault_has_a_code_the_field_and_what_is_expected(
    text: str, code: str, message: str, expected: str
) -> None:
    (fault,) = faults_in(text)

    assert fault.code == code
    assert fault.message.startswith(message)
    assert fault.expected.startswith(expected)
    assert (fault.file, fault.line) == ("a.yaml", 1)


def test_a_fault_stands_at_its_field() -> None:
    (fault,) = faults_in("flag: true\ninner:\n  word: 7\n")

    assert (fault.line, fault.column) == (3, 9)


def test_a_key_may_have_a_code_of_its_own_for_when_it_is_missing() -> None:
    (own,) = faults_in("inner: {}", {"word": "speechless"})
    (other,) = faults_in("inner: {}", {"inner": "speechless"})

    assert own.code == "speechless"
    assert other.code == "missing-key"


def test_all_that_is_wrong_is_told() -> None:
    assert [fault.code for fault in faults_in("number: 3\nflag: 0\n")] == [
        "number-odd",
        "wrong-type",
    ]


def test_what_is_shown_can_not_break_a_line_or_flood_one() -> None:
    assert shown("a\nb\x1b\u202e", 10) == "a?b??"
    assert shown("x" * 100, 7) == "x" * 7
    assert is_printable(shown("\u2028\ufeff", 9))
