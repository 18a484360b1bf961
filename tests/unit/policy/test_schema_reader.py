import pytest

from ringwall.policy.schema import Attribute, Column
from ringwall.policy.value_types import (
    FlagType,
    IdType,
    InstantType,
    NumberType,
    SetType,
    WordType,
)
from tests.unit.policy.sample import edited, faults_of, sample


def test_attributes_and_columns_have_their_declared_types() -> None:
    schema = sample().schema
    words = {item.name: item for item in schema.vocabularies}

    assert schema.objects == ("subject", "asset", "action")
    assert schema.attribute("subject.roles").type == SetType(WordType(words["role"]))
    assert schema.attribute("subject.labels").type == SetType(IdType())
    assert schema.attribute("asset.born").type == InstantType()
    assert schema.attribute("subject.suspended").type == FlagType()
    assert schema.attribute("action") == Attribute(
        "action", "", WordType(words["action"])
    )
    assert schema.columns[5] == Column("size", NumberType(), open=True)
    assert words["level"].ordered
    assert words["kind"].values == ("model", "data", "note")


def test_words_in_one_order_may_be_shared_by_vocabularies() -> None:
    concern = sample(("level = L0 < L1 < L2", "level = L0 < L1 < L2\nother = L0 < L2"))

    assert [item.name for item in concern.schema.vocabularies][-1] == "action"


@pytest.mark.parametrize(
    ("find", "put", "codes"),
    [
        ("p.size = number, open", "p.size = set(id)", ["type-not-for-columns"]),
        ("r.action = action", "r.action = set(set(id))", ["type-unknown"]),
        ("r.action = action", "r.action = set(flag)", ["type-unknown"]),
        ("kind = model, data, note", "kind = model,, note", ["word-malformed"]),
        ("role = junior", "Role = a\nrole = junior", ["name-malformed"]),
        ("r.asset.size = number", "r.asset.Size = number", ["name-malformed"]),
        ("r.action = action", "r.action = action\nq.x = id", ["type-unused"]),
        ("p.level = level", "p.level = level\np.eft = id", ["type-unused"]),
        ("action, eft", "action", ["columns-wrong"]),
    ],
)
def test_model_that_types_wrongly_is_refused(
    find: str, put: str, codes: list[str]
) -> None:
    assert [fault.code for fault in faults_of(edited((find, put)))] == codes


def test_model_without_its_definitions_is_refused_for_that_alone() -> None:
    faults = faults_of(edited(("r = subject, asset, action\n", "")))

    assert [fault.code for fault in faults] == ["key-missing"]


@pytest.mark.parametrize("name", ["holds", "g", "g3", "holds4", "within", "at_least"])
def test_name_of_a_function_is_no_name_of_anything_else(name: str) -> None:
    files = edited(("r.asset.owner", f"r.asset.{name}"))

    assert [fault.code for fault in faults_of(files)] == ["name-malformed"]


def test_name_of_a_function_is_a_word_like_any_other() -> None:
    concern = sample(("guest", "holds"))

    assert [rule.text[1] for rule in concern.rules][3:] == ["holds", "holds"]


@pytest.mark.parametrize("name", ["format", "format_map", "mro", "func_x"])
def test_attribute_that_stock_casbin_will_not_read_is_refused(name: str) -> None:
    files = edited(("r.asset.owner", f"r.asset.{name}"))

    assert [fault.code for fault in faults_of(files)] == ["name-malformed"]


def _lines(form: str, count: int) -> str:
    return "".join(f"{form.format(number)}\n" for number in range(count))


@pytest.mark.parametrize(
    ("find", "put", "codes"),
    [
        ("r = subject", "r = " + "a, " * 32 + "subject", ["columns-too-many"]),
        (
            "role = junior",
            _lines("w{} = a", 40) + "role = junior",
            ["vocabularies-too-many"],
        ),
        (
            "r.action = action",
            _lines("r.asset.a{} = id", 200) + "r.action = action",
            ["types-too-many"],
        ),
        (
            "role = junior",
            "w = " + _lines("w{}, \\", 10_001) + "z\nrole = junior",
            ["words-too-many"],
        ),
    ],
)
def test_more_than_a_person_could_review_is_refused_unread(
    find: str, put: str, codes: list[str]
) -> None:
    assert [fault.code for fault in faults_of(edited((find, put)))] == codes
