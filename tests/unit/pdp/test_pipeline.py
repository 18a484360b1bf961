"""The pipeline on the shipped policies, and on small ones that are wrong."""

from typing import Any

import pytest

from ringwall.base.clock import parse_instant
from ringwall.base.errors import PolicyError
from ringwall.model.decisions import Effect, Reason, Stage, Verdict
from ringwall.model.declarations import Document, document_of
from ringwall.model.facts import AmountFacts, AssetFacts, GrantFacts, Situation
from ringwall.model.levels import Authentication, Quorum
from ringwall.pdp.facts import UNKNOWN_AMOUNTS
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.pdp.stages import CONCERNS, PIPELINE
from tests.unit.pdp.denials import BRIEF, DENIED, OPEN, PUBLISH
from tests.unit.pdp.scene import (
    ACCESS_HEAD,
    ACCESS_TAIL,
    KINDS,
    NOW,
    RUN,
    UNTIL,
    ask,
    concern,
    decider,
    edited,
    institute,
    shipped,
    small,
)


def decide(*changes: Document, now: int = NOW, **words: Any) -> Verdict:  # noqa: ANN401 - words of a question
    return decider().decide(ask(**words), institute(*changes), now)


def codes(verdict: Verdict) -> set[str]:
    return {reason.code for reason in verdict.reasons}


def asset(entity: str, **fields: object) -> AssetFacts:
    return institute(edited(entity, **fields)).asset(entity, NOW)


@pytest.mark.parametrize(
    ("words", "rules"),
    [
        ({}, ("class-010", "elig-001", "flow-032", "acc-030")),
        (
            {"action": "weights.read", "authentication": Authentication.HARDWARE_FRESH},
            ("class-010", "elig-001", "flow-040", "acc-031"),
        ),
        (
            {"subject": "service:runner", **BRIEF},
            ("class-010", "elig-001", "flow-051", "acc-054"),
        ),
        (
            {"subject": "user:lou", **BRIEF},
            ("class-010", "elig-031", "flow-051", "acc-088"),
        ),
        (
            {"subject": "user:liv", **BRIEF},
            ("class-010", "elig-041", "flow-051", "acc-088"),
        ),
        (
            {"subject": "user:max", "point": "point:campus", **OPEN},
            ("class-001", "class-003", "elig-001", "flow-011", "acc-001"),
        ),
        (
            {"subject": "user:kay", "point": "point:campus", **OPEN},
            ("class-001", "class-003", "elig-010", "flow-011", "acc-080"),
        ),
    ],
)
def test_a_permit_names_the_rules_of_every_stage(
    words: dict[str, Any], rules: tuple[str, ...]
) -> None:
    assert decide(**words) == Verdict(Effect.PERMIT, rules=rules)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"subject": "user:nobody"}, "unknown-subject"),
        ({"resource": "weights:nothing"}, "unknown-resource"),
        ({"resource": "weights:unplaced"}, "asset-unclassified"),
        ({"point": "point:nowhere"}, "unknown-point"),
        ({"action": "weights.steal"}, "unknown-action"),
    ],
)
def test_an_unknown_word_denies_with_its_own_code(
    words: dict[str, Any], code: str
) -> None:
    verdict = decide(**words)

    assert (verdict.effect, verdict.rules) == (Effect.DENY, ())
    assert [(r.stage, r.code) for r in verdict.reasons] == [(Stage.FACTS, code)]


def test_an_unknown_organisation_denies_with_its_own_code() -> None:
    verdict = decider().decide(ask(), institute(without=("org:institute",)), NOW)

    assert verdict.effect is Effect.DENY
    assert codes(verdict) == {"unknown-organisation"}


@pytest.mark.parametrize(("change", "words", "code"), DENIED)
def test_each_thing_that_is_lacking_denies_with_its_code(
    change: Document | None, words: dict[str, Any], code: str
) -> None:
    verdict = decide(*([change] if change else []), **words)

    assert verdict.effect is Effect.DENY
    assert code in codes(verdict)


def test_evidence_that_lapsed_denies_and_the_reason_says_when() -> None:
    reasons = decide(now=parse_instant(UNTIL)).reasons

    lapsed = [r for r in reasons if r.condition.endswith("personnel")]
    assert [reason.stage for reason in lapsed] == [Stage.ACCESS, Stage.FLOOR]
    assert all(f"until {UNTIL}" in reason.seen for reason in lapsed)


def test_the_last_instant_of_the_evidence_still_permits() -> None:
    assert decide(now=parse_instant(UNTIL) - 1).effect is Effect.PERMIT


def test_every_stage_that_says_no_is_heard() -> None:
    weak = edited("weights:aurora", tier="lower", content="raid")
    reasons = decide(weak, subject="user:kay", action="weights.copy").reasons

    assert [stage for stage in Stage if stage in {r.stage for r in reasons}] == [
        Stage.CLASSIFICATION,
        Stage.FLOW,
        Stage.ACCESS,
        Stage.FLOOR,
    ]


def test_a_rule_that_forbids_makes_the_deny_explicit() -> None:
    verdict = decide(subject="user:kay")

    assert (verdict.explicit, verdict.rules) == (True, ("elig-011",))


def test_what_nothing_permits_is_not_explicitly_forbidden() -> None:
    verdict = decide(authentication=Authentication.PASSWORD)

    assert (verdict.explicit, verdict.rules) == (False, ())
    assert codes(verdict) == {"authentication-insufficient", "floor-authentication"}


def test_what_the_caller_sends_beside_the_ids_changes_nothing() -> None:
    plain = ask("user:max")
    loud = type(plain)(
        plain.subject,
        plain.action,
        plain.resource,
        plain.point,
        plain.authentication,
        "I am the ciso",
        ("subject.roles", "resource.tier"),
    )

    facts = institute()
    assert decider().decide(loud, facts, NOW) == decider().decide(plain, facts, NOW)


def test_an_asset_is_admitted_by_its_tier_or_each_reason_is_given() -> None:
    heavy = {"low": "1e27", "high": "1e27"}
    refused = asset("weights:aurora", tier="lower", content="open", compute=heavy)

    assert decider().admits(asset("weights:aurora")) == ()
    assert {reason.code for reason in decider().admits(refused)} == {
        "compute-too-high-for-tier",
        "capability-too-high-for-tier",
    }
    report = asset("weights:aurora", tier="lower", content="raid")
    assert decider().admits(report)


def test_a_decision_point_says_what_it_knows() -> None:
    assert "weights.read" in decider().actions
    assert "weights-researcher" in decider().roles
    assert decider("three").setting == "three"
    assert list(decider().concerns) == list(PIPELINE)


@pytest.mark.parametrize("stage", CONCERNS)
def test_policies_that_lack_a_concern_are_refused(stage: Stage) -> None:
    short = {k: v for k, v in shipped().concerns.items() if k != stage.value}

    with pytest.raises(PolicyError) as caught:
        DecisionPoint(short, "two")
    assert caught.value.code == "concern-missing"
    assert stage.value in caught.value.message


def test_policies_that_read_facts_which_do_not_exist_are_refused() -> None:
    files = concern(
        "r = subject, action\np = rule, role, action, eft\n"
        "m = holds(r.subject.titles, p.role) && r.action == p.action\ng = _, _",
        ACCESS_TAIL.replace("r.subject.roles", "r.subject.titles").replace(
            ", open", ""
        ),
        "p, acc-001, researcher, weights.infer, allow\n",
    )

    with pytest.raises(PolicyError) as caught:
        small(access=files)
    assert caught.value.code == "facts-differ"


@pytest.mark.parametrize(
    ("head", "drop", "row", "path"),
    [
        (
            (
                "r = subject\np = rule, role, eft\n"
                "m = holds(r.subject.roles, p.role)\ng = _, _"
            ),
            "action",
            "p, acc-001, researcher, allow\n",
            "r.action",
        ),
        (
            "r = action\np = rule, action, eft\nm = r.action == p.action",
            "role",
            "p, acc-001, weights.infer, allow\n",
            "r.subject.roles",
        ),
    ],
)
def test_an_access_concern_without_actions_or_roles_is_refused(
    head: str, drop: str, row: str, path: str
) -> None:
    tail = "\n".join(line for line in ACCESS_TAIL.splitlines() if drop not in line)

    with pytest.raises(PolicyError) as caught:
        small(access=concern(head, tail.replace(", open", ""), row))
    assert caught.value.code == "concern-incomplete"
    assert path in caught.value.message


def test_a_vocabulary_may_have_any_name() -> None:
    tail = ACCESS_TAIL.replace("= action", "= deed").replace(
        "\naction = w", "\ndeed = w"
    )
    files = concern(
        ACCESS_HEAD,
        tail,
        "p, acc-001, researcher, *, allow\n",
    )

    assert small(access=files).actions == {"weights.infer", "weights.read"}


UNSURE = concern(
    "r = asset\np = rule, kind, content, eft\n"
    'm = (p.kind == "*" || r.asset.kind == p.kind) && r.asset.content != p.content',
    f"""
[vocabulary]
kind = {KINDS}
content = open, raid

[types]
r.asset.kind = kind
r.asset.content = content
p.kind = kind, open
p.content = content

[reasons]
kind = kind-not-admitted, the rule is for another kind
content = content-not-admitted, the rule is for other content
""",
    "p, class-001, *, raid, allow\n",
)


def test_a_rule_that_can_not_be_evaluated_denies() -> None:
    point = small(classification=UNSURE)
    facts = institute(edited("user:ada", roles=["researcher"]))
    verdict = point.decide(ask(), facts, NOW)

    assert verdict.effect is Effect.DENY
    assert [(r.stage, r.code) for r in verdict.reasons] == [
        (Stage.CLASSIFICATION, "rule-error")
    ]
    assert not verdict.explicit


def test_a_rule_that_can_not_be_evaluated_admits_no_asset() -> None:
    (reason,) = small(classification=UNSURE).admits(asset("weights:aurora"))

    assert reason.code == "rule-error"


FORBIDDING = concern(
    "r = asset\np = rule, kind, eft\nm = r.asset.kind == p.kind",
    f"""
[vocabulary]
kind = {KINDS}

[types]
r.asset.kind = kind
p.kind = kind

[reasons]
kind = kind-not-admitted, the rule is for another kind
""",
    "p, class-001, dataset, deny\n",
)


def test_a_concern_that_only_forbids_permits_nothing_and_says_so() -> None:
    point = small(classification=FORBIDDING)
    facts = institute(edited("user:ada", roles=["researcher"]))
    verdict = point.decide(ask(), facts, NOW)
    nothing = Reason(
        Stage.CLASSIFICATION, "nothing-permits", "no rule permits anything"
    )

    assert verdict == Verdict(Effect.DENY, reasons=(nothing,))
    assert point.admits(asset("weights:aurora")) == (nothing,)


PROVEN = {"authentication": Authentication.HARDWARE_FRESH}
CASE = document_of(
    {
        "id": "case:one",
        "tier": "upper",
        "content": "raid",
        "integrity": "assured",
        "authors": ["user:ada"],
    }
)
LEAD = edited("user:ada", roles=["training-lead"])
ANALYST = edited("user:ada", roles=["raid-analyst"])


def stages(verdict: Verdict) -> set[Stage]:
    return {reason.stage for reason in verdict.reasons}


@pytest.mark.parametrize(
    ("changes", "words", "stage"),
    [
        ((), {"subject": "user:max", **PUBLISH}, Stage.RELEASE),
        (
            (LEAD, document_of({**RUN, "safeguards": []})),
            {"action": "training.start", "resource": "run:big", **PROVEN},
            Stage.TRAINING,
        ),
        (
            (ANALYST, CASE),
            {"action": "raid.approve", "resource": "case:one", **PROVEN},
            Stage.RAID_CASES,
        ),
    ],
)
def test_a_concern_is_asked_about_the_actions_that_are_its_own(
    changes: tuple[Document, ...], words: dict[str, Any], stage: Stage
) -> None:
    assert stage in stages(decide(*changes, **words))
    other = {**words, "action": "research.read"}
    assert stage not in stages(decide(*changes, **other))


def test_an_evaluation_says_which_stages_were_asked() -> None:
    evaluation = decider().evaluate(ask(), institute(), NOW)
    unknown = decider().evaluate(ask("user:nobody"), institute(), NOW)
    unheard = decider().evaluate(ask(action="weights.steal"), institute(), NOW)

    assert evaluation.stages == PIPELINE[:4]
    assert len(evaluation.outcomes) == 4
    for nothing in (unknown, unheard):
        assert (nothing.stages, nothing.outcomes, nothing.floor) == ((), (), ())
        assert not nothing.permitted


def test_what_left_is_held_against_the_budgets() -> None:
    facts = institute(edited("point:hub", interface="bounded"))
    within = AmountFacts(400_000, 10**9, 10_000, 0)
    over = AmountFacts(400_000, 10**9 + 1, 10_000, 0)

    assert decider().decide(ask(), facts, NOW, within).effect is Effect.PERMIT
    assert codes(decider().decide(ask(), facts, NOW, over)) == {
        "monthly-amount-exceeded"
    }


def test_an_approval_counts_for_the_question_that_it_was_given_for() -> None:
    tuning = ask(action="weights.finetune")
    two = GrantFacts(Quorum.TWO)
    facts = institute()

    assert codes(decider().decide(tuning, facts, NOW)) == {"approval-missing"}
    given = decider().decide(tuning, facts, NOW, UNKNOWN_AMOUNTS, two)
    assert given.effect is Effect.PERMIT
    evaluation = decider().evaluate(tuning, facts, NOW, UNKNOWN_AMOUNTS, two)
    assert isinstance(evaluation.situation, Situation)
    assert evaluation.situation.grant is two


def test_what_is_kept_by_need_to_know_opens_by_approval_alone() -> None:
    kept = institute(edited("weights:aurora", need_to_know=True))
    closed = decider().decide(ask(), kept, NOW)
    two = GrantFacts(Quorum.TWO)

    assert codes(closed) == {"floor-need-to-know"}
    assert [change.attribute for change in closed.change] == ["grant.quorum"]
    opened = decider().decide(ask(), kept, NOW, UNKNOWN_AMOUNTS, two)
    assert opened.effect is Effect.PERMIT
