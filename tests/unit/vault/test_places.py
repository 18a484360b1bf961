"""Containers lie where their names say, and nowhere else."""

import fcntl
import os
from pathlib import Path

import pytest

from ringwall.base.errors import ActRefused, RecordUnavailable
from ringwall.vault.places import Places, held_alone, walk

BOX = "box-aaaaaaaaaaaaaaaaaaaa"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


def test_a_container_lies_below_its_asset(places: Places, tmp_path: Path) -> None:
    place = places.container("weights:aurora-2", "1_Pooling/config.json")

    assert place == tmp_path / "vault/weights/aurora-2/1_Pooling/config.json.vault"
    assert places.staging("weights:aurora-2", "a") == (
        tmp_path / "vault/.incoming/weights/aurora-2/a.vault"
    )
    assert places.aside(BOX) == tmp_path / f"vault/.replaced/{BOX}.vault"


@pytest.mark.parametrize(
    ("asset", "file"),
    [
        ("weights:../x", "a"),
        ("weights", "a"),
        ("weights:a", "../a"),
        ("weights:a", "/a"),
        ("weights:a", ""),
        ("weights:a", "a//b"),
    ],
)
def test_no_name_leads_out_of_the_vault(places: Places, asset: str, file: str) -> None:
    with pytest.raises(ValueError, match=r"not an id|file name"):
        places.container(asset, file)


def test_room_is_made_for_its_owner_alone(places: Places) -> None:
    place = places.container("weights:a", "b/c")
    places.make_room(place)
    places.make_room(place)

    folder = place.parent
    while folder != places.root.parent:
        assert folder.stat().st_mode & 0o777 == 0o700
        folder = folder.parent


def test_a_link_in_place_of_a_folder_is_refused(places: Places, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    places.root.mkdir()
    (places.root / "weights").symlink_to(elsewhere)
    with pytest.raises(RecordUnavailable) as caught:
        places.make_room(places.container("weights:a", "b"))

    assert caught.value.code == "vault-unwritable"
    assert list(elsewhere.iterdir()) == []


def test_what_lies_there_is_walked_by_name_and_links_are_not_followed(
    places: Places, tmp_path: Path
) -> None:
    for name in ("b/c", "b/a", "a"):
        path = places.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (places.root / "c").symlink_to(tmp_path)

    found = [Path(entry.path) for entry in walk(places.root)]
    assert found == [places.root / name for name in ("a", "b/a", "b/c", "c")]


def test_one_process_at_a_time_holds_a_folder(places: Places) -> None:
    place = places.container("weights:a", "b")
    places.make_room(place)
    handle = os.open(place.parent, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(ActRefused) as caught, held_alone(place):
        raise AssertionError
    os.close(handle)
    with held_alone(place), pytest.raises(ActRefused), held_alone(place):
        raise AssertionError

    assert caught.value.code == "container-busy"


def test_where_there_is_no_folder_there_is_nothing_to_hold(places: Places) -> None:
    with held_alone(places.container("weights:a", "b")):
        assert not places.root.exists()
