"""The laws of a decision, after the theorems that Cedar proves of its authorizer."""

import itertools
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ringwall.policy.compiler import CompiledConcern, compile_concern
from ringwall.policy.matcher import Expression, format_matcher, parse_matcher
from ringwall.policy.outcome import Outcome
from tests.property.strategies_policy import (
    SHIPPED,
    Draft,
    concern_of,
    drafts,
    matchers,
    plain_requests,
    shipped,
)


def _compiled(draft: Draft) -> CompiledConcern:
    return compile_concern(concern_of(draft))


def _asked(data: st.DataObject, concern: CompiledConcern) -> object:
    plain = data.draw(plain_requests(concern.concern))
    return concern.concern.schema.request_from(plain)


def _alone(draft: Draft, at: int) -> CompiledConcern:
    return _compiled(replace(draft, rows=(draft.rows[at],)))


def _matching(draft: Draft, asked: object) -> set[int]:
    """Return the rows that match, each asked alone."""
    rows = range(len(draft.rows))
    return {at for at in rows if _alone(draft, at).decide(asked).rules}


@given(drafts(), st.data())
def test_default_deny(draft: Draft, data: st.DataObject) -> None:
    concern = _compiled(draft)
    asked = _asked(data, concern)
    outcome = concern.decide(asked)

    if not _matching(draft, asked):
        assert outcome == Outcome(permitted=False, rules=())


@given(drafts(), st.data())
def test_deny_overrides(draft: Draft, data: st.DataObject) -> None:
    concern = _compiled(draft)
    asked = _asked(data, concern)
    outcome = concern.decide(asked)

    matching = _matching(draft, asked)
    denying = {at for at in matching if draft.rows[at][-1] == "deny"}

    assert outcome.error == ""
    assert outcome.permitted == (bool(matching) and not denying)
    expected = denying or matching
    assert outcome.rules == tuple(f"row-{at:03}" for at in sorted(expected))


@given(drafts(), st.data())
def test_order_of_rows_and_links_does_not_matter(
    draft: Draft, data: st.DataObject
) -> None:
    forward = _compiled(draft)
    backward = _compiled(replace(draft, rows=draft.rows[::-1], links=draft.links[::-1]))
    asked = _asked(data, forward)
    last = len(draft.rows) - 1

    one, other = forward.decide(asked), backward.decide(asked)

    assert one.permitted == other.permitted
    mirrored = {f"row-{last - int(rule[4:]):03}" for rule in other.rules}
    assert set(one.rules) == mirrored


@given(drafts(), st.data())
def test_duplicates_of_rows_do_not_matter(draft: Draft, data: st.DataObject) -> None:
    """A file may not say the same twice; if it got past the reader, nothing changes."""
    once = concern_of(draft)
    again = [
        rule._replace(id=f"too-{at:03}", values=(f"too-{at:03}", *rule.values[1:]))
        for at, rule in enumerate(once.rules)
    ]
    twice = compile_concern(replace(once, rules=(*once.rules, *again)))
    concern = compile_concern(once)
    asked = _asked(data, concern)

    one, other = concern.decide(asked), twice.decide(asked)

    assert one.permitted == other.permitted
    doubled = tuple(rule.replace("row", "too") for rule in one.rules)
    assert other.rules == one.rules + doubled


@given(drafts(), st.data())
def test_adding_a_permit_never_removes_one(draft: Draft, data: st.DataObject) -> None:
    before, after = _before_and_after(draft, "allow", data)

    assert after or not before


@given(drafts(), st.data())
def test_adding_a_deny_never_adds_a_permit(draft: Draft, data: st.DataObject) -> None:
    before, after = _before_and_after(draft, "deny", data)

    assert before or not after


def _before_and_after(
    draft: Draft, effect: str, data: st.DataObject
) -> tuple[bool, bool]:
    """Return the answer without and with the last row, whose effect is given."""
    added = (*draft.rows[-1][:-1], effect)
    rows = tuple(row for row in draft.rows[:-1] if row != added)
    more = _compiled(replace(draft, rows=(*rows, added)))
    asked = _asked(data, more)
    if not rows:
        return False, more.decide(asked).permitted
    fewer = _compiled(replace(draft, rows=rows))
    return fewer.decide(asked).permitted, more.decide(asked).permitted


@given(drafts(), st.data())
def test_explanation_agrees_with_the_decision(
    draft: Draft, data: st.DataObject
) -> None:
    concern = _compiled(draft)
    asked = _asked(data, concern)
    outcome = concern.decide(asked)
    rows = concern.explain(asked, 99)

    if outcome.permitted:
        assert rows == ()
    elif outcome.rules:
        assert tuple(row.rule for row in rows) == outcome.rules
        assert not any(row.failed for row in rows)
    else:
        allows = [row for row in draft.rows if row[-1] == "allow"]
        assert len(rows) == len(allows)
        assert all(row.failed for row in rows)
        assert all(item.needed and item.seen for row in rows for item in row.failed)
        assert concern.explain(asked, 1) == rows[:1]


@given(matchers())
def test_matcher_that_is_written_is_read_back(tree: Expression) -> None:
    assert parse_matcher(format_matcher(tree)) == tree


RISING = [
    ("access", ("site", "level"), "level"),
    ("access", ("subject", "personnel"), "level"),
    ("access", ("session", "authentication"), "authentication"),
    ("access", ("grant", "quorum"), "quorum"),
    ("eligibility", ("organisation", "cyber"), "level"),
    ("eligibility", ("organisation", "screening"), "screening"),
    ("eligibility", ("organisation", "agreement"), "agreement"),
    ("release", ("grant", "quorum"), "quorum"),
    ("training", ("asset", "notice"), "proof"),
    ("training", ("asset", "security_evaluation"), "proof"),
    ("training", ("asset", "alignment_evaluation"), "proof"),
    ("training", ("asset", "evaluator"), "proof"),
    ("training", ("site", "cluster"), "cluster"),
    ("raid_cases", ("grant", "quorum"), "quorum"),
]


@given(st.sampled_from(RISING), st.data())
def test_raising_a_level_of_subject_site_or_proof_never_loses_a_permit(
    case: tuple[str, tuple[str, str], str], data: st.DataObject
) -> None:
    name, path, scale = case
    concern = compile_concern(shipped(name))
    schema = concern.concern.schema
    words = _words_of(concern, scale)
    plain = data.draw(plain_requests(concern.concern))

    answers = []
    for word in words:
        plain[path[0]][path[1]] = word
        answers.append(concern.decide(schema.request_from(plain)).permitted)

    assert answers == sorted(answers)


@given(data=st.data())
def test_less_compute_and_capability_never_lose_a_permit(data: st.DataObject) -> None:
    concern = compile_concern(shipped("classification"))
    schema = concern.concern.schema
    plain: dict[str, Any] = data.draw(plain_requests(concern.concern))

    answers = []
    for compute in (10**27, 10**26, 10**25, 0):
        plain["asset"]["compute"] = compute
        answers.append(concern.decide(schema.request_from(plain)).permitted)
    for capability in ("reached", "near", "below", "none"):
        plain["asset"]["capability"] = capability
        answers.append(concern.decide(schema.request_from(plain)).permitted)

    assert answers[:4] == sorted(answers[:4])
    assert answers[4:] == sorted(answers[4:])


@given(data=st.data())
def test_lowering_the_tier_of_an_asset_never_loses_a_permit(
    data: st.DataObject,
) -> None:
    """For kinds that the lower tier admits at all; a deny row names nothing below."""
    access = compile_concern(shipped("access"))
    eligibility = compile_concern(shipped("eligibility"))
    kinds = [
        word
        for word in _words_of(access, "kind")
        if word not in {"raid-report", "raid-case", "defence-programme"}
    ]
    for concern in (access, eligibility):
        plain: dict[str, Any] = data.draw(plain_requests(concern.concern))
        if concern is access:
            plain["asset"]["kind"] = data.draw(st.sampled_from(kinds))
        answers = []
        for tier in ("third", "upper", "lower"):
            plain["asset"]["tier"] = tier
            asked = concern.concern.schema.request_from(plain)
            answers.append(concern.decide(asked).permitted)
        assert answers == sorted(answers)


def _words_of(concern: CompiledConcern, name: str) -> tuple[str, ...]:
    vocabularies = concern.concern.schema.vocabularies
    return next(item.values for item in vocabularies if item.name == name)


@given(data=st.data())
def test_no_service_touches_weights_above_the_lower_tier(data: st.DataObject) -> None:
    concern = compile_concern(shipped("access"))
    plain: dict[str, Any] = data.draw(plain_requests(concern.concern))
    plain["subject"]["roles"] = ["service", *plain["subject"]["roles"]]
    plain["asset"]["tier"] = data.draw(st.sampled_from(["upper", "third"]))
    actions = _words_of(concern, "action")
    plain["action"] = data.draw(
        st.sampled_from([word for word in actions if word.startswith("weights.")])
    )

    assert not concern.decide(concern.concern.schema.request_from(plain)).permitted


@given(data=st.data())
def test_private_organisation_never_leaves_the_lower_tier(data: st.DataObject) -> None:
    concern = compile_concern(shipped("eligibility"))
    plain: dict[str, Any] = data.draw(plain_requests(concern.concern))
    outside = ["partner", "licensee", "research-organisation", "candidate-state"]
    plain["organisation"]["relation"] = data.draw(st.sampled_from(outside))
    plain["asset"]["tier"] = data.draw(st.sampled_from(["upper", "third"]))

    assert not concern.decide(concern.concern.schema.request_from(plain)).permitted


@given(data=st.data())
def test_less_that_left_and_more_people_never_lose_a_permit(
    data: st.DataObject,
) -> None:
    concern = compile_concern(shipped("flow"))
    plain: dict[str, Any] = data.draw(plain_requests(concern.concern))
    answers = []
    for left, present in ((10**60, 0), (10**9, 1), (400_000, 2), (0, 9)):
        plain["amount"] = dict.fromkeys(plain["amount"], left)
        plain["session"]["present"] = present
        asked = concern.concern.schema.request_from(plain)
        answers.append(concern.decide(asked).permitted)

    assert answers == sorted(answers)


@given(data=st.data())
def test_less_that_left_never_overdraws_a_budget(data: st.DataObject) -> None:
    concern = compile_concern(shipped("budget"))
    plain: dict[str, Any] = data.draw(plain_requests(concern.concern))
    rows = []
    for left in (10**60, 5 * 10**10, 4_000_000, 2500, 0):
        plain["budget"] |= {"bytes": left, "share": left}
        asked = concern.concern.schema.request_from(plain)
        rows.append(set(concern.decide(asked).rules))

    assert rows == sorted(rows, key=len)
    assert all(few <= many for few, many in itertools.pairwise(rows))


@given(data=st.data())
def test_less_dual_use_never_loses_a_permit(data: st.DataObject) -> None:
    concern = compile_concern(shipped("release"))
    plain: dict[str, Any] = data.draw(plain_requests(concern.concern))
    answers = []
    for word in reversed(_words_of(concern, "dual")):
        plain["asset"]["dual_use"] = word
        asked = concern.concern.schema.request_from(plain)
        answers.append(concern.decide(asked).permitted)

    assert answers == sorted(answers)


@given(data=st.data())
def test_nobody_approves_or_releases_what_they_wrote(data: st.DataObject) -> None:
    concern = compile_concern(shipped("raid_cases"))
    plain: dict[str, Any] = data.draw(plain_requests(concern.concern))
    plain["action"] = data.draw(st.sampled_from(["raid.approve", "raid.release"]))
    plain["asset"]["authors"] = [*plain["asset"]["authors"], plain["subject"]["id"]]

    assert not concern.decide(concern.concern.schema.request_from(plain)).permitted


@given(data=st.data())
def test_a_shorter_rarer_later_grant_of_more_people_never_loses_its_quorum(
    data: st.DataObject,
) -> None:
    concern = compile_concern(shipped("quorum"))
    plain: dict[str, Any] = data.draw(plain_requests(concern.concern))
    seats = plain["grant"]["seats"]
    more = data.draw(st.sets(st.sampled_from(_words_of(concern, "seat"))))
    answers = []
    for hours, uses, waited in (
        (10**60, 10**60, 0),
        (72, 3, 23),
        (1, 1, 24),
        (0, 0, 99),
    ):
        plain["grant"] |= {"hours": hours, "uses": uses, "waited": waited}
        for seated in (seats, sorted({*seats, *more})):
            plain["grant"]["seats"] = seated
            asked = concern.concern.schema.request_from(plain)
            answers.append(concern.decide(asked).permitted)

    assert answers[::2] == sorted(answers[::2])
    assert answers[1::2] == sorted(answers[1::2])
    assert all(few <= many for few, many in zip(*[iter(answers)] * 2, strict=True))


@given(data=st.data())
def test_a_higher_tier_never_obliges_to_less(data: st.DataObject) -> None:
    concern = compile_concern(shipped("obligation"))
    plain: dict[str, Any] = data.draw(plain_requests(concern.concern))
    answers = []
    for tier in _words_of(concern, "tier"):
        plain["asset"]["tier"] = tier
        asked = concern.concern.schema.request_from(plain)
        answers.append(concern.decide(asked).permitted)

    assert answers == sorted(answers)


def test_laws_hold_for_every_shipped_concern() -> None:
    others = {"budget", "classification", "flow", "obligation", "quorum"}
    assert {name for name, _, _ in RISING} | others == set(SHIPPED)
