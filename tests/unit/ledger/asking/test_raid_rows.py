"""What the desk keeps, as it is read: as its entries say it, in plain words, or not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ringwall.base.clock import FixedClock
from ringwall.base.errors import IntegrityError
from ringwall.ledger.asking import raid_rows
from ringwall.ledger.asking.raid_acts import RaidActs
from ringwall.ledger.asking.raid_queue import RaidQueue
from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion, RaidRows, Visible
from ringwall.ledger.store import Store
from ringwall.model.events import Event
from ringwall.model.matter_events import report_filed
from ringwall.record.erasing import erase_person
from tests.fault.ledger_simulator import LedgerFile, creation, decision
from tests.raid_records import AT, CASE, NEEDS, RAID, REPORT, case_event, report_event

OTHER = "case:c-bbbbbbbbbb"
ASSESSED = case_event(act="assess", before="new", severity=4, lead="user:hedy")
EVENTS = (
    creation(),
    *RAID,
    decision("dec-0", basis=0),
    {**ASSESSED, "decision": "dec-2"},
    case_event(OTHER, lead="user:hedy", severity=2),
    *NEEDS[:2],
)
OPENED, AGAIN = 2, len(RAID) + 2
ADMITTED, SHUT = AGAIN + 2, AGAIN + 3
FILED = {
    "source": "decoy",
    "subject": "user:ada",
    "resource": "weights:aurora-2",
    "decision": "dec-0",
}


@pytest.fixture
def file(tmp_path: Path) -> LedgerFile:
    """Return a ledger with one object of each kind and a second case, closed."""
    return LedgerFile(tmp_path, EVENTS)


@pytest.fixture
def rows(file: LedgerFile) -> Iterator[RaidRows]:
    store = Store(file.path, writable=False)
    yield RaidRows(store)
    store.close()


def cases(**terms: object) -> RaidQuestion:
    return RaidQuestion("raid.case", order=("idx",), **terms)  # type: ignore[arg-type]  # as each test gives them


def _of(sql: str, *entries: int) -> str:
    """Return an edit of entries, whose numbers depend on how many kinds there are."""
    for entry in entries:
        sql = sql.replace("?", str(entry), 1)
    return sql


def differs(rows: RaidRows) -> str:
    """Return what is said of a case that is not read."""
    with pytest.raises(IntegrityError) as caught:
        rows.card("raid.case", CASE)
    return f"{caught.value.code}: {caught.value.message}"


def test_an_object_is_what_its_latest_event_says(rows: RaidRows) -> None:
    event = EVENTS[AGAIN]

    assert rows.card("raid.case", CASE) == RaidCard(
        "raid.case", CASE, CASE, AGAIN, event["at"], event["card"], event
    )


@pytest.mark.parametrize("event", RAID, ids=lambda event: event["kind"])
def test_each_kind_is_read_in_plain_words(rows: RaidRows, event: Event) -> None:
    card = rows.card(event["kind"], event["id"])

    assert card is not None
    assert (card.kind, card.id, card.case) == (
        *(event["kind"], event["id"]),
        event["case"],
    )
    if event["id"] != CASE:
        assert (card.card, card.event) == (event["card"], event)


def test_what_is_of_another_kind_or_not_there_is_none(rows: RaidRows) -> None:
    assert rows.card("raid.case", REPORT) is None
    assert rows.card("raid.case", "case:c-none") is None
    assert rows.card("raid.report", "") is None


def test_objects_are_found_in_their_order(rows: RaidRows) -> None:
    assert [card.id for card in rows.find(cases())] == [CASE, OTHER]
    gravest = RaidQuestion("raid.case", order=("-severity",), limit=1)
    assert [card.id for card in rows.find(gravest)] == [CASE]
    assert [card.id for card in rows.find(cases(equal={"lead": "user:hedy"}))] == [
        *(CASE, OTHER)
    ]
    assert rows.find(cases(equal={"lead": "user:grace"})) == []


def test_what_is_counted_is_what_is_found(rows: RaidRows) -> None:
    team = Visible(frozenset({"raid-desk"}), frozenset())

    assert rows.count(cases()) == 2
    assert rows.count(cases(limit=1, skip=1)) == 2
    assert rows.count(cases(visible=team)) == 1
    assert rows.count(RaidQuestion("raid.clock", visible=team)) == 0
    assert rows.count(RaidQuestion("raid.clock")) == 1


def test_a_tally_names_people_and_adds_up_their_tokens(
    file: LedgerFile, rows: RaidRows
) -> None:
    # Two programs that have not seen each other's may make two tokens.
    file.edit("UPDATE raid_case SET team = lead WHERE id = ?", OTHER)

    assert rows.tally(cases(), "lead") == {("user:hedy",): 2}
    assert rows.tally(cases(), "team", "severity") == {
        ("raid-desk", 4): 1,
        ("user:hedy", 2): 1,
    }
    assert rows.tally(cases(equal={"state": "owned"}), "lead") == {}
    with pytest.raises(ValueError, match="has no column other"):
        rows.tally(cases(), "other")


def test_acts_are_told_in_the_order_of_the_log(rows: RaidRows) -> None:
    told = rows.events(case=CASE)

    of_case = [i for i, one in enumerate(RAID, 1) if one["case"] == CASE]
    assert [one.index for one in told] == [*of_case, AGAIN, ADMITTED, SHUT]
    assert [one.event for one in told] == [EVENTS[one.index] for one in told]
    assert [one.index for one in rows.events(case=CASE, newest=True, limit=2)] == [
        *(SHUT, ADMITTED)
    ]
    assert [one.index for one in rows.events(about=CASE)] == [OPENED, AGAIN]
    assert [one.index for one in rows.events(kind="raid.case", act="open")] == [
        *(OPENED, AGAIN + 1)
    ]
    assert [one.index for one in rows.events(kind="raid.need", case=CASE)] == [
        *(ADMITTED, SHUT)
    ]
    assert len(rows.events()) == len(EVENTS) - 2
    assert rows.events(case="case:c-none") == []


def test_what_made_an_object_is_its_first_event(rows: RaidRows) -> None:
    made = rows.first([CASE, REPORT, "case:c-none", "", CASE])

    assert {name: one.index for name, one in made.items()} == {CASE: 2, REPORT: 1}
    assert made[CASE].event == EVENTS[OPENED]
    assert rows.first([]) == {}


def test_the_last_act_of_a_sort_on_each_object_is_given(rows: RaidRows) -> None:
    done = {
        (event["id"], event["act"]): number
        for number, event in enumerate(EVENTS)
        if event["kind"] in {"raid.case", "raid.report"}
    }
    ids, acts = zip(*done, strict=True)

    found = rows.latest([*ids, "case:c-none", ""], {*acts, "no-act"})

    assert {name: one.index for name, one in found.items()} == done
    assert all(one.event == EVENTS[one.index] for one in found.values())
    assert rows.latest([], acts) == rows.latest(ids, []) == {}


def test_a_permit_is_used_once_something_is_recorded_under_it(rows: RaidRows) -> None:
    assert rows.is_used("dec-1")
    assert rows.is_used("dec-2")
    assert not rows.is_used("dec-0")
    assert not rows.is_used("")


def test_more_than_fit_one_statement_are_read_in_parts(
    rows: RaidRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rows.events(), rows.find(cases())
    monkeypatch.setattr(raid_rows, "_AT_ONCE", 1)

    assert (rows.events(), rows.find(cases())) == whole


def test_who_was_erased_stays_a_token_and_is_found_by_it(
    file: LedgerFile, rows: RaidRows
) -> None:
    with file.opened() as ledger:
        done = erase_person(ledger, "user:hedy", "request 12", FixedClock(AT))
    [token] = done.tokens

    card = rows.card("raid.case", OTHER)
    assert card is not None
    assert card.card["lead"] == token
    assert card.event["said"] == EVENTS[AGAIN + 1]["said"]
    assert rows.count(cases(equal={"lead": token})) == 2
    assert rows.tally(cases(), "lead") == {(token,): 2}


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ("raid_case SET severity = 0", f"a row is not what entry {AGAIN} says"),
        ("raid_case SET team = x'00'", f"a row is not what entry {AGAIN} says"),
        ("raid_case SET idx = 2, severity = 0", "a row is not the latest of its"),
        ("raid SET id = 'case:c-x', act = 'x'", "a row is not the latest of its"),
    ],
)
def test_a_row_that_its_entry_does_not_say_is_not_handed_out(
    file: LedgerFile, rows: RaidRows, edit: str, told: str
) -> None:
    file.edit(f"UPDATE {edit} WHERE idx = ?", AGAIN)

    assert differs(rows).startswith(f"table-differs: table `raid_case`: {told}")


def test_a_row_that_a_changed_column_hides_is_told_of_by_the_verifier_alone(
    file: LedgerFile, rows: RaidRows
) -> None:
    known = rows.card("raid.case", CASE)
    assert known is not None
    like = cases(equal={"state": str(known.card["state"])})
    before = [card.id for card in rows.find(like)]
    file.edit("UPDATE raid_case SET state = 'hidden' WHERE id = ?", CASE)

    assert [one.id for one in rows.find(like)] == [o for o in before if o != CASE]
    assert any("raid_case" in one.place for one in file.verify().findings)
    # Whoever reads it, by whatever else it is found, is told at once.
    with pytest.raises(IntegrityError):
        rows.card("raid.case", CASE)


def test_an_act_that_its_entry_does_not_say_is_not_handed_out(
    file: LedgerFile, rows: RaidRows
) -> None:
    file.edit(_of("UPDATE raid SET act = 'triage' WHERE idx = ?", AGAIN))
    before = AGAIN - 1

    with pytest.raises(IntegrityError, match=f"a row is not what entry {AGAIN} says"):
        rows.events(case=CASE)
    file.edit(_of("UPDATE raid SET idx = ? WHERE idx = ?", before, AGAIN))
    with pytest.raises(IntegrityError, match=f"a row is not what entry {before} says"):
        rows.events(case=CASE)
    file.edit(_of("UPDATE raid SET idx = 99 WHERE idx = ?", before))
    with pytest.raises(IntegrityError, match="to an entry that is not there"):
        rows.events(case=CASE)


def test_what_can_not_stand_in_a_table_is_told(
    file: LedgerFile, rows: RaidRows
) -> None:
    file.edit("UPDATE raid_case SET id = x'00' WHERE id = ?", CASE)

    with pytest.raises(IntegrityError, match="a row holds what none can") as caught:
        rows.find(cases())
    assert caught.value.code == "table-differs"


def test_an_entry_that_was_changed_is_not_handed_out(
    file: LedgerFile, rows: RaidRows
) -> None:
    file.edit(_of("UPDATE leaf SET entry = x'7B7D' WHERE idx = ?", AGAIN))

    assert differs(rows).startswith("entry-changed: ")


def test_words_that_were_not_committed_to_are_not_handed_out(
    file: LedgerFile, rows: RaidRows
) -> None:
    file.edit("UPDATE disclosure SET value = x'7B7D' WHERE owner = 'raid'")

    assert differs(rows).startswith("disclosure-changed: ")


def test_what_the_system_filed_by_itself_is_given_the_oldest_first(
    file: LedgerFile, rows: RaidRows
) -> None:
    filed = [
        report_filed(AT + number, f"rep-{number}", {**FILED, "told": told})
        for number, told in enumerate(("one", "two"))
    ]
    assert rows.filed() == []
    with file.opened() as ledger:
        ledger.append(filed)

    told = [(one.index, one.event) for one in rows.filed()]
    assert told == [(len(EVENTS), filed[0]), (len(EVENTS) + 1, filed[1])]


def test_what_waits_is_read_from_the_same_file(rows: RaidRows) -> None:
    assert isinstance(rows.queue, RaidQueue)
    assert isinstance(rows.acts, RaidActs)


def test_a_report_is_found_by_the_code_of_its_reporter(file: LedgerFile) -> None:
    with file.opened() as ledger:
        ledger.append([report_event("report:r-b", receipt="cd" * 32, source="x:1")])
        rows = RaidRows(ledger.store)
        for column, value in (("receipt", "cd" * 32), ("source", "x:1")):
            [card] = rows.find(RaidQuestion("raid.report", equal={column: value}))
            assert card.id == "report:r-b"
