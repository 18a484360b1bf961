"""`people plan-tests`, `draw`, `check-draws`: drawn in public, checked by anybody."""

import sqlite3
from pathlib import Path

from ringwall.base.clock import SystemClock, format_instant
from ringwall.institute import Institute
from ringwall.model.matter_events import tests_drawn as drawn_event
from tests.e2e.running import PERMITTED, Ringwall


def planned(ringwall: Ringwall) -> None:
    assert ringwall("people", "plan-tests").code == 0
    assert ringwall(*PERMITTED).code == 0
    assert ringwall("audit", "checkpoint", "--now").code == 0


def test_a_plan_names_whom_until_when_and_by_what(ringwall: Ringwall) -> None:
    value = ringwall("people", "plan-tests").json()

    assert "user:ada" in value["people"]
    assert "user:nina" not in value["people"]
    assert value["slots"] in (52, 53)
    again = ringwall("people", "plan-tests", "--format", "json")
    assert (again.code, again.error()["code"]) == (3, "plan-running")


def test_a_plan_does_not_outlast_the_programme(ringwall: Ringwall) -> None:
    late = ("--until", "2076-01-01T00:00:00Z", "--format", "json")
    done = ringwall("people", "plan-tests", *late)

    assert (done.code, done.error()["code"]) == (3, "plan-too-long")


def test_a_plan_is_told_in_words(ringwall: Ringwall) -> None:
    shown = ringwall.table("people", "plan-tests").out

    assert "people to be tested" in shown
    assert "by the first checkpoint from" in shown


def test_a_draw_waits_for_its_checkpoint_and_can_be_checked(
    ringwall: Ringwall,
) -> None:
    assert ringwall("people", "draw").code == 3
    ringwall("people", "plan-tests")
    waits = ringwall("people", "draw").json()
    assert (waits["draws"], waits["waits"]["slot"]) == ([], 0)
    shown = ringwall.table("people", "draw").out
    assert "slot 0 waits for a checkpoint of" in shown

    assert ringwall(*PERMITTED).code == 0
    assert ringwall("audit", "checkpoint", "--now").code == 0
    done = ringwall.table("people", "draw").out
    assert "slot 1 begins at" in done
    (row,) = ringwall("people", "check-draws").json()
    assert (row["slot"], len(row["root"])) == (0, 64)
    told = ringwall.table("people", "check-draws").out
    assert told.startswith("1 draw, each as the log's roots decide")
    assert all(len(line) <= 80 for line in told.splitlines())


def test_a_plan_that_is_through_says_so(ringwall: Ringwall) -> None:
    assert ringwall("people", "plan-tests", "--until", soon()).code == 0
    assert ringwall(*PERMITTED).code == 0
    assert ringwall("audit", "checkpoint", "--now").code == 0

    shown = ringwall.table("people", "draw").out
    assert shown.splitlines()[-1] == "all weeks of the plan are drawn"


def soon() -> str:
    return format_instant(SystemClock().now() + 3600 * 1_000_000)


def test_a_draw_that_was_bent_is_an_integrity_fault(
    ringwall: Ringwall, institute: Path
) -> None:
    planned(ringwall)
    plan = ringwall("people", "draw").json()
    said = {**plan["draws"][0], "people": ["user:emmy"], "slot": 0, "root": "AAAA"}
    ledger = Institute(institute).ledger(writable=True)
    for name in ("plan", "entry"):
        del said[name]
    ledger.append([drawn_event(1_795_262_400_000_000, plan["plan"], said)])
    ledger.close()

    done = ringwall("people", "check-draws", "--format", "json")
    assert (done.code, done.error()["code"]) == (6, "draw-repeated")


def test_a_checkpoint_taken_out_of_its_table_is_noticed(
    ringwall: Ringwall, institute: Path
) -> None:
    planned(ringwall)
    assert ringwall("people", "draw").json()["draws"]
    with sqlite3.connect(institute / "ledger.db") as connection:
        connection.execute("DELETE FROM checkpoint")

    done = ringwall("people", "check-draws", "--format", "json")
    assert (done.code, done.error()["code"]) == (6, "draw-not-first")
