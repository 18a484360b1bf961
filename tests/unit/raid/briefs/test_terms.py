"""What briefs go by: the tables that come with the program, and doubtful ones."""

import shutil
from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError
from ringwall.raid.briefs.terms import read_terms
from ringwall.raid.routing.labels import Tlp
from tests.briefed import BRIEFS, TERMS
from tests.routed import TABLES


def test_the_functions_that_are_briefed_are_of_states_and_do_not_enforce() -> None:
    assert TERMS.functions == ("spoc", "csirt")
    for name in TERMS.functions:
        function = TABLES.functions[name]
        assert (function.scope, function.enforcement) == ("state", "no")


def test_a_reduced_brief_tells_less_than_its_note_speaks_of() -> None:
    assert TERMS.reduced is Tlp.GREEN
    assert TERMS.note is Tlp.AMBER
    assert (TERMS.concerned, TERMS.others) == ("all", "defence")


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("recipients.csv", "csirt,", "spoc,"),
        ("recipients.csv", "function,", "name,"),
        ("recipients.csv", ",own\n", ",guessed\n"),
        ("terms.csv", "expires-days,7", "expires-days,0"),
        ("terms.csv", "expires-days,7", "expires-days,91"),
        ("terms.csv", "expires-days,7", "expires-days,soon"),
        ("terms.csv", "concerned-part,all", "concerned-part,most"),
        ("terms.csv", "others-part,defence", "others-part,some"),
        ("terms.csv", "reduced-ceiling,green", "reduced-ceiling,blue"),
        ("terms.csv", "note-ceiling,amber", "note-ceiling,"),
        ("terms.csv", "note-ceiling,", "hint-ceiling,"),
        ("advice.csv", "danger,imminent", "danger,perhaps"),
        ("advice.csv", "danger,imminent", "mood,imminent"),
        ("advice.csv", "what is known,own", "what is known,"),
    ],
)
def test_a_doubtful_row_is_refused(
    tmp_path: Path, name: str, before: str, after: str
) -> None:
    folder = tmp_path / "briefs"
    shutil.copytree(BRIEFS, folder)
    text = (folder / name).read_text("utf-8")
    assert before in text
    (folder / name).write_text(text.replace(before, after), "utf-8")

    with pytest.raises(ConfigurationError) as caught:
        read_terms(folder)

    assert caught.value.code == "briefs-table-refused"
    assert name in str(caught.value)


def test_a_table_that_is_missing_or_empty_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "briefs"
    shutil.copytree(BRIEFS, folder)
    (folder / "recipients.csv").write_text("function,source,confidence\n", "utf-8")
    with pytest.raises(ConfigurationError, match="names no function"):
        read_terms(folder)
    (folder / "recipients.csv").unlink()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_terms(folder)
