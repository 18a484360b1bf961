import pytest

from ringwall.policy.value_types import (
    FlagType,
    IdType,
    InstantType,
    NumberType,
    SetType,
    Value,
    ValueType,
    WordType,
    format_type,
    format_value,
    lowest_value,
    parse_value,
    value_from_data,
)
from ringwall.policy.vocabulary import Vocabulary

LEVEL = WordType(Vocabulary("level", ("L0", "L1"), ordered=True))
ROLE = WordType(Vocabulary("role", ("a", "b"), ordered=False))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (LEVEL, "level"),
        (SetType(ROLE), "set(role)"),
        (SetType(IdType()), "set(id)"),
        (IdType(), "id"),
        (FlagType(), "flag"),
        (NumberType(), "number"),
        (InstantType(), "instant"),
    ],
)
def test_type_is_named_as_in_the_model(kind: ValueType, name: str) -> None:
    assert format_type(kind) == name


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (LEVEL, "L1", 1),
        (ROLE, "b", "b"),
        (IdType(), "org:hub", "org:hub"),
        (NumberType(), "100", 100),
        (InstantType(), "1970-01-01T00:00:01Z", 1_000_000),
    ],
)
def test_value_is_read_and_written_back(
    kind: ValueType, text: str, value: Value
) -> None:
    assert parse_value(kind, text) == value
    assert format_value(kind, value) == text


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (LEVEL, "L2"),
        (ROLE, "c"),
        (IdType(), "Org"),
        (NumberType(), "-1"),
        (InstantType(), "now"),
    ],
)
def test_text_that_is_no_value_of_the_type_is_refused(
    kind: ValueType, text: str
) -> None:
    with pytest.raises(ValueError, match="`"):
        parse_value(kind, text)


@pytest.mark.parametrize("kind", [FlagType(), SetType(ROLE)])
def test_flags_and_sets_have_no_text_form(kind: ValueType) -> None:
    with pytest.raises(TypeError, match="has no text form"):
        parse_value(kind, "true")


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (FlagType(), True, "true"),
        (FlagType(), False, "false"),
        (SetType(ROLE), frozenset({"b", "a"}), "a, b"),
        (SetType(ROLE), frozenset[str](), "none"),
    ],
)
def test_flags_and_sets_are_written(kind: ValueType, value: Value, text: str) -> None:
    assert format_value(kind, value) == text


@pytest.mark.parametrize(
    ("kind", "value"), [(LEVEL, 2), (LEVEL, -1), (ROLE, 1), (NumberType(), "1")]
)
def test_value_of_another_type_is_not_written(kind: ValueType, value: Value) -> None:
    with pytest.raises(ValueError, match="is not a"):
        format_value(kind, value)


@pytest.mark.parametrize(
    ("kind", "data", "value"),
    [
        (FlagType(), True, True),
        (NumberType(), 7, 7),
        (NumberType(), "1e2", 100),
        (SetType(ROLE), ["a", "b"], frozenset({"a", "b"})),
        (SetType(IdType()), (), frozenset()),
        (LEVEL, "L1", 1),
        (InstantType(), "1970-01-01T00:00:00Z", 0),
    ],
)
def test_plain_data_is_read(kind: ValueType, data: object, value: Value) -> None:
    assert value_from_data(kind, data) == value


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (FlagType(), "true"),
        (FlagType(), 1),
        (NumberType(), True),
        (NumberType(), -1),
        (NumberType(), 1.5),
        (SetType(ROLE), "a"),
        (SetType(ROLE), [1]),
        (SetType(ROLE), ["c"]),
        (LEVEL, 1),
        (LEVEL, None),
        (ROLE, ["a"]),
    ],
)
def test_plain_data_of_another_type_is_refused(kind: ValueType, data: object) -> None:
    with pytest.raises(ValueError, match="is not a"):
        value_from_data(kind, data)


def test_lowest_value_is_the_first_word_or_zero() -> None:
    assert lowest_value(LEVEL) == 0
    assert lowest_value(NumberType()) == 0


@pytest.mark.parametrize("kind", [ROLE, IdType(), FlagType(), SetType(ROLE)])
def test_type_without_an_order_has_no_lowest_value(kind: ValueType) -> None:
    with pytest.raises(ValueError, match="has no lowest value"):
        lowest_value(kind)
