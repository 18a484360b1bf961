"""The whole of what may be told, as a document of our own schema."""

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from ringwall.cli.schemas import schema_of
from ringwall.raid.exports.document import CaseExport
from tests.exported import FULL, exported, loaded, telling
from tests.routed import report


def test_what_comes_back_is_what_was_told() -> None:
    told = telling([report(**FULL), report("report:r-b")])

    found = CaseExport.model_validate_json(exported("json", told))

    assert (found.label, found.standing) == ("amber", "amber")
    assert found.points == dict(told.points)
    assert {one.id: one.fields for one in found.reports} == {
        one.id: one.fields for one in told.reports
    }


def test_it_has_the_published_schema() -> None:
    made = loaded("json", telling([report(**FULL)]))

    Draft202012Validator(schema_of("raid-export")).validate(made)
    with pytest.raises(ValidationError):
        CaseExport.model_validate({**made, "reporter": "somebody"})
