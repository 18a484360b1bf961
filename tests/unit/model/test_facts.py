"""The facts of a question: definite, frozen, and named as policies name them."""

from dataclasses import FrozenInstanceError

import pytest

from ringwall.model.facts import (
    GrantFacts,
    Lapse,
    SessionFacts,
    Situation,
    SubjectFacts,
)
from ringwall.model.levels import Authentication, Quorum, SecurityLevel


def test_the_parts_of_a_situation_have_the_names_that_policies_use() -> None:
    assert Situation._fields == (
        "subject",
        "organisation",
        "asset",
        "site",
        "session",
        "grant",
        "action",
    )


def test_facts_can_not_be_changed() -> None:
    subject = SubjectFacts(
        "user:a", frozenset(), frozenset(), SecurityLevel.SL0, suspended=False
    )

    assert subject.lapses == ()
    with pytest.raises(FrozenInstanceError):
        subject.suspended = True  # type: ignore[misc]  # that is what is tried


def test_equal_facts_are_equal() -> None:
    assert Lapse("cyber", "SL3", 1, 2) == Lapse("cyber", "SL3", 1, 2)
    assert SessionFacts(Authentication.MFA) == SessionFacts(Authentication.MFA)
    assert GrantFacts(Quorum.TWO) != GrantFacts(Quorum.NONE)
