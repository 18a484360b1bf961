import pytest

from ringwall.policy.lint.samples import Comparisons
from ringwall.policy.value_types import (
    FlagType,
    IdType,
    InstantType,
    NumberType,
    SetType,
    Value,
    ValueType,
    WordType,
)
from ringwall.policy.vocabulary import Vocabulary

LEVELS = WordType(Vocabulary("level", ("L0", "L1", "L2", "L3", "L4"), ordered=True))
KINDS = WordType(Vocabulary("kind", ("a", "b", "c", "d"), ordered=False))


def _tested(
    kind: ValueType, *targets: str, bounds: tuple[int, ...] = ()
) -> Comparisons:
    return Comparisons(kind, set(bounds), {frozenset(target) for target in targets})


@pytest.mark.parametrize(
    ("tested", "samples"),
    [
        (_tested(FlagType()), (False, True)),
        (_tested(LEVELS, bounds=(0,)), (0, 1)),
        (_tested(LEVELS, bounds=(4,)), (3, 4)),
        (_tested(NumberType()), (0, 1)),
        (_tested(NumberType(), bounds=(0, 7)), (0, 1, 6, 7, 8)),
        (_tested(InstantType(), bounds=(0,)), (-1, 0, 1)),
        (_tested(KINDS, "b"), ("b", "a")),
        (_tested(KINDS, "ab", "bc"), ("a", "b", "c", "d")),
        (_tested(KINDS, "ab", "cd"), ("a", "c")),
        (_tested(KINDS, "abcd"), ("a",)),
        (_tested(IdType(), "x"), ("x", "")),
        (
            _tested(SetType(KINDS), "a", "b"),
            (frozenset(), frozenset("a"), frozenset("b"), frozenset("ab")),
        ),
    ],
)
def test_samples_lie_on_both_sides_of_each_test(
    tested: Comparisons, samples: tuple[Value, ...]
) -> None:
    assert tested.samples() == samples


@pytest.mark.parametrize(
    ("kind", "samples"),
    [
        (LEVELS, (0, 1, 2, 3, 4)),
        (KINDS, ("a", "b", "c", "d")),
        (IdType(), None),
        (NumberType(), None),
        (InstantType(), None),
        (SetType(KINDS), None),
    ],
)
def test_beside_another_attribute_every_word_counts(
    kind: ValueType, samples: tuple[Value, ...] | None
) -> None:
    assert Comparisons(kind, whole=True).samples() == samples


def test_a_set_that_is_asked_for_too_many_words_is_not_known() -> None:
    many = {frozenset({f"x{number}"}) for number in range(10)}

    assert Comparisons(SetType(IdType()), targets=many).samples() is None
