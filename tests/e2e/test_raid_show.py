"""`raid show`: a case whole, its timeline filled in by what was done."""

import re
from pathlib import Path

from tests.e2e.raiding import as_person, opened, reported
from tests.e2e.running import Ringwall
from tests.raid_office import report_document

JOAN = as_person("joan")


def test_a_case_is_shown_within_80_columns_with_all_that_was_done(
    raid: Ringwall,
) -> None:
    report, case = opened(raid)
    raid("raid", "note", case, "the vendor \x1b[31mcalls\x1b[0m \u202eback", *JOAN)

    done = raid.table("raid", "show", case, *JOAN)

    assert done.code == 0, done.err
    assert done.out.startswith(f"{case}  TLP:AMBER\n")
    assert report in done.out
    assert max(map(len, done.out.splitlines())) <= 80
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    assert "timeline, 5 acts" in done.out


def test_two_claims_stand_side_by_side(raid: Ringwall) -> None:
    report, case = opened(raid, report_document(systems=[{"name": "Rota"}]))
    other = reported(report_document(systems=[{"name": "Duty"}], public="unknown"))
    raid("raid", "screen", other, "--credibility", "A2", *JOAN)
    raid("raid", "attach", other, case, "--reason", "one ward", *JOAN)

    facts = raid("raid", "show", case, *JOAN).json()["facts"]
    table = raid.table("raid", "show", case, *JOAN).out

    told = {fact["fact"]: fact for fact in facts}
    assert told["systems"] == {
        "fact": "systems",
        "differs": True,
        "claims": [
            {"value": [{"name": "Rota"}], "reports": [report]},
            {"value": [{"name": "Duty"}], "reports": [other]},
        ],
    }
    assert told["public"]["differs"] is False
    assert "2 reports differ:" in table
    assert "name Rota  (" in table
    assert "Duty" in table


def test_the_timeline_comes_as_csv(raid: Ringwall) -> None:
    _, case = opened(raid)

    rows = raid("raid", "show", case, "--format", "csv", *JOAN).csv()

    assert [row["act"] for row in rows] == ["receive", "open", "link", "attach"]
    assert all(row["decision"].startswith("dec-") for row in rows)


def test_a_clock_that_has_not_started_shows_its_worst_case(raid: Ringwall) -> None:
    _, case = opened(raid, report_document(states=["DE"]))
    armed = ("raid", "clock", "arm", case, "GDPR33", "AIA55", "WBD-FB")
    assert raid(*armed, *as_person("ole")).code == 0

    table = raid.table("raid", "show", case, *JOAN).out
    whole = raid("raid", "show", case, *JOAN).json()
    clocks = {row["rule"]: row for row in whole["clocks"]}

    listed = raid.table("raid", "ls", "clocks", *JOAN).out
    exact = raid("raid", "ls", "clocks", *JOAN).json()
    page = Path("clocks.md")
    raid("raid", "ls", "clocks", "--report", page, *JOAN)

    assert "worst case 2026-11-21T23:00:00Z" in page.read_text()
    assert "2026-11-21T23:00:00Z" in listed
    assert {row["due"] for row in exact if row["state"] == "armed"} == {""}
    words = " ".join(table.split())
    # From the first moment of 19 November in Berlin.
    assert clocks["GDPR33"]["worst"] == "2026-11-21T23:00:00Z"
    assert "worst case 2026-11-21T23:00:00Z" in words
    assert "at once" in words
    assert clocks["WBD-FB"]["state"] == "running"
    assert clocks["WBD-FB"]["due"][:19] in words
    assert max(map(len, table.splitlines())) <= 80
    # To the second, and no line broken for it.
    assert not re.search(r"T[0-9]{2}:[0-9]{2}:[0-9]{2}[.]", table)


def test_a_case_about_the_institute_itself_is_marked_with_who_may_judge(
    raid: Ringwall,
) -> None:
    _, plain = opened(raid)
    own = report_document(systems=[{"name": "Rota", "developer": "org:institute"}])
    _, case = opened(raid, own)

    table = raid.table("raid", "show", case, *JOAN).out

    assert "CONFLICT about the institute itself: judged and led by nobody named" in (
        " ".join(table.split())
    )
    assert max(map(len, table.splitlines())) <= 80
    assert raid("raid", "show", case, *JOAN).json()["conflict_lane"] is True
    assert raid("raid", "show", plain, *JOAN).json()["conflict_lane"] is False
