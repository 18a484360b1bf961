"""Threats by people of other organisations in inside roles, on the shipped policies.

Access sees a role and not whose people hold it; eligibility sees whose people they are.
"""

import itertools
from collections.abc import Mapping
from functools import cache

import pytest

from tests.conformance.attacks import ABOVE, WEIGHTS, ask, opened, words

pytestmark = pytest.mark.usefixtures("uncounted")

RAID = ("raid-report", "raid-case")
FINDINGS = {("evaluation", "research.read")}
EVALUATING = {
    *FINDINGS,
    ("evaluation", "research.write"),
    ("model-weights", "weights.infer"),
    ("checkpoint", "weights.infer"),
    ("interface", "interface.call"),
    ("room", "site.enter"),
}
STATE = {*FINDINGS, ("defence-programme", "research.read")}

# What each relation is in the upper tier for; others have no purpose there.
PURPOSES: Mapping[str, set[tuple[str, str]]] = {
    "member-state": STATE,
    "associated-state": STATE,
    "eu-institution": EVALUATING,
    "assessor": {
        *EVALUATING,
        ("security-record", "measure.attest"),
        ("security-record", "audit.read"),
    },
}
OUTSIDERS = tuple(
    relation
    for relation in words("eligibility", "organisation.relation")
    if relation != "institute"
)
ROLES = tuple(role for role in words("access", "subject.roles") if role != "service")


@cache
def eligible(relation: str, tier: str) -> set[tuple[str, str]]:
    """Return each kind and action that a relation with every evidence reaches."""
    return opened(
        "eligibility", {"organisation.relation": relation, "asset.tier": tier}
    )


@cache
def accessible(role: str, tier: str) -> set[tuple[str, str]]:
    """Return each kind and action that one role alone opens in a tier."""
    return opened("access", {"subject.roles": [role], "asset.tier": tier})


def reached(relation: str, role: str, tier: str) -> set[tuple[str, str]]:
    """Return each kind and action that both concerns open to a relation in a role."""
    return eligible(relation, tier) & accessible(role, tier)


@pytest.mark.parametrize("relation", OUTSIDERS)
def test_an_inside_role_opens_to_an_outsider_what_the_relation_is_for_and_no_more(
    relation: str,
) -> None:
    purpose = PURPOSES.get(relation, set())
    found = [reached(relation, role, "upper") for role in ROLES]

    assert eligible(relation, "upper") == purpose
    assert set(itertools.chain.from_iterable(found)) == purpose
    assert not any(reached(relation, role, "third") for role in ROLES)


@pytest.mark.parametrize("relation", OUTSIDERS)
def test_no_inside_role_opens_weights_secrets_or_code_to_an_outsider(
    relation: str,
) -> None:
    shut = {"algorithmic-secret", "codebase", "training-data", "dataset"}
    runs = {"training-run"}

    for role, tier in itertools.product(ROLES, ABOVE):
        found = reached(relation, role, tier)
        assert not {kind for kind, _ in found} & {*shut, *runs}, (role, tier)
        uses = {action for kind, action in found if kind in WEIGHTS}
        assert uses <= {"weights.infer"}, (role, tier)
    # The same roles open all of it to the institute's own people.
    own = {kind for role in ROLES for kind, _ in reached("institute", role, "upper")}
    assert {*shut, *runs, *WEIGHTS} <= own


@pytest.mark.parametrize("relation", OUTSIDERS)
def test_nobody_from_outside_opens_the_vault_in_any_tier(relation: str) -> None:
    """A service may load weights of the lower tier: one of the institute alone."""
    vault = ("weights.load", "weights.seal", "weights.rewrap")

    for tier, kind, action in itertools.product(
        words("access", "asset.tier"), WEIGHTS, vault
    ):
        asked = {"asset.tier": tier, "asset.kind": kind, "action": action}
        theirs = ask("eligibility", {**asked, "organisation.relation": relation})
        assert not theirs.permitted
        assert [rule for rule in theirs.rules if "elig-920" <= rule <= "elig-946"]
        ours = {**asked, "organisation.relation": "institute"}
        assert ask("eligibility", ours).permitted


@pytest.mark.parametrize("relation", OUTSIDERS)
def test_no_role_of_the_desk_opens_raid_to_an_outsider(relation: str) -> None:
    for tier, kind in itertools.product(words("access", "asset.tier"), RAID):
        assert kind not in {kind for kind, _ in eligible(relation, tier)}
        asked = {"asset.kind": kind, "asset.tier": tier, "action": "raid.read"}
        outcome = ask("eligibility", {**asked, "organisation.relation": relation})
        # A row that speaks of RAID says why, whatever else denies.
        assert len([rule for rule in outcome.rules if rule >= "elig-900"]) == 1
    desk = {each for role in ROLES for each in reached("institute", role, "upper")}
    assert {kind for kind, _ in desk} >= set(RAID)
