"""A review is decided by somebody else, who may, under their own signature."""

from dataclasses import replace
from typing import Any

import pytest

from ringwall.base.clock import parse_instant
from ringwall.model.declarations import document_of
from ringwall.pdp.facts import FactBase
from ringwall.pdp.people import PersonRecord
from ringwall.pdp.reviewing import (
    OUTCOMES,
    REVIEWERS,
    Review,
    ReviewDecision,
    counted,
    decision_faults,
    reviewer_faults,
)
from ringwall.signing.ssh import sign_ssh
from tests.office import key_entry, private_key
from tests.unit.pdp.ladder import BENCHMARK

NOW = parse_instant("2026-11-21T12:00:00Z")
STATEMENT = b'{"what":"review"}'
Data = dict[str, Any]


def person(name: str, *roles: str, **more: object) -> Data:
    return {
        "id": f"user:{name}",
        "organisation": "org:institute",
        "roles": list(roles),
        "keys": [key_entry(name)],
        **more,
    }


PEOPLE: tuple[Data, ...] = (
    {"id": "org:institute", "relation": "institute"},
    {"id": "org:partner", "relation": "partner"},
    person("ada", "weights-researcher", "security-officer", manager="user:max"),
    person("ada-too", "security-officer", account_of="user:ada"),
    person("hedy", "security-officer"),
    person("marian", "ciso"),
    person("max", "researcher"),
    person("kurt", "researcher"),
    {**person("otto", "security-officer"), "organisation": "org:partner"},
    {"id": "service:s", "organisation": "org:institute", "operator": "user:ada"},
)


def facts(*changes: Data) -> FactBase:
    data = {one["id"]: one for one in (*PEOPLE, *changes)}
    return FactBase({k: document_of(one) for k, one in data.items()}, BENCHMARK)


def review(subject: str = "user:ada", what: str = "power") -> Review:
    return Review("rev-1", 1, NOW, subject, what, "", NOW + 1)


def decision(by: str, outcome: str = "kept", signer: str = "") -> ReviewDecision:
    name = signer or by.partition(":")[2]
    signature = sign_ssh(STATEMENT, private_key(name))
    return ReviewDecision(2, NOW, by, outcome, NOW + 9, "", "log", STATEMENT, signature)


def codes(one: Review, by: str) -> list[str]:
    return [fault.code for fault in reviewer_faults(one, by, facts())]


def faults(one: Review, taken: ReviewDecision, *changes: Data) -> list[str]:
    return [fault.code for fault in decision_faults(one, taken, facts(*changes))]


@pytest.mark.parametrize("by", ["user:hedy", "user:marian", "user:max"])
def test_an_officer_or_their_manager_may_confirm_a_power(by: str) -> None:
    assert codes(review(), by) == []
    assert faults(review(), decision(by)) == []


@pytest.mark.parametrize(
    ("by", "code"),
    [
        ("user:ada", "reviewer-is-subject"),
        ("user:ada-too", "reviewer-is-same-person"),
        ("user:kurt", "reviewer-not-entitled"),
        ("user:otto", "reviewer-outside"),
        ("user:nobody", "reviewer-unknown"),
        ("service:s", "reviewer-unknown"),
    ],
)
def test_nobody_else_may(by: str, code: str) -> None:
    assert codes(review(), by) == [code]


def test_who_runs_a_service_does_not_review_it() -> None:
    assert codes(review("service:s"), "user:ada") == ["reviewer-is-subject"]
    assert codes(review("service:s"), "user:ada-too") == ["reviewer-is-same-person"]
    assert codes(review("service:s"), "user:hedy") == []


def test_of_somebody_unknown_an_officer_decides_all_the_same() -> None:
    assert codes(review("user:gone"), "user:hedy") == []
    assert codes(review("user:gone"), "user:max") == ["reviewer-not-entitled"]


def test_a_manager_does_not_close_broken_glass() -> None:
    glass = review(what="break-glass")

    assert faults(glass, decision("user:max", "closed")) == ["reviewer-not-entitled"]
    assert faults(glass, decision("user:hedy", "closed")) == []


@pytest.mark.parametrize(
    ("what", "outcome"),
    [
        ("power", "closed"),
        ("break-glass", "kept"),
        ("break-glass", "ended"),
        ("power", ""),
        ("no such", "closed"),
    ],
)
def test_what_a_review_can_not_come_to_does_not_count(what: str, outcome: str) -> None:
    taken = decision("user:hedy", outcome)

    assert faults(review(what=what), taken) == ["outcome-unfit"]


def test_a_row_that_somebody_else_signed_does_not_count() -> None:
    forged = decision("user:hedy", signer="ada")

    assert faults(review(), forged) == ["signature-invalid"]


def test_a_decision_falls_with_the_key_or_the_office_of_who_took_it() -> None:
    taken = decision("user:hedy")
    bare = {**person("hedy", "security-officer"), "keys": []}

    assert faults(review(), taken, bare) == ["key-unknown"]
    moved = person("hedy", "researcher")
    assert faults(review(), taken, moved) == ["reviewer-not-entitled"]
    suspended = person("hedy", "security-officer", suspended=True)
    assert faults(review(), taken, suspended) == ["reviewer-suspended"]


def test_a_key_that_is_kept_with_its_end_still_bears_what_it_signed() -> None:
    old = {**key_entry("hedy"), "until": "2026-11-21T12:00:01Z"}
    new = {**person("hedy", "security-officer"), "keys": [old, key_entry("new")]}
    glass = review(what="break-glass")

    assert faults(review(), decision("user:hedy"), new) == []
    assert faults(glass, decision("user:hedy", "closed"), new) == []
    over = {**old, "until": "2026-11-21T12:00:00Z"}
    late = {**new, "keys": [over, key_entry("new")]}
    assert faults(glass, decision("user:hedy", "closed"), late) == ["key-lapsed"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"keys": []}, "key-unknown"),
        ({"keys": [key_entry("new")]}, "signature-invalid"),
        ({"roles": ["researcher"]}, "reviewer-not-entitled"),
        ({"organisation": "org:partner"}, "reviewer-outside"),
        ({"suspended": True}, "reviewer-suspended"),
        ({"manager": "user:ada"}, "reviewer-reports-to-subject"),
        ({"account_of": "user:ada"}, "reviewer-is-same-person"),
    ],
)
def test_what_took_a_power_away_stands_whatever_becomes_of_its_decider(
    change: Data, code: str
) -> None:
    known = facts({**person("hedy", "security-officer"), **change})
    for outcome, stands in (("ended", True), ("kept", False)):
        taken = decision("user:hedy", outcome)
        decided = replace(review(), decisions=(taken,))

        assert [one.code for one in decision_faults(decided, taken, known)] == [code]
        assert bool(counted(decided, known).decisions) is stands


def test_what_took_a_power_away_stands_though_its_decider_is_on_record_no_more() -> (
    None
):
    left = {one["id"]: one for one in PEOPLE if one["id"] != "user:hedy"}
    known = FactBase({k: document_of(one) for k, one in left.items()}, BENCHMARK)
    taken = decision("user:hedy", "ended")

    assert counted(replace(review(), decisions=(taken,)), known).decisions == (taken,)


def test_what_is_kept_again_does_not_undo_what_was_ended_in_the_same_review() -> None:
    kept, ended = decision("user:hedy"), decision("user:marian", "ended")
    again = decision("user:max")
    taken = replace(review(), decisions=(ended, kept, again))

    assert counted(taken, facts()).decisions == (ended,)
    # The first fell, so the review was open once more; then it came back.
    reopened = replace(review(), decisions=(kept, ended, again))
    assert counted(reopened, facts()).decisions == (kept, ended)
    bare = {**person("hedy", "security-officer"), "keys": []}
    assert counted(reopened, facts(bare)).decisions == (ended,)


def test_glass_is_not_ended_however_it_is_said() -> None:
    said = replace(
        review(what="break-glass"), decisions=(decision("user:hedy", "ended"),)
    )

    assert counted(said, facts()).decisions == ()


@pytest.mark.parametrize("outcome", ["kept", "ended"])
def test_who_had_left_before_has_decided_nothing(outcome: str) -> None:
    taken = decision("user:hedy", outcome)
    second = person("hedy-too", account_of="user:hedy")

    def gone(name: str, index: int) -> list[str]:
        people = {name: PersonRecord(left_at=index)}
        known = facts(second).with_people(people)
        return [fault.code for fault in decision_faults(review(), taken, known)]

    assert gone("user:hedy", 1) == gone("user:hedy-too", 1) == ["reviewer-suspended"]
    assert gone("user:hedy", 3) == gone("user:max", 1) == []


def test_who_reports_to_the_subject_decides_nothing_of_theirs() -> None:
    reporting = person("hedy", "security-officer", manager="user:ada-too")
    second = person("marian-too", account_of="user:marian", manager="user:ada")
    known = facts(reporting, second)

    for by in ("user:hedy", "user:marian"):
        for one in (review(), review(what="break-glass"), review("service:s")):
            found = [fault.code for fault in reviewer_faults(one, by, known)]
            assert found == ["reviewer-reports-to-subject"]


def test_the_first_decision_that_counts_is_the_only_one() -> None:
    good, bad = decision("user:hedy"), decision("user:hedy", signer="ada")
    both = Review("rev-1", 1, NOW, "user:ada", "power", "", NOW, (bad, good))

    assert counted(both, facts()).decisions == (good,)
    later = replace(decision("user:marian"), index=5)
    again = replace(good, index=9)
    more = replace(both, decisions=(bad, good, later, again))
    assert counted(more, facts()).decisions == (good,)


def test_the_words_of_reviews_are_few() -> None:
    assert frozenset({"security-officer", "ciso"}) == REVIEWERS
    assert {k: sorted(v) for k, v in OUTCOMES.items()} == {
        "power": ["ended", "kept"],
        "break-glass": ["closed"],
    }
