from dataclasses import dataclass, field, make_dataclass
from enum import IntEnum

import pytest
from typing_extensions import override

from ringwall.base.errors import PolicyError
from ringwall.policy.binding import check_facts
from tests.unit.policy.sample import compiled, sample


class Level(IntEnum):
    L0 = 0
    L1 = 1
    L2 = 2

    @override
    def __str__(self) -> str:
        return self.name


class Lower(IntEnum):
    L0 = 0
    L1 = 1

    @override
    def __str__(self) -> str:
        return self.name


class Shifted(IntEnum):
    L0 = 1
    L1 = 2
    L2 = 3

    @override
    def __str__(self) -> str:
        return self.name


class Swapped(IntEnum):
    L1 = 0
    L0 = 1
    L2 = 2

    @override
    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Subject:
    roles: frozenset[str]
    level: Level
    labels: frozenset[str]
    suspended: bool
    more: int = field(default=0)


@dataclass(frozen=True)
class Asset:
    kind: str
    owner: str
    size: int
    born: int
    labels: frozenset[str]


CLASSES: dict[str, type] = {
    "subject": Subject,
    "asset": Asset,
    "action": str,
    "site": int,
}


def _faults(changes: dict[str, type]) -> list[tuple[str, str]]:
    with pytest.raises(PolicyError) as caught:
        check_facts(sample(), CLASSES | changes)
    assert caught.value.code == "facts-differ"
    return [(fault.code, fault.message) for fault in caught.value.faults]


def _subject(**changes: object) -> type:
    fields = {
        "roles": frozenset[str],
        "level": Level,
        "labels": frozenset[str],
        "suspended": bool,
    }
    return make_dataclass("Subject", list((fields | changes).items()))


def test_classes_that_hold_every_fact_fit() -> None:
    check_facts(sample(), CLASSES)
    compiled().bind(CLASSES)


def test_labels_may_differ_in_case() -> None:
    concern = sample(("L0", "l0"), ("L1", "l1"), ("L2", "l2"))

    check_facts(concern, CLASSES)


def test_missing_object_is_named() -> None:
    with pytest.raises(PolicyError) as caught:
        check_facts(sample(), {"subject": Subject, "asset": Asset})

    assert [fault.message for fault in caught.value.faults] == [
        "the program has no `r.action`"
    ]


def test_missing_attribute_is_named() -> None:
    bare = make_dataclass("Bare", [("kind", str)])

    assert ("fact-missing", "the program has no `r.asset.size`") in _faults(
        {"asset": bare}
    )


def test_class_that_is_no_dataclass_has_no_facts() -> None:
    assert {code for code, _ in _faults({"asset": str})} == {"fact-missing"}


@pytest.mark.parametrize(
    ("name", "annotation"),
    [
        ("level", int),
        ("level", str),
        ("level", Lower),
        ("level", Shifted),
        ("level", Swapped),
        ("roles", set[str]),
        ("roles", frozenset[int]),
        ("suspended", int),
    ],
)
def test_fact_of_another_type_is_named(name: str, annotation: type) -> None:
    (fault,) = _faults({"subject": _subject(**{name: annotation})})

    assert fault[0] == "fact-type"
    assert f"`r.subject.{name}`" in fault[1]


def test_plain_value_of_another_type_is_named() -> None:
    assert _faults({"action": int}) == [
        ("fact-type", "`r.action` is `action` here but not in the program")
    ]


def test_numbers_and_ids_are_plain_integers_and_text() -> None:
    wrong = make_dataclass(
        "Asset",
        [
            ("kind", str),
            ("owner", int),
            ("size", bool),
            ("born", str),
            ("labels", frozenset[str]),
        ],
    )

    assert [code for code, _ in _faults({"asset": wrong})] == ["fact-type"] * 3
