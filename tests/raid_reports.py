"""Reports and records of others in tests of intake, and a first look of their own."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.raid.intake.desk import Intake
from ringwall.raid.intake.receiving import Looked
from tests.raid_office import RaidOffice, report_document

__all__ = [
    "STORY",
    "codes_of",
    "data_folder",
    "glance",
    "intake_of",
    "story",
    "table_of",
]

STORY: Final = (
    "On the night of the eleventh the dosing assistant of three hospitals gave nurses "
    "tenfold amounts of a sedative, two patients were moved to intensive care, and the "
    "maker switched the assistant off for all customers on the following morning after "
    "a pharmacist had compared its advice with the sheets of the manufacturer."
)


class _Glance(NamedTuple):
    imminent: int
    priority: int
    owned: int
    compute: int = 0
    reach: int = 1


def glance(document: Mapping[str, Any]) -> Looked:
    """Return a first look by two answers alone, so that no table moves these tests."""
    danger = document["danger"] == "imminent"
    return _Glance(
        int(danger), 4 if danger else 2, int(document["behaviour"] == "shown")
    )


@contextmanager
def intake_of(office: RaidOffice) -> Iterator[Intake]:
    """Lend the counter of a gate of its own."""
    with office.raid() as desk:
        yield Intake(desk.acting, desk.alike, glance)


def story(**changes: object) -> dict[str, Any]:
    """Return a report that is long enough to be a copy of something."""
    told = {"title": "Sedative overdosed", "narrative": STORY}
    return report_document(**{**told, **changes})


def table_of(*rows: str) -> bytes:
    """Return a table of incidents in the style of the AI Incident Database."""
    head = (
        "incident_id,date,title,description,Alleged deployer of AI system,"
        "Alleged developer of AI system,Alleged harmed or nearly harmed parties,reports"
    )
    return "\n".join((head, *rows)).encode()


def codes_of(error: pytest.ExceptionInfo[DeclarationError]) -> list[str]:
    """Return the codes of the faults of a refusal."""
    assert error.value.code == "report-refused"
    return [fault.code for fault in error.value.faults]


def data_folder() -> Path:
    """Return the folder of real records; skip where there is none."""
    folder = os.environ.get("RINGWALL_RAID_DATA", "")
    if not folder:
        pytest.skip("RINGWALL_RAID_DATA names no folder of real records")
    return Path(folder)
