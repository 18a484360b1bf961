"""`raid rules`: sound or not, what would change, and putting rules in force."""

import csv
import io
import json
import shutil
from pathlib import Path

from tests.e2e.raiding import as_person, code_told, reported
from tests.e2e.running import Ringwall

JOAN = as_person("joan")
LEAD = as_person("rosalind")
NIELS = as_person("niels")


def _edit(before: str = "people: 10", after: str = "people: 4") -> None:
    path = Path("raid/desk/capacity.yaml")
    path.write_text(path.read_text().replace(before, after))


def test_the_rules_of_a_new_institute_are_sound_with_warnings(raid: Ringwall) -> None:
    told = raid.table("raid", "rules", "lint")
    value = raid("raid", "rules", "lint").json()

    assert told.code == 0
    assert told.out.startswith("SOUND")
    assert value["triage_rows"] == 1344
    parts = {one["part"] for one in value["warnings"]}
    assert "routes" in parts
    assert max(len(line) for line in told.out.splitlines()[1:]) <= 80


def test_a_fault_is_named_with_its_line_and_exits_3(raid: Ringwall) -> None:
    _edit(after="people: none")

    done = raid.table("raid", "rules", "lint")

    assert done.code == 3
    assert "desk/capacity.yaml:6:9: wrong-type" in done.err
    assert "what was in force stays so" in done.err


def test_a_draft_is_checked_where_it_lies_without_an_institute(
    raid: Ringwall, tmp_path: Path
) -> None:
    shutil.copytree("raid", tmp_path / "draft")

    done = raid("raid", "rules", "lint", "--source", tmp_path / "draft")

    assert done.json()["folder"] == str(tmp_path / "draft")


def test_what_would_change_is_shown_row_by_row(raid: Ringwall) -> None:
    same = raid.table("raid", "rules", "diff", *JOAN)
    _edit()
    text = raid("raid", "rules", "diff", *JOAN, "--format", "csv").out
    told = raid.table("raid", "rules", "diff", *JOAN)

    assert "these rules are the ones in force" in same.err
    assert [*csv.DictReader(io.StringIO(text))] == [
        {
            "file": "desk/capacity.yaml",
            "row": "people",
            "column": "value",
            "before": "10",
            "after": "4",
        }
    ]
    assert ": 1 cell" in told.err
    assert "raid rules adopt" in told.err


def test_the_director_proposes_and_a_lead_puts_in_force(raid: Ringwall) -> None:
    _edit()
    words = ("raid", "rules", "adopt", "--reason", "six are ill")

    draft = raid("raid", "queue", "show", *JOAN)
    refused = raid(*words, *JOAN)
    done = raid.table(*words, *NIELS)
    [waiting] = raid("raid", "proposals", *LEAD).json()
    name = waiting["proposal"]
    shown = raid.table("raid", "proposals", *LEAD)
    alone = raid("raid", "second", name, *NIELS)
    same = raid("raid", "rules", "diff", *LEAD)
    second = raid.table("raid", "second", name, *LEAD)
    again = raid(*words, *NIELS)

    assert draft.code == 0, "what is edited stops nothing until it is adopted"
    assert (refused.code, alone.code) == (1, 1)
    assert done.out.startswith("PROPOSED")
    assert "changed  1 cell" in done.out
    assert f"ringwall raid second {name}" in done.err
    kept = json.loads(waiting["doc"])["digest"]
    assert "raid rules diff --source" in shown.err
    assert f"raid/kept/{kept}" in shown.err
    assert len(same.json()) == 1, "nothing is in force yet"
    assert second.out.startswith("CARRIED")
    assert "adopt raid:rules" in second.out
    assert (again.code, code_told(again)) == (1, "rules-in-force")
    assert raid("raid", "rules", "diff", *LEAD).json() == []


def test_a_lost_copy_is_kept_anew_and_nothing_is_proposed(raid: Ringwall) -> None:
    reported()
    shutil.rmtree("raid/kept")

    done = raid.table("raid", "rules", "adopt", "--reason", "it was lost", *NIELS)

    assert done.out.startswith("KEPT")
    assert "nothing changed" in done.err
    assert raid("raid", "proposals", *LEAD).json() == []
    assert raid("raid", "rules", "diff", *LEAD).json() == []


def test_rules_are_not_adopted_without_a_reason(raid: Ringwall) -> None:
    _edit()

    done = raid("raid", "rules", "adopt", *NIELS)

    assert (done.code, code_told(done)) == (2, "reason-missing")
