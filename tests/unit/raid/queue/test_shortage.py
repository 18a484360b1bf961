from pathlib import Path

from ringwall.ledger.asking.raid_queue import RaidQueue
from ringwall.ledger.asking.raid_rows import RaidRows
from ringwall.ledger.schema import PROJECTIONS
from ringwall.ledger.store import Store
from ringwall.model.raid_events import CARDS
from ringwall.raid.queue.cut import staff_of
from ringwall.raid.queue.order import terms_of
from ringwall.raid.queue.shortage import UNKNOWN, below_of, drawn, looked
from tests.example import NOON
from tests.waiting import CAPACITY, item

TERMS = terms_of(CAPACITY, NOON)


def _store(folder: Path, *items: dict[str, int]) -> Store:
    """Return tables with cases alone, no entries: nothing here reads a card."""
    store = Store.create(folder / "ledger.db")
    with store.writing() as connection:
        for number, changes in enumerate(items, 1):
            one = item(number, **changes)
            row = {
                name: "" if of is str else 0 for name, of in CARDS["raid.case"].items()
            }
            told = one._asdict()
            row |= {name: told[name] for name in row.keys() & told.keys()}
            row |= {"class": one.sort, "opened": one.since}
            row |= {"idx": number, "id": one.id, "at": one.since, "case_id": one.id}
            connection.execute(PROJECTIONS["raid_case"].insert(), [row])
            made = {name: row[name] for name in ("idx", "at", "id", "case_id")}
            made |= {"kind": "raid.case", "act": "open", "decision": "dec-0"}
            connection.execute(PROJECTIONS["raid"].insert(), [made])
    return store


def test_all_of_what_the_host_owes_is_looked_at_even_with_nobody_there(
    tmp_path: Path,
) -> None:
    store = _store(tmp_path, *({"host_days": 1} for _ in range(80)), {})
    queue = RaidQueue(store)

    front = looked(queue, TERMS, CAPACITY, staff_of(CAPACITY, 0))
    line = drawn(queue, TERMS, CAPACITY, front, staff_of(CAPACITY, 0))

    assert (front.total, front.is_whole, len(line.above)) == (81, True, 80)
    assert front.first_below(line) is not None
    store.close()


def test_only_the_front_of_a_long_queue_is_looked_at(tmp_path: Path) -> None:
    large = [{"compute": 1} for _ in range(150)]
    small = [{"reach": 4, "priority": 0} for _ in range(5)]
    store = _store(tmp_path, *large, *small)
    queue = RaidQueue(store)

    front = looked(queue, TERMS, CAPACITY, staff_of(CAPACITY, 2))
    line = drawn(queue, TERMS, CAPACITY, front, staff_of(CAPACITY, 2))

    assert (len(front.queue), front.total, front.is_whole) == (125, 155, False)
    pools = [placed.pool for placed in line.above]
    assert (pools.count("main"), pools.count("reserve")) == (12, 3)
    store.close()


def test_what_lies_below_is_counted_by_severity(tmp_path: Path) -> None:
    rows = [{"severity": 3}, {"severity": 5}, {"severity": 3}]
    store = _store(tmp_path, *rows)
    queue = RaidQueue(store)
    front = looked(queue, TERMS, CAPACITY, staff_of(CAPACITY, 0))
    line = drawn(queue, TERMS, CAPACITY, front, staff_of(CAPACITY, 0))

    below = below_of(RaidRows(store), TERMS, line, NOON)

    assert below.harm == {3: 2, 5: 1}
    assert (below.late, below.clocks) == ([], [])
    assert UNKNOWN not in below.harm
    store.close()
