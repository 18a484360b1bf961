"""The least proof that serves, also where more proof does not help."""

from itertools import product

import pytest

from ringwall.model.facts import GrantFacts, SessionFacts, Situation
from ringwall.model.levels import Authentication, Quorum
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.pdp.proof import Proof, Prover
from tests.unit.pdp.scene import (
    ACCESS_TAIL,
    NOW,
    ask,
    concern,
    decider,
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

HARDWARE = Authentication.HARDWARE


def situation(
    action: str = "weights.infer",
    resource: str = "weights:aurora",
    *,
    subject: str = "user:ada",
    point: str = "point:hub",
) -> Situation:
    return institute().situation(ask(subject, action, resource, point), NOW)


def brute(point: DecisionPoint, asked: Situation) -> tuple[Proof, ...]:
    """Return the first proof of all that is permitted."""
    for quorum, authentication in product(Quorum, Authentication):
        proven = asked._replace(
            session=SessionFacts(authentication), grant=GrantFacts(quorum)
        )
        if point.evaluate_situation(proven).permitted:
            return ((quorum, authentication),)
    return ()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"action": "weights.infer"}, ((Quorum.NONE, HARDWARE),)),
        (
            {"action": "weights.read"},
            ((Quorum.NONE, Authentication.HARDWARE_FRESH),),
        ),
        ({"action": "weights.finetune"}, ((Quorum.TWO, HARDWARE),)),
        ({"action": "weights.copy"}, ()),
        ({"action": "weights.steal"}, ()),
        ({"point": "point:campus"}, ()),
    ],
)
def test_the_least_proof_is_found(
    words: dict[str, str], expected: tuple[Proof, ...]
) -> None:
    asked = situation(**words)

    assert Prover(decider()).least(asked) == expected == brute(decider(), asked)


def test_what_the_situation_says_of_proof_does_not_count() -> None:
    asked = situation()
    proven = asked._replace(grant=GrantFacts(Quorum.TWO))

    assert Prover(decider()).least(proven) == Prover(decider()).least(asked)


@pytest.mark.parametrize(
    ("conditions", "rows", "expected"),
    [
        (AT_LEAST, "*, hardware, two, allow", (Quorum.TWO, HARDWARE)),
        (EXACTLY, "*, hardware, none, allow", (Quorum.NONE, HARDWARE)),
        (EXACTLY, "*, hardware, two, allow", (Quorum.TWO, HARDWARE)),
        (AT_MOST, "*, hardware, two, allow", (Quorum.TWO, Authentication.NONE)),
        (
            AT_MOST,
            "weights.read, mfa, none, allow",
            (Quorum.NONE, Authentication.NONE),
        ),
        (ALL_AT_MOST, "*, mfa, none, allow", (Quorum.NONE, Authentication.NONE)),
        (TURNED, "*, hardware, two, allow", (Quorum.TWO, Authentication.NONE)),
    ],
)
def test_no_proof_is_missed_where_more_does_not_help(
    conditions: tuple[str, str], rows: str, expected: Proof
) -> None:
    text = f"p, acc-001, researcher, {rows}\n"
    point = small(access=concern(HEAD.format(*conditions), PROOF_TAIL, text))
    asked = situation("weights.read", "dataset:open", subject="user:max")

    assert Prover(point).least(asked) == (expected,) == brute(point, asked)


def test_a_row_that_forbids_the_strongest_proof_leaves_the_weaker_ones() -> None:
    rows = (
        "p, acc-001, researcher, *, hardware, none, allow\n"
        "p, acc-002, researcher, *, hardware-fresh, none, deny\n"
    )
    point = small(access=concern(HEAD.format(*AT_LEAST), PROOF_TAIL, rows))
    asked = situation("weights.read", "dataset:open", subject="user:max")

    assert Prover(point).least(asked) == ((Quorum.NONE, HARDWARE),)


def test_where_every_proof_is_forbidden_there_is_none() -> None:
    rows = (
        "p, acc-001, researcher, *, none, none, allow\n"
        "p, acc-002, researcher, *, none, none, deny\n"
    )
    point = small(access=concern(HEAD.format(*AT_LEAST), PROOF_TAIL, rows))
    asked = situation("weights.read", "dataset:open", subject="user:max")

    assert Prover(point).least(asked) == ()
