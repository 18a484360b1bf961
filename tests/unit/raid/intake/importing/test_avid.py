import json
from typing import Any

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.raid.intake.importing.avid import MAX_AVID_BYTES, read_avid
from ringwall.raid.intake.importing.records import WITHHELD
from ringwall.raid.intake.report_reader import check_report
from tests.raid_reports import codes_of, data_folder

_REPORT: dict[str, Any] = {
    "data_type": "AVID",
    "data_version": "0.2",
    "metadata": {"report_id": "AVID-2030-R0001"},
    "affects": {
        "developer": ["Maker"],
        "deployer": ["Host"],
        "artifacts": [{"type": "Model", "name": "M-1"}],
    },
    "problemtype": {
        "classof": "LLM Evaluation",
        "type": "Detection",
        "description": {"lang": "eng", "value": "Bias in M-1"},
    },
    "references": [{"type": "source", "label": "A page", "url": "https://e.example/1"}],
    "description": {"lang": "eng", "value": "M-1 was found to be **biased**."},
    "credit": [{"lang": "eng", "value": "Somebody"}],
    "reported_date": "2030-11-09",
}


def _one(**changes: object) -> dict[str, Any]:
    fields = {k: v for k, v in {**_REPORT, **changes}.items() if v is not None}
    batch = read_avid(json.dumps(fields).encode(), "one.json")
    assert batch.faults == []
    [record] = batch.records
    check_report(record.document, record.id)
    return record.document


def _unmapped(document: dict[str, Any]) -> dict[str, str]:
    return {one["field"]: one["text"] for one in document["unmapped"]}


def test_a_report_becomes_a_report() -> None:
    document = _one()
    assert document["title"] == "Bias in M-1"
    assert document["narrative"] == "M-1 was found to be biased."
    assert document["kind"] == "demonstration"
    assert document["systems"] == [{"name": "M-1", "developer": "Maker"}]
    assert document["language"] == "en"
    assert document["references"] == ["A page https://e.example/1"]


def test_the_day_of_the_report_is_not_that_of_the_incident() -> None:
    document = _one()
    assert document["occurred"] == document["aware"] == "unknown"
    assert _unmapped(document)["reported_date"] == "2030-11-09"


def test_who_gets_credit_is_not_told() -> None:
    document = _one()
    assert _unmapped(document)["credit"] == WITHHELD
    assert "Somebody" not in str(document)


def test_all_that_has_no_place_is_named() -> None:
    assert set(_unmapped(_one())) == {
        "data_version",
        "affects.deployer",
        "affects.artifacts.type",
        "problemtype.type",
        "references.0.type",
        "credit",
        "reported_date",
    }


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("AIID Incident", "incident"),
        ("LLM Evaluation", "demonstration"),
        ("CVE Entry", "hazard"),
        ("ATLAS Case Study", "unknown"),
        ("Third-party Report", "unknown"),
    ],
)
def test_a_class_becomes_a_kind_where_it_says_one(told: str, kind: str) -> None:
    document = _one(problemtype={**_REPORT["problemtype"], "classof": told})
    assert document["kind"] == kind
    assert ("problemtype.classof" in _unmapped(document)) == (kind == "unknown")


def test_what_was_published_is_public_and_nothing_else() -> None:
    assert _one()["public"] == "unknown"
    published = _one(published_date="2030-12-01")
    assert published["public"] == "yes"
    assert _unmapped(published)["published_date"] == "2030-12-01"


def test_a_vulnerability_is_known_by_its_own_id() -> None:
    document = _one(metadata={"vuln_id": "AVID-2030-V001"})
    assert document["source"]["id"] == "AVID-2030-V001"


def test_a_record_without_a_description_goes_by_its_title_and_the_other_way() -> None:
    assert _one(description=None)["narrative"] == "Bias in M-1"
    told = {"lang": "de", "value": "Erste Zeile\nzweite"}
    document = _one(problemtype={"classof": "CVE Entry"}, description=told)
    assert document["title"] == "Erste Zeile"
    assert document["language"] == "de"


def test_languages_that_are_none_or_differ_are_named() -> None:
    odd = {"lang": "no language", "value": "x"}
    document = _one(description=odd)
    assert _unmapped(document)["description.lang"] == "no language"
    assert _unmapped(document)["problemtype.description.lang"] == "eng"
    assert "language" not in document


def test_systems_that_are_not_named_are_unknown() -> None:
    nobody = {"developer": ["Maker"], "artifacts": []}
    document = _one(affects=nobody)
    assert document["systems"] == "unknown"
    assert _unmapped(document)["affects.developer"] == "Maker"
    assert _one(affects=None)["systems"] == "unknown"
    assert _one(affects={"developer": "x", "artifacts": "y"})["systems"] == "unknown"


def test_more_systems_than_a_report_holds_are_named() -> None:
    many = [{"name": f"M-{number}", "hash": "abc"} for number in range(25)]
    document = _one(affects={"artifacts": [*many, {"name": ""}, 7]})
    assert len(document["systems"]) == 20
    assert "M-24" in _unmapped(document)["affects.artifacts"]
    assert _unmapped(document)["affects.artifacts.hash"] == "abc"
    assert "developer" not in document["systems"][0]


def test_references_and_reports_of_any_form_are_kept_or_named() -> None:
    document = _one(
        references=["plain", {"label": "l" * 600, "url": "https://e.example/2"}],
        reports=[{"report_id": "AVID-1", "name": "First", "type": "t"}, "second"],
        description={"value": "see [this](https://e.example/3)"},
    )
    assert document["references"] == [
        "https://e.example/3",
        "plain",
        "https://e.example/2",
        "AVID-1 First",
        "second",
    ]
    assert _unmapped(document)["reports.0.type"] == "t"


def test_records_come_one_by_one_in_lists_and_in_lines() -> None:
    other = {**_REPORT, "metadata": {"report_id": "B"}}
    listed = json.dumps([_REPORT, other]).encode()
    wrapped = json.dumps({"reports": [_REPORT, other]}).encode()
    lines = "\n".join([json.dumps(_REPORT), "", json.dumps(other)]).encode()
    pointers = [
        [record.pointer for record in read_avid(data, "f").records]
        for data in (listed, wrapped, lines)
    ]
    assert pointers == [
        ["/0", "/1"],
        ["/reports/0", "/reports/1"],
        ["line 1", "line 3"],
    ]


def test_an_object_without_an_id_is_named_however_it_is_wrapped() -> None:
    for odd in ({"x": 1}, {"reports": 7}, {"reports": 7, "vulnerabilities": [1]}):
        batch = read_avid(json.dumps(odd, indent=1).encode(), "f")
        assert batch.records == []
        assert [fault.code for fault in batch.faults] == ["record-refused"]


def test_an_object_written_over_lines_is_one_record() -> None:
    data = json.dumps(_REPORT, indent=1).encode()
    assert len(read_avid(data, "f").records) == 1
    data = b'{"metadata":\n' + json.dumps(_REPORT).encode()[1:].split(b'"metadata":')[1]
    assert len(read_avid(b"{" + data[1:], "f").records) == 1


def test_bad_records_are_named_and_keep_no_other_out() -> None:
    lines = [json.dumps(_REPORT), "{", '{"metadata": {}}', '{"x": 1}', "[]"]
    batch = read_avid("\n".join(lines).encode(), "f")
    assert [record.id for record in batch.records] == ["AVID-2030-R0001"]
    told = [(fault.line, fault.code) for fault in batch.faults]
    assert sorted(told) == [
        (2, "json-syntax"),
        (3, "record-refused"),
        (4, "record-refused"),
        (5, "record-refused"),
    ]
    assert any("raid intake file" in fault.message for fault in batch.faults)


def test_a_record_without_any_text_is_named() -> None:
    data = json.dumps({"metadata": {"report_id": "A"}}).encode()
    [fault] = read_avid(data, "f").faults
    assert fault.message == "`A` has neither a title nor a description"


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"{", "json-syntax"), (b"PK\x03\x04", "archive"), (b"", "file-empty")],
)
def test_a_file_that_is_none_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(DeclarationError) as error:
        read_avid(data, "f")
    assert codes_of(error) == [code]


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(DeclarationError) as error:
        read_avid(b" " * (MAX_AVID_BYTES + 1), "f")
    assert codes_of(error) == ["file-too-large"]


def test_each_real_file_is_taken() -> None:
    files = sorted((data_folder() / "avid").glob("*.json"))
    assert len(files) >= 73
    for file in files:
        batch = read_avid(file.read_bytes(), file.name)
        assert batch.faults == []
        for record in batch.records:
            check_report(record.document, record.id)
            assert record.id == file.stem
            assert record.document["occurred"] == "unknown"
