"""What each unknown would do."""

from ringwall.raid.triage.judging import judge
from ringwall.raid.triage.outcomes import Outcome
from ringwall.raid.triage.points import Assessment
from ringwall.raid.triage.wondering import what_if
from tests.triage_tables import MILD, shipped


def outcome_of(assessment: Assessment) -> Outcome:
    return judge(shipped(), assessment).outcome


def test_each_open_value_is_in_the_table_and_nothing_else() -> None:
    words = {name: [value] for name, value in MILD.items()}
    known = shipped().points.narrowed(
        {**words, "auto": ["none", "shown"], "pub": ["unknown"]}
    )

    found = what_if(shipped().points, known, outcome_of)

    assert [(one.point, one.value) for one in found] == [
        ("auto", "none"),
        ("auto", "shown"),
        ("pub", "no"),
        ("pub", "yes"),
    ]
    by_value = {(one.point, one.value): one for one in found}
    assert by_value["auto", "none"].outcome.owner == "sector"
    assert "owner" in by_value["auto", "none"].changes
    assert "owner" not in by_value["auto", "shown"].changes
    assert by_value["pub", "no"].outcome != judge(shipped(), known).outcome


def test_a_case_that_is_known_has_nothing_to_wonder_about() -> None:
    words = {name: [value] for name, value in MILD.items()}

    points = shipped().points
    assert what_if(points, points.narrowed(words), outcome_of) == []
