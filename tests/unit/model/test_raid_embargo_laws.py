"""What has to hold of an embargo after each transaction."""

from itertools import product
from typing import Any

import pytest

from ringwall.model.raid_embargo_kinds import BITS, OPEN_EMBARGO, OVER
from ringwall.model.raid_embargo_laws import (
    EmbargoLaws,
    is_consent,
    is_out,
    joined,
)

CASE = "case:c-aaaaaaaaaa"
OTHER_CASE = "case:c-bbbbbbbbbb"
TERMS, OTHER = "a" * 64, "b" * 64
AT, ENDS = "2026-11-21T12:00:00Z", "2026-12-04T11:00:00Z"
AFTER = "2026-12-04T11:00:01Z"


def matter(*bits: str, recoverable: str = "service-side") -> dict[str, Any]:
    so = {bit: int(bit in bits) for bit in BITS}
    return {"state": "known", **so, "recoverable": recoverable}


def embargo(state: str = "active", **changes: str) -> dict[str, Any]:
    row = {"terms": TERMS, "ends": ENDS, "since": AT, "offer": "", "offer_ends": ""}
    return {"state": state, **row, "cause": "", **changes}


def party(state: str = "party", **changes: str | int) -> dict[str, Any]:
    row = {"necessary": 1, "terms": TERMS, "before": "", "agrees": "", "key": "K"}
    return {"state": state, **row, **changes}


def event(kind: str, act: str, card: dict[str, Any], at: str = AT) -> dict[str, Any]:
    name = f"{kind}-1"
    return {"kind": kind, "id": name, "case": CASE, "act": act, "card": card, "at": at}


def laws(*parties: dict[str, Any], **rows: dict[str, Any]) -> EmbargoLaws:
    made = EmbargoLaws()
    for kind, row in rows.items():
        made.put(f"raid.{kind}", f"raid.{kind}-1", CASE, row)
    for number, row in enumerate(parties):
        made.put("raid.party", f"pty-{number}", CASE, row)
    made.put("raid.case", CASE, CASE, whole("triaged"))
    made.put("raid.link", "lnk-1", CASE, {})
    return made


def whole(state: str, redirect: str = "") -> dict[str, Any]:
    return {"state": state, "redirect": redirect}


def case_event(
    act: str, state: str, case: str = CASE, into: str = "", at: str = AT
) -> dict[str, Any]:
    row = {"kind": "raid.case", "id": case, "case": case, "act": act}
    return {**row, "card": whole(state, into), "at": at}


def broken(made: EmbargoLaws, *acts: dict[str, Any]) -> list[str]:
    return [told for _, told in made.take(acts)]


@pytest.mark.parametrize(
    ("state", "bits"),
    list(
        product(
            ("none", *sorted(OPEN_EMBARGO), "exited"),
            ((), ("public",), ("uplift",), ("misuse",), ("aware", "ready")),
        )
    ),
)
def test_no_embargo_is_open_once_the_matter_is_out(
    state: str, bits: tuple[str, ...]
) -> None:
    row = matter(*bits)
    told = broken(laws(embargo=embargo(state)), event("raid.matter", "tell", row))
    assert is_out(row) == bool(set(bits) & set(OVER))
    assert bool(told) == (is_out(row) and state in OPEN_EMBARGO)


def test_what_ends_with_what_is_told_is_within_the_law() -> None:
    acts = (
        event("raid.matter", "tell", matter("misuse")),
        event("raid.embargo", "end", embargo("exited", cause="misuse-observed")),
    )
    assert not broken(laws(embargo=embargo()), *acts)
    assert broken(laws(embargo=embargo()), acts[0])
    late = laws(matter=matter("public"))
    offered = embargo("proposed", offer=TERMS, offer_ends=ENDS, since="")
    assert broken(late, event("raid.embargo", "propose", offered))


def test_one_person_takes_nothing_back() -> None:
    before = matter("aware", recoverable="contained")
    for card in (
        matter(recoverable="contained"),
        matter("aware", recoverable="service-side"),
        matter("aware", recoverable="gone"),
    ):
        made = laws(matter=before)
        assert broken(made, event("raid.matter", "tell", card))
    made = laws(matter=before)
    assert not broken(made, event("raid.matter", "retract", matter()))
    assert not broken(made, event("raid.matter", "tell", before))


@pytest.mark.parametrize(
    ("row", "is_given"),
    [
        (party(), True),
        (party(terms=OTHER, before=TERMS), True),
        (party(terms=OTHER), False),
        (party("left"), False),
        (party("invited"), False),
        (party("rejected"), False),
        (party(key=""), False),
        (party(necessary=0), False),
    ],
)
def test_acceptance_rests_on_the_signed_consent_of_the_necessary(
    row: dict[str, Any], is_given: bool
) -> None:
    before = embargo("proposed", offer=TERMS, offer_ends=ENDS, terms="", ends="")
    accepted = event("raid.embargo", "accept", embargo())
    assert bool(broken(laws(row, embargo=before), accepted)) is not is_given


def test_no_consent_is_to_no_terms() -> None:
    assert not is_consent(party(terms=""), "")
    before = embargo("proposed", offer=TERMS, offer_ends=ENDS)
    assert broken(laws(embargo=before), event("raid.embargo", "accept", embargo()))


def test_just_what_was_proposed_is_accepted() -> None:
    before = embargo("proposed", offer=OTHER, offer_ends=ENDS)
    told = broken(
        laws(party(), embargo=before), event("raid.embargo", "accept", embargo())
    )
    assert told == ["other terms were accepted than were proposed"]


def test_what_is_over_is_not_accepted() -> None:
    before = embargo("proposed", offer=TERMS, offer_ends=ENDS, terms="", ends="")
    late = {**event("raid.embargo", "accept", embargo()), "at": ENDS}
    assert broken(laws(party(), embargo=before), late) == [
        "its time was over when it was accepted"
    ]


def test_no_embargo_lasts_above_half_a_year_unless_two_signed() -> None:
    longest, utmost = "2027-05-20T12:00:00Z", "2027-11-21T12:00:00Z"
    ends = (longest, "2027-05-20T12:00:01Z", utmost, "2027-11-21T12:00:01Z", "")
    for act, state, most in (("propose", "proposed", 1), ("revise", "revise", 3)):
        for number, end in enumerate(ends):
            card = embargo(state, offer=OTHER, offer_ends=end)
            made = laws(embargo=embargo()) if act == "revise" else laws()
            found = broken(made, event("raid.embargo", act, card))
            assert bool(found) is (number >= most)
    signed = {"allowed": TERMS, "approver": "K"}
    for so, most in (
        ({}, 1),
        (signed, 3),
        ({**signed, "allowed": OTHER}, 1),
        ({**signed, "approver": ""}, 1),
    ):
        for number, end in enumerate(ends):
            before = embargo("revise", offer=TERMS, offer_ends=end, **so)
            accepted = event("raid.embargo", "accept", embargo(ends=end, **so))
            found = broken(laws(party(), embargo=before), accepted)
            assert bool(found) is (number >= most)


def test_what_two_sign_for_is_what_is_proposed_in_an_act_of_its_own() -> None:
    before = embargo("revise", offer=OTHER, offer_ends=ENDS)
    good = {"allowed": OTHER, "approver": "K"}
    for so, is_lawful in (
        (good, True),
        ({**good, "allowed": TERMS}, False),
        ({**good, "approver": ""}, False),
        ({**good, "allowed": ""}, False),
    ):
        made = laws(embargo=before)
        signed = event("raid.embargo", "allow", {**before, **so})
        assert bool(broken(made, signed)) is not is_lawful
    for act, state in (("revise", "revise"), ("reject", "active")):
        card = embargo(state, offer=OTHER, offer_ends=ENDS, **good)
        told = broken(laws(embargo=before), event("raid.embargo", act, card))
        assert told == ["nobody has signed for its length"]


@pytest.mark.parametrize(
    ("cause", "made", "act", "at", "holds"),
    [
        ("expired", laws(embargo=embargo()), "end", AFTER, True),
        ("expired", laws(embargo=embargo()), "end", AT, False),
        ("expired", laws(embargo=embargo(ends="")), "end", AFTER, False),
        ("public", laws(matter=matter("public")), "end", AT, True),
        ("public", laws(matter=matter("misuse")), "end", AT, False),
        ("", laws(), "end", AT, False),
        ("purpose-served", laws(matter=matter("mitigated")), "end", AT, True),
        ("purpose-served", laws(matter=matter("warned")), "end", AT, False),
        ("purpose-served", laws(), "end", AT, False),
        (
            "purpose-served",
            laws(matter=matter("warned", recoverable="released")),
            "end",
            AT,
            True,
        ),
        ("agreed", laws(party(agrees=TERMS), embargo=embargo()), "end", AT, True),
        ("agreed", laws(party(), embargo=embargo()), "end", AT, False),
        ("agreed", laws(embargo=embargo()), "end", AT, False),
        ("consent-gone", laws(party("left"), embargo=embargo()), "drop", AT, True),
        ("consent-gone", laws(party("left"), embargo=embargo()), "end", AT, False),
        ("consent-gone", laws(party(), embargo=embargo()), "drop", AT, False),
    ],
)
def test_an_embargo_ends_for_what_is_so(
    cause: str, made: EmbargoLaws, act: str, at: str, holds: bool
) -> None:
    ended = event("raid.embargo", act, embargo("exited", cause=cause), at)
    assert bool(broken(made, ended)) is not holds
    assert not broken(made, case_event("note", "triaged"))


def test_of_an_end_that_is_none_nobody_says_that_it_has_come() -> None:
    ended = event("raid.embargo", "end", embargo("exited", cause="expired"), AFTER)
    assert broken(laws(embargo=embargo(ends="soon")), ended)


@pytest.mark.parametrize("state", ["new", "declined", "resolved", "archived", "merged"])
def test_no_embargo_is_proposed_for_what_nobody_works_on(state: str) -> None:
    made = laws(embargo=embargo("none"))
    made.put("raid.case", CASE, CASE, whole(state))
    card = embargo("proposed", offer=TERMS, offer_ends=ENDS, since="")
    assert broken(made, event("raid.embargo", "propose", card)) == [
        "nobody works on the case"
    ]
    assert not broken(laws(), event("raid.embargo", "propose", card))


@pytest.mark.parametrize("state", ["", "none", *sorted(OPEN_EMBARGO), "exited"])
@pytest.mark.parametrize("at", [AT, AFTER])
def test_a_case_is_neither_resolved_nor_merged_under_an_embargo(
    state: str, at: str
) -> None:
    is_bound = state in {"active", "revise"} and at == AT
    is_open = state in OPEN_EMBARGO and at == AT
    made = laws(embargo=embargo(state))
    resolved = case_event("resolve", "resolved", at=at)
    assert bool(broken(made, resolved)) is is_bound
    for case, into in ((CASE, OTHER_CASE), (OTHER_CASE, CASE)):
        made = laws(embargo=embargo(state))
        merged = case_event("merge", "merged", case, into, at)
        assert bool(broken(made, merged)) is is_open


def test_what_is_so_of_a_merged_case_is_so_of_its_successor() -> None:
    third = "case:c-cccccccccc"
    made = laws(party("left"), embargo=embargo("none"), matter=matter(recoverable=""))
    made.put("raid.matter", "mtr-2", third, matter("public", "mitigated"))
    for case, into in ((third, OTHER_CASE), (OTHER_CASE, CASE)):
        assert not broken(made, case_event("merge", "merged", case, into))
    offered = embargo("proposed", offer=TERMS, offer_ends=ENDS, since="")
    proposed = event("raid.embargo", "propose", offered)
    assert broken(made, proposed) == ["an embargo stands although the matter is out"]
    served = embargo("exited", cause="purpose-served")
    assert not broken(made, event("raid.embargo", "end", served))
    # Once it is a case of its own again, it is so of that alone.
    assert not broken(made, case_event("unmerge", "triaged", OTHER_CASE))
    assert not broken(made, proposed)
    assert broken(made, event("raid.embargo", "end", served))


def test_of_what_several_cases_tell_the_gravest_counts() -> None:
    rows = matter("aware", recoverable="released"), matter("ready")
    known = joined(rows)
    assert (known["aware"], known["ready"], known["public"]) == (1, 1, 0)
    assert known["recoverable"] == "released"
    assert joined([])["recoverable"] == ""
    assert joined([matter(recoverable="gone"), *rows])["recoverable"] == "gone"
