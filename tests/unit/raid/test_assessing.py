"""Assessments: what is left open, by whom, on what evidence."""

import pytest

from ringwall.base.errors import ActRefused, RequestError
from ringwall.raid.assessing import assessed, parse_points, suggested
from ringwall.raid.desk import RaidDesk
from ringwall.raid.linking import Link
from ringwall.raid.triage.suggesting import accepted
from tests.raid_office import code_of, given, report_document, who
from tests.triage_tables import shipped
from tests.unit.raid.triage_desk import assess, opened

POINTS = shipped().points
SEEN = {"evidence": "seen in the log"}


def test_what_nobody_assessed_is_unknown(desk: RaidDesk) -> None:
    found = assessed(desk.acting.rows, opened(desk), POINTS)

    assert (found.index, found.by) == (-1, "")
    assert found.points == POINTS.unknown


def test_a_later_assessment_keeps_the_earlier_answers(desk: RaidDesk) -> None:
    case = opened(desk)

    desk.triage.assess(who("dorothy"), case, ["auto=none"], SEEN)
    done = desk.triage.assess(who("dorothy"), case, ["class=cyber,rights"], SEEN)
    found = assessed(desk.acting.rows, case, POINTS)

    assert found.points["auto"] == {"none"}
    assert found.points["class"] == {"cyber", "rights"}
    assert done.events[0]["said"]["changed"] == ["class"]
    assert found.by == "user:dorothy"
    assert done.events[0]["card"]["authors"] == "user:dorothy"


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        (["kind=demonstrated-in-test"], "demonstration"),
        (["kind=realised-harm,continuing-harm"], "incident"),
        (["kind=near-miss-or-hazard"], "hazard"),
        (["kind=unknown"], "unknown"),
    ],
)
def test_the_kind_of_the_case_follows_the_assessment(
    desk: RaidDesk, answers: list[str], kind: str
) -> None:
    done = desk.triage.assess(who("dorothy"), opened(desk), answers, SEEN)

    assert done.events[0]["card"]["kind"] == kind


def test_a_near_miss_stays_one(desk: RaidDesk) -> None:
    case = opened(desk, kind="near-miss")

    done = desk.triage.assess(
        who("dorothy"), case, ["kind=near-miss-or-hazard", "comp=straddles"], SEEN
    )

    assert done.events[0]["card"]["kind"] == "near-miss"
    assert done.events[0]["card"]["compute"] == 3


def test_a_value_that_the_tables_no_longer_know_is_unknown(desk: RaidDesk) -> None:
    case = opened(desk)
    desk.triage.assess(who("dorothy"), case, ["oc=oc3"], SEEN)
    card = desk.acting.rows.card("raid.case", case)
    assert card is not None
    card.event["said"]["points"]["oc"] = ["oc9"]

    class Rows:
        def events(self, **_: object) -> list[object]:
            return [card]

    found = assessed(Rows(), case, POINTS)  # type: ignore[arg-type] # a fake of one row

    assert found.points["oc"] == POINTS["oc"].all


def test_words_that_were_forgotten_leave_all_unknown(desk: RaidDesk) -> None:
    case = opened(desk)
    desk.triage.assess(who("dorothy"), case, ["oc=oc3"], SEEN)
    card = desk.acting.rows.card("raid.case", case)
    assert card is not None
    card.event["said"] = "tok-forgotten"

    class Rows:
        def events(self, **_: object) -> list[object]:
            return [card]

    found = assessed(Rows(), case, POINTS)  # type: ignore[arg-type] # a fake of one row

    assert found.points == POINTS.unknown


@pytest.mark.parametrize("account", ["ruth"])
def test_whoever_took_in_a_report_does_not_assess_it(
    desk: RaidDesk, account: str
) -> None:
    del account
    report = given(desk.acting, report_document(), by="ruth")
    done = desk.screening.open(who("joan"), report, "B2")
    case = next(e["id"] for e in done.events if e["kind"] == "raid.case")

    from ringwall.raid import assessing

    class Scene:
        person = "user:ruth"
        rows = desk.acting.rows

        def natural(self, person: str) -> str:
            return person

    with pytest.raises(ActRefused) as caught:
        assessing.check_apart(Scene(), case)  # type: ignore[arg-type] # what is asked of it

    assert code_of(caught.value) == "assessor-is-clerk"


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("auto", "point-malformed"),
        ("auto=", "point-malformed"),
        ("mood=bad", "unknown-point"),
        ("auto=often", "unknown-value"),
    ],
)
def test_an_answer_that_is_none_is_refused(word: str, code: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse_points([word], POINTS)

    assert code_of(caught.value) == code


def test_a_point_is_answered_once() -> None:
    with pytest.raises(RequestError) as caught:
        parse_points(["auto=none", "auto=shown"], POINTS)

    assert code_of(caught.value) == "point-twice"


def test_a_second_report_that_cannot_be_read_ends_the_silence(desk: RaidDesk) -> None:
    told = (
        "The attacker sent malware with a phishing mail to the office, and the "
        "filter of the firm let it pass as it was."
    )
    case = opened(desk, narrative=told, behaviour="unknown")
    before = suggested(desk.acting.rows, case, shipped())
    other = given(desk.acting, report_document(narrative="?", behaviour="unknown"))
    desk.screening.validate(who("joan"), other, "C3")
    desk.links.attach(who("joan"), other, case, Link("same-event", "likewise"))

    after = suggested(desk.acting.rows, case, shipped())

    assert "auto" in before
    assert "auto" not in after
    assert "class" in after
    assess(desk, case)


def test_what_one_report_answers_another_s_words_may_reopen(desk: RaidDesk) -> None:
    case = opened(desk, behaviour="none")
    before = suggested(desk.acting.rows, case, shipped())
    told = "The model copied itself to another host."
    other = given(
        desk.acting, report_document(narrative=told, behaviour="unknown", title="x")
    )
    desk.screening.validate(who("joan"), other, "C3")
    desk.links.attach(who("joan"), other, case, Link("same-event", "likewise"))

    after = suggested(desk.acting.rows, case, shipped())

    assert accepted(before, frozenset({"all"}))["auto"] == {"none"}
    assert accepted(after, frozenset({"all"}))["auto"] == {
        *("none", "suspected", "shown"),
    }
