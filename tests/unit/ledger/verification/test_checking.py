"""What a checker brings along: notes, and the second place of the settings."""

from pathlib import Path

from ringwall.ledger.verification.checking import Options
from tests.fault.ledger_simulator import AT, KEY


def test_the_notes_are_those_that_were_given() -> None:
    assert Options().notes() == []
    assert Options(kept=b"k", anchor=b"a").notes() == [
        ("--from", b"k"),
        ("--anchor", b"a"),
    ]


def test_the_second_place_is_read_unless_a_note_is_given(tmp_path: Path) -> None:
    path = tmp_path / "anchor"
    path.write_bytes(b"note")

    assert Options().of_institute(path, "5", AT).anchor == b"note"
    assert Options(anchor=b"own").of_institute(path, "5", AT).anchor == b"own"
    assert Options().of_institute(None, "", AT).anchor is None


def test_a_second_place_that_is_missing_or_unreadable_is_told_of(
    tmp_path: Path,
) -> None:
    assert Options().of_institute(tmp_path / "none", "5", AT).anchor == b""
    assert Options().of_institute(tmp_path, "5", AT).anchor == b""


def test_an_institute_says_which_second_place_it_has_and_what_time_it_is() -> None:
    known = Options(anchor=b"own", log_only=True).of_institute(None, "5", AT)

    assert known == Options(anchor=b"own", log_only=True, place="5", now=AT)


def test_the_key_of_an_institute_is_taken_along() -> None:
    assert Options().of_institute(None, "", AT, KEY).key == KEY
    assert Options().of_institute(None, "", AT).key is None
