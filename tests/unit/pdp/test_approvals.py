"""What approvals come to under the shipped rows, and which ones a request takes."""

from collections import Counter
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from ringwall.base.errors import PolicyError
from ringwall.model.facts import UNKNOWN_AMOUNT, ApprovalFacts, Situation
from ringwall.model.levels import Quorum, SecurityLevel
from ringwall.model.tiers import Tier
from ringwall.pdp.approvals import (
    MAX_SEATS,
    Demand,
    QuorumQuestion,
    Quorums,
    seats_of,
)
from ringwall.pdp.quorum_rows import BREAK_GLASS, EXECUTIVES, NEVER_ALONE
from ringwall.policy.reference import ReferenceConcern
from ringwall.policy.rows import Rule
from tests.unit.pdp.approvals import about, exactly, given
from tests.unit.pdp.scene import decider, files_of, shipped, small

APPROVED = "approved"
NONE, TWO, THREE = Quorum
KINDS = ("model-weights", "codebase", "raid-case", "room", "security-record")
# A case is open to its compartment; nobody is named for it besides.
OF_RAID = "raid."


@cache
def quorums() -> Quorums:
    return Quorums(shipped().concerns["quorum"])


def reached(approval: ApprovalFacts, situation: Situation) -> Quorum:
    return decider().quorum_of(approval, situation)


def column(rule: Rule, concern: str, name: str) -> str:
    schema = shipped().concerns[concern].concern.schema
    return rule.text[schema.column_index(name)]


def rows_of(concern: str) -> list[Rule]:
    rules = shipped().concerns[concern].concern.rules
    return [rule for rule in rules if rule.effect == "allow"]


def asked_for() -> list[tuple[str, str, str, Quorum]]:
    """Return each action, kind and tier that some row asks a quorum for."""
    found = []
    for concern in ("access", "release", "raid_cases"):
        for rule in rows_of(concern):
            word = Quorum.parse(column(rule, concern, "quorum"))
            tier = "upper" if concern == "raid_cases" else column(rule, concern, "tier")
            action, kind = (column(rule, concern, name) for name in ("action", "kind"))
            found += [(action, kind, tier, word)] if word else []
    return found


def places(kind: str, tier: str) -> list[Situation]:
    """Return what a row is about at sites of every level, kinds drawn out."""
    kinds = KINDS if kind == "*" else (kind,)
    return [
        about("weights.read", item, Tier.parse(tier), level)
        for item in kinds
        for level in SecurityLevel
    ]


@pytest.mark.parametrize(("action", "kind", "tier", "word"), asked_for())
def test_each_quorum_that_a_row_asks_for_can_be_reached(
    action: str, kind: str, tier: str, word: Quorum
) -> None:
    for place in places(kind, tier):
        situation = place._replace(action=action)
        demands = decider().demands(situation, APPROVED)
        best = [demand for demand in demands if demand.quorum >= word]

        assert best
        assert all(reached(exactly(d), situation) == d.quorum for d in demands)


def test_whoever_works_with_what_is_kept_by_need_to_know_can_be_named_for_it() -> None:
    seen = 0
    for rule in rows_of("access"):
        action, kind, tier = (
            column(rule, "access", name) for name in ("action", "kind", "tier")
        )
        if not action.startswith(OF_RAID):
            for place in places(kind, tier):
                assert decider().demands(place._replace(action=action), APPROVED)
                seen += 1
    assert seen > 500


@cache
def all_demands() -> list[tuple[Situation, Demand, str]]:
    concern = shipped().concerns["quorum"].concern
    actions = sorted({rule.text[3] for rule in concern.rules})
    kinds = sorted({rule.text[4] for rule in concern.rules} - {"*"})
    return [
        (situation, demand, manner)
        for action in actions
        for kind in kinds
        for tier in Tier
        for level in (SecurityLevel.SL3, SecurityLevel.SL4)
        for situation in [about(action, kind, tier, level)]
        for manner in (APPROVED, BREAK_GLASS)
        for demand in decider("three").demands(situation, manner)
    ]


def test_every_row_is_demanded_of_somebody_and_told_on_one_line() -> None:
    demanded = {demand.rule: demand for _, demand, _ in all_demands()}
    concern = shipped().concerns["quorum"].concern
    lines = {rule.id: rule.line for rule in concern.rules if rule.effect == "allow"}

    assert demanded.keys() == lines.keys()
    for rule, demand in demanded.items():
        assert demand.place == f"quorum/policy.csv:{lines[rule]}"
        assert demand.told
        assert "\n" not in demand.told


def test_no_demand_can_be_undercut_in_any_part() -> None:
    """One person less, one hour more, one use more, one hour too early: nothing."""
    for situation, demand, manner in all_demands():
        approval = exactly(demand, manner)
        others = [d for d in decider().demands(situation, manner) if d != demand]
        if others:
            continue  # a second row may let pass what this one does not
        less = [
            replace(approval, hours=approval.hours + 1),
            replace(approval, manner="nod"),
            *(
                replace(approval, seats=seats_of({**dict(demand.seats), role: n - 1}))
                for role, n in demand.seats
            ),
        ]
        if demand.uses is not None:
            less += [replace(approval, uses=n) for n in (demand.uses + 1, 10**60)]
        if demand.waited:
            less.append(replace(approval, waited=demand.waited - 1))

        assert reached(approval, situation) == demand.quorum
        assert [reached(item, situation) for item in less] == [NONE] * len(less)


def test_a_quorum_takes_as_many_people_as_it_says_and_an_executive() -> None:
    for _, demand, manner in all_demands():
        people = sum(count for _, count in demand.seats)
        roles = {role for role, _ in demand.seats}

        if manner == BREAK_GLASS:
            assert (people, demand.hours, demand.uses) == (0, 1, 1)
        else:
            assert people >= {TWO: 2, THREE: 3}[demand.quorum]
            assert demand.quorum is TWO or roles & EXECUTIVES
            assert len(roles) == len(demand.seats)


@pytest.mark.parametrize("action", sorted(NEVER_ALONE))
@pytest.mark.parametrize("tier", Tier)
def test_the_glass_is_never_broken_for_what_nobody_can_call_back(
    action: str, tier: Tier
) -> None:
    everyone = frozenset(
        f"{role}-{n}" for role in (*EXECUTIVES, "custodian") for n in (1, 2, 3)
    )
    alone = given(*everyone, manner=BREAK_GLASS, waited=1000)
    for kind in KINDS:
        situation = about(action, kind, tier)

        assert reached(alone, situation) is NONE
        assert decider().demands(situation, BREAK_GLASS) == ()


@pytest.mark.parametrize(
    "action", ["weights.infer", "weights.read", "secret.read", "measure.attest"]
)
def test_the_glass_is_broken_for_what_rows_name_alone(action: str) -> None:
    for kind in KINDS:
        assert decider().demands(about(action, kind), BREAK_GLASS) == ()


WEIGHTS = about("weights.export")
DELETE = about("weights.delete", tier=Tier.THIRD)


def test_copies_and_exports_of_the_upper_tier_take_the_ciso_too() -> None:
    copy = about("weights.copy")

    assert reached(given("custodian-2", "ciso-1"), copy) is TWO
    assert reached(given("custodian-2", "ciso-1", uses=3), copy) is TWO
    assert reached(given("custodian-2", "ciso-1", uses=4), copy) is NONE
    assert reached(given("custodian-3"), copy) is NONE
    assert reached(given("custodian-2", "ciso-1"), WEIGHTS) is THREE
    assert reached(given("custodian-1", "ciso-1"), WEIGHTS) is NONE


def test_a_seat_that_no_row_knows_neither_helps_nor_harms() -> None:
    odd = ("astronaut-1", "custodian-9", "")

    assert reached(given("custodian-2", "ciso-1", *odd), WEIGHTS) is THREE
    assert reached(given("custodian-1", "ciso-1", *odd), WEIGHTS) is NONE


def test_the_ciso_does_not_sit_in_for_a_security_officer() -> None:
    """One person would fill two seats, though the role includes the other."""
    change = about("weights.read")

    assert reached(given("custodian-1", "security-officer-1"), change) is TWO
    assert reached(given("custodian-1", "ciso-3"), change) is NONE


def test_what_the_rows_do_not_know_comes_to_nothing() -> None:
    everybody = given("custodian-3", "ciso-3", "security-officer-3")

    assert reached(everybody, about("weights.steal")) is NONE
    assert reached(everybody, about("raid.read", "raid-case")) is NONE
    assert decider().demands(about("weights.steal"), APPROVED) == ()
    assert decider().demands(WEIGHTS, "nod") == ()


@pytest.mark.parametrize(
    ("level", "least"),
    [(SecurityLevel.SL3, 0), (SecurityLevel.SL4, 24), (SecurityLevel.SL5, 24)],
)
@pytest.mark.parametrize(
    ("action", "kind", "seats", "word"),
    [
        (
            "policy.change",
            "security-record",
            ("security-officer-2", "raid-director-1"),
            THREE,
        ),
        (
            "policy.change",
            "security-record",
            ("custodian-1", "security-officer-1", "raid-director-1"),
            THREE,
        ),
        (
            "research.write",
            "codebase",
            ("weights-researcher-1", "security-officer-1"),
            TWO,
        ),
    ],
)
def test_above_sl3_a_day_passes_before_policy_or_sensitive_code_changes(
    level: SecurityLevel,
    least: int,
    action: str,
    kind: str,
    seats: tuple[str, ...],
    word: Quorum,
) -> None:
    situation = about(action, kind, level=level)
    third = about(action, kind, Tier.THIRD, SecurityLevel.SL3)

    assert reached(given(*seats, waited=least), situation) is word
    assert reached(given(*seats, waited=24), third) is word
    assert reached(given(*seats, waited=23), third) is NONE
    if least:
        assert reached(given(*seats, waited=least - 1), situation) is NONE


def test_a_demand_is_told_in_one_line() -> None:
    (export,) = decider().demands(WEIGHTS, APPROVED)
    (alone,) = decider().demands(DELETE, BREAK_GLASS)
    (read,) = decider().demands(about("weights.read"), APPROVED)
    change = about("policy.change", "security-record", level=SecurityLevel.SL4)
    first, _ = decider().demands(change, APPROVED)

    assert export.told == "2 custodian AND 1 ciso, at most 72 h, 1 use"
    assert alone.told == "nobody, at most 1 h, 1 use"
    assert read.told == "1 custodian AND 1 security-officer, at most 4380 h"
    assert first.told == (
        "2 security-officer AND 1 raid-director, at most 72 h, 1 use, "
        "24 h after the request"
    )
    assert replace(export, uses=3).told.endswith(", 3 uses")


def test_a_policy_is_changed_by_people_whom_an_institute_of_ten_has() -> None:
    """Three custodians, two security officers, a CISO and a director of RAID do."""
    staff = Counter({"custodian": 3, "security-officer": 2, "ciso": 1})
    staff += Counter(
        {"raid-director": 1, "weights-researcher": 2, "release-officer": 1}
    )
    askers = {"policy.change": "ciso", "tier.lower": "custodian"}
    askers |= dict.fromkeys(["weights.copy", "weights.export"], "custodian")
    askers |= {"weights.publish": "release-officer", "offer.api": "release-officer"}
    askers |= dict.fromkeys(["weights.finetune", "weights.read"], "weights-researcher")

    assert staff.total() == 10
    for action, role in askers.items():
        kind = "security-record" if action == "policy.change" else "model-weights"
        tier = Tier.LOWER if role == "release-officer" else Tier.UPPER
        others = staff - Counter({role: 1})
        for demand in decider().demands(about(action, kind, tier), APPROVED):
            assert Counter(dict(demand.seats)) <= others, demand.told


def test_people_are_seated_by_role_and_number() -> None:
    filled = Counter({"custodian": 2, "ciso": 1, "auditor": 0, "evaluator": 7})

    assert MAX_SEATS == 3
    assert seats_of(filled) == {"custodian-2", "ciso-1", "evaluator-3"}
    assert seats_of({}) == frozenset()


SEATS = st.frozensets(
    st.sampled_from(
        [
            f"{role}-{n}"
            for role in ("custodian", "ciso", "security-officer", "raid-director")
            for n in (1, 2, 3)
        ]
    )
)
APPROVALS = st.builds(
    ApprovalFacts,
    st.just(NONE),
    st.sampled_from([APPROVED, BREAK_GLASS]),
    SEATS,
    st.sampled_from([0, 1, 72, 73, 4380]),
    st.sampled_from([1, 2, 3, 4, UNKNOWN_AMOUNT]),
    st.sampled_from([0, 23, 24]),
)
SITUATIONS = st.builds(
    about,
    st.sampled_from(
        ["weights.copy", "weights.export", "weights.read", "policy.change"]
    ),
    st.sampled_from(["model-weights", "security-record"]),
    st.sampled_from(Tier),
    st.sampled_from(SecurityLevel),
)


@drawn(APPROVALS, SITUATIONS, SEATS)
def test_more_people_never_make_less_of_a_quorum(
    approval: ApprovalFacts, situation: Situation, more: frozenset[str]
) -> None:
    fuller = replace(approval, seats=approval.seats | more)
    shorter = replace(approval, hours=0, uses=0, waited=approval.waited + 1)

    assert reached(fuller, situation) >= reached(approval, situation)
    assert reached(shorter, situation) >= reached(approval, situation)


@cache
def referee() -> ReferenceConcern:
    return ReferenceConcern(shipped().concerns["quorum"].concern)


@drawn(APPROVALS, SITUATIONS)
def test_stock_casbin_comes_to_the_same_quorum(
    approval: ApprovalFacts, situation: Situation
) -> None:
    permitted = [
        word
        for word in (TWO, THREE)
        for asked in [replace(approval, asked=word)]
        if referee()
        .decide(
            QuorumQuestion(asked, situation.asset, situation.site, situation.action)
        )
        .permitted
    ]

    assert reached(approval, situation) == max(permitted, default=NONE)


DENIED_AS_TWO = (
    "p, quo-990, two, approved, weights.export, *, upper, *, *, *, *, 1e60, *, 0, "
    "deny\n"
)


def test_what_is_denied_as_the_lower_quorum_is_denied_as_the_higher_one() -> None:
    files = files_of("quorum")
    rows = files["policy.csv"] + DENIED_AS_TWO.encode()
    strict = small(quorum={**files, "policy.csv": rows})

    assert strict.quorum_of(given("custodian-2", "ciso-1"), WEIGHTS) is NONE
    assert strict.demands(WEIGHTS, APPROVED) == ()
    again = DENIED_AS_TWO.replace("quo-990, two", "quo-991, two-and-executive")
    rows = files["policy.csv"] + again.encode()
    strict = small(quorum={**files, "policy.csv": rows})
    assert strict.quorum_of(given("custodian-2", "ciso-1"), WEIGHTS) is NONE


def test_a_concern_that_reads_other_facts_is_refused() -> None:
    with pytest.raises(PolicyError) as caught:
        Quorums(shipped().concerns["release"])

    assert caught.value.code == "facts-differ"
    assert quorums().reached(given("custodian-2", "ciso-1"), WEIGHTS) is THREE
