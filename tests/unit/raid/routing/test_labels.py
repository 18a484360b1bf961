"""Labels."""

import pytest

from ringwall.raid.routing.labels import UNLABELLED, Tlp, label_of


def test_labels_stand_in_the_order_of_tlp_2() -> None:
    words = ["clear", "green", "amber", "amber+strict", "red"]
    assert [label.word for label in sorted(Tlp)] == words
    assert [label_of(word) for word in words] == sorted(Tlp)


def test_what_nobody_labelled_does_not_go_around() -> None:
    assert label_of("") is UNLABELLED is Tlp.AMBER_STRICT


@pytest.mark.parametrize("word", ["TLP:RED", "white", "amber_strict", " "])
def test_no_other_word_is_a_label(word: str) -> None:
    with pytest.raises(ValueError, match="is none of clear, green, amber"):
        label_of(word)
