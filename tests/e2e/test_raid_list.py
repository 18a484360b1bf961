"""`raid ls`: what is asked for and open to who asks, and a page of just that."""

from pathlib import Path

from tests.e2e.raiding import as_person, code_told, opened, reported
from tests.e2e.running import Ringwall
from tests.raid_office import report_document

JOAN = as_person("joan")


def test_cases_and_reports_are_listed_within_80_columns(raid: Ringwall) -> None:
    report, case = opened(raid)
    waiting = reported(report_document(title="=HYPERLINK(1)\x1b[2J \u202ehidden"))

    cases = raid.table("raid", "ls", *JOAN)
    reports = raid.table("raid", "ls", "reports", *JOAN)
    sheet = raid("raid", "ls", "reports", "--format", "csv", *JOAN).csv()

    assert case in cases.out
    assert cases.out.startswith("1 of 1 cases")
    assert report.removeprefix("report:") in reports.out
    assert case.removeprefix("case:") in reports.out
    # One line for each.
    assert len(reports.out.splitlines()) == 3 + 2
    assert max(map(len, reports.out.splitlines())) <= 80
    assert "\x1b" not in reports.out
    assert [row["report"] for row in sheet] == [waiting, report]
    assert sheet[0]["title"].startswith("'=HYPERLINK")
    assert sheet[1]["cases"] == case


def test_a_list_is_narrowed_and_its_page_holds_just_that(
    raid: Ringwall, tmp_path: Path
) -> None:
    _, case = opened(raid)
    _, other = opened(raid, report_document(kind="hazard"))
    page = tmp_path / "hazards.md"

    words = ["--where", "kind=hazard", "--state", "new", "--report", page]
    done = raid("raid", "ls", "cases", *words, *JOAN)

    assert [row["case"] for row in done.json()] == [other]
    text = page.read_text()
    assert other in text
    assert case not in text
    assert "1 of 1; asked for: kind = hazard; state = new." in text
    again = raid("raid", "ls", "cases", *words, *JOAN)
    assert code_told(again) == "output-exists"


def test_windows_limits_and_words_narrow_a_list(raid: Ringwall) -> None:
    for _ in range(3):
        opened(raid)
    ask = ("raid", "ls", "cases")

    assert raid(*ask, "--since", "2089-01-01T00:00:00Z", *JOAN).json() == []
    assert len(raid(*ask, "--until", "2089-01-01T00:00:00Z", *JOAN).json()) == 3
    assert len(raid(*ask, "--limit", "0", "--skip", "1", *JOAN).json()) == 2
    few = raid(*ask, "--limit", "1", *JOAN)
    assert len(few.json()) == 1
    assert "--limit 0" in few.err
    pairs = ["priority=decline", "owned=no", "severity=S0", "reach=0", "states=de"]
    wheres = [word for pair in pairs for word in ("--where", pair)]
    assert len(raid(*ask, *wheres, *JOAN).json()) == 3
    assert raid(*ask, "--lead", "user:rosalind", *JOAN).json() == []
    assert (
        raid("raid", "ls", "links", "--where", "case=c-aaaaaaaaaa", *JOAN).json() == []
    )
    assert raid("raid", "ls", "clocks", *JOAN).json() == []
    assert raid("raid", "ls", "handovers", *JOAN).json() == []


def test_what_is_no_filter_is_refused(raid: Ringwall) -> None:
    codes = {
        ("rooms",): "list-unknown",
        ("cases", "--where", "colour=red"): "filter-unknown",
    }
    for words, code in codes.items():
        assert code_told(raid("raid", "ls", *words, *JOAN)) == code
    for words in (
        ("--where", "owner"),
        ("--where", "priority=soon"),
        ("--since", "yesterday"),
    ):
        assert raid("raid", "ls", *words, *JOAN).code == 2


def test_a_case_that_is_shut_is_neither_listed_nor_counted(raid: Ringwall) -> None:
    _, case = opened(raid)
    report, other = opened(raid)
    raid("raid", "need", "shut", other, "--reason", "abroad", *as_person("mileva"))

    done = raid.table("raid", "ls", *JOAN)
    reports = raid("raid", "ls", "reports", *JOAN).json()

    assert case in done.out
    assert other not in done.out
    assert done.out.startswith("1 of 1 cases")
    assert next(row["cases"] for row in reports if row["report"] == report) == []
