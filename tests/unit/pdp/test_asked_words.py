"""The words in which a concern asks about something."""

import pytest

from ringwall.base.errors import PolicyError
from ringwall.pdp.asked_words import asked_words
from tests.unit.pdp.scene import shipped


def test_the_words_of_a_word_and_of_a_set_are_those_declared() -> None:
    access = shipped().concerns["access"].concern
    quorum = shipped().concerns["quorum"].concern

    assert "weights.read" in asked_words(access, "action")
    assert "custodian" in asked_words(access, "subject.roles")
    assert "custodian-2" in asked_words(quorum, "grant.seats")


@pytest.mark.parametrize("path", ["subject.shoes", "subject.compartments", "subject"])
def test_a_concern_that_does_not_ask_in_words_is_refused(path: str) -> None:
    with pytest.raises(PolicyError) as caught:
        asked_words(shipped().concerns["access"].concern, path)

    assert caught.value.code == "concern-incomplete"
    assert f"r.{path}" in caught.value.message
    assert caught.value.next_step
