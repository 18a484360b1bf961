"""Field types: levels, tiers, sets of words, ids of measures."""

import pytest
from pydantic import TypeAdapter, ValidationError

from ringwall.model.declarations import document_of, dump_document
from ringwall.model.fields import (
    AssetIds,
    Count,
    DomainWord,
    IntegrityWord,
    Level,
    Listed,
    MeasureIds,
    TierWord,
)
from ringwall.model.levels import Domain, Integrity, SecurityLevel
from ringwall.model.parties import Person
from ringwall.model.tiers import Tier
from tests.unit.model.documents import PERSON, SCREENING


@pytest.mark.parametrize("level", ["SL6", "sl3", "3", "", "upper"])
def test_an_unknown_level_is_refused(level: str) -> None:
    with pytest.raises(ValidationError, match="is not one of SL0, SL1"):
        document_of({**PERSON, "screening": {**SCREENING, "level": level}})


@pytest.mark.parametrize("level", [3, None, True, ["SL3"]])
def test_a_level_that_is_no_text_is_refused(level: object) -> None:
    with pytest.raises(ValidationError, match="expected one of SL0, SL1"):
        document_of({**PERSON, "screening": {**SCREENING, "level": level}})


def test_a_level_and_a_tier_may_be_given_as_what_they_are() -> None:
    assert TypeAdapter(Level).validate_python(SecurityLevel.SL2) is SecurityLevel.SL2
    assert TypeAdapter(TierWord).validate_python(Tier.LOWER) is Tier.LOWER
    with pytest.raises(ValidationError, match="expected one of lower"):
        TypeAdapter(TierWord).validate_python(SecurityLevel.SL2)


@pytest.mark.parametrize("key", ["roles", "compartments"])
def test_a_word_that_stands_twice_is_refused(key: str) -> None:
    with pytest.raises(ValidationError, match="stands in the list twice"):
        document_of({**PERSON, key: ["a", "b", "a"]})


@pytest.mark.parametrize("words", [["b", "a"], ("b", "a")])
def test_the_order_of_words_is_no_part_of_their_meaning(words: object) -> None:
    person = Person.model_validate({**PERSON, "roles": words})

    assert person.roles == ("a", "b")
    assert document_of(dump_document(person)) == person


def test_a_word_of_a_scale_is_written_as_text() -> None:
    adapter = TypeAdapter(IntegrityWord)

    assert adapter.validate_python("assured") is Integrity.ASSURED
    assert adapter.dump_python(Integrity.ASSURED) == "assured"
    assert adapter.json_schema()["enum"] == ["unverified", "reviewed", "assured"]


def test_a_domain_is_read_by_its_word() -> None:
    adapter = TypeAdapter(DomainWord)

    assert adapter.validate_python("weights") is Domain.WEIGHTS
    with pytest.raises(ValidationError):
        adapter.validate_python("power")


@pytest.mark.parametrize(
    ("ids", "kept"),
    [
        (["weights:b", "eval:a"], ("eval:a", "weights:b")),
        ((), ()),
    ],
)
def test_ids_are_kept_as_a_sorted_set(ids: object, kept: tuple[str, ...]) -> None:
    assert TypeAdapter(AssetIds).validate_python(ids) == kept


@pytest.mark.parametrize(
    "measures",
    [[], ["SL0-WS-1"], ["SL3-ws-1"], ["SL1-WS-1", "SL1-WS-1"], "SL1-WS-1", [5]],
)
def test_a_list_of_measures_names_each_once_and_some(measures: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(MeasureIds).validate_python(measures, strict=True)


@pytest.mark.parametrize("number", [-1, 2**53, 1.5, "1", True])
def test_a_count_is_a_whole_number_that_the_record_can_hold(number: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Count).validate_python(number, strict=True)


def test_a_list_is_kept_as_a_tuple_and_nothing_else_is_touched() -> None:
    assert Listed.func([1, 2]) == (1, 2)  # type: ignore[call-arg]  # takes no info
    assert Listed.func("ab") == "ab"  # type: ignore[call-arg]  # takes no info
