import pytest
from pydantic import ValidationError

from ringwall.raid.workload.numbers import Ends, parse_number


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), (12, 12), ("1.5", 1.5), ("999999999.123456", 1e9)]
)
def test_a_plain_number_is_read(text: object, number: float) -> None:
    assert parse_number(text) == pytest.approx(number)


@pytest.mark.parametrize(
    "text", ["-1", -1, "nan", "inf", "1e3", "+1", "1,5", "", " 1", True, None, 1.5, []]
)
def test_anything_else_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="is no number of 0 or more"):
        parse_number(text)


def test_ends_are_in_order_and_above_nothing() -> None:
    assert Ends.model_validate({"low": "1", "high": "2"}).range == (1, 2)
    for low, high in (("2", "1"), ("0", "1"), ("1", "1001")):
        with pytest.raises(ValidationError):
            Ends.model_validate({"low": low, "high": high})
