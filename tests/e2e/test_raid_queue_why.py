"""`raid queue why`: each key of the order, and what goes before."""

from pathlib import Path

from ringwall.institute import Institute
from tests.e2e.raiding import as_person, code_told, opened, reported
from tests.e2e.running import Ringwall
from tests.raid_office import POINT
from tests.routed import triaged

JOAN = as_person("joan")


def test_why_shows_each_key_and_what_goes_before(raid: Ringwall) -> None:
    danger = reported(imminent=1)
    item = reported(priority=2)

    told = raid.table("raid", "queue", "why", item, *JOAN)
    value = raid("raid", "queue", "why", item[7:], *JOAN).json()

    assert "2 of 2" in told.out
    assert "1 by imminent danger" in " ".join(told.out.split())
    assert (value["place"], value["ahead"]) == (2, [danger])
    assert value["outranked_by"]["imminent"] == 1


def test_of_a_case_it_is_said_where_its_open_points_are(raid: Ringwall) -> None:
    report = reported()
    waiting = raid.table("raid", "queue", "why", report, *JOAN)
    done = raid("raid", "open", report, "--credibility", "B2", *JOAN)
    case = done.json()["case"]

    told = raid.table("raid", "queue", "why", case, *JOAN)

    assert f"ringwall raid triage explain {case}" in told.err
    assert "triage explain" not in waiting.err


def test_what_others_owe_is_counted_beside_what_the_institute_owes(
    raid: Ringwall,
) -> None:
    _, bare = opened(raid)
    with Institute(Path()).gatekeeper(POINT) as gate:
        case = triaged(gate.raid, "auto=shown", harms=["personal-data"])
    cards = raid("raid", "clock", "list", case, *JOAN).json()
    others = [one for one in cards if one["owed"] != "host"]

    shown = raid.table("raid", "queue", "why", bare, *JOAN).out
    told = " ".join(raid.table("raid", "queue", "why", case, *JOAN).out.split())
    value = raid("raid", "queue", "why", case, *JOAN).json()

    assert "the institute owes nothing by a clock\n" in shown
    assert value["other_clocks"] == len(others) > 0
    assert f"{len(others)} clocks that it does not owe" in told
    assert f"ringwall raid clock list {case}" in told


def test_why_says_in_plain_words_what_the_compute_is(raid: Ringwall) -> None:
    words = {
        0: "fewer than 10^25 operations, or nobody said",
        1: "10^25 operations or more",
        2: "10^26 operations or more",
        3: "the higher one counts",
    }
    for compute, told in words.items():
        item = reported(compute=compute, priority=compute + 1)
        shown = " ".join(raid.table("raid", "queue", "why", item, *JOAN).out.split())
        assert told in shown
        assert "lifted" not in shown
        # What is open is not told as if it were known.
        assert ("trained with" in shown) == (compute < 3)


def test_why_of_what_does_not_wait_is_refused(raid: Ringwall) -> None:
    done = raid("raid", "queue", "why", "c-mfzwizltmr", *JOAN)

    assert (done.code, code_told(done)) == (2, "not-in-queue")
