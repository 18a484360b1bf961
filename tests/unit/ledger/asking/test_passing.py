"""The log as small rows: each once and in order, people as one, gaps told."""

from pathlib import Path

import pytest

from ringwall.base.clock import format_instant
from ringwall.base.errors import IntegrityError
from ringwall.ledger.asking import passing
from ringwall.ledger.asking.passed import (
    Done,
    Found,
    Left,
    Passed,
    Raised,
    Refused,
    Seen,
)
from ringwall.ledger.asking.passing import Passing
from ringwall.ledger.ledger import Ledger
from ringwall.model.events import Event, log_pruned, subject_erased
from ringwall.model.matter_events import (
    decoy_lifted,
    decoy_placed,
    decoy_requested,
    finding_recorded,
    proof_refused,
)
from ringwall.tlog.hashing import leaf_hash
from tests.fault.ledger_simulator import (
    AT,
    HISTORY,
    ORIGIN,
    SPENT,
    VERIFIER,
    LedgerFile,
    alarm,
    amount,
    creation,
    decision,
)

REFUSED = {
    "what": "session",
    "code": "token-forged",
    "subject": "user:ada",
    "point": "point:trainer",
    "about": "",
}
FOUND = {
    "rule": "denials-burst",
    "severity": "low",
    "subject": "user:ada",
    "first": "2027-01-15T08:00:00Z",
    "last": "2027-01-15T08:00:00Z",
    "count": 2,
    "entries": [4, 7],
    "told": "so it is",
}


def passer(file: LedgerFile, start: int = 0, block: int = 8192) -> Passing:
    """Return who goes through a log."""
    return Passing(Ledger(file.path, VERIFIER, ORIGIN), start, block)


def rows_of(going: Passing) -> list[Passed]:
    """Return all that is there by now."""
    found = going.news()
    while going.is_behind:
        found += going.news()
    return found


def append(file: LedgerFile, *events: Event) -> None:
    """Append events."""
    with file.opened() as ledger:
        ledger.append(events)


def person(name: str, subject: str, at: str = "2027-01-15T08:00:01Z") -> Event:
    """Return a decision of a subject."""
    return {**decision(name), "subject": subject, "at": at}


def test_decisions_are_given_as_they_were_made(file: LedgerFile) -> None:
    found = rows_of(passer(file))

    assert [row.entry for row in found] == [4, 7, 9]
    assert found[1] == Seen(
        7,
        AT + 1_000_000,
        "org:ada",
        "weights.read",
        "weights:aurora-2",
        "point:trainer",
        "deny",
        "level-insufficient",
    )


@pytest.mark.parametrize("block", [1, 2, 3, 5, 100])
def test_the_rows_are_the_same_in_blocks_of_any_size(
    tmp_path: Path, block: int
) -> None:
    file = LedgerFile(tmp_path, SPENT)
    append(file, proof_refused(AT, REFUSED), alarm("dec-3"), decision("dec-5"))

    assert rows_of(passer(file, block=block)) == rows_of(passer(file))
    assert [row.entry for row in rows_of(passer(file))] == [
        *(4, 7, 9, 10, 11, 12, 13, 14, 15)
    ]


def test_what_lands_is_given_once(file: LedgerFile) -> None:
    going = passer(file)
    rows_of(going)

    assert going.news() == []
    append(file, decision("dec-a"))
    assert [row.entry for row in going.news()] == [len(HISTORY)]
    assert (going.news(), going.is_behind) == ([], False)


def test_other_events_are_given_as_far_as_a_watch_needs_them(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, [creation(), decision("dec-1")])
    events = (
        amount("dec-1", 700),
        proof_refused(AT + 1, REFUSED),
        alarm("dec-1"),
        finding_recorded(AT, FOUND),
        alarm("dec-unknown"),
    )
    append(file, *events)

    _, left, refused, raised, found, lost = rows_of(passer(file))

    token = refused.subject if isinstance(refused, Refused) else ""
    assert token.startswith("user:~")
    assert left == Left(2, AT, "org:ada", "point:trainer", 700)
    assert refused == Refused(3, AT + 1, token, "point:trainer", "token-forged")
    assert raised == Raised(4, AT, "org:ada", "point:trainer", "engines-disagree")
    assert found == Found(5, AT, "denials-burst", (4, 7))
    assert lost == Raised(6, AT, "", "", "engines-disagree")


def test_what_leaves_less_to_find_is_given_with_who_did_it(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, [creation(), decision("dec-1")])
    lifted = decoy_lifted(AT, "ab" * 32, "user:hedy")
    placed = decoy_placed(AT, "ab" * 32, "user:hedy")
    append(file, placed, lifted, log_pruned(AT + 1, 1, "old"))

    _, one, other = rows_of(passer(file))

    assert isinstance(one, Done)
    assert one.subject.startswith("user:~")
    assert one == Done(3, AT, one.subject, "decoy.lifted")
    assert other == Done(4, AT + 1, "", "log.pruned")


def test_an_alarm_may_be_about_a_decision_long_ago(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = LedgerFile(tmp_path, [creation(), decision("dec-1"), decision("dec-2")])
    append(file, alarm("dec-1"))
    monkeypatch.setattr(passing, "_NEAR", 1)

    raised = rows_of(passer(file))[-1]

    assert isinstance(raised, Raised)
    assert raised.subject == "org:ada"


def test_an_alarm_that_names_whom_it_is_about_needs_no_decision(
    tmp_path: Path,
) -> None:
    file = LedgerFile(tmp_path, [creation()])
    append(file, decoy_requested(AT, "req-" + "a" * 20, "user:ada", "ab" * 32))

    raised = rows_of(passer(file))[-1]

    assert isinstance(raised, Raised)
    assert raised.subject.startswith("user:~")
    assert (raised.code, raised.point) == ("decoy-requested", "")


def test_an_alarm_about_no_decision_names_nobody(file: LedgerFile) -> None:
    overdue = {"need": 1, "seconds": 60, "size": 3, "since": "2027-01-15T08:00:00Z"}
    event = {**alarm("x"), "code": "witnesses-overdue", **overdue}
    del event["decision"]
    append(file, event)

    assert rows_of(passer(file, len(HISTORY))) == [
        Raised(len(HISTORY), AT, "", "", "witnesses-overdue")
    ]


def test_instants_are_exact_with_and_without_a_fraction(tmp_path: Path) -> None:
    instants = [AT, AT + 1, AT + 999_999, AT + 1_000_000, AT - 5_000_001]
    events = [person(f"dec-{at}", "org:ada", format_instant(at)) for at in instants]
    file = LedgerFile(tmp_path, [creation(), *events])

    assert [row.at for row in rows_of(passer(file))] == instants


def test_an_instant_may_be_written_in_another_way(tmp_path: Path) -> None:
    event = person("dec-1", "org:ada", "2027-01-15T09:00:00.5+01:00")
    file = LedgerFile(tmp_path, [creation(), event])

    assert [row.at for row in rows_of(passer(file))] == [AT + 500_000]


def test_a_person_with_two_tokens_is_one(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, [creation()])
    # Each process that does not know a person yet may make a token.
    with file.opened() as one, file.opened() as other:
        first = one.sealed([person("dec-1", "user:ada")])
        second = other.sealed([person("dec-2", "user:ada")])
        one.append_entries([*first, *second])
    tokens = [token for (token,) in file.query("SELECT subject FROM decision")]

    going = passer(file)
    subjects = [row.subject for row in rows_of(going) if isinstance(row, Seen)]

    assert len(set(tokens)) == 2
    assert subjects == [tokens[0], tokens[0]]
    assert going.names(subjects) == {tokens[0]: "user:ada"}


def test_an_erased_person_stays_a_token(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, [creation(), person("dec-1", "user:ada")])
    [(token,)] = file.query("SELECT subject FROM decision")
    append(file, subject_erased(AT, [token], "asked for"))

    going = passer(file)
    (row,) = rows_of(going)

    assert isinstance(row, Seen)
    assert row.subject == token
    assert going.names([token, "", "service:x"]) == {}


def test_tokens_are_kept_of_so_many_people_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passing, "_MOST_TOKENS", 3)
    events = [person(f"dec-{n}", f"user:p{n % 5}") for n in range(20)]
    file = LedgerFile(tmp_path, [creation(), *events])

    going = passer(file, block=2)
    subjects = [row.subject for row in rows_of(going) if isinstance(row, Seen)]

    assert len(set(subjects)) == 5
    assert len(going._people._known) <= 3


def test_what_was_pruned_is_passed_over(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, SPENT)
    append(file, proof_refused(AT, REFUSED), alarm("dec-1"))
    append(file, log_pruned(AT, 14, "ten years"), proof_refused(AT, REFUSED))

    for block in (1, 3, 100):
        going = passer(file, block=block)
        found = rows_of(going)
        # What left stays on record: budgets rest on it. What told on somebody, too.
        assert [row.entry for row in found] == [10, 12, 13, 14, 15, 16]
        assert going.pruned == 14
        going.check([4, 10, 13, 14])


def test_rows_and_entries_are_held_against_each_other(file: LedgerFile) -> None:
    append(file, amount("dec-3", 5), proof_refused(AT, REFUSED), alarm("dec-3"))

    going = passer(file)

    going.check(row.entry for row in rows_of(going))


def code_of(file: LedgerFile, *, entries: range = range(0)) -> str:
    """Return the code of what is found wrong."""
    with pytest.raises(IntegrityError) as caught:
        look(passer(file), entries)
    return caught.value.code


def look(going: Passing, entries: range) -> None:
    """Go through a log, then hold entries against their rows."""
    rows_of(going)
    going.check(entries)


EDITS = {
    "DELETE FROM decision WHERE idx = 7": "entry-missing",
    "DELETE FROM event WHERE idx = 3": "entry-missing",
    "INSERT INTO event VALUES (7, '2027-01-15T08:00:00Z', 'x.y')": "entry-missing",
    "UPDATE decision SET subject = x'00' WHERE idx = 7": "table-differs",
    "UPDATE decision SET code = x'00' WHERE idx = 7": "table-differs",
    "UPDATE decision SET at = 'soon' WHERE idx = 7": "table-differs",
    "UPDATE decision SET at = '2027-13-15T08:00:00Z' WHERE idx = 7": "table-differs",
    "UPDATE decision SET at = '2027-01-15T08:00:01.00000xZ'": "table-differs",
    "UPDATE decision SET subject = cast(x'ff' AS TEXT)": "ledger-unreadable",
    "UPDATE amount SET bytes = 'all'": "table-differs",
    "UPDATE amount SET point = x'00'": "table-differs",
    "UPDATE event SET kind = 'alarm.raised' WHERE idx = 2": "table-differs",
    "UPDATE leaf SET entry = x'7b7d' WHERE idx = 13": "entry-changed",
    "UPDATE leaf SET entry = NULL WHERE idx = 13": "entry-changed",
    "DELETE FROM leaf WHERE idx = 13": "entry-changed",
    "UPDATE head SET size = 9": "head-differs",
}


@pytest.mark.parametrize(("edit", "code"), EDITS.items())
def test_a_table_that_can_not_be_right_is_told(
    tmp_path: Path, edit: str, code: str
) -> None:
    file = LedgerFile(tmp_path, SPENT)
    append(file, proof_refused(AT, REFUSED))
    file.edit(edit)

    assert code_of(file) == code


def test_a_log_that_got_shorter_is_told(file: LedgerFile, tmp_path: Path) -> None:
    put_back = file.saved(tmp_path / "copy.db")
    append(file, decision("dec-a"))
    going = passer(file)
    rows_of(going)
    put_back()

    with pytest.raises(IntegrityError) as caught:
        going.news()

    assert caught.value.code == "log-rolled-back"


LIES = {
    "UPDATE decision SET subject = 'org:bob' WHERE idx = 7": "table-differs",
    "UPDATE decision SET effect = 'permit' WHERE idx = 7": "table-differs",
    "UPDATE decision SET code = 'x' WHERE idx = 7": "table-differs",
    "UPDATE leaf SET entry = x'7b7d' WHERE idx = 7": "entry-changed",
    "UPDATE leaf SET entry = NULL WHERE idx = 7": "entry-changed",
    "UPDATE amount SET bytes = 7": "table-differs",
}


@pytest.mark.parametrize(("edit", "code"), LIES.items())
def test_a_row_that_its_entry_does_not_say_is_told_by_the_check(
    tmp_path: Path, edit: str, code: str
) -> None:
    file = LedgerFile(tmp_path, SPENT)
    file.edit(edit)

    assert code_of(file, entries=range(13)) == code


@pytest.mark.parametrize("data", [b"{", b"[7]", b"{}", b'{"reasons":[{}]}'])
def test_an_entry_that_is_no_event_is_told_though_its_hash_fits(
    file: LedgerFile, data: bytes
) -> None:
    file.edit(
        "UPDATE leaf SET entry = ?, hash = ? WHERE idx = 7", data, leaf_hash(data)
    )

    assert code_of(file, entries=range(8)) == "entry-unreadable"
