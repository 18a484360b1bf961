"""What is known of a case."""

import csv
from pathlib import Path

import pytest

from ringwall.raid.intake.document import ReportDocument
from ringwall.raid.routing.conditions import Claims
from ringwall.raid.routing.facts import ENTITIES, FLAGS, HARMS, POINTS, Told
from tests.routed import FOLDER, case_facts, report

TABLES_OF_TRIAGE = FOLDER.parent / "triage"


def claims(*values: str, whole: bool = True) -> Claims:
    return Claims(frozenset(values), among=True, is_whole=whole)


def test_the_points_are_those_of_the_triage_tables() -> None:
    with Path(TABLES_OF_TRIAGE / "points.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for point, values in POINTS.items():
        assert tuple(r["value"] for r in rows if r["point"] == point) == values


def test_the_events_are_those_of_the_triage_tables() -> None:
    with Path(TABLES_OF_TRIAGE / "points.csv").open(encoding="utf-8") as file:
        rows = [r["value"] for r in csv.DictReader(file) if r["point"] == "legal"]
    assert FLAGS | {"none"} == {*rows}


def test_harms_and_entities_are_those_of_a_report() -> None:
    fields = ReportDocument.model_json_schema()
    text = str(fields["properties"]["harms"]) + str(fields["properties"]["entity"])
    for word in HARMS | ENTITIES:
        assert f"'{word}'" in text


def test_a_point_that_nobody_valued_is_open_in_all_its_values() -> None:
    facts = case_facts({"class": (), "expl": ("of-no-table",)})
    assert facts.points["class"] == POINTS["class"]
    assert facts.facts["expl"] == Claims(frozenset(POINTS["expl"]))


def test_the_silence_of_one_report_keeps_a_collection_open() -> None:
    one, other = report(harms=["health"]), report("report:r-b", harms="unknown")
    assert case_facts(reports=[one]).facts["harms"] == claims("health")
    untold = {"legal": ()}
    assert case_facts(untold, [one, other]).facts["harms"] == claims(
        "health", whole=False
    )
    assert case_facts(untold, []).facts["harms"] == claims(whole=False)


def test_who_has_assessed_which_events_there_were_has_said_which_were_not() -> None:
    points = {"legal": ("personal-data", "union-body", "not-gpai")}
    facts = case_facts(points, [report(harms="unknown", entity=None)]).facts
    assert facts["harms"] == claims("personal-data")
    assert facts["entity"] == claims("union-body", whole=False)
    assert facts["legal"] == claims("personal-data", "union-body", "not-gpai")


@pytest.mark.parametrize("legal", [(), ("none", "death"), ("none", *sorted(FLAGS))])
def test_events_that_may_be_or_may_not_be_are_open(legal: tuple[str, ...]) -> None:
    facts = case_facts({"legal": legal}, [report(harms="unknown")]).facts
    assert facts["legal"] == claims(whole=False)
    assert facts["harms"] == claims(whole=False)


def test_who_reports_for_a_body_of_the_union_is_one() -> None:
    facts = case_facts(reports=[report(sector="EU agency", entity="none")]).facts
    assert facts["entity"] == claims("none", "union-body")


@pytest.mark.parametrize(
    ("sector", "agent"),
    [
        ("hospital", claims("biological")),
        ("chemicals, nuclear", claims("chemical", "nuclear")),
        ("research", claims(whole=False)),
        (None, claims(whole=False)),
        ("chemicals, beekeeping", claims("chemical", whole=False)),
    ],
)
def test_a_sector_that_names_no_agent_leaves_it_open(
    sector: str | None, agent: Claims
) -> None:
    assert case_facts(reports=[report(sector=sector)]).facts["agent"] == agent


@pytest.mark.parametrize(
    ("states", "answer"),
    [(["DE"], {"yes"}), ([], {"no"}), ("unknown", {"yes", "no"})],
)
def test_no_state_of_the_eea_is_concerned_only_if_that_is_said(
    states: object, answer: set[str]
) -> None:
    assert case_facts(reports=[report(states=states)]).facts["eea"].values == answer


def test_what_reports_name_is_taken_together() -> None:
    reports = [report(states=["FR"]), report("report:r-b", states=["DE", "FR"])]
    facts = case_facts(reports=reports)
    assert facts.states == ("DE", "FR")
    assert facts.facts["across"].values == {"yes"}


def test_a_report_that_names_no_state_is_of_somewhere_outside() -> None:
    facts = case_facts(reports=[report(states=[])])
    assert facts.facts["states"] == claims("outside")
    assert facts.states == ()


@pytest.mark.parametrize(
    ("text", "values", "unread"),
    [
        ("energy", {"energy"}, ()),
        ("Electricity", {"energy"}, ()),
        (" Banking, Insurance ", {"finance"}, ()),
        ("hospitals and railways", {"health", "rail"}, ()),
        ("HOSPITAL", {"health"}, ()),
        ("clinic", {"health"}, ()),
        ("Finance", {"finance"}, ()),
        ("Education", {"education"}, ()),
        ("Police", {"justice"}, ()),
        ("power", {"energy"}, ()),
        ("Nuclear", {"nuclear"}, ()),
        ("rail", {"rail"}, ()),
        ("air", {"aviation"}, ()),
        ("water", {"critical-services"}, ()),
        ("food", {"critical-services"}, ()),
        ("election", {"elections"}, ()),
        ("Platforms", {"platforms"}, ()),
        ("the bees", set(), ("the bees",)),
        ("pharma industry", {"medicines"}, ()),
        ("health  sector", {"health"}, ()),
        ("reactors & dams", {"nuclear"}, ("dams",)),
        ("gas; beekeeping", {"energy"}, ("beekeeping",)),
        ("beekeeping", set(), ("beekeeping",)),
    ],
)
def test_sectors_are_read_by_their_names_and_what_is_not_read_is_told(
    text: str, values: set[str], unread: tuple[str, ...]
) -> None:
    facts = case_facts(reports=[report(sector=text)])
    assert facts.facts["sector"] == claims(*values, whole=not unread)
    assert facts.unread == unread


def test_a_routing_officer_adds_and_takes_nothing_away() -> None:
    told = Told(frozenset({"rail"}), frozenset({"FR", "outside"}))
    facts = case_facts(reports=[report(sector=None, states=["DE"])], told=told)
    assert facts.facts["sector"] == claims("rail")
    assert facts.facts["states"] == claims("DE", "FR", "outside")
    assert facts.states == ("DE", "FR")


@pytest.mark.parametrize(
    ("spread", "states", "answer"),
    [
        (("union",), ["DE"], {"yes"}),
        (("one-user", "one-state"), ["DE"], {"no"}),
        (("one-user", "one-state"), ["DE", "FR"], {"yes"}),
        (("one-state", "union"), ["DE"], {"yes", "no"}),
    ],
)
def test_it_is_across_borders_by_its_spread_or_its_states(
    spread: tuple[str, ...], states: list[str], answer: set[str]
) -> None:
    facts = case_facts({"spread": spread}, [report(states=states)])
    assert facts.facts["across"].values == answer


def test_six_states_are_many_and_fewer_only_if_all_are_known() -> None:
    six = ["AT", "BE", "DE", "ES", "FR", "IT"]
    assert case_facts(reports=[report(states=six)]).facts["six"].values == {"yes"}
    five = report(states=six[:5])
    assert case_facts(reports=[five]).facts["six"].values == {"no"}
    unsure = [five, report("report:r-b", states="unknown")]
    assert case_facts(reports=unsure).facts["six"].values == {"yes", "no"}


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"compute": {"low": "9e25", "high": "1.1e26"}, "kind": "hazard"}, "yes"),
        ({"compute": {"low": "1e24", "high": "9e24"}, "kind": "hazard"}, "no"),
        ({"compute": {"low": "1e26", "high": "1e26"}, "kind": "incident"}, "no"),
        ({"compute": "unknown", "kind": "hazard"}, "no"),
        (
            {
                "compute": {"low": "1e26", "high": "1e26"},
                "kind": "hazard",
                "harms": ["health"],
            },
            "no",
        ),
        (
            {
                "compute": {"low": "1e26", "high": "1e26"},
                "kind": "hazard",
                "weights": "self-exfiltrated",
            },
            "no",
        ),
    ],
)
def test_a_notice_of_a_large_run_is_told_from_an_incident_with_a_large_model(
    changes: dict[str, object], answer: str
) -> None:
    assert case_facts(reports=[report(**changes)]).facts["notice"].values == {answer}


def test_developers_are_those_whom_the_reports_name() -> None:
    two = report(
        "report:r-b", systems=[{"name": "B", "developer": "Acme"}, {"name": "C"}]
    )
    none = report("report:r-c", systems="unknown")
    assert case_facts(reports=[report(), two, none]).developers == (
        "Acme",
        "Example Systems",
    )


def test_a_developer_of_whom_nothing_is_known_may_be_the_suspect() -> None:
    assert case_facts({"resp": ()}).may_be_suspect
    assert not case_facts().may_be_suspect
