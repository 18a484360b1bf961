"""`raid need`: who needs to know of a case."""

from tests.e2e.raiding import as_person, code_told, opened
from tests.e2e.running import Ringwall

JOAN = as_person("joan")
OFFICER = as_person("mileva")
UNTIL = ["--until", "2089-01-31"]


def test_an_officer_admits_and_dismisses_by_name(raid: Ringwall) -> None:
    _, case = opened(raid)
    why = ["--reason", "knows the model"]

    past = ["--until", "2026-01-31"]
    over = raid("raid", "need", "admit", case, "user:dorothy", *past, *why, *OFFICER)
    assert code_told(over) == "admission-unbounded"
    never = raid("raid", "need", "admit", case, "user:dorothy", *why, *OFFICER)
    assert code_told(never) == "instant-malformed"
    far = raid("raid", "need", "admit", case, "user:dorothy", *UNTIL, *why, *OFFICER)
    assert code_told(far) == "admission-unbounded"
    none = raid("raid", "need", "dismiss", case, "user:dorothy", *why, *OFFICER)
    assert code_told(none) == "not-admitted"
    assert raid("raid", "need", "ls", case, *JOAN).code == 1


def test_a_case_is_shut_to_its_team_and_opened_again(raid: Ringwall) -> None:
    _, case = opened(raid)
    why = ["--reason", "weights are abroad"]

    shut = raid.table("raid", "need", "shut", case, *why, *OFFICER)
    assert shut.out.startswith(f"SHUT     {case}\n")
    assert "raid need admit" in shut.err
    again = raid("raid", "need", "shut", case, *why, *OFFICER)
    assert code_told(again) == "shut-already"
    assert raid("raid", "show", case, *JOAN).code == 1
    table = raid.table("raid", "need", "ls", case, *OFFICER)
    assert f"{case} is shut" in table.out

    back = raid("raid", "need", "unshut", case, "--reason", "it is public", *OFFICER)
    assert back.code == 0, back.err
    assert raid("raid", "show", case, *JOAN).code == 0
    (team,) = raid("raid", "need", "ls", case, *OFFICER).json()
    assert team["person"] == "team raid-desk"


def test_a_merged_case_is_shut_with_the_one_that_it_is_part_of(raid: Ringwall) -> None:
    (_, case), (_, other) = opened(raid), opened(raid)
    words = (case, other, "--reason", "one event")
    merge = raid("raid", "merge", *words, *JOAN).json()
    done = raid("raid", "second", merge["proposal"], *as_person("rosalind"))
    assert done.code == 0, done.err
    why = ["--reason", "weights are abroad"]

    shut = raid.table("raid", "need", "shut", case, *why, *OFFICER)

    assert f"SHUT     {other}" in shut.out
    assert f"so is {case}" in shut.err
    back = raid.table("raid", "need", "unshut", case, *why, *OFFICER)
    assert f"so is {case}" in back.err
    assert raid("raid", "show", case, *JOAN).code == 0
