"""The way to decisions: with slices or without, it leads to the same ones."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from ringwall.base.clock import parse_instant
from ringwall.base.errors import IntegrityError
from ringwall.ledger.asking.block_walk import decision_place
from ringwall.ledger.asking.questions import DECIDED, Question
from ringwall.ledger.asking.spans import Window
from ringwall.ledger.asking.walks import walks_of
from ringwall.ledger.rebuild import scratch_database
from ringwall.ledger.slices import BLOCK
from ringwall.ledger.slicing import fill_slices
from ringwall.tlog.checkpoints import MAX_TREE_SIZE
from tests.unit.ledger.sliced_log import COLLIDING, SIZE, decided, decision_rows

ROWS = decision_rows()
SECOND = 1_000_000
SAID = [(parse_instant(row[2]), row) for row in reversed(ROWS)]
INSTANTS = sorted(at for at, _ in SAID)


@pytest.fixture(scope="module")
def bare() -> Iterator[Connection]:
    """Return decisions without slices; for reading only."""
    with scratch_database() as connection:
        decided(connection, ROWS)
        yield connection


@pytest.fixture(scope="module")
def full() -> Iterator[Connection]:
    """Return them with slices; for reading only."""
    with scratch_database() as connection:
        decided(connection, ROWS)
        fill_slices(connection, SIZE)
        yield connection


@pytest.fixture
def own() -> Iterator[Connection]:
    """Return them with slices; for changing."""
    with scratch_database() as connection:
        decided(connection, ROWS)
        fill_slices(connection, SIZE)
        yield connection


def found(
    connection: Connection,
    question: Question,
    subjects: frozenset[str] | None = None,
    below: int = MAX_TREE_SIZE,
    count: int = SIZE,
) -> list[int]:
    """Return the decisions that a question leads to."""
    meant = frozenset({question.subject}) - {""} if subjects is None else subjects
    [walk] = walks_of(connection, question, meant, 0)
    return walk.newest(connection, below, count)


def expected(question: Question, subjects: frozenset[str]) -> list[int]:
    """Return the decisions that a question asks for, looked at one by one."""
    window = question.window
    since = -1 if window.since is None else window.since
    until = MAX_TREE_SIZE if window.until is None else window.until
    return [
        index
        for at, (index, _, _, subject, action, resource, _, effect, code, rules) in SAID
        if since <= at < until
        and (not question.subject or subject in subjects)
        and question.resource in {"", resource}
        and question.action in {"", action}
        and question.effect in {"", effect}
        and question.code in {"", code}
        and (not question.rule or question.rule in rules.split(" "))
    ]


QUESTIONS = st.builds(
    Question,
    window=st.builds(
        Window,
        st.none() | st.integers(INSTANTS[0] - SECOND, INSTANTS[-1] + SECOND),
        st.none() | st.integers(INSTANTS[0] - SECOND, INSTANTS[-1] + SECOND),
    ),
    kind=st.just(DECIDED),
    subject=st.sampled_from(("", "", "a", "b", "ü", "rare", "none", *COLLIDING)),
    resource=st.sampled_from(("", "", "r", "none", *COLLIDING)),
    action=st.sampled_from(("", "", "weights.read", "weights.list", "none")),
    effect=st.sampled_from(("", "", "permit", "deny")),
    code=st.sampled_from(("", "", "rare", 'a "code"\n\x00ä', "none")),
    rule=st.sampled_from(("", "", "acc-1", "acc-2", "acc-9", "none")),
)


@given(
    question=QUESTIONS,
    below=st.integers(0, SIZE + 1),
    count=st.sampled_from((1, 64, 256, SIZE)),
)
def test_it_leads_to_each_that_is_asked_for_and_to_no_other(
    full: Connection, bare: Connection, question: Question, below: int, count: int
) -> None:
    subjects = frozenset({question.subject}) - {""}
    every = expected(question, subjects)
    wanted = [index for index in every if index < below][:count]

    assert found(full, question, below=below, count=count) == wanted
    assert found(bare, question, below=below, count=count) == wanted


@pytest.mark.parametrize("subject", ["", "a", "rare"])
@pytest.mark.parametrize("resource", ["", "r"])
@pytest.mark.parametrize("code", ["", "rare", "none"])
def test_each_field_narrows_what_the_others_find(
    full: Connection, bare: Connection, subject: str, resource: str, code: str
) -> None:
    subjects = frozenset({subject}) - {""}
    for effect, rule in product(("", "deny"), ("", "acc-1", "acc-9")):
        question = Question(
            Window(), DECIDED, subject, resource, "", effect, code, rule
        )
        every = expected(question, subjects)
        assert found(full, question) == found(bare, question) == every
        assert found(full, question, count=64) == every[:64]
        [walk] = walks_of(full, question, subjects, 0)
        assert walk.table == "decision"


def test_several_names_of_a_subject_are_sought_at_once(full: Connection) -> None:
    question = Question(kind=DECIDED, subject="user:both")
    two, none = frozenset({"rare", "b"}), frozenset[str]()

    assert found(full, question, two) == expected(question, two)
    assert BLOCK + 7 in found(full, question, two)
    assert found(full, question, none) == []


def test_rows_of_slices_are_believed_only_as_far_as_they_spare_a_look(
    own: Connection,
) -> None:
    questions = (
        Question(kind=DECIDED, subject="rare"),
        Question(kind=DECIDED, code="rare"),
        Question(kind=DECIDED, subject="rare", code="rare", resource="r"),
    )
    for statement in (
        "UPDATE block SET outcomes = '', places = x'' WHERE number = 1",
        "DELETE FROM slice WHERE field = 'resource' AND block = 1",
        "DELETE FROM slice WHERE field = 'subject'",
        "DELETE FROM slice",
        "DELETE FROM block WHERE number = 1",
        "DELETE FROM block",
    ):
        own.exec_driver_sql(statement)
        for question in questions:
            subjects = frozenset({question.subject}) - {""}
            assert found(own, question) == expected(question, subjects), statement


def test_a_place_outside_of_its_block_leads_nowhere(own: Connection) -> None:
    record = crc32(b"rare").to_bytes(4, "big") + (BLOCK + 7).to_bytes(2, "big")
    edit = "UPDATE slice SET data = ? WHERE field = 'subject' AND block = 0"
    own.exec_driver_sql(edit, (record,))

    assert found(own, Question(kind=DECIDED, subject="rare")) == [BLOCK + 7]


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ("UPDATE slice SET data = 'text' WHERE block = 1", "slice"),
        ("UPDATE slice SET data = x'00' WHERE block = 1", "slice"),
        ("UPDATE block SET outcomes = x'ff' WHERE number = 1", "block"),
        ("UPDATE block SET outcomes = 'one' WHERE number = 1", "block"),
        ("UPDATE block SET places = x'0001' WHERE number = 1", "block"),
        ("UPDATE block SET places = 'text' WHERE number = 1", "block"),
    ],
)
def test_what_is_no_slice_is_refused(own: Connection, edit: str, message: str) -> None:
    own.exec_driver_sql(edit)

    with pytest.raises(IntegrityError, match=f"table `{message}`: row") as caught:
        found(own, Question(kind=DECIDED, code="rare", subject="a"))

    assert caught.value.code == "table-differs"
    assert re.search(r"\b1\b", caught.value.message)


def test_the_newest_decision_of_an_id_is_found(
    full: Connection, bare: Connection
) -> None:
    last: dict[str, int] = {row[1]: row[0] for row in ROWS}
    names: list[Any] = [*list(last)[::500], ROWS[-1][1], "dec-none", ""]

    for name in names:
        assert decision_place(full, name) == last.get(name)
        assert decision_place(bare, name) == last.get(name)


def test_a_word_that_tells_no_outcome_is_refused(own: Connection) -> None:
    own.exec_driver_sql(
        "UPDATE block SET outcomes = replace(outcomes, '\"permit\"', 7)"
    )

    with pytest.raises(IntegrityError, match="tells no outcome") as caught:
        found(own, Question(kind=DECIDED, code="rare"))

    assert caught.value.code == "table-differs"
