"""All formats: what none of them may hold, and what comes back of real records."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from ringwall.base.errors import ActRefused
from ringwall.raid.exports.formats import FORMATS
from ringwall.raid.exports.techniques import Catalogue
from ringwall.raid.exports.telling import Telling
from ringwall.raid.intake.importing.atlas import read_names
from ringwall.raid.intake.importing.avid import read_avid
from ringwall.raid.intake.importing.choosing import read_records
from ringwall.raid.intake.importing.records import Record
from ringwall.raid.routing.facts import Report
from ringwall.raid.routing.labels import Tlp
from tests.avid_form import AvidReport
from tests.exported import (
    AGREED,
    CATALOGUE,
    FULL,
    GIVEN,
    check_advisory,
    exported,
    misp_fields,
    stix_fields,
    telling,
)
from tests.raid_reports import data_folder
from tests.routed import REPORT, report
from tests.unit.raid.routing.test_package import OF_THE_REPORTER

PRODUCT = {"name": "Rota", "developer": "Example Systems", "version": "2"}


def records() -> Iterator[Record]:
    """Give each case study and AVID file of the real data."""
    folder = data_folder()
    yield from read_records(
        (folder / "atlas" / "ATLAS.yaml").read_bytes(), "ATLAS.yaml"
    ).records
    for path in sorted((folder / "avid").glob("*.json")):
        yield from read_records(path.read_bytes(), path.name).records


def check_round_trips(told: Telling, catalogue: Catalogue) -> None:
    """Check that each format reads back what was told, on the fields it has."""
    (one,) = told.reports
    fields = dict(one.fields)
    stix = stix_fields(exported("stix", told, catalogue=catalogue))
    assert json.loads(json.dumps(stix)) == {one.id: fields}
    assert misp_fields(exported("misp", told))[one.id] == fields
    whole = json.loads(exported("json", told))
    assert whole["reports"][0]["fields"] == fields
    data = exported("avid", told)
    AvidReport.model_validate_json(data)
    (back,) = read_avid(data, "export.json").records
    shared = {"title", "narrative", "references"}
    if fields["systems"] != "unknown":
        shared.add("systems")
    for name in shared & fields.keys():
        assert back.document[name] == fields[name]


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_holds_what_points_to_the_reporter(name: str) -> None:
    agreed = {**OF_THE_REPORTER, "systems": [PRODUCT]}
    text = exported(name, telling([report(**agreed)])).decode()

    for word in ("08:30", "union-body", "AML.CS0001", "the one who told us", "consent"):
        assert word not in text


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_says_that_an_exercise_is_one(name: str) -> None:
    told = telling([report(**{**FULL, "systems": [PRODUCT]})], exercise="storm-1")
    given = replace(GIVEN, exercise="storm-1")

    real = exported(name, telling([report(**{**FULL, "systems": [PRODUCT]})]))
    drilled = exported(name, told, given)

    assert b"storm-1" in drilled
    assert b"EXERCISE" not in real
    check_marked(name, json.loads(drilled))


def check_marked(name: str, made: Any) -> None:  # noqa: ANN401 - of any format
    """Check that nobody takes an export for that of a real case."""
    if name == "stix":
        objects = [one for one in made["objects"] if "modified" in one]
        ours = [one for one in objects if one["type"] not in ("identity", "software")]
        unmarked = {one["type"] for one in ours if one.get("labels") != ["exercise"]}
        assert unmarked == {"extension-definition"}
    elif name == "misp":
        assert made["Event"]["info"].startswith("EXERCISE storm-1: ")
        assert made["Event"]["Tag"][-1]["name"] == 'ringwall:exercise="storm-1"'
    elif name == "avid":
        assert made["description"]["value"].startswith("EXERCISE storm-1: ")
    elif name == "csaf":
        assert made["document"]["title"].startswith("EXERCISE storm-1: ")
    else:
        assert made["exercise"] == "storm-1"
        assert made.get("status", "exercise") == "exercise"


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_differs_by_what_is_not_told(name: str) -> None:
    open_one = report("report:r-a", **{**FULL, "systems": [PRODUCT]})
    secret = Report("report:r-b", Tlp.RED, {**FULL, "narrative": "the secret"})
    silent = report("report:r-c", narrative="another", consent={"authorities": "no"})

    alone = exported(name, telling([open_one], ceiling=Tlp.AMBER))

    with_secret = telling([open_one, secret, silent], ceiling=Tlp.AMBER)
    assert exported(name, with_secret) == alone


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_sources_give_the_same_bytes_in_ascii(name: str) -> None:
    words = {**FULL, "systems": [PRODUCT], "narrative": "\x1b[2J\u202eevil =1+1"}
    told = telling([report(**words)])

    data = exported(name, told)

    assert data == exported(name, told)
    assert data.isascii()
    assert not any(byte < 32 and byte != 10 for byte in data)
    assert b"\\u001b" not in data
    assert b"\\u202e" not in data


@pytest.mark.parametrize(
    "words",
    [
        {},
        {**FULL, "systems": [{"name": "Rota", "developer": "X"}]},
        {"occurred": "unknown", "states": [], "systems": "unknown"},
        {"harms": "unknown", "compute": "unknown", "narrative": "- a\n- b\n\n=1+1"},
    ],
)
def test_own_records_come_back_from_each_format(words: Mapping[str, Any]) -> None:
    check_round_trips(telling([report(**{**AGREED, **words})]), CATALOGUE)


def test_real_records_come_back_from_each_format() -> None:
    names = read_names(
        (data_folder() / "atlas" / "ATLAS.yaml").read_bytes(), "ATLAS.yaml"
    )
    catalogue = Catalogue("5.6.0", names)
    count = 0
    for record in records():
        document = {**record.document, **AGREED}
        told = telling([Report(REPORT, Tlp.AMBER, document)])
        check_round_trips(told, catalogue)
        for form in ("art73", "gpai", "nis2"):
            assert json.loads(exported(form, told))["fields"]
        # None of them names a version: an advisory would be about nothing.
        with pytest.raises(ActRefused, match="its version"):
            exported("csaf", told)
        named = {**document, "systems": [PRODUCT]}
        check_advisory(exported("csaf", telling([Report(REPORT, Tlp.AMBER, named)])))
        count += 1

    assert count >= 100
