import pytest

from ringwall.policy.vocabulary import EFFECTS, Vocabulary


def test_rank_is_the_place_in_declared_order() -> None:
    level = Vocabulary("level", ("low", "high"), ordered=True)

    assert [level.rank("low"), level.rank("high")] == [0, 1]


def test_unknown_word_has_no_rank() -> None:
    with pytest.raises(ValueError, match="`permit` is not a word of `effect`"):
        EFFECTS.rank("permit")


def test_equality_is_of_name_words_and_order() -> None:
    assert Vocabulary("a", ("x",), ordered=True) != Vocabulary(
        "a", ("x",), ordered=False
    )
    assert Vocabulary("a", ("x",), ordered=True) == Vocabulary(
        "a", ("x",), ordered=True
    )
