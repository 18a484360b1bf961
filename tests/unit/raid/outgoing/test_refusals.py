"""How it is told that something may not go."""

from dataclasses import replace

import pytest

from ringwall.base.errors import ActRefused
from ringwall.raid.outgoing.barrier import Content, Recipient, Way, may_go
from ringwall.raid.outgoing.exits import GROUNDS, Ground, read_exits
from ringwall.raid.outgoing.lattice import Label
from ringwall.raid.outgoing.refusals import (
    PERSONS,
    REFUSALS,
    check_may_go,
    exit_in_force,
)
from ringwall.raid.routing.labels import Tlp
from ringwall.shipped import shipped_path

EXITS = read_exits(shipped_path("raid") / "desk")
NOBODY = Recipient("police.de", "yes", "yes", Tlp.CLEAR, frozenset(), "", False, False)
ALL = Label(Tlp.RED, frozenset({"bio"}), frozenset({"FR"}), is_case=True)


def refused_for(content: Content, body: Recipient, way: Way | None = None) -> str:
    with pytest.raises(ActRefused) as caught:
        check_may_go(content, body, way)
    assert caught.value.code == "barrier-shut"
    assert caught.value.next_step
    return caught.value.message


def test_whatever_can_be_missing_has_words_and_a_way_out() -> None:
    found = {*may_go(Content("case-1", ALL, frozenset()), NOBODY)}
    for name in GROUNDS:
        for case, exit_ in (("case-1", name), ("", name), ("case-1", "another")):
            ground = Ground(exit_, "police.de", case, frozenset(), frozenset())
            way = Way(EXITS[name], ground)
            content = Content(case, ALL, frozenset({"reporter"}))
            found |= {*may_go(content, NOBODY, way)}
    assert found == REFUSALS.keys()


def test_all_that_is_missing_is_told_at_once() -> None:
    told = refused_for(Content("case-1", ALL, frozenset()), NOBODY)
    assert told.count(";") == 5
    assert "`police.de`" in told


def test_what_is_still_to_come_is_not_missing_yet() -> None:
    met = frozenset({"danger-to-life"})
    ground = Ground("danger", "police.de", "case-1", frozenset({"ann"}), met)
    way = Way(EXITS["danger"], ground)
    body = replace(NOBODY, ceiling=Tlp.RED, has_key=True, is_attested=True)
    content = Content("case-1", Label(Tlp.AMBER, is_case=True), frozenset({"case"}))
    check_may_go(content, body, way, later=(PERSONS,))
    assert "more persons" in refused_for(content, body, way)


@pytest.mark.parametrize("exits", [EXITS, {}])
def test_an_exit_is_one_of_the_rules_in_force(exits: dict[str, object]) -> None:
    with pytest.raises(ActRefused) as caught:
        exit_in_force({name: EXITS[name] for name in exits}, "favour")
    assert caught.value.code == "exit-unknown"
    assert caught.value.next_step
    assert exit_in_force(EXITS, "law") is EXITS["law"]
