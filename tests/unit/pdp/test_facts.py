"""From documents to the facts of a question."""

from dataclasses import replace

import pytest

from ringwall.base.clock import parse_instant
from ringwall.model.decisions import Stage
from ringwall.model.declarations import Document, document_of
from ringwall.model.facts import AmountFacts, GrantFacts, Lapse, PointFacts, Situation
from ringwall.model.levels import (
    Authentication,
    Integrity,
    Proof,
    Quorum,
    SecurityLevel,
)
from ringwall.model.requests import AccessRequest
from ringwall.model.tiers import Tier
from ringwall.pdp.facts import NO_GRANT, UNKNOWN_AMOUNTS, FactBase
from ringwall.pdp.missing import FactMissing
from ringwall.threats.benchmark import Benchmark
from tests.unit.pdp.ladder import BENCHMARK
from tests.unit.pdp.scene import (
    DATES,
    FROM,
    NOW,
    PAST,
    RUN,
    SAFEGUARDS,
    UNTIL,
    ask,
    edited,
    institute,
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
    assert s.session.present == 0
    assert s.grant.quorum is Quorum.NONE
    assert s.point == PointFacts("point:hub", "isolated", Tier.UPPER, Integrity.ASSURED)
    assert s.amount is UNKNOWN_AMOUNTS
    assert s.institute.open_source == "scenario-1"
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
        ("org:institute", "user:kay", "unknown-site-operator"),
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


def test_nobody_from_outside_is_screened_by_their_own() -> None:
    def level(entity: str, assessor: str) -> SecurityLevel:
        own = {**DATES, "assessor": assessor, "level": "SL4"}
        return look(edited(entity, screening=own), subject=entity).subject.personnel

    assert level("user:kay", "org:partner") is level("user:lou", "gov:fr") is SL.SL0
    assert level("user:kay", "org:institute") is level("user:lou", "gov:no") is SL.SL4
    assert level("user:ada", "org:institute") is SL.SL4


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
    facts = FactBase(documents, BENCHMARK)
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


def test_a_point_that_says_nothing_of_itself_is_trusted_with_the_least() -> None:
    point = institute().situation(ask(point="point:campus"), NOW).point

    assert point == PointFacts(
        "point:campus", "unconstrained", Tier.LOWER, Integrity.UNVERIFIED
    )


def test_amounts_are_what_was_counted_and_else_more_than_any_budget() -> None:
    counted = AmountFacts(1, 2, 3, 4)
    facts = institute()

    assert facts.situation(ask(), NOW, counted).amount is counted
    assert set(vars_of(facts.situation(ask(), NOW).amount)) == {10**60}


def vars_of(amount: AmountFacts) -> tuple[int, ...]:
    return amount.hour, amount.month, amount.share, amount.copies


OTHER = edited("user:ada", id="user:bob")


def present(
    *others: str, changes: tuple[Document, ...] = (OTHER,), **asked: str
) -> int:
    """Return how many are seen to be there."""
    request = replace(ask(**asked), present=others)  # type: ignore[arg-type]  # ids only
    return institute(*changes).situation(request, NOW).session.present


def test_who_may_see_the_asset_counts_as_present_once() -> None:
    assert present("user:bob") == 1
    assert present("user:bob", "user:bob") == 1
    assert present("user:bob", "user:ada") == 1


@pytest.mark.parametrize(
    "other",
    ["user:ada", "user:nobody", "service:runner", "weights:aurora", "user:max"],
)
def test_who_asks_who_is_unknown_or_who_may_not_see_it_is_not_present(
    other: str,
) -> None:
    assert present(other) == 0


def test_a_service_and_who_runs_it_are_one() -> None:
    assert present("user:ada", "user:bob", subject="service:runner") == 1
    assert present("user:ada", "user:bob", subject="user:max") == 2


@pytest.mark.parametrize(
    "changes",
    [
        (edited("user:ada", id="user:bob", suspended=True),),
        (edited("user:ada", id="user:bob", compartments=["other"]),),
        (edited("user:ada", id="user:bob", screening=screening("SL3")),),
        (edited("user:ada", id="user:bob", screening=screening("SL4", PAST)),),
        (edited("user:ada", id="user:bob", organisation="org:nobody"),),
        (edited("user:ada", id="user:bob", organisation="org:partner"),),
        (
            edited("user:ada", id="user:bob", organisation="org:second"),
            edited("org:partner", id="org:second", suspended=True),
        ),
    ],
)
def test_who_is_not_in_order_is_not_present(changes: tuple[Document, ...]) -> None:
    assert present("user:bob", changes=changes) == 0


def test_presence_is_looked_up_again_once_a_screening_lapses() -> None:
    facts = institute(OTHER, edited("user:ada", screening=screening("SL4", FOREVER)))
    request = replace(ask(point="point:campus"), present=("user:bob",))

    assert facts.situation(request, NOW).session.present == 1
    assert facts.situation(request, NOW).session.present == 1
    assert facts.situation(request, parse_instant(UNTIL)).session.present == 0


FOREVER = {**DATES, "until": "2100-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("changes", "without"),
    [
        ((edited("org:institute", open_source=None),), ()),
        ((), ("org:institute",)),
        ((edited("org:institute", id="org:second"),), ()),
    ],
)
def test_an_institute_that_is_not_one_or_says_nothing_has_declared_nothing(
    changes: tuple[Document, ...], without: tuple[str, ...]
) -> None:
    facts = institute(*changes, without=without)

    assert facts.institute.open_source == "undeclared"


def test_a_site_is_held_to_the_measures_there_are() -> None:
    facts = institute()
    empty = facts.with_benchmark(Benchmark(()))

    assert facts.benchmark is facts.with_changes({}).benchmark is BENCHMARK
    assert facts.situation(ask(), NOW).site.level is SL.SL3
    assert empty.situation(ask(), NOW).site.level is SL.SL0
    assert len(empty) == len(facts)


def test_an_asset_and_a_site_can_be_looked_at_by_themselves() -> None:
    facts = institute()
    s = facts.situation(ask(), NOW)

    assert facts.asset("weights:aurora", NOW) is s.asset
    assert facts.standing("site:hub", NOW).facts is s.site
    assert facts.standing("site:hub", NOW) is facts.standing("site:hub", NOW + 1)
    with pytest.raises(FactMissing):
        facts.standing("site:nowhere", NOW)


def test_safeguards_of_a_run_are_looked_at_again_when_they_lapse() -> None:
    lapsing = [{**item, "until": "2026-08-01T00:00:00Z"} for item in SAFEGUARDS]
    facts = institute(document_of({**RUN, "safeguards": lapsing}))
    until = parse_instant("2026-08-01T00:00:00Z")

    assert facts.asset("run:big", NOW).evaluator is Proof.IN_DATE
    assert facts.asset("run:big", until - 1).evaluator is Proof.IN_DATE
    assert facts.asset("run:big", until).evaluator is Proof.NONE
    asked = ask(resource="run:big")
    assert facts.situation(asked, NOW).asset.notice is Proof.IN_DATE
    assert facts.situation(asked, until).asset.notice is Proof.NONE


@pytest.mark.parametrize("quorum", Quorum)
def test_what_was_approved_is_what_was_told_and_nothing_by_itself(
    quorum: Quorum,
) -> None:
    grant = GrantFacts(quorum)
    facts = institute()

    assert facts.situation(ask(), NOW, UNKNOWN_AMOUNTS, grant).grant is grant
    assert facts.situation(ask(), NOW).grant == NO_GRANT == GrantFacts(Quorum.NONE)


def test_identity_is_proven_unless_the_institute_says_that_words_will_do() -> None:
    silent = edited("org:institute", identity=None)

    assert institute().institute.identity == "claimed"
    assert institute(silent).institute.identity == "proven"
    assert institute(without=("org:institute",)).institute.identity == "proven"


def test_whose_login_it_is_is_known_of_people_and_services() -> None:
    login = {"provider": "idp:own", "subject": "ada@example"}
    registry = institute(
        edited("user:ada", logins=[login]),
        edited("service:runner", logins=[login]),
    )

    assert registry.holders_of("idp:own", "ada@example") == (
        "service:runner",
        "user:ada",
    )
    assert registry.holders_of("idp:other", "ada@example") == ()
    assert registry.providers == ()


def test_accounts_of_one_person_are_told_by_any_of_them() -> None:
    facts = institute(edited("user:ada", id="user:bob", account_of="user:ada"))

    assert facts.natural_person("user:bob") == "user:ada"
    assert facts.natural_person("service:runner") == "user:ada"
    ids = {"user:ada", "user:bob", "service:runner"}
    assert all(ids == set(facts.accounts(one)) for one in ids)
    assert facts.accounts("user:nobody") == ("user:nobody",)


def test_the_same_weights_are_kept_from_the_same_people_under_any_id() -> None:
    file = {"sha256": "0" * 64, "bytes": 1, "tensor_count": 1}
    file["tensors_sha256"] = "1" * 64
    facts = institute(
        edited("weights:aurora", file=file, need_to_know=True),
        edited("weights:aurora", id="weights:twin", file=file, compartments=None),
    )

    twin = facts.asset("weights:twin", NOW)
    assert twin.need_to_know
    assert twin.compartments == {"aurora"}
    assert not institute().asset("weights:aurora", NOW).need_to_know
