"""From documents to the facts of a question."""

import pytest

from ringwall.base.clock import parse_instant
from ringwall.model.decisions import Stage
from ringwall.model.declarations import Asset, Document
from ringwall.model.facts import Lapse, Situation
from ringwall.model.levels import (
    Authentication,
    Capability,
    Quorum,
    Screening,
    SecurityLevel,
)
from ringwall.model.requests import AccessRequest
from ringwall.model.tiers import Tier
from ringwall.pdp.facts import FactBase, FactMissing, asset_facts
from tests.unit.pdp.scene import (
    DATES,
    FROM,
    NOW,
    PAST,
    UNTIL,
    ask,
    attested,
    cyber,
    edited,
    institute,
    score,
    screening,
)

SL = SecurityLevel


def missing(facts: FactBase, request: AccessRequest) -> str:
    """Return the code for which there are no facts."""
    with pytest.raises(FactMissing) as caught:
        facts.situation(request, NOW)
    assert caught.value.reason.stage is Stage.FACTS
    assert caught.value.reason.message == str(caught.value)
    return caught.value.reason.code


def look(*changes: Document, subject: str = "user:ada") -> Situation:
    return institute(*changes).situation(ask(subject), NOW)


def test_a_situation_says_what_is_on_record_about_each_party() -> None:
    s = look()

    assert (s.subject.id, s.subject.personnel) == ("user:ada", SL.SL4)
    assert s.subject.roles == {"weights-researcher"}
    assert s.subject.compartments == {"aurora"}
    assert (s.organisation.id, s.organisation.relation) == (
        "org:institute",
        "institute",
    )
    assert (s.asset.id, s.asset.kind) == ("weights:aurora", "model-weights")
    assert (s.site.id, s.site.level, s.site.personnel) == ("site:hub", SL.SL3, SL.SL4)
    assert s.session.authentication is Authentication.HARDWARE
    assert s.grant.quorum is Quorum.NONE
    assert s.action == "weights.infer"
    assert not s.subject.suspended
    assert not s.organisation.suspended
    assert s.subject.lapses + s.organisation.lapses + s.site.lapses == ()


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (ask("user:nobody"), "unknown-subject"),
        (ask("org:institute"), "unknown-subject"),
        (ask("weights:aurora"), "unknown-subject"),
        (ask(resource="weights:nothing"), "unknown-resource"),
        (ask(resource="user:ada"), "unknown-resource"),
        (ask(point="point:nowhere"), "unknown-point"),
        (ask(point="site:hub"), "unknown-point"),
        (ask(resource="weights:unplaced"), "asset-unclassified"),
    ],
)
def test_what_is_not_on_record_is_missing(question: AccessRequest, code: str) -> None:
    assert missing(institute(), question) == code


@pytest.mark.parametrize(
    ("struck", "subject", "code"),
    [
        ("org:institute", "user:ada", "unknown-organisation"),
        ("user:ada", "service:runner", "unknown-operator"),
        ("site:hub", "user:ada", "unknown-site"),
    ],
)
def test_what_a_document_leans_on_is_missing_once_struck(
    struck: str, subject: str, code: str
) -> None:
    assert missing(institute(without=(struck,)), ask(subject)) == code


def test_a_service_whose_operator_is_of_another_organisation_has_no_standing() -> None:
    facts = institute(edited("service:runner", operator="user:kay"))

    assert missing(facts, ask("service:runner")) == "operator-elsewhere"


def test_a_service_has_the_personnel_level_of_its_operator() -> None:
    s = look(subject="service:runner")

    assert (s.subject.id, s.subject.personnel) == ("service:runner", SL.SL4)
    assert s.subject.roles == {"evaluator", "service"}


def test_a_site_whose_operator_is_suspended_serves_nothing() -> None:
    facts = institute(edited("org:institute", suspended=True))

    assert missing(facts, ask()) == "site-operator-suspended"


@pytest.mark.parametrize(
    ("entity", "subject"),
    [
        ("user:ada", "user:ada"),
        ("service:runner", "service:runner"),
        ("user:ada", "service:runner"),
    ],
)
def test_a_suspension_holds_for_the_subject_and_for_what_it_operates(
    entity: str, subject: str
) -> None:
    assert look(edited(entity, suspended=True), subject=subject).subject.suspended


def test_a_suspension_of_the_organisation_is_seen() -> None:
    partner = edited("org:partner", suspended=True)
    s = look(partner, subject="user:kay")

    assert s.organisation.suspended
    assert not s.subject.suspended


def test_a_person_who_was_never_screened_has_the_lowest_level() -> None:
    subject = look(edited("user:ada", screening=None)).subject

    assert (subject.personnel, subject.lapses) == (SL.SL0, ())


def test_a_lapsed_screening_counts_as_none_and_says_when_it_lapsed() -> None:
    subject = look(edited("user:ada", screening=screening("SL4", PAST))).subject

    assert subject.personnel is SL.SL0
    assert subject.lapses == (
        Lapse(
            "personnel",
            "SL4",
            parse_instant(PAST["from"]),
            parse_instant(PAST["until"]),
        ),
    )


@pytest.mark.parametrize(
    ("instant", "level"),
    [
        (parse_instant(FROM) - 1, SL.SL0),
        (parse_instant(FROM), SL.SL4),
        (parse_instant(UNTIL) - 1, SL.SL4),
        (parse_instant(UNTIL), SL.SL0),
    ],
)
def test_evidence_counts_from_its_start_and_not_at_its_end(
    instant: int, level: SecurityLevel
) -> None:
    facts = institute()
    facts.situation(ask(), NOW)  # so that there is something to be kept wrongly

    assert facts.situation(ask(), instant).subject.personnel is level


@pytest.mark.parametrize(
    ("instant", "level"),
    [
        (parse_instant(FROM) - 1, SL.SL0),
        (parse_instant(FROM), SL.SL3),
        (parse_instant(UNTIL) - 1, SL.SL3),
        (parse_instant(UNTIL), SL.SL0),
    ],
)
def test_an_attestation_counts_from_its_start_and_not_at_its_end(
    instant: int, level: SecurityLevel
) -> None:
    facts = institute()
    facts.situation(ask(), NOW)  # so that there is something to be kept wrongly

    assert facts.situation(ask(), instant).site.level is level
    assert facts.situation(ask(), NOW).site.level is SL.SL3


def test_what_was_found_once_is_kept_while_nothing_changes() -> None:
    facts = institute()
    first, second = facts.situation(ask(), NOW), facts.situation(ask(), NOW + 1)

    assert first.subject is second.subject
    assert first.site is second.site
    assert first.asset is second.asset


def test_the_level_of_a_site_is_its_weakest_domain_but_for_personnel() -> None:
    strong = [*attested("SL5", "SL1")]
    strong[1] = {**strong[1], "level": "SL2"}
    site = look(edited("site:hub", attestations=strong)).site

    assert (site.level, site.weights, site.network) == (SL.SL2, SL.SL5, SL.SL2)
    assert site.personnel is SL.SL1


def test_a_site_with_a_domain_that_lapsed_falls_to_nothing_and_says_so() -> None:
    attestations = attested("SL3", "SL4")
    attestations[3] = {**attestations[3], **PAST}
    site = look(edited("site:hub", attestations=attestations)).site

    assert (site.level, site.detection, site.weights) == (SL.SL0, SL.SL0, SL.SL3)
    assert [(lapse.attribute, lapse.value) for lapse in site.lapses] == [
        ("detection", "SL3")
    ]


def test_a_site_that_nobody_attested_has_the_lowest_level_throughout() -> None:
    site = look(edited("site:hub", attestations=[])).site

    assert {site.level, site.weights, site.network, site.personnel} == {SL.SL0}


def test_evidence_of_an_organisation_is_read_by_kind() -> None:
    s = institute().situation(ask("user:liv"), NOW)

    assert s.organisation.cyber is SL.SL3
    assert (s.organisation.rule_of_law, s.organisation.freedoms) == (90, 90)
    assert s.organisation.screening is Screening.NONE
    assert look(subject="user:kay").organisation.screening is Screening.SCREENED


def test_evidence_of_an_organisation_that_lapsed_counts_as_none() -> None:
    evidence = [cyber("SL3", PAST), {**PAST, "kind": "freedoms", "score": 90}]
    found = look(edited("gov:fr", evidence=evidence), subject="user:lou").organisation

    assert (found.cyber, found.freedoms) == (SL.SL0, 0)
    assert [(lapse.attribute, lapse.value) for lapse in found.lapses] == [
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
    found = look(edited("gov:fr", evidence=evidence), subject="user:lou").organisation

    assert (found.cyber, found.freedoms, found.rule_of_law) == (SL.SL2, 30, 0)
    assert [lapse.value for lapse in found.lapses] == ["SL4"]


def test_an_asset_shows_the_upper_bound_of_its_compute() -> None:
    facts = institute().situation(ask(), NOW).asset

    assert facts.compute == 2 * 10**25
    assert (facts.tier, facts.content) == (Tier.UPPER, "restricted")
    assert facts.capability is Capability.REACHED
    assert facts.compartments == {"aurora"}


def test_an_asset_that_is_no_model_has_neither_compute_nor_capability() -> None:
    document = edited("dataset:open")
    assert isinstance(document, Asset)
    facts = asset_facts(document)

    assert (facts.compute, facts.capability) == (0, Capability.NONE)


def test_changes_make_another_state_and_leave_the_first_alone() -> None:
    before = institute()
    before.situation(ask(), NOW)
    after = before.with_changes(
        {
            "user:ada": edited("user:ada", screening=None),
            "user:max": None,
            "weights:aurora": edited("weights:aurora", tier="third"),
            "site:hub": edited("site:hub", attestations=[]),
            "user:gone": None,
        }
    )

    old, new = before.situation(ask(), NOW), after.situation(ask(), NOW)
    assert (old.subject.personnel, new.subject.personnel) == (SL.SL4, SL.SL0)
    assert (old.asset.tier, new.asset.tier) == (Tier.UPPER, Tier.THIRD)
    assert (old.site.level, new.site.level) == (SL.SL3, SL.SL0)
    assert len(after) == len(before) - 1
    assert missing(after, ask("user:max")) == "unknown-subject"


def test_a_state_does_not_follow_the_mapping_it_was_made_from() -> None:
    documents = dict(institute().documents())
    facts = FactBase(documents)
    documents.clear()

    assert len(facts) == len(facts.documents()) > 0
    assert facts.situation(ask(), NOW)


def test_a_state_lists_its_parties_in_order() -> None:
    facts = institute()

    assert facts.subjects() == [
        "service:runner",
        "user:ada",
        "user:kay",
        "user:liv",
        "user:lou",
        "user:max",
    ]
    assert facts.points() == ["point:campus", "point:hub"]
    assert facts.assets() == [
        "dataset:open",
        "eval:brief",
        "weights:aurora",
        "weights:unplaced",
    ]


def test_a_state_says_who_holds_which_roles() -> None:
    held = institute().roles_held()

    assert held.keys() == set(institute().subjects())
    assert held["user:ada"] == {"weights-researcher"}
    assert held["service:runner"] == {"evaluator", "service"}


def test_a_long_id_is_not_repeated_whole() -> None:
    with pytest.raises(FactMissing) as caught:
        institute().situation(ask("user:" + "a" * 1000), NOW)

    assert len(caught.value.reason.message) < 200
