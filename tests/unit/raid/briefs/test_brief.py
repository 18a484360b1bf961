"""A brief: what it tells, what it withholds, and that nothing shows what that was."""

import json
from typing import Any

import pytest

from ringwall.base.canonical import dump_canonical
from ringwall.raid.briefs.brief import NOTE, Brief, of_developer
from ringwall.raid.briefs.cases import BriefedCase, Deadline
from ringwall.raid.outgoing.barrier import Recipient
from ringwall.raid.routing.labels import Tlp
from tests.briefed import AGREED, briefed, spoc, writer
from tests.routed import report

REPORT = "report:r-aaaaaaaaaa"


def told(made: Brief) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(made.data)
    return document


def names(made: Brief) -> set[str]:
    return {fact["name"] for case in told(made)["cases"] for fact in case["facts"]}


def test_each_fact_has_its_label_and_its_owner() -> None:
    made = writer(briefed()).brief(spoc())

    (case,) = told(made)["cases"]
    facts = {(one["about"], one["name"]): one for one in case["facts"]}
    assert facts["case:c-aaaaaaaaaa", "class"]["owner"] == "raid"
    narrative = facts[REPORT, "narrative"]
    assert (narrative["owner"], narrative["label"]) == ("reporter", "green")
    assert (made.cases, made.facts) == (1, len(facts))
    assert (made.label, told(made)["label"]) == (Tlp.GREEN, "green")


def test_a_brief_says_what_to_do_by_when_and_until_when_it_holds() -> None:
    case = briefed(
        points={"expl": ["observed"], "spread": ["several-states", "union"]},
        deadlines=(Deadline("COP93-CI", "initial", "2026-11-25T12:00:00Z"),),
    )

    document = told(writer(case).brief(spoc()))

    (one,) = document["cases"]
    assert len(one["do"]) == 2
    assert one["do"][0].startswith("Name a person") or "same use" in one["do"][0]
    assert one["deadlines"] == [
        {"rule": "COP93-CI", "stage": "initial", "due": "2026-11-25T12:00:00Z"}
    ]
    assert (document["on"], document["expires"]) == ("2026-11-23", "2026-11-30")


def test_what_tells_of_the_reporter_is_never_told() -> None:
    made = writer(briefed()).brief(spoc())

    assert names(made).isdisjoint({"aware", "consent", "entity"})
    assert made.withheld == {"reporter": 3}


def test_nothing_is_told_of_a_point_that_leaves_all_open() -> None:
    made = writer(briefed(points={"danger": ["no", "imminent"]})).brief(spoc())

    assert "danger" not in {
        fact["name"]
        for fact in told(made)["cases"][0]["facts"]
        if fact["about"].startswith("case:")
    }


def test_a_state_that_is_not_concerned_is_told_the_part_of_defenders() -> None:
    case = briefed()

    concerned, other = (writer(case).brief(spoc(one)) for one in ("DE", "FR"))

    assert {"narrative", "systems"} <= names(concerned)
    assert names(other).isdisjoint({"narrative", "systems", "auto"})
    assert {"title", "sector", "expl"} <= names(other)
    assert other.withheld["part"] > 0


@pytest.mark.parametrize(
    ("case", "why"),
    [
        (briefed(briefing="none"), "state-not-in-caveat"),
        (briefed(briefing="affected"), "state-not-in-caveat"),
        (briefed(compartments=frozenset({"c-aaaaaaaaaa"})), "compartment-not-held"),
        (briefed(is_embargoed=True), "embargo"),
        (briefed(is_embargoed=True, defenders=frozenset({"csirt.fr"})), "embargo"),
        (briefed(tlp=Tlp.RED), "label-above-recipient"),
    ],
)
def test_a_case_that_may_not_be_told_leaves_no_trace(
    case: BriefedCase, why: str
) -> None:
    made, empty = (writer(*cases).brief(spoc("FR")) for cases in ((case,), ()))

    assert made.data == empty.data
    assert why in made.withheld
    assert empty.withheld == {}


def test_a_state_in_which_it_happened_is_briefed_of_what_others_are_not() -> None:
    assert writer(briefed(briefing="affected")).brief(spoc("DE")).cases == 1


def test_defenders_are_told_under_an_embargo() -> None:
    case = briefed(is_embargoed=True, defenders=frozenset({"spoc.fr"}))

    assert writer(case).brief(spoc("FR")).cases == 1
    assert writer(case).brief(spoc("DE")).cases == 0


@pytest.mark.parametrize(
    ("recipient", "why"),
    [
        (spoc(own="yes"), "recipient-enforces"),
        (spoc(function="yes"), "recipient-enforces"),
        (spoc(own="unknown"), "recipient-enforces"),
        (spoc(has_key=False), "recipient-keyless"),
        (spoc(ceiling=Tlp.CLEAR), "label-above-recipient"),
    ],
)
def test_a_recipient_who_may_not_be_told_is_told_nothing(
    recipient: Recipient, why: str
) -> None:
    made = writer(briefed()).brief(recipient)

    assert (made.cases, made.label) == (0, Tlp.CLEAR)
    assert why in made.withheld


def test_a_lapsed_attestation_reduces_a_brief_and_says_so_where_that_may_be_said() -> (
    None
):
    low = briefed()
    amber = briefed("case:c-bbbbbbbbbb", tlp=Tlp.AMBER)
    strict = briefed("case:c-cccccccccc", tlp=Tlp.AMBER_STRICT)
    lapsed = spoc(is_attested=False)

    alone, noted, hidden = (
        writer(*cases).brief(lapsed) for cases in ((low,), (low, amber), (low, strict))
    )

    assert (alone.cases, noted.cases) == (1, 1)
    assert told(alone)["reduced"] is True
    assert told(alone)["note"] == ""
    assert told(noted)["note"] == NOTE
    # That there is more at this label is itself more than may be told.
    assert hidden.data == alone.data
    assert hidden.withheld["attestation-lapsed"] > 0
    assert writer(low, amber).brief(spoc()).cases == 2


def test_a_secret_report_adds_nothing_for_the_state_that_it_names() -> None:
    mine = report(REPORT, Tlp.GREEN, consent=AGREED)
    secret = report("report:r-bbbbbbbbbb", Tlp.RED, states=["FR"], consent=AGREED)

    without, with_it = (
        writer(briefed(reports=reports)).brief(spoc("FR"))
        for reports in ([mine], [mine, secret])
    )

    assert without.data == with_it.data


def test_a_developer_with_few_people_on_record_is_not_named_without_consent() -> None:
    silent = briefed(reports=[report(REPORT, Tlp.GREEN)])
    unknown = briefed(reports=[report(REPORT, Tlp.GREEN, systems="unknown")])
    many = [{"organisation": {of_developer("Example  Systems")}}] * 5

    held = writer(silent).brief(spoc())
    assert "systems" not in names(held)
    assert held.withheld["too-few-reporters"] == 1
    assert "systems" in names(writer(silent, directory=many).brief(spoc()))
    assert "systems" not in names(writer(silent, directory=many[1:]).brief(spoc()))
    assert "systems" in names(writer(unknown).brief(spoc()))
    assert "systems" in names(writer(briefed()).brief(spoc()))


def test_the_same_facts_are_the_same_bytes_whatever_their_order() -> None:
    cases = [briefed(f"case:c-{letter * 10}") for letter in "abc"]

    made = writer(*cases).brief(spoc())

    assert made.data == writer(*reversed(cases)).brief(spoc()).data
    assert made.data == dump_canonical(told(made))


def test_a_brief_of_an_exercise_says_so() -> None:
    made = writer(briefed(), exercise="autumn").brief(spoc())

    assert told(made)["exercise"] == "autumn"
    assert "exercise" not in told(writer(briefed()).brief(spoc()))
