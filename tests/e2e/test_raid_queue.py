"""`raid queue`: what to work on next, why, and what the week is enough for."""

import pytest

from tests.e2e.raiding import as_person, code_told, opened, reported
from tests.e2e.running import Ringwall

JOAN = as_person("joan")
NIELS = as_person("niels")


def test_the_queue_names_each_item_with_its_reason_within_80_columns(
    raid: Ringwall,
) -> None:
    danger = reported(imminent=1)
    _, case = opened(raid)

    done = raid.table("raid", "queue", "show", *JOAN)

    assert done.code == 0
    assert danger in done.out
    assert case in done.out
    assert done.out.index(danger) < done.out.index(case)
    assert "danger" in done.out
    assert "amber" in done.out
    assert max(map(len, done.out.splitlines())) <= 80


def test_a_longer_queue_says_how_to_go_on(raid: Ringwall) -> None:
    for _ in range(3):
        reported()

    done = raid.table("raid", "queue", "show", "--limit", "2", *JOAN)

    assert "1 more: `ringwall raid queue show --skip 2`" in done.err


def test_hostile_titles_do_nothing_to_the_screen(raid: Ringwall) -> None:
    hostile = "\x1b[2Jred\u202ealert\nnext"
    reported({"title": hostile, "narrative": "x", "kind": "incident"})

    done = raid.table("raid", "queue", "show", *JOAN)

    assert "\x1b" not in done.out
    assert "\u202e" not in done.out


def test_a_shortage_is_shown_unsigned_and_signed_by_the_director(
    raid: Ringwall,
) -> None:
    item = reported(priority=4)

    unsigned = raid.table("raid", "queue", "cut", "--analysts", "0", *JOAN)
    refused = raid(
        "raid", "queue", "cut", "--analysts", "0", "--sign", "few are here", *JOAN
    )
    signed = raid(
        "raid", "queue", "cut", "--analysts", "0", "--sign", "few are here", *NIELS
    )
    shown = raid.table("raid", "queue", "show", *JOAN)

    assert "UNSIGNED" in unsigned.err
    assert "below    1" in unsigned.out
    assert item in unsigned.out
    assert refused.code == 1
    assert signed.json()["signed_by"] == "user:niels"
    assert "signed by user:niels until" in shown.err
    assert "cut line: 0 analysts" in shown.out


def test_a_cut_by_hours_is_of_just_as_many(raid: Ringwall) -> None:
    reported()

    for hours in (1, 37, 46):
        told = raid("raid", "queue", "cut", "--hours", f"{hours}", *JOAN).json()
        assert (told["minutes"], told["analysts"]) == (60 * hours, None)
    shown = raid.table("raid", "queue", "cut", "--hours", "37", *JOAN)
    signed = raid("raid", "queue", "cut", "--hours", "0", "--sign", "ill", *NIELS)
    queue = raid.table("raid", "queue", "show", *JOAN)

    assert "capacity 37:00 hours a week for cases" in shown.out
    assert signed.code == 0, signed.err
    assert "---- cut line: 0:00 hours ----" in queue.out


def test_hours_and_analysts_at_once_are_refused(raid: Ringwall) -> None:
    done = raid("raid", "queue", "cut", "--hours", "1", "--analysts", "1", *JOAN)

    assert done.code == 2
    assert "one of --analysts or --hours" in done.err


def test_a_line_that_leaves_nothing_undone_cannot_be_signed(raid: Ringwall) -> None:
    done = raid("raid", "queue", "cut", "--sign", "all is well", *NIELS)

    assert (done.code, code_told(done)) == (1, "nothing-to-sign")


@pytest.mark.parametrize("verb", ["show", "cut"])
def test_somebody_from_elsewhere_gets_nothing_of_the_queue(
    raid: Ringwall, verb: str
) -> None:
    reported()
    done = raid("raid", "queue", verb, *as_person("ada"))

    assert (done.code, done.out) == (1, "")


def test_clocks_that_break_are_listed_by_the_cut(raid: Ringwall) -> None:
    _, case = opened(raid)
    armed = raid("raid", "clock", "arm", case, "GDPR33", *as_person("ole"))
    assert armed.code == 0, armed.err
    clock = armed.json()[0]["clock"]
    shown = ("--evidence", "a log", "--source", "the duty officer")
    raid(
        *("raid", "clock", "start", clock, "--at", "2026-11-20T08:00:00Z", *shown),
        *as_person("ole"),
    )

    done = raid.table("raid", "queue", "cut", "--analysts", "0", *JOAN)

    assert done.code == 0
    assert case in done.out
