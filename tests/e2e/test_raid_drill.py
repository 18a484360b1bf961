"""Drills at the terminal: a copy, a script, what happens, and what was on time."""

from pathlib import Path

import pytest

from tests.e2e.raiding import as_person
from tests.e2e.running import Ringwall

NIELS, RUTH, JOAN = as_person("niels"), as_person("ruth"), as_person("joan")
SCRIPT = "s07-demonstration"


@pytest.fixture
def copy(raid: Ringwall, tmp_path: Path) -> tuple[str, ...]:
    """Return the option that names a copy to exercise on."""
    folder = tmp_path / "autumn"
    done = raid("raid", "drill", "copy", str(folder), "--name", "autumn", *NIELS)
    assert done.code == 0, done.err
    told = done.json()
    assert told["exercise"] == "autumn"
    assert told["origin"].endswith("/exercise/autumn")
    assert told["people"] > 5
    return ("-C", str(folder))


def test_a_drill_from_its_copy_to_its_end(
    raid: Ringwall, copy: tuple[str, ...]
) -> None:
    listed = raid("raid", "drill", "ls", *copy).json()
    assert SCRIPT in {one["script"] for one in listed}
    drill = raid("raid", "drill", "start", SCRIPT, *copy, *NIELS).json()["drill"]

    played = raid("raid", "drill", "inject", *copy, *RUTH).json()
    assert played["inject"] == "demonstration"
    report = played["report"]
    open_it = ("raid", "open", report, "--credibility", "B2")
    assert raid(*open_it, *copy, *JOAN).code == 0

    shown = raid("raid", "drill", "show", *copy, *JOAN).json()
    assert {one["expected"]: one["state"] for one in shown["marks"]} == {
        "opened": "on-time",
        "triaged": "open",
        "acknowledged": "open",
        "answered": "waiting",
        "no-serious-incident": "kept",
        "not-unmasked": "kept",
        "not-declined": "kept",
    }
    ended = raid("raid", "drill", "end", *copy, *NIELS).json()
    assert (ended["drill"], ended["state"]) == (drill, "ended")
    assert (ended["good"], ended["of"]) == (4, 7)
    assert raid("audit", "verify", *copy).json()["sound"]
    # Nothing of it is in the institute itself.
    assert raid("raid", "ls", "reports", *JOAN).json() == []


def test_all_that_people_read_says_that_it_is_an_exercise(
    raid: Ringwall, copy: tuple[str, ...]
) -> None:
    started = raid.table("raid", "drill", "start", SCRIPT, *copy, *NIELS)
    assert "EXERCISE autumn: nothing of this is real" in started.err
    raid("raid", "drill", "inject", *copy, *RUTH)

    listed = raid.table("raid", "ls", "reports", *copy, *JOAN)
    assert "EXERCISE autumn" in listed.err
    assert "EXERCISE autumn" in listed.out
    shown = raid.table("raid", "drill", "show", *copy, *JOAN).out
    assert shown.startswith("EXERCISE autumn: ")
    assert "0 of" not in shown.splitlines()[2]
    assert max(map(len, shown.splitlines())) <= 80
    # To programs only what they asked for is said.
    assert "EXERCISE" not in raid("raid", "ls", "reports", *copy, *JOAN).err
    assert "EXERCISE" not in raid.table("raid", "ls", "reports", *JOAN).err


def test_no_drill_starts_where_reports_are_real(raid: Ringwall) -> None:
    done = raid.table("raid", "drill", "start", "raid/drills/x.yaml", *NIELS)
    assert (done.code, "script-unreadable" in done.err) == (2, True)

    done = raid.table("raid", "drill", "start", SCRIPT, *NIELS)

    assert done.code == 1
    assert "not-an-exercise" in done.err
    assert "next: make one: `ringwall raid drill copy DIR`" in done.err


def test_a_copy_has_a_name_and_is_made_by_who_directs(
    raid: Ringwall, tmp_path: Path
) -> None:
    folder = str(tmp_path / "autumn")
    nameless = raid("raid", "drill", "copy", folder, *NIELS)
    assert (nameless.code, "missing --name" in nameless.err) == (2, True)
    odd = raid.table("raid", "drill", "copy", folder, "--name", "A B", *NIELS)
    assert (odd.code, "exercise-name-malformed" in odd.err) == (3, True)

    denied = raid("raid", "drill", "copy", folder, "--name", "autumn", *JOAN)

    assert denied.code == 1
    assert not Path(folder).exists()


def test_a_copy_of_a_copy_is_refused(
    raid: Ringwall, copy: tuple[str, ...], tmp_path: Path
) -> None:
    further = ("raid", "drill", "copy", str(tmp_path / "more"), "--name", "more")

    done = raid.table(*further, *copy, *NIELS)

    assert (done.code, "exercise-of-exercise" in done.err) == (3, True)
