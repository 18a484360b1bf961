"""The facts of a question: definite, frozen, and named as policies name them."""

from dataclasses import FrozenInstanceError

import pytest

from ringwall.model.facts import (
    UNKNOWN_AMOUNT,
    AmountFacts,
    AssetFacts,
    GrantFacts,
    Lapse,
    SessionFacts,
    Situation,
    SubjectFacts,
)
from ringwall.model.levels import (
    Authentication,
    Capability,
    Disclosure,
    DualUse,
    Integrity,
    Quorum,
    SecurityLevel,
)
from ringwall.model.tiers import Tier


def test_the_parts_of_a_situation_have_the_names_that_policies_use() -> None:
    assert Situation._fields == (
        "subject",
        "organisation",
        "asset",
        "site",
        "session",
        "grant",
        "action",
        "point",
        "amount",
        "institute",
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


def test_an_amount_that_nobody_counted_is_more_than_any_budget() -> None:
    unknown = AmountFacts()
    found = {unknown.hour, unknown.month, unknown.share, unknown.copies}

    assert found == {UNKNOWN_AMOUNT} == {10**60}


def test_an_asset_of_which_nothing_more_is_said_is_trusted_the_least() -> None:
    asset = AssetFacts(
        "dataset:d", "dataset", Tier.LOWER, frozenset(), 0, Capability.NONE, "open"
    )

    assert asset.integrity is Integrity.UNVERIFIED
    assert asset.dual_use is DualUse.UNKNOWN
    assert asset.disclosure is Disclosure.PENDING
    assert asset.source_tier is Tier.LOWER
    assert not asset.evaluator


def test_nobody_is_there_unless_somebody_says_so() -> None:
    assert SessionFacts(Authentication.MFA).present == 0
