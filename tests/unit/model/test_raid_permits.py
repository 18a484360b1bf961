"""A permit of the desk is for one act, on one case, and for no other."""

from typing import Any

import pytest

from ringwall.model.raid_events import DESK, INBOX, RAID_ACTIONS
from ringwall.model.raid_permits import (
    ADOPT,
    BROUGHT,
    OPENING,
    alone_in,
    digest_bound,
    gone_in,
    is_opened_in,
    is_permit_for,
    keeps_to_opening,
)
from ringwall.model.raid_shield_kinds import ERASE

REPORT, OTHER_REPORT = "report:r-aaaaaaaaaa", "report:r-bbbbbbbbbb"
CASE, OTHER = "case:c-aaaaaaaaaa", "case:c-bbbbbbbbbb"


def event(kind: str, act: str, name: str = "", case: str = "") -> dict[str, Any]:
    """Return what counts of an event."""
    return {"kind": kind, "act": act, "id": name, "case": case}


def permits(told: dict[str, Any], *linked: str) -> set[tuple[str, str]]:
    """Return each action and asset that an event may be recorded under."""
    actions = {action for rows in RAID_ACTIONS.values() for action, _ in rows}
    assets = (REPORT, OTHER_REPORT, CASE, OTHER, DESK, INBOX)
    return {
        (action, asset)
        for action in actions
        for asset in assets
        if is_permit_for(told, action, asset, linked)
    }


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (event("raid.report", "receive", REPORT), {("raid.intake", INBOX)}),
        (event("raid.desk", "cut", "raid:cut-1"), {("raid.direct", DESK)}),
        (event("raid.case", "open", CASE, CASE), {("raid.write", DESK)}),
        (event("raid.case", "note", CASE, CASE), {("raid.write", CASE)}),
        (event("raid.clock", "void", "clk-1", CASE), {("raid.clock", CASE)}),
        (
            event("raid.clock", "arm", "clk-1", CASE),
            {("raid.arm", CASE), ("raid.assess", CASE)},
        ),
        (
            event("raid.need", "admit", case=CASE),
            {("raid.compartment", CASE), ("raid.write", DESK)},
        ),
        (
            event("raid.report", "validate", REPORT),
            {("raid.write", REPORT), ("raid.write", DESK)},
        ),
        (
            event("raid.report", "attach", REPORT, CASE),
            {("raid.write", CASE), ("raid.write", DESK)},
        ),
        (event("raid.report", "detach", REPORT), set()),
        (
            event("raid.report", "invalidate", REPORT),
            {("raid.write", REPORT), ("raid.approve", DESK)},
        ),
        (event("raid.report", "forget", REPORT), set()),
        (event("raid.nothing", "open", CASE, CASE), set()),
    ],
)
def test_an_event_has_the_permits_of_its_row(
    told: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    assert permits(told) == expected


def test_what_a_report_is_of_is_the_case_that_it_was_linked_to() -> None:
    told = event("raid.report", "accept", REPORT)

    assert permits(told) == set()
    assert permits(told, CASE) == {("raid.assess", CASE)}


def test_a_link_to_a_case_makes_nothing_else_a_part_of_it() -> None:
    assert permits(event("raid.clock", "start", "clk-1"), CASE) == set()


def test_a_proposal_of_a_report_is_made_on_that_or_at_the_desk() -> None:
    told = event("raid.proposal", "propose", "prp-1")
    expected = {("raid.write", one) for one in (REPORT, OTHER_REPORT, DESK)}

    assert expected <= permits(told)
    assert {asset for _, asset in permits(told)} == {REPORT, OTHER_REPORT, DESK}
    assert ("raid.approve", DESK) in permits(event("raid.proposal", "carry", "prp-1"))


def test_a_proposal_of_a_case_is_made_on_that_alone() -> None:
    found = permits(event("raid.proposal", "propose", "prp-1", CASE))

    assert ("raid.write", CASE) in found
    assert {asset for _, asset in found} == {CASE}


def test_whoever_opens_a_case_stays_within_it() -> None:
    opened = event("raid.case", "open", CASE, CASE)
    linked = event("raid.link", "link", "lnk-1", CASE)
    elsewhere = event("raid.link", "link", "lnk-2", OTHER)
    screened = event("raid.report", "validate", REPORT)
    proposed = event("raid.proposal", "propose", "prp-1")

    assert OPENING == ("raid.write", DESK)
    assert is_opened_in("", [linked, opened])
    assert not is_opened_in(OTHER, [linked, opened])
    assert keeps_to_opening(linked, [linked, opened])
    assert keeps_to_opening(screened, [screened, opened])
    assert keeps_to_opening(proposed, [proposed])
    assert not keeps_to_opening(linked, [linked])
    assert not keeps_to_opening(screened, [screened])
    assert not keeps_to_opening(elsewhere, [opened, elsewhere])
    assert not keeps_to_opening({**proposed, "case": OTHER}, [opened])


def test_what_a_merge_brings_has_the_permit_of_the_case_that_goes() -> None:
    over = event("raid.clock", "take-over", "clk-1", OTHER)
    back = event("raid.case", "give-back", OTHER, OTHER)
    home = event("raid.clock", "give-back", "clk-1", CASE)

    assert permits(over) == permits(back) == set()
    assert permits(over, CASE) == {("raid.approve", CASE), ("raid.compartment", CASE)}
    assert permits(back, CASE) == {("raid.approve", CASE)}
    assert permits(home) == {("raid.approve", CASE)}
    merged = event("raid.case", "merge", CASE, CASE)
    parted = event("raid.case", "unmerge", OTHER, OTHER)
    assert gone_in([over, merged, back, parted]) == {CASE, OTHER}
    assert gone_in([over, event("raid.link", "merge", CASE)]) == frozenset()


def test_no_clock_is_brought_anywhere_by_one_person() -> None:
    for kind in ("raid.clock", "raid.case"):
        for act in sorted(BROUGHT):
            alone = event(kind, act, "clk-1", CASE)
            assert alone_in([alone]) == (alone,)


@pytest.mark.parametrize("act", ["merge", "unmerge", "deviate", "disown"])
def test_what_takes_two_persons_goes_with_a_proposal_carried(act: str) -> None:
    alone = event("raid.case", act, CASE, CASE)
    carried = event("raid.proposal", "carry", "prp-1", CASE)
    noted = event("raid.case", "note", CASE, CASE)

    assert alone_in([noted, alone]) == (alone,)
    assert alone_in([carried, alone]) == ()
    assert alone_in([noted]) == ()


def test_that_a_clock_is_void_takes_a_grant_of_two_and_no_proposal() -> None:
    assert alone_in([event("raid.clock", "void", "clk-1", CASE)]) == ()


def test_rules_are_proposed_under_the_permit_to_direct_and_nothing_else_is() -> None:
    told = event("raid.proposal", "propose", "prp-1")
    rules = {**told, "card": {"what": ADOPT}}
    other = {**told, "card": {"what": "merge"}}

    assert permits(rules) == {("raid.direct", DESK)}
    assert permits({**told, "card": {"what": ERASE}}) == {("raid.direct", DESK)}
    assert permits({**rules, "case": CASE}) == set()
    assert "raid.direct" not in {action for action, _ in permits(other)}
    adopted = event("raid.desk", ADOPT, "raid:rules")
    assert permits(adopted) == {("raid.approve", DESK)}


def test_a_box_is_erased_by_two_if_just_this_one_was_to_be() -> None:
    report = "report:r-aaaaaaaaaa"
    erased = event("raid.box", "erase", "box-1", report) | {"card": {"digest": "b"}}
    bound = digest_bound({"report": report, "box": "b"})
    carried = event("raid.proposal", "carry", "prp-1")
    good = {**carried, "card": {"what": ERASE, "binds": bound}}
    other = {**carried, "card": {"what": "merge", "binds": bound}}

    assert permits(erased) == {("raid.approve", DESK)}
    assert alone_in([good, erased]) == ()
    assert alone_in([erased]) == (erased,)
    assert alone_in([other, erased]) == (erased,)
    assert alone_in([good, {**erased, "card": {"digest": "c"}}]) != ()
    assert alone_in([good, {**erased, "case": "report:r-bbbbbbbbbb"}]) != ()


def test_rules_are_adopted_by_two_if_just_these_were_proposed() -> None:
    adopted = {**event("raid.desk", ADOPT, "raid:rules"), "card": {"digest": "b"}}
    bound = digest_bound({"before": "a", "digest": "b"})
    carried = event("raid.proposal", "carry", "prp-1")
    good = {**carried, "card": {"what": ADOPT, "binds": bound}}
    other = {**carried, "card": {"what": "merge", "binds": bound}}

    assert alone_in([good, adopted], "a") == ()
    assert alone_in([adopted], "a") == (adopted,)
    assert alone_in([good, adopted], "c") == (adopted,)
    assert alone_in([good, adopted]) == (adopted,)
    assert alone_in([other, adopted], "a") == (adopted,)
    assert alone_in([good, {**adopted, "card": {"digest": "c"}}], "a") != ()
