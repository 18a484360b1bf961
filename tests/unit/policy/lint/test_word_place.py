from ringwall.policy.lint.word_place import word_place
from tests.unit.policy.sample import sample


def _place(word: str, *edits: tuple[str, str]) -> tuple[int, int, str]:
    """Return where a role is said to stand, and the line from there on."""
    concern = sample(*edits)
    line, column = word_place(concern, concern.relations["g"].words, word)
    text = concern.files["model.conf"].decode().splitlines()[line - 1]
    return line, column, text[column - 1 :]


def test_a_word_is_found_where_it_is_declared() -> None:
    assert _place("senior")[2] == "senior, guest"


def test_a_word_that_ends_another_is_found_by_itself() -> None:
    edit = ("role = junior, senior", "role = vice-senior, junior, senior")

    assert _place("senior", edit)[2] == "senior, guest"
    assert _place("vice-senior", edit)[2].startswith("vice-senior")


def test_a_word_on_a_continued_line_is_found_there() -> None:
    first = _place("junior")
    edit = ("role = junior, senior, guest", "role = junior, \\\n  senior, guest")

    assert _place("guest", edit) == (first[0] + 1, 11, "guest")
