"""Questions: what can be meant by one, and whom a subject's name means."""

from pathlib import Path

import pytest

from ringwall.ledger.asking.questions import Question, is_token, tokens_of
from ringwall.ledger.asking.spans import Window
from tests.fault.ledger_simulator import AT, LedgerFile, creation, fact
from tests.unit.ledger.asked_log import asked_log, erase, token_of


def tokens(file: LedgerFile, subject: str) -> frozenset[str]:
    """Return what a subject is called in the entries."""
    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        return tokens_of(connection, subject)


@pytest.mark.parametrize(
    ("question", "can_find"),
    [
        (Question(), True),
        (Question(kind="decision.made", rule="acc-001"), True),
        (Question(kind="amount.left", subject="user:ada"), True),
        (Question(kind="amount.left", effect="deny"), False),
        (Question(kind="amount.left", resource="weights:a", code="x"), False),
        (Question(kind="fact.declared", subject="user:ada"), False),
        (Question(kind="fact.declared", window=Window(AT)), True),
        (Question(kind="log.pruned", action="weights.read"), False),
    ],
)
def test_what_no_entry_can_say_is_known(question: Question, *, can_find: bool) -> None:
    assert question.can_find is can_find


def test_a_question_without_conditions_asks_for_all() -> None:
    assert Question().asks_all
    assert not Question(kind="decision.made").asks_all
    assert not Question(window=Window(until=AT)).asks_all
    assert not Question(resource="weights:a").asks_all


def test_a_person_is_called_by_each_token_on_record(tmp_path: Path) -> None:
    # As if two processes had met the same person at once.
    file = LedgerFile(tmp_path, (creation(), fact("user:ada")))
    other = tmp_path / "other"
    other.mkdir()
    second = LedgerFile(other, (creation(), fact("user:ada")))
    [row] = second.query("SELECT * FROM disclosure WHERE owner = token")
    file.edit("INSERT INTO disclosure VALUES (?, ?, ?, ?)", *row)

    found = tokens(file, "user:ada")

    assert len(found) == 2
    assert row[0] in found
    assert tokens(file, "user:nobody") == frozenset()


def test_what_is_no_person_is_called_by_its_name(tmp_path: Path) -> None:
    file = asked_log(tmp_path)

    assert tokens(file, "service:trainer") == {"service:trainer"}
    assert tokens(file, "") == frozenset()


def test_a_token_is_found_by_how_it_begins(tmp_path: Path) -> None:
    file = asked_log(tmp_path)
    ada, bob = token_of(file, "user:ada"), token_of(file, "user:bob")
    erase(file, ada)

    assert tokens(file, ada[:14]) == {ada, ada[:14]}
    assert tokens(file, ada) == {ada}
    assert tokens(file, bob[:14]) == {bob, bob[:14]}
    assert tokens(file, "user:~none") == {"user:~none"}


@pytest.mark.parametrize(
    ("subject", "whether"),
    [
        ("user:~abcd", True),
        ("user:~" + "A" * 43, True),
        ("user:~abc", False),
        ("user:~" + "A" * 44, False),
        ("user:~ab%d", False),
        ("text:~abcd", False),
        ("user:ada", False),
    ],
)
def test_what_looks_like_a_token_is_one(subject: str, *, whether: bool) -> None:
    assert is_token(subject) is whether


SAID = {
    "kind": "decision.made",
    "at": "2027-01-15T08:00:01Z",
    "subject": "user:~abcd",
    "resource": "weights:a",
    "effect": "deny",
    "code": "not-screened",
    "action": "weights.read",
    "rules": "acc-021 elig-001",
}


@pytest.mark.parametrize(
    ("question", "fits"),
    [
        (Question(), True),
        (Question(rule="acc-021"), True),
        (Question(rule="acc-02"), False),
        (Question(effect="permit"), False),
        (Question(code="not-screened", action="weights.read"), True),
        (Question(code="not-screened", action="weights.copy"), False),
        (Question(subject="user:ada"), True),
        (Question(resource="weights:b"), False),
        (Question(kind="fact.declared"), False),
        (Question(window=Window(since=AT + 9_000_000)), False),
    ],
)
def test_an_entry_fits_by_all_that_is_asked(question: Question, *, fits: bool) -> None:
    assert question.fits(SAID, frozenset({"user:~abcd"})) is fits


def test_what_only_decisions_say_no_other_entry_fits() -> None:
    left = {**SAID, "kind": "amount.left"}

    assert not Question(effect="deny").fits(left, frozenset())
    assert not Question(subject="user:bob").fits(left, frozenset({"user:~bbbb"}))
    assert Question(kind="amount.left").fits(left, frozenset())
