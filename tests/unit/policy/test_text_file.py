import pytest

from ringwall.policy.faults import Faults
from ringwall.policy.text_file import PlacedText, split_lines


def _codes(data: bytes, limit: int = 10_000) -> list[str]:
    faults = Faults()
    assert split_lines("f", data, limit, faults) is None
    return [fault.code for fault in faults.refusal("f").faults]


def test_lines_come_without_their_ends() -> None:
    faults = Faults()

    assert split_lines("f", b"a\n\nb\n", 10, faults) == ("a", "", "b")
    assert len(faults) == 0


def test_text_beyond_ascii_is_read() -> None:
    faults = Faults()

    assert split_lines("f", "# café\n".encode(), 10, faults) == ("# café",)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (b"abc\n" * 3, "file-too-large"),
        (b"\xef\xbb\xbfa\n", "byte-order-mark"),
        (b"a\r\n", "carriage-return"),
        (b"a\xff\n", "not-utf8"),
        (b"a", "no-final-newline"),
        (b"a\x00\n", "control-character"),
        (b"a\tb\n", "control-character"),
        (b"# \x1b[2Ja\n", "control-character"),
        ("# a\u202eb\n".encode(), "control-character"),
        ("# a\u2066b\n".encode(), "control-character"),
        ("a\u2028b\n".encode(), "control-character"),
        ("a\u200bb\n".encode(), "control-character"),
        ("a\u00a0b\n".encode(), "control-character"),
        ("\u3164\n".encode(), "control-character"),
        ("a\ufe0f\n".encode(), "control-character"),
        ("a\u2800\u00a0\n".encode(), "control-character"),
        ("e\u0301\n".encode(), "not-normalised"),
        ("p\u0430\n".encode(), "mixed-scripts"),
        ("\u0430_1p\n".encode(), "mixed-scripts"),
        ("\uff41b\n".encode(), "mixed-scripts"),
        (b"\n" * 250_001, "too-many-lines"),
    ],
)
def test_unreadable_bytes_are_refused(data: bytes, code: str) -> None:
    limit = 10 if code == "file-too-large" else 300_000

    assert _codes(data, limit) == [code]


@pytest.mark.parametrize(
    "text", ["caf\u00e9", "\u043f\u0440\u043e", "\u03b1-helix", "\u6587 a"]
)
def test_words_of_one_alphabet_each_are_read(text: str) -> None:
    assert split_lines("f", f"# {text}\n".encode(), 100, Faults()) is not None


def test_first_invisible_character_is_the_one_named() -> None:
    faults = Faults()
    split_lines("f", "ab\u2800\u200b\nab\u200b\u2800\n".encode(), 100, faults)

    found = [(fault.line, fault.column) for fault in faults.refusal("f").faults]
    assert found == [(1, 3), (2, 3)]


def test_too_long_line_is_refused() -> None:
    assert _codes(b"x" * 4097 + b"\n") == ["line-too-long"]


def test_longest_line_is_accepted() -> None:
    assert split_lines("f", b"x" * 4096 + b"\n", 10_000, Faults()) is not None


def test_all_faults_of_all_lines_are_found() -> None:
    data = "a\tb\ne\u0301\u200b\n".encode()

    assert _codes(data) == ["control-character", "control-character", "not-normalised"]


def test_place_of_a_single_line() -> None:
    assert PlacedText("abc").place(2) == (1, 3)


def test_place_in_a_joined_line() -> None:
    text = PlacedText("abc def", ((0, 4, 5), (4, 5, 2)))

    assert text.place(3) == (4, 8)
    assert text.place(4) == (5, 2)
    assert text.place(6) == (5, 4)
