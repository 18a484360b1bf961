"""Ordered scales: their words and their order."""

import pytest

from ringwall.model.levels import (
    Agreement,
    Authentication,
    Capability,
    ClusterStanding,
    Disclosure,
    Domain,
    DualUse,
    Equivalence,
    Integrity,
    Proof,
    Quorum,
    Scale,
    Screening,
    SecurityLevel,
)

SCALES: list[tuple[type[Scale], list[str]]] = [
    (SecurityLevel, ["SL0", "SL1", "SL2", "SL3", "SL4", "SL5"]),
    (Authentication, ["none", "password", "mfa", "hardware", "hardware-fresh"]),
    (Screening, ["none", "screened"]),
    (Capability, ["none", "below", "near", "reached"]),
    (Quorum, ["none", "two", "two-and-executive"]),
    (Agreement, ["none", "in-force"]),
    (Integrity, ["unverified", "reviewed", "assured"]),
    (Proof, ["none", "in-date"]),
    (DualUse, ["cleared", "suspected", "unknown", "found"]),
    (Disclosure, ["embargoed", "pending", "cleared"]),
    (Equivalence, ["no", "yes"]),
    (ClusterStanding, ["unregistered", "exempt", "registered"]),
]


@pytest.mark.parametrize(("scale", "words"), SCALES)
def test_the_words_of_a_scale_rise_from_zero(
    scale: type[Scale], words: list[str]
) -> None:
    assert [str(member) for member in scale] == words
    assert [int(member) for member in scale] == list(range(len(words)))


@pytest.mark.parametrize(("scale", "words"), SCALES)
def test_each_word_is_read_back(scale: type[Scale], words: list[str]) -> None:
    assert [scale.parse(word) for word in words] == list(scale)


@pytest.mark.parametrize("text", ["", "sl3", "SL6", "3", "SL3 ", "NONE"])
@pytest.mark.parametrize("scale", [scale for scale, _ in SCALES])
def test_another_word_is_refused_and_the_words_are_listed(
    scale: type[Scale], text: str
) -> None:
    with pytest.raises(ValueError, match="is not one of") as caught:
        scale.parse(text)

    assert all(str(member) in str(caught.value) for member in scale)


def test_there_are_five_fields_of_protection() -> None:
    assert [str(domain) for domain in Domain] == [
        "weights",
        "network",
        "assurance",
        "detection",
        "personnel",
    ]
