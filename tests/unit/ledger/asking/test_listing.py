"""Lists of entries: each that is asked for, none else, and only what entries say."""

import sqlite3
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.clock import parse_instant
from ringwall.base.errors import IntegrityError
from ringwall.ledger.asking.listing import Listed, listed_entries, pruned_before
from ringwall.ledger.asking.questions import Question
from ringwall.ledger.asking.spans import Window
from ringwall.ledger.store import Store
from ringwall.model.events import Event, log_pruned
from tests.fault.ledger_simulator import AT, LedgerFile, decision
from tests.unit.ledger.asked_log import (
    ACTIONS,
    ASSETS,
    CODES,
    RARE,
    RULES,
    SIZE,
    SUBJECTS,
    asked_events,
    asked_log,
    erase,
    token_of,
)

EVENTS = asked_events()
SECOND = 1_000_000


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> LedgerFile:
    """Return the log; for reading only."""
    return asked_log(tmp_path_factory.mktemp("asked"))


@pytest.fixture
def own(tmp_path: Path) -> LedgerFile:
    """Return the log; for changing."""
    return asked_log(tmp_path)


def listed(
    file: LedgerFile, question: Question, after: int | None = None
) -> list[Listed]:
    """Return all that a question finds."""
    return list(listed_entries(Store(file.path, writable=False), question, after=after))


def indexes(
    file: LedgerFile, question: Question, after: int | None = None
) -> list[int]:
    """Return where the entries stand that a question finds."""
    return [one.index for one in listed(file, question, after)]


def refused(file: LedgerFile, question: Question) -> str:
    """Return the code of the integrity error that a question ends in."""
    with pytest.raises(IntegrityError) as caught:
        listed(file, question)
    return caught.value.code


def fits(event: Event, question: Question) -> bool:
    """Return the same as the tables and indexes, from the event alone, slowly."""
    at, window = parse_instant(event["at"]), question.window
    if window.since is not None and at < window.since:
        return False
    if window.until is not None and at >= window.until:
        return False
    reasons = event.get("reasons", [])
    said: dict[str, Any] = {**event, "code": reasons[0]["code"] if reasons else ""}
    if question.asks_parties and event["kind"] not in {"decision.made", "amount.left"}:
        return False
    if question.asks_outcome and event["kind"] != "decision.made":
        return False
    named = {*event.get("rules", []), *(r.get("rule") for r in reasons)}
    if question.rule and question.rule not in named:
        return False
    names = ("kind", "subject", "resource", "action", "effect", "code")
    return all(getattr(question, name) in {"", said.get(name)} for name in names)


def expected(question: Question) -> list[int]:
    """Return where the entries stand that a question should find."""
    found = [index for index, event in enumerate(EVENTS) if fits(event, question)]
    return found[::-1]


def maybe(*values: str) -> st.SearchStrategy[str]:
    """Draw one of the values, or nothing."""
    return st.sampled_from(("", "", *values))


QUESTIONS = st.builds(
    Question,
    window=st.one_of(
        st.just(Window()),
        st.builds(
            Window,
            st.none() | st.integers(AT - SECOND, AT + 700 * SECOND),
            st.none() | st.integers(AT - SECOND, AT + 700 * SECOND),
        ),
    ),
    kind=maybe("decision.made", "amount.left", "fact.declared", "log.recovered"),
    subject=maybe(*SUBJECTS, "user:nobody"),
    resource=maybe(*ASSETS),
    action=maybe(*ACTIONS),
    effect=maybe("permit", "deny"),
    code=maybe(*CODES[1:], "none"),
    rule=maybe(*RULES, RARE["rule"], "none"),
)


@given(question=QUESTIONS, after=st.none() | st.integers(0, SIZE + 3))
def test_all_that_is_asked_for_is_found_and_nothing_else(
    log: LedgerFile, question: Question, after: int | None
) -> None:
    below = SIZE if after is None else after

    assert indexes(log, question, after) == [i for i in expected(question) if i < below]


@pytest.mark.parametrize(
    "question",
    [
        Question(),
        Question(effect="deny"),
        Question(subject="user:ada"),
        Question(resource=ASSETS[0]),
        Question(action=ACTIONS[0]),
        Question(code=CODES[1]),
        Question(rule=RULES[0]),
        Question(kind="decision.made"),
        Question(kind="amount.left"),
        Question(kind="fact.declared"),
        Question(window=Window(AT + 100 * SECOND, AT + 300 * SECOND)),
        Question(window=Window(since=AT + 100 * SECOND), effect="permit"),
        Question(window=Window(until=AT + 300 * SECOND), kind="amount.left"),
        Question(subject="user:bob", resource=ASSETS[1], effect="deny", rule=RULES[1]),
    ],
)
def test_each_filter_finds_something(log: LedgerFile, question: Question) -> None:
    found = indexes(log, question)

    assert found == expected(question)
    assert 3 < len(found) <= SIZE


@pytest.mark.parametrize(
    "question",
    [
        Question(rule=RARE["rule"]),
        Question(code=RARE["code"]),
        Question(subject=RARE["subject"]),
    ],
)
def test_what_stands_there_once_is_found(log: LedgerFile, question: Question) -> None:
    assert indexes(log, question) == [123]


def test_pages_follow_each_other_without_gap_or_repetition(log: LedgerFile) -> None:
    question = Question(kind="decision.made")
    store = Store(log.path, writable=False)
    found: list[int] = []
    after: int | None = None

    while page := list(islice(listed_entries(store, question, after=after), 7)):
        found += [one.index for one in page]
        after = page[-1].index

    assert found == expected(question)


def test_entries_are_shown_with_people_by_their_ids(log: LedgerFile) -> None:
    every = listed(log, Question())

    assert [one.event for one in every] == EVENTS[::-1]
    assert all(not one.withheld for one in every)
    leaves = log.query("SELECT hash FROM leaf ORDER BY idx DESC")
    assert [one.leaf for one in every] == [leaf for (leaf,) in leaves]


def test_what_may_never_have_been_acknowledged_is_marked(log: LedgerFile) -> None:
    unsure = {one.index for one in listed(log, Question()) if not one.is_acknowledged}

    assert unsure == set(range(250, 260))


def test_an_erased_person_is_a_token_that_says_so(own: LedgerFile) -> None:
    ada = token_of(own, "user:ada")
    erase(own, ada)

    by_id = listed(own, Question(subject="user:ada"))
    by_token = listed(own, Question(subject=ada[:16]))

    assert by_id == []
    assert [one.index for one in by_token] == expected(Question(subject="user:ada"))
    assert {one.event["subject"] for one in by_token} == {ada}
    assert all(one.withheld == {ada: "erased"} for one in by_token)


def test_a_disclosure_that_is_gone_without_reason_is_missing(own: LedgerFile) -> None:
    ada = token_of(own, "user:ada")
    own.edit("DELETE FROM disclosure WHERE token = ?", ada)

    found = listed(own, Question(subject=ada))

    assert found
    assert all(one.withheld == {ada: "missing"} for one in found)


def test_an_entry_that_lands_meanwhile_is_not_among_them(own: LedgerFile) -> None:
    entries = listed_entries(Store(own.path, writable=False), Question())
    first = next(entries)
    with own.opened() as ledger:
        ledger.append([decision("dec-new")])

    assert [first.index, *(one.index for one in entries)] == expected(Question())


def test_the_file_is_not_held_between_pages(own: LedgerFile) -> None:
    entries = listed_entries(Store(own.path, writable=False), Question())
    next(entries)

    with own.opened() as ledger:
        ledger.append([decision("dec-new")])
        ledger.store.fold(at_once=True)
        wal = own.path.with_name(own.path.name + "-wal")
        assert wal.stat().st_size == 0


def test_pruned_entries_are_left_out(own: LedgerFile) -> None:
    with own.opened() as ledger:
        ledger.append([log_pruned(AT, 200, "ten years")])
        with ledger.store.reading() as connection:
            assert pruned_before(connection) == 200

    every, denied = indexes(own, Question()), indexes(own, Question(effect="deny"))

    kinds = {EVENTS[i]["kind"] for i in every if i < 200}
    assert kinds == {"institute.created", "amount.left"}
    assert [i for i in every if 200 <= i < SIZE] == list(range(SIZE - 1, 199, -1))
    assert denied == [i for i in expected(Question(effect="deny")) if i >= 200]


def test_bytes_that_are_gone_without_a_pruning_are_found(own: LedgerFile) -> None:
    own.edit("UPDATE leaf SET entry = NULL WHERE idx = 123")

    assert refused(own, Question()) == "entry-changed"
    assert refused(own, Question(rule=RARE["rule"])) == "entry-changed"


EDITS = {
    "UPDATE decision SET action = 'weights.other' WHERE idx = 123": "table-differs",
    "UPDATE decision SET at = '2027-01-15T08:00:00Z' WHERE idx = 123": "table-differs",
    "UPDATE event SET at = '2027-01-15T08:00:00Z' WHERE idx = 300": "table-differs",
    "UPDATE leaf SET hash = zeroblob(32) WHERE idx = 123": "entry-changed",
    "UPDATE leaf SET entry = x'7b7d' WHERE idx = 123": "entry-changed",
    "DELETE FROM decision WHERE idx = 123": "table-differs",
    "UPDATE amount SET bytes = 7 WHERE idx = 4": "table-differs",
    "UPDATE disclosure SET value = '\"user:eve\"'": "disclosure-changed",
}


@pytest.mark.parametrize(("edit", "code"), EDITS.items())
def test_a_row_that_is_not_what_its_entry_says_is_refused(
    own: LedgerFile, edit: str, code: str
) -> None:
    assert own.edit(edit)

    assert refused(own, Question()) == code


def test_a_row_without_an_entry_is_refused(own: LedgerFile) -> None:
    own.edit("DELETE FROM leaf WHERE idx = 123")

    assert refused(own, Question(rule=RARE["rule"])) == "table-differs"


def test_a_row_that_was_moved_to_another_subject_is_refused(own: LedgerFile) -> None:
    own.edit("UPDATE decision SET subject = 'service:other' WHERE idx = 123")

    assert refused(own, Question(subject="service:other")) == "table-differs"


@pytest.fixture
def misled(own: LedgerFile) -> LedgerFile:
    """Return the log with an index that leads to other rows than it says."""
    with sqlite3.connect(own.path, isolation_level=None) as connection:
        query = "SELECT sql FROM sqlite_master WHERE name = 'event_kind'"
        [(made,)] = connection.execute(query)
        connection.execute("DROP INDEX event_kind")
        connection.execute("CREATE INDEX event_kind ON event (at)")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = ? WHERE name = 'event_kind'", (made,)
        )
    connection.close()
    return own


def test_an_index_that_leads_astray_is_found(misled: LedgerFile) -> None:
    [(at,)] = misled.query("SELECT at FROM event WHERE idx = 0")
    question = Question(kind=at)

    assert refused(misled, question) == "table-differs"


def test_no_entry_is_sought_by_a_number_that_none_can_have(log: LedgerFile) -> None:
    assert indexes(log, Question(), after=2**70) == expected(Question())
    assert indexes(log, Question(), after=0) == []
