from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ringwall.base.clock import format_instant, parse_instant
from ringwall.ledger.asking.raid_questions import Visible
from ringwall.ledger.asking.raid_queue import RaidQueue
from ringwall.ledger.asking.raid_waiting import (
    KEYS,
    QueueTerms,
)
from ringwall.ledger.raid_tables import JOURNAL, MADE_BY, card_table_name
from ringwall.ledger.schema import PROJECTIONS
from ringwall.ledger.store import Store
from ringwall.model.raid_events import CARDS
from ringwall.raid.queue.order import DAY, ranks
from tests.oracle.raid_queue import queue_of

NOW = parse_instant("2026-11-22T12:00:00Z")
STATES = (
    *("new", "triaged", "owned", "coordinating", "handed-over", "watch"),
    *("declined", "resolved", "merged", "archived"),
)
TERMS = QueueTerms(
    NOW + 7 * DAY, tuple(NOW - step * 14 * DAY for step in range(1, 12)), ranks()
)
Rows = dict[str, list[dict[str, Any]]]


def _row(kind: str, index: int, name: str, **columns: str | int) -> dict[str, Any]:
    blank = {
        column: "" if of is str else 0 for column, of in CARDS[f"raid.{kind}"].items()
    }
    case = name if kind == "case" else ""
    head = {"idx": index, "id": name, "at": format_instant(NOW), "case_id": case}
    return (
        {**head, **blank, "team": "raid-desk", **columns}
        if kind == "case"
        else {
            **head,
            **blank,
            **columns,
        }
    )


def _case(index: int, **columns: str | int) -> dict[str, Any]:
    opened = {"state": "new", "opened": format_instant(NOW)}
    return _row("case", index, f"case:c-{index:010}", **{**opened, **columns})


def _report(index: int, **columns: str | int) -> dict[str, Any]:
    received = {"state": "received", "received": format_instant(NOW)}
    return _row("report", index, f"report:r-{index:010}", **{**received, **columns})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.create(tmp_path / "ledger.db")
    yield made
    made.close()


def _filled(store: Store, *rows: dict[str, Any]) -> RaidQueue:
    with store.writing() as connection:
        for row in rows:
            kind = "raid.case" if row["id"].startswith("case:") else "raid.report"
            connection.execute(PROJECTIONS[card_table_name(kind)].insert(), [row])
            made = {name: row[name] for name in ("idx", "at", "id", "case_id")}
            made |= {"kind": kind, "act": MADE_BY[kind], "decision": "dec-0"}
            connection.execute(PROJECTIONS[JOURNAL].insert(), [made])
    return RaidQueue(store)


def _random_rows(random: Random, count: int) -> Rows:
    def keys() -> dict[str, Any]:
        return {
            "imminent": int(random.random() < 0.1),
            "priority": random.randrange(5),
            "owned": random.randrange(2),
            "compute": random.randrange(4),
            "reach": random.randrange(5),
        }

    def ago() -> str:
        return format_instant(NOW - random.randrange(0, 300) * DAY)

    cases = [
        _case(
            2 * n,
            state=random.choice(STATES),
            opened=ago(),
            host_due=random.choice(
                ["", "", format_instant(NOW + random.randrange(-3, 14) * DAY)]
            ),
            **keys(),
        )
        for n in range(count)
    ]
    reports: list[dict[str, Any]] = []
    for n in range(count):
        heads = [row["id"] for row in reports if not row["alike"]]
        alike = random.choice(heads) if heads and random.random() < 0.5 else ""
        state = random.choice(["received", "received", "valid"])
        reports.append(
            _report(2 * n + 1, state=state, received=ago(), alike=alike, **keys())
        )
    return {"case": cases, "report": reports}


@pytest.mark.parametrize("seed", range(8))
def test_the_order_is_that_of_the_slow_oracle(store: Store, seed: int) -> None:
    rows = _random_rows(Random(seed), 60)
    queue = _filled(store, *rows["case"], *rows["report"])
    now = datetime.fromtimestamp(NOW / 1_000_000, UTC)

    found = queue.top(TERMS, 1000)

    expected = queue_of(rows["case"], rows["report"], now, (7, 14))
    assert [(item.id, item.copies) for item in found] == expected
    assert queue.count(TERMS) == len(expected)


def test_a_page_is_cut_out_of_the_whole(store: Store) -> None:
    rows = _random_rows(Random(99), 40)
    queue = _filled(store, *rows["case"], *rows["report"])
    whole = queue.top(TERMS, 1000)

    assert queue.top(TERMS, 7, 5) == whole[5:12]
    assert queue.top(TERMS, 10, len(whole)) == []


@pytest.mark.parametrize("seed", range(4))
def test_the_front_is_the_same_whether_all_is_looked_at_or_not(
    store: Store, seed: int
) -> None:
    random = Random(seed)
    rows = _random_rows(random, 150)
    # Many of few kinds, so that some combinations fill the front alone.
    for row in rows["case"][: 40 * seed]:
        row |= {"priority": 4, "owned": 1, "compute": 0, "reach": 0, "imminent": 0}
    queue = _filled(store, *rows["case"], *rows["report"])
    whole = queue.top(TERMS, 1000)

    for limit in (0, 1, 3, 10, 50, 200):
        assert queue.top(TERMS, limit) == whole[:limit]


def test_each_item_is_outranked_by_as_many_as_stand_before_it(store: Store) -> None:
    rows = _random_rows(Random(7), 40)
    queue = _filled(store, *rows["case"], *rows["report"])

    for place, item in enumerate(queue.top(TERMS, 1000)):
        assert sum(queue.outranked(TERMS, item).values()) == place


def test_an_item_counts_under_the_first_key_that_differs(store: Store) -> None:
    soon = format_instant(NOW + DAY)
    early = format_instant(NOW - DAY)
    queue = _filled(
        store,
        _case(1, host_due=soon),
        _case(2, imminent=1),
        _case(3, priority=3),
        _case(4, opened=early),
        _case(5),
        _case(6),
    )
    item = queue.one(TERMS, "case:c-0000000006")
    assert item is not None

    assert queue.outranked(TERMS, item) == dict.fromkeys(KEYS, 1)


def test_there_is_none_of_what_does_not_wait(store: Store) -> None:
    queue = _filled(store, _case(1, state="archived"), _report(2, state="closed"))

    assert queue.one(TERMS, "case:c-0000000001") is None
    assert queue.one(TERMS, "report:r-0000000002") is None
    assert queue.count(TERMS) == 0


def test_small_models_come_by_reach_and_without_what_the_host_owes(
    store: Store,
) -> None:
    queue = _filled(
        store,
        _case(1, reach=1),
        _case(2, reach=4),
        _case(3, reach=4, priority=2),
        _case(4, reach=4, compute=1),
        _case(5, reach=4, host_due=format_instant(NOW + DAY)),
        _report(6, reach=4),
    )

    found = [item.entry for item in queue.small(TERMS, 10)]

    assert found == [3, 2, 1]
    assert [item.entry for item in queue.small(TERMS, 2)] == [3, 2]


def test_a_case_of_another_team_or_a_shut_one_is_not_in_the_queue(
    store: Store,
) -> None:
    queue = _filled(store, _case(1), _case(2, team="other"))
    mine = frozenset({"raid-desk"})

    def ids(visible: Visible) -> list[int]:
        terms = QueueTerms(TERMS.horizon, TERMS.lifted, TERMS.ranks, visible)
        return [item.entry for item in queue.top(terms, 10)]

    assert ids(Visible(mine, frozenset())) == [1]
    assert ids(Visible(mine, frozenset({"case:c-0000000002"}))) == [1, 2]
    assert ids(Visible(frozenset(), frozenset())) == []


def test_what_is_due_comes_by_its_clock(store: Store) -> None:
    due = [format_instant(NOW + days * DAY) for days in (3, 1, 9)]
    queue = _filled(store, *(_case(n, due=text) for n, text in enumerate(due)))

    found = queue.due(TERMS, NOW + 7 * DAY, 10)

    assert [item.entry for item in found] == [1, 0]
    assert len(queue.due(TERMS, NOW + 7 * DAY, 1)) == 1


def test_a_tally_counts_each_combination(store: Store) -> None:
    queue = _filled(store, _case(1, severity=3), _case(2, severity=3), _report(3))

    assert queue.tally(TERMS, "kind", "severity") == {
        ("case", 3): 2,
        ("report", -1): 1,
    }


@pytest.mark.parametrize("columns", [(), ("title",), ("kind", "id; DROP TABLE leaf")])
def test_a_tally_by_what_is_no_column_is_a_mistake(
    store: Store, columns: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError, match="no column"):
        RaidQueue(store).tally(TERMS, *columns)
