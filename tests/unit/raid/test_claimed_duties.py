"""Duties that reports make suspect, as far as their answers leave them."""

from typing import Any, Final

from ringwall.raid.claimed_duties import answered_facts, claimed_duties
from ringwall.raid.clocks.claims import Told
from ringwall.raid.rulebook import read_rulebook
from tests.example import NOON
from tests.raid_office import report_document
from tests.routed import FOLDER, case_facts, report

RULES: Final = read_rulebook(FOLDER.parent)
LEAK: Final = {"harms": ["personal-data"], "entity": "controller", "states": ["DE"]}


def claimed(**changes: Any) -> dict[str, tuple[str, ...]]:  # noqa: ANN401 - of a report
    told = Told("report:r-mfzwizltmr", NOON, report_document(**changes))
    found = claimed_duties([told], answered_facts(told, RULES), RULES)
    owed = {rule: RULES.clocks.rules[rule].owed for rule in found}
    return {rule: found[rule] for rule in found if owed[rule] == "others"}


def test_what_a_report_answers_leaves_the_duty_that_it_claims() -> None:
    assert claimed(**LEAK) == {"GDPR33": ()}


def test_a_duty_that_an_answer_speaks_against_is_none_here_either() -> None:
    assert claimed(**{**LEAK, "states": []}) == {}
    assert claimed(**{**LEAK, "kind": "hazard"}) == {}
    assert (
        claimed(
            entity="provider", sector="other", compute={"low": "2e25", "high": "3e25"}
        )
        == {}
    )


def test_what_is_untold_leaves_a_duty_and_is_named() -> None:
    assert claimed(**{**LEAK, "states": "unknown"}) == {"GDPR33": ("eea",)}
    assert claimed(**{**LEAK, "kind": "unknown"}) == {"GDPR33": ("kind",)}
    # Whoever names harms has not said which other events there were.
    found = claimed(entity="manufacturer", states=["DE"])
    assert found == {"CRA14-V": ("expl", "legal"), "CRA14-I": ("legal", "class")}


def test_words_alone_drop_no_duty() -> None:
    calm = "It was a drill in a test environment and no weights were touched at all."
    found = claimed(**{**LEAK, "kind": "unknown"}, narrative=calm)
    assert "GDPR33" in found


def test_what_the_case_has_answered_speaks_against_a_duty_of_any_report() -> None:
    told = [Told("report:r-mfzwizltmr", NOON, report_document(**LEAK))]
    for kind, duties in (("realised-harm", {"GDPR33"}), ("demonstrated-in-test", None)):
        facts = case_facts({"kind": (kind,)}, [report(**LEAK)])
        found = {*claimed_duties(told, facts, RULES)}
        assert found & {"GDPR33"} == (duties or set())
