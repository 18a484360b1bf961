"""A copy to exercise on has the people and the rules of an institute, and no record."""

from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError, Fault
from ringwall.model.places import Point
from ringwall.model.settings import Settings
from ringwall.registry.exercising import CopySheet, exercise_settings
from tests.raid_office import POINT, RaidOffice, given

NAMES = ("autumn-2027", "a", "7", "a" * 40)
ODD = ("", "-a", "a-", "Autumn", "a b", "a/b", "ä", "a" * 41, "a\n")


def _real(**changes: str) -> Settings:
    words = {"name": "Hub", "tiers": "two", "origin": "hub.example/log", **changes}
    return Settings.model_validate(words)


@pytest.mark.parametrize("name", NAMES)
def test_the_log_of_an_exercise_says_so_in_its_origin(
    name: str, tmp_path: Path
) -> None:
    made = exercise_settings(_real(point=POINT), name, tmp_path)

    assert made.origin == f"hub.example/log/exercise/{name}"
    assert made.exercise == name
    assert made.name == f"EXERCISE {name}: Hub"
    assert (made.tiers, made.point) == ("two", POINT)


@pytest.mark.parametrize("name", ODD)
def test_other_names_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        exercise_settings(_real(), name, tmp_path)

    assert refused.value.code == "exercise-name-malformed"


def test_an_exercise_is_not_copied_again(tmp_path: Path) -> None:
    real = _real(origin="hub.example/exercise/spring")

    with pytest.raises(ConfigurationError) as refused:
        exercise_settings(real, "autumn", tmp_path)

    assert refused.value.code == "exercise-of-exercise"
    assert "spring" in str(refused.value)


def test_a_copy_has_the_people_and_the_rules_and_no_record(
    raid_office: RaidOffice, tmp_path: Path
) -> None:
    with raid_office.raid() as desk:
        given(desk.acting)
    real = raid_office.institute

    made = real.exercise(tmp_path / "copy", "autumn")

    there, here = real.facts(), made.facts()
    assert there.documents().keys() == here.documents().keys()
    for name, document in there.documents().items():
        if not isinstance(document, Point):
            assert here.documents()[name] == document
    assert made.bundle().digest == real.bundle().digest
    assert made.verifier() != real.verifier()
    with made.gatekeeper(POINT) as gate:
        assert gate.raid.acting.exercise == "autumn"
        assert gate.raid.acting.rows.events() == []
    assert made.verify().is_sound
    kept = {path.name for path in (tmp_path / "copy" / "raid").iterdir()}
    assert not kept & {"kept", "originals"}


def test_points_lose_their_keys_and_who_left_is_nobody(
    raid_office: RaidOffice, tmp_path: Path
) -> None:
    made = raid_office.institute.exercise(tmp_path / "copy", "autumn")

    points = [
        one for one in made.facts().documents().values() if isinstance(one, Point)
    ]
    assert points
    assert all(one.key is None and not one.vouches for one in points)


def test_a_fault_of_the_copy_names_what_is_on_record(raid_office: RaidOffice) -> None:
    document = raid_office.institute.facts().documents()["user:joan"]
    sheet = CopySheet((document,))

    assert list(sheet.documents()) == [(document, (0,))]
    assert list(sheet.removals()) == []
    fault = sheet.fault((0, "roles"), "unknown-role", "no such role", "another")
    assert fault == Fault(
        "`user:joan` on record", 0, 0, "unknown-role", "no such role", "another"
    )


def test_a_folder_that_holds_something_is_not_touched(
    raid_office: RaidOffice, tmp_path: Path
) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "note").write_text("mine")

    with pytest.raises(ConfigurationError) as refused:
        raid_office.institute.exercise(full, "autumn")

    assert refused.value.code == "folder-not-empty"
    assert [path.name for path in full.iterdir()] == ["note"]
