"""Over a case that is not there as much is done as over one that is shut."""

from dataclasses import replace

from typing_extensions import override

from ringwall.model.facts import Situation
from ringwall.pdp.pipeline import DecisionPoint, Evaluation
from ringwall.pdp.shadow import shadow_of
from tests.unit.pdp.scene import NOW, ask, decider, edited
from tests.unit.pdp.test_annex import CASE, Kept, asked, facts_with

NOTHING = "case:c-nothing"


def test_the_shadow_is_of_a_case_that_nobody_is_in() -> None:
    facts = facts_with(Kept("user:ada"), edited("user:ada", compartments=["c-kept"]))
    found = shadow_of(asked(NOTHING), facts, NOW)

    assert found is not None
    assert found.asset.id == NOTHING
    assert found.subject.id == "user:ada"
    assert found.action == "raid.read"
    assert not found.asset.compartments <= found.subject.compartments


def test_of_what_is_not_kept_there_is_none() -> None:
    facts = facts_with(Kept())

    assert shadow_of(asked("weights:nothing"), facts, NOW) is None
    assert shadow_of(asked(NOTHING, "user:nobody"), facts, NOW) is None
    facts.annex = None
    assert shadow_of(asked(NOTHING), facts, NOW) is None


def test_a_case_that_is_not_there_is_judged_and_denied_as_not_there() -> None:
    class Counting(DecisionPoint):
        """Counts what it judges."""

        judged: list[str]

        @override
        def evaluate_situation(self, situation: Situation) -> Evaluation:
            self.judged.append(situation.asset.id)
            return super().evaluate_situation(situation)

    facts = facts_with(Kept())
    shipped = decider()
    counting = Counting.__new__(Counting)
    counting.__dict__.update(shipped.__dict__)
    counting.judged = []
    here = counting.decide(asked(CASE), facts, NOW)
    first, counting.judged = counting.judged, []
    there = counting.decide(asked(NOTHING), facts, NOW)

    assert set(first) == {CASE}
    assert set(counting.judged) == {NOTHING}
    assert len(counting.judged) == len(first)
    assert not here.rules
    assert [reason.code for reason in there.reasons] == ["unknown-resource"]
    counting.judged = []
    other = replace(ask(), resource="weights:nothing")
    assert not counting.decide(other, facts, NOW).rules
    assert counting.judged == []
