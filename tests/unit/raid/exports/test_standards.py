"""The tables that exports go by."""

import shutil
from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError
from ringwall.model.raid_events import CARDS
from ringwall.raid.clocks.reader import read_clocks
from ringwall.raid.exports.standards import FORMS, read_standards
from ringwall.raid.intake.document import ReportDocument
from ringwall.raid.routing.facts import POINTS
from ringwall.raid.routing.labels import Tlp
from ringwall.raid.routing.package import least_part
from tests.exported import FOLDER, STANDARDS
from tests.routed import TABLES

# As OASIS publishes them, written down apart from the table.
OASIS = {
    "clear": "94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "amber+strict": "939a9414-2ddd-4d32-a0cd-375ea402b003",
    "red": "e828b379-4e03-4974-9ac4-e53a884c97c1",
}
# How far an event of MISP goes by its distribution; and what a label lets it.
REACH = {"0": "own", "1": "community", "2": "connected", "3": "all"}
MOST = {Tlp.GREEN: {"0", "1"}, Tlp.CLEAR: set(REACH)}


def test_each_label_has_the_marking_of_oasis() -> None:
    found = {label.word: row.marking for label, row in STANDARDS.markings.items()}

    assert found == {
        word: f"marking-definition--{name}" for word, name in OASIS.items()
    }


def test_no_distribution_goes_beyond_its_label() -> None:
    for label, row in STANDARDS.markings.items():
        assert row.distribution in MOST.get(label, {"0"})


def test_no_label_of_csaf_is_lower_than_that_of_tlp_2() -> None:
    order = ("WHITE", "GREEN", "AMBER", "RED")

    found = [order.index(STANDARDS.markings[label].csaf) for label in Tlp]

    assert found == [0, 1, 2, 3, 3]


def test_each_form_takes_only_what_there_is() -> None:
    book = read_clocks(FOLDER.parent / "clocks")
    fields = set(ReportDocument.model_json_schema()["properties"])

    for form in FORMS:
        rows = STANDARDS.forms[form]
        assert len({row.id for row in rows}) == len(rows)
        assert {"submitted", "aware"} <= {row.id for row in rows}
        for sort, name in (one for row in rows for one in row.takes):
            if sort == "clock":
                assert any(rule.startswith(name) for rule in book.rules)
            else:
                known = {"point": set(POINTS), "report": fields}
                assert name in known.get(sort, {"id", "submitted"})
    assert "opened" in CARDS["raid.case"]


def test_no_form_takes_what_is_told_to_nobody() -> None:
    taken = {
        one for row in STANDARDS.forms.values() for field in row for one in field[4]
    }

    for sort, name in taken:
        if sort in ("point", "report"):
            assert least_part(name, is_point=sort == "point")


def test_each_tag_is_of_something_that_is_told() -> None:
    for row in STANDARDS.tags:
        if row.about == "sector":
            assert row.value in TABLES.sector_names
        else:
            assert least_part(row.name, is_point=False)


def test_the_ten_fields_of_the_code_are_numbered() -> None:
    names = [row.name for row in STANDARDS.forms["gpai"]]
    numbers = sorted(int(name.split(".")[0]) for name in names if name[0].isdigit())

    assert numbers == list(range(1, 11))


@pytest.mark.parametrize(
    ("table", "old", "new", "told"),
    [
        ("markings.csv", "red,", "purple,", "is none of"),
        ("markings.csv", "\nred,", "\namber,", "has no marking"),
        ("markings.csv", ",page,", ",hearsay,", "no source or confidence"),
        ("tags.csv", "MISP taxonomies nis2 version 2", "", "no source"),
        ("tags.csv", "about,", "on,", "header"),
        ("tags.csv", "\nreport,", "\npoint,", "no tag is about"),
        ("forms.csv", "art73,initial", "art99,initial", "is no form"),
        ("forms.csv", "case:id", "caseid", "nothing is taken"),
        ("forms.csv", "case:id", "diary:id", "nothing is taken"),
        ("releases.csv", "2026-11-23", "lately", "isoformat"),
        ("releases.csv", "5.6.0,", "5.6.0,a", "is no digest"),
    ],
)
def test_a_doubtful_table_is_refused(
    tmp_path: Path, table: str, old: str, new: str, told: str
) -> None:
    folder = tmp_path / "exports"
    shutil.copytree(FOLDER, folder)
    text = (folder / table).read_text("utf-8")
    assert old in text
    (folder / table).write_text(text.replace(old, new, 1), "utf-8")

    with pytest.raises(ConfigurationError, match=told) as caught:
        read_standards(folder)

    assert caught.value.code == "export-tables-refused"


def test_a_table_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_standards(tmp_path)

    assert caught.value.code == "export-tables-refused"
