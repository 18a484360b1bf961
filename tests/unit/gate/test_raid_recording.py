"""The incident desk records what a permit on record is for, once, and nothing else."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.errors import ActRefused, RecordUnavailable, UnknownItem
from ringwall.gate import raid_recording
from ringwall.gate.ground import Ground
from ringwall.gate.raid_recording import RaidMade
from ringwall.institute import Gatekeeper, Institute
from ringwall.ledger.asking.raid_rows import RaidRows
from ringwall.model.events import Event
from ringwall.model.matter_events import person_left
from ringwall.model.raid_events import (
    DESK,
    INBOX,
    clock_breached,
    embargo_expired,
    handover_silent,
    raid_need,
)
from ringwall.model.raid_permits import digest_bound
from ringwall.model.raid_release_laws import terms_of
from ringwall.raid.ids import new_id
from tests.example import NOON
from tests.raid_history import (
    CASE,
    CLOCK,
    LINK,
    OTHER,
    PROPOSAL,
    REPORT,
    act,
    asked,
    needed,
    noted,
    opened,
    opening,
    permit,
    received,
    recorded,
)
from tests.raid_office import POINT, RaidOffice, found_raid

DAY = 86_400_000_000
SECOND_REPORT = "report:r-bbbbbbbbbb"
TEAM: dict[str, Any] = {"team": "raid-desk", "authors": "user:joan"}


@pytest.fixture(scope="module")
def staffed(institute_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an institute whose desk is staffed; not to be changed."""
    folder = tmp_path_factory.mktemp("recording") / "institute"
    shutil.copytree(institute_folder, folder)
    found_raid(folder)
    with closing(RaidOffice(folder)) as office, office.gate() as gate:
        opened(gate)
    return folder


@pytest.fixture
def office(staffed: Path, tmp_path: Path) -> Iterator[RaidOffice]:
    """Return an office of a copy, in which one case is open."""
    shutil.copytree(staffed, tmp_path / "institute")
    with closing(RaidOffice(tmp_path / "institute")) as office:
        yield office


@pytest.fixture
def gate(office: RaidOffice) -> Iterator[Gatekeeper]:
    """Return an open gate at the point of the desk."""
    with office.gate() as gate:
        yield gate


def refused(gate: Gatekeeper, *events: Event) -> str:
    """Return why a transaction is not recorded; nothing of it must be."""
    before = gate.raid_rows.events(newest=True, limit=1)
    with pytest.raises(ValueError, match=r".") as caught:
        recorded(gate, *events)
    assert gate.raid_rows.events(newest=True, limit=1) == before
    return str(caught.value)


def proposed(gate: Gatekeeper, by: str = "joan", case: str = CASE) -> None:
    """Have somebody propose something of a case."""
    under = permit(gate, by, "raid.write", case)
    words: dict[str, Any] = {"what": "deviate", "binds": "0" * 64}
    event = act(
        "raid.proposal", PROPOSAL, "propose - open", case=case, **words, **under
    )
    recorded(gate, event)


def carrying(gate: Gatekeeper, by: str, *more: str) -> list[Event]:
    """Return the events by which somebody carries the proposal of a case."""
    under = permit(gate, by, "raid.approve", CASE)
    carried = act("raid.proposal", PROPOSAL, "carry open carried", case=CASE, **under)
    said: dict[str, Any] = {"team": "raid-desk"}
    return [carried, *(act("raid.case", CASE, one, **said, **under) for one in more)]


def test_what_was_done_under_a_permit_is_on_record_and_moves_no_basis(
    office: RaidOffice, gate: Gatekeeper
) -> None:
    ground = gate.ground
    event = noted(gate)
    (receipt,) = recorded(gate, event)

    assert gate.ground is ground
    card = gate.raid_rows.card("raid.case", CASE)
    assert card is not None
    assert (card.index, card.event) == (receipt.index, event)
    assert office.institute.verify().is_sound


def test_need_to_know_moves_the_basis_and_counts_at_once(gate: Gatekeeper) -> None:
    before = gate.ground.basis
    (receipt,) = needed(gate, CASE, "shut")

    assert gate.ground.basis == receipt.index > before
    assert gate.ground.matters.needs.is_shut(CASE)
    assert not asked(gate, "joan", "raid.read", CASE)


def test_nothing_is_recorded_of_nothing(gate: Gatekeeper) -> None:
    assert recorded(gate) == []


def test_a_permit_is_for_one_transaction(gate: Gatekeeper) -> None:
    event = noted(gate)
    recorded(gate, event)

    assert "was done before" in refused(gate, event)


def test_two_threads_never_record_under_one_permit(gate: Gatekeeper) -> None:
    event, seen = noted(gate), list[str]()

    def make(_: Ground) -> RaidMade:
        # Comes in between as another thread would: while the first is being recorded.
        return RaidMade([event], {})

    recording = gate._raid
    with recording._using(event["decision"]):
        with pytest.raises(ValueError, match="is being done") as caught:
            gate.record_raid(make)
        seen.append(str(caught.value))
    assert seen
    assert len(gate.record_raid(make)) == 1


def test_a_permit_is_for_one_transaction_whoever_was_faster(
    office: RaidOffice, gate: Gatekeeper
) -> None:
    event = noted(gate)
    with office.gate() as other:
        # It knows the permit from the log alone, as another process would.
        recorded(other, event)

    # This gate has it at hand, and is told by the log that it was used.
    assert "was done before" in refused(gate, event)
    assert "was done before" in refused(gate, {**event, "by": "user:dorothy"})


def test_a_permit_at_hand_serves_once_and_for_what_it_says(gate: Gatekeeper) -> None:
    event = noted(gate)
    assert "is no permit of" in refused(gate, {**event, "by": "user:dorothy"})
    # Refused once, it is read back from the log, and says the same.
    assert "is no permit of" in refused(gate, {**event, "by": "user:dorothy"})
    assert len(recorded(gate, event)) == 1
    assert "was done before" in refused(gate, event)


def test_a_permit_that_is_on_no_record_is_none(gate: Gatekeeper) -> None:
    event = {**noted(gate), "decision": "dec-" + "7" * 20}
    with pytest.raises(UnknownItem) as caught:
        recorded(gate, event)
    assert caught.value.code == "unknown-decision"


def test_a_deny_is_no_permit(gate: Gatekeeper) -> None:
    deny = gate.check(
        subject="user:joan", action="raid.write", resource=CASE, authn="password"
    )
    assert not deny.permitted

    assert "is no permit of `user:joan`" in refused(
        gate, {**noted(gate), "decision": deny.id}
    )


def test_nobody_acts_on_the_permit_of_another(gate: Gatekeeper) -> None:
    event = {**noted(gate), "by": "user:dorothy"}

    assert "is no permit of `user:dorothy`" in refused(gate, event)


@pytest.mark.parametrize(
    ("action", "resource", "who"),
    [
        ("raid.read", CASE, "joan"),
        ("raid.assess", CASE, "joan"),
        ("raid.write", OTHER, "joan"),
        ("raid.write", DESK, "joan"),
        ("raid.write", REPORT, "joan"),
    ],
)
def test_a_permit_for_something_else_is_none_for_this(
    gate: Gatekeeper, action: str, resource: str, who: str
) -> None:
    received(gate, SECOND_REPORT)
    recorded(gate, *opening(gate, OTHER, SECOND_REPORT))
    under = permit(gate, who, action, resource)
    event = act("raid.case", CASE, "note new new", team="raid-desk", **under)

    assert f"permits `{action}` of `{resource}`, not to note" in refused(gate, event)


def test_an_act_that_nobody_knows_has_no_permit(gate: Gatekeeper) -> None:
    event = {**noted(gate), "act": "forget"}

    assert "not to forget" in refused(gate, event)


def test_all_of_a_transaction_is_by_one_person_under_one_permit(
    gate: Gatekeeper,
) -> None:
    one, other = noted(gate), noted(gate)

    assert "under one permit" in refused(gate, one, other)
    alike = {**other, "decision": one["decision"], "by": "user:dorothy"}
    assert "by one person" in refused(gate, one, alike)


@pytest.mark.parametrize("kind", ["decision.made", "vault.sealed", "alarm.raised"])
def test_the_desk_records_events_of_its_own_alone(gate: Gatekeeper, kind: str) -> None:
    event = {**noted(gate), "kind": kind, "code": "decoy-touched"}

    assert f"no incident desk records `{kind}`" in refused(gate, event)


def test_an_alarm_of_the_desk_goes_with_an_act(gate: Gatekeeper) -> None:
    event = noted(gate)
    named = event["decision"]
    alarms = [
        handover_silent(NOON, "hnd-" + "a" * 16, CASE, "silent", named),
        clock_breached(NOON, CLOCK, CASE, named),
        embargo_expired(NOON, "emb-" + "a" * 16, CASE, "active", named),
    ]

    assert "goes with the act" in refused(gate, *alarms)
    assert len(recorded(gate, event, *alarms)) == 4


def test_who_may_open_cases_reaches_no_case_by_that(gate: Gatekeeper) -> None:
    under = permit(gate, "joan", "raid.write", DESK)
    words = {"person": "user:dorothy", "until": "2026-12-24T00:00:00Z", "reason": "x"}
    by = under["by"], under["decision"]

    for event in (
        act("raid.link", LINK, "link - linked", case=CASE, report=REPORT, **under),
        act("raid.report", REPORT, "attach valid valid", case=CASE, **under),
        act("raid.report", REPORT, "attach valid valid", **under),
        raid_need(NOON, CASE, "admit", by, words),
    ):
        assert f"permits `raid.write` of `{DESK}`" in refused(gate, event)


def test_who_opens_a_case_admits_to_it_in_the_same_breath(gate: Gatekeeper) -> None:
    received(gate, SECOND_REPORT)
    events = opening(gate, OTHER, SECOND_REPORT, team="")
    by = events[0]["by"], events[0]["decision"]
    until = {"until": "2026-12-24T00:00:00Z", "reason": "opened it"}
    for person in ("user:joan", "user:dorothy"):
        events.append(raid_need(NOON, OTHER, "admit", by, {"person": person, **until}))
    recorded(gate, *events)

    assert asked(gate, "joan", "raid.read", OTHER)
    assert asked(gate, "dorothy", "raid.read", OTHER)
    assert not asked(gate, "rosalind", "raid.read", OTHER)


def test_a_report_is_screened_on_a_permit_for_it(gate: Gatekeeper) -> None:
    received(gate, SECOND_REPORT)
    other = permit(gate, "joan", "raid.write", REPORT)
    event = act("raid.report", SECOND_REPORT, "validate received valid", **other)

    assert f"of `{REPORT}`" in refused(gate, event)
    own = permit(gate, "joan", "raid.write", SECOND_REPORT)
    recorded(gate, act("raid.report", SECOND_REPORT, "validate received valid", **own))


def test_a_report_of_a_case_is_accepted_by_its_triage(gate: Gatekeeper) -> None:
    received(gate, SECOND_REPORT)
    recorded(gate, *opening(gate, OTHER, SECOND_REPORT))
    under = permit(gate, "dorothy", "raid.assess", CASE)

    stranger = act("raid.report", SECOND_REPORT, "accept valid accepted", **under)
    assert "not to accept" in refused(gate, stranger)
    recorded(gate, act("raid.report", REPORT, "accept valid accepted", **under))


def merging(gate: Gatekeeper, *more: Event, into: str = OTHER) -> list[Event]:
    """Return the events by which a case is merged, and what is to go with that."""
    carried = carrying(gate, "rosalind")
    under = {name: carried[0][name] for name in ("by", "decision")}
    words: dict[str, Any] = {"redirect": into, "was": "new", "team": "raid-desk"}
    words |= under
    merged = act("raid.case", CASE, "merge new merged", **words)
    return [*carried, merged, *({**event, **under} for event in more)]


def brought(what: str, name: str, case: str = OTHER, **columns: str) -> Event:
    """Return an event that goes with a merge or its end."""
    kind = "raid.clock" if name == CLOCK else "raid.case"
    team: dict[str, Any] = {} if name == CLOCK else {"team": "raid-desk"}
    more = team | columns
    return act(kind, name, what, by="", decision="", case=case, **more)


def test_what_a_merge_brings_goes_to_the_case_that_it_leads_to(
    gate: Gatekeeper,
) -> None:
    received(gate, SECOND_REPORT)
    recorded(gate, *opening(gate, OTHER, SECOND_REPORT))
    proposed(gate)
    over = brought("take-over armed armed", CLOCK, home=CASE)
    gathered = brought("take-over new new", OTHER)
    third = brought("take-over new new", "case:c-cccccccccc")

    assert "not to take-over" in refused(gate, *merging(gate, over, third))
    lone = [event for event in merging(gate, gathered) if event["act"] != "merge"]
    assert "not to take-over" in refused(gate, *lone)
    elsewhere = merging(gate, gathered, into="case:c-cccccccccc")
    assert "not to take-over" in refused(gate, *elsewhere)
    recorded(gate, *merging(gate, over, gathered))

    # What comes home leaves the case that it is part of by now, and no other.
    under = permit(gate, "joan", "raid.write", CASE)
    second = "prp-" + "b" * 16
    words: dict[str, Any] = {"what": "unmerge", "binds": "0" * 64, "case": CASE}
    recorded(gate, act("raid.proposal", second, "propose - open", **words, **under))
    for name, is_known in (("case:c-cccccccccc", False), (OTHER, True)):
        under = permit(gate, "rosalind", "raid.approve", CASE)
        events = [
            act("raid.proposal", second, "carry open carried", case=CASE, **under),
            act("raid.case", CASE, "unmerge merged new", team="raid-desk", **under),
            act("raid.clock", CLOCK, "give-back armed armed", case=CASE, **under),
            act("raid.case", name, "give-back new new", team="raid-desk", **under),
        ]
        if is_known:
            recorded(gate, *events)
        else:
            assert "not to give-back" in refused(gate, *events)


def test_a_report_is_linked_to_a_case_and_taken_from_it(gate: Gatekeeper) -> None:
    received(gate, SECOND_REPORT)
    own = permit(gate, "joan", "raid.write", SECOND_REPORT)
    recorded(gate, act("raid.report", SECOND_REPORT, "validate received valid", **own))
    under = permit(gate, "joan", "raid.write", CASE)
    words: dict[str, Any] = {"report": SECOND_REPORT, "case": CASE}
    recorded(
        gate,
        act("raid.link", LINK, "link - linked", **words, **under),
        act("raid.report", SECOND_REPORT, "attach valid valid", **under),
    )
    under = permit(gate, "joan", "raid.write", CASE)
    recorded(
        gate,
        act("raid.link", LINK, "unlink linked unlinked", **words, **under),
        act("raid.report", SECOND_REPORT, "detach valid valid", **under),
    )


def test_what_is_proposed_of_no_case_is_proposed_at_the_desk(gate: Gatekeeper) -> None:
    received(gate, SECOND_REPORT)
    named: dict[str, Any] = {"what": "invalidate", "binds": "0" * 64}
    for number, resource in enumerate((DESK, SECOND_REPORT)):
        under = permit(gate, "joan", "raid.write", resource)
        name = f"prp-{'ab'[number] * 16}"
        event = act("raid.proposal", name, "propose - open", **named, **under)
        recorded(gate, event)
    under = permit(gate, "joan", "raid.write", CASE)
    event = act("raid.proposal", LINK, "propose - open", **named, **under)
    assert "not to propose" in refused(gate, event)

    under = permit(gate, "rosalind", "raid.approve", DESK)
    carried = act("raid.proposal", "prp-" + "a" * 16, "carry open carried", **under)
    aside = act("raid.report", SECOND_REPORT, "invalidate received invalid", **under)
    recorded(gate, carried, aside)


def test_what_takes_two_persons_takes_what_another_proposed(gate: Gatekeeper) -> None:
    under = permit(gate, "rosalind", "raid.approve", CASE)
    event = act("raid.case", CASE, "merge new merged", was="new", **under)

    assert "takes two persons" in refused(gate, event)
    proposed(gate)
    recorded(gate, *carrying(gate, "rosalind", "merge new merged"))


def test_nobody_carries_what_they_proposed(gate: Gatekeeper) -> None:
    proposed(gate, "rosalind")

    events = carrying(gate, "rosalind", "merge new merged")
    assert "nobody carries what they proposed" in refused(gate, *events)
    recorded(gate, *carrying(gate, "agnes", "merge new merged"))


def test_nobody_carries_what_they_proposed_by_another_account(
    gate: Gatekeeper,
) -> None:
    received(gate, SECOND_REPORT)
    recorded(gate, *opening(gate, OTHER, SECOND_REPORT, author="user:dorothy"))
    proposed(gate, "joan", OTHER)

    under = permit(gate, "joan-2", "raid.approve", OTHER)
    carried = act("raid.proposal", PROPOSAL, "carry open carried", case=OTHER, **under)
    assert "nobody carries what they proposed" in refused(gate, carried)


def test_what_nobody_proposed_is_not_carried(gate: Gatekeeper) -> None:
    (event,) = carrying(gate, "rosalind")

    assert "nobody carries" in refused(gate, event)


def test_an_officer_admits_people_and_not_themselves(gate: Gatekeeper) -> None:
    with pytest.raises(ActRefused) as caught:
        needed(gate, CASE, "admit", "user:mileva", NOON + DAY)
    assert caught.value.code == "admitted-self"
    assert caught.value.next_step
    for nobody in ("user:nobody", "service:trainer", "org:institute"):
        with pytest.raises(ActRefused) as caught:
            needed(gate, CASE, "admit", nobody, NOON + DAY)
        assert caught.value.code == "admitted-unknown"
    needed(gate, CASE, "admit", "user:chien", NOON + DAY)
    assert gate.ground.matters.needs.opened_to(CASE, "user:chien", NOON)


def test_an_act_is_made_anew_where_somebody_was_faster(
    office: RaidOffice, gate: Gatekeeper
) -> None:
    event, tries = noted(gate), list[int]()

    def make(_: Ground) -> RaidMade:
        card = gate.raid_rows.card("raid.case", CASE)
        assert card is not None
        if not tries:
            with office.gate() as other:
                recorded(other, noted(other, by="dorothy"))
        tries.append(card.index)
        return RaidMade([event], {CASE: card.index})

    gate.record_raid(make)
    assert len(tries) == 2
    assert tries[1] > tries[0]


def test_an_act_is_made_anew_where_facts_have_changed(
    office: RaidOffice, gate: Gatekeeper
) -> None:
    event, seen = noted(gate), list[int]()

    def make(ground: Ground) -> RaidMade:
        if not seen:
            with office.gate() as other:
                needed(other, CASE, "admit", "user:chien", NOON + DAY)
        seen.append(ground.basis)
        return RaidMade([event])

    gate.record_raid(make)
    assert len(seen) == 2
    assert seen[1] > seen[0]


def test_facts_that_never_settle_end_in_a_refusal(
    office: RaidOffice, gate: Gatekeeper
) -> None:
    event = noted(gate)
    with closing(office.institute.ledger(writable=True)) as other:

        def make(_: Ground) -> RaidMade:
            other.append([person_left(NOON, "user:gone", "user:niels", "moved")])
            return RaidMade([event])

        with pytest.raises(RecordUnavailable) as caught:
            gate.record_raid(make)
    assert caught.value.code == "facts-unsettled"


def test_a_rejected_report_is_recorded_on_a_permit_to_take_in(
    office: RaidOffice,
) -> None:
    with Institute(office.folder, office.clock).gatekeeper(POINT) as gate:
        under = permit(gate, "ruth", "raid.intake", INBOX)
        name = "raid:rejected-0123456789abcdef"
        recorded(gate, act("raid.desk", name, "reject - rejected", **under))


def test_rules_are_adopted_as_another_person_proposed_them(office: RaidOffice) -> None:
    digest, other = "a" * 64, "b" * 64
    with Institute(office.folder, office.clock).gatekeeper(POINT) as gate:
        for before, after, place in (("", digest, "-"), (digest, other, "adopted")):
            bound = digest_bound({"before": before, "digest": after})
            card: dict[str, Any] = {"what": "adopt", "binds": bound}
            under = permit(gate, "niels", "raid.direct", DESK)
            name = "prp-" + after[:16]
            recorded(
                gate, act("raid.proposal", name, "propose - open", **card, **under)
            )
            under = permit(gate, "rosalind", "raid.approve", DESK)
            carry = act("raid.proposal", name, "carry open carried", **card, **under)
            words = f"adopt {place} adopted"
            alone = act("raid.desk", "raid:rules", words, digest=after, **under)
            wrong = act("raid.desk", "raid:rules", words, digest="c" * 64, **under)
            for forged in ([alone], [carry, wrong]):
                assert "takes two persons" in refused(gate, *forged)
            recorded(gate, carry, alone)


def triaged(gate: Gatekeeper, case: str) -> None:
    """Have a case triaged that was opened."""
    under = permit(gate, "dorothy", "raid.assess", case)
    recorded(gate, act("raid.case", case, "triage new triaged", **TEAM, **under))


def by_two(gate: Gatekeeper, what: str, case: str, into: str = "") -> None:
    """Have one person propose to merge a case or part it, and another carry it."""
    name = new_id("raid.proposal")
    under = permit(gate, "joan", "raid.write", case)
    said: dict[str, Any] = {"what": what, "binds": "0" * 64, "case": case}
    recorded(gate, act("raid.proposal", name, "propose - open", **said, **under))
    under = permit(gate, "rosalind", "raid.approve", case)
    move = "merge new merged" if into else "unmerge merged new"
    card: dict[str, Any] = {"redirect": into, **TEAM, **under}
    carried = act("raid.proposal", name, "carry open carried", **said, **under)
    recorded(gate, carried, act("raid.case", case, move, **card))


def test_no_embargo_is_recorded_that_outlives_its_matter(gate: Gatekeeper) -> None:
    name, kind = "emb-" + "a" * 16, "raid.embargo"
    offered: dict[str, Any] = {
        "offer": "a" * 64,
        "offer_ends": "2026-12-01T12:00:00Z",
        **permit(gate, "rosalind", "raid.embargo", CASE),
    }
    offer = act(kind, name, "propose - proposed", case=CASE, **offered)
    assert "nobody works on the case" in refused(gate, offer)
    triaged(gate, CASE)
    recorded(gate, offer)

    under = permit(gate, "joan", "raid.write", CASE)
    so: dict[str, Any] = {"public": 1, **under}
    ended: dict[str, Any] = {"cause": "public", **under}
    tell = act("raid.matter", "mtr-" + "a" * 16, "tell - known", case=CASE, **so)
    end = act(kind, name, "end proposed exited", case=CASE, **ended)
    assert "stands although the matter is out" in refused(gate, tell)
    recorded(gate, tell, end)


def test_no_inquiry_is_answered_about_a_case_by_no_exit(gate: Gatekeeper) -> None:
    name, kind = "inq-" + "a" * 16, "raid.inquiry"
    asking = permit(gate, "ruth", "raid.intake", INBOX)
    recorded(gate, act(kind, name, "inquire - received", case="", **asking))

    # As much as two persons say, it takes a danger to go by that exit.
    doc = {"claimed": "danger"}
    card: dict[str, Any] = {"what": "disclose-order", "binds": digest_bound(doc)}
    under = permit(gate, "joan", "raid.arm", CASE)
    proposal = "prp-" + "d" * 16
    recorded(
        gate,
        act("raid.proposal", proposal, "propose - open", case=CASE, **card, **under),
    )
    under = permit(gate, "rosalind", "raid.approve", CASE)
    carry = act(
        "raid.proposal", proposal, "carry open carried", case=CASE, **card, **under
    )
    told: dict[str, Any] = {"ground": card["binds"], "recipient": "police.de", **under}
    words = "disclose received answered"
    danger = act(kind, name, words, case=CASE, exit="danger", **told)
    assert "danger to life" in refused(gate, carry, danger)
    law = act(kind, name, words, case=CASE, exit="law", **told)
    assert "carried by another" in refused(gate, carry, law)
    recorded(gate, carry, act(kind, name, words, case=CASE, exit="order", **told))


def test_who_arms_clocks_proposes_no_merge(gate: Gatekeeper) -> None:
    under = permit(gate, "joan", "raid.arm", CASE)
    name, words = "prp-" + "e" * 16, "propose - open"
    for what in ("merge", "disclose-law"):
        other = act("raid.proposal", name, words, case=CASE, what=what, **under)
        assert "permits `raid.arm`" in refused(gate, other)
    under = permit(gate, "joan", "raid.write", CASE)
    order = act("raid.proposal", name, words, case=CASE, what="disclose-order", **under)
    assert "permits `raid.write`" in refused(gate, order)


def test_a_release_is_recorded_as_it_was_cleared_and_signed(
    gate: Gatekeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, name = "raid.release", "rel-" + "a" * 16
    row = {"recipient": "csirt.fr", "content": "c" * 64, "label": "amber", "exit": ""}
    same: dict[str, Any] = {**row, "terms": terms_of(name, CASE, row)}
    under = permit(gate, "joan", "raid.write", CASE)
    draft = act(kind, name, "draft - draft", case=CASE, **same, **under)
    assert "that nobody works on" in refused(gate, draft)
    triaged(gate, CASE)
    recorded(gate, draft)

    under = permit(gate, "joan", "raid.write", CASE)
    other = {**same, "content": "d" * 64}
    changed = act(kind, name, "clear draft cleared", case=CASE, **other, **under)
    assert "bound to something else" in refused(gate, changed)
    clear = act(kind, name, "clear draft cleared", case=CASE, **same, **under)
    recorded(gate, clear)
    under = permit(gate, "joan", "raid.write", CASE)
    approve = act(kind, name, "approve cleared approved", case=CASE, **same, **under)
    assert "permits `raid.write`" in refused(gate, approve)
    monkeypatch.setattr(raid_recording, "is_permit_for", lambda *_: True)
    monkeypatch.setattr(raid_recording, "is_bound", lambda *_: True)
    assert "whoever wrote it has approved it" in refused(gate, approve)


def without_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no case a row."""
    card = RaidRows.card

    def without(rows: RaidRows, kind: str, name: str) -> object:
        return None if kind == "raid.case" else card(rows, kind, name)

    monkeypatch.setattr(RaidRows, "card", without)


def test_no_release_is_recorded_of_a_case_that_was_merged(gate: Gatekeeper) -> None:
    opened(gate, OTHER, SECOND_REPORT)
    for case in (OTHER, CASE):
        triaged(gate, case)
    kind, name = "raid.release", "rel-" + "a" * 16
    row = {"recipient": "csirt.fr", "content": "c" * 64, "label": "amber", "exit": ""}
    same: dict[str, Any] = {**row, "terms": terms_of(name, OTHER, row), "case": OTHER}
    under = permit(gate, "joan", "raid.write", OTHER)
    recorded(gate, act(kind, name, "draft - draft", **same, **under))
    by_two(gate, "merge", OTHER, into=CASE)

    under = permit(gate, "joan", "raid.write", OTHER)
    clear = act(kind, name, "clear draft cleared", **same, **under)
    assert "that nobody works on" in refused(gate, clear)
    by_two(gate, "unmerge", OTHER)
    triaged(gate, OTHER)
    recorded(gate, clear)


def test_no_release_is_recorded_of_a_case_that_has_no_row(
    gate: Gatekeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    triaged(gate, CASE)
    kind, name = "raid.release", "rel-" + "a" * 16
    row = {"recipient": "csirt.fr", "content": "c" * 64, "label": "amber", "exit": ""}
    same: dict[str, Any] = {**row, "terms": terms_of(name, CASE, row), "case": CASE}
    under = permit(gate, "joan", "raid.write", CASE)
    draft = act(kind, name, "draft - draft", **same, **under)
    without_cases(monkeypatch)
    assert "that nobody works on" in refused(gate, draft)


def test_no_embargo_is_recorded_for_what_is_out_in_a_merged_case(
    gate: Gatekeeper,
) -> None:
    opened(gate, OTHER, SECOND_REPORT)
    triaged(gate, CASE)
    under = permit(gate, "joan", "raid.write", OTHER)
    so: dict[str, Any] = {"case": OTHER, "public": 1, **under}
    recorded(gate, act("raid.matter", "mtr-" + "b" * 16, "tell - known", **so))
    by_two(gate, "merge", OTHER, into=CASE)

    offered: dict[str, Any] = {
        "offer": "a" * 64,
        "offer_ends": "2026-12-01T12:00:00Z",
        **permit(gate, "rosalind", "raid.embargo", CASE),
    }
    words = ("raid.embargo", "emb-" + "a" * 16, "propose - proposed")
    offer = act(*words, case=CASE, **offered)
    assert "stands although the matter is out" in refused(gate, offer)
    by_two(gate, "unmerge", OTHER)
    recorded(gate, offer)
    with pytest.raises(ValueError, match="merged under an embargo"):
        by_two(gate, "merge", OTHER, into=CASE)


def test_what_raid_owns_is_merged_into_what_it_owns_and_works_on(
    gate: Gatekeeper,
) -> None:
    opened(gate, OTHER, SECOND_REPORT)
    proposed(gate)
    for case, owned in ((CASE, 1), (OTHER, 0)):
        moved = triage_of(gate, case, owned)
        recorded(gate, moved)
    assert "that it does not own" in refused(gate, *merge_of(gate, OTHER, owned=1))
    # Nor does the merge itself give the case away.
    assert "that it does not own" in refused(gate, *merge_of(gate, OTHER, owned=0))
    recorded(gate, triage_of(gate, OTHER, 1, "triaged"))
    under = permit(gate, "dorothy", "raid.assess", OTHER)
    decline = act(
        "raid.case", OTHER, "decline triaged declined", owned=1, **TEAM, **under
    )
    recorded(gate, decline)
    assert "nobody works on" in refused(gate, *merge_of(gate, OTHER, owned=1))
    assert "into itself" in refused(gate, *merge_of(gate, CASE, owned=1))
    strange = merge_of(gate, "case:c-zzzzzzzzzz", owned=1)
    assert "that it does not own" in refused(gate, *strange)
    recorded(gate, triage_of(gate, OTHER, 1, "declined"))
    recorded(gate, *merge_of(gate, OTHER, owned=1))


def triage_of(gate: Gatekeeper, case: str, owned: int, before: str = "new") -> Event:
    """Return that a case was triaged, as RAID's own or not."""
    under = permit(gate, "dorothy", "raid.assess", case)
    words = f"triage {before} triaged"
    return act("raid.case", case, words, owned=owned, **TEAM, **under)


def merge_of(gate: Gatekeeper, into: str, owned: int) -> list[Event]:
    """Return the events by which the case is merged, as RAID's own or not."""
    [*carried, gone] = merging(gate, into=into)
    card = {**gone["card"], "owned": owned, "was": "triaged"}
    return [*carried, {**gone, "from": "triaged", "card": card}]


def test_no_embargo_is_recorded_for_a_case_that_has_no_row(
    gate: Gatekeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    triaged(gate, CASE)
    offered: dict[str, Any] = {
        "offer": "a" * 64,
        "offer_ends": "2026-12-01T12:00:00Z",
        **permit(gate, "rosalind", "raid.embargo", CASE),
    }
    words = ("raid.embargo", "emb-" + "a" * 16, "propose - proposed")
    offer = act(*words, case=CASE, **offered)
    without_cases(monkeypatch)
    assert "nobody works on the case" in refused(gate, offer)
