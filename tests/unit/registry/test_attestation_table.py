"""A table of attestations is taken whole, or refused with the line of each fault."""

from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError, Fault
from ringwall.registry import attestation_table
from ringwall.registry.attestation_table import (
    MAX_TABLE_BYTES,
    AttestationTable,
    parse_table,
    read_table,
)
from tests.declaring import Files

HEADER = "holder,measure,assessor,from,until,evidence"
EVIDENCE = "ab" * 32
DATES = "2026-01-01T00:00:00Z,2027-01-01T00:00:00Z"
ROW = f"site:hub,SL1-WS-1,org:partner,{DATES},{EVIDENCE}"


def parse(text: str | bytes) -> AttestationTable:
    data = text if isinstance(text, bytes) else text.encode()
    return parse_table(data, "measures.csv")


def faults_of(text: str | bytes) -> tuple[Fault, ...]:
    with pytest.raises(DeclarationError) as caught:
        parse(text)
    assert caught.value.code == "declaration-refused"
    assert {fault.file for fault in caught.value.faults} == {"measures.csv"}
    return caught.value.faults


def fault_of(text: str | bytes) -> tuple[str, int]:
    (fault,) = faults_of(text)
    return fault.code, fault.line


def test_a_row_is_an_attestation_of_one_measure() -> None:
    table = parse(f"{HEADER},source\n{ROW},report 3\n{ROW.replace('WS', 'SW')},\n")

    first, second = table.rows
    assert (first.line, first.holder, first.measure) == (2, "site:hub", "SL1-WS-1")
    assert first.statement.source == "report 3"
    assert first.statement.evidence == EVIDENCE
    assert (second.measure, second.statement.source) == ("SL1-SW-1", None)


def test_columns_may_stand_in_any_order() -> None:
    names, cells = HEADER.split(","), ROW.split(",")
    turned = f"{','.join(reversed(names))}\n{','.join(reversed(cells))}\n"

    assert parse(turned).rows == parse(f"{HEADER}\n{ROW}\n").rows


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_end_as_a_spreadsheet_or_an_editor_ends_them(end: str) -> None:
    table = parse(f"{HEADER}{end}{ROW}{end}")

    assert len(table.rows) == 1
    assert table.rows == parse(f"{HEADER}\n{ROW}").rows


def test_a_header_alone_attests_nothing() -> None:
    assert parse(f"{HEADER}\n").rows == ()


def test_a_cell_in_quotes_is_its_text() -> None:
    table = parse(f'{HEADER},source\n{ROW},"report 3, annex ""b"""\n')

    assert table.rows[0].statement.source == 'report 3, annex "b"'


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "csv-header", 0),
        ("holder,measure\n", "csv-header", 1),
        (f"{HEADER},holder\n", "csv-header", 1),
        (f"{HEADER},wizard\n", "csv-header", 1),
        (f"{HEADER.upper()}\n", "csv-header", 1),
        (f"\n{HEADER}\n", "csv-header", 1),
        (f"{HEADER}\n{ROW},more\n", "csv-width", 2),
        (f"{HEADER}\n\n{ROW}\n", "csv-width", 2),
        (f'{HEADER}\n{ROW}"x"\n', "wrong-value", 2),
        (f'{HEADER}\n"{ROW}\n', "csv-syntax", 2),
        (f'{HEADER},source\n{ROW},"two\nlines"\n', "control-character", 3),
        (f"{HEADER},source\n{ROW},\u202ereport\n", "control-character", 2),
        (f"{HEADER},source\n{ROW},a\rb\n", "csv-syntax", 2),
        (f"{HEADER},source\n{ROW},=1+1\n", "formula", 2),
        (f"{HEADER},source\n{ROW},@cmd\n", "formula", 2),
        (f"{HEADER},source\n{ROW},+1\n", "formula", 2),
        (f"{HEADER},source\n{ROW},-1\n", "formula", 2),
        (b"\xef\xbb\xbf" + HEADER.encode(), "byte-order-mark", 1),
        (HEADER.encode() + b"\n\xff\n", "not-utf8", 2),
        (b"x" * (MAX_TABLE_BYTES + 1), "file-too-large", 0),
    ],
)
def test_what_is_no_such_table_is_refused(
    text: str | bytes, code: str, line: int
) -> None:
    assert fault_of(text) == (code, line)


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("SL1-WS-1", "SL9-WS-1", "measure"),
        ("org:partner", "user:ada", "assessor"),
        ("2026-01-01T00:00:00Z", "2026-13-01T00:00:00Z", "from"),
        ("2027-01-01T00:00:00Z", "tomorrow", "until"),
        ("2027-01-01T00:00:00Z", "2025-01-01T00:00:00Z", "from"),
        (EVIDENCE, "AB" * 32, "evidence"),
    ],
)
def test_a_cell_that_can_not_be_is_refused(old: str, new: str, column: str) -> None:
    (fault,) = faults_of(f"{HEADER}\n{ROW}\n{ROW.replace(old, new)}\n")

    assert (fault.code, fault.line) == ("wrong-value", 3)
    assert fault.message.startswith(f"`{column}` is refused: ")


def test_all_faults_are_told_at_once() -> None:
    wrong = ROW.replace("org:partner", "x").replace(EVIDENCE, "y")

    faults = faults_of(f"{HEADER}\n{wrong}\n{ROW},\n=,=,=,=,=,=\n")

    assert [(f.code, f.line) for f in faults][:3] == [
        ("wrong-value", 2),
        ("wrong-value", 2),
        ("csv-width", 3),
    ]
    assert [(f.code, f.line) for f in faults][3:] == [("formula", 4)] * 6


def test_a_table_has_a_most_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attestation_table, "MAX_TABLE_ROWS", 1)

    assert fault_of(f"{HEADER}\n{ROW}\n{ROW}\n") == ("too-many-rows", 0)


def test_a_table_is_read_from_a_regular_file(tmp_path: Path) -> None:
    file = tmp_path / "measures.csv"
    file.write_text(f"{HEADER}\n{ROW}\n")

    assert read_table(file).rows == parse(f"{HEADER}\n{ROW}\n").rows
    with pytest.raises(DeclarationError) as caught:
        read_table(tmp_path)
    assert caught.value.code == "file-unreadable"


def test_a_draft_is_the_holders_documents(tmp_path: Path) -> None:
    known = Files(tmp_path).base()

    (sheet,) = parse(f"{HEADER}\n{ROW}\n").draft(known)

    assert [document.id for document, _ in sheet.documents()] == ["site:hub"]


def test_a_draft_for_somebody_unknown_is_refused(tmp_path: Path) -> None:
    known = Files(tmp_path).base()
    table = parse(f"{HEADER}\n{ROW.replace('site:hub', 'site:none')}\n")

    with pytest.raises(DeclarationError) as caught:
        table.draft(known)

    (fault,) = caught.value.faults
    assert (fault.code, fault.line) == ("unknown-reference", 2)
