"""Merging takes two persons and loses nothing; so does undoing it, for ever."""

from dataclasses import replace

import pytest

from ringwall.base.errors import IntegrityError, RingwallError
from ringwall.gate.denied import AccessDenied
from ringwall.ledger.asking.raid_rows import RaidCard, RaidRows, Visible
from ringwall.model.events import Event
from ringwall.raid.desk import RaidDesk
from ringwall.raid.merging import MERGE, UNMERGE, carriers, merged_into
from ringwall.raid.scene import Scene
from tests.raid_office import armed_clock, opened_case, refused, who

JOAN = who("joan")
LEAD = who("rosalind")
OFFICER = who("mileva")
ALL = Visible(frozenset({"raid-desk"}), frozenset())


def proposed(desk: RaidDesk, case: str, other: str) -> str:
    done = desk.merging.merge(JOAN, case, other, "one event")
    return str(done.events[0]["id"])


def merged(desk: RaidDesk) -> tuple[str, str]:
    (_, case), (_, other) = opened_case(desk), opened_case(desk)
    desk.proposals.second(LEAD, proposed(desk, case, other))
    return case, other


def row(desk: RaidDesk, case: str) -> dict[str, str | int]:
    card = desk.acting.rows.card("raid.case", case)
    assert card is not None
    return card.card


def test_a_merge_is_only_proposed_until_another_person_carries_it(
    desk: RaidDesk,
) -> None:
    (_, case), (_, other) = opened_case(desk), opened_case(desk)
    before = row(desk, case)

    proposal = proposed(desk, case, other)

    assert row(desk, case) == before
    assert refused(desk.proposals.second, who("joan-2"), proposal) == "same-person"
    desk.proposals.second(LEAD, proposal)
    changed = {"state": "merged", "redirect": other, "was": "new"}
    assert row(desk, case) == before | changed


def test_a_merged_case_keeps_its_id_its_log_and_its_links(desk: RaidDesk) -> None:
    case, other = merged(desk)

    own = desk.timelines.show(JOAN, case, as_was=True)
    assert [one.act for one in own.moments][:4] == [
        *("receive", "open", "link", "attach")
    ]
    assert own.moments[-1].act == "merge"
    assert len(own.reports) == 1
    view = desk.timelines.show(JOAN, case)
    assert view.case.id == other
    assert view.merged == [case]


def test_undoing_a_merge_brings_the_case_back_as_it_was(desk: RaidDesk) -> None:
    case, other = merged(desk)
    before = {**row(desk, case), "state": "new", "was": "", "redirect": ""}

    done = desk.merging.unmerge(JOAN, case, "two events")
    desk.proposals.second(LEAD, done.events[0]["id"])

    assert row(desk, case) == before
    assert merged_into(desk.acting.rows, other, ALL) == []
    assert desk.acting.case(JOAN, case, "raid.write") == case
    assert refused(desk.merging.unmerge, JOAN, case, "again") == "not-merged"


def test_who_stays_shows_a_merge_and_its_undoing(desk: RaidDesk) -> None:
    case, other = merged(desk)
    done = desk.merging.unmerge(JOAN, case, "two events")
    desk.proposals.second(LEAD, done.events[0]["id"])

    view = desk.timelines.show(JOAN, other)
    assert view.merged == []
    told = [one.act for one in view.moments if one.id == case]
    assert told == ["merge", "unmerge"]
    # What is not open to who asks is not told here either.
    desk.needs.shut(OFFICER, case, "named persons alone")
    view = desk.timelines.show(JOAN, other)
    assert [one.act for one in view.moments if one.id == case] == []


def test_nothing_is_merged_into_itself_nor_in_a_circle(desk: RaidDesk) -> None:
    case, other = merged(desk)
    merge = desk.merging.merge

    assert refused(merge, JOAN, other, other, "one") == "merge-into-itself"
    # What was merged into it leads back to itself.
    assert refused(merge, JOAN, other, case, "one") == "merge-into-itself"
    _, third = opened_case(desk)
    assert refused(merge, JOAN, case, third, "one") == "already-merged"


def test_merges_that_go_in_a_circle_are_told_and_nothing_is_parted(
    desk: RaidDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, other = merged(desk)
    real = RaidRows.card

    def forged(rows: RaidRows, kind: str, name: str) -> RaidCard | None:
        card = real(rows, kind, name)
        if card is None or kind != "raid.case":
            return card
        leads = other if name == case else case
        return replace(card, card={**card.card, "state": "merged", "redirect": leads})

    def make(scene: Scene) -> list[Event]:
        monkeypatch.setattr(RaidRows, "card", forged)
        scene.is_second = True
        return carriers()[UNMERGE].carry(scene, {"case": case})

    with pytest.raises(IntegrityError) as caught:
        desk.acting.act(LEAD, "raid.approve", case, make)
    assert caught.value.code == "redirect-loop"


def test_two_merges_that_cross_make_no_circle(desk: RaidDesk) -> None:
    (_, case), (_, other) = opened_case(desk), opened_case(desk)
    there, back = proposed(desk, case, other), proposed(desk, other, case)

    desk.proposals.second(LEAD, there)

    assert refused(desk.proposals.second, LEAD, back) == "proposal-outdated"
    assert refused(desk.merging.merge, JOAN, other, case, "one") == "merge-into-itself"
    assert row(desk, other)["state"] == "new"


def test_an_old_twin_does_not_bring_back_what_two_persons_undid(
    desk: RaidDesk,
) -> None:
    (_, case), (_, other) = opened_case(desk), opened_case(desk)
    first, twin = proposed(desk, case, other), proposed(desk, case, other)
    desk.proposals.second(LEAD, first)
    again = [desk.merging.unmerge(JOAN, case, "two") for _ in range(2)]
    part, late = (str(done.events[0]["id"]) for done in again)
    desk.proposals.second(LEAD, part)

    assert refused(desk.proposals.second, LEAD, twin) == "proposal-outdated"
    assert row(desk, case)["state"] == "new"
    desk.proposals.second(LEAD, proposed(desk, case, other))
    assert refused(desk.proposals.second, LEAD, late) == "proposal-outdated"
    assert row(desk, case)["redirect"] == other


def test_a_case_with_an_open_deadline_of_the_institute_does_not_go(
    desk: RaidDesk,
) -> None:
    (_, case), (_, other) = opened_case(desk), opened_case(desk)
    early = proposed(desk, case, other)
    armed_clock(desk, case)

    assert refused(desk.merging.merge, JOAN, case, other, "one") == "host-clock-open"
    assert refused(desk.proposals.second, LEAD, early) == "host-clock-open"
    desk.proposals.second(LEAD, proposed(desk, other, case))
    assert row(desk, other)["redirect"] == case


def test_cases_of_two_compartments_are_merged_by_their_officer(
    desk: RaidDesk,
) -> None:
    (_, case), (_, other) = opened_case(desk), opened_case(desk)
    for name in ("joan", "rosalind"):
        desk.needs.admit(OFFICER, case, f"user:{name}", "2026-12-01", "goes on")
    proposal = proposed(desk, case, other)

    with pytest.raises(AccessDenied):
        desk.proposals.second(LEAD, proposal)
    done = desk.proposals.second(OFFICER, proposal)

    assert [event["act"] for event in done.events] == ["carry", "merge", "take-over"]


def test_a_merge_needs_the_say_over_both_cases(desk: RaidDesk) -> None:
    (_, case), (_, other) = opened_case(desk), opened_case(desk)
    desk.needs.shut(OFFICER, other, "weights are abroad")

    for words in ((case, other), (other, case)):
        with pytest.raises(AccessDenied):
            desk.merging.merge(JOAN, *words, "one event")
    with pytest.raises(RingwallError) as caught:
        desk.merging.merge(JOAN, case, case, "one event")
    assert caught.value.code == "merge-into-itself"


def test_a_merge_that_was_carried_past_this_desk_has_no_compartment(
    desk: RaidDesk,
) -> None:
    (_, case), (_, other) = opened_case(desk), opened_case(desk)
    proposal = proposed(desk, case, other)
    desk.needs.shut(OFFICER, other, "weights are abroad")

    with pytest.raises(AccessDenied):
        desk.proposals.second(LEAD, proposal)


def owned(desk: RaidDesk, case: str, *acts: str) -> str:
    """Have a case owned by RAID, or moved otherwise, past the counter of triage."""

    def make(scene: Scene) -> list[Event]:
        for guard in ("points-valued", "assessor-apart"):
            scene.require(guard, case, holds=True)
        changes: dict[str, str | int] = {"owned": int("own" in acts), "owner": "raid"}
        card = scene.card("raid.case", case)
        made = [scene.event("raid.case", case, "triage", card, changes, {})]
        for act in acts:
            for guard in ("raid-owned", "not-raid-owned"):
                scene.require(guard, case, holds=True)
            latest = scene.latest(case)
            made.append(scene.event("raid.case", case, act, latest, {}, {}))
        return made

    desk.acting.act(who("dorothy"), "raid.assess", case, make)
    return case


def test_what_raid_owns_goes_into_no_case_that_is_not_its_own(desk: RaidDesk) -> None:
    (_, case), (_, other) = opened_case(desk), opened_case(desk)
    early = proposed(desk, case, other)
    owned(desk, case, "own")

    words = (JOAN, case, other, "one event")
    assert refused(desk.merging.merge, *words) == "merge-loses-owner"
    assert refused(desk.proposals.second, LEAD, early) == "proposal-outdated"
    owned(desk, other, "decline")
    assert refused(desk.merging.merge, *words) == "merge-into-idle"
    desk.proposals.second(LEAD, proposed(desk, other, case))
    assert row(desk, case)["state"] == "owned"


def test_what_raid_owns_is_merged_with_what_it_owns(desk: RaidDesk) -> None:
    (_, case), (_, other) = opened_case(desk), opened_case(desk)
    owned(desk, case, "own")
    early = proposed(desk, owned(desk, other, "own"), case)

    desk.proposals.second(LEAD, early)

    assert row(desk, other)["redirect"] == case


def test_the_other_case_is_looked_at_again_when_a_merge_is_carried(
    desk: RaidDesk,
) -> None:
    (_, case), (_, other) = opened_case(desk), opened_case(desk)
    owned(desk, case, "own")

    def make(scene: Scene) -> list[Event]:
        scene.is_second = True
        return carriers()[MERGE].carry(scene, {"case": case, "into": other})

    words = (LEAD, "raid.approve", case, make)
    assert refused(desk.acting.act, *words) == "merge-loses-owner"
    owned(desk, other, "decline")
    assert refused(desk.acting.act, *words) == "merge-into-idle"
    assert row(desk, case)["state"] == "owned"
