"""Forms of the law: known, unknown or withheld."""

from dataclasses import replace
from typing import Any

import pytest

from ringwall.raid.exports.forms import stages_of
from ringwall.raid.exports.standards import FORMS
from ringwall.raid.exports.telling import Telling
from ringwall.raid.routing.labels import Tlp
from tests.exported import AGREED, FULL, GIVEN, STANDARDS, loaded, telling
from tests.routed import CASE, REPORT, report


def fields(form: str, told: Telling, **given: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401 - of `Given`
    made = loaded(form, told, given=replace(GIVEN, **given))
    return {one["id"]: one for one in made["fields"]}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_a_draft_of_every_field_on_file(form: str) -> None:
    made = loaded(form, telling([report(**FULL)]))

    rows = STANDARDS.forms[form]
    assert [one["id"] for one in made["fields"]] == [row.id for row in rows]
    assert (made["status"], made["case"], made["label"]) == ("draft", CASE, "amber")
    for one, row in zip(made["fields"], rows, strict=True):
        assert (one["state"] == "known") == bool(one["told"])
        assert (one["basis"], one["confidence"]) == (row.source, row.confidence)


def test_a_known_field_holds_facts_as_they_are() -> None:
    found = fields("gpai", telling([report(**FULL)]))

    assert found["dates"]["told"] == [
        {
            "about": REPORT,
            "name": "occurred",
            "label": "amber",
            "value": {"from": "2026-11-19"},
        }
    ]
    assert {one["name"] for one in found["chain"]["told"]} == {
        *("title", "narrative", "chain")
    }


def test_what_was_answered_unknown_or_left_open_is_unknown() -> None:
    told = telling(
        [report(**AGREED, occurred="unknown", harms="unknown")],
        {
            "spread": (
                "one-user",
                "one-organisation",
                "one-state",
                "several-states",
                "union",
            )
        },
    )

    found = fields("gpai", told)

    assert found["dates"]["state"] == "unknown"
    assert (found["harm"]["state"], found["harm"]["told"]) == ("unknown", [])


def test_what_the_desk_holds_no_fact_of_is_unknown_and_never_withheld() -> None:
    found = fields("art73", telling([report(**FULL)], part="summary"))

    assert found["affected"]["state"] == "unknown"
    assert found["causal-link"]["state"] == "unknown"


def test_a_part_that_is_not_for_the_recipient_is_withheld_whatever_is_known() -> None:
    known = telling([report(**FULL)], part="summary")
    unknown = telling([report(**AGREED)], part="summary")

    states = [
        {name: one["state"] for name, one in fields("nis2", told).items()}
        for told in (known, unknown)
    ]

    assert states[0] == states[1]
    assert states[0]["indicators"] == "withheld"
    assert states[0]["cross-border"] == "known"


def test_what_is_above_the_ceiling_or_lacks_consent_is_not_shown_as_withheld() -> None:
    above = telling([report("report:r-a", Tlp.RED, **FULL)], ceiling=Tlp.AMBER)
    silent = telling([report(references=["https://example.org"])])

    for told in (above, silent):
        assert fields("nis2", told)["indicators"]["state"] == "unknown"


def test_awareness_is_of_the_institute_and_of_the_clocks_of_the_form() -> None:
    told = telling([report(**FULL)])
    days = {
        "COP93-CYB": "2026-11-22",
        "COP93-CI": "2026-11-21",
        "NIS2-23": "2026-11-20",
    }

    gpai = fields("gpai", told, aware=days)["aware"]
    art73 = fields("art73", told, aware=days)["aware"]

    assert [one["value"] for one in gpai["told"]] == ["2026-11-21"]
    assert art73["state"] == "unknown"


def test_the_day_of_submission_is_what_somebody_said() -> None:
    told = telling([report(**FULL)])

    assert fields("art73", told)["submitted"]["state"] == "unknown"
    found = fields("art73", told, submitted="2026-11-23")["submitted"]
    assert found["told"][0]["value"] == "2026-11-23"


def test_a_stage_has_its_fields_and_those_before() -> None:
    told = telling([report(**FULL)])

    assert stages_of("nis2", STANDARDS) == (
        *("early-warning", "notification", "intermediate", "final"),
    )
    found = fields("nis2", told, stage="notification")
    assert {one["stage"] for one in found.values()} == {"early-warning", "notification"}
