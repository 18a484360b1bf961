"""Events in force: what the tables amount to is what the entries amount to."""

from pathlib import Path
from typing import Final

import pytest

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import IntegrityError
from ringwall.ledger.basis import Basis
from ringwall.ledger.in_force import (
    is_decision,
    move_basis,
    moves_basis,
    stored_basis,
)
from ringwall.ledger.projections import latest_rows, project
from ringwall.model.events import Event, anchor_begun
from ringwall.model.matter_events import grant_spent, notice_sent, request_opened
from tests.fault.ledger_simulator import (
    ABOUT_THE_LOG,
    AT,
    HISTORY,
    SPENT,
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
from tests.matter_events import MATTERS, PASSING

SAID: Final = {
    "subject": "user:ada",
    "action": "weights.copy",
    "resource": "weights:aurora-2",
    "point": "point:trainer",
}


def is_of_vault(event: Event) -> bool:
    """Return whether an event is one of the vault."""
    return str(event["kind"]).startswith("vault.")


def stored(file: LedgerFile) -> Basis:
    """Return the basis of what is stored."""
    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        return stored_basis(connection)


def basis_of(*events: tuple[int, Event]) -> Basis:
    """Return the basis of events at their places."""
    basis = Basis()
    basis.put_in_force([(index, sealed(event).leaf) for index, event in events])
    return basis


def test_in_force_are_the_latest_facts_policy_and_creation(file: LedgerFile) -> None:
    expected = basis_of(*((index, HISTORY[index]) for index in (0, 5, 6, 8)))

    assert stored(file).tally == expected.tally
    assert stored(file).last == 8


def test_the_written_basis_is_the_stored_one(file: LedgerFile) -> None:
    with file.opened() as ledger:
        for event in (
            fact("org:bob"),
            amount("dec-3", 1000),
            policy("3" * 64),
            amount("dec-3", 1000),
            removal("org:ada"),
            *ABOUT_THE_LOG[1:],
            *reversed(ABOUT_THE_LOG[1:]),
        ):
            ledger.append([event])
            head = ledger.head()
            with ledger.store.reading() as connection:
                basis = stored_basis(connection)

            assert (head.basis, head.tally) == (basis.last, basis.tally)


def test_several_events_of_one_batch_leave_the_last_in_force(file: LedgerFile) -> None:
    with file.opened() as ledger:
        batch = [fact("org:ada", "SL1"), policy("3" * 64), fact("org:ada", "SL2")]
        ledger.append([*batch, policy("4" * 64)])
        head = ledger.head()

    expected = basis_of(
        (0, creation()),
        (6, HISTORY[6]),
        (12, fact("org:ada", "SL2")),
        (13, policy("4" * 64)),
    )
    assert (head.basis, head.tally) == (13, expected.tally)


def test_every_amount_stays_in_force(tmp_path: Path) -> None:
    expected = basis_of(*((index, SPENT[index]) for index in (0, 5, 6, 8, 10, 12)))

    assert stored(LedgerFile(tmp_path, SPENT)).tally == expected.tally


def test_amounts_known_already_are_not_asked_again(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, SPENT)
    whole, known = stored(file), basis_of((10, SPENT[10]))
    file.edit("DELETE FROM amount WHERE idx = 10")

    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        found = stored_basis(connection, known)

    assert (found.last, found.tally) == (whole.last, whole.tally)
    assert known.last == 10
    assert stored(file).tally != whole.tally


@pytest.mark.parametrize("table", ["registry", "policy", "institute", "amount"])
@pytest.mark.parametrize("index", [99, -1])
def test_a_row_that_stands_for_no_entry_is_told(
    tmp_path: Path, table: str, index: int
) -> None:
    file = LedgerFile(tmp_path, SPENT)
    # The highest one, so that it is the policy in force.
    file.edit(
        f"UPDATE {table} SET idx = ? WHERE idx = (SELECT max(idx) FROM {table})",  # noqa: S608 - names of our tables
        index if table not in {"policy", "amount"} else 99,
    )

    with pytest.raises(IntegrityError) as caught:
        stored(file)
    assert caught.value.code == "table-differs"


def test_a_row_to_be_replaced_that_has_lost_its_entry_is_told(file: LedgerFile) -> None:
    file.edit("DELETE FROM leaf WHERE idx = 5")
    tables = latest_rows(project(10, fact("org:ada")))

    with (
        file.opened(writable=False) as ledger,
        ledger.store.reading() as connection,
        pytest.raises(IntegrityError) as caught,
    ):
        move_basis(connection, Basis(), tables, lambda _: bytes(32))
    assert caught.value.code == "table-differs"


def test_of_the_rows_that_only_list_those_about_the_second_place_are_in_force(
    file: LedgerFile,
) -> None:
    begun = anchor_begun(AT, "a disk", "5" * 64)
    tables = latest_rows([*project(10, alarm("dec-1")), *project(11, begun)])
    basis = Basis()

    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        move_basis(connection, basis, tables, lambda index: bytes([index]) * 32)

    expected = Basis()
    expected.put_in_force([(11, bytes([11]) * 32)])
    assert (basis.last, basis.tally) == (expected.last, expected.tally)


def test_an_event_about_the_second_place_can_not_be_struck(file: LedgerFile) -> None:
    with file.opened() as ledger:
        ledger.append([anchor_begun(AT, "a disk", "5" * 64)])
        head = ledger.head()
    assert (head.basis, head.tally) == (stored(file).last, stored(file).tally)

    file.edit("DELETE FROM event WHERE kind = 'anchor.begun'")

    assert head.tally != stored(file).tally


@pytest.mark.parametrize(
    ("event", "moves"),
    [
        (grant_spent(AT, "req-1", "dec-1", SAID), True),
        (request_opened(AT, "req-1", {**SAID, "binds": "", "until": ""}, ""), True),
        (notice_sent(AT, "dec-1", "notify", SAID), False),
        *((event, True) for event in MATTERS if is_of_vault(event)),
        *((event, False) for event in PASSING if is_of_vault(event)),
    ],
)
def test_what_else_has_an_action_is_no_decision(event: Event, *, moves: bool) -> None:
    data = dump_canonical(event)

    assert not is_decision(data)
    assert moves_basis(data) is moves
    assert is_decision(dump_canonical(decision("dec-1")))
    assert not moves_basis(dump_canonical(decision("dec-1")))
