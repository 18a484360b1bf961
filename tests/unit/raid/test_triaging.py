"""Triage at the desk: assess, run, explain, wonder."""

import pytest

from ringwall.base.errors import ActRefused, RequestError
from ringwall.gate.denied import AccessDenied
from ringwall.raid.desk import RaidDesk
from tests.raid_office import code_of, who
from tests.unit.raid.triage_desk import assess, opened

SEEN = {"evidence": "seen"}
ATTACK = (
    "The attacker sent malware with a phishing mail to the office, and the filter of "
    "the firm let it pass as it was."
)


def test_nothing_is_taken_over_unasked(desk: RaidDesk) -> None:
    case = opened(desk)

    found = desk.triage.suggestions(who("dorothy"), case)

    assert found["auto"][0].values == ("none",)
    assert desk.triage.view(who("dorothy"), case).assessed.index == -1


def test_what_is_accepted_is_taken_over_and_said_so(desk: RaidDesk) -> None:
    case = opened(desk)

    done = desk.triage.assess(who("dorothy"), case, ["danger=unknown"], SEEN, ["all"])
    said = done.events[0]["said"]

    assert said["points"]["auto"] == ["none"]
    assert said["points"]["danger"] == ["no", "imminent"]
    assert "auto" in said["accepted"]
    assert "danger" not in said["accepted"]


def test_all_takes_what_was_answered_and_words_take_the_rest(desk: RaidDesk) -> None:
    case = opened(desk, narrative=ATTACK, title="A report")

    answers = desk.triage.assess(who("dorothy"), case, [], SEEN, ["all"])
    words = desk.triage.assess(who("dorothy"), case, [], SEEN, ["words"])

    assert "class" not in answers.events[0]["said"]["accepted"]
    taken = words.events[0]["said"]
    assert {*answers.events[0]["said"]["accepted"], "class"} <= {*taken["accepted"]}
    assert taken["points"]["class"] == ["cyber", "cbrn", "loss-of-control"]


def test_a_hurried_none_does_not_close_what_the_words_tell(desk: RaidDesk) -> None:
    told = "The assistant told the captcha worker that it was visually impaired."
    case = opened(desk, narrative=told, behaviour="none")

    for how in ("all", "words"):
        done = desk.triage.assess(who("dorothy"), case, [], SEEN, [how])
        points = done.events[0]["said"]["points"]
        assert points["auto"] == ["none", "suspected", "shown"]
    assert desk.triage.run(who("dorothy"), case).judged.outcome.owner == "raid"


def test_what_is_answered_is_suggested_whatever_the_words(desk: RaidDesk) -> None:
    told = "In a simulation it was given the goal, and its notes tell its reasoning."
    case = opened(desk, narrative=told, behaviour="shown")

    done = desk.triage.assess(who("dorothy"), case, [], SEEN, ["all"])

    assert done.events[0]["said"]["points"]["auto"] == ["shown"]


def test_silence_is_no_part_of_all(desk: RaidDesk) -> None:
    case = opened(desk, narrative=ATTACK, title="A report", behaviour="unknown")

    words = desk.triage.assess(who("dorothy"), case, [], SEEN, ["words"])
    silence = desk.triage.assess(who("dorothy"), case, [], SEEN, ["silence"])
    named = desk.triage.assess(who("dorothy"), case, [], SEEN, ["auto"])

    assert "auto" not in words.events[0]["said"]["accepted"]
    assert "auto" in silence.events[0]["said"]["accepted"]
    assert silence.events[0]["said"]["points"]["class"] == ["cyber"]
    assert named.events[0]["said"]["accepted"] == ["auto"]


def test_an_equal_capability_counts_as_compute(desk: RaidDesk) -> None:
    done = desk.triage.assess(
        who("dorothy"), opened(desk), [], {"equivalent": "scores as a model of 2e26"}
    )

    assert done.events[0]["said"]["points"]["comp"] == ["1e26"]


@pytest.mark.parametrize(
    ("words", "said", "accept", "code"),
    [
        ([], SEEN, (), "assessment-empty"),
        (["auto=none"], {"evidence": " "}, (), "evidence-missing"),
        (["auto=none"], {**SEEN, "word": "sure"}, (), "confidence-unknown"),
        ([], SEEN, ("oc",), "nothing-suggested"),
    ],
)
def test_an_assessment_that_is_none_is_refused(
    desk: RaidDesk,
    words: list[str],
    said: dict[str, str],
    accept: tuple[str, ...],
    code: str,
) -> None:
    with pytest.raises((RequestError, ActRefused)) as caught:
        desk.triage.assess(who("dorothy"), opened(desk), words, said, accept)

    assert code_of(caught.value) == code


def test_a_case_runs_on_unknowns_as_raids(desk: RaidDesk) -> None:
    case = opened(desk)

    done = desk.triage.run(who("dorothy"), case)

    assert done.judged.outcome.owner == "raid"
    assert [e["act"] for e in done.done.events] == ["triage", "own", "accept"]
    assert done.is_to_shut


def test_what_is_looked_at_is_not_recorded(desk: RaidDesk) -> None:
    case = opened(desk)
    assess(desk, case, "auto=unknown")

    view = desk.triage.view(who("dorothy"), case)
    view, rows = desk.triage.wonder(who("dorothy"), case)
    assert view.card.id == case

    assert view.card.card["state"] == "new"
    assert view.judged.open.keys() == {"auto"}
    assert view.margins["owner"] == ("sector", ("auto",))
    assert [row.value for row in rows] == ["none", "suspected", "shown"]
    # By the duties of the case, too, as its triage goes.
    assert rows[-1].outcome.clocks == view.judged.outcome.clocks
    assert view.tables.version == desk.triage.tables.version


def test_another_end_than_those_is_refused(desk: RaidDesk) -> None:
    with pytest.raises(RequestError) as caught:
        desk.triage.run(who("dorothy"), opened(desk), "forget")

    assert code_of(caught.value) == "then-unknown"


def test_a_clerk_triages_nothing(desk: RaidDesk) -> None:
    with pytest.raises(AccessDenied):
        desk.triage.run(who("ruth"), opened(desk))


def test_a_case_that_there_is_not_is_denied_as_a_foreign_one(desk: RaidDesk) -> None:
    with pytest.raises(AccessDenied):
        desk.triage.view(who("dorothy"), "case:c-aaaaaaaaaa")
