"""Whose word about a measure counts, and what the measures of a site add up to."""

from typing import Any

import pytest

from ringwall.base.clock import parse_instant
from ringwall.model.declarations import Document
from ringwall.model.facts import ExceptionFacts, Lapse
from ringwall.model.levels import ClusterStanding, Domain, SecurityLevel
from ringwall.model.parties import RELATIONS
from ringwall.model.places import Site
from ringwall.pdp.evidence import Span
from ringwall.pdp.standing import (
    Standing,
    at_levels,
    institute_of,
    standing_of,
    statements_of,
)
from ringwall.threats.posture import MeasureStatement
from tests.unit.pdp.ladder import BENCHMARK, measures_up_to, shared_up_to
from tests.unit.pdp.scene import (
    DATES,
    FROM,
    NOW,
    PAST,
    SEEN,
    UNTIL,
    Data,
    attested,
    edited,
    institute,
)

SL = SecurityLevel
START, END = parse_instant(FROM), parse_instant(UNTIL)
BOB = edited("user:max", id="user:bob")
SOON = "2026-09-01T00:00:00Z"


def exception(measure: str, **fields: Any) -> Data:  # noqa: ANN401 - fields of a declaration
    return {
        "measure": measure,
        "compensation": "a guard at the door",
        "reason": "the door is late",
        "approved_by": ["user:ada", "user:max"],
        "from": FROM,
        "until": UNTIL,
        **fields,
    }


def at(
    *changes: Document, now: int = NOW, without: tuple[str, ...] = (), **fields: object
) -> Standing:
    """Return where the hub stands after it was given other fields."""
    site = edited("site:hub", **fields)
    assert isinstance(site, Site)
    documents = institute(*changes, without=without).documents()
    return standing_of(site, documents, BENCHMARK, now)


def by(assessor: str, level: str = "SL4") -> list[Data]:
    """Return attestations by somebody else."""
    return [{**item, "assessor": assessor} for item in attested("SL3", level)]


def test_a_site_has_its_own_measures_and_those_of_the_institute() -> None:
    found = at()

    assert found.facts.personnel is SL.SL4
    assert found.facts.level is found.facts.weights is SL.SL3
    assert found.held == {
        *(m for d in Domain if d != "personnel" for m in measures_up_to(d, "SL3")),
        *measures_up_to("personnel", "SL4"),
        *shared_up_to("SL5"),
    }
    assert found.span == Span(START, END)
    assert found.facts.cluster is ClusterStanding.EXEMPT
    assert found.facts.exceptions == ()
    assert found.facts.lapses == ()


def test_a_site_without_a_word_about_it_stands_nowhere() -> None:
    facts = at(attestations=[]).facts

    assert {getattr(facts, domain.value) for domain in Domain} == {SL.SL0}
    assert facts.level is SL.SL0


def test_the_level_of_a_site_is_its_weakest_domain_but_for_personnel() -> None:
    strong = attested("SL5", "SL1")
    strong[1] = {**strong[1], "measures": measures_up_to("network", "SL2")}
    facts = at(attestations=strong).facts

    assert (facts.level, facts.weights, facts.network) == (SL.SL2, SL.SL5, SL.SL2)
    assert facts.personnel is SL.SL1


def test_one_measure_that_is_missing_below_holds_a_domain_back() -> None:
    gap = [m for m in measures_up_to("weights", "SL5") if not m.startswith("SL2")]
    facts = at(attestations=[{**SEEN, "measures": gap}]).facts

    assert facts.weights is SL.SL1


def test_what_the_institute_lacks_every_site_lacks() -> None:
    lacking = edited(
        "org:institute", attestations=[{**SEEN, "measures": shared_up_to("SL2")}]
    )

    assert at(lacking).facts.personnel is SL.SL2
    assert at(edited("org:institute", attestations=None)).facts.personnel is SL.SL0


@pytest.mark.parametrize(
    ("changes", "without"),
    [
        ((edited("org:institute", suspended=True),), ()),
        ((edited("org:institute", id="org:second"),), ()),
        ((), ("org:institute",)),
    ],
)
def test_measures_of_an_institute_that_is_suspended_or_not_one_do_not_count(
    changes: tuple[Document, ...], without: tuple[str, ...]
) -> None:
    found = at(*changes, without=without)

    assert found.facts.personnel is SL.SL0
    assert found.facts.weights is SL.SL3


def test_the_institute_is_the_one_organisation_that_is_so_related() -> None:
    one = institute().documents()
    two = institute(edited("org:institute", id="org:second")).documents()

    assert institute_of(one) is one["org:institute"]
    assert institute_of(two) is None
    assert institute_of({}) is None


@pytest.mark.parametrize(
    ("changes", "without"),
    [
        ((edited("org:assurance", suspended=True),), ()),
        ((), ("org:assurance",)),
    ],
)
def test_what_somebody_suspended_or_unknown_attested_does_not_count(
    changes: tuple[Document, ...], without: tuple[str, ...]
) -> None:
    found = at(*changes, without=without)

    assert found.held == frozenset()
    assert found.facts.level is found.facts.personnel is SL.SL0


def test_an_assessor_that_is_no_organisation_does_not_count() -> None:
    documents = dict(institute().documents())
    documents["org:assurance"] = edited("user:max")
    site = documents["site:hub"]
    assert isinstance(site, Site)

    assert statements_of(site, documents, BENCHMARK) == ()


def test_who_runs_a_site_attests_only_what_is_below_sl3() -> None:
    facts = at(attestations=by("org:institute")).facts

    assert facts.weights is facts.network is facts.personnel is SL.SL2
    shared = {**SEEN, "assessor": "org:assurance", "measures": shared_up_to("SL5")}
    whole = edited("org:assurance", attestations=[shared])
    own = at(whole, operator="org:assurance", attestations=by("org:assurance")).facts
    assert own.level is own.personnel is SL.SL2


def test_a_site_does_not_borrow_the_measures_of_another_organisation() -> None:
    borrowed = at(operator="org:partner").facts
    shared = {**SEEN, "assessor": "org:assurance", "measures": shared_up_to("SL5")}
    whole = edited("org:partner", attestations=[shared])

    assert borrowed.personnel is SL.SL0
    assert at(whole, operator="org:partner").facts.personnel is SL.SL4
    suspended = edited("org:partner", attestations=[shared], suspended=True)
    assert at(suspended, operator="org:partner").facts.personnel is SL.SL0


@pytest.mark.parametrize("relation", RELATIONS)
def test_only_assessors_and_institutions_of_the_union_attest_from_sl3_up(
    relation: str,
) -> None:
    states = {"member-state", "associated-state", "candidate-state"}
    entity = "gov:fr" if relation in states else "org:partner"
    body = edited(entity, relation=relation)
    shared = {**SEEN, "assessor": entity, "measures": shared_up_to("SL5")}
    facts = at(body, attestations=by(entity)).facts
    bound = at(body, edited("org:institute", attestations=[shared])).facts

    independent = relation in {"assessor", "eu-institution"}
    assert facts.level is (SL.SL3 if independent else SL.SL2)
    # A second institute is none: what all sites share does not count at all.
    most = {True: SL.SL4, False: SL.SL2}[independent]
    assert bound.personnel is (SL.SL0 if relation == "institute" else most)


def test_the_institute_attests_of_its_own_measures_only_what_is_below_sl3() -> None:
    own = {**SEEN, "assessor": "org:institute", "measures": shared_up_to("SL5")}
    facts = at(edited("org:institute", attestations=[own])).facts

    assert facts.personnel is SL.SL2


def test_a_measure_counts_only_where_its_scope_says() -> None:
    here = {**SEEN, "measures": shared_up_to("SL5")}
    there = {**SEEN, "measures": measures_up_to("weights", "SL3")}
    found = at(
        edited("org:institute", attestations=[there]),
        attestations=[here],
        exceptions=[exception("SL1-AT-1")],
    )

    assert found.held == frozenset()
    assert found.facts.exceptions == ()


def test_a_measure_that_nobody_knows_counts_for_nothing() -> None:
    found = at(
        attestations=[{**SEEN, "measures": ["SL1-WS-9"]}],
        exceptions=[exception("SL1-WS-8")],
    )

    assert found.held == set(shared_up_to("SL5"))


@pytest.mark.parametrize(
    ("now", "level"),
    [(START - 1, SL.SL0), (START, SL.SL3), (END - 1, SL.SL3), (END, SL.SL0)],
)
def test_a_statement_counts_from_its_start_and_not_at_its_end(
    now: int, level: SecurityLevel
) -> None:
    assert at(now=now).facts.level is level


def test_it_is_said_how_long_a_site_stays_as_it_is() -> None:
    late = [{**item, "until": SOON} for item in attested("SL3", "SL4")[:1]]
    found = at(attestations=late)

    assert found.span == Span(START, parse_instant(SOON))
    assert at(now=END).span == Span(start=END)
    registered = {"performance": "1e21", "network_gbits": 400}
    dates = {**DATES, "until": SOON}
    cluster = at(cluster={**registered, "registration": dates})
    assert cluster.span == Span(START, parse_instant(SOON))
    assert cluster.facts.cluster is ClusterStanding.REGISTERED


def test_what_lapsed_and_keeps_a_domain_below_the_next_level_is_told() -> None:
    low = attested("SL1", "SL1")
    lapsed = {**SEEN, "from": PAST["from"], "until": PAST["until"]}
    items = [
        {**lapsed, "measures": ["SL2-WS-1", "SL3-WS-1"]},
        {**lapsed, "measures": ["SL2-MO-1"]},
        {
            **SEEN,
            "from": "2024-01-01T00:00:00Z",
            "until": PAST["from"],
            "measures": ["SL1-MO-1"],
        },
    ]
    lapses = at(attestations=[*low, *items]).facts.lapses

    when = parse_instant(PAST["from"]), parse_instant(PAST["until"])
    assert lapses == (
        Lapse("weights", "SL2-WS-1", *when),
        Lapse("detection", "SL2-MO-1", *when),
    )


def test_of_a_measure_that_lapsed_often_the_last_time_is_told() -> None:
    earlier = {"from": "2024-01-01T00:00:00Z", "until": "2025-01-01T00:00:00Z"}
    later = {"from": PAST["from"], "until": PAST["until"]}
    items = [{**SEEN, **dates, "measures": ["SL1-WS-1"]} for dates in (later, earlier)]
    (lapse,) = at(attestations=items).facts.lapses

    assert lapse.until == parse_instant(PAST["until"])


def test_nothing_is_lacking_at_the_top() -> None:
    assert at(attestations=attested("SL5", "SL5")).facts.lapses == ()


def test_an_exception_lifts_its_domain_and_is_told() -> None:
    low = attested("SL2", "SL2")
    found = at(attestations=low, exceptions=[exception("SL3-WS-1", until=SOON)])

    assert found.facts.weights is SL.SL3
    assert found.facts.level is SL.SL2
    assert found.facts.exceptions == (
        ExceptionFacts("SL3-WS-1", "weights", SL.SL2, parse_instant(SOON)),
    )
    assert found.span.end == parse_instant(SOON)


def test_an_exception_that_lifts_nothing_is_not_told() -> None:
    low = attested("SL2", "SL2")
    found = at(
        attestations=low, exceptions=[exception("SL4-WS-1"), exception("SL2-SW-1")]
    )

    assert found.facts.weights is found.facts.network is SL.SL2
    assert found.facts.exceptions == ()


def test_an_exception_of_the_institute_lifts_every_site() -> None:
    lacking = edited(
        "org:institute",
        attestations=[{**SEEN, "measures": shared_up_to("SL3")}],
        exceptions=[exception("SL4-AT-1")],
    )
    facts = at(lacking).facts

    assert facts.personnel is SL.SL4
    assert facts.exceptions == (ExceptionFacts("SL4-AT-1", "personnel", SL.SL3, END),)


@pytest.mark.parametrize(
    "changes",
    [
        (edited("user:ada", suspended=True),),
        (edited("user:ada", organisation="org:partner"),),
        (edited("user:ada", organisation="org:nobody"),),
        (edited("org:institute", suspended=True),),
    ],
)
def test_an_exception_that_only_one_still_stands_by_does_not_count(
    changes: tuple[Document, ...],
) -> None:
    low = attested("SL2", "SL2")
    found = at(*changes, attestations=low, exceptions=[exception("SL3-WS-1")])

    assert found.facts.weights is SL.SL2
    third = exception("SL3-WS-1", approved_by=["user:ada", "user:bob", "user:max"])
    again = at(*changes, BOB, attestations=low, exceptions=[third])
    both = not any(change.id == "org:institute" for change in changes)
    assert (again.facts.weights is SL.SL3) == both


def test_who_is_not_on_record_approves_nothing() -> None:
    low = attested("SL2", "SL2")
    mine = exception("SL3-WS-1", approved_by=["user:ada", "user:nobody"])

    assert at(attestations=low, exceptions=[mine]).facts.weights is SL.SL2


def test_a_statement_says_who_holds_it_and_who_stands_for_it() -> None:
    site = edited(
        "site:hub",
        attestations=[{**SEEN, "measures": ["SL1-WS-1"]}],
        exceptions=[exception("SL2-WS-1")],
    )
    assert isinstance(site, Site)
    documents = institute(edited("org:institute", attestations=None)).documents()

    assert statements_of(site, documents, BENCHMARK) == (
        MeasureStatement(
            "SL1-WS-1", START, END, "site:hub", "org:assurance", "ab" * 32
        ),
        MeasureStatement(
            "SL2-WS-1",
            START,
            END,
            "site:hub",
            "user:ada, user:max",
            "",
            is_exception=True,
        ),
    )


def test_levels_of_a_site_may_be_looked_at_as_if_they_were_others() -> None:
    facts = at().facts
    found = at_levels(facts, {"network": SL.SL1, "personnel": SL.SL0})

    assert (found.network, found.level, found.personnel) == (SL.SL1, SL.SL1, SL.SL0)
    assert (found.weights, found.id) == (facts.weights, facts.id)
