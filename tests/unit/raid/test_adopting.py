"""Rules are in force once a second person seconds just those that were proposed."""

import json
import shutil
from pathlib import Path

import pytest

from ringwall.base.errors import ActRefused, DeclarationError
from ringwall.gate.denied import AccessDenied
from ringwall.model.declarations import dump_document
from ringwall.raid import rulebook as module
from ringwall.raid.desk import RaidDesk
from ringwall.raid.rule_files import RULES_ID
from ringwall.raid.rulebook import Rulebook
from ringwall.raid.rules import ProposedRules
from tests.example import apply, declare
from tests.raid_office import RaidOffice, adopted, given, refused, who

CAPACITY = "desk/capacity.yaml"
LEAD, NIELS = who("rosalind"), who("niels")


def _edit(office: RaidOffice, people: int) -> None:
    path = office.folder / "raid" / CAPACITY
    lines = path.read_text().splitlines()
    told = [f"people: {people}" if one.startswith("people:") else one for one in lines]
    path.write_text("".join(f"{line}\n" for line in told))


def _proposed(desk: RaidDesk, office: RaidOffice, people: int = 4) -> ProposedRules:
    _edit(office, people)
    return desk.rules.adopt(NIELS, "six are ill")


def _acts(office: RaidOffice) -> list[str]:
    return [event["act"] for event in office.events("raid.desk")]


def test_what_is_adopted_is_what_was_proposed_whatever_lies_in_the_folder(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    done = _proposed(desk, raid_office)
    _edit(raid_office, 99)

    second = desk.proposals.second(LEAD, done.proposal)

    assert [event["act"] for event in second.events] == ["carry", "adopt"]
    assert desk.acting.rules.digest == done.digest
    assert desk.acting.rules.capacity.people == 4
    assert raid_office.institute.verify().is_sound


def test_neither_the_director_nor_an_analyst_seconds(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    done = _proposed(desk, raid_office)

    for name in ("niels", "joan"):
        with pytest.raises(AccessDenied):
            desk.proposals.second(who(name), done.proposal)
    assert _acts(raid_office) == []


def test_a_second_account_of_the_director_is_no_second_person(
    raid_office: RaidOffice,
) -> None:
    known = raid_office.institute.facts().documents()
    other = dump_document(known["user:rosalind"])
    other |= {"id": "user:niels-2", "account_of": "user:niels"}
    people = [{k: v for k, v in other.items() if k != "keys"}]
    told = json.dumps({"people": people})
    apply(raid_office.institute, declare(raid_office.folder.parent, told))

    with raid_office.raid() as desk:
        done = _proposed(desk, raid_office)
        code = refused(desk.proposals.second, who("niels-2"), done.proposal)

    assert (code, _acts(raid_office)) == ("same-person", [])


@pytest.mark.parametrize("is_founded", [False, True])
def test_a_proposal_to_replace_what_is_no_longer_in_force_is_overtaken(
    desk: RaidDesk, raid_office: RaidOffice, *, is_founded: bool
) -> None:
    first = _proposed(desk, raid_office)
    if is_founded:
        given(desk.acting)
    else:
        _edit(raid_office, 5)
        adopted(desk)
    before = desk.acting.rules.digest

    with pytest.raises(ActRefused) as caught:
        desk.proposals.second(LEAD, first.proposal)

    assert caught.value.code == "proposal-outdated"
    assert f"raid rules diff --source {first.kept}" in caught.value.next_step
    assert desk.acting.rules.digest == before
    again = desk.rules.adopt(NIELS, "still", first.kept)
    desk.proposals.second(LEAD, again.proposal)
    assert desk.acting.rules.digest == first.digest


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_a_kept_copy_that_was_changed_is_not_adopted(
    desk: RaidDesk, raid_office: RaidOffice, damage: str
) -> None:
    done = _proposed(desk, raid_office)
    if damage == "gone":
        shutil.rmtree(done.kept)
    else:
        path = done.kept / CAPACITY
        path.write_text(path.read_text() + "# a note\n")

    code = refused(desk.proposals.second, LEAD, done.proposal)

    assert (code, _acts(raid_office)) == ("raid-rules-changed", [])


def test_rules_that_cannot_be_read_any_more_are_not_adopted(
    desk: RaidDesk, raid_office: RaidOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = _proposed(desk, raid_office)

    def unread(_: Path) -> Rulebook:
        raise DeclarationError("raid-rules-refused", "no", next_step="mend them")

    monkeypatch.setattr(module, "read_rulebook", unread)

    code = refused(desk.proposals.second, LEAD, done.proposal)
    assert (code, _acts(raid_office)) == ("raid-rules-refused", [])


def test_rules_replace_those_whose_copy_was_lost_meanwhile(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    given(desk.acting)
    done = _proposed(desk, raid_office)
    shutil.rmtree(raid_office.folder / "raid" / "kept" / done.before)

    desk.proposals.second(LEAD, done.proposal)

    card = desk.acting.rows.card("raid.desk", RULES_ID)
    assert card is not None
    assert card.event["said"]["changed"] > 1, "told as new altogether"
    assert desk.acting.rules.digest == done.digest


def test_a_lead_refuses_rules(desk: RaidDesk, raid_office: RaidOffice) -> None:
    done = _proposed(desk, raid_office)

    desk.proposals.refuse(LEAD, done.proposal, "they are not ill")

    assert refused(desk.proposals.second, LEAD, done.proposal) == "act-not-possible"
    assert _acts(raid_office) == []
