"""The keys in a folder: one replaces another, and none is left behind."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from ringwall.base.errors import RecordUnavailable
from ringwall.registry.key_files import KeyFiles
from ringwall.signing.keys import dump_signing_key, format_vkey
from tests.fault.ledger_simulator import KEY, OTHER_KEY, VERIFIER


@pytest.fixture
def files(tmp_path: Path) -> KeyFiles:
    """Return the keys of an institute."""
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "log.vkey").write_text(format_vkey(VERIFIER) + "\n")
    (keys / "log.key").touch(mode=0o600)
    (keys / "log.key").write_text(dump_signing_key(KEY) + "\n")
    return KeyFiles(tmp_path)


def names(files: KeyFiles) -> list[str]:
    """Return what is in the folder."""
    return sorted(os.listdir(files.folder))


def refusal(call: Callable[[], object]) -> str:
    """Return the code with which a call is refused."""
    with pytest.raises(RecordUnavailable) as caught:
        call()
    assert caught.value.next_step
    return caught.value.code


def test_what_is_there_is_read(files: KeyFiles) -> None:
    assert files.current() == KEY
    assert files.told() == VERIFIER
    assert files.next() is None
    assert files.is_settled()


def test_what_is_not_sound_is_none(files: KeyFiles) -> None:
    for name in ("log.key", "log.vkey"):
        (files.folder / name).write_bytes(b"\xff")
    assert (files.current(), files.told()) == (None, None)
    assert files.is_settled()

    for name in ("log.key", "log.vkey"):
        (files.folder / name).unlink()
    assert (files.current(), files.told()) == (None, None)
    assert files.is_settled()


def test_one_key_replaces_the_other(files: KeyFiles) -> None:
    files.put_next(OTHER_KEY)
    assert stat.S_IMODE((files.folder / "log.key.next").stat().st_mode) == 0o600
    assert (files.current(), files.next()) == (KEY, OTHER_KEY)
    assert not files.is_settled()

    files.install_next()
    assert (files.current(), files.next()) == (OTHER_KEY, None)
    assert stat.S_IMODE((files.folder / "log.key").stat().st_mode) == 0o600
    assert not files.is_settled()

    files.tell(OTHER_KEY.verifier())
    assert files.told() == OTHER_KEY.verifier()
    assert files.is_settled()
    assert names(files) == ["log.key", "log.vkey"]


def test_the_bytes_of_the_old_key_are_overwritten(files: KeyFiles) -> None:
    other_name = files.folder / "kept"
    os.link(files.folder / "log.key", other_name)
    files.put_next(OTHER_KEY)

    files.install_next()

    assert set(other_name.read_bytes()) == {0}


def test_a_key_that_was_lost_meanwhile_is_replaced_as_well(files: KeyFiles) -> None:
    files.put_next(OTHER_KEY)
    (files.folder / "log.key").unlink()

    files.install_next()

    assert files.current() == OTHER_KEY


def test_a_key_that_was_never_announced_is_erased(files: KeyFiles) -> None:
    files.put_next(OTHER_KEY)
    os.link(files.folder / "log.key.next", files.folder / "kept")

    files.drop_next()
    files.drop_next()

    assert files.is_settled()
    assert set((files.folder / "kept").read_bytes()) == {0}


def test_one_that_waits_already_is_not_written_over(files: KeyFiles) -> None:
    files.put_next(OTHER_KEY)

    assert refusal(lambda: files.put_next(KEY)) == "folder-unwritable"
    assert files.next() == OTHER_KEY


def test_two_do_not_change_keys_at_once(
    files: KeyFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ringwall.registry.key_files._LOCK_SECONDS", 0.0)

    def take() -> None:
        with files.locked():
            pass

    with files.locked():
        assert refusal(take) == "ledger-busy"
    take()


def test_a_folder_that_is_gone_is_told(files: KeyFiles) -> None:
    files.folder.rename(files.folder.with_name("gone"))

    def take() -> None:
        with files.locked():
            pass

    for call in (take, files.install_next, lambda: files.tell(VERIFIER)):
        assert refusal(call) == "folder-unwritable"
