"""The exits of the barrier."""

from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.raid.outgoing.exits import (
    EXITS_FILE,
    GROUNDS,
    Ground,
    parse_exits,
    read_exits,
)
from ringwall.shipped import shipped_path

DATA = (shipped_path("raid") / "desk" / EXITS_FILE).read_bytes()
EXITS = parse_exits(DATA)
TWO = frozenset({"ann", "ben"})


def ground_of(name: str, **changed: frozenset[str]) -> Ground:
    row = EXITS[name]
    persons, met = changed.get("persons", TWO), changed.get("met", row.needs)
    return Ground(name, "police.de", "case-1", persons, met)


def test_the_shipped_exits_are_the_four_of_the_closed_list() -> None:
    assert tuple(EXITS) == GROUNDS
    assert all(row.source and row.fields for row in EXITS.values())


@pytest.mark.parametrize("name", GROUNDS)
def test_an_exit_opens_on_a_whole_ground_alone(name: str) -> None:
    row = EXITS[name]
    assert row.lacks(ground_of(name), "police.de", "case-1") == ()
    for need in row.needs:
        part = ground_of(name, met=row.needs - {need})
        assert row.lacks(part, "police.de", "case-1") == (need,)
    alone = ground_of(name, persons=frozenset({"ann"}))
    assert row.lacks(alone, "police.de", "case-1") == ("persons",)


def test_a_ground_is_for_one_exit_one_recipient_and_one_case() -> None:
    law = ground_of("law")
    another = ("ground-of-another",)
    assert EXITS["law"].lacks(law, "police.fr", "case-1") == another
    assert EXITS["law"].lacks(law, "police.de", "case-2") == another
    assert EXITS["order"].lacks(law, "police.de", "case-1") == another


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"order,order legal-officer", b"favour,order legal-officer", "exit-malformed"),
        (b"order,order legal-officer", b"order,order", "exit-malformed"),
        (
            b"order,order legal-officer",
            b"order,order legal-officer x",
            "exit-malformed",
        ),
        (b"danger-to-life,2", b"danger-to-life,1", "exit-malformed"),
        (b"danger-to-life,2", b"danger-to-life,two", "exit-malformed"),
        (b"case kind occurred states effects danger", b"", "exit-malformed"),
        (
            b'own, fields too",own\norder',
            b'own, fields too",sure\norder',
            "exit-malformed",
        ),
        (b"\norder,order", b"\nlaw,provision binds-host order", "exits-not-closed"),
    ],
)
def test_a_row_that_asks_for_less_is_refused(old: bytes, new: bytes, code: str) -> None:
    assert old in DATA
    with pytest.raises(DeclarationError) as caught:
        parse_exits(DATA.replace(old, new))
    assert caught.value.code == "exits-refused"
    assert caught.value.next_step
    if code == "exit-malformed":
        assert code in {fault.code for fault in caught.value.faults}
    assert caught.value.faults


def test_a_missing_exit_is_refused_not_taken_for_closed() -> None:
    with pytest.raises(DeclarationError) as caught:
        parse_exits(DATA[: DATA.index(b"order,order")])
    assert [fault.code for fault in caught.value.faults] == ["exits-not-closed"]


def test_a_row_may_ask_for_more() -> None:
    exits = parse_exits(DATA.replace(b"danger-to-life,2", b"danger-to-life order,3"))
    lacking = exits["danger"].lacks(ground_of("danger"), "police.de", "case-1")
    assert lacking == ("order", "persons")


def test_rules_older_than_the_barrier_have_no_exit(tmp_path: Path) -> None:
    assert read_exits(tmp_path) == {}
    (tmp_path / EXITS_FILE).mkdir()
    with pytest.raises(DeclarationError) as caught:
        read_exits(tmp_path)
    assert caught.value.faults[0].code == "exits-unreadable"
