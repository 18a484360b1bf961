"""The shipped tables are those that their generator makes."""

from ringwall.raid.triage.reading import TRIAGE_FILES
from tests.triage_tables import FOLDER, edited, parsed, shipped
from tools.raid_tables import tables, write


def test_the_composed_tables_are_what_their_generator_makes() -> None:
    made = tables()

    assert {name: (FOLDER / name).read_bytes() for name in made} == made


def test_the_generator_writes_what_it_makes(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    write(folder)

    assert {p.name: p.read_bytes() for p in folder.iterdir()} == tables()


def test_the_main_table_has_a_row_for_each_of_1344_inputs() -> None:
    assert len(shipped().main) == 4 * 7 * 3 * 4 * 4 == 1344
    assert len(shipped().harm.rows) == 60
    assert len(shipped().threat.rows) == 48
    assert set(TRIAGE_FILES) == {p.name for p in FOLDER.iterdir()}


def test_all_clocks_and_routes_that_are_named_are_listed() -> None:
    assert {"COP93-CYB", "NIS2-23", "GDPR33"} <= shipped().clocks
    assert {"R05", "R06", "R30"} <= shipped().routes


def test_all_clocks_that_are_named_are_rules_with_just_these_limits() -> None:
    from ringwall.raid.rulebook import read_rulebook

    book = read_rulebook(FOLDER.parent)
    long = {"hours": 1, "days": 24, "months": 24 * 28}
    hours = {
        rule.id: min(
            limb.limit.count * long[limb.limit.unit]
            for stage in rule.stages
            for limb in stage.limbs
            if limb.limit is not None
        )
        for rule in book.clocks.rules.values()
        if any(limb.limit for stage in rule.stages for limb in stage.limbs)
    }

    assert shipped().clocks <= book.clocks.rules.keys()
    assert shipped().routes <= book.routes.routes.keys()
    wrong = {
        rule.id: rule.hours
        for rule in shipped().rules
        if rule.hours
        and rule.hours != min(hours[one] for one in rule.sets["clocks"] & hours.keys())
    }
    assert wrong == {}


def test_a_class_is_raids_where_a_row_or_a_rule_gives_it_to_raid() -> None:
    assert shipped().owned_classes == {"cyber", "cbrn", "loss-of-control"}

    without = edited("overrides.csv", "o11,class=cyber", "o11,class=fraud-manipulation")
    assert parsed(without).owned_classes == {
        *("fraud-manipulation", "cbrn", "loss-of-control"),
    }
