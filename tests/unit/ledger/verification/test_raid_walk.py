"""The desk's events are judged wherever they stand, as far as anybody can tell."""

from hashlib import sha256
from typing import Any

import pytest

from ringwall.base.canonical import dump_canonical
from ringwall.ledger.verification.findings import Finding, Findings
from ringwall.ledger.verification.leaf_walk import Stretch
from ringwall.ledger.verification.raid_walk import RaidWalk
from ringwall.ledger.verification.remedies import remedy
from ringwall.model.events import Event
from ringwall.model.raid_events import (
    DESK,
    INBOX,
    clock_breached,
    embargo_expired,
    handover_silent,
)
from ringwall.model.raid_inquiry_laws import STANDARD_ANSWER
from ringwall.model.raid_permits import digest_bound
from ringwall.model.raid_release_laws import terms_of
from ringwall.tlog.hashing import leaf_hash
from tests.fault.ledger_simulator import AT, decision
from tests.unit.ledger.verification.raid_log import (
    BEA,
    CASE,
    CLOCK,
    OTHER,
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
from tests.unit.ledger.verification.vault_log import WIDTH, cursor_of, disclosure

WAYS = pytest.mark.parametrize("way", [walked, skimmed])
START: list[Event] = [*received(), *opened()]
MERGED = act("raid.case", CASE, "merge new merged", "dec-two", by=BEA, was="new")
WHOLE: list[Event] = [
    *START,
    *needed("dec-need"),
    *proposed(),
    *carried("dec-two", BEA, MERGED),
]


@WAYS
def test_nothing_is_found_in_what_was_done_as_it_should_be(way: Way) -> None:
    assert codes(WHOLE, way) == []


@WAYS
@pytest.mark.parametrize("before", range(WIDTH - 6, WIDTH))
def test_a_transaction_may_stand_on_either_side_of_an_end(
    way: Way, before: int
) -> None:
    others = [decision(f"dec-{number}") for number in range(before)]

    assert codes([*others, *WHOLE], way) == []


@WAYS
def test_two_persons_are_two(way: Way) -> None:
    alone = {**MERGED, "decision": "dec-1", "by": "org:ada"}
    events = [*START, permit("dec-1", "raid.approve"), alone]

    assert codes(events, way) == [("raid-person-alone", len(events) - 1)]
    same = [*START, *proposed(), *carried("dec-two", "org:ada")]
    assert codes(same, way) == [("raid-person-alone", len(same) - 1)]


@WAYS
def test_of_who_was_erased_nobody_says_that_they_were_alone(way: Way) -> None:
    one, other = disclosure("user:ann", 1), disclosure("user:ann", 2)
    stranger = disclosure("user:bea", 3)
    events = [*START, *proposed(by=one.token), *carried("dec-two", other.token)]

    told = found(events, way, (one, other)).listed()
    assert [finding.code for finding in told] == ["raid-person-alone"]
    assert found(events, way).listed() == ()
    events = [*START, *proposed(by=one.token), *carried("dec-two", stranger.token)]
    assert found(events, way, (one, stranger)).listed() == ()


@WAYS
def test_a_proposal_made_and_carried_at_once_is_of_one_person(way: Way) -> None:
    carrier = act(
        "raid.proposal", "prp-" + "b" * 16, "carry - carried", "dec-9", case=CASE
    )
    events = [*START, permit("dec-9", "raid.approve"), carrier]

    assert ("raid-move-impossible", len(events) - 1) in codes(events, way)
    assert ("raid-person-alone", len(events) - 1) in codes(events, way)


@WAYS
def test_an_alarm_parts_no_transaction(way: Way) -> None:
    arm = act("raid.clock", CLOCK, "arm - armed", "dec-1", case=CASE)
    note = act("raid.case", CASE, "clock new new", "dec-1")
    alarm = clock_breached(AT, CLOCK, CASE, "dec-1")
    silent = handover_silent(AT, "hnd-" + "a" * 16, CASE, "lapsed", "dec-1")
    expired = embargo_expired(AT, "emb-" + "a" * 16, CASE, "active", "dec-1")
    told = (arm, alarm, silent, expired, note)
    events = [*START, permit("dec-1", "raid.arm"), *told]

    assert codes(events, way) == []
    other = {**alarm, "decision": "dec-2"}
    events = [*START, permit("dec-1", "raid.arm"), arm, other, note]
    assert codes(events, way) == [("raid-permit-reused", len(events) - 1)]


@WAYS
def test_what_stands_apart_is_no_part_of_a_transaction(way: Way) -> None:
    note = act("raid.case", CASE, "note new new", "dec-1")
    events = [
        *[*START, permit("dec-1", "raid.write"), note],
        *[decision("dec-other"), note],
    ]

    assert codes(events, way) == [("raid-permit-reused", len(events) - 1)]


@WAYS
def test_what_rests_on_what_was_pruned_is_not_told(way: Way) -> None:
    note = act("raid.case", CASE, "note new new", "dec-1")
    pruned: list[Event | None] = [None, *START[1:], note]
    unheard = act("raid.case", OTHER, "note new new", "dec-2")

    assert codes(pruned, way) == []
    assert codes([*pruned, unheard], way) == [("raid-move-impossible", len(pruned))]


@WAYS
def test_what_rests_on_what_was_changed_is_not_told(way: Way) -> None:
    findings = Findings()
    findings.at_entry(0)
    note = act("raid.case", OTHER, "note new new", "dec-2")
    alone = act("raid.clock", CLOCK, "start armed running", "dec-3", case=CASE)

    told = found([*START, note, alone], way, findings=findings).listed()
    assert [finding.code for finding in told] == ["raid-clock-unstarted"]


def skim(entries: list[bytes]) -> list[Finding]:
    """Return what is found in entries that nobody else reads."""
    findings = Findings()
    walk = RaidWalk(cursor_of(), findings)
    rows = [(index, leaf_hash(data), data) for index, data in enumerate(entries)]
    walk.skim(Stretch(0, len(rows), rows), rows)
    return list(findings.listed())


def test_what_is_no_event_is_told_where_nobody_else_reads_it() -> None:
    [told] = skim([dump_canonical({**START[1], "by": 7})])

    assert (told.code, told.place) == ("entry-unreadable", "entry 0")
    assert told.message == (
        "entry 0 is not an event: a key of `raid.report` is missing or of another type"
    )


def test_what_names_the_desk_and_is_of_another_kind_is_left_alone() -> None:
    other = {
        "v": 1,
        "kind": "fact.declared",
        "at": "2027-01-15T08:00:00Z",
        "id": "org:x",
        "document": {"id": "org:x", "kind": "raid.case"},
    }

    assert skim([dump_canonical(other)]) == []


@pytest.mark.parametrize(
    "code",
    [
        "raid-clock-unstarted",
        "raid-move-impossible",
        "raid-permit-missing",
        "raid-permit-reused",
        "raid-person-alone",
    ],
)
def test_only_a_holder_of_the_key_can_have_written_it(code: str) -> None:
    told = remedy(Finding(code, "entry 5", ""))

    assert "only a holder of the log's key" in told
    assert "ringwall audit rotate-key" in told


def test_the_words_are_for_an_officer() -> None:
    under = permit("dec-1", "raid.assess", OTHER)
    moved = act("raid.case", OTHER, "triage new triaged", "dec-1")
    unheard = act("raid.case", CASE, "note new new", "dec-2")
    [first] = found([*START, under, moved]).listed()
    [second] = found([*START, unheard]).listed()
    alone = {**MERGED, "decision": "dec-3", "by": "org:ada"}
    [third] = found([*START, permit("dec-3", "raid.approve"), alone]).listed()

    assert first.message == (
        f"`{OTHER}` was not there before, and nothing lets anybody triage it from "
        "new to triaged"
    )
    assert second.message == (
        "no decision before it, `dec-2` by name, permits all that was recorded under it"
    )
    assert third.message == (
        f"to merge `{CASE}` takes two persons, and nothing that another proposed was "
        "carried with it"
    )


OLD, NEW, THIRD = "a" * 64, "b" * 64, "c" * 64
RULES = "raid:rules"
FOUNDED: list[Event] = [
    permit("dec-found", "raid.intake", INBOX),
    act("raid.desk", RULES, "found - adopted", "dec-found", digest=OLD),
]


def _adoption(
    before: str = OLD,
    *,
    name: str = "prp-" + "c" * 16,
    digest: str = NEW,
    what: str = "adopt",
    action: str = "raid.direct",
    by: str = BEA,
    rebound: str = "",
) -> list[Event]:
    """Return that rules were proposed, and that others or these were adopted."""
    bound = {"what": what, "binds": digest_bound({"before": before, "digest": NEW})}
    one, two = f"dec-p{name[-1]}", f"dec-c{name[-1]}"
    later = {**bound, "binds": rebound or bound["binds"]}
    state = "adopted" if before else "-"
    words = f"adopt {state} adopted"
    return [
        permit(one, action, DESK),
        act("raid.proposal", name, "propose - open", one, **bound),
        permit(two, "raid.approve", DESK, by),
        act("raid.proposal", name, "carry open carried", two, by=by, **later),
        act("raid.desk", RULES, words, two, by=by, digest=digest),
    ]


@WAYS
def test_rules_that_two_persons_adopted_are_in_order(way: Way) -> None:
    assert codes(_adoption(""), way) == []
    assert codes([*FOUNDED, *_adoption()], way) == []


@WAYS
def test_an_adoption_without_its_proposal_is_found(way: Way) -> None:
    events = _adoption()
    bare = [*FOUNDED, events[2], events[4]]
    unproposed = [*FOUNDED, *events[2:]]

    assert codes(bare, way) == [("raid-person-alone", 3)]
    assert codes(unproposed, way) == [
        *(("raid-move-impossible", 3), ("raid-person-alone", 3)),
    ]


@WAYS
def test_an_adoption_of_other_rules_than_were_proposed_is_found(way: Way) -> None:
    rebound = digest_bound({"before": OLD, "digest": THIRD})
    last = len(FOUNDED) + 4

    for forged in (
        _adoption(digest=THIRD),
        _adoption(what="invalidate", action="raid.write"),
    ):
        assert codes([*FOUNDED, *forged], way) == [("raid-person-alone", last)]
    swapped = [*FOUNDED, *_adoption(digest=THIRD, rebound=rebound)]
    assert codes(swapped, way) == [("raid-move-impossible", last - 1)]


@WAYS
def test_an_adoption_that_was_overtaken_is_found(way: Way) -> None:
    other = "prp-" + "d" * 16
    events = [*FOUNDED, *_adoption(), *_adoption(name=other)]

    assert codes(events, way) == [("raid-person-alone", len(events) - 1)]


@WAYS
def test_an_adoption_seconded_by_who_proposed_it_is_found(way: Way) -> None:
    events = [*FOUNDED, *_adoption(by="org:ada")]

    assert codes(events, way) == [("raid-person-alone", len(events) - 2)]


@WAYS
def test_rules_that_nobody_proposed_who_directs_are_found(way: Way) -> None:
    events = [*FOUNDED, *_adoption(action="raid.write")]

    assert codes(events, way) == [("raid-permit-missing", 3)]


@WAYS
def test_an_embargo_that_outlives_its_matter_is_found(way: Way) -> None:
    offered = act(
        *("raid.embargo", "emb-1", "propose - proposed", "dec-e"),
        case=CASE,
        offer="a" * 64,
        offer_ends="2026-12-01T12:00:00Z",
    )
    out = act("raid.matter", "mtr-1", "tell - known", "dec-m", case=CASE, public=1)
    ended = act(
        *("raid.embargo", "emb-1", "end proposed exited", "dec-m"),
        case=CASE,
        cause="public",
    )

    broken = "raid-embargo-broken"
    begun = [*START, act("raid.case", CASE, "triage new triaged", "dec-t")]
    assert broken not in [code for code, _ in codes([*begun, offered, out, ended], way)]
    told = codes([*begun, offered, out], way)
    assert (broken, len(begun) + 1) in told
    assert (broken, len(START)) in codes([*START, offered], way)


@WAYS
def test_a_merge_by_which_raid_loses_what_it_owns_is_found(way: Way) -> None:
    own = act("raid.case", CASE, "triage new triaged", "dec-t", owned=1)
    words: dict[str, Any] = {"redirect": OTHER, "was": "triaged", "owned": 1}
    gone = act("raid.case", CASE, "merge triaged merged", "dec-m", **words)
    theirs = [act("raid.case", OTHER, "open - new", "dec-o")]
    broken = "raid-merge-broken"
    start = [*START, own]
    assert (broken, len(start) + 1) in codes([*start, *theirs, gone], way)
    theirs.append(act("raid.case", OTHER, "triage new triaged", "dec-u", owned=1))
    assert broken not in [code for code, _ in codes([*start, *theirs, gone], way)]
    theirs.append(act("raid.case", OTHER, "decline triaged declined", "dec-d", owned=1))
    assert (broken, len(start) + 3) in codes([*start, *theirs, gone], way)


@WAYS
def test_an_inquiry_answered_by_no_exit_that_holds_is_found(way: Way) -> None:
    inquiry = ("raid.inquiry", "inq-1")
    asked = act(*inquiry, "inquire - received", "dec-i", case="", letter="a" * 64)
    broken = "raid-inquiry-broken"
    told = {"exit": "danger", "ground": "b" * 64, "recipient": "police.de"}
    other = act(*inquiry, "disclose received answered", "dec-d", case=CASE, **told)
    assert (broken, len(START) + 1) in codes([*START, asked, other], way)
    plain = act(*inquiry, "answer received answered", "dec-a", case="", answer="c" * 64)
    assert (broken, len(START) + 1) in codes([*START, asked, plain], way)


@WAYS
def test_a_release_of_something_else_than_was_cleared_is_found(way: Way) -> None:
    name = "rel-1"
    row = {"recipient": "csirt.fr", "content": "c" * 64, "label": "amber", "exit": ""}
    same = {**row, "case": CASE, "terms": terms_of(name, CASE, row)}
    draft = act("raid.release", name, "draft - draft", "dec-r", **same)
    clear = act("raid.release", name, "clear draft cleared", "dec-c", **same)
    broken = "raid-release-broken"
    begun = [*START, act("raid.case", CASE, "triage new triaged", "dec-t"), draft]
    assert broken not in [code for code, _ in codes([*begun, clear], way)]
    other = {**same, "content": "d" * 64}
    changed = act("raid.release", name, "clear draft cleared", "dec-c", **other)
    assert (broken, len(begun)) in codes([*begun, changed], way)
    away = act("raid.case", CASE, "merge triaged merged", "dec-m", was="triaged")
    assert (broken, len(begun) + 1) in codes([*begun, away, clear], way)
    assert (broken, len(START)) in codes([*START, draft], way)


@WAYS
def test_a_release_that_its_author_approved_is_found(way: Way) -> None:
    name, broken = "rel-1", "raid-release-broken"
    row = {"recipient": "csirt.fr", "content": "c" * 64, "label": "amber", "exit": ""}
    same = {**row, "case": CASE, "terms": terms_of(name, CASE, row)}
    draft = act("raid.release", name, "draft - draft", "dec-r", **same)
    clear = act("raid.release", name, "clear draft cleared", "dec-c", **same)
    words = ("raid.release", name, "approve cleared approved", "dec-a")
    begun = [*START, act("raid.case", CASE, "triage new triaged", "dec-t")]
    events = [*begun, draft, clear, act(*words, **same)]
    assert (broken, len(events) - 1) in codes(events, way)
    other = [*begun, draft, clear, act(*words, by=BEA, **same)]
    assert broken not in [code for code, _ in codes(other, way)]


@WAYS
def test_an_inquiry_answered_twice_is_found(way: Way) -> None:
    inquiry = ("raid.inquiry", "inq-1")
    same = sha256(STANDARD_ANSWER).hexdigest()
    asked = act(*inquiry, "inquire - received", "dec-i", case="", letter="a" * 64)
    told = {"case": "", "answer": same}
    first = act(*inquiry, "answer received answered", "dec-a", **told)
    again = act(*inquiry, "answer received answered", "dec-b", **told)
    found = codes([*START, asked, first, again], way)
    assert ("raid-move-impossible", len(START) + 2) in found
    assert "raid-inquiry-broken" not in [code for code, _ in found]


@WAYS
def test_an_inquiry_answered_about_one_case_is_of_no_other(way: Way) -> None:
    inquiry = ("raid.inquiry", "inq-1")
    asked = act(*inquiry, "inquire - received", "dec-i", case=OTHER, letter="a" * 64)
    told = act(*inquiry, "decline received declined", "dec-d", case=CASE)
    found = codes([*START, asked, told], way)
    assert ("raid-move-impossible", len(START) + 1) in found
