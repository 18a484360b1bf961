"""Ways through the tables: whichever is followed, it leads to the same entries."""

from pathlib import Path

import pytest

from ringwall.ledger.asking.questions import Question, tokens_of
from ringwall.ledger.asking.spans import EVERYWHERE, Window
from ringwall.ledger.asking.walks import Walk, walks_of
from ringwall.ledger.rebuild import scratch_database
from ringwall.tlog.checkpoints import MAX_TREE_SIZE
from tests.fault.ledger_simulator import AT, LedgerFile
from tests.unit.ledger.asked_log import ASSETS, RARE, asked_log

BLOCK = 4096


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
    ("question", "indexes"),
    [
        (Question(), [""]),
        (Question(kind="fact.declared"), ["event_kind"]),
        (Question(kind="decision.made"), [""]),
        (Question(window=Window(since=AT)), ["", ""]),
        (Question(subject=RARE["subject"]), ["decision_subject", ""]),
        (Question(resource=ASSETS[0]), ["decision_resource", ""]),
        (Question(rule=RARE["rule"]), ["decision_outcome"]),
        (Question(rule=RARE["rule"], subject="user:ada"), ["decision_outcome"]),
        (Question(effect="deny", subject=RARE["subject"]), ["decision_subject"]),
        (Question(resource=ASSETS[0], subject="user:no"), ["decision_subject", ""]),
    ],
)
def test_the_shortest_way_is_taken(
    log: LedgerFile, question: Question, indexes: list[str]
) -> None:
    assert [walk.path.through for walk in walked(log, question)] == indexes


def test_a_way_is_counted_only_up_to_a_few_thousand(tmp_path: Path) -> None:
    assert tmp_path.exists()
    with scratch_database() as made:
        made.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n "
            "WHERE i < 4999) INSERT INTO decision SELECT i, i, 'at', 's' || (i % 2), "
            "'a', 'r', 'p', 'permit', '', 'x' FROM n"
        )
        [one] = walks_of(
            made, Question(subject="s0", rule="x"), frozenset({"s0", "s1"}), 0
        )
        count = one.count(made)
        found = one.newest(made, MAX_TREE_SIZE, 5)

    assert 2000 <= count < 4000
    assert found == [4999, 4998, 4997, 4996, 4995]


def test_spans_are_walked_one_after_the_other() -> None:
    with scratch_database() as made:
        for block in (0, 3, 4, 9):
            for place in (1, 2):
                row = (block * BLOCK + place, f"{2020 + block}-01-01T00:00:00Z")
                made.exec_driver_sql(
                    "INSERT INTO decision VALUES "
                    "(?, 'd', ?, 's', 'a', 'r', 'p', 'permit', '', 'x')",
                    row,
                )
        early = Window(until=1_700_000_000_000_000)
        [walk] = walks_of(made, Question(early, rule="x"), frozenset(), 0)
        everything = walk.newest(made, MAX_TREE_SIZE, 99)
        some = walk.newest(made, MAX_TREE_SIZE, 3)
        older = walk.newest(made, 3 * BLOCK + 2, 99)

    assert len(walk.spans) == 2
    assert everything == [3 * BLOCK + 2, 3 * BLOCK + 1, 2, 1]
    assert some == [3 * BLOCK + 2, 3 * BLOCK + 1, 2]
    assert older == [3 * BLOCK + 1, 2, 1]


def test_many_keys_are_followed_as_far_as_is_needed(log: LedgerFile) -> None:
    [walk] = walked(log, Question(effect="deny"))
    [(count,)] = log.query("SELECT count(*) FROM decision WHERE effect = 'deny'")
    query = "SELECT idx FROM decision WHERE effect = 'deny' ORDER BY idx DESC"
    denied = [index for (index,) in log.query(query)]

    with log.opened(writable=False) as ledger, ledger.store.reading() as connection:
        assert walk.spans == EVERYWHERE
        assert walk.count(connection) == count
        for wanted in (1, 2, 10, count, count + 1):
            found = walk.newest(connection, MAX_TREE_SIZE, wanted)
            assert found == denied[:wanted]
