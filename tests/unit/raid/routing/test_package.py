"""Packages of hand-overs."""

import json
from dataclasses import replace
from typing import Any

import pytest

from ringwall.raid.intake.document import ReportDocument
from ringwall.raid.routing.facts import CaseFacts, Report, Standing
from ringwall.raid.routing.labels import Tlp
from ringwall.raid.routing.package import FORMAT, Package, least_part, pack
from tests.routed import CASE, REPORT, TABLES, case_facts, planned, report

CYBER = {"class": ("cyber",)}
AGREED: dict[str, Any] = {"consent": {"authorities": "yes"}}
WORDS = {"title", "narrative", "sector", "chain", "techniques", "references"}
OF_THE_REPORTER: dict[str, Any] = {
    "aware": "2026-11-20T08:30:00Z",
    "entity": "union-body",
    "language": "de",
    "consent": {"authorities": "yes", "developer": "yes"},
    "source": {"scheme": "atlas", "id": "AML.CS0001"},
    "model_involved": "2026-11-20T08:30:00Z",
    "classified": "2026-11-20T08:30:00Z",
    "points": {"class": "cyber"},
    "unmapped": [{"field": "reporter", "text": "the one who told us"}],
    "tlp": "green",
}


def packed(
    facts: CaseFacts,
    recipient: str = "csirt.de",
    **changes: Any,  # noqa: ANN401 - of a row
) -> Package:
    (row,) = [row for row in planned(facts).rows if row.recipient == recipient]
    return pack(facts, replace(row, **changes), TABLES)


def names(package: Package, about: str = REPORT) -> set[str]:
    return {fact.name for fact in package.facts if fact.about == about}


def test_the_same_facts_give_the_same_bytes() -> None:
    one = report(**AGREED)
    other = Report("report:r-b", Tlp.GREEN, report().document)
    first = packed(case_facts(CYBER, [one, other]))
    assert first == packed(case_facts(CYBER, [other, one]))
    assert json.loads(first.data)["kind"] == FORMAT
    assert first.digest not in first.data.decode()


def test_every_field_of_a_report_is_told_or_counted_as_withheld() -> None:
    full: dict[str, Any] = {
        **OF_THE_REPORTER,
        "compute": {"low": "1e24", "high": "1e24"},
        "references": ["https://example.org"],
        "techniques": ["AML.T0051"],
        "chain": [{"text": "they came in"}],
    }
    said = report(**full)
    package = packed(case_facts(CYBER, [said]))
    fields = set(ReportDocument.model_json_schema()["properties"])
    assert set(said.document) == fields
    assert names(package) == fields - set(OF_THE_REPORTER)
    assert package.withheld == {"reporter": len(OF_THE_REPORTER)}


def test_nothing_that_points_to_the_reporter_is_ever_told() -> None:
    said = report(**OF_THE_REPORTER)
    for part in ("summary", "defence", "all"):
        package = packed(case_facts(CYBER, [said]), part=part, ceiling=Tlp.RED)
        assert not names(package) & set(OF_THE_REPORTER)
        for word in ("08:30", "union-body", "AML.CS0001", "the one who told us"):
            assert word not in package.data.decode()


def test_the_least_part_that_tells_a_thing_is_known_of_all_that_is_told() -> None:
    assert least_part("narrative", is_point=False) == "all"
    assert least_part("spread", is_point=True) == "summary"
    for name in OF_THE_REPORTER:
        assert least_part(name, is_point=False) == ""


@pytest.mark.parametrize(
    ("consent", "words", "codes"),
    [
        ({"authorities": "yes"}, True, True),
        ({}, False, True),
        ({"developer": "yes"}, False, True),
        ({"authorities": "no"}, False, False),
    ],
)
def test_words_take_consent_and_a_no_takes_all(
    consent: dict[str, str], *, words: bool, codes: bool
) -> None:
    package = packed(case_facts(CYBER, [report(consent=consent)]))
    assert bool(names(package) & WORDS) is words
    assert ("systems" in names(package)) is codes
    assert ("consent" in package.withheld) is not words
    assert "class" in names(package, CASE)


def test_a_report_without_consent_choices_gives_codes_alone() -> None:
    package = packed(case_facts(CYBER))
    assert not names(package) & WORDS
    assert "Narrative of the report" not in package.data.decode()


@pytest.mark.parametrize(("consent", "is_told"), [("yes", True), ("no", False)])
def test_a_developer_is_told_by_its_own_consent_alone(
    consent: str, *, is_told: bool
) -> None:
    said = report(consent={"authorities": "yes", "developer": consent})
    facts = case_facts({"auto": ("shown",)}, [said])
    assert bool(names(packed(facts, "developer"))) is is_told
    silent = case_facts({"auto": ("shown",)}, [report(**AGREED)])
    assert not names(packed(silent, "developer"))


def test_each_fact_has_the_higher_label_of_its_report_and_its_case() -> None:
    reports = [
        report(REPORT, Tlp.GREEN, **AGREED),
        report("report:r-b", Tlp.AMBER_STRICT, **AGREED),
    ]
    package = packed(case_facts(CYBER, reports))
    labels = {(fact.about, fact.label) for fact in package.facts}
    assert labels == {
        (CASE, "amber"),
        (REPORT, "amber"),
        ("report:r-b", "amber+strict"),
    }
    assert package.label is Tlp.AMBER_STRICT


def test_a_fact_above_the_ceiling_stays() -> None:
    reports = [report(**AGREED), report("report:r-b", Tlp.RED, **AGREED)]
    package = packed(case_facts(CYBER, reports))
    assert names(package, "report:r-b") == set()
    assert package.withheld["label"] > 5
    assert package.label is Tlp.AMBER
    assert "withheld" not in json.loads(package.data)


def test_of_a_case_above_the_ceiling_nothing_is_told() -> None:
    red = Standing(CASE, Tlp.RED, is_owned=False)
    package = packed(case_facts(CYBER, [report(**AGREED)], standing=red))
    assert package.facts == ()
    assert package.label is Tlp.CLEAR


def test_a_summary_and_a_copy_for_defence_keep_the_part_about_the_model() -> None:
    said = report(**AGREED)
    facts = case_facts({"class": ("cbrn",)}, [said])
    model = {"systems", "narrative", "weights", "behaviour"}
    sizes = []
    for part in ("summary", "defence", "all"):
        package = packed(case_facts(CYBER, [said]), part=part)
        sizes.append(len(package.facts))
        assert bool(names(package) & model) is (part == "all")
        assert bool(names(package, CASE) & {"uplift", "auto"}) is (part == "all")
        assert ("part" in package.withheld) is (part != "all")
    assert sizes == sorted(set(sizes))
    assert facts.points["class"] == ("cbrn",)


def test_what_an_assessment_leaves_open_is_told_as_open() -> None:
    package = packed(case_facts({**CYBER, "expl": ()}), "csirt.de")
    told = {fact.name: fact.value for fact in package.facts if fact.about == CASE}
    assert told["expl"] == ["none", "proof-of-concept", "observed"]
    assert told["class"] == ["cyber"]


@pytest.mark.parametrize("role", ["owner", "duty", "aggregate"])
def test_no_package_is_made_for_whom_nothing_is_sent(role: str) -> None:
    row = planned(case_facts(CYBER)).rows[0]
    with pytest.raises(ValueError, match=f"nothing is sent to a row that is `{role}`"):
        pack(case_facts(CYBER), replace(row, role=role), TABLES)
