from copy import deepcopy
from typing import Any

import pytest
import yaml

from ringwall.base.errors import DeclarationError
from ringwall.raid.intake.document import REQUIRED
from ringwall.raid.intake.importing import atlas
from ringwall.raid.intake.importing.atlas import MAX_ATLAS_BYTES, read_atlas, read_names
from ringwall.raid.intake.importing.records import WITHHELD, Batch
from ringwall.raid.intake.report_reader import check_report
from tests.raid_reports import codes_of, data_folder

_STUDY: dict[str, Any] = {
    "id": "AML.CS9001",
    "name": "Filter evaded",
    "object-type": "case-study",
    "summary": "A team evaded a [filter](https://e.example/filter).",
    "incident-date": "2024-03-01",
    "incident-date-granularity": "MONTH",
    "case-study-type": "exercise",
    "target": "Mail filter",
    "actor": "A red team",
    "procedure": [
        {
            "tactic": "AML.TA0001",
            "technique": "AML.T0043",
            "description": "Crafted `data`, see [this](https://e.example/step).",
        }
    ],
    "references": [{"title": "A paper", "url": "https://e.example/paper"}],
}


def _file(*studies: object, **top: object) -> bytes:
    catalogue = {
        "tactics": [{"id": "AML.TA0001", "name": "Staging"}],
        "techniques": [{"id": "AML.T0043", "name": "Craft Data"}, {"id": "x"}, 7],
    }
    whole = {"id": "ATLAS", "matrices": [catalogue], "case-studies": list(studies)}
    return yaml.safe_dump({**whole, **top}, sort_keys=False).encode()


def _one(**changes: object) -> dict[str, Any]:
    study = {k: v for k, v in {**_STUDY, **changes}.items() if v is not None}
    batch = read_atlas(_file(study), "ATLAS.yaml")
    assert batch.faults == []
    [record] = batch.records
    check_report(record.document, record.id)
    return record.document


def _unmapped(document: dict[str, Any]) -> dict[str, str]:
    return {one["field"]: one["text"] for one in document["unmapped"]}


def _bad(batch: Batch) -> str:
    assert batch.records == []
    [fault] = batch.faults
    assert fault.code in {"record-refused", "yaml-key", "yaml-duplicate-key"}
    assert fault.line
    return fault.message


def test_a_case_study_becomes_a_report() -> None:
    document = _one()
    assert document["title"] == "Filter evaded"
    assert document["narrative"] == "A team evaded a filter."
    assert document["systems"] == [{"name": "Mail filter"}]
    assert document["source"] == {"scheme": "atlas", "id": "AML.CS9001"}
    assert document["chain"] == [
        {
            "tactic": "AML.TA0001 Staging",
            "technique": "AML.T0043 Craft Data",
            "text": "Crafted data, see this.",
        }
    ]
    assert document["techniques"] == ["AML.T0043 Craft Data"]
    assert document["references"] == [
        "https://e.example/step",
        "A paper https://e.example/paper",
        "https://e.example/filter",
    ]


def test_an_exercise_is_a_demonstration_and_its_finder_is_not_told() -> None:
    document = _one(reporter="A laboratory")
    assert document["kind"] == "demonstration"
    assert _unmapped(document) == {"reporter": WITHHELD, "actor": WITHHELD}
    assert "red team" not in str(document)


def test_of_an_incident_the_actor_is_named_as_unmapped() -> None:
    document = _one(**{"case-study-type": "incident", "actor": "A gang"})
    assert document["kind"] == "incident"
    assert _unmapped(document) == {"actor": "A gang"}


def test_what_a_source_does_not_say_is_unknown() -> None:
    document = _one()
    said = {"title", "narrative", "kind", "occurred", "systems", "public"}
    assert {document[name] for name in set(REQUIRED) - said} == {"unknown"}


def test_another_type_of_study_is_unknown_and_named() -> None:
    document = _one(**{"case-study-type": "rumour"})
    assert document["kind"] == "unknown"
    assert _unmapped(document)["case-study-type"] == "rumour"


@pytest.mark.parametrize(
    ("grain", "start"),
    [("DATE", "2024-03-01"), ("MONTH", "2024-03"), ("YEAR", "2024"), ("", "2024")],
)
def test_a_month_stays_a_month(grain: str, start: str) -> None:
    document = _one(**{"incident-date-granularity": grain or None})
    assert document["occurred"] == {"from": start}
    named = "incident-date-granularity" in _unmapped(document)
    assert named == (not grain)


def test_no_date_is_unknown() -> None:
    assert _one(**{"incident-date": None})["occurred"] == "unknown"


def test_what_the_catalogue_does_not_know_is_named() -> None:
    document = _one(
        procedure=[
            {"technique": "AML.T9999", "note": "odd"},
            {"technique": {"id": "AML.T0043", "name": "Another"}, "description": "x"},
            {"tactic": {"id": "", "name": ""}, "description": "y"},
            "a line",
        ]
    )
    told = _unmapped(document)
    assert "not in the catalogue" in told["procedure.0.technique"]
    assert (
        "`Craft Data` in the catalogue, here `Another`" in told["procedure.1.technique"]
    )
    assert told["procedure.0.note"] == "odd"
    assert told["procedure.3"] == "a line"
    assert document["techniques"] == ["AML.T9999", "AML.T0043 Craft Data"]
    assert document["chain"][0]["text"] == "(not described)"
    assert document["chain"][2]["tactic"] == "(none)"


def test_references_of_any_form_are_kept_or_named() -> None:
    document = _one(
        references=[
            "plain",
            {"title": "t" * 600, "url": "https://e.example/l"},
            {"n": "1"},
        ],
        procedure=None,
        target=None,
    )
    assert document["references"][:2] == ["plain", "https://e.example/l"]
    assert _unmapped(document)["references.2.n"] == "1"
    assert document["systems"] == "unknown"


def test_a_changed_record_has_another_digest() -> None:
    first, second = (
        read_atlas(_file({**_STUDY, "name": name}), "f").records[0] for name in "ab"
    )
    assert first.digest != second.digest
    assert first.source == second.source


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"id": "no id"}, "`id` is no id: `no id`"),
        ({"name": ""}, "has no `name`"),
        ({"summary": " "}, "has no `summary`"),
        ({"incident-date": "2024-13-01"}, "`incident-date` is no date"),
        ({"incident-date": "March"}, "`incident-date` is no date"),
    ],
)
def test_a_record_that_can_not_be_one_is_named(
    changes: dict[str, str], told: str
) -> None:
    assert told in _bad(read_atlas(_file({**_STUDY, **changes}), "f"))


def test_a_bad_record_keeps_no_other_out() -> None:
    other = {**deepcopy(_STUDY), "id": "B"}
    batch = read_atlas(_file(_STUDY, "text", other), "f")
    assert [record.id for record in batch.records] == ["AML.CS9001", "B"]
    assert [record.pointer for record in batch.records] == [
        "/case-studies/0",
        "/case-studies/2",
    ]
    assert batch.faults[0].message == "case study 2: not a mapping"


def test_keys_that_stand_twice_or_are_no_text_spoil_their_record() -> None:
    twice = b"case-studies:\n- id: a\n  id: b\n"
    assert "stands twice" in _bad(read_atlas(twice, "f"))
    assert "must be text" in _bad(read_atlas(b"case-studies:\n- [a]: b\n", "f"))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a: &x 1\nb: *x\n", "yaml-alias"),
        (b"a: &x [*x]\n", "yaml-alias"),
        (b"[" * 30 + b"]" * 30, "yaml-too-deep"),
        (b"a: [", "yaml-syntax"),
        (b"a: \x00", "yaml-syntax"),
        (b"a: 1\n---\nb: 2\n", "yaml-documents"),
        (b"# nothing\n", "yaml-documents"),
        (b"a: 1\n", "not-atlas"),
        (b"case-studies: []\n", "not-atlas"),
        (b"PK\x03\x04", "archive"),
        (b"\xff\xfe", "not-utf8"),
    ],
)
def test_a_file_that_is_none_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(DeclarationError) as error:
        read_atlas(data, "ATLAS.yaml")
    assert codes_of(error) == [code]


def test_names_are_read_of_a_file_that_has_no_studies() -> None:
    assert read_names(_file(), "ATLAS.yaml")["AML.T0043"] == "Craft Data"
    with pytest.raises(DeclarationError) as caught:
        read_names(b"a: &x 1\nb: *x\n", "ATLAS.yaml")
    assert codes_of(caught) == ["yaml-alias"]


def test_a_file_of_too_many_values_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atlas, "_MAX_EVENTS", 10)
    with pytest.raises(DeclarationError) as error:
        read_atlas(_file(_STUDY), "f")
    assert codes_of(error) == ["yaml-too-many"]
    with pytest.raises(DeclarationError) as error:
        read_atlas(b"x" * (MAX_ATLAS_BYTES + 1), "f")
    assert codes_of(error) == ["file-too-large"]


def test_tags_build_nothing() -> None:
    study = (
        yaml.safe_dump([_STUDY])
        .encode()
        .replace(b"Mail filter", b"!!python/object/apply:os.system ['true']")
    )
    batch = read_atlas(b"case-studies:\n" + study, "f")
    [record] = batch.records
    assert record.document["systems"] == "unknown"
    assert "true" in str(record.document["unmapped"])


def test_each_case_study_of_the_real_file_is_taken() -> None:
    file = data_folder() / "atlas" / "ATLAS.yaml"
    batch = read_atlas(file.read_bytes(), file.name)
    assert batch.faults == []
    assert len(batch.records) >= 45
    for record in batch.records:
        check_report(record.document, record.id)
        assert record.document["chain"]
    kinds = {record.document["kind"] for record in batch.records}
    assert kinds == {"incident", "demonstration"}
    months = [r for r in batch.records if len(r.document["occurred"]["from"]) == 7]
    assert months
