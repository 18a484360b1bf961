"""`raid mailbox`: a reporter writes by their receipt, and the desk answers."""

import io
import json
from pathlib import Path

import pytest

from tests.e2e.raiding import as_person, code_told
from tests.e2e.running import Ringwall
from tests.raid_office import report_document

RUTH = as_person("ruth")
JOAN = as_person("joan")


def test_both_sides_write_and_read(
    raid: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("report.json").write_text(json.dumps(report_document()))
    taken = raid("raid", "intake", "file", "report.json", *RUTH).json()
    code, report = taken["receipt"], taken["report"]
    monkeypatch.setattr("sys.stdin", io.StringIO("it came \x1b[2Jagain"))

    sent = raid.table("raid", "mailbox", "write", code, "--text", "-", *RUTH)
    assert sent.out.startswith("SENT")
    post = raid("raid", "mailbox", "post", report, "--text", "which version?", *JOAN)
    assert post.code == 0, post.err
    read = raid.table("raid", "mailbox", "read", code, *RUTH)
    assert "which version?" in read.out
    assert "\x1b[2J" not in read.out
    rows = raid("raid", "mailbox", "show", report, *JOAN).json()
    assert [row["side"] for row in rows] == ["reporter", "desk"]


def test_a_receipt_is_read_from_stdin_so_that_no_history_keeps_it(
    raid: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("report.json").write_text(json.dumps(report_document()))
    code = raid("raid", "intake", "file", "report.json", *RUTH).json()["receipt"]

    def told(*words: str, stdin: str = code) -> object:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        done = raid("raid", *words, *RUTH)
        assert done.code == 0, done.err
        return done.json()

    both = f"{code}\nit came again\n"
    told("mailbox", "write", "-", "--text", "-", stdin=both)
    rows = told("mailbox", "read", "-")
    assert isinstance(rows, list)
    assert [row["text"].strip() for row in rows] == ["it came again"]
    Path("letter.txt").write_text("a letter")
    assert told("intake", "status", "-")


def test_a_wrong_code_is_told_as_such(raid: Ringwall) -> None:
    for words in (("read", "nothing"), ("write", "nothing", "--text", "hello")):
        done = raid("raid", "mailbox", *words, *RUTH)
        assert code_told(done) == "receipt-unknown"
