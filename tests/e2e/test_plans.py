"""A plan is printed as counts and changes, the same for each command that has one."""

import json
from dataclasses import replace

import pytest

from ringwall.cli.options import Format
from ringwall.cli.plans import plan_value, show_plan
from ringwall.model.decisions import Receipt
from ringwall.registry.plan import Change, Plan, Verb

PLAN = Plan(
    (
        Change(Verb.CHANGED, "site:hub", None, ("attestations", "note")),
        Change(Verb.REMOVED, "user:old", None),
    ),
    unchanged=3,
)
RECEIPTS = [Receipt(7, bytes(32), 9), Receipt(8, bytes(32), 9)]
COUNTS = {"added": 0, "changed": 1, "removed": 1, "unchanged": 3}


def test_a_plan_that_was_carried_out_names_its_entries() -> None:
    value = plan_value(PLAN, RECEIPTS, dry_run=False)

    assert value == {
        "applied": True,
        **COUNTS,
        "changes": [
            {"change": "changed", "id": "site:hub", "fields": ["attestations", "note"]},
            {"change": "removed", "id": "user:old", "fields": []},
        ],
        "entries": [7, 8],
    }


def test_a_plan_that_was_not_names_none() -> None:
    value = plan_value(PLAN, [], dry_run=True)

    assert value["applied"] is False
    assert "entries" not in value


def test_a_plan_is_a_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    show_plan(PLAN, [], Format.TABLE, dry_run=True)

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["change", "id", "fields"]
    assert lines[-1] == (
        "0 added, 1 changed, 1 removed, 3 unchanged; nothing was written (--dry-run)"
    )


def test_a_plan_without_changes_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    show_plan(Plan((), 5), [], Format.TABLE, dry_run=False)

    assert capsys.readouterr().out == "0 added, 0 changed, 0 removed, 5 unchanged\n"


def test_a_plan_is_json_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    show_plan(PLAN, RECEIPTS, Format.JSON, dry_run=False)

    assert json.loads(capsys.readouterr().out)["entries"] == [7, 8]


@pytest.mark.parametrize("dry_run", [True, False])
def test_an_alarm_of_what_proves_somebody_is_told_beside_the_plan(
    capsys: pytest.CaptureFixture[str], *, dry_run: bool
) -> None:
    plan = replace(PLAN, alarming=("user:ada",))

    show_plan(plan, [], Format.JSON, dry_run=dry_run)

    told = capsys.readouterr()
    end = "would be an alarm" if dry_run else "an alarm is on record"
    assert f"alarm: credentials changed: user:ada; {end}" in told.err
    assert "alarm" not in told.out
