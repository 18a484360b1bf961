"""The ledger as the desks see it: what it gives is what was recorded and in force."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.errors import IntegrityError, RecordUnavailable, UnknownItem
from ringwall.ledger.ledger import Ledger, StaleBasis
from ringwall.ledger.spending import Spending
from ringwall.tlog.hashing import leaf_hash
from tests.fault.ledger_simulator import (
    AT,
    HISTORY,
    KEY,
    ORIGIN,
    OTHER_KEY,
    SPENT,
    VERIFIER,
    LedgerFile,
    alarm,
    amount,
    creation,
    decision,
    fact,
    policy,
    removal,
    sealed,
)
from tests.recorded import newest_first


def reading(file: LedgerFile) -> Ledger:
    """Return the ledger, open for reading."""
    return Ledger(file.path, VERIFIER, ORIGIN)


def refused(call: Callable[[], Any]) -> str:
    """Return the code of the integrity error that a call ends in."""
    with pytest.raises(IntegrityError) as caught:
        call()
    return caught.value.code


def test_a_new_ledger_holds_its_first_events(tmp_path: Path) -> None:
    ledger = Ledger.create(tmp_path / "ledger.db", KEY, ORIGIN, [creation()])

    assert ledger.institute() == creation()
    assert ledger.head().size == 1
    assert ledger.registry_since(-1) == (0, {}, "", {})
    ledger.close()


def test_an_existing_file_is_not_made_anew(file: LedgerFile) -> None:
    with pytest.raises(FileExistsError):
        Ledger.create(file.path, KEY, ORIGIN, [creation()])
    assert file.verify().is_sound


def test_a_first_event_that_is_none_leaves_no_file_behind(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="known kind"):
        Ledger.create(tmp_path / "ledger.db", KEY, ORIGIN, [{"v": 1}])
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_for_reading_appends_nothing(file: LedgerFile) -> None:
    with pytest.raises(RuntimeError, match="for reading only"):
        reading(file).append([decision("dec-4")])


def test_what_is_appended_can_be_read(file: LedgerFile) -> None:
    with file.opened() as ledger:
        [receipt] = ledger.append([decision("dec-4", "not-screened")], 8)
        recorded = ledger.entry(receipt.index)

    assert (receipt.index, receipt.size) == (10, 11)
    assert recorded.event == decision("dec-4", "not-screened")
    assert recorded.leaf == receipt.leaf


def test_sealed_entries_are_appended_as_they_are(file: LedgerFile) -> None:
    entry = sealed(decision("dec-4"))
    with file.opened() as ledger:
        assert ledger.append_entries([entry], 8)[0].leaf == entry.leaf
        with pytest.raises(StaleBasis):
            ledger.append_entries([entry], 7)


def test_an_event_that_is_none_is_refused_and_stops_nothing(file: LedgerFile) -> None:
    with file.opened() as ledger:
        with pytest.raises(ValueError, match="is missing"):
            ledger.append([{"v": 1, "kind": "fact.declared"}])
        assert ledger.append([decision("dec-4")])[0].index == 10


def test_a_closed_ledger_takes_nothing_more(file: LedgerFile) -> None:
    with file.opened() as ledger:
        ledger.close()
        with pytest.raises(RecordUnavailable):
            ledger.append([decision("dec-4")])


def test_the_head_is_checked_against_the_key_it_is_given(file: LedgerFile) -> None:
    other = Ledger(file.path, OTHER_KEY.verifier(), ORIGIN)

    assert reading(file).head().size == 10
    assert refused(other.head) == "signature-missing"
    assert refused(lambda: other.registry_since(-1)) == "signature-missing"


def test_the_creation_of_the_institute_is_the_first_entry(file: LedgerFile) -> None:
    assert reading(file).institute() == creation()


def test_a_log_that_does_not_start_with_an_institute_is_refused(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, [fact("org:ada"), creation()])

    assert refused(reading(file).institute) == "table-differs"


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE institute SET tiers = 'three'",
        "UPDATE institute SET idx = 2",
        "DELETE FROM leaf WHERE idx = 0",
        "UPDATE institute SET vkey = ''",
    ],
)
def test_a_creation_that_was_changed_is_refused(file: LedgerFile, edit: str) -> None:
    file.edit(edit)

    assert refused(reading(file).institute) == "table-differs"


def test_the_registry_is_what_is_in_force(file: LedgerFile) -> None:
    assert reading(file).registry_since(-1) == (
        8,
        {"org:ada": fact("org:ada", "SL4")["document"], "org:bob": None},
        "2" * 64,
        {"org:ada": 5, "org:bob": 6},
    )


@pytest.mark.parametrize(
    ("index", "entities"),
    [
        (2, {"org:ada", "org:bob"}),
        (5, {"org:bob"}),
        (6, set()),
        (99, set()),
    ],
)
def test_only_what_changed_after_an_index_is_given(
    file: LedgerFile, index: int, entities: set[str]
) -> None:
    changes = reading(file).registry_since(index)

    assert set(changes.documents) == set(changes.entries) == entities
    assert (changes.basis, changes.policy) == (8, "2" * 64)


def leaf_as(index: int, other: int) -> str:
    """Return the edit that gives an entry the bytes and the hash of another."""
    return (
        f"UPDATE leaf SET entry = (SELECT entry FROM leaf WHERE idx = {other}), "  # noqa: S608 - two numbers
        f"hash = (SELECT hash FROM leaf WHERE idx = {other}) WHERE idx = {index}"
    )


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE registry SET document = replace(document, 'SL4', 'SL5')",
        "UPDATE registry SET document = NULL",
        "UPDATE registry SET document = CAST(document AS BLOB)",
        "UPDATE registry SET document = substr(document, 2)",
        "UPDATE registry SET document = replace(hex(zeroblob(30000)), '00', '[')",
        "UPDATE registry SET document = '{}' WHERE id = 'org:bob'",
        "UPDATE registry SET idx = 3 WHERE id = 'org:bob'",
        "UPDATE registry SET idx = 'x' WHERE id = 'org:bob'",
        "UPDATE registry SET idx = -1 WHERE id = 'org:bob'",
        "UPDATE registry SET idx = 4 WHERE id = 'org:bob'",
        "UPDATE registry SET idx = idx + 1",
        "UPDATE registry SET idx = 11 - idx",
        "UPDATE registry SET id = 'user:eve' WHERE id = 'org:bob'",
        "UPDATE registry SET id = CAST(id AS BLOB)",
        "DELETE FROM registry WHERE id = 'org:bob'",
        "DELETE FROM registry",
        "INSERT INTO registry VALUES ('user:eve', 2, NULL)",
        "DELETE FROM policy WHERE idx = 8",
        "DELETE FROM policy",
        "UPDATE policy SET digest = '3' WHERE idx = 8",
        "UPDATE policy SET concerns = '{}' WHERE idx = 8",
        "UPDATE policy SET idx = 9 WHERE idx = 8",
        "INSERT INTO policy VALUES (9, '', '3', '{}')",
        "INSERT INTO policy SELECT 9, at, digest, concerns FROM policy WHERE idx = 1",
        "DELETE FROM institute",
        "DELETE FROM leaf WHERE idx = 5",
        "DELETE FROM leaf WHERE idx = 8",
        "UPDATE leaf SET hash = zeroblob(32) WHERE idx = 5",
        "UPDATE leaf SET entry = X'00' WHERE idx = 5",
        "UPDATE leaf SET entry = 'text' WHERE idx = 5",
        "UPDATE leaf SET hash = hex(hash) WHERE idx = 6",
        leaf_as(5, 2),
        leaf_as(6, 3),
        leaf_as(8, 1),
        leaf_as(0, 1),
        "UPDATE head SET basis = 6",
        "UPDATE head SET tally = zeroblob(256)",
        "DELETE FROM head",
    ],
)
@pytest.mark.parametrize("index", [-1, 4])
def test_no_edit_of_what_decisions_rest_on_goes_unnoticed(
    file: LedgerFile, edit: str, index: int
) -> None:
    assert file.edit(edit) > 0

    assert refused(lambda: reading(file).registry_since(index)) in {
        "table-differs",
        "head-differs",
        "entry-changed",
    }


def spent(ledger: Ledger) -> tuple[Spending, tuple[int, ...]]:
    """Return what has left at noon, read from the ledger, and its sums."""
    spending = Spending()
    ledger.registry_since(-1, spending)
    return spending, sums(spending)


def sums(spending: Spending) -> tuple[int, ...]:
    return tuple(
        spending.before("org:ada", "weights:aurora-2", "point:trainer", AT + 1)
    )


def test_what_has_left_is_what_is_on_record(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, SPENT)

    assert spent(reading(file))[1] == (1000, 1000, 1000, 1)
    assert reading(file).registry_since(-1).basis == 12


def test_what_leaves_later_is_added_to_what_is_known(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, SPENT)
    with file.opened() as ledger:
        spending, _ = spent(ledger)
        ledger.append([fact("org:eve"), amount("dec-5", 70)])
        ledger.append([amount("dec-6", 5, 1)])

        changes = ledger.registry_since(12, spending)

        assert sums(spending) == (1075, 1075, 1075, 2)
        assert set(changes.documents) == {"org:eve"}
        assert changes.basis == spending.basis().last == 15
        assert spent(ledger)[1] == sums(spending)


AMOUNT_EDITS = [
    "UPDATE amount SET bytes = 1 WHERE idx = 10",
    "UPDATE amount SET bytes = -1000 WHERE idx = 10",
    "UPDATE amount SET bytes = CAST(bytes AS BLOB) WHERE idx = 10",
    "UPDATE amount SET copies = 0 WHERE idx = 12",
    "UPDATE amount SET at = '2020-01-15T08:00:00Z' WHERE idx = 10",
    "UPDATE amount SET subject = 'org:bob' WHERE idx = 10",
    "UPDATE amount SET resource = '' WHERE idx = 10",
    "UPDATE amount SET point = 'point:x' WHERE idx = 10",
    "UPDATE amount SET idx = 11 WHERE idx = 10",
    "UPDATE amount SET idx = -10 WHERE idx = 10",
    "DELETE FROM amount WHERE idx = 10",
    "DELETE FROM amount WHERE idx = 12",
    (
        "INSERT INTO amount SELECT 11, at, subject, resource, point, 0, 0 FROM amount "
        "WHERE idx = 10"
    ),
    "UPDATE leaf SET entry = CAST(replace(entry, '1000', '1') AS BLOB) WHERE idx = 10",
    "UPDATE leaf SET hash = zeroblob(32) WHERE idx = 10",
    leaf_as(10, 12),
]


@pytest.mark.parametrize("edit", AMOUNT_EDITS)
def test_no_edit_of_what_has_left_goes_unnoticed(tmp_path: Path, edit: str) -> None:
    file = LedgerFile(tmp_path, SPENT)
    assert file.edit(edit) == 1

    assert refused(lambda: spent(reading(file))) in {"table-differs", "entry-changed"}
    assert not file.verify().is_sound


@pytest.mark.parametrize("edit", AMOUNT_EDITS)
def test_an_edit_of_what_is_known_already_gives_no_budget_back(
    tmp_path: Path, edit: str
) -> None:
    file = LedgerFile(tmp_path, SPENT)
    with file.opened(writable=False) as ledger:
        spending, before = spent(ledger)
        file.edit(edit)
        with suppress(IntegrityError):
            ledger.registry_since(12, spending)

        assert sums(spending) == before


def test_amounts_that_the_log_has_lost_are_noticed(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, SPENT)
    put_back = file.saved(tmp_path / "earlier.db")
    with file.opened() as ledger:
        ledger.append([amount("dec-5", 70)])
        spending, _ = spent(ledger)
    put_back()

    assert refused(lambda: reading(file).registry_since(12, spending)) == (
        "table-differs"
    )
    assert sums(spending)[0] == 1070


@pytest.mark.parametrize("index", [-1, 4, 5, 8])
def test_a_fact_put_back_to_an_older_event_of_its_entity_is_noticed(
    file: LedgerFile, index: int
) -> None:
    file.roll_back_fact("org:ada", 2)

    assert refused(lambda: reading(file).registry_since(index)) == "table-differs"


def test_a_removal_taken_back_is_noticed(file: LedgerFile) -> None:
    file.roll_back_fact("org:bob", 3)

    assert refused(lambda: reading(file).registry_since(-1)) == "table-differs"


def test_a_fact_put_back_with_the_head_of_its_time_is_noticed(
    tmp_path: Path,
) -> None:
    file = LedgerFile(tmp_path, [creation(), fact("org:ada")])
    [old] = file.query("SELECT basis, tally, seal FROM head")
    with file.opened() as ledger:
        ledger.append([removal("org:ada")])
        ledger.append([decision("dec-1")])
    file.roll_back_fact("org:ada", 1)
    file.edit("UPDATE head SET basis = ?, tally = ?, seal = ?", *old)

    assert refused(lambda: reading(file).registry_since(-1)) == "head-differs"
    assert "head-differs" in file.codes()


def test_what_was_put_back_stays_noticed_after_further_facts(file: LedgerFile) -> None:
    file.roll_back_fact("org:ada", 2)
    with file.opened() as ledger:
        ledger.append([fact("org:ada", "SL5")])
        ledger.append([fact("org:eve"), policy("3" * 64)])

        assert refused(lambda: ledger.registry_since(-1)) == "table-differs"


def test_edits_of_older_policies_and_of_decisions_are_left_to_the_verifier(
    file: LedgerFile,
) -> None:
    before = reading(file).registry_since(-1)
    file.edit("UPDATE policy SET digest = '3' WHERE idx = 1")
    file.edit("UPDATE decision SET effect = 'deny'")

    assert reading(file).registry_since(-1) == before
    assert file.codes() == {"row-changed"}


@pytest.mark.parametrize(
    ("name", "index"), [("last", 9), ("dec-2", 7), ("4", 4), ("0009", 9)]
)
def test_a_decision_is_found_by_id_index_or_as_the_last(
    file: LedgerFile, name: str, index: int
) -> None:
    recorded = reading(file).decision(name)

    assert (recorded.index, recorded.event) == (index, HISTORY[index])


def test_of_two_decisions_with_one_id_the_later_is_found(file: LedgerFile) -> None:
    with file.opened() as ledger:
        ledger.append([decision("dec-1", "not-screened", basis=8)])

        assert ledger.decision("dec-1").index == 10
    assert file.verify().is_sound


def test_an_alarm_lands_beside_its_decision_and_leaves_the_basis(
    file: LedgerFile,
) -> None:
    with file.opened() as ledger:
        events = [decision("dec-4", "engines-disagree"), alarm("dec-4")]
        first, second = ledger.append(events, 8)

        assert (first.index, second.index) == (10, 11)
        assert first.size == second.size == 12
        assert ledger.entry(11).event == alarm("dec-4")
        assert ledger.registry_since(-1).basis == 8
        assert ledger.decision("last").index == 10


def test_a_decision_that_points_to_an_alarm_is_not_given_out(file: LedgerFile) -> None:
    with file.opened() as ledger:
        ledger.append([decision("dec-4", "engines-disagree"), alarm("dec-4")])
    file.edit("UPDATE decision SET idx = 11 WHERE idx = 10")

    assert refused(lambda: reading(file).decision("dec-4")) == "table-differs"


@pytest.mark.parametrize(
    "name",
    [
        *("", "dec-9", "3", "99", "-1", "9" * 16, "٤", "\udcff", "x' OR 1", "LAST"),
        "a" * 1000,
    ],
)
def test_an_unknown_decision_is_told_in_one_line(file: LedgerFile, name: str) -> None:
    with pytest.raises(UnknownItem) as caught:
        reading(file).decision(name)
    assert caught.value.code == "unknown-decision"
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 120


def test_in_a_log_without_decisions_there_is_no_last(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, [creation()])

    with pytest.raises(UnknownItem):
        reading(file).decision("last")


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ("UPDATE decision SET idx = 40 WHERE idx = 4", "table-differs"),
        ("UPDATE decision SET effect = 'deny' WHERE idx = 4", "table-differs"),
        ("UPDATE decision SET id = 'x' WHERE idx = 4", "table-differs"),
        (leaf_as(4, 9), "table-differs"),
        (leaf_as(4, 5), "table-differs"),
        ("UPDATE leaf SET entry = X'00' WHERE idx = 4", "entry-changed"),
        ("UPDATE leaf SET hash = zeroblob(32) WHERE idx = 4", "entry-changed"),
    ],
)
def test_a_decision_that_was_changed_is_not_given_out(
    file: LedgerFile, edit: str, code: str
) -> None:
    file.edit(edit)
    ledger = reading(file)
    [(name,)] = file.query("SELECT id FROM decision ORDER BY idx = 9, idx = 7 LIMIT 1")

    assert refused(lambda: ledger.decision(name)) == code


def test_each_entry_is_found_at_its_index(file: LedgerFile) -> None:
    ledger = reading(file)

    assert [ledger.entry(index).event for index in range(10)] == [*HISTORY]


@pytest.mark.parametrize("index", [-1, 10, 2**63 - 1, 2**63, 2**200])
def test_an_index_beyond_the_log_is_unknown(file: LedgerFile, index: int) -> None:
    with pytest.raises(UnknownItem) as caught:
        reading(file).entry(index)
    assert caught.value.code == "unknown-entry"


def test_the_entries_are_given_from_the_last_to_the_first(file: LedgerFile) -> None:
    recorded = list(newest_first(reading(file)))

    assert [entry.index for entry in recorded] == [*range(9, -1, -1)]
    assert [entry.event for entry in recorded] == [*reversed(HISTORY)]


@pytest.mark.parametrize("value", [None, b"", b"{}", "text", 5])
def test_a_changed_entry_is_given_in_no_way(file: LedgerFile, value: object) -> None:
    if value is None:
        file.edit("UPDATE leaf SET hash = zeroblob(32) WHERE idx = 4")
    else:
        file.edit("UPDATE leaf SET entry = ? WHERE idx = 4", value)
    ledger = reading(file)

    assert refused(lambda: ledger.entry(4)) == "entry-changed"
    assert refused(lambda: list(newest_first(ledger))) == "entry-changed"
    assert refused(lambda: ledger.decision("dec-1")) == "entry-changed"


def test_an_entry_that_is_no_event_is_given_in_no_way(file: LedgerFile) -> None:
    data = b'{"kind":"fact.removed","v":1}'
    file.edit(
        "UPDATE leaf SET entry = ?, hash = ? WHERE idx = 4", data, leaf_hash(data)
    )
    ledger = reading(file)

    assert refused(lambda: ledger.entry(4)) == "entry-unreadable"
    assert refused(lambda: list(newest_first(ledger))) == "entry-unreadable"
    assert refused(lambda: ledger.decision("dec-1")) == "entry-unreadable"


def test_a_coroutine_too_can_not_append_to_what_was_opened_for_reading(
    file: LedgerFile,
) -> None:
    async def append(ledger: Ledger) -> None:
        await ledger.append_entries_async([sealed(decision("dec-9"))])

    with (
        file.opened(writable=False) as ledger,
        pytest.raises(RuntimeError, match="opened for reading only"),
    ):
        asyncio.run(append(ledger))
