"""A new institute is made whole in an empty folder, under any name a folder has."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError, RecordUnavailable
from ringwall.institute import Institute
from ringwall.registry.founding import make_folder, new_settings
from ringwall.signing.keys import parse_signing_key, parse_vkey
from ringwall.tlog.checkpoints import open_checkpoint


def test_a_new_folder_holds_all_parts_with_narrow_rights(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "institute"

    make_folder(folder, new_settings(folder, "two", "", ""), 0)

    assert {path.name for path in folder.iterdir()} >= {
        "ringwall.toml",
        "policies",
        "threat_models",
        "watch",
        "keys",
        "ledger.db",
    }
    keys = folder / "keys"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert stat.S_IMODE((keys / "log.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "ledger.db").stat().st_mode) == 0o600
    assert not (folder / ".ringwall.toml").exists()
    key = parse_signing_key((keys / "log.key").read_text().removesuffix("\n"))
    vkey = parse_vkey((keys / "log.vkey").read_text().removesuffix("\n"))
    assert key.verifier() == vkey


def test_rights_stay_narrow_under_a_wide_umask(tmp_path: Path) -> None:
    folder = tmp_path / "institute"
    before = os.umask(0)
    try:
        make_folder(folder, new_settings(folder, "two", "", ""), 0)
    finally:
        os.umask(before)

    modes = [p.stat().st_mode for p in (folder / "keys", folder / "ledger.db")]
    modes.append((folder / "keys" / "log.key").stat().st_mode)
    assert [mode & 0o077 for mode in modes] == [0, 0, 0]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    make_folder(tmp_path, new_settings(tmp_path, "three", "", ""), 0)

    assert Institute(tmp_path).settings.tiers == "three"


def test_a_folder_with_anything_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".hidden").touch()

    with pytest.raises(ConfigurationError) as caught:
        make_folder(tmp_path, new_settings(tmp_path, "two", "", ""), 0)

    assert caught.value.code == "folder-not-empty"
    assert [path.name for path in tmp_path.iterdir()] == [".hidden"]


@pytest.mark.parametrize("below", ["", "deeper/still"])
def test_a_file_in_the_way_is_left_alone(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("text")
    folder = tmp_path / "file" / below

    with pytest.raises(RecordUnavailable) as caught:
        make_folder(folder, new_settings(folder, "two", "", ""), 0)

    assert caught.value.code == "folder-unwritable"
    assert (tmp_path / "file").read_text() == "text"


@pytest.mark.parametrize(
    ("folder", "name", "origin"),
    [
        ("CERN for AI", "CERN for AI", "ringwall.invalid/cern-for-ai"),
        ("a/../b", "b", "ringwall.invalid/b"),
        ("Zürich+1", "Zürich+1", "ringwall.invalid/z-rich-1"),
        ("日本", "日本", "ringwall.invalid/log"),
        ("--", "--", "ringwall.invalid/log"),
        ("a\nb", "a b", "ringwall.invalid/a-b"),
        ("\udcff", "institute", "ringwall.invalid/log"),
        ("\u202e", "institute", "ringwall.invalid/log"),
        ('"\\', '"\\', "ringwall.invalid/log"),
        ("x" * 255, "x" * 255, "ringwall.invalid/" + "x" * 100),
        ("/", "institute", "ringwall.invalid/log"),
    ],
)
def test_name_and_origin_are_made_from_any_folder(
    folder: str, name: str, origin: str
) -> None:
    settings = new_settings(Path(folder), "two", "", "")

    assert (settings.name, settings.origin) == (name, origin)


def test_the_present_folder_gives_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    assert new_settings(Path(), "two", "", "").name == "here"


@pytest.mark.parametrize(
    "name", ['the "large" one', "back\\slash", "\\u0041", "é ü 日本", "a # b = c", "'"]
)
def test_a_name_for_people_comes_back_as_given(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "institute"
    make_folder(folder, new_settings(folder, "two", name, ""), 0)

    assert Institute(folder).settings.name == name


@pytest.mark.parametrize(
    ("tiers", "name", "origin"),
    [
        ("four", "", ""),
        ("two", "two\nlines", ""),
        ("two", "\x1b[31m", ""),
        ("two", "\udcff", ""),
        ("two", " ", ""),
        ("two", "x" * 501, ""),
        ("two", "", "log of mine"),
        ("two", "", "a+b"),
        ("two", "", "ü.example"),
        ("two", "", 'a"\ntiers = "three'),
        ("two", "", "x" * 201),
    ],
)
def test_what_is_not_allowed_is_refused_and_nothing_is_made(
    tmp_path: Path, tiers: str, name: str, origin: str
) -> None:
    folder = tmp_path / "institute"

    with pytest.raises(ConfigurationError) as caught:
        new_settings(folder, tiers, name, origin)

    assert caught.value.code == "settings-invalid"
    assert caught.value.next_step
    assert not folder.exists()


def test_what_could_not_be_copied_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise shutil.Error([("a", "b", "no space left on device"), ("c", "d", "x")])

    monkeypatch.setattr(shutil, "copytree", full)

    with pytest.raises(RecordUnavailable) as caught:
        Institute.create(tmp_path / "institute")

    assert caught.value.message.endswith("can't be written: no space left on device")


def test_a_second_place_holds_the_first_checkpoint(tmp_path: Path) -> None:
    folder, anchor = tmp_path / "institute", tmp_path / "other" / "anchor"
    anchor.parent.mkdir()

    make_folder(folder, new_settings(folder, "two", "", "log.example", anchor), 0)

    vkey = parse_vkey((folder / "keys" / "log.vkey").read_text().removesuffix("\n"))
    assert open_checkpoint(anchor.read_bytes(), vkey, "log.example").size == 3
    assert Institute(folder).settings.anchor == str(anchor)


@pytest.mark.parametrize(
    ("name", "code"), [("taken", "anchor-in-use"), ("gone/a", "anchor-unwritable")]
)
def test_where_no_second_place_can_be_nothing_is_made(
    tmp_path: Path, name: str, code: str
) -> None:
    (tmp_path / "taken").write_text("something else")
    folder, anchor = tmp_path / "institute", tmp_path / name

    with pytest.raises((ConfigurationError, RecordUnavailable)) as caught:
        make_folder(folder, new_settings(folder, "two", "", "", anchor), 0)

    assert caught.value.code == code
    assert not folder.exists()
