"""An institute changes its key; what broke off is finished, undone or left alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ringwall.base.errors import RecordUnavailable
from ringwall.ledger.store import Store
from ringwall.registry.key_files import KeyFiles
from ringwall.registry.rotating import KeyRing, Rotation, rotate_key, settle_keys
from ringwall.signing.keys import SigningKey, dump_signing_key, format_vkey
from tests.fault.ledger_simulator import AT, KEY, ORIGIN, OTHER_KEY, VERIFIER
from tests.unit.ledger.rotated import KEYS, RotatedFile

NEW = KEYS[0]


@pytest.fixture
def log(tmp_path: Path) -> RotatedFile:
    """Return the log of an institute."""
    return RotatedFile(tmp_path)


@pytest.fixture
def ring(log: RotatedFile) -> Iterator[KeyRing]:
    """Give the log with its keys in the folder."""
    files = KeyFiles(log.path.parent)
    files.folder.mkdir()
    put(files, "log.key", KEY)
    files.tell(VERIFIER)
    store = Store(log.path, writable=True)
    yield KeyRing(files, store, ORIGIN, None)
    store.close()


def put(files: KeyFiles, name: str, key: SigningKey) -> None:
    """Write a secret key into the folder."""
    (files.folder / name).write_text(dump_signing_key(key) + "\n")


def keys(ring: KeyRing) -> tuple[object, object, object]:
    """Return the keys in the folder: in force, waiting, told."""
    return ring.files.current(), ring.files.next(), ring.files.told()


def test_a_new_key_takes_the_place_of_the_old_one(
    ring: KeyRing, log: RotatedFile
) -> None:
    rotation = rotate_key(ring, KEY, AT)

    current, waiting, told = keys(ring)
    assert isinstance(current, SigningKey)
    assert rotation == Rotation(10, format_vkey(current.verifier()))
    assert (waiting, told) == (None, current.verifier())
    assert ring.files.is_settled()
    assert log.trusting(current).head().size == 11
    assert log.trusting(KEY).head().size == 11


def test_who_has_an_old_key_changes_nothing(ring: KeyRing) -> None:
    rotate_key(ring, KEY, AT)
    before = keys(ring)

    with pytest.raises(RecordUnavailable) as caught:
        rotate_key(ring, KEY, AT)

    assert caught.value.code == "key-rotated"
    settle_keys(ring)
    assert keys(ring) == before


def test_where_nothing_broke_off_nothing_is_done(ring: KeyRing) -> None:
    settle_keys(ring)

    assert keys(ring) == (KEY, None, VERIFIER)


def test_a_key_that_was_not_announced_is_dropped(ring: KeyRing) -> None:
    ring.files.put_next(NEW)

    settle_keys(ring)

    assert keys(ring) == (KEY, None, VERIFIER)


def test_half_a_key_that_was_not_announced_is_dropped(ring: KeyRing) -> None:
    (ring.files.folder / "log.key.next").write_text("PRIVATE+KEY+log.exa")

    settle_keys(ring)

    assert keys(ring) == (KEY, None, VERIFIER)
    assert ring.files.is_settled()


def test_a_key_that_was_announced_is_put_in_force(
    ring: KeyRing, log: RotatedFile
) -> None:
    ring.files.put_next(NEW)
    log.announce()

    settle_keys(ring)

    assert keys(ring) == (NEW, None, NEW.verifier())
    assert log.trusting(NEW).head().size == 11


def test_the_old_key_may_be_half_erased_by_then(
    ring: KeyRing, log: RotatedFile
) -> None:
    ring.files.put_next(NEW)
    log.rotate()
    (ring.files.folder / "log.key").write_bytes(bytes(80))

    settle_keys(ring)

    assert keys(ring) == (NEW, None, NEW.verifier())


def test_the_public_key_is_told_anew(ring: KeyRing, log: RotatedFile) -> None:
    log.rotate()
    put(ring.files, "log.key", NEW)

    settle_keys(ring)

    assert keys(ring) == (NEW, None, NEW.verifier())


def test_an_announced_key_is_never_dropped_for_an_older_one(
    ring: KeyRing, log: RotatedFile
) -> None:
    log.rotate()
    log.rotate()
    ring.files.put_next(NEW)

    settle_keys(ring)

    assert keys(ring) == (KEY, NEW, VERIFIER)


def test_without_a_key_in_force_nothing_is_guessed(ring: KeyRing) -> None:
    put(ring.files, "log.key", OTHER_KEY)

    settle_keys(ring)

    assert keys(ring) == (OTHER_KEY, None, VERIFIER)


def test_the_first_key_that_waits_beside_a_lost_one_is_left_alone(
    ring: KeyRing,
) -> None:
    put(ring.files, "log.key.next", KEY)
    (ring.files.folder / "log.key").unlink()

    settle_keys(ring)

    assert keys(ring) == (None, KEY, VERIFIER)


def test_without_a_public_key_nothing_is_settled(ring: KeyRing) -> None:
    ring.files.put_next(NEW)
    (ring.files.folder / "log.vkey").unlink()

    settle_keys(ring)

    assert keys(ring) == (KEY, NEW, None)


def test_what_another_process_settled_meanwhile_is_settled(
    ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([False, True])
    monkeypatch.setattr(KeyFiles, "is_settled", lambda _: next(answers))

    settle_keys(ring)

    assert keys(ring) == (KEY, None, VERIFIER)
