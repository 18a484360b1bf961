"""`raid attach`, `unlink`, `candidates`, `merge`, `unmerge`: what belongs together."""

from tests.e2e.raiding import as_person, code_told, opened, reported
from tests.e2e.running import Ringwall
from tests.raid_office import report_document

JOAN = as_person("joan")
LEAD = as_person("rosalind")


def screened(raid: Ringwall) -> str:
    report = reported(report_document(title="Another account"))
    assert raid("raid", "screen", report, "--credibility", "C3", *JOAN).code == 0
    return report


def test_a_report_is_attached_and_parted_again(raid: Ringwall) -> None:
    _, case = opened(raid)
    report = screened(raid)
    words = ["--type", "refutes", "--reason", "its log tells otherwise"]

    attached = raid.table("raid", "attach", report, case, *words, *JOAN)
    parted = raid("raid", "unlink", report, case, "--reason", "another ward", *JOAN)

    assert attached.code == 0, attached.err
    assert attached.out.startswith(f"LINKED   {report} to")
    assert parted.json()["link"].startswith("lnk-")
    odd = raid("raid", "attach", report, case, "--type", "twin", *JOAN)
    assert code_told(odd) == "link-type-unknown"


def test_candidates_are_offered_and_nothing_more(raid: Ringwall) -> None:
    first, case = opened(raid)
    second = ["--another", "it tells of a second event"]
    other = raid("raid", "open", first, *second, *JOAN).json()["case"]

    shown = raid("raid", "candidates", case, *JOAN)
    of_report = raid("raid", "candidates", first, *JOAN)
    odd = raid("raid", "candidates", "lnk-aaaa", *JOAN)

    assert shown.code == 0, shown.err
    (row,) = shown.json()
    assert row == {
        "id": other,
        "score": 50,
        "cases": [],
        "hub": False,
        "reasons": [f"shares {first}"],
    }
    assert of_report.code == 0, of_report.err
    assert odd.code == 2


def test_a_merge_takes_two_leads_on_and_is_undone(raid: Ringwall) -> None:
    _, case = opened(raid)
    _, other = opened(raid)

    asked = raid.table("raid", "merge", case, other, "--reason", "one event", *JOAN)
    assert asked.code == 0, asked.err
    proposal = asked.out.split()[1].rstrip(":")
    assert f"ringwall raid second {proposal}" in asked.err
    assert raid("raid", "second", proposal, *LEAD).code == 0

    noted = raid("raid", "note", case, "goes on over there", *JOAN)
    assert noted.json()["case"] == other
    assert f"{case} was merged into {other}" in noted.err

    back = raid("raid", "unmerge", case, "--reason", "two events", *JOAN).json()
    assert raid("raid", "second", back["proposal"], *LEAD).code == 0
    assert raid("raid", "note", case, "at home", *JOAN).json()["case"] == case
