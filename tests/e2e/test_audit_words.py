"""An entry in words: every kind has some, and no token passes for a name."""

from typing import Any

import pytest

from ringwall.cli.audit_words import (
    COLUMNS,
    LISTED,
    instant_text,
    row_of,
    told_words,
    with_marks,
)
from ringwall.ledger.asking.listing import Listed
from ringwall.ledger.asking.withheld import Withheld
from ringwall.model.events import (
    EVENT_KINDS,
    anchor_begun,
    anchor_ended,
    witnesses_overdue,
)
from tests.example import APPROVED
from tests.fault.ledger_simulator import (
    ABOUT_THE_LOG,
    AT,
    HISTORY,
    SPENT,
    alarm,
    decision,
    growth,
    policy,
)
from tests.matter_events import MATTERS, NEW_ALARMS, PASSING
from tests.raid_records import RAID

EVENTS = (
    *HISTORY,
    *SPENT,
    *ABOUT_THE_LOG,
    alarm("dec-1"),
    witnesses_overdue(AT, AT, 1, 60, 0),
    growth(),
    anchor_begun(AT, "a new disk", "5" * 64),
    anchor_ended(AT, "no other disk"),
    *MATTERS,
    *PASSING,
    *RAID,
)
TOKEN = "user:~" + "A1b2" * 10 + "xyz"


def words(event: dict[str, Any]) -> str:
    """Return the words of an event."""
    return str(row_of(Listed(7, bytes(32), event, {}, is_acknowledged=True))["what"])


def test_each_kind_of_event_has_words() -> None:
    assert {event["kind"] for event in EVENTS} == EVENT_KINDS

    told = {event["kind"]: words(event) for event in EVENTS}

    assert all(told.values())
    assert told["key.rotated"].startswith("key of the log changed to log.example+")
    assert told["witness.added"] == "witness added: witness.example/a"
    assert told["witness.removed"] == "witness removed: witness.example/a"
    assert told["witness.quorum"] == (
        "witnesses needed: 1 in 60 s, else nothing is permitted"
    )
    assert told["subject.erased"] == "erased: 1 token, asked for"
    assert told["log.pruned"] == "pruned: entries before 4, older than ten years"
    assert told["anchor.begun"] == "second place begun: a new disk"
    assert told["anchor.ended"] == "second place given up: no other disk"
    assert told["log.recovered"] == (
        "recovered: entries 3 to 6 may not have been acknowledged"
    )


def test_what_a_quorum_approved_names_its_request() -> None:
    event = {**policy("1" * 64), "request": APPROVED}

    assert words(event).endswith(f", as {APPROVED} asked")


def test_the_alarms_of_the_gate_name_the_decision() -> None:
    touched, broken, changed, *_, requested = NEW_ALARMS
    assert all(event["decision"] in words(event) for event in (touched, broken))
    assert changed["entity"] in words(changed)
    assert requested["request"] in words(requested)
    assert words(requested).endswith(" by user:ada")
    assert words(NEW_ALARMS[0]).startswith("alarm: a decoy was asked for in ")
    assert words(NEW_ALARMS[1]).startswith("alarm: glass broken: ")


def test_a_quorum_that_is_not_mandatory_ends_in_an_alarm() -> None:
    event = next(e for e in ABOUT_THE_LOG if e["kind"] == "witness.quorum")

    assert words({**event, "mandatory": False}).endswith("else an alarm")


def test_an_alarm_says_what_it_is_about() -> None:
    assert words(alarm("dec-1")) == (
        "alarm: engines disagree on access (compiled: permit by acc-021; Casbin: deny) "
        "in dec-1"
    )
    assert words(witnesses_overdue(AT, AT - 1_000_000, 2, 60, 812)) == (
        "alarm: witnesses overdue since 2027-01-15T07:59:59Z (2 needed within 60 s); "
        "together they have seen 812 entries"
    )


def test_a_row_has_nothing_but_the_columns_of_the_list() -> None:
    columns = {*LISTED, *COLUMNS}

    for event in EVENTS:
        row = row_of(Listed(7, bytes(32), event, {}, is_acknowledged=True))
        assert row.keys() <= columns
        assert row["entry"] == 7


@pytest.mark.parametrize("why", list(Withheld))
def test_a_token_that_stays_is_short_and_says_why(why: Withheld) -> None:
    event = {**decision("dec-1"), "subject": TOKEN}
    listed = Listed(7, bytes(32), event, {TOKEN: why}, is_acknowledged=False)

    row = row_of(listed)

    assert row["what"] == (
        f"not acknowledged: permit user:~A1b2A1b2 ({why}) weights.read weights:aurora-2"
    )
    assert row["erased"] == ([TOKEN] if why is Withheld.ERASED else [])
    assert row["subject"] == TOKEN


def test_a_person_is_told_by_name_and_a_text_by_its_token() -> None:
    assert told_words(TOKEN, "user:ada") == f"user:ada for {TOKEN}"
    assert told_words("text:~abc", {"a": 1}) == "text:~abc"


def test_an_instant_that_no_calendar_has_is_told_in_seconds() -> None:
    assert instant_text(AT) == "2027-01-15T08:00:00Z"
    assert instant_text(2**63 * 1_000_000) == f"{2**63} s after 1970"


def test_a_token_about_which_nothing_is_known_stays_whole() -> None:
    assert with_marks(f"of {TOKEN}", {}) == f"of {TOKEN}"
