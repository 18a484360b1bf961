"""Cases labelled by hand: exactly these bodies hear of each, and these clocks run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from ringwall.raid.judged_case import judged_on
from ringwall.raid.routing.facts import CaseFacts
from ringwall.raid.routing.plan import Plan
from tests.oracle.routes import ENFORCING
from tests.routed import QUIET, TABLES, case_facts, planned, report
from tests.triage_tables import shipped

SCENARIOS = {
    one["id"]: one
    for one in yaml.safe_load(
        (Path(__file__).parents[1] / "oracle" / "route_scenarios.yaml").read_text(
            "utf-8"
        )
    )
}
MORE = {"cred": "confirmed", "oc": "oc1-2", "pub": "no"}


def assessment_of(said: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the points of a scenario: the events are its harms, and what it adds."""
    points = {name: (value,) for name, value in {**MORE, **said["points"]}.items()}
    harms = {*said["report"].get("harms", ["none"])} - {"none"}
    legal = tuple(sorted({*harms, *said.get("legal", ())})) or ("none",)
    return {**QUIET, **points, "legal": legal}


def facts_of(said: Mapping[str, Any]) -> CaseFacts:
    return case_facts(assessment_of(said), [report(**said["report"])])


def bodies_of(found: Plan) -> set[str]:
    """Return the functions of a plan, but for RAID's own and those of statistics."""
    return {row.function for row in found.rows if row.role in _HEARS}


_HEARS = frozenset({"primary", "copy", "duty"})


def clocks_of(said: Mapping[str, Any]) -> set[str]:
    assessment = {name: frozenset(v) for name, v in assessment_of(said).items()}
    judged = judged_on(facts_of(said), assessment, shipped(), TABLES)
    return {*judged.outcome.clocks}


def expected(said: Mapping[str, Any], name: str) -> set[str]:
    """Return a label, or what is known to differ from it, with its reason."""
    known = said.get("differs", {})
    assert not known or said["because"]
    return {*known.get(name, said[name])}


def test_there_are_fifty_scenarios_at_least() -> None:
    assert len(SCENARIOS) >= 50
    assert sum("differs" in said for said in SCENARIOS.values()) <= 1


@pytest.mark.parametrize("name", SCENARIOS)
def test_just_the_bodies_of_the_label_hear_of_it(name: str) -> None:
    said = SCENARIOS[name]
    found = planned(facts_of(said))

    assert bodies_of(found) == expected(said, "bodies")
    assert {*said.get("open", ())} <= {one.route.id for one in found.missing}


@pytest.mark.parametrize("name", SCENARIOS)
def test_just_the_clocks_of_the_label_are_armed(name: str) -> None:
    assert clocks_of(SCENARIOS[name]) == expected(SCENARIOS[name], "clocks")


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_enforcing_body_is_ever_sent_a_scenario(name: str) -> None:
    for row in planned(facts_of(SCENARIOS[name])).rows:
        if row.function in ENFORCING and not row.route.is_danger:
            assert row.role in ("duty", "aggregate")


@pytest.mark.parametrize("name", SCENARIOS)
def test_whatever_is_untold_is_named_and_never_silent(name: str) -> None:
    said = SCENARIOS[name]
    sure = planned(facts_of(said))
    untold = planned(
        case_facts(
            {**assessment_of(said), "legal": ()},
            [report(**{**said["report"], **_UNTOLD})],
        )
    )
    named = {
        *bodies_of(untold),
        *(function for one in untold.missing for function in one.functions),
    }
    assert bodies_of(sure) <= named


_UNTOLD = {"sector": None, "entity": None, "harms": "unknown", "states": "unknown"}
