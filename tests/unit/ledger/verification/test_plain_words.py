"""Words with ids in place of tokens: only what is disclosed, and only of people."""

from pathlib import Path

from ringwall.ledger.store import Store
from ringwall.ledger.verification.plain_words import PlainWords
from tests.fault.ledger_simulator import LedgerFile, creation, fact


def plainly(file: LedgerFile, text: str) -> str:
    with Store(file.path, writable=False).reading() as connection:
        return PlainWords(connection)(text)


def tokens(file: LedgerFile) -> tuple[str, str]:
    """Return the token of the only person, and that of what is said of it."""
    [(person,)] = file.query("SELECT token FROM disclosure WHERE owner = token")
    [(text,)] = file.query("SELECT token FROM disclosure WHERE owner != token")
    return str(person), str(text)


def test_a_person_is_called_by_the_id_and_what_was_written_stays_hidden(
    tmp_path: Path,
) -> None:
    file = LedgerFile(tmp_path, [creation(), fact("user:eve")])
    person, text = tokens(file)

    said = plainly(file, f"row {person} is {text}, the log says {person}")

    assert said == f"row user:eve is {text}, the log says user:eve"
    assert plainly(file, "entry 4") == "entry 4"


def test_a_token_that_is_not_known_stays(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, [creation(), fact("user:eve")])
    unknown = "user:~" + "A" * 43

    assert plainly(file, f"row {unknown}") == f"row {unknown}"


def test_a_value_that_was_not_committed_to_is_not_told(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, [creation(), fact("user:eve")])
    person, _ = tokens(file)
    file.edit("UPDATE disclosure SET value = ? WHERE token = ?", b'"user:bob"', person)

    assert plainly(file, person) == person


def test_an_id_that_would_act_on_a_terminal_is_not_told(tmp_path: Path) -> None:
    event = {**fact("org:hub"), "id": "user:~" + "\x1b[2J"}
    file = LedgerFile(tmp_path, [creation(), event])
    [(token,)] = file.query("SELECT token FROM disclosure WHERE owner = token")

    # Only what can be a part of an id has been taken for one.
    assert plainly(file, str(token)) == "user:~"


def test_who_is_known_is_not_looked_up_again(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, [creation(), fact("user:eve")])
    person, _ = tokens(file)
    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        plain = PlainWords(connection)
        told = [plain(f"row {person}")]
        plain._connection = None  # type: ignore[assignment] # nothing to look it up in
        told.append(plain(f"row {person}"))

    assert told == ["row user:eve"] * 2
