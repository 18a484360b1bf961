"""`raid intake new`: twelve questions, by flags, from a file or on a terminal."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from ringwall.cli import raid_intake_new as module
from ringwall.institute import Institute
from ringwall.model.events import Event
from tests.e2e.raiding import as_person
from tests.e2e.running import Ringwall, set_stdin
from tests.raid_office import report_document

RUTH = as_person("ruth")
NEW = ("raid", "intake", "new")
ANSWERS = (
    *("--title", "Rota fell over", "--narrative", "It booked nobody."),
    *("--kind", "incident", "--occurred", "2026-03-01..2026-03"),
    *("--aware", "unknown", "--system", "Rota; Example; 2", "--system", "Ward"),
    *("--state", "de,fr", "--harm", "none", "--weights", "no"),
    *("--behaviour", "none", "--danger", "no", "--public", "no"),
)


def _last() -> Event:
    """Return the last report on record of the institute in the present folder."""
    ledger = Institute(Path()).ledger(writable=False)
    try:
        found = [ledger.entry(at).event for at in range(ledger.head().size)]
    finally:
        ledger.close()
    return [event for event in found if event["kind"] == "raid.report"][-1]


def test_every_answer_is_a_flag(raid: Ringwall) -> None:
    done = raid(
        *(*NEW, *ANSWERS, *RUTH, "--tlp", "GREEN", "--language", "en-GB"),
        *("--sector", "Health", "--entity", "deployer", "--compute", "9e25..1.1e26"),
        *("--model-involved", "2026-03-02T00:00:00Z", "--classified", "unknown"),
        *("--reference", "https://e.example/1", "--consent-developer", "no"),
        *("--consent-authorities", "yes"),
    )
    assert done.code == 0, done.err
    document = _last()["said"]["document"]
    assert document["occurred"] == {"from": "2026-03-01", "until": "2026-03"}
    assert document["systems"][0] == {
        "name": "Rota",
        "developer": "Example",
        "version": "2",
    }
    assert document["states"] == ["DE", "FR"]
    assert document["tlp"] == "green"
    assert document["language"] == "en-GB"
    assert document["sector"] == "Health"
    assert document["compute"] == {"low": "9e25", "high": "1.1e26"}
    assert document["consent"] == {"developer": "no", "authorities": "yes"}
    assert document["classified"] == "unknown"


@pytest.mark.parametrize(
    ("told", "compute"),
    [("unknown", "unknown"), ("3e24", {"low": "3e24", "high": "3e24"})],
)
def test_compute_may_be_unknown_or_one_number(
    raid: Ringwall, told: str, compute: object
) -> None:
    assert raid(*NEW, *ANSWERS, *RUTH, "--compute", told).code == 0
    assert _last()["said"]["document"]["compute"] == compute


def test_without_a_terminal_the_missing_flags_are_named(raid: Ringwall) -> None:
    done = raid(*NEW, "--title", "x", *RUTH)
    assert done.code == 2
    assert "missing --narrative, --kind, --occurred, --aware, --system" in done.err


def test_answers_may_stand_in_a_file_and_flags_go_before_it(
    raid: Ringwall, tmp_path: Path
) -> None:
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(report_document()))
    done = raid(*NEW, "--answers", path, "--title", "Another", *RUTH)
    assert done.code == 0, done.err
    assert _last()["said"]["document"] == report_document(title="Another")
    path.write_text("[]")
    assert "not-an-object" in raid(*NEW, "--answers", path, *RUTH).err


def test_a_narrative_may_come_from_stdin(
    raid: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_stdin(monkeypatch, b"One line\nand another\n")
    words = [*ANSWERS]
    words[words.index("It booked nobody.")] = "-"
    assert raid(*NEW, *words, *RUTH).code == 0
    assert _last()["said"]["document"]["narrative"] == "One line\nand another"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Give the lines that somebody at a terminal is going to type."""
    lines: list[str] = []
    monkeypatch.setattr(module, "_can_ask", lambda: True)
    monkeypatch.setattr(typer, "prompt", lambda *_, **__: lines.pop(0))
    yield lines
    assert lines == []


def test_on_a_terminal_what_is_missing_is_asked_for(
    raid: Ringwall, typed: list[str]
) -> None:
    typed += ["Rota fell over", "First line", "second line", "", "rumour", "hazard"]
    typed += ["2026-03", "unknown", "Rota; Example", "none", "none", "no", "none"]
    typed += ["no", "unknown"]
    done = raid(*NEW, *RUTH)
    assert done.code == 0, done.err
    assert "Don't write who you are" in done.err
    assert "1/12 What is it about" in done.err
    assert "expected incident, near-miss, hazard" in done.err
    document = _last()["said"]["document"]
    assert document["narrative"] == "First line\nsecond line"
    assert document["kind"] == "hazard"
    assert document["states"] == []


def test_what_flags_answer_is_not_asked_for(raid: Ringwall, typed: list[str]) -> None:
    words = [*ANSWERS][: ANSWERS.index("--public")]
    typed += ["yes"]
    assert raid(*NEW, *words, *RUTH).code == 0
    assert _last()["said"]["document"]["public"] == "yes"


TELLING = ("--narrative", "My boss told me to wait.")


def _asked_about(monkeypatch: pytest.MonkeyPatch, *, answer: bool) -> list[str]:
    """Have somebody at a terminal answer whether to go on; return what they saw."""
    asked: list[str] = []

    def confirm(text: str, **_: object) -> bool:
        asked.append(text)
        return answer

    monkeypatch.setattr(module, "_can_ask", lambda: True)
    monkeypatch.setattr(typer, "confirm", confirm)
    return asked


def test_on_a_terminal_one_stops_before_what_tells_is_taken_in(
    raid: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _asked_about(monkeypatch, answer=False)
    before = Institute(Path()).ledger(writable=False)
    size = before.head().size
    before.close()

    done = raid(*NEW, *ANSWERS, *TELLING, *RUTH)

    assert done.code == 1
    assert asked == ["take it in as it is?"]
    assert "`narrative` may tell who the reporter is: where one works" in done.err
    assert "nothing was taken in" in done.err
    assert "boss" not in done.err
    after = Institute(Path()).ledger(writable=False)
    assert after.head().size == size
    after.close()


def test_on_a_terminal_one_may_go_on_all_the_same(
    raid: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _asked_about(monkeypatch, answer=True)

    assert raid(*NEW, *ANSWERS, *TELLING, *RUTH).code == 0
    assert len(asked) == 1
    # Where nothing tells, nothing is asked.
    assert raid(*NEW, *ANSWERS, *RUTH).code == 0
    assert len(asked) == 1


def test_where_nobody_can_answer_it_is_said_and_taken_in(raid: Ringwall) -> None:
    done = raid(*NEW, *ANSWERS, *TELLING, *RUTH)

    assert done.code == 0
    assert "may tell who the reporter is: where one works" in done.err
    assert _last()["said"]["document"]["narrative"] == TELLING[1]
