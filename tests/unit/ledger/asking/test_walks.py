"""Ways through the tables: whichever is followed, it leads to the same entries."""

import pytest

from ringwall.ledger.asking.block_walk import BlockWalk
from ringwall.ledger.asking.questions import Question, tokens_of
from ringwall.ledger.asking.spans import EVERYWHERE, Window
from ringwall.ledger.asking.walks import RowWalk, Walk, walks_of
from ringwall.ledger.rebuild import scratch_database
from ringwall.ledger.slices import BLOCK
from ringwall.tlog.checkpoints import MAX_TREE_SIZE
from tests.fault.ledger_simulator import AT, LedgerFile
from tests.unit.ledger.asked_log import ASSETS, RARE, asked_log


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> LedgerFile:
    """Return the log; for reading only."""
    return asked_log(tmp_path_factory.mktemp("asked"))


def walked(file: LedgerFile, question: Question) -> list[Walk]:
    """Return the ways to what a question asks for."""
    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        subjects = tokens_of(connection, question.subject)
        return walks_of(connection, question, subjects, 0)


@pytest.mark.parametrize(
    ("question", "tables"),
    [
        (Question(), ["leaf"]),
        (Question(kind="fact.declared"), ["event event_kind"]),
        (Question(kind="decision.made"), ["decision"]),
        (Question(window=Window(since=AT)), ["decision", "event"]),
        (Question(subject=RARE["subject"]), ["decision subject", "amount"]),
        (Question(resource=ASSETS[0]), ["decision resource", "amount"]),
        (Question(rule=RARE["rule"]), ["decision outcome"]),
        (Question(rule="x", subject="user:ada"), ["decision subject outcome"]),
        (
            Question(resource=ASSETS[0], subject="user:no"),
            ["decision subject resource", "amount"],
        ),
    ],
)
def test_the_shortest_way_is_taken(
    log: LedgerFile, question: Question, tables: list[str]
) -> None:
    assert [told(walk) for walk in walked(log, question)] == tables


def told(walk: Walk) -> str:
    """Return through which table a way leads, and by what."""
    if isinstance(walk, RowWalk):
        return f"{walk.table} {walk.through}".strip()
    assert isinstance(walk, BlockWalk)
    asked = [*walk.values, *(["outcome"] if walk.takes else [])]
    return " ".join([walk.table, *asked])


def test_spans_are_walked_one_after_the_other() -> None:
    with scratch_database() as made:
        for block in (0, 3, 4, 9):
            for place in (1, 2):
                row = (block * BLOCK + place, f"{2020 + block}-01-01T00:00:00Z")
                made.exec_driver_sql("INSERT INTO event VALUES (?, ?, 'x')", row)
        early = Window(until=1_700_000_000_000_000)
        [_, walk] = walks_of(made, Question(early), frozenset(), 0)
        assert isinstance(walk, RowWalk)
        everything = walk.newest(made, MAX_TREE_SIZE, 99)
        some = walk.newest(made, MAX_TREE_SIZE, 3)
        older = walk.newest(made, 3 * BLOCK + 2, 99)

    assert len(walk.spans) == 2
    assert everything == [3 * BLOCK + 2, 3 * BLOCK + 1, 2, 1]
    assert some == [3 * BLOCK + 2, 3 * BLOCK + 1, 2]
    assert older == [3 * BLOCK + 1, 2, 1]


def test_an_index_is_followed_as_far_as_is_needed(log: LedgerFile) -> None:
    [walk] = walked(log, Question(kind="amount.left"))
    query = "SELECT idx FROM event WHERE kind = 'amount.left' ORDER BY idx DESC"
    left = [index for (index,) in log.query(query)]

    with log.opened(writable=False) as ledger, ledger.store.reading() as connection:
        assert isinstance(walk, RowWalk)
        assert walk.spans == EVERYWHERE
        for wanted in (1, 2, 10, len(left), len(left) + 1):
            found = walk.newest(connection, MAX_TREE_SIZE, wanted)
            assert found == left[:wanted]
