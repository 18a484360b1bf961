"""`raid clock rules` on the command line: looked at as `raid table show` is."""

from tests.e2e.raiding import as_person, code_told
from tests.e2e.running import Ringwall

JOAN = as_person("joan")


def test_rules_are_listed_with_their_sources_to_whoever_looks(raid: Ringwall) -> None:
    rows = raid("raid", "clock", "rules").json()
    assert len(rows) == 49
    assert all(len(row["digest"]) == 64 and row["source"] for row in rows)
    one = raid.table("raid", "clock", "rules", "EUDPR34")
    assert "never" in one.out
    assert "recalled" in one.out
    done = raid("raid", "clock", "rules", "NIS3")
    assert (done.code, code_told(done)) == (2, "unknown-clock-rule")


def test_rules_and_tables_are_looked_at_in_the_same_way(raid: Ringwall) -> None:
    for command in (("clock", "rules"), ("table", "show", "points")):
        assert raid("raid", *command).code == 0
        assert raid("raid", *command, *JOAN).code == 2
