"""`raid rules`: sound or not, what would change, and putting rules in force."""

import csv
import io
import shutil
from pathlib import Path

from tests.e2e.raiding import as_person, code_told
from tests.e2e.running import Ringwall

JOAN = as_person("joan")
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


def test_the_director_adopts_and_an_analyst_does_not(raid: Ringwall) -> None:
    _edit()

    draft = raid("raid", "queue", "show", *JOAN)
    refused = raid("raid", "rules", "adopt", "--reason", "six are ill", *JOAN)
    done = raid.table("raid", "rules", "adopt", "--reason", "six are ill", *NIELS)
    again = raid("raid", "rules", "adopt", "--reason", "six are ill", *NIELS)

    assert draft.code == 0, "what is edited stops nothing until it is adopted"
    assert refused.code == 1
    assert done.out.startswith("ADOPTED")
    assert "changed  1 cell" in done.out
    assert (again.code, code_told(again)) == (1, "rules-in-force")
    assert raid("raid", "queue", "show", *JOAN).code == 0


def test_rules_are_not_adopted_without_a_reason(raid: Ringwall) -> None:
    _edit()

    done = raid("raid", "rules", "adopt", *NIELS)

    assert (done.code, code_told(done)) == (2, "reason-missing")
