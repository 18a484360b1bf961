from dataclasses import replace
from typing import Any

import pytest

from ringwall.policy.schema import Column, NotOpenError, Schema
from ringwall.policy.value_types import NumberType
from tests.unit.policy.sample import REQUEST, changed, sample


@pytest.fixture(scope="module")
def schema() -> Schema:
    return sample().schema


def test_request_holds_running_values(schema: Schema) -> None:
    request: Any = schema.request_from(REQUEST)

    assert request.subject.roles == frozenset({"senior"})
    assert request.subject.level == 2
    assert request.subject.suspended is False
    assert request.asset.size == 1000
    assert request.action == "write"


def test_request_can_not_be_changed(schema: Schema) -> None:
    request: Any = schema.request_from(REQUEST)

    with pytest.raises(AttributeError):
        request.action = "read"
    with pytest.raises((AttributeError, TypeError)):
        request.subject.extra = 1


def test_what_is_seen_is_written_as_in_the_policy(schema: Schema) -> None:
    request = schema.request_from(REQUEST)
    seen = {item.path: schema.seen(request, item) for item in schema.attributes}

    assert seen["subject.level"] == "L2"
    assert seen["subject.roles"] == "senior"
    assert seen["asset.labels"] == "none"
    assert seen["asset.born"] == "2027-01-01T00:00:00Z"
    assert seen["action"] == "write"


def test_missing_attribute_is_refused_by_its_path(schema: Schema) -> None:
    data = changed({})
    del data["asset"]["owner"]

    with pytest.raises(ValueError, match="`owner` is missing from `asset`"):
        schema.request_from(data)


def test_unknown_attribute_is_refused_by_its_path(schema: Schema) -> None:
    with pytest.raises(ValueError, match="`colour` is not known to `asset`"):
        schema.request_from(changed({"asset.colour": "red"}))


def test_missing_object_is_refused(schema: Schema) -> None:
    data = changed({})
    del data["action"]

    with pytest.raises(ValueError, match="`action` is missing from `request`"):
        schema.request_from(data)


def test_value_of_another_type_is_refused_by_its_path(schema: Schema) -> None:
    with pytest.raises(ValueError, match=r"`subject\.level`: `L9` is not a word"):
        schema.request_from(changed({"subject.level": "L9"}))
    with pytest.raises(ValueError, match="`action`: `dance` is not a word"):
        schema.request_from(changed({"action": "dance"}))


def test_object_that_is_no_mapping_is_refused(schema: Schema) -> None:
    with pytest.raises(ValueError, match="`asset` is not a mapping"):
        schema.request_from(changed({"asset": "data"}))


def test_unknown_paths_and_columns_are_programming_mistakes(schema: Schema) -> None:
    with pytest.raises(KeyError):
        schema.attribute("asset.colour")
    with pytest.raises(KeyError):
        schema.column_index("colour")


def test_columns_run_from_rule_to_effect(schema: Schema) -> None:
    assert schema.column_index("rule") == 0
    assert schema.columns[-1].name == "eft"
    assert [item.name for item in schema.columns if item.open] == [
        "kind",
        "owner",
        "size",
    ]


def test_request_is_whole_if_each_value_is_there_and_of_its_type(
    schema: Schema,
) -> None:
    whole: Any = schema.request_from(REQUEST)

    assert schema.is_whole(whole)
    assert not schema.is_whole(object())
    assert not schema.is_whole(replace(whole, subject=replace(whole.subject, level=9)))
    assert not schema.is_whole(replace(whole, asset=replace(whole.asset, kind=None)))


def test_open_column_reads_a_star_and_a_closed_one_refuses_it() -> None:
    column = Column("size", NumberType(), open=True)

    assert column.read("*") is None
    assert column.read("1e3") == 1000
    with pytest.raises(NotOpenError, match="column `size` is not open"):
        Column("size", NumberType()).read("*")
    with pytest.raises(ValueError, match="is not a number"):
        column.read("many")
