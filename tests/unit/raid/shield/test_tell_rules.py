"""What may tell who wrote a report: rows, each of which is sound or named."""

from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.raid.shield.tell_rules import TELLS_FILE, parse_tells, read_tells
from ringwall.raid.triage.wording import read_text
from ringwall.shipped import shipped_path

DATA = (shipped_path("raid") / "desk" / TELLS_FILE).read_bytes()
HEAD = b"id,how,value,told,source,confidence\n"


def _codes(data: bytes) -> list[str]:
    with pytest.raises(DeclarationError) as caught:
        parse_tells(data)
    assert caught.value.code == "tells-refused"
    assert caught.value.next_step
    return [fault.code for fault in caught.value.faults]


def test_each_row_of_the_table_is_read() -> None:
    rules = parse_tells(DATA)

    assert len(rules) == len(DATA.splitlines()) - 1
    assert len({rule.id for rule in rules}) == len(rules)
    assert all(rule.told for rule in rules)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (b",phrase,my boss,where,own reading,own", "no sound `id`"),
        (b"t,regex,my boss,where,own reading,own", "no sound `how`"),
        (b"t,phrase,my (boss|team),where,own reading,own", "no sound `value`"),
        (b"t,phrase,,where,own reading,own", "no sound `value`"),
        (b"t,shape,postcode,where,own reading,own", "no sound `value`"),
        (b"t,phrase,my boss,,own reading,own", "no sound `told`"),
        (b"t,phrase,my boss,where,,own", "no sound `source`"),
        (b"t,phrase,my boss,where,own reading,sure", "no sound `confidence`"),
    ],
)
def test_a_row_that_is_not_sound_is_refused_by_its_line(row: bytes, told: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        parse_tells(DATA + row + b"\n")

    faults = caught.value.faults
    assert {fault.code for fault in faults} == {"tell-malformed"}
    assert any(told in fault.message for fault in faults)
    assert {fault.line for fault in faults} == {len(DATA.splitlines()) + 1}


def test_no_row_stands_twice() -> None:
    [row] = [line for line in DATA.splitlines() if line.startswith(b"t01")]

    assert _codes(DATA + row + b"\n") == ["tell-malformed"]


def test_a_table_that_looks_for_nothing_is_refused() -> None:
    assert _codes(HEAD) == ["tells-missing"]
    assert _codes(b"id,how\n") == ["wrong-columns"]


def test_rules_older_than_the_table_look_for_nothing(tmp_path: Path) -> None:
    assert read_tells(tmp_path) == ()
    (tmp_path / TELLS_FILE).mkdir()
    with pytest.raises(DeclarationError) as caught:
        read_tells(tmp_path)
    assert caught.value.faults[0].code == "tells-unreadable"


def test_a_phrase_of_which_all_words_are_there_apart_is_not_found() -> None:
    (rule,) = parse_tells(HEAD + b"t,phrase,my boss,where,own reading,own\n")

    for text, found in (
        ("my boss", True),
        ("the boss and my cat", False),
        ("x", False),
    ):
        assert rule.is_in(text, read_text(text)) == bool(found)
