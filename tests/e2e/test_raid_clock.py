"""`raid clock arm`, `start`, `meet` and `void` on the command line."""

from pathlib import Path

from ringwall.institute import Institute
from tests.e2e.raiding import as_person, code_told
from tests.e2e.running import Ringwall
from tests.raid_office import POINT, given, report_document, who

OLE = as_person("ole")
SHOWN = ("--evidence", "ticket 4711", "--source", "duty officer")


def opened(**changes: object) -> str:
    """Return the id of a case of the institute of the present folder."""
    with Institute(Path()).gatekeeper(POINT) as gate:
        report = given(gate.raid.acting, report_document(**changes))
        done = gate.raid.screening.open(who("joan"), report, "B2")
    return str(next(e["id"] for e in done.events if e["kind"] == "raid.case"))


def armed(raid: Ringwall, case: str, *rules: str) -> dict[str, str]:
    """Arm rules, and return stage -> id of the clock."""
    rows = raid("raid", "clock", "arm", case, *rules, *OLE).json()
    return {row["stage"]: row["clock"] for row in rows}


def test_a_clock_is_armed_started_and_met(raid: Ringwall) -> None:
    case = opened(states=["DE"])
    ids = armed(raid, case, "NIS2-23")
    assert sorted(ids) == ["early-warning", "notification"]
    started = raid(
        *("raid", "clock", "start", ids["notification"]),
        *("--at", "2026-11-20T09:30:00+01:00", *SHOWN, *OLE),
    )
    [row] = started.json()
    assert (row["state"], row["due"]) == ("running", "2026-11-23T08:30:00Z")
    met = raid(
        *("raid", "clock", "meet", ids["notification"]),
        *("--at", "2026-11-20T12:00:00Z", *SHOWN, *OLE),
    )
    told = {row["stage"]: row["state"] for row in met.json()}
    assert told == {"notification": "met", "final": "running"}


def test_a_start_without_what_shows_it_is_told_what_is_missing(raid: Ringwall) -> None:
    name = armed(raid, opened(), "GDPR33")["initial"]
    start = ("raid", "clock", "start", name)
    done = raid(*start, *OLE)
    assert done.code == 2
    assert "missing --at, --evidence, --source" in done.err
    done = raid(*start, "--at", "yesterday", *SHOWN, *OLE)
    assert done.code == 2
    assert "is not an instant" in done.err
    done = raid(*start, "--at", "2999-01-01T00:00:00Z", *SHOWN, *OLE)
    assert (done.code, code_told(done)) == (1, "clock-start-ahead")
    done = raid("raid", "clock", "meet", name, "--outcome", "odd", *SHOWN, *OLE)
    assert done.code == 2
    assert "--outcome is one of incomplete, ongoing, resolved" in done.err


def test_nobody_voids_a_clock_alone(raid: Ringwall) -> None:
    name = armed(raid, opened(), "GDPR33")["initial"]
    done = raid("raid", "clock", "void", name, "--reason", "armed twice", *OLE)
    assert done.code == 1
    assert "approv" in done.err
    told = raid.table("raid", "clock", "void", name, "--reason", "twice", *OLE).err
    assert "`ringwall request new --action raid.clock" in " ".join(told.split())
    row = raid("raid", "clock", "why", name, *OLE).json()
    assert row["state"] == "armed"
