"""Forms of fields: what fits and what does not."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from ringwall.threats import fields

FITTING: list[tuple[object, object]] = [
    (fields.AtlasId, "AML.T0010"),
    (fields.AtlasId, "AML.T0048.004"),
    (fields.VectorId, "PHY-7"),
    (fields.CategoryId, "PHY"),
    (fields.MeasureCode, "WS"),
    (fields.CsfTag, "ID.AM"),
    (fields.RuleSpan, "floor-role-missing"),
    (fields.RuleSpan, "acc-030..acc-038"),
    (fields.TestName, "test_an_expired_attestation_lowers_the_level"),
    (fields.DateText, "2028-02-29"),
    (fields.ActionName, "weights.read"),
    (fields.Score, 1),
    (fields.Score, 5),
    (fields.NeedLevel, "SL1"),
    (fields.Many, 1),
]
UNFIT: list[tuple[object, object]] = [
    (fields.AtlasId, "AML.T010"),
    (fields.AtlasId, "AML.T0010.1"),
    (fields.AtlasId, "AML.T\uff10\uff1010"),
    (fields.VectorId, "PHY-0"),
    (fields.VectorId, "PHY-1\n"),
    (fields.CategoryId, "phy"),
    (fields.MeasureCode, "WSX"),
    (fields.CsfTag, "PRDS"),
    (fields.RuleSpan, "Acc-030"),
    (fields.RuleSpan, "acc-030.."),
    (fields.TestName, "test_"),
    (fields.TestName, "test_Upper"),
    (fields.DateText, "2027-02-29"),
    (fields.DateText, "2026-W47-6"),
    (fields.DateText, ""),
    (fields.ActionName, "weights"),
    (fields.Score, 0),
    (fields.Score, 6),
    (fields.Score, "3"),
    (fields.NeedLevel, "SL0"),
    (fields.NeedLevel, "SL6"),
    (fields.Many, 0),
    (fields.Many, 2**53),
]


def adapter_of(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - types have no type
    return TypeAdapter(kind)


@pytest.mark.parametrize(("kind", "value"), FITTING)
def test_what_has_the_form_is_kept(kind: object, value: object) -> None:
    adapter = adapter_of(kind)

    assert str(adapter.validate_python(value, strict=True)) == str(value)


@pytest.mark.parametrize(("kind", "value"), UNFIT)
def test_what_has_another_form_is_refused(kind: object, value: object) -> None:
    adapter = adapter_of(kind)

    with pytest.raises(ValidationError):
        adapter.validate_python(value, strict=True)
