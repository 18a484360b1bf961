"""What a checker brings along: notes, and the second place of the settings."""

from pathlib import Path

from ringwall.ledger.verification.checking import Options


def test_the_notes_are_those_that_were_given() -> None:
    assert Options().notes() == []
    assert Options(kept=b"k", anchor=b"a").notes() == [
        ("--from", b"k"),
        ("--anchor", b"a"),
    ]


def test_the_second_place_is_read_unless_a_note_is_given(tmp_path: Path) -> None:
    path = tmp_path / "anchor"
    path.write_bytes(b"note")

    assert Options().anchored_at(path).anchor == b"note"
    assert Options(anchor=b"own").anchored_at(path).anchor == b"own"
    assert Options().anchored_at(None).anchor is None


def test_a_second_place_that_is_missing_or_unreadable_is_told_of(
    tmp_path: Path,
) -> None:
    assert Options().anchored_at(tmp_path / "none").anchor == b""
    assert Options().anchored_at(tmp_path).anchor == b""
