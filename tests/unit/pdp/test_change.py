"""The smallest change of the facts: what it names, and where there is none."""

from dataclasses import replace

import pytest

from ringwall.model.decisions import Effect, Verdict
from ringwall.model.declarations import Document, document_of
from ringwall.model.facts import AmountFacts
from ringwall.model.levels import Authentication
from tests.unit.pdp.ladder import shared_up_to
from tests.unit.pdp.scene import (
    KINDS,
    NOW,
    RUN,
    SAFEGUARDS,
    SEEN,
    ask,
    attested,
    concern,
    decider,
    edited,
    institute,
    small,
)

SITE = ("weights", "network", "assurance", "detection")


def decide(*changes: Document, **words: object) -> Verdict:
    request = replace(ask(), **words)  # type: ignore[arg-type]  # words of a request
    return decider().decide(request, institute(*changes), NOW)


def told(verdict: Verdict) -> list[tuple[str, str, str]]:
    return [(item.attribute, item.seen, item.needed) for item in verdict.change]


def test_what_access_and_the_floor_both_ask_for_is_one_change() -> None:
    verdict = decide(authentication=Authentication.PASSWORD)

    assert told(verdict) == [
        ("session.authentication", "password", "hardware or higher")
    ]


def test_each_domain_that_falls_short_of_the_tier_is_named() -> None:
    levels = attested("SL3", "SL4")
    site = edited("site:hub", attestations=[levels[0], *levels[2:4]])

    assert told(decide(site)) == [
        ("site.network", "SL0", "SL3 or higher"),
        ("site.personnel", "SL0", "SL4 or higher"),
    ]


def test_what_the_operator_as_a_whole_lacks_is_named_beside_the_level() -> None:
    lacking = edited(
        "org:institute", attestations=[{**SEEN, "measures": shared_up_to("SL2")}]
    )

    assert told(decide(lacking)) == [
        ("site.personnel", "SL2", "SL4 or higher"),
        ("operator.personnel", "SL2", "SL3-AT-1"),
    ]


def test_what_the_institute_lacks_above_what_is_needed_is_not_named() -> None:
    lacking = edited(
        "org:institute", attestations=[{**SEEN, "measures": shared_up_to("SL4")}]
    )
    site = edited("site:hub", attestations=attested("SL3", "SL3"))

    assert told(decide(lacking, site)) == [("site.personnel", "SL3", "SL4 or higher")]


def test_a_role_a_compartment_and_a_screening_are_named_together() -> None:
    assert told(decide(subject="user:max")) == [
        ("subject.roles", "researcher", "weights-researcher"),
        ("subject.compartments", "none", "aurora"),
        ("subject.personnel", "SL1", "SL4 or higher"),
    ]


def test_suspensions_are_to_be_lifted() -> None:
    organisation = edited("org:institute", suspended=False)
    suspended = edited("user:ada", suspended=True)

    assert told(decide(suspended, organisation)) == [
        ("subject.suspended", "true", "false")
    ]


def test_evidence_of_a_government_is_named_as_numbers_and_levels() -> None:
    state = edited("gov:no", evidence=None)
    verdict = decide(
        state, subject="user:liv", action="research.read", resource="eval:brief"
    )

    assert told(verdict) == [
        ("organisation.agreement", "none", "in-force or higher"),
        ("organisation.cyber", "SL0", "SL3 or higher"),
        ("organisation.rule_of_law", "0", "70 or more"),
        ("organisation.freedoms", "0", "70 or more"),
    ]


def test_what_is_too_much_is_to_be_less() -> None:
    compute = {"low": "1e27", "high": "1e27"}
    asset = edited("weights:aurora", tier="lower", content="open", compute=compute)

    assert told(decide(asset)) == [
        ("asset.compute", "1e27", "1e25 or less"),
        ("asset.capability", "reached", "near or lower"),
    ]


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ({"subject": "service:runner"}, None),
        ({"subject": "user:kay"}, None),
        ({"subject": "user:nobody"}, None),
        ({"action": "weights.paint"}, None),
        ({}, edited("weights:aurora", tier="third")),
        ({}, edited("weights:aurora", tier="lower", content="raid")),
        ({"action": "interface.call"}, None),
        ({}, None),
        ({}, edited("point:hub", interface="unconstrained")),
        ({"action": "research.publish", "resource": "eval:brief"}, None),
        ({}, edited("weights:aurora", derived_from=["weights:huge"])),
        (
            {"subject": "user:liv", "action": "raid.read", "resource": "case:one"},
            edited("gov:no", enforcing=True),
        ),
    ],
)
def test_where_no_change_of_the_facts_turns_the_answer_none_is_named(
    words: dict[str, str], change: Document | None
) -> None:
    changes = () if change is None else (change,)
    authors = ["user:ada"]
    case = document_of(
        {"id": "case:one", "tier": "upper", "content": "raid", "authors": authors}
    )

    assert decide(HUGE, case, *changes, **words).change == ()


HUGE = edited("weights:aurora", id="weights:huge", tier="third")


def test_a_point_of_the_right_tier_is_named() -> None:
    low = edited("point:hub", tier="lower")
    high = edited("point:hub", tier="upper")
    writes = {"subject": "user:max", "action": "research.write"}

    assert told(decide(low)) == [("point.tier", "lower", "upper or higher")]
    assert told(decide(high, **writes, resource="dataset:open")) == [
        ("point.tier", "upper", "lower or lower")
    ]


@pytest.mark.parametrize(
    ("labels", "needed"),
    [
        (
            {"integrity": "unverified"},
            [("point.integrity", "unverified", "assured or higher")],
        ),
        ({}, [("point.tier", "upper", "lower or lower")]),
        (
            {"integrity": "reviewed"},
            [
                ("point.tier", "upper", "lower or lower"),
                ("point.integrity", "reviewed", "assured or higher"),
            ],
        ),
    ],
)
def test_a_point_that_is_vouched_for_as_the_asset_is_named(
    labels: dict[str, str], needed: list[tuple[str, str, str]]
) -> None:
    tier = "lower" if labels == {"integrity": "unverified"} else "upper"
    point = edited("point:hub", **{"integrity": "assured", **labels, "tier": tier})
    asked = {"subject": "user:max", "action": "research.write"}

    assert told(decide(point, **asked, resource="dataset:open")) == needed


def test_the_tier_of_a_point_may_be_all_that_a_policy_finds_wrong() -> None:
    intake = edited("user:ada", roles=["raid-intake"])
    report = document_of(
        {"id": "report:one", "tier": "upper", "content": "raid", "integrity": "assured"}
    )
    third = edited("point:hub", tier="third")
    asked = {"action": "raid.intake", "resource": "report:one"}

    assert told(decide(intake, report, third, **asked)) == [
        ("point.tier", "third", "upper or lower")
    ]


def test_a_tool_that_constrains_enough_is_named() -> None:
    certified = edited("point:hub", interface="certified")
    asset = edited("weights:aurora", id="interface:chat", compute=None, tier="upper")
    asked = {"action": "interface.call", "resource": "interface:chat"}
    loose = edited("point:hub", interface="unconstrained")

    assert decide(certified, asset, **asked).effect is Effect.PERMIT
    assert told(decide(loose, asset, **asked)) == [
        ("point.interface", "unconstrained", "certified")
    ]


def test_an_amount_is_to_be_less() -> None:
    bounded = edited("point:hub", interface="bounded")
    request = ask(action="weights.read", authentication=Authentication.HARDWARE_FRESH)
    amount = AmountFacts(400_001, 10**9, 10_000, 0)
    verdict = decider().decide(request, institute(bounded), NOW, amount)

    assert told(verdict) == [("amount.hour", "400001", "400000 or less")]


def test_other_people_are_to_be_there() -> None:
    room = document_of({"id": "room:vault", "tier": "upper", "content": "internal"})
    verdict = decide(
        room,
        action="site.enter",
        resource="room:vault",
        authentication=Authentication.HARDWARE_FRESH,
    )

    assert told(verdict) == [("session.present", "0", "1 or more")]


def test_what_a_training_run_lacks_is_named() -> None:
    lead = edited("user:ada", roles=["training-lead"])
    asked = {
        "action": "training.start",
        "resource": "run:big",
        "authentication": Authentication.HARDWARE_FRESH,
    }
    bare = document_of({**RUN, "safeguards": SAFEGUARDS[1:2]})
    found = told(decide(lead, bare, **asked))

    assert [item for item in found if item[0].startswith("asset.")] == [
        ("asset.notice", "none", "in-date or higher"),
        ("asset.alignment_evaluation", "none", "in-date or higher"),
        ("asset.evaluator", "none", "in-date or higher"),
    ]
    assert {item[0] for item in found if not item[0].startswith("asset.")} <= {
        "grant.quorum"
    }


def test_an_embargo_is_to_end_before_anything_is_published() -> None:
    hidden = edited("dataset:open", disclosure="embargoed")
    found = told(
        decide(
            hidden,
            subject="user:max",
            action="research.publish",
            resource="dataset:open",
        )
    )

    assert ("asset.disclosure", "embargoed", "pending or higher") in found


def test_a_compartment_of_a_source_is_to_be_taken_over() -> None:
    source = edited("weights:aurora", id="weights:old", compartments=["old"])
    tuned = edited("weights:aurora", derived_from=["weights:old"])

    assert told(decide(source, tuned)) == [
        ("subject.compartments", "aurora", "old"),
        ("asset.compartments", "aurora", "old"),
    ]


def test_what_the_record_can_not_bear_is_cut_off() -> None:
    words = [f"compartment-{number}" for number in range(500)]
    (found,) = decide(
        edited("user:ada", compartments=words),
        edited("weights:aurora", compartments=["aurora", *(f"x{w}" for w in words)]),
    ).change

    assert found.attribute == "subject.compartments"
    assert len(found.seen) == len(found.needed) == 400


def access(condition: str, path: str, kind: str, row: str) -> dict[str, bytes]:
    """Return an access concern of one row that asks one thing more of a fact.

    Args:
        condition: reads the fact and the column `more`.
        path: the fact.
        kind: type of the fact and the column.
        row: role and value of `more`.
    """
    part = path.partition(".")[0]
    objects = "subject, action" if part == "subject" else f"subject, {part}, action"
    held = "p.role in r.subject.roles" if "g(" in condition else "holds"
    held = held.replace("holds", "holds(r.subject.roles, p.role)")
    head = (
        f"r = {objects}\np = rule, role, more, action, eft\n"
        f'm = {held} && {condition} && (p.action == "*" || r.action == p.action)\n'
        "g = _, _"
    )
    tail = f"""
[vocabulary]
role = researcher, service
action = weights.infer, weights.read
level = SL0 < SL1 < SL2 < SL3 < SL4 < SL5
content = open, internal, raid, defence, restricted
kind = {KINDS}

[types]
r.subject.roles = set(role)
r.{path} = {kind}
r.action = action
p.role = role
p.more = {kind}
p.action = action, open

[reasons]
role = no-role, nobody in this role may do this
more = lacking, the fact falls short
action = action-not-covered, the rule is for another action
"""
    return concern(head, tail, f"p, acc-001, {row}, *, allow\n")


def told_under(policy: dict[str, bytes]) -> list[tuple[str, str, str]]:
    person = edited("user:ada", roles=["researcher"])
    asset = edited("weights:aurora", tier="lower", content="internal")
    facts = institute(person, asset)
    return told(small(access=policy).decide(ask(point="point:campus"), facts, NOW))


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("level", [(f"site.{name}", "SL1", "SL2 or higher") for name in SITE]),
        ("assurance", [("site.assurance", "SL1", "SL2 or higher")]),
        ("personnel", [("site.personnel", "SL1", "SL2 or higher")]),
    ],
)
def test_a_level_of_a_site_is_reached_domain_by_domain(
    name: str, needed: list[tuple[str, str, str]]
) -> None:
    path = f"site.{name}"
    policy = access(f"at_least(r.{path}, p.more)", path, "level", "researcher, SL2")

    assert told_under(policy) == needed


def test_a_site_is_never_to_be_attested_lower() -> None:
    path = "site.level"
    policy = access(f"at_most(r.{path}, p.more)", path, "level", "researcher, SL0")

    assert told_under(policy) == []


def test_a_word_is_to_be_another_word() -> None:
    path = "asset.content"
    policy = access(f"g(r.{path}, p.more)", path, "content", "researcher, open")

    assert told_under(policy) == [("asset.content", "internal", "open")]


def test_what_was_asked_for_is_not_to_be_something_else() -> None:
    path = "asset.kind"
    policy = access(f"g(r.{path}, p.more)", path, "kind", "researcher, dataset")

    assert told_under(policy) == []


def test_a_person_is_not_to_become_a_service() -> None:
    path = "subject.personnel"
    policy = access(f"at_least(r.{path}, p.more)", path, "level", "service, SL1")

    assert told_under(policy) == []


def test_nobody_is_told_to_hold_roles_that_are_kept_apart() -> None:
    asked = {"action": "weights.copy"}
    alone = decide(edited("user:ada", roles=["researcher"]), **asked)
    watching = decide(edited("user:ada", roles=["security-officer"]), **asked)
    above = decide(edited("user:ada", roles=["ciso"]), **asked)
    already = decide(
        edited("user:ada", roles=["custodian", "security-officer"]), **asked
    )

    assert ("subject.roles", "researcher", "custodian") in told(alone)
    assert told(watching) == []
    assert told(above) == []
    assert told(already)
    assert "subject.roles" not in {attribute for attribute, _, _ in told(already)}
