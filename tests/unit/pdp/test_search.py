"""Who can, and what can: the same answers as asking one by one."""

from itertools import product

import pytest

from ringwall.model.facts import GrantFacts, SessionFacts
from ringwall.model.levels import Authentication, Quorum
from ringwall.pdp.facts import FactBase, FactMissing
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.pdp.search import Way, what_can, who_can
from tests.unit.pdp.scene import (
    ACCESS_TAIL,
    NOW,
    ask,
    concern,
    decider,
    edited,
    institute,
    small,
)

PROOF_TAIL = ACCESS_TAIL.replace(
    "\n[types]",
    "authentication = none < password < mfa < hardware < hardware-fresh\n"
    "quorum = none < two < two-and-executive\n\n[types]\n"
    "r.session.authentication = authentication\nr.grant.quorum = quorum\n"
    "p.authentication = authentication\np.quorum = quorum",
).replace(
    "[reasons]",
    "[reasons]\nauthentication = authentication-insufficient, too little proof\n"
    "quorum = approval-missing, too few approvals",
)
HEAD = (
    "r = subject, action, session, grant\n"
    "p = rule, role, action, authentication, quorum, eft\n"
    'm = holds(r.subject.roles, p.role) && (p.action == "*" || r.action == p.action)'
    " && {} && {}\ng = _, _"
)
AT_LEAST = (
    "at_least(r.session.authentication, p.authentication)",
    "at_least(r.grant.quorum, p.quorum)",
)
EXACTLY = (AT_LEAST[0], "r.grant.quorum == p.quorum")
AT_MOST = ("at_most(r.session.authentication, p.authentication)", AT_LEAST[1])
ALL_AT_MOST = (AT_MOST[0], "at_most(r.grant.quorum, p.quorum)")
TURNED = ("at_least(p.authentication, r.session.authentication)", AT_LEAST[1])


def brute(
    point: DecisionPoint, facts: FactBase, questions: list[tuple[str, str, str, str]]
) -> list[Way]:
    """Ask every question with every proof and keep the least that serves."""
    ways = []
    for subject, action, resource, via in questions:
        for quorum, authentication in product(Quorum, Authentication):
            try:
                s = facts.situation(ask(subject, action, resource, via), NOW)
            except FactMissing:
                break
            s = s._replace(
                session=SessionFacts(authentication), grant=GrantFacts(quorum)
            )
            if point.evaluate_situation(s).permitted:
                way = (subject, action, resource, via, authentication, quorum)
                ways.append(Way(*way))
                break
    return ways


def compare(point: DecisionPoint, facts: FactBase) -> int:
    """Hold both searches against brute force; return how many ways there are."""
    assets, points = sorted(facts.assets()), sorted(facts.points())
    actions, found = sorted(point.actions), 0
    for action, resource in product(actions, assets):
        asked = [(s, action, resource, p) for s in facts.subjects() for p in points]
        ways = list(who_can(point, facts, NOW, action, resource))
        assert ways == brute(point, facts, asked)
        found += len(ways)
    for subject in facts.subjects():
        asked = [
            (subject, action, asset, via)
            for asset, action, via in product(assets, actions, points)
        ]
        assert list(what_can(point, facts, NOW, subject)) == brute(point, facts, asked)
    return found


def test_the_searches_agree_with_asking_one_by_one() -> None:
    assert compare(decider(), institute()) > 10


def test_a_way_names_the_least_proof_that_serves() -> None:
    ways = who_can(decider(), institute(), NOW, "weights.finetune", "weights:aurora")

    assert ways == (
        Way(
            "user:ada",
            "weights.finetune",
            "weights:aurora",
            "point:hub",
            Authentication.HARDWARE,
            Quorum.TWO,
        ),
    )


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("weights.infer", "weights:nothing"),
        ("weights.infer", "weights:unplaced"),
        ("weights.steal", "weights:aurora"),
        ("weights.copy", "dataset:open"),
    ],
)
def test_nobody_can_what_is_unknown_or_unheard_of(action: str, resource: str) -> None:
    assert who_can(decider(), institute(), NOW, action, resource) == ()


def test_a_subject_that_is_unknown_or_suspended_can_nothing() -> None:
    facts = institute(edited("user:ada", suspended=True))

    assert what_can(decider(), facts, NOW, "user:nobody") == ()
    assert what_can(decider(), facts, NOW, "user:ada") == ()
    assert what_can(decider(), facts, NOW, "service:runner") == ()


@pytest.mark.parametrize(
    ("conditions", "rows"),
    [
        (AT_LEAST, "p, acc-001, researcher, *, hardware, two, allow\n"),
        # Who proves more is forbidden: the strongest proof is not the best one.
        (
            AT_LEAST,
            (
                "p, acc-001, researcher, *, hardware, none, allow\n"
                "p, acc-002, researcher, *, hardware-fresh, none, deny\n"
            ),
        ),
        (EXACTLY, "p, acc-001, researcher, *, hardware, none, allow\n"),
        (EXACTLY, "p, acc-001, researcher, *, hardware, two, allow\n"),
        (AT_MOST, "p, acc-001, researcher, *, hardware, two, allow\n"),
        (AT_MOST, "p, acc-001, researcher, weights.read, mfa, none, allow\n"),
        (ALL_AT_MOST, "p, acc-001, researcher, *, mfa, none, allow\n"),
        (TURNED, "p, acc-001, researcher, *, hardware, two, allow\n"),
    ],
)
def test_no_way_is_missed_where_more_proof_does_not_help(
    conditions: tuple[str, str], rows: str
) -> None:
    point = small(access=concern(HEAD.format(*conditions), PROOF_TAIL, rows))
    ways = compare(point, institute(edited("user:ada", roles=["researcher"])))

    assert ways > 0
