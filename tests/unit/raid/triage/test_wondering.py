"""What each unknown would do."""

from ringwall.raid.triage.judging import judge
from ringwall.raid.triage.wondering import what_if
from tests.triage_tables import MILD, shipped


def test_each_open_value_is_in_the_table_and_nothing_else() -> None:
    words = {name: [value] for name, value in MILD.items()}
    known = shipped().points.narrowed(
        {**words, "auto": ["none", "shown"], "pub": ["unknown"]}
    )

    found = what_if(shipped(), known)

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

    assert what_if(shipped(), shipped().points.narrowed(words)) == []
