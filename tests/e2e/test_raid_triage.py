"""`raid triage`: what the tables say of a case, and why."""

import pytest

from tests.e2e.raiding import as_person, opened
from tests.e2e.running import Ringwall
from tests.unit.raid.triage_desk import MILD_ANSWERS

DOROTHY = as_person("dorothy")
SEEN = ("--evidence", "seen in the log", "--word", "likely")


def ready(raid: Ringwall, *answers: str) -> str:
    """Return a case that was assessed as a mild one, but for some answers."""
    _, case = opened(raid)
    given = {one.partition("=")[0]: one for one in (*MILD_ANSWERS, *answers)}
    done = raid("raid", "assess", case, *given.values(), *SEEN, *DOROTHY)
    assert done.code == 0, done.err
    return case


def test_a_triage_moves_the_case_and_says_why(raid: Ringwall) -> None:
    case = ready(raid, "legal=personal-data")

    done = raid.table("raid", "triage", "run", case, *DOROTHY)

    assert done.code == 0, done.err
    assert done.out.startswith(f"{case}  TLP:")
    assert "out-of-cycle" in done.out
    assert "GDPR33" in done.out
    # No clock of it has started: what is due first is a worst case.
    assert "first due worst case 2026-" in " ".join(done.out.split())
    assert max(map(len, done.out.splitlines())) <= 80
    assert "next: ringwall raid route plan" in done.err


def test_a_case_on_unknowns_says_what_to_find_out(raid: Ringwall) -> None:
    _, case = opened(raid)

    done = raid.table("raid", "triage", "run", case, *DOROTHY)

    assert "owned" in done.out
    assert "not armed, since nobody named the event" in done.err
    assert "raid need admit" in done.err
    assert "raid triage what-if" in done.err


def test_one_clock_that_is_asked_for_is_named(raid: Ringwall) -> None:
    groups = "class=cyber,rights,fraud-manipulation,sector-safety,routine-failure"
    legal = f"{groups},cbrn,loss-of-control"
    case = ready(raid, legal, "spread=union")

    done = raid.table("raid", "triage", "run", case, *DOROTHY)

    assert "nobody named the event: NIS2-23" in done.err


def test_an_explanation_names_table_row_and_inputs(raid: Ringwall) -> None:
    case = ready(raid, "weights=stolen", "oc=unknown")

    done = raid.table("raid", "triage", "explain", case, *DOROTHY)
    told = raid("raid", "triage", "explain", case, *DOROTHY).json()
    sheet = raid("raid", "triage", "explain", case, *DOROTHY, "--format", "csv").csv()

    why = {row["outcome"]: row for row in told["because"]}
    assert (why["priority"]["table"], why["priority"]["row"]) == ("overrides", "o08")
    assert why["priority"]["inputs"] == "weights=stolen"
    assert why["priority"]["rule"] == "6.5/4"
    assert why["harm"]["table"] == "harm"
    assert told["open"] == {"oc": ["oc1-2", "oc3", "oc4", "oc5"]}
    assert told["evidence"] == "seen in the log"
    assert "4 completions" in done.out
    assert max(map(len, done.out.splitlines())) <= 80
    assert "triage what-if" in done.err
    assert len(sheet) == len(told["because"])


def test_an_explanation_says_what_was_taken_at_its_worst_and_what_holds_it(
    raid: Ringwall,
) -> None:
    case = ready(raid, "auto=unknown", "class=cbrn", "uplift=near,at", "pub=unknown")

    done = raid.table("raid", "triage", "explain", case, *DOROTHY)
    told = raid("raid", "triage", "explain", case, *DOROTHY).json()

    worst = {row["point"]: row for row in told["worst"]}
    assert worst["auto"]["taken"] == "shown"
    assert worst["auto"]["of"] == ["none", "suspected", "shown"]
    assert worst["auto"]["holds"] == ["owner"]
    assert worst["pub"] == {
        "point": "pub",
        "taken": "",
        "of": ["no", "yes"],
        "holds": [],
    }
    assert (told["owner_at_best"], told["owner_held_by"]) == ("joint", ["auto"])
    assert told["thresholds"]["cbrn"][:2] == [
        *("anthropic-cb-known", "anthropic-cb-novel"),
    ]
    assert "auto=shown*" in done.out
    assert "none, suspected, shown" in done.out
    assert "at best  owner joint, not raid, if true and mild in auto" in done.out
    assert "gdm-cbrn-1" in done.out
    assert max(map(len, done.out.splitlines())) <= 80
    assert "* open, and taken at its worst" in done.err


def test_a_case_that_is_held_at_its_worst_says_so_when_it_is_triaged(
    raid: Ringwall,
) -> None:
    case = ready(raid, "auto=none,shown")

    done = raid.table("raid", "triage", "run", case, *DOROTHY)

    assert "priority scheduled, not out-of-cycle, if true and mild in auto" in done.out
    assert f"ringwall raid triage what-if {case.removeprefix('case:')}" in done.err
    assert max(map(len, done.out.splitlines())) <= 80


def test_a_case_of_which_all_is_known_has_nothing_to_wonder_about(
    raid: Ringwall,
) -> None:
    case = ready(raid)

    done = raid.table("raid", "triage", "explain", case, *DOROTHY)

    assert "nothing: 1 completions" in done.out
    assert "at best" not in done.out
    assert "*" not in done.out
    assert raid("raid", "triage", "what-if", case, *DOROTHY).json() == []


def test_what_if_shows_what_each_unknown_would_do(raid: Ringwall) -> None:
    case = ready(raid, "auto=unknown")

    before = len(raid("audit", "ls", "--action", "raid.read").json())
    done = raid.table("raid", "triage", "what-if", case, *DOROTHY)
    asked = len(raid("audit", "ls", "--action", "raid.read").json()) - before
    assert asked == 1
    rows = raid("raid", "triage", "what-if", case, *DOROTHY).json()

    assert [row["value"] for row in rows] == ["none", "suspected", "shown"]
    assert [row["owner"] for row in rows] == ["sector", "joint", "raid"]
    assert max(map(len, done.out.splitlines())) <= 80


def test_a_deviation_is_proposed_for_a_second_person(raid: Ringwall) -> None:
    case = ready(raid)
    raid("raid", "triage", "run", case, *DOROTHY)
    words = ("--priority", "track", "--reason", "it was a drill")

    done = raid.table("raid", "triage", "deviate", case, *words, *DOROTHY)

    assert done.code == 0, done.err
    assert "track instead of scheduled" in done.out
    name = done.out.split()[0]
    assert f"ringwall raid second {name}" in done.err
    assert raid("raid", "second", name, *as_person("agnes")).code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("run", "c-aaaaaaaaaa"), 1),
        (("explain", "nonsense"), 2),
    ],
)
def test_a_case_that_there_is_not_is_denied(
    raid: Ringwall, words: tuple[str, str], code: int
) -> None:
    assert raid.table("raid", "triage", *words, *DOROTHY).code == code


def test_a_merged_case_goes_on_as_its_successor_and_says_so(raid: Ringwall) -> None:
    _, one = opened(raid)
    _, other = opened(raid)
    merged = raid("raid", "merge", one, other, "--reason", "one event", *DOROTHY)
    name = merged.json()["proposal"]
    assert raid("raid", "second", name, *as_person("agnes")).code == 0

    done = raid.table("raid", "triage", "explain", one, *DOROTHY)

    assert f"this goes on with {other}" in done.err
    assert done.out.startswith(other)


def test_a_triage_says_which_routes_the_plan_has_besides(raid: Ringwall) -> None:
    case = ready(raid, "legal=personal-data")
    done = raid.table("raid", "triage", "run", case, *DOROTHY)
    short = case.removeprefix("case:")
    plan = raid("raid", "route", "plan", case, *as_person("joan")).json()
    routes = {row["route"] for row in plan["rows"]}
    told = f"{len(routes)} of the plan: raid route plan {short}"
    assert told in " ".join(done.out.split())


def test_what_if_tells_what_is_best_as_explain_does(raid: Ringwall) -> None:
    _, case = opened(raid)
    told = [
        raid.table("raid", "triage", verb, case, *DOROTHY).out.splitlines()
        for verb in ("explain", "what-if")
    ]
    best = [[line for line in lines if "at best" in line] for lines in told]
    assert best[0]
    assert best[0] == best[1]
