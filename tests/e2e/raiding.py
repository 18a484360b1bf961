"""The incident desk on the command line: who stands there, and what they start with."""

from pathlib import Path
from typing import Any, Final

from ringwall.institute import Institute
from tests.e2e.running import Done, Ringwall
from tests.raid_office import POINT, given, report_document

__all__ = ["AT", "as_person", "code_told", "opened", "reported"]

AT: Final = ("--via", POINT, "--authn", "hardware-fresh", "--purpose", "a drill")


def as_person(name: str) -> tuple[str, ...]:
    """Return the options with which somebody stands at the desk."""
    return ("--subject", f"user:{name}", *AT)


def reported(document: dict[str, Any] | None = None, **columns: str | int) -> str:
    """Take in a report at the institute of the present folder, and return its id."""
    with Institute(Path()).gatekeeper(POINT) as gate:
        return given(gate.raid.acting, document or report_document(), "ruth", **columns)


def opened(raid: Ringwall, document: dict[str, Any] | None = None) -> tuple[str, str]:
    """Take in a report, open a case for it, and return the ids of both."""
    report = reported(document)
    done = raid("raid", "open", report, "--credibility", "B2", *as_person("joan"))
    assert done.code == 0, done.err
    return report, done.json()["case"]


def code_told(done: Done) -> str:
    """Return the code of the error that a command told people, and what to do next."""
    told, *further = done.err.splitlines()
    assert any(line.startswith("next: ") for line in further)
    return told.split(": ")[1]
