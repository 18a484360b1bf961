"""`raid intake show`: what a report says, on a screen that it can't harm."""

from tests.e2e.raiding import as_person, opened, reported
from tests.e2e.running import Ringwall
from tests.raid_office import report_document

JOAN = as_person("joan")
SHOW = ("raid", "intake", "show")


def test_a_report_is_shown_within_80_columns(raid: Ringwall) -> None:
    report, case = opened(
        raid,
        report_document(title="Ward\x1b[2J", sector="health", references=["\u202ex"]),
    )

    done = raid.table(*SHOW, report, *JOAN)
    value = raid(*SHOW, report, *JOAN).json()
    rows = raid(*SHOW, report, *JOAN, "--format", "csv").csv()

    assert done.out.startswith(f"{report}  TLP:AMBER\n")
    assert case in done.out
    assert "booked two teams" in done.out
    assert "timeline, 3 acts" in done.out
    assert max(map(len, done.out.splitlines())) <= 80
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    assert (value["report"], value["cases"]) == (report, [case])
    assert value["document"]["sector"] == "health"
    assert [row["act"] for row in rows] == ["receive", "validate", "attach"]


def test_a_report_without_a_case_says_so(raid: Ringwall) -> None:
    done = raid.table(*SHOW, reported(), *JOAN)

    assert "none that is open to you" in done.out


def test_whoever_may_not_read_it_is_told_what_of_none(raid: Ringwall) -> None:
    report = reported()
    known, unknown = (
        raid(*SHOW, name, *as_person("ada"), "--format", "json")
        for name in (report, "r-mfzwizltmr")
    )

    assert (known.code, known.out) == (unknown.code, unknown.out) == (1, "")
