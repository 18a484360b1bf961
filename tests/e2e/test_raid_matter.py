"""`raid matter`: what is so of the matter of a case."""

from pathlib import Path

from ringwall.institute import Institute
from ringwall.raid.embargo.counter import Wanted
from tests.e2e.raiding import as_person, code_told, opened
from tests.e2e.running import Ringwall
from tests.embargoed import active
from tests.raid_office import POINT

JOAN = as_person("joan")


def test_what_is_so_is_told_and_taken_back_by_two(raid: Ringwall) -> None:
    _, case = opened(raid)
    tell = ("raid", "matter", "tell", case)
    assert code_told(raid(*tell, "public", *JOAN)) == "matter-evidence-missing"
    seen = ("--evidence", "in the papers")
    assert code_told(raid(*tell, "loud", *seen, *JOAN)) == "matter-fact-unknown"
    table = raid.table(*tell, "public", "--recoverable", "released", *seen, *JOAN)
    assert table.out.startswith(f"RECORDED of {case}")
    value = raid("raid", "matter", "show", case, *JOAN).json()
    assert (value["public"], value["misuse"]) == (True, False)
    assert value["recoverable"] == "released"
    why = ("--reason", "another matter")
    done = raid("raid", "matter", "retract", case, "public", *why, *JOAN)
    assert f"raid second {done.json()['proposal']}" in done.err
    second = raid("raid", "second", done.json()["proposal"], *as_person("agnes"))
    assert second.code == 0, second.err
    shown = raid.table("raid", "matter", "show", case, *JOAN)
    assert "nothing told" in shown.out
    assert "released" in shown.out


def test_what_is_out_ends_an_embargo_in_the_same_act(raid: Ringwall) -> None:
    with Institute(Path()).gatekeeper(POINT) as gate:
        case, _ = active(gate.raid, Wanted("time to mend"))
    told = raid("raid", "matter", "tell", case, "misuse", "--evidence", "logs", *JOAN)
    assert told.json()["ended"] == "misuse-observed"
    assert "has ended" in told.err
