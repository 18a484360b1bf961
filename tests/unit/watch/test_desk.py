"""The watch of a ledger: what it finds is true, recorded once, and goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.clock import FixedClock, format_instant
from ringwall.base.errors import IntegrityError, RecordUnavailable
from ringwall.ledger.file_lock import FileLock
from ringwall.model.events import Event, fact_declared, log_pruned, subject_erased
from ringwall.model.matter_events import decoy_lifted, decoy_touched
from ringwall.watch import desk as desks
from ringwall.watch.desk import Since, Told, WatchDesk
from ringwall.watch.rules import Rule
from tests.fault.ledger_simulator import AT, LedgerFile, creation, decision
from tests.recorded import newest_first
from tests.watched import MINUTE, rule

NOW = AT + 1000 * MINUTE
HIGH = rule("denials", severity="high")


def denials(*minutes: int, subject: str = "user:ada") -> list[Event]:
    """Return a denial at each of some minutes."""
    return [
        {
            **decision(f"dec-{subject[5:]}-{minute}", "no-rule"),
            "at": format_instant(AT + minute * MINUTE),
            "subject": subject,
        }
        for minute in minutes
    ]


@contextmanager
def watching(
    file: LedgerFile, *rules: Rule, since: Since | None = None
) -> Iterator[WatchDesk]:
    """Give a watch of a ledger."""
    with file.opened() as ledger:
        yield WatchDesk(ledger, rules or (HIGH,), since)


def append(file: LedgerFile, *events: Event) -> None:
    """Append events, as another process does."""
    with file.opened() as ledger:
        ledger.append(events)


def recorded(file: LedgerFile) -> list[Event]:
    """Return what the watch has put on record, the newest last."""
    kinds = {"finding.recorded", "report.filed"}
    with file.opened(writable=False) as ledger:
        found = [one.event for one in newest_first(ledger)]
    return [event for event in found[::-1] if event["kind"] in kinds]


@pytest.fixture
def file(tmp_path: Path) -> LedgerFile:
    """Return a ledger with three denials of one person, entries 1 to 3."""
    return LedgerFile(tmp_path, [creation(), *denials(0, 1, 2)])


def test_a_finding_names_the_person(file: LedgerFile) -> None:
    with watching(file) as desk:
        (told,) = desk.news()

    assert told.finding.subject == "user:ada"
    assert told.finding.entries == (1, 2, 3)
    assert not told.is_recorded
    assert recorded(file) == []


def test_what_lands_later_is_found_then_and_nothing_twice(file: LedgerFile) -> None:
    with watching(file) as desk:
        assert len(desk.news()) == 1
        assert desk.news() == []
        append(file, *denials(0, 1, subject="user:bob"))
        assert desk.news() == []
        append(file, *denials(2, subject="user:bob"))
        (told,) = desk.news()

    assert (told.finding.subject, told.finding.entries) == ("user:bob", (4, 5, 6))


def test_a_grave_finding_is_recorded_with_a_report_side_by_side(
    file: LedgerFile,
) -> None:
    with watching(file) as desk:
        (told,) = desk.recorded_news(FixedClock(NOW))

    assert told.is_recorded
    finding, report = recorded(file)
    assert finding == {
        "v": 1,
        "kind": "finding.recorded",
        "at": format_instant(NOW),
        "rule": "denials",
        "severity": "high",
        "subject": "user:ada",
        "first": format_instant(AT),
        "last": format_instant(AT + 2 * MINUTE),
        "count": 3,
        "entries": [1, 2, 3],
        "told": "so it is: 3 denials within 2 min",
    }
    assert (report["source"], report["subject"]) == ("watch", "user:ada")
    assert report["told"] == finding["told"]
    assert report["id"].startswith("rep-")
    assert len(report["id"]) == len("rep-") + 20
    assert file.codes() == set()


@pytest.mark.parametrize("severity", ["low", "medium"])
def test_a_finding_that_is_not_grave_is_recorded_without(
    file: LedgerFile, severity: str
) -> None:
    with watching(file, rule("denials", severity=severity)) as desk:
        desk.recorded_news(FixedClock(NOW))

    assert [event["kind"] for event in recorded(file)] == ["finding.recorded"]


@pytest.mark.parametrize("is_reported", [False, True])
def test_an_alarm_that_has_its_report_gets_no_second_one(
    file: LedgerFile, *, is_reported: bool
) -> None:
    append(file, decoy_touched(AT, "dec-ada-2", "a" * 64))
    by = rule("alarm", severity="high", codes=["decoy-touched"], reported=is_reported)

    with watching(file, by) as desk:
        (told,) = desk.recorded_news(FixedClock(NOW))

    assert told.finding.subject == "user:ada"
    assert len(recorded(file)) == (1 if is_reported else 2)


def test_nothing_is_recorded_twice_however_often_one_watches(
    file: LedgerFile,
) -> None:
    with watching(file) as desk:
        desk.recorded_news(FixedClock(NOW))
        assert desk.recorded_news(FixedClock(NOW)) == []
    before = recorded(file)

    with watching(file) as again, watching(file) as third:
        (one,) = again.recorded_news(FixedClock(NOW))
        (other,) = third.news()

    assert (one.is_recorded, other.is_recorded) == (True, True)
    assert recorded(file) == before


def test_two_that_watch_at_once_record_each_finding_once(file: LedgerFile) -> None:
    with watching(file) as one, watching(file) as other:
        told: list[Told] = []
        for number, name in enumerate(("bob", "eve", "joe", "kim")):
            append(file, *denials(0, 1, 2, subject=f"user:{name}"))
            first, second = (one, other) if number % 2 else (other, one)
            told += first.recorded_news(FixedClock(NOW))
            told += second.recorded_news(FixedClock(NOW))

    findings = [e for e in recorded(file) if e["kind"] == "finding.recorded"]
    assert len(findings) == 5
    assert len({event["subject"] for event in findings}) == 5
    assert all(one.is_recorded for one in told)


def test_who_can_not_have_the_lock_records_nothing(
    file: LedgerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "_PATIENCE", 0.0)
    lock = FileLock(file.path.with_name(file.path.name + "-watch"), 0.0)

    with (
        watching(file) as desk,
        lock.held(),
        pytest.raises(RecordUnavailable) as caught,
    ):
        desk.recorded_news(FixedClock(NOW))

    assert caught.value.code == "ledger-busy"
    assert recorded(file) == []


SINCE: list[tuple[Since, int]] = [
    (Since(), 2),
    (Since(3), 2),
    (Since(4), 1),
    (Since(6), 1),
    (Since(7), 0),
    (Since(at=AT + 2 * MINUTE), 2),
    (Since(at=AT + 2 * MINUTE + 1), 1),
    (Since(at=AT + 22 * MINUTE + 1), 0),
]


@pytest.mark.parametrize(("since", "count"), SINCE)
def test_only_findings_from_somewhere_on_are_given_and_recorded(
    file: LedgerFile, since: Since, count: int
) -> None:
    append(file, *denials(20, 21, 22))

    with watching(file, since=since) as desk:
        told = desk.recorded_news(FixedClock(NOW))

    assert len(told) == count
    assert len(recorded(file)) == 2 * count


def test_a_finding_is_the_same_one_from_wherever_it_is_wanted(
    file: LedgerFile,
) -> None:
    append(file, *denials(3, 4, 5, 20, 21, 22))
    with watching(file) as desk:
        (_, whole) = desk.news()
    with watching(file, since=Since(8)) as desk:
        (part,) = desk.news()

    assert part == whole


def test_a_row_that_its_entry_does_not_say_makes_no_finding(file: LedgerFile) -> None:
    file.edit("UPDATE decision SET action = 'weights.copy' WHERE idx = 2")

    with watching(file) as desk, pytest.raises(IntegrityError) as caught:
        desk.recorded_news(FixedClock(NOW))

    assert caught.value.code == "table-differs"
    assert file.query("SELECT kind FROM event") == [("institute.created",)]


def test_a_person_who_was_erased_is_told_by_the_token(file: LedgerFile) -> None:
    [(token,)] = file.query("SELECT DISTINCT subject FROM decision")
    append(file, subject_erased(NOW, [token], "asked for"))

    with watching(file) as desk:
        (told,) = desk.recorded_news(FixedClock(NOW))

    assert told.finding.subject == token
    with watching(file) as desk:
        assert desk.news()[0].is_recorded
    assert b"user:ada" not in file.path.read_bytes()


def test_a_recorded_finding_is_known_after_its_person_was_erased(
    file: LedgerFile,
) -> None:
    with watching(file) as desk:
        desk.recorded_news(FixedClock(NOW))
    [(token,)] = file.query("SELECT DISTINCT subject FROM decision")
    append(file, subject_erased(NOW, [token], "asked for"))

    with watching(file) as desk:
        (told,) = desk.recorded_news(FixedClock(NOW))

    assert told.is_recorded
    assert len(recorded(file)) == 2


def test_what_is_left_of_a_pruned_finding_is_not_recorded_anew(
    file: LedgerFile,
) -> None:
    append(file, *denials(3, 4))
    by = rule("denials", severity="high", count=4)
    with watching(file, by) as desk:
        desk.recorded_news(FixedClock(NOW))
    before = recorded(file)
    append(file, log_pruned(NOW, 2, "ten years"))

    with watching(file, by) as desk:
        (told,) = desk.recorded_news(FixedClock(NOW))

    assert told.finding.entries == (2, 3, 4, 5)
    assert told.is_recorded
    assert recorded(file) == before


def test_the_rules_on_several_things_are_recorded_each(file: LedgerFile) -> None:
    point: dict[str, Any] = {"id": "at-point", "by": "point"}

    with watching(file, rule("denials"), rule("denials", **point)) as desk:
        told = desk.recorded_news(FixedClock(NOW))

    assert [one.finding.subject for one in told] == ["user:ada", "point:trainer"]
    assert len(recorded(file)) == 2


def account(name: str, **more: str) -> Event:
    """Return the declaration of somebody."""
    return fact_declared(
        AT, {"id": f"user:{name}", "organisation": "org:institute", **more}
    )


def test_denials_of_two_accounts_and_a_service_of_one_person_are_one_finding(
    tmp_path: Path,
) -> None:
    service = {"id": "service:s", "operator": "user:bob-2"}
    own = [
        account("bob"),
        account("bob-2", account_of="user:bob"),
        fact_declared(AT, {**service, "organisation": "org:institute"}),
    ]
    asked = [
        {**denials(0, subject="user:bob")[0], "basis": 3},
        {**denials(1, subject="user:bob-2")[0], "basis": 3},
        {**denials(2)[0], "subject": "service:s", "basis": 3},
    ]
    file = LedgerFile(tmp_path, [creation(), *own, *asked])
    with watching(file) as desk:
        (told,) = desk.recorded_news(FixedClock(NOW))

    assert (told.finding.subject, told.finding.entries) == ("service:s", (4, 5, 6))
    assert [one["kind"] for one in recorded(file)] == [
        "finding.recorded",
        "report.filed",
    ]


def test_an_account_that_is_declared_while_the_watch_goes_on_counts_with_the_rest(
    file: LedgerFile,
) -> None:
    with watching(file, rule("denials", severity="high", count=4)) as desk:
        assert desk.news() == []
        append(file, account("ada-2", account_of="user:ada"))
        append(file, {**denials(3, subject="user:ada-2")[0], "basis": 4})
        # Who was met before is known by the registry as it is now.
        append(file, account("ada"))
        append(file, {**denials(4)[0], "basis": 6})
        (told,) = desk.news()

    assert told.finding.entries == (1, 2, 3, 5)


def test_persons_are_kept_of_so_many_subjects_only(
    file: LedgerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "_MOST_PERSONS", 1)
    with watching(file) as desk:
        assert len(desk.news()) == 1
        append(file, *denials(0, 1, 2, subject="user:bob"))
        (told,) = desk.news()

    assert told.finding.subject == "user:bob"


def test_who_lifts_a_decoy_and_that_the_log_was_pruned_are_found(
    file: LedgerFile,
) -> None:
    append(file, decoy_lifted(AT, "ab" * 32, "user:hedy"), log_pruned(NOW, 1, "old"))
    by = rule("deed", events=["decoy.lifted", "log.pruned"], severity="high")
    with watching(file, by) as desk:
        lifted, pruned = desk.recorded_news(FixedClock(NOW))

    assert (lifted.finding.subject, lifted.finding.entries) == ("user:hedy", (4,))
    assert (pruned.finding.subject, pruned.finding.entries) == ("", (5,))
    assert pruned.finding.told == "so it is: log.pruned"
    assert len(recorded(file)) == 4
