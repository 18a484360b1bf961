"""A decision as an officer, a caller and a program see it."""

from pathlib import Path

import pytest

from ringwall.cli.answers import answer_of, show_answer
from ringwall.institute import Institute
from ringwall.model.decisions import Decision, Effect, Reason, Stage, Verdict
from ringwall.model.events import decision_made
from ringwall.model.requests import AccessRequest
from tests.e2e.running import PERMITTED, READ, Ringwall
from tests.example import NOON

QUESTION = AccessRequest("user:ada", "weights.read", "weights:aurora-2", "point:x")


def test_a_permit_names_its_rules_and_its_place_in_the_record(
    ringwall: Ringwall,
) -> None:
    done = ringwall.table(*PERMITTED, "--purpose", "nightly run :smile: [bold]x")

    first, *rest = done.out.splitlines()
    assert first == "PERMIT   every stage permits"
    assert rest[:4] == [
        "asked    user:ada  weights.read  weights:aurora-2",
        "         via point:trainer, authn hardware-fresh",
        "purpose  nightly run :smile: [bold]x",
        "rules    class-010, elig-001, flow-040, acc-031",
    ]
    assert rest[4].startswith("record   dec-")


def test_each_reason_of_a_deny_is_in_the_answer(ringwall: Ringwall) -> None:
    words = [word.replace("point:trainer", "point:serving") for word in READ]

    reasons = ringwall(*words).json()["context"]["reasons"]

    codes = {reason["code"] for reason in reasons}
    assert codes >= {"site-level-insufficient", "authentication-insufficient"}
    assert codes >= {"floor-site", "floor-authentication"}
    for reason in reasons:
        assert {"stage", "code", "message"} <= set(reason)
        # Of a row that forbids, each condition holds.
        forbids = reason["code"] == "forbidden-by-rule"
        assert ({"seen", "needed"} <= set(reason)) != forbids


def test_long_text_is_wrapped_below_its_label(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [word.replace("user:ada", "user:kurt") for word in PERMITTED]
    monkeypatch.setenv("COLUMNS", "60")

    done = ringwall.table(*words)

    lines = done.out.splitlines()
    assert max(map(len, lines)) <= 75  # an id or a place is never broken
    assert all(line[8] == " " for line in lines if line.strip())


def test_what_a_terminal_would_act_on_can_not_reach_it(
    ringwall: Ringwall, institute: Path
) -> None:
    # The gate refuses such a purpose; here it is on record all the same.
    evil = "\x1b[2J\x9b31m\u202egnp\r\n"
    reason = Reason(Stage.ACCESS, "no-role", f"nobody{evil}", seen=evil, needed=evil)
    verdict = Verdict(Effect.DENY, reasons=(reason,))
    question = AccessRequest(
        QUESTION.subject,
        QUESTION.action,
        QUESTION.resource,
        QUESTION.point,
        purpose=evil,
        ignored=(evil,),
    )
    ground = {"basis": 0, "policy": "0" * 64}
    name = "dec-00000000000000000000"
    event = decision_made(NOON, name, question, verdict, ground)
    ledger = Institute(institute).ledger(writable=True)
    ledger.append([event])
    ledger.close()

    for command in (["why", "last"], ["audit", "show", name], ["audit", "ls"]):
        for form in ("table", "json", "ndjson", "csv"):
            done = ringwall(*command, "--format", form)
            assert done.code == 0
            shown = done.out.replace("\n", "")
            assert shown.isprintable(), (command, form)
    assert ringwall("why", "last").json()["context"]["request"]["purpose"] == evil


def test_an_answer_without_a_receipt_says_that_nothing_was_recorded(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reason = Reason(Stage.RECORD, "audit-unavailable", "the disk is full")
    verdict = Verdict(Effect.DENY, reasons=(reason,))
    decision = Decision("dec-1", NOON, QUESTION, verdict, None, 0, "")

    answer = answer_of(decision)
    show_answer(answer)

    out = capsys.readouterr().out
    assert answer["context"]["receipt"] is None
    assert "DENY     nothing could be recorded, so nothing is served" in out
    assert "record   dec-1 (not recorded)" in out


BOUNDED = [
    "check",
    *("--subject", "user:alan"),
    *("--action", "weights.read"),
    *("--asset", "weights:aurora-1"),
    *("--via", "point:west-bench"),
    *("--authn", "hardware-fresh"),
]
EXCEPTION = "SL3-WP-2 at site:hub-west is not in force; an exception stands in for it"


def test_what_leaves_and_who_is_there_are_in_the_answer(ringwall: Ringwall) -> None:
    words = [*BOUNDED, "--bytes", 250_000, "--present", "user:ada"]

    first, *rest = ringwall.table(*words, "--present", "user:radia").out.splitlines()

    assert first == "PERMIT   every stage permits"
    assert rest[:4] == [
        "asked    user:alan  weights.read  weights:aurora-1",
        "         via point:west-bench, authn hardware-fresh",
        "         250,000 bytes are to leave",
        "         present: user:ada, user:radia",
    ]
    request = ringwall("why", "last").json()["context"]["request"]
    assert (request["bytes"], request["present"]) == (
        250_000,
        ["user:ada", "user:radia"],
    )


def test_that_nothing_is_to_leave_is_no_line_of_its_own(ringwall: Ringwall) -> None:
    done = ringwall.table(*BOUNDED, "--bytes", 0)

    assert "via point:west-bench" in done.out
    assert "bytes are to leave" not in done.out


def test_what_was_not_said_is_empty_in_the_answer(ringwall: Ringwall) -> None:
    request = ringwall(*PERMITTED).json()["context"]["request"]
    (row,) = ringwall(*PERMITTED, "--format", "csv").csv()

    assert (request["bytes"], request["present"]) == (None, [])
    assert (row["bytes"], row["present"]) == ("", "")


def test_a_permit_that_rests_on_an_exception_says_so_now_and_later(
    ringwall: Ringwall,
) -> None:
    now = ringwall(*BOUNDED, "--bytes", 1).json()["context"]
    later = ringwall("why", "last").json()["context"]
    shown = " ".join(ringwall.table("why", "last").out.split())

    assert now["rests_on"] == later["rests_on"]
    assert now["rests_on"][0].startswith(EXCEPTION)
    assert f"rests on exception: {EXCEPTION}" in shown
    assert ringwall(*PERMITTED).json()["context"]["rests_on"] == []


def test_a_budget_that_is_spent_says_how_much_it_is(ringwall: Ringwall) -> None:
    assert ringwall(*BOUNDED, "--bytes", 400_000).code == 0

    done = ringwall.table(*BOUNDED, "--bytes", 1)

    assert done.code == 1
    shown = " ".join(done.out.split())
    assert "reason hourly-amount-exceeded: " in shown
    assert "hour: 400001; needs 400000 or less" in shown
    assert "to pass let less leave through this point in an hour (bytes): " in shown


def test_what_turns_an_answer_is_on_record_and_read_back(ringwall: Ringwall) -> None:
    asked = ringwall(*READ, "--authn", "mfa").json()["context"]
    read = ringwall("why", "last").json()["context"]

    assert asked["change"] == [
        {
            "attribute": "session.authentication",
            "seen": "mfa",
            "needed": "hardware-fresh or higher",
        }
    ]
    assert read == asked


def test_explicit_and_default_deny_are_two_words(ringwall: Ringwall) -> None:
    words = [word.replace("user:ada", "user:nina") for word in PERMITTED]
    forbidden = ringwall(*words).json()["context"]
    default = ringwall(*READ, "--authn", "mfa").json()["context"]

    assert (forbidden["explicit"], default["explicit"]) == (True, False)
    assert forbidden["change"] == []
    assert "nothing turns it: a row forbids it" in " ".join(
        ringwall.table(*words).out.split()
    )


@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_json_has_the_shape_of_authzen(ringwall: Ringwall, form: str) -> None:
    answer = ringwall(*PERMITTED, "--format", form).json()

    assert set(answer) == {"decision", "context"}
    assert answer["decision"] is True
    assert {"id", "reasons", "obligations", "receipt"} <= set(answer["context"])
