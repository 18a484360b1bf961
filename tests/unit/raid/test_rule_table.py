"""Tables of the desk's own rules."""

from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.raid.rule_table import RuleTable, TableCodes

CODES = TableCodes("hues-refused", "hues-unreadable", "hue-malformed")
HUES = RuleTable("hues.csv", ("id", "hue", "source", "confidence"), CODES)


def test_a_table_that_is_not_there_is_older_rules_and_no_empty_table(
    tmp_path: Path,
) -> None:
    assert HUES.read(tmp_path) is None
    (tmp_path / "hues.csv").write_bytes(b"")
    assert HUES.read(tmp_path) == b""


def test_a_table_that_cant_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hues.csv").mkdir()
    with pytest.raises(DeclarationError) as caught:
        HUES.read(tmp_path)
    assert caught.value.code == "hues-refused"
    assert [fault.code for fault in caught.value.faults] == ["hues-unreadable"]
    assert caught.value.faults[0].file == "desk/hues.csv"


@pytest.mark.parametrize(
    ("row", "columns"),
    [
        ("a,red,page 3,text", []),
        ("a,red,,text", ["source"]),
        ("a,red,page 3,sure", ["confidence"]),
        ("a,,,", ["hue", "source", "confidence"]),
    ],
)
def test_a_row_needs_its_cells_a_source_and_a_confidence(
    row: str, columns: list[str]
) -> None:
    sheet = HUES.parse(f"id,hue,source,confidence\n{row}\n".encode())
    line = sheet.lines[0]
    assert HUES.is_sound(sheet, line, {"hue": bool(line["hue"])}) == (not columns)
    assert [fault.message for fault in sheet.faults] == [
        f"`a` has no sound `{column}`" for column in columns
    ]
    assert {fault.code for fault in sheet.faults} <= {"hue-malformed"}


def test_a_refusal_counts_the_faults_and_says_that_nothing_changed() -> None:
    sheet = HUES.parse(b"hue\n")
    refusal = HUES.refusal(sheet)
    assert refusal.message == "`desk/hues.csv` has 1 fault"
    assert [fault.code for fault in refusal.faults] == ["wrong-columns"]
    assert "stays" in refusal.next_step
