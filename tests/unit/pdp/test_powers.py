"""Who holds a power, counted by roles."""

import pytest

from ringwall.model.declarations import Document, document_of
from ringwall.model.tiers import Tier
from ringwall.pdp.powers import holders
from ringwall.policy.concern import Concern
from ringwall.policy.reader import parse_concern
from tests.unit.pdp.scene import concern, edited, institute, shipped

WORDS = """
[vocabulary]
role = researcher, weights-researcher, custodian, evaluator, service
action = weights.read, weights.copy, weights.infer
tier = lower < upper < third

[types]
r.subject.roles = set(role)
r.asset.tier = tier
r.action = action
p.role = role{0}
p.tier = tier, open
p.action = action, open

[reasons]
role = no-role, nobody in this role may do this
tier = tier-not-covered, the rule is for another tier
action = action-not-covered, the rule is for another action
"""
HEAD = (
    "r = subject, asset, action\np = rule, role, tier, action, eft\n"
    'm = holds(r.subject.roles, p.role) && (p.tier == "*" || r.asset.tier == p.tier)'
    ' && (p.action == "*" || r.action == p.action)\ng = _, _'
)


def access(*rows: str) -> Concern:
    """Return an access concern of allow rows, and any links among them."""
    lines = [
        f"p, acc-{number:03}, {row}, allow" if not row.startswith(("g,", "p,")) else row
        for number, row in enumerate(rows, 1)
    ]
    text = "\n".join([*lines, ""])
    return parse_concern("access", concern(HEAD, WORDS.format(""), text))


def held(
    policy: Concern, *changes: Document, tier: Tier = Tier.UPPER, action: str = ""
) -> set[str]:
    actions = [action or "weights.read"]
    return set(holders(actions, tier, policy, institute(*changes).documents()))


def test_those_hold_a_power_to_whom_a_row_gives_it() -> None:
    policy = access("weights-researcher, upper, weights.read")

    assert held(policy) == {"user:ada"}
    assert held(policy, action="weights.copy") == set()


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("weights-researcher, upper, *", {"user:ada"}),
        ("weights-researcher, *, weights.read", {"user:ada"}),
        ("weights-researcher, third, weights.read", {"user:ada"}),
        ("weights-researcher, lower, weights.read", set()),
        ("weights-researcher, upper, weights.infer", set()),
        ("p, acc-001, weights-researcher, upper, weights.read, deny", set()),
    ],
)
def test_a_row_gives_a_power_in_its_tier_or_above(row: str, found: set[str]) -> None:
    assert held(access(row, "custodian, lower, weights.infer")) == found


def test_a_role_that_includes_another_gives_what_that_gives() -> None:
    policy = access(
        "g, weights-researcher, researcher", "researcher, upper, weights.read"
    )

    assert held(policy) == {"user:ada", "user:max"}


def test_a_service_counts_as_who_runs_it() -> None:
    asked = access("evaluator, upper, weights.read")
    by_nature = access("service, upper, weights.read")

    assert held(asked) == held(by_nature) == {"user:ada"}


@pytest.mark.parametrize(
    "change",
    [
        edited("user:ada", suspended=True),
        edited("org:institute", suspended=True),
    ],
)
def test_who_is_suspended_holds_nothing(change: Document) -> None:
    assert held(access("weights-researcher, upper, weights.read"), change) == set()


def test_who_is_of_an_unknown_organisation_still_counts() -> None:
    stray = edited("user:ada", organisation="org:nobody")

    assert held(access("weights-researcher, upper, weights.read"), stray) == {
        "user:ada"
    }


def test_a_suspended_service_gives_its_operator_nothing() -> None:
    suspended = edited("service:runner", suspended=True)

    assert held(access("evaluator, upper, weights.read"), suspended) == set()


@pytest.mark.parametrize(
    ("head", "words", "row"),
    [
        (
            HEAD.replace(
                "holds(r.subject.roles, p.role)",
                '(p.role == "*" || holds(r.subject.roles, p.role))',
            ),
            WORDS.format(", open"),
            "p, acc-001, *, upper, weights.read, allow\n",
        ),
        (
            HEAD.replace(
                "holds(r.subject.roles, p.role)", '!holds(r.subject.roles, "service")'
            ).replace("role, tier", "tier"),
            WORDS.replace("p.role = role{0}\n", "").replace(
                "role = no-role", "subject.roles = no-role"
            ),
            "p, acc-001, upper, weights.read, allow\n",
        ),
    ],
)
def test_where_a_row_asks_for_no_role_everybody_holds_the_power(
    head: str, words: str, row: str
) -> None:
    policy = parse_concern("access", concern(head, words, row))

    assert held(policy) == {"user:ada", "user:kay", "user:liv", "user:lou", "user:max"}


def test_the_shipped_powers_are_held_by_those_whose_role_it_is() -> None:
    policy = shipped().concerns["access"].concern
    custodian = document_of(
        {"id": "user:grace", "organisation": "org:institute", "roles": ["custodian"]}
    )

    assert held(policy, custodian) == {"user:ada"}
    assert held(policy, custodian, action="weights.copy") == {"user:grace"}
    assert held(policy, action="weights.copy") == set()
