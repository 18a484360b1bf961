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


def test_a_wrong_code_is_told_as_such(raid: Ringwall) -> None:
    for words in (("read", "nothing"), ("write", "nothing", "--text", "hello")):
        done = raid("raid", "mailbox", *words, *RUTH)
        assert code_told(done) == "receipt-unknown"
