"""What was found is printed as it is, save what would act on a terminal."""

import pytest

from ringwall.ledger.printable import shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("org:ada", "org:ada"),
        ("Łódź 文", "Łódź 文"),
        (7, "7"),
        (b"\xff", r"b'\xff'"),
        ("a\nb", r"a\nb"),
        ("\x1b[2J", r"\x1b[2J"),
        ("\udcff", r"\udcff"),
        ("\u202e", r"\u202e"),
        ("", ""),
    ],
)
def test_only_printable_characters_are_shown(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize("char", ["x", "\x00"])
def test_a_long_value_is_cut(char: str) -> None:
    assert len(shown(char * 1000)) == 80
