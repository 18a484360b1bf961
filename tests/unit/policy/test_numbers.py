import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.policy.numbers import format_number, parse_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("70", 70),
        ("1e1", 10),
        ("1e25", 10**25),
        ("2.5e24", 25 * 10**23),
        ("1.10e2", 110),
        ("1e60", 10**60),
        (str(10**60), 10**60),
    ],
)
def test_number_is_read_exactly(text: str, number: int) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "+1",
        "07",
        "1.5",
        "1E5",
        "1e0",
        "1.5e",
        "1_000",
        "0e5",
        "10e5",
        "٣",
        "1e005",
        "1_0",
        "\u0966",
        "\uff11",
        "1e999",
        "NaN",
        "Infinity",
        "0x10",
        " 1",
        "1 ",
        "01",
        "1\n",
    ],
)
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        parse_number(text)


def test_fraction_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a whole number"):
        parse_number("1.25e1")


@pytest.mark.parametrize("text", ["1e61", str(10**60 + 1)])
def test_number_above_the_limit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is above 1e60"):
        parse_number(text)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (100, "100"),
        (10**25, "1e25"),
        (25 * 10**23, "2.5e24"),
        (1234567, "1234567"),
        (1_234_500_000, "1234500000"),
        (123_456 * 10**10, "1.23456e15"),
        (500_001 * 10**20, "5.00001e25"),
        (10**15 + 1, "1000000000000001"),
        (10**25 + 1, str(10**25 + 1)),
        (10**25 + 10**6, "1.0000000000000000001e25"),
    ],
)
def test_number_is_written_short_where_it_is_round(number: int, text: str) -> None:
    assert format_number(number) == text


@given(st.integers(0, 10**60))
def test_written_number_is_read_back(number: int) -> None:
    assert parse_number(format_number(number)) == number
