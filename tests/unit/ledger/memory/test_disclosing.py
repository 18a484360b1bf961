"""Disclosures on record: found by token and by person, and never believed unproven."""

from pathlib import Path

import pytest

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import IntegrityError
from ringwall.ledger.memory import disclosing
from ringwall.ledger.memory.disclosing import (
    disclosures_of,
    kept_naming,
    known_in,
    naming,
    people_of,
    person_of,
    tokens_about,
)
from ringwall.ledger.memory.disclosures import tokens_in
from ringwall.model.events import subject_erased
from tests.fault.ledger_simulator import LedgerFile, creation, decision, fact
from tests.raid_records import case_event
from tests.recorded import newest_first

PEOPLE = (
    creation(),
    fact("user:ada"),
    {**decision("dec-1", basis=1), "subject": "user:ada", "purpose": "nightly run"},
)


@pytest.fixture
def people(tmp_path: Path) -> LedgerFile:
    """Return a ledger with a person in it, closed."""
    return LedgerFile(tmp_path, PEOPLE)


def stored(people: LedgerFile) -> list[bytes]:
    """Return the bytes of its entries."""
    return [data for (data,) in people.query("SELECT entry FROM leaf ORDER BY idx")]


def test_each_token_of_an_entry_is_disclosed_beside_it(people: LedgerFile) -> None:
    with people.opened() as ledger, ledger.store.reading() as connection:
        known = known_in(connection, stored(people))
        found = disclosures_of(connection, known)

    assert known.keys() == set().union(*map(tokens_in, stored(people)))
    assert len(known) == 3
    assert {token: one.value for token, one in found.items()} == known


def test_a_person_is_found_by_id(people: LedgerFile) -> None:
    with people.opened() as ledger, ledger.store.reading() as connection:
        [own] = people_of(connection, "user:ada")

        assert person_of(connection, "user:ada") == own
        assert own.value == b'"user:ada"'
        assert people_of(connection, "user:bob") == []
        assert person_of(connection, "user:bob") is None


def test_very_many_tokens_are_asked_for_in_parts(
    people: LedgerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disclosing, "_AT_ONCE", 2)
    with people.opened() as ledger, ledger.store.reading() as connection:
        known = known_in(connection, stored(people))

        assert len(known) == 3
        assert disclosures_of(connection, known).keys() == known.keys()
        assert disclosures_of(connection, ["user:~" + "A" * 43]) == {}
        assert disclosures_of(connection, []) == {}


def test_what_a_case_says_does_not_go_with_whom_it_names(tmp_path: Path) -> None:
    said = {**case_event(), "said": {"note": "user:ada, and user:adam"}}
    file = LedgerFile(tmp_path, (creation(), said, decision("dec-1", basis=0)))

    with file.opened() as ledger, ledger.store.reading() as connection:
        [own] = people_of(connection, "user:ada")
        assert tokens_about(connection, "user:ada") == [own.token]
        assert kept_naming(connection, "user:ada") == 1
        assert kept_naming(connection, "user:ad") == 0


def test_words_that_are_an_id_are_not_that_person(tmp_path: Path) -> None:
    said = {**decision("dec-1"), "subject": "service:x", "purpose": "user:ada"}
    file = LedgerFile(tmp_path, (creation(), said))

    with file.opened() as ledger, ledger.store.reading() as connection:
        assert people_of(connection, "user:ada") == []


@pytest.mark.parametrize("entry", [None, 5, "user:~x", b"no token"])
def test_whatever_is_stored_in_place_of_an_entry_has_no_tokens(
    people: LedgerFile, entry: object
) -> None:
    with people.opened() as ledger, ledger.store.reading() as connection:
        assert known_in(connection, [entry]) == {}


@pytest.mark.parametrize("column", ["salt", "value"])
def test_a_value_that_was_changed_is_not_given_out(
    people: LedgerFile, column: str
) -> None:
    people.edit(f"UPDATE disclosure SET {column} = x'00'")  # noqa: S608 - our columns

    with (
        people.opened(writable=False) as ledger,
        ledger.store.reading() as connection,
        pytest.raises(IntegrityError) as caught,
    ):
        known_in(connection, stored(people))
    assert caught.value.code == "disclosure-changed"


def test_one_person_has_one_token_whoever_opens_the_log(people: LedgerFile) -> None:
    with people.opened() as ledger:
        ledger.append([{**decision("dec-2"), "subject": "user:ada"}])

    assert people.query("SELECT count(*) FROM disclosure WHERE owner = token") == [(1,)]


def test_what_the_ledger_gives_out_is_in_plain_words(people: LedgerFile) -> None:
    with people.opened() as ledger:
        assert ledger.decision("dec-1").event == PEOPLE[2]
        assert [ledger.entry(i).event for i in range(3)] == list(PEOPLE)
        assert [one.event for one in newest_first(ledger)] == list(reversed(PEOPLE))
        assert ledger.registry_since(-1).documents == {
            "user:ada": PEOPLE[1]["document"]
        }


def test_nobody_is_in_the_file_but_in_the_disclosures(people: LedgerFile) -> None:
    for table in ("leaf", "registry", "decision"):
        text = str(people.query(f"SELECT * FROM {table}"))  # noqa: S608 - our tables
        assert "user:ada" not in text
        assert "nightly" not in text


def test_a_fact_in_force_that_nothing_discloses_is_not_given_out(
    people: LedgerFile,
) -> None:
    people.edit("DELETE FROM disclosure WHERE owner != token")

    with (
        people.opened(writable=False) as ledger,
        pytest.raises(IntegrityError) as caught,
    ):
        ledger.registry_since(-1)
    assert caught.value.code == "disclosure-missing"


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        (b"user:ada", True),
        (b'"user:ada"', True),
        (b"by user:ada.", True),
        (b"user:ada, user:bob", True),
        (b"user:adam", False),
        (b"user:ada.l", False),
        (b"user:ada-l", False),
        (b"superuser:ada", False),
        (b"user:Ada", False),
    ],
)
def test_an_id_is_found_where_it_is_not_part_of_another(
    text: bytes, *, is_named: bool
) -> None:
    assert bool(naming("user:ada").search(text)) == is_named


def test_what_is_about_a_person_is_owned_by_them_or_names_them(tmp_path: Path) -> None:
    others = (
        {**decision("dec-2"), "subject": "user:bob", "purpose": "with user:ada"},
        {**decision("dec-3"), "subject": "user:adam", "purpose": "for user:adam"},
    )
    file = LedgerFile(tmp_path, (*PEOPLE, *others))
    with file.opened() as ledger, ledger.store.reading() as connection:
        values = known_in(connection, stored(file))
        found = {values[token] for token in tokens_about(connection, "user:ada")}

    assert found == {
        b'"user:ada"',
        b'"nightly run"',
        b'"with user:ada"',
        dump_canonical(PEOPLE[1]["document"]),
    }


def test_what_was_erased_and_put_back_is_not_shown(people: LedgerFile) -> None:
    rows = people.query("SELECT token, owner, salt, value FROM disclosure")
    own = next(row[0] for row in rows if row[0] == row[1])
    with people.opened() as ledger:
        ledger.append([subject_erased(0, [own], "request 12")])
    for row in rows:
        people.edit("INSERT OR IGNORE INTO disclosure VALUES (?, ?, ?, ?)", *row)

    with people.opened() as ledger, ledger.store.reading() as connection:
        assert person_of(connection, "user:ada") is None
        assert own not in known_in(connection, stored(people))


def test_a_text_that_poses_as_a_person_is_none(tmp_path: Path) -> None:
    said = {**decision("dec-1"), "subject": "service:x", "purpose": "user:zoe"}
    file = LedgerFile(tmp_path, (creation(), said))
    file.edit("UPDATE disclosure SET owner = token")

    with file.opened() as ledger, ledger.store.reading() as connection:
        assert people_of(connection, "user:zoe") == []
