from pathlib import Path

import pytest

from ringwall.base.errors import ActRefused, DeclarationError, RequestError
from ringwall.gate.denied import AccessDenied
from ringwall.model.raid_permits import digest_bound
from ringwall.raid import rules as module
from ringwall.raid.desk import RaidDesk
from ringwall.raid.rule_changes import Change
from ringwall.raid.rulebook import Rulebook, read_rulebook
from tests.raid_office import RaidOffice, adopted, code_of, given, who

CAPACITY = "desk/capacity.yaml"


def _edit(office: RaidOffice, before: str, after: str) -> Path:
    path = office.folder / "raid" / "desk" / "capacity.yaml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    return path


def test_rules_as_they_were_founded_differ_in_nothing(desk: RaidDesk) -> None:
    found = desk.rules.diff(who("joan"))

    assert (found.changes, found.in_force) == ([], found.found)


def test_what_was_edited_differs_cell_by_cell(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    _edit(raid_office, "people: 10", "people: 4")

    found = desk.rules.diff(who("joan"))

    assert found.changes == [Change(CAPACITY, "people", "value", "10", "4")]
    assert found.in_force != found.found


def test_rules_with_a_fault_are_neither_compared_nor_adopted(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    before = desk.acting.rules.digest
    _edit(raid_office, "people: 10", "people: none")

    for act in (
        lambda: desk.rules.diff(who("joan")),
        lambda: desk.rules.adopt(who("niels"), "less of it"),
    ):
        with pytest.raises(DeclarationError) as caught:
            act()
        assert code_of(caught.value) == "raid-rules-refused"
    assert desk.acting.rules.digest == before
    kept = raid_office.folder / "raid" / "kept"
    assert [path.name for path in kept.iterdir()] == [before]


def test_adopting_puts_on_record_what_changes(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    given(desk.acting)
    before = desk.acting.rules.digest
    _edit(raid_office, "people: 10", "people: 4")

    done = adopted(desk, "six are ill")

    _, event = raid_office.events("raid.desk")
    assert event["card"] == {"state": "adopted", "digest": done.digest}
    assert (done.before, desk.acting.rules.capacity.people) == (before, 4)
    card = desk.acting.rows.card("raid.desk", "raid:rules")
    assert card is not None
    assert card.event["said"] == {
        "before": before,
        "changes": [[CAPACITY, "people", "value", "10", "4"]],
        "changed": 1,
    }


def test_rules_are_adopted_one_after_the_other(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    _edit(raid_office, "people: 10", "people: 4")
    first = adopted(desk, "six are ill")
    _edit(raid_office, "people: 4", "people: 9")
    second = adopted(desk, "five are back")

    assert second.before == first.digest
    assert desk.acting.rules.capacity.people == 9


def test_rules_that_are_in_force_are_not_adopted_again(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    _edit(raid_office, "people: 10", "people: 4")
    adopted(desk, "six are ill")

    with pytest.raises(ActRefused) as caught:
        desk.rules.adopt(who("niels"), "six are ill")

    assert code_of(caught.value) == "rules-in-force"


def test_only_the_director_adopts_and_with_a_reason(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    _edit(raid_office, "people: 10", "people: 4")

    with pytest.raises(AccessDenied):
        desk.rules.adopt(who("joan"), "I want to")
    with pytest.raises(RequestError) as caught:
        desk.rules.adopt(who("niels"), "  ")
    assert code_of(caught.value) == "reason-missing"
    with pytest.raises(ActRefused) as unsaid:
        desk.rules.adopt(who("niels"), "...")
    assert code_of(unsaid.value) == "reason-missing"
    assert raid_office.events("raid.proposal") == []


def test_whoever_lost_the_copy_in_force_can_adopt_rules_anew(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    _edit(raid_office, "people: 10", "people: 4")
    first = adopted(desk, "six are ill")
    (first.kept / CAPACITY).unlink()
    _edit(raid_office, "people: 4", "people: 5")

    done = adopted(desk, "the copy was lost")

    assert done.before == first.digest
    assert desk.acting.rules.capacity.people == 5


def test_rules_that_move_while_they_are_read_are_not_adopted(
    desk: RaidDesk, raid_office: RaidOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _edit(raid_office, "people: 10", "people: 4")

    def moving(folder: Path) -> Rulebook:
        path.write_text(path.read_text() + "# a note\n")
        return read_rulebook(folder)

    monkeypatch.setattr(module, "read_rulebook", moving)

    with pytest.raises(ActRefused) as caught:
        desk.rules.adopt(who("niels"), "six are ill")
    assert code_of(caught.value) == "raid-rules-moved"


def test_rules_from_elsewhere_are_compared_and_adopted(
    desk: RaidDesk, raid_office: RaidOffice, tmp_path: Path
) -> None:
    _edit(raid_office, "people: 10", "people: 4")
    elsewhere = (raid_office.folder / "raid").rename(tmp_path / "draft")

    assert len(desk.rules.diff(who("joan"), elsewhere).changes) == 1
    assert adopted(desk, "a draft", elsewhere).kept.is_dir()


def test_rules_that_are_proposed_are_not_in_force(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    given(desk.acting)
    before = desk.acting.rules.digest
    _edit(raid_office, "people: 10", "people: 4")

    done = desk.rules.adopt(who("niels"), "six are ill")

    assert (done.before, desk.acting.rules.digest) == (before, before)
    [event] = raid_office.events("raid.proposal")
    doc = {"before": before, "digest": done.digest}
    assert (event["id"], event["case"]) == (done.proposal, "")
    assert event["card"]["what"] == "adopt"
    assert event["card"]["binds"] == digest_bound(doc)
    assert event["card"]["until"] == done.until
    card = desk.acting.rows.card("raid.proposal", done.proposal)
    assert card is not None
    assert card.event["said"] == {
        "reason": "six are ill",
        "doc": doc,
        "on": {},
        "who": {"accounts": ["user:niels"], "roles": ["raid-director"]},
    }


@pytest.mark.parametrize("is_founded", [False, True])
def test_a_lost_copy_of_rules_in_force_is_kept_anew_by_the_director_alone(
    desk: RaidDesk, raid_office: RaidOffice, *, is_founded: bool
) -> None:
    if is_founded:
        given(desk.acting)
    _edit(raid_office, "people: 10", "people: 4")
    first = adopted(desk, "six are ill")
    (first.kept / CAPACITY).unlink()
    size = len(raid_office.events("raid.desk"))

    done = desk.rules.adopt(who("niels"), "the copy was lost")

    assert (done.proposal, done.until, done.done.events) == ("", "", ())
    assert (done.digest, done.kept) == (first.digest, first.kept)
    assert desk.acting.rules.capacity.people == 4
    assert len(raid_office.events("raid.desk")) == size
    assert raid_office.institute.verify().is_sound
