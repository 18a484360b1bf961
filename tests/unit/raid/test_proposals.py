"""One person proposes, another carries just that, as long as nothing has changed."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from ringwall.base.errors import ActRefused
from ringwall.gate.denied import AccessDenied
from ringwall.institute import Institute
from ringwall.model.declarations import dump_document
from ringwall.model.events import Event
from ringwall.pdp.facts import FactBase
from ringwall.pdp.missing import FactMissing
from ringwall.raid.desk import RaidDesk
from ringwall.raid.ids import new_id
from ringwall.raid.proposals import LASTS, Carrier, Proposals, propose
from ringwall.raid.scene import Scene
from tests.example import NOON, apply, declare
from tests.raid_office import (
    RaidOffice,
    given,
    opened_case,
    refused,
    report_document,
    who,
)

JOAN = who("joan")
LEAD = who("rosalind")


def proposals(desk: RaidDesk) -> Proposals:
    """Return a counter where what is proposed is a note."""

    def carry(scene: Scene, doc: Mapping[str, Any]) -> list[Event]:
        card = scene.card("raid.case", doc["case"])
        scene.require("raid-owned", card.id, holds=scene.is_second)
        return []

    return Proposals(desk.acting, {"note": Carrier(carry)})


def proposed(desk: RaidDesk, case: str, reason: str = "it is time") -> str:
    def make(scene: Scene) -> list[Event]:
        assert not scene.is_second
        return [propose(scene, case, "note", {"case": case, "text": "x"}, reason)]

    done = desk.acting.act(JOAN, "raid.write", case, make)
    return str(done.events[0]["id"])


def test_a_proposal_tells_what_is_to_be_done_and_binds_to_it(desk: RaidDesk) -> None:
    _, case = opened_case(desk)

    name = proposed(desk, case)

    card = desk.acting.rows.card("raid.proposal", name)
    assert card is not None
    assert card.case == case
    assert card.card["until"] == "2026-11-28T12:00:00Z"
    assert len(str(card.card["binds"])) == 64
    assert card.event["said"] == {
        "reason": "it is time",
        "doc": {"case": case, "text": "x"},
        "on": {case: "new", "judged": -1},
        "who": {
            "accounts": ["user:joan", "user:joan-2"],
            "roles": ["raid-analyst"],
        },
    }


def test_nothing_is_proposed_without_a_reason(desk: RaidDesk) -> None:
    _, case = opened_case(desk)

    with pytest.raises(ActRefused) as caught:
        proposed(desk, case, " ")
    assert caught.value.code == "reason-missing"
    assert str(caught.value).startswith(f"`{case}`"), "there is no proposal to name"


def test_a_proposal_is_carried_once_and_by_another_person(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    name = proposed(desk, case)
    second = proposals(desk).second

    with pytest.raises(AccessDenied):
        second(who("dorothy"), name)
    assert refused(second, who("joan-2"), name) == "same-person"
    done = second(LEAD, name)
    assert [event["act"] for event in done.events] == ["carry"]
    assert refused(second, LEAD, name) == "act-not-possible"


def test_a_proposal_is_outdated_by_time_or_by_what_happens(
    raid_office: RaidOffice,
) -> None:
    with raid_office.raid() as desk:
        _, case = opened_case(desk)
        _, other = opened_case(desk)
        late, moved = proposed(desk, case), proposed(desk, other)
        merge = desk.merging.merge(JOAN, other, case, "one event")
        desk.proposals.second(LEAD, merge.events[0]["id"])

        assert refused(proposals(desk).second, LEAD, moved) == "proposal-outdated"
        raid_office.clock.instant = NOON + LASTS
        assert refused(proposals(desk).second, LEAD, late) == "proposal-outdated"
        assert [card.id for card in proposals(desk).open(LEAD)] == [late, moved]
        done = proposals(desk).lapse(JOAN, late)
        assert done.events[0]["to"] == "lapsed"
        assert [card.id for card in proposals(desk).open(LEAD)] == [moved]


def test_a_proposal_is_outdated_by_a_newer_assessment(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    name = proposed(desk, case)

    def make(scene: Scene) -> list[Event]:
        card = scene.card("raid.case", case)
        return [scene.event("raid.case", case, "assess", card, {}, {"points": {}})]

    desk.acting.act(JOAN, "raid.assess", case, make)

    assert refused(proposals(desk).second, LEAD, name) == "proposal-outdated"


def test_a_proposal_is_refused_with_a_reason_and_not_lapsed_early(
    desk: RaidDesk,
) -> None:
    _, case = opened_case(desk)
    name = proposed(desk, case)
    counter = proposals(desk)

    assert refused(counter.lapse, JOAN, name) == "not-overdue"
    assert refused(counter.refuse, LEAD, name, "") == "reason-missing"
    counter.refuse(LEAD, name, "two events")
    assert refused(counter.second, LEAD, name) == "act-not-possible"
    assert counter.open(LEAD) == []


def test_a_proposal_that_is_not_there_is_answered_as_one_that_is_shut(
    desk: RaidDesk,
) -> None:
    _, case = opened_case(desk)
    name = proposed(desk, case)
    desk.needs.shut(who("mileva"), case, "weights are abroad")
    told = []

    for one in (name, new_id("raid.proposal")):
        for act in (proposals(desk).second, desk.proposals.lapse):
            with pytest.raises(AccessDenied) as caught:
                act(LEAD, one)
            told.append(caught.value.decision.caller_reasons())

    assert set(told) == {("not-permitted",)}
    assert proposals(desk).open(LEAD) == []


def test_what_nothing_carries_is_refused_and_can_be_set_aside(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    name = proposed(desk, case)

    assert refused(desk.proposals.second, LEAD, name) == "proposal-uncarried"
    desk.proposals.refuse(LEAD, name, "made by another version")


def test_what_is_proposed_of_a_report_belongs_to_the_desk(desk: RaidDesk) -> None:
    report = given(desk.acting, report_document(harms=["death"]))
    done = desk.screening.invalidate(JOAN, report, "made up")
    name = done.events[0]["id"]

    assert done.events[0]["case"] == ""
    assert [card.id for card in desk.proposals.open(who("agnes"))] == [name]
    desk.proposals.refuse(LEAD, name, "it is not")
    assert desk.proposals.open(LEAD) == []


def test_a_report_that_was_taken_up_again_is_not_set_aside_by_an_old_twin(
    desk: RaidDesk,
) -> None:
    grave = report_document(harms=["death"])
    report = given(desk.acting, grave)
    aside = [desk.screening.invalidate(JOAN, report, "spam") for _ in range(2)]
    first, twin = (str(done.events[0]["id"]) for done in aside)
    desk.proposals.second(LEAD, first)
    desk.screening.reopen(JOAN, report, "the coroner says otherwise")

    assert refused(desk.proposals.second, LEAD, twin) == "proposal-outdated"

    card = desk.acting.rows.card("raid.report", report)
    assert card is not None
    assert card.card["state"] == "received"


def _declared(office: RaidOffice, name: str, **changes: Any) -> None:  # noqa: ANN401 - of a person
    institute = Institute(office.folder, office.clock)
    document = dump_document(institute.facts().documents()[f"user:{name}"])
    changed = {k: v for k, v in {**document, **changes}.items() if v is not None}
    apply(institute, declare(office.folder.parent, json.dumps({"people": [changed]})))


def test_one_person_stays_one_whatever_is_declared_in_between(
    raid_office: RaidOffice,
) -> None:
    # At first the second account is known to be Rosalind's; then nobody knows it.
    _declared(raid_office, "joan-2", account_of="user:rosalind")
    with raid_office.raid() as desk:
        _, case = opened_case(desk)

        def make(scene: Scene) -> list[Event]:
            doc = {"case": case, "text": "x"}
            return [propose(scene, case, "note", doc, "it is time")]

        done = desk.acting.act(who("joan-2"), "raid.write", case, make)
        name = str(done.events[0]["id"])
    _declared(raid_office, "joan-2", account_of=None)
    with raid_office.raid() as desk:
        assert refused(proposals(desk).second, LEAD, name) == "same-person"
        proposals(desk).second(who("agnes"), name)


@pytest.mark.parametrize(
    "change", [{"roles": ["raid-intake"]}, {"suspended": True}], ids=str
)
def test_nobody_stands_for_what_somebody_proposed_who_may_no_longer(
    raid_office: RaidOffice, change: dict[str, Any]
) -> None:
    with raid_office.raid() as desk:
        _, case = opened_case(desk)
        name = proposed(desk, case)
    _declared(raid_office, "joan", **change)

    with raid_office.raid() as desk:
        assert refused(proposals(desk).second, LEAD, name) == "proposal-outdated"


def test_a_proposer_who_is_on_record_no_more_proposed_nothing(
    desk: RaidDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, case = opened_case(desk)
    name = proposed(desk, case)

    def nobody(*_: object) -> None:
        raise FactMissing("unknown-subject", "nobody")

    monkeypatch.setattr(FactBase, "subject", nobody)
    monkeypatch.setattr(desk.acting, "ask", _permitted(desk, case))
    assert refused(proposals(desk).second, LEAD, name) == "proposal-outdated"


def _permitted(desk: RaidDesk, case: str) -> Any:  # noqa: ANN401 - stands in for a method
    decision = desk.acting.ask(LEAD, "raid.approve", case)
    return lambda *_: decision
