"""Why a stage said no, in words."""

from dataclasses import replace

import pytest

from ringwall.base.clock import parse_instant
from ringwall.model.decisions import Reason, Stage
from ringwall.model.declarations import Document, document_of
from ringwall.model.facts import Lapse, Situation
from ringwall.pdp.explain import concern_reasons, fitting, floor_reasons, shortened
from ringwall.pdp.floor import broken_rules
from ringwall.policy.compiler import compile_concern
from ringwall.policy.outcome import Outcome
from ringwall.policy.reader import parse_concern
from tests.unit.pdp.ladder import measures_up_to
from tests.unit.pdp.scene import (
    ACCESS_HEAD,
    ACCESS_TAIL,
    FROM,
    NOW,
    PAST,
    RUN,
    SAFEGUARDS,
    UNTIL,
    ask,
    attested,
    concern,
    cyber,
    edited,
    institute,
    screening,
    shipped,
)

LAPSED = "counts from 2025-01-01T00:00:00Z until 2026-06-30T00:00:00Z"


def look(
    *changes: Document, subject: str = "user:ada", action: str = "weights.infer"
) -> Situation:
    brief = "eval:brief" if action == "research.read" else "weights:aurora"
    asked = ask(subject, action, brief)
    return institute(*changes).situation(asked, NOW)


def reasons(stage: Stage, question: object) -> tuple[Reason, ...]:
    concern = shipped().concerns[stage.value]
    return concern_reasons(stage, concern, question, concern.decide(question))


def seen(stage: Stage, question: object, condition: str) -> str:
    found = [r for r in reasons(stage, question) if r.condition == condition]
    return found[0].seen


def test_an_error_names_itself_on_one_line() -> None:
    concern = shipped().concerns["access"]
    outcome = Outcome(permitted=False, rules=(), error="KeyError:\n  'x'" + "y" * 1000)
    (reason,) = concern_reasons(Stage.ACCESS, concern, None, outcome)

    assert (reason.stage, reason.code) == (Stage.ACCESS, "rule-error")
    assert reason.message.startswith("a rule could not be evaluated: KeyError: 'x'")
    assert len(reason.message) == 400


def test_each_rule_that_forbids_is_named_with_its_place() -> None:
    service = edited("service:runner", roles=["service"])
    (reason,) = reasons(Stage.ACCESS, look(service, subject="service:runner"))

    assert (reason.code, reason.rule) == ("forbidden-by-rule", "acc-900")
    assert reason.message.startswith("rule `acc-900` forbids it: No service")
    path, _, line = reason.place.rpartition(":")
    rule = next(
        r for r in shipped().concerns["access"].concern.rules if r.id == "acc-900"
    )
    assert (path, int(line)) == ("policies/access/policy.csv", rule.line)


def test_each_failed_condition_of_the_nearest_row_is_listed() -> None:
    person = edited("user:ada", roles=["evaluator"], screening=None)
    found = reasons(Stage.ACCESS, look(person))

    assert {reason.rule for reason in found} == {"acc-036"}
    assert [(r.code, r.condition, r.seen, r.needed) for r in found] == [
        ("personnel-level-insufficient", "personnel", "SL0", "SL4 or higher")
    ]
    assert all(r.place.startswith("policies/access/policy.csv:") for r in found)


@pytest.mark.parametrize(
    ("stage", "change", "subject", "condition", "text"),
    [
        (
            Stage.ACCESS,
            edited("user:ada", screening=screening("SL4", PAST)),
            "user:ada",
            "personnel",
            f"SL0 (personnel SL4 {LAPSED})",
        ),
        (
            Stage.ACCESS,
            edited("site:hub", attestations=attested("SL3", "SL4", PAST)[3:]),
            "user:ada",
            "site",
            f"SL0 (lacks SL1-WS-1, SL1-SW-1, SL1-RT-1; detection SL1-MO-1 {LAPSED})",
        ),
        (
            Stage.ELIGIBILITY,
            edited("gov:fr", evidence=[cyber("SL3", PAST)]),
            "user:lou",
            "cyber",
            f"SL0 (cyber SL3 {LAPSED})",
        ),
        (
            Stage.ELIGIBILITY,
            edited("gov:fr", evidence=[cyber("SL2")]),
            "user:lou",
            "cyber",
            "SL2",
        ),
    ],
)
def test_a_value_that_fell_short_shows_which_evidence_lapsed_and_when(
    stage: Stage, change: Document, subject: str, condition: str, text: str
) -> None:
    action = "weights.infer" if subject == "user:ada" else "research.read"

    assert seen(stage, look(change, subject=subject, action=action), condition) == text


def test_scores_that_lapsed_are_named_in_words() -> None:
    evidence = [cyber("SL3"), {**PAST, "kind": "rule-of-law", "score": 90}]
    state = edited("gov:no", evidence=evidence)
    question = look(state, subject="user:liv", action="research.read")

    assert seen(Stage.ELIGIBILITY, question, "rule_of_law") == (
        f"0 (rule of law 90 {LAPSED})"
    )


def test_a_question_about_an_asset_alone_has_no_evidence_to_show() -> None:
    asset = look(edited("weights:aurora", tier="lower", content="raid")).asset

    class Question:
        pass

    question = Question()
    question.asset = asset  # type: ignore[attr-defined]  # all that the concern reads
    found = reasons(Stage.CLASSIFICATION, question)

    assert found
    assert all(reason.seen and reason.needed for reason in found)


def test_the_floor_shows_what_lapsed_in_every_domain_of_a_site() -> None:
    lapsed = attested("SL3", "SL4", PAST)[4]
    s = look(edited("site:hub", attestations=[*attested("SL3", "SL4")[:4], lapsed]))
    (reason,) = floor_reasons(s, broken_rules(s, "two"))

    assert reason.code == "floor-site"
    assert reason.seen == f"personnel SL0 (personnel SL1-PP-1 {LAPSED})"
    assert "personnel SL4" in reason.needed


def test_a_site_says_which_measures_were_never_attested() -> None:
    s = look(edited("site:hub", attestations=attested("SL3", "SL3")))
    (reason,) = floor_reasons(s, broken_rules(s, "two"))

    assert reason.seen == "personnel SL3 (lacks SL4-PP-1)"
    low = look(edited("site:hub", attestations=attested("SL2", "SL4")[1:]))
    # Its weakest domain is what holds the level of a site down.
    assert seen(Stage.ACCESS, low, "site") == "SL0 (lacks SL1-WS-1)"


def test_evidence_that_lapsed_at_the_same_time_is_told_together() -> None:
    several = [*measures_up_to("detection", "SL1"), "SL1-CA-1"]
    assert several == ["SL1-MO-1", "SL1-CA-1"]
    lapses = tuple(
        Lapse("detection", measure, parse_instant(FROM), parse_instant(UNTIL))
        for measure in several
    )
    s = look(edited("site:hub", attestations=[]))
    s = s._replace(site=replace(s.site, lapses=lapses))
    (reason,) = floor_reasons(s, broken_rules(s, "two"))

    assert reason.seen.endswith(
        f" (detection SL1-MO-1, SL1-CA-1 count from {FROM} until {UNTIL})"
    )


def test_the_floor_shows_which_safeguards_of_a_run_lapsed() -> None:
    lapsed = {**SAFEGUARDS[1], "from": PAST["from"], "until": PAST["until"]}
    run = document_of({**RUN, "safeguards": [SAFEGUARDS[0], lapsed, *SAFEGUARDS[2:]]})
    asked = ask(action="training.start", resource="run:big")
    s = institute(run).situation(asked, NOW)
    (reason,) = floor_reasons(s, broken_rules(s, "two"))

    name = "security evaluation"
    assert reason.seen == f"not shown: {name} ({name} by org:assurance {LAPSED})"
    (missing,) = reasons(Stage.TRAINING, s)
    assert missing.code == "security-evaluation-missing"
    assert missing.seen.endswith(f" ({name} by org:assurance {LAPSED})")


def test_the_floor_shows_what_lapsed_of_a_person_or_a_government() -> None:
    person = look(edited("user:ada", screening=screening("SL4", PAST)))
    state = look(edited("gov:fr", evidence=[cyber("SL3", PAST)]), subject="user:lou")
    by_code = {
        reason.code: reason
        for s in (person, state)
        for reason in floor_reasons(s, broken_rules(s, "two"))
    }

    assert by_code["floor-personnel"].seen == f"SL0 (personnel SL4 {LAPSED})"
    assert by_code["floor-government-evidence"].seen == f"SL0 (cyber SL3 {LAPSED})"


@pytest.mark.parametrize(("length", "shown"), [(400, "x"), (401, " ...")])
def test_a_text_is_shortened_only_when_it_has_to_be(length: int, shown: str) -> None:
    error = "x" * (length - len("a rule could not be evaluated: "))
    concern = shipped().concerns["access"]
    outcome = Outcome(permitted=False, rules=(), error=error)
    (reason,) = concern_reasons(Stage.ACCESS, concern, None, outcome)

    assert len(reason.message) == 400
    assert reason.message.endswith(shown)


def test_a_text_is_never_longer_than_the_record_can_bear() -> None:
    words = [f"compartment-{number}" for number in range(500)]
    s = look(
        edited("user:ada", compartments=words),
        edited("weights:aurora", compartments=["aurora", *words]),
    )
    found = [*reasons(Stage.ACCESS, s), *floor_reasons(s, broken_rules(s, "two"))]

    assert {len(reason.seen) for reason in found} == {400}
    assert all(len(reason.needed) <= 400 for reason in found)
    assert all(reason.seen.endswith(" ...") for reason in found)


def test_of_many_rules_that_forbid_twenty_are_named_and_the_rest_counted() -> None:
    roles = [f"role{number}" for number in range(30)]
    tail = ACCESS_TAIL.replace("role = researcher", f"role = {', '.join(roles)}", 1)
    rows = [
        f"p, acc-{number:03}, {role}, *, deny\n" for number, role in enumerate(roles)
    ]
    files = concern(ACCESS_HEAD, tail, "".join(rows))
    access = compile_concern(parse_concern("access", files))
    person = look()
    question = person._replace(subject=replace(person.subject, roles=frozenset(roles)))

    found = concern_reasons(Stage.ACCESS, access, question, access.decide(question))

    assert [item.rule for item in found[:20]] == [f"acc-{at:03}" for at in range(20)]
    assert {item.code for item in found[:20]} == {"forbidden-by-rule"}
    (last,) = found[20:]
    assert (last.code, last.message) == (
        "more-reasons",
        "10 more reasons are not shown",
    )


def test_reasons_that_the_record_can_not_bear_are_counted() -> None:
    reason = Reason(Stage.ACCESS, "no-role", "x" * 390, rule="acc-001")
    size = 400 + len("acc-001") + len("access") + len("no-role") - 10
    most = 20_000 // size

    assert fitting([reason] * most) == (reason,) * most
    *shown, last = fitting([reason] * (most + 3))
    assert shown == [reason] * most
    assert last == Reason(Stage.ACCESS, "more-reasons", "3 more reasons are not shown")
    assert fitting([]) == ()


@pytest.mark.parametrize(("length", "end"), [(400, "x"), (401, " ...")])
def test_a_text_of_more_than_400_characters_is_cut_off(length: int, end: str) -> None:
    text = shortened("x" * length)

    assert len(text) == 400
    assert text.endswith(end)
