"""Erasing a person: refused while anything rests on them, complete when done."""

import hashlib
import sqlite3
from base64 import urlsafe_b64encode
from contextlib import closing
from pathlib import Path

import pytest

from ringwall.base.clock import FixedClock
from ringwall.base.errors import ConfigurationError, RecordUnavailable, UnknownItem
from ringwall.ledger.asking.raid_rows import RaidRows
from ringwall.ledger.ledger import Ledger, StaleBasis
from ringwall.model.events import Event
from ringwall.model.raid_events import RAID_KINDS
from ringwall.record.erasing import erase_person
from tests.fault.ledger_simulator import (
    AT,
    LedgerFile,
    creation,
    decision,
    fact,
    policy,
    removal,
)
from tests.raid_records import CASE, NEEDS, WHOLE, case_event, lawful
from tests.recorded import newest_first

CLOCK = FixedClock(AT)


def asked(name: str, subject: str, purpose: str = "") -> Event:
    """Return a decision on somebody's question."""
    return {**decision(name), "subject": subject, "purpose": purpose}


HISTORY: tuple[Event, ...] = (
    creation(),
    policy("1" * 64),
    fact("user:ada"),
    asked("dec-1", "user:ada", "nightly run"),
    asked("dec-2", "user:ad", "with user:ada and user:adam"),
    asked("dec-3", "service:x", "for user:adam"),
    {**fact("user:ada"), "document": {"id": "user:ada", "name": "Ada of the tower"}},
    removal("user:ada"),
)


@pytest.fixture
def file(tmp_path: Path) -> LedgerFile:
    """Return a ledger in which a person was on record, closed."""
    return LedgerFile(tmp_path, HISTORY)


def test_nothing_of_the_person_is_left_in_the_files(file: LedgerFile) -> None:
    with file.opened() as ledger:
        erase_person(ledger, "user:ada", "request 12", CLOCK)
        for words in (b'user:ada"', b"nightly", b"of the tower"):
            assert words not in file.path.read_bytes()
            assert words not in Path(f"{file.path}-wal").read_bytes()
    for words in (b'user:ada"', b"nightly", b"of the tower"):
        assert words not in file.path.read_bytes()


def test_whoever_else_is_on_record_stays(file: LedgerFile) -> None:
    with file.opened() as ledger:
        erase_person(ledger, "user:ada", "request 12", CLOCK)

        assert ledger.decision("dec-2").event["subject"] == "user:ad"
        assert ledger.decision("dec-3").event["purpose"] == "for user:adam"
        assert ledger.decision("dec-1").event["subject"].startswith("user:~")
        assert ledger.decision("dec-2").event["purpose"].startswith("text:~")


def test_every_leaf_stays_what_it_was(file: LedgerFile) -> None:
    before = file.query("SELECT * FROM leaf ORDER BY idx")
    with file.opened() as ledger:
        [entry] = erase_person(ledger, "user:ada", "request 12", CLOCK).entries

    assert file.query("SELECT * FROM leaf ORDER BY idx")[:-1] == before
    assert entry == len(before)


def test_the_event_names_tokens_and_reason_and_no_person(file: LedgerFile) -> None:
    with file.opened() as ledger:
        done = erase_person(ledger, "user:ada", "request 12", CLOCK)
        event = ledger.entry(done.entries[0]).event

    assert event["reason"] == "request 12"
    assert set(done.tokens) < set(event["tokens"])
    assert len(event["tokens"]) == len(done.tokens) + done.texts
    assert "user:ada" not in str(event)


def test_a_guess_can_not_be_confirmed(file: LedgerFile) -> None:
    with closing(sqlite3.connect(file.path)) as connection:
        [(token, salt)] = connection.execute(
            "SELECT token, salt FROM disclosure WHERE value = ?", [b'"user:ada"']
        ).fetchall()
    with file.opened() as ledger:
        erase_person(ledger, "user:ada", "request 12", CLOCK)
    digest = hashlib.sha256(b"\x02" + salt + b'"user:ada"').digest()

    assert token == f"user:~{urlsafe_b64encode(digest).decode().rstrip('=')}"
    assert salt not in file.path.read_bytes()


def test_to_look_first_changes_nothing(file: LedgerFile) -> None:
    before = file.path.read_bytes()
    with file.opened(writable=False) as ledger:
        found = erase_person(ledger, "user:ada", "request 12", None)

    assert (found.texts, found.entries) == (4, ())
    assert file.path.read_bytes() == before


def test_a_person_on_record_is_not_erased(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, HISTORY[:-1])
    with file.opened() as ledger, pytest.raises(ConfigurationError) as caught:
        erase_person(ledger, "user:ada", "request 12", CLOCK)

    assert caught.value.code == "person-on-record"


def test_whom_a_fact_in_force_names_is_not_erased(tmp_path: Path) -> None:
    case = {"id": "case:7", "authors": ["user:ada"]}
    file = LedgerFile(tmp_path, (*HISTORY, {**fact("case:7"), "document": case}))
    with (
        file.opened() as ledger,
        pytest.raises(ConfigurationError, match="case:7 on record") as caught,
    ):
        erase_person(ledger, "user:ada", "request 12", CLOCK)
    assert caught.value.code == "person-on-record"


@pytest.mark.parametrize(
    ("person", "reason", "code"),
    [
        ("user:ada", "", "reason-missing"),
        ("user:ada", "  ", "reason-missing"),
        ("user:ada", "as user:bob asked", "reason-names-person"),
        ("user:ada", "Ada asked", "reason-names-person"),
        ("org:ada", "request 12", "not-a-person"),
        ("ada", "request 12", "not-a-person"),
        ("user:", "request 12", "not-a-person"),
    ],
)
def test_words_that_can_not_be_taken_are_refused(
    file: LedgerFile, person: str, reason: str, code: str
) -> None:
    with file.opened() as ledger, pytest.raises(ConfigurationError) as caught:
        erase_person(ledger, person, reason, CLOCK)
    assert caught.value.code == code


def test_of_whom_nothing_is_kept_nothing_is_erased(file: LedgerFile) -> None:
    with file.opened() as ledger, pytest.raises(UnknownItem) as caught:
        erase_person(ledger, "user:zoe", "request 12", CLOCK)
    assert caught.value.code == "unknown-person"


def test_nobody_is_erased_twice_but_may_come_back(file: LedgerFile) -> None:
    with file.opened() as ledger:
        first = erase_person(ledger, "user:ada", "request 12", CLOCK)
        with pytest.raises(UnknownItem):
            erase_person(ledger, "user:ada", "request 12", CLOCK)
        ledger.registry_since(-1)
        ledger.append([asked("dec-9", "user:ada")])

        assert ledger.decision("dec-9").event["subject"] == "user:ada"
        again = erase_person(ledger, "user:ada", "request 13", CLOCK)
        assert not set(first.tokens) & set(again.tokens)


def test_very_many_words_take_several_entries(
    file: LedgerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ringwall.record.erasing._AT_ONCE", 2)
    with file.opened() as ledger:
        done = erase_person(ledger, "user:ada", "request 12", CLOCK)

    assert done.entries == (8, 9, 10)
    assert file.query("SELECT count(*) FROM erasure") == [(3,)]


def test_words_that_a_reader_keeps_alive_are_told(file: LedgerFile) -> None:
    with file.opened() as ledger, closing(sqlite3.connect(file.path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM head").fetchall()
        with pytest.raises(RecordUnavailable) as caught:
            erase_person(ledger, "user:ada", "request 12", CLOCK)

    assert caught.value.code == "erasure-unfinished"


def test_a_case_goes_on_without_who_wrote_it(tmp_path: Path) -> None:
    events = (*WHOLE, *NEEDS, {**case_event("case:c-b"), "said": {"by": "user:ada"}})
    file = LedgerFile(tmp_path, (*HISTORY, *lawful(events)))
    with file.opened() as ledger:
        before = [one.event for one in newest_first(ledger)]
        looked = erase_person(ledger, "user:ada", "request 12", None)
        done = erase_person(ledger, "user:ada", "request 12", CLOCK)
        after = [one.event for one in newest_first(ledger)]
        card = RaidRows(ledger.store).card("raid.case", CASE)

    assert (done.kept, done.texts) == (looked.kept, looked.texts) == (1, 4)
    said = [e["said"] for e in before if e["kind"] in RAID_KINDS]
    assert [e["said"] for e in after if e["kind"] in RAID_KINDS] == said
    reasons = [e["reason"] for e in after if e["kind"] == "raid.need"]
    assert reasons == ["it concerns them"] * len(NEEDS)
    acts = [e["by"] for e in after if e["kind"] in RAID_KINDS]
    # Grace is the second of two, and nobody erased her.
    theirs = [by for by in acts if by != "user:grace"]
    assert len(acts) - len(theirs) == 2
    assert all(by.startswith("user:~") for by in theirs)
    assert card is not None
    assert card.event["said"] == case_event()["said"]
    assert (card.card["lead"], card.card["authors"]) == (
        "user:grace",
        f"{acts[0]} user:grace",
    )
    assert file.codes() == set()


def test_facts_that_never_rest_are_told(
    file: LedgerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stale(*_: object) -> None:
        raise StaleBasis

    with file.opened() as ledger:
        monkeypatch.setattr(Ledger, "append", stale)
        with pytest.raises(RecordUnavailable) as caught:
            erase_person(ledger, "user:ada", "request 12", CLOCK)
    assert caught.value.code == "facts-unsettled"
