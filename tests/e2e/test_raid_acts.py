"""Acts at the incident desk: which case is meant, and what was done."""

from tests.e2e.raiding import as_person, opened
from tests.e2e.running import Ringwall


def test_a_case_is_named_with_or_without_its_prefix(raid: Ringwall) -> None:
    _, case = opened(raid)

    for name in (case, case.removeprefix("case:"), case.upper()):
        done = raid("raid", "show", name, *as_person("joan"))
        assert done.json()["case"] == case


def test_an_act_tells_its_decision(raid: Ringwall) -> None:
    _, case = opened(raid)

    done = raid.table("raid", "note", case, "hello", *as_person("joan"))

    assert done.out.splitlines()[1].startswith("record   dec-")
    sheet = raid("raid", "note", case, "ho", "--format", "csv", *as_person("joan"))
    assert sheet.csv()[0]["case"] == case
