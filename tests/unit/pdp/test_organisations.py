"""What an organisation has shown, and what of it counts."""

import pytest

from ringwall.base.clock import parse_instant
from ringwall.model.declarations import Document
from ringwall.model.facts import OrganisationFacts
from ringwall.model.levels import Agreement, Screening, SecurityLevel
from ringwall.model.parties import Organisation
from ringwall.pdp.evidence import Span
from ringwall.pdp.organisations import organisation_facts
from tests.unit.pdp.scene import (
    DATES,
    FROM,
    NOW,
    PAST,
    UNTIL,
    agreement,
    cyber,
    edited,
    score,
)

SL = SecurityLevel


def look(document: Document, now: int = NOW) -> OrganisationFacts:
    assert isinstance(document, Organisation)
    return organisation_facts(document, now)[1]


def test_evidence_is_read_by_kind() -> None:
    state, partner = look(edited("gov:no")), look(edited("org:partner"))

    assert state.cyber is SL.SL3
    assert (state.rule_of_law, state.freedoms) == (90, 90)
    assert (state.screening, partner.screening) == (Screening.NONE, Screening.SCREENED)
    assert state.agreement is partner.agreement is Agreement.IN_FORCE
    assert look(edited("org:institute")).agreement is Agreement.NONE


def test_evidence_that_lapsed_counts_as_none() -> None:
    lapsed = [
        cyber("SL3", PAST),
        {**PAST, "kind": "freedoms", "score": 90},
        agreement(PAST),
    ]
    found = look(edited("gov:fr", evidence=lapsed))

    assert (found.cyber, found.freedoms) == (SL.SL0, 0)
    assert found.agreement is Agreement.NONE
    assert [(lapse.attribute, lapse.value) for lapse in found.lapses] == [
        ("agreement", "in-force"),
        ("cyber", "SL3"),
        ("freedoms", "90"),
    ]


def test_the_strongest_evidence_in_date_counts() -> None:
    evidence = [
        {**DATES, "kind": "screening"},
        cyber("SL2"),
        cyber("SL4", PAST),
        score("freedoms", 10),
        score("freedoms", 30),
    ]
    found = look(edited("gov:fr", evidence=evidence))

    assert (found.cyber, found.freedoms, found.rule_of_law) == (SL.SL2, 30, 0)
    assert [lapse.value for lapse in found.lapses] == ["SL4"]


def test_what_is_said_once_is_seen_as_it_is() -> None:
    found = look(edited("gov:fr", suspended=True, enforcing=True))

    assert (found.id, found.relation) == ("gov:fr", "member-state")
    assert found.suspended
    assert found.enforcing
    assert not look(edited("gov:fr")).enforcing


@pytest.mark.parametrize(
    ("now", "span"),
    [
        (NOW, Span(parse_instant(FROM), parse_instant(UNTIL))),
        (parse_instant(UNTIL), Span(start=parse_instant(UNTIL))),
        (parse_instant(FROM) - 1, Span(end=parse_instant(FROM))),
    ],
)
def test_it_is_said_how_long_the_facts_stay_as_they_are(now: int, span: Span) -> None:
    document = edited("gov:fr")
    assert isinstance(document, Organisation)

    assert organisation_facts(document, now)[0] == span


def test_what_an_organisation_says_of_itself_counts_for_nothing() -> None:
    dates = {**DATES, "assessor": "gov:no"}
    evidence = [
        {**dates, "kind": "cybersecurity", "level": "SL4"},
        {**dates, "kind": "rule-of-law", "score": 99},
        {**dates, "kind": "agreement"},
        {**dates, "kind": "screening"},
    ]
    own = look(edited("gov:no", evidence=evidence))
    of_another = look(edited("gov:fr", evidence=evidence))

    assert (own.cyber, own.rule_of_law) == (SL.SL0, 0)
    assert own.agreement is Agreement.NONE
    assert own.screening is Screening.NONE
    assert own.lapses == ()
    assert of_another.cyber is SL.SL4
