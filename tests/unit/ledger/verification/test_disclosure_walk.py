"""What is disclosed: each token either is, truly, or has been erased; never both."""

from pathlib import Path

import pytest

from ringwall.ledger.memory.disclosures import Disclosure, commitment
from ringwall.model.events import Event, log_pruned, subject_erased
from tests.fault.ledger_simulator import AT, LedgerFile, creation, decision, fact

SALT = bytes(range(32))


def about(name: str, purpose: str = "", subject: str = "user:eve") -> Event:
    return {**decision(name), "subject": subject, "purpose": purpose}


HISTORY = (
    creation(),
    fact("user:eve"),
    about("dec-1", "to train"),
    about("dec-2", "to test"),
    about("dec-3", subject="user:bob"),
    about("dec-4", "for the nightly run", subject="service:trainer"),
    {**about("dec-5", subject="user:bob"), "resource": "user:eve"},
)


@pytest.fixture
def file(tmp_path: Path) -> LedgerFile:
    """Return a log that speaks of two people and three purposes."""
    return LedgerFile(tmp_path, HISTORY)


def token_of(file: LedgerFile, value: bytes) -> str:
    [(token,)] = file.query("SELECT token FROM disclosure WHERE value = ?", value)
    return str(token)


def found(file: LedgerFile) -> set[tuple[str, str]]:
    """Return codes, and values that the tokens stand for, found before an edit."""
    return {
        (code, place.removeprefix("table disclosure row "))
        for code, place in file.places()
    }


TRAIN, TEST, EVE, BOB = b'"to train"', b'"to test"', b'"user:eve"', b'"user:bob"'


def test_a_log_with_people_and_purposes_is_sound(file: LedgerFile) -> None:
    assert len(file.query("SELECT token FROM disclosure")) == 6
    assert file.verify().is_sound


@pytest.mark.parametrize("value", [TRAIN, TEST])
def test_a_text_that_is_gone_is_missed(file: LedgerFile, value: bytes) -> None:
    token = token_of(file, value)
    file.edit("DELETE FROM disclosure WHERE token = ?", token)

    assert found(file) == {("disclosure-missing", token)}


@pytest.mark.parametrize("value", [EVE, BOB])
def test_a_person_who_is_gone_is_missed(file: LedgerFile, value: bytes) -> None:
    token = token_of(file, value)
    file.edit("DELETE FROM disclosure WHERE token = ?", token)

    assert found(file) == {("disclosure-missing", token)}


@pytest.mark.parametrize("value", [TRAIN, EVE])
@pytest.mark.parametrize(
    "edit",
    [
        "value = X'22'",
        "salt = zeroblob(32)",
        "value = CAST(value AS TEXT)",
        "salt = 5",
    ],
)
def test_a_value_that_was_not_committed_to_is_told(
    file: LedgerFile, value: bytes, edit: str
) -> None:
    token = token_of(file, value)
    file.edit(f"UPDATE disclosure SET {edit} WHERE token = ?", token)  # noqa: S608 - our own text

    assert ("disclosure-changed", token) in found(file)
    assert {code for code, _ in found(file)} == {"disclosure-changed"}


@pytest.mark.parametrize("value", [TRAIN, EVE])
@pytest.mark.parametrize("owner", ["", "user:~x", b"user"])
def test_a_value_kept_for_somebody_else_is_told(
    file: LedgerFile, value: bytes, owner: object
) -> None:
    token = token_of(file, value)
    file.edit("UPDATE disclosure SET owner = ? WHERE token = ?", owner, token)

    codes = {code for code, _ in file.places()}
    assert codes == {"disclosure-changed"}
    assert len(file.verify().findings) == 1


@pytest.mark.parametrize("scheme", ["user:", "text:"])
def test_what_no_entry_names_is_unfounded(file: LedgerFile, scheme: str) -> None:
    value = f'"{scheme}~x"'.encode()
    token = commitment(scheme, SALT, value)
    owner = token if scheme == "user:" else ""
    row = Disclosure(token, owner, SALT, value)
    file.edit("INSERT INTO disclosure VALUES (?, ?, ?, ?)", *row)

    code, place = next(iter(found(file)))
    assert code == "disclosure-unfounded"
    assert place in {token, f"{scheme}~x"}
    assert len(found(file)) == 1


def test_a_row_whose_token_is_none_is_told(file: LedgerFile) -> None:
    file.edit("INSERT INTO disclosure VALUES (X'00', 'x', X'00', X'00')")

    assert {code for code, _ in found(file)} == {"disclosure-changed"}


def test_a_text_put_in_the_place_of_another_is_named_on_both_sides(
    file: LedgerFile,
) -> None:
    gone, new = token_of(file, TRAIN), commitment("text:", SALT, b'"x"')
    file.edit(
        "UPDATE disclosure SET token = ?, salt = ?, value = ? WHERE token = ?",
        *(new, SALT, b'"x"', gone),
    )

    assert found(file) == {("disclosure-missing", gone), ("disclosure-unfounded", new)}


def erase(file: LedgerFile, *values: bytes) -> list[str]:
    tokens = sorted(token_of(file, value) for value in values)
    with file.opened() as ledger:
        ledger.append([subject_erased(AT, tokens, "asked for")])
    return tokens


def test_what_was_erased_is_neither_missed_nor_to_be_there(file: LedgerFile) -> None:
    [(token, owner, salt, value)] = file.query(
        "SELECT * FROM disclosure WHERE value = ?", TRAIN
    )
    erase(file, TRAIN, EVE)
    assert file.verify().is_sound

    row = (token, owner, salt, value)
    file.edit("INSERT INTO disclosure VALUES (?, ?, ?, ?)", *row)
    assert found(file) == {("disclosure-unfounded", token)}


def test_an_erasure_that_only_its_table_tells_of_excuses_nothing(
    file: LedgerFile,
) -> None:
    token = token_of(file, TRAIN)
    file.edit("DELETE FROM disclosure WHERE token = ?", token)
    file.edit("INSERT INTO erasure VALUES (3, ?)", f'["{token}"]')
    file.edit("INSERT INTO erasure VALUES (4, X'00')")

    assert {place for _, place in file.places()} >= {"table erasure row 3"}


def test_a_damaged_entry_takes_none_of_its_texts_with_it(file: LedgerFile) -> None:
    file.edit(
        "UPDATE leaf SET entry = CAST(replace(entry, 'permit', 'perm1t') AS BLOB) "
        "WHERE idx = 2"
    )

    assert file.places() == {("entry-changed", "entry 2")}


def prune(file: LedgerFile) -> None:
    with file.opened() as ledger:
        ledger.append([log_pruned(AT, 7, "old")])


def test_only_people_whom_entries_still_name_are_left_in_a_pruned_log(
    file: LedgerFile,
) -> None:
    prune(file)

    assert file.verify().is_sound
    assert file.query("SELECT count(*) FROM leaf WHERE entry IS NULL") == [(5,)]
    people = file.query("SELECT value FROM disclosure WHERE owner = token")
    assert people == [(EVE,)]


@pytest.mark.parametrize("scheme", ["user:", "text:"])
def test_what_is_made_up_is_found_in_a_pruned_log_too(
    file: LedgerFile, scheme: str
) -> None:
    prune(file)
    value = b'"user:mallory"'
    token = commitment(scheme, SALT, value)
    owner = token if scheme == "user:" else ""
    file.edit("INSERT INTO disclosure VALUES (?, ?, ?, ?)", token, owner, SALT, value)

    [finding] = file.verify().findings
    assert (finding.code, finding.message) == (
        "disclosure-unfounded",
        "no entry names it",
    )


def test_a_damaged_entry_takes_none_of_its_people_with_it(file: LedgerFile) -> None:
    bob = token_of(file, BOB)
    file.edit(
        "UPDATE leaf SET entry = CAST(replace(entry, 'permit', 'perm1t') AS BLOB) "
        "WHERE instr(entry, ?) > 0",
        bob.encode(),
    )

    assert file.places() == {("entry-changed", f"entry {index}") for index in (4, 6)}


def test_a_decision_in_any_words_is_taken_in(tmp_path: Path) -> None:
    events = [
        creation(),
        about("dec-1", "to réad"),
        about("dec-2", "to \\ read user:bob"),
        about("dec-3", "x", subject="user:bob"),
        about("dec-4", "x", subject="user:bob"),
        {**about("dec-5", "x"), "point": "user:~" + "A" * 43},
    ]

    assert LedgerFile(tmp_path, events).verify().is_sound


def test_very_many_damaged_entries_hide_no_disclosure(file: LedgerFile) -> None:
    file.edit(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001)"
        " INSERT INTO leaf SELECT -i, zeroblob(32), CAST(? AS BLOB) FROM n",
        f"no event of text:~{'A' * 43}",
    )
    value = b'"made up"'
    token = commitment("text:", SALT, value)
    file.edit("INSERT INTO disclosure VALUES (?, '', ?, ?)", token, SALT, value)

    assert {"entry-misplaced"} <= file.codes()
