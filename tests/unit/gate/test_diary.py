"""The diary is silent without a handler, and then one JSON object a line."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from ringwall.gate.diary import open_diary

_PROGRAM = """
import logging, sys
from ringwall.gate.diary import open_diary
if sys.argv[1:] == ["handler"]:
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
diary = open_diary()
open_diary()
diary.info("event_of_info")
diary.warning("event_of_warning", word="value")
try:
    secret = "a secret"
    raise ValueError("what went wrong")
except ValueError:
    diary.error("event_of_error", exc_info=True)
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )


def test_without_a_handler_nothing_is_printed_at_all() -> None:
    done = run()

    assert (done.stdout, done.stderr) == ("", "")


def test_a_handler_of_the_program_gets_json_lines_at_its_level() -> None:
    lines = [json.loads(line) for line in run("handler").stderr.splitlines()]

    assert [line["event"] for line in lines] == ["event_of_warning", "event_of_error"]
    assert (lines[0]["level"], lines[0]["word"]) == ("warning", "value")
    assert lines[0]["timestamp"].endswith("Z")


def test_a_traceback_shows_no_locals() -> None:
    error = run("handler").stderr.splitlines()[1]

    assert "what went wrong" in error
    assert "a secret" not in error
    assert '"locals"' not in error or '"locals": null' in error


def test_the_handlers_of_the_program_are_left_alone(tmp_path: Path) -> None:
    logger = logging.getLogger("ringwall")
    before = list(logger.handlers)
    handler = logging.FileHandler(tmp_path / "diary")
    logger.handlers[:] = [handler]
    try:
        open_diary().error("event")
        assert logger.handlers == [handler]
    finally:
        logger.handlers[:] = before
        handler.close()

    assert json.loads((tmp_path / "diary").read_text())["event"] == "event"


def test_an_event_below_the_level_is_not_rendered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR, "ringwall"):
        open_diary().warning("event")

    assert caplog.records == []
