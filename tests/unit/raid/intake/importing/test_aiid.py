import pytest

from ringwall.base.errors import DeclarationError
from ringwall.raid.intake.importing import aiid
from ringwall.raid.intake.importing.aiid import MAX_AIID_BYTES, is_aiid, read_aiid
from ringwall.raid.intake.report_reader import check_report
from tests.raid_reports import codes_of, table_of

_ROW = '1,2015-05-19,A title,"What happened, and more",["a"],[],"[""x""]","[1,2]"'


def test_a_row_becomes_a_report() -> None:
    batch = read_aiid(table_of(_ROW), "incidents.csv")
    assert batch.faults == []
    [record] = batch.records
    document = record.document
    check_report(document, "f")
    assert record.source == "aiid:1"
    assert record.pointer == "row 1"
    assert document["title"] == "A title"
    assert document["narrative"] == "What happened, and more"
    assert document["kind"] == "incident"
    assert document["occurred"] == {"from": "2015-05-19"}
    assert document["references"] == ["AIID report 1", "AIID report 2"]
    assert document["public"] == "yes"


def test_alleged_parties_are_named_and_not_taken_for_facts() -> None:
    document = read_aiid(table_of(_ROW), "f").records[0].document
    assert document["systems"] == document["harms"] == "unknown"
    assert {one["field"]: one["text"] for one in document["unmapped"]} == {
        "Alleged deployer of AI system": '["a"]',
        "Alleged developer of AI system": "[]",
        "Alleged harmed or nearly harmed parties": '["x"]',
    }


def test_columns_may_stand_in_another_order_and_under_other_names() -> None:
    data = (
        b"\xef\xbb\xbfTitle,Description,Extra,ID\nA,See [b](https://e.example/b),,7\n"
    )
    [record] = read_aiid(data, "f").records
    assert record.source == "aiid:7"
    assert record.document["narrative"] == "See b"
    assert record.document["references"] == ["https://e.example/b"]
    assert record.document["occurred"] == record.document["public"] == "unknown"
    assert "unmapped" not in record.document


@pytest.mark.parametrize(
    ("told", "start"),
    [
        ("2015", "2015"),
        ("2015-05", "2015-05"),
        ("2015-05-19T00:00:00.000Z", "2015-05-19"),
        ("2015-05-19 00:00", "2015-05-19"),
        ("2015-05-19T07:30:00Z", "2015-05-19T07:30:00Z"),
    ],
)
def test_a_midnight_that_nobody_meant_is_left_out(told: str, start: str) -> None:
    row = f"1,{told},t,d,,,,"
    assert (
        read_aiid(table_of(row), "f").records[0].document["occurred"]["from"] == start
    )


@pytest.mark.parametrize(
    ("told", "references", "unmapped"),
    [
        ("", None, None),
        ("[]", None, None),
        ("12", ["AIID report 12"], None),
        ("[true]", None, "[true]"),
        ("1;2", None, "1;2"),
        ("[" * 200_0, None, "[" * 200_0),
    ],
)
def test_reports_that_are_no_list_of_numbers_are_named(
    told: str, references: list[str] | None, unmapped: str | None
) -> None:
    document = read_aiid(table_of(f'1,,t,d,,,,"{told}"'), "f").records[0].document
    assert document.get("references") == references
    named = {one["field"]: one["text"] for one in document.get("unmapped", [])}
    assert named.get("reports") == unmapped


def test_bad_rows_are_named_and_keep_no_other_out() -> None:
    rows = (
        _ROW,
        "2,2015-13-01,t,d,,,,",
        "x x,2015,t,d,,,,",
        "4,2015,,d,,,,",
        "5,2015,t,,,,,",
        "6,2015,t,d,,,",
        "",
        '7,2015,"t"x,d,,,,',
        "8,2015,t,d,,,,",
    )
    batch = read_aiid(table_of(*rows), "f")
    assert [record.id for record in batch.records] == ["1", "8"]
    assert {fault.code for fault in batch.faults} == {"record-refused"}
    told = [(fault.line, fault.message.partition(": ")[2]) for fault in batch.faults]
    assert told == [
        (3, "incident 2: `2015-13-01` is no date"),
        (4, "`incident_id` is no id: `x x`"),
        (5, "incident 4 has no title"),
        (6, "incident 5 has no description"),
        (7, "7 cells under 8 columns"),
        (9, "',' expected after '\"'"),
    ]


def test_bytes_that_are_not_utf8_spoil_their_own_row_alone() -> None:
    batch = read_aiid(table_of(_ROW) + b"\n2,2015,caf\xe9,d,,,,\n3,2015,t,d,,,,", "f")
    assert [record.id for record in batch.records] == ["1", "3"]
    assert batch.faults[0].message == "row 2: it is not UTF-8 text"


def test_a_cell_may_have_lines_of_its_own() -> None:
    [record] = read_aiid(table_of('1,2015,t,"one\ntwo",,,,'), "f").records
    assert record.document["narrative"] == "one\ntwo"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a,b\n1,2\n", "columns-missing"),
        (b"id,title,title,description\n", "columns-missing"),
        (b'"id"x,title,description\n', "columns-missing"),
        (b"PK\x03\x04", "archive"),
        (b"", "file-empty"),
        (b"id,title,description,caf\xe9\n1,t,d,x\n", "not-utf8"),
        ("id,title,description\n1,t,d\n".encode("utf-16"), "not-utf8"),
    ],
)
def test_a_file_that_is_none_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(DeclarationError) as error:
        read_aiid(data, "f")
    assert codes_of(error) == [code]


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(DeclarationError) as error:
        read_aiid(b"x" * (MAX_AIID_BYTES + 1), "f")
    assert codes_of(error) == ["file-too-large"]


def test_of_a_table_without_end_the_reading_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(aiid, "_MAX_ROWS", 2)
    rows = [f"{number},2015,t,d,,,," for number in range(5)]
    batch = read_aiid(table_of(*rows), "f")
    assert len(batch.records) == 2
    assert batch.faults[-1].code == "table-too-long"


def test_a_header_is_known_by_its_columns() -> None:
    assert is_aiid("Title,incident_id,Description")
    assert not is_aiid("a,b,c")
    assert not is_aiid("")
    assert not is_aiid("id,title\rx,description")
