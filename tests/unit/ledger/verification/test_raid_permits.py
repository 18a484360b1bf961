"""Each transaction of the desk has a permit of its own, before it, for all of it."""

import pytest

from ringwall.ledger.verification.findings import Findings
from ringwall.ledger.verification.leaf_walk import LeafRow, Stretch
from ringwall.ledger.verification.raid_walk import RaidWalk
from ringwall.model.events import Event
from ringwall.model.raid_events import DESK
from ringwall.model.raid_release_laws import terms_of
from ringwall.tlog.hashing import leaf_hash
from tests.unit.ledger.verification.raid_log import (
    BEA,
    CASE,
    OTHER,
    REPORT,
    Way,
    act,
    carried,
    codes,
    found,
    needed,
    opened,
    permit,
    proposed,
    received,
    skimmed,
    walked,
)
from tests.unit.ledger.verification.vault_log import cursor_of, disclosure, rows

WAYS = pytest.mark.parametrize("way", [walked, skimmed])
START: list[Event] = [*received(), *opened()]
NOTE = act("raid.case", CASE, "note new new", "dec-1")
MISSING, REUSED = "raid-permit-missing", "raid-permit-reused"
IMPOSSIBLE = "raid-move-impossible"
SECOND, THIRD = "report:r-bbbbbbbbbb", "case:c-cccccccccc"


def noted(*before: Event, note: Event = NOTE) -> list[Event]:
    """Return a log in which a case is noted on, after something."""
    return [*START, *before, note]


@WAYS
@pytest.mark.parametrize(
    "before",
    [
        [],
        [permit("dec-2", "raid.write")],
        [permit("dec-1", "raid.read")],
        [permit("dec-1", "weights.read")],
        [permit("dec-1", "raid.write", OTHER)],
        [permit("dec-1", "raid.write", DESK)],
        [permit("dec-1", "raid.write", who=BEA)],
        [{**permit("dec-1", "raid.write"), "effect": "deny"}],
        [{**permit("dec-1", "raid.write"), "id": 7}],
        [{**permit("dec-1", "raid.write"), "kind": "fact.declared"}],
    ],
)
def test_what_nothing_permits_is_found(way: Way, before: list[Event]) -> None:
    events = noted(*before)
    clean = [{**e, "id": "dec-x"} if e.get("id") == 7 else e for e in events]

    assert codes(clean, way)[-1:] == [(MISSING, len(events) - 1)]


@WAYS
def test_a_permit_comes_before_what_it_permits(way: Way) -> None:
    good = permit("dec-1", "raid.write")

    assert codes(noted(good), way) == []
    late = [*START, NOTE, good]
    assert codes(late, way) == [(MISSING, len(START))]
    both = [*START, good, NOTE, good]
    assert codes(both, way) == []


@WAYS
def test_a_permit_is_for_one_transaction(way: Way) -> None:
    good = permit("dec-1", "raid.write")
    other = [*received("dec-in-2", "report:r-bbbbbbbbbb")]
    events = [*noted(good), *other, NOTE]

    assert codes(events, way) == [(REUSED, len(events) - 1)]


@WAYS
def test_one_act_that_is_not_permitted_spoils_the_transaction(way: Way) -> None:
    good = permit("dec-1", "raid.write")
    assess = act("raid.case", CASE, "assess new new", "dec-1")
    events = [*START, good, NOTE, assess]

    assert codes(events, way) == [(MISSING, len(events) - 2)]


@WAYS
def test_whoever_opens_a_case_reaches_no_other(way: Way) -> None:
    second = [*received("dec-in-2", "report:r-bbbbbbbbbb")]
    link = act("raid.link", "lnk-x", "link - linked", "dec-o", case=CASE, report=REPORT)
    opening = opened("dec-o", OTHER, "report:r-bbbbbbbbbb", "lnk-" + "b" * 16)

    assert codes([*START, *second, *opening], way) == []
    events = [*START, *second, *opening, link]
    assert codes(events, way) == [(MISSING, len(START) + 3)]
    lone = [*START, permit("dec-o", "raid.write", DESK), link]
    assert codes(lone, way) == [(MISSING, len(lone) - 1)]


@WAYS
def test_a_report_is_changed_for_a_case_that_it_was_linked_to(way: Way) -> None:
    accept = act("raid.report", REPORT, "accept valid accepted", "dec-1")

    assert codes(noted(permit("dec-1", "raid.assess"), note=accept), way) == []
    other = noted(permit("dec-1", "raid.assess", OTHER), note=accept)
    assert codes(other, way) == [(MISSING, len(other) - 1)]


@WAYS
def test_what_a_merge_brings_rests_on_the_permit_of_the_case_that_goes(
    way: Way,
) -> None:
    other = received("dec-in-2", SECOND)
    other += opened("dec-o", OTHER, SECOND, "lnk-" + "b" * 16)
    into = {"redirect": OTHER, "was": "new"}
    merged = act("raid.case", CASE, "merge new merged", "dec-two", by=BEA, **into)
    gathered = act("raid.case", OTHER, "take-over new new", "dec-two", by=BEA)
    third = act("raid.case", THIRD, "take-over new new", "dec-two", by=BEA)

    def brought(*events: Event) -> list[str]:
        log = [*START, *other, *proposed(), *carried("dec-two", BEA, *events)]
        return [code for code, _ in codes(log, way) if code != IMPOSSIBLE]

    assert brought(merged, gathered) == []
    # Without the merge, or in a case that was not merged into.
    assert brought(gathered) == [MISSING]
    assert brought(merged, third) == [MISSING]


@WAYS
def test_need_to_know_is_given_on_a_permit_for_the_case(way: Way) -> None:
    assert codes([*START, *needed("dec-1")], way) == []
    [_, event] = needed("dec-1")
    assert codes([*START, event], way) == [(MISSING, len(START))]


@WAYS
def test_one_person_may_have_several_tokens(way: Way) -> None:
    one, other = disclosure("user:ann", 1), disclosure("user:ann", 2)
    stranger = disclosure("user:bea", 3)
    good = permit("dec-1", "raid.write", who=one.token)

    for by, known, expected in (
        (other, (one, other), []),
        (stranger, (one, stranger), [MISSING]),
        (stranger, (), []),
    ):
        events = noted(good, note={**NOTE, "by": by.token})
        told = found(events, way, known).listed()
        assert [finding.code for finding in told] == expected


def judged(entries: list[LeafRow], stored: list[LeafRow], way: Way) -> list[str]:
    """Return the codes of what is found where other rows are stored than were read."""
    findings, cursor = Findings(), cursor_of(stored)
    walk = RaidWalk(cursor, findings)
    way(walk, Stretch(0, len(entries), entries))
    walk.finish(cursor)
    return [one.code for one in findings.listed()]


@WAYS
def test_a_decision_whose_bytes_are_not_its_own_permits_nothing(way: Way) -> None:
    entries = rows(noted(permit("dec-1", "raid.write")))
    index, _, data = entries[len(START)]
    assert b"raid.write" in data
    stored = [*entries]
    stored[len(START)] = index, bytes(32), data

    assert judged(entries, entries, way) == []
    assert judged(entries, stored, way) == [MISSING]


@WAYS
def test_what_is_no_event_permits_nothing(way: Way) -> None:
    entries = rows(noted(permit("dec-1", "raid.write")))
    index, _, data = entries[len(START)]
    torn = data[:-1]
    stored = [*entries]
    stored[len(START)] = index, leaf_hash(torn), torn

    assert judged(entries, stored, way) == [MISSING]


def test_where_nothing_was_done_no_permit_is_looked_for() -> None:
    assert codes([permit("dec-1", "raid.write")]) == []


@WAYS
def test_the_permit_to_approve_a_release_is_bound_to_its_terms(way: Way) -> None:
    name = "rel-1"
    row = {"recipient": "csirt.fr", "content": "c" * 64, "label": "amber", "exit": ""}
    terms = terms_of(name, CASE, row)
    words = {**row, "case": CASE, "terms": terms}
    steps = [("draft - draft", "dec-r"), ("clear draft cleared", "dec-c")]
    before = [
        event
        for said, decision in steps
        for event in (
            permit(decision, "raid.write"),
            act("raid.release", name, said, decision, **words),
        )
    ]
    approve = act("raid.release", name, "approve cleared approved", "dec-a", **words)
    allowed = permit("dec-a", "raid.release")
    for binds, is_missing in ((terms, False), ("", True), ("d" * 64, True)):
        log = [*START, *before, {**allowed, "binds": binds}, approve]
        assert (MISSING in [code for code, _ in codes(log, way)]) is is_missing
