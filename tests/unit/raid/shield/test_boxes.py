"""The boxes of an institute: kept once, held against the record, and erased."""

import os
import stat
from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError, RecordUnavailable, UnknownItem
from ringwall.raid.shield.box import digest_of, format_box
from ringwall.raid.shield.boxes import Boxes
from ringwall.raid.shield.identity import NOBODY
from tests.shielded import MARY, REPORT, boxed

OTHER = "report:r-bbbbbbbbbb"


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_boxes_are_kept_and_read_back(tmp_path: Path) -> None:
    one, other = boxed(), boxed(NOBODY, OTHER)
    boxes = Boxes(tmp_path)

    digests = boxes.keep([one, other])

    assert digests == (digest_of(format_box(one)), digest_of(format_box(other)))
    assert boxes.read(REPORT, digests[0]) == one
    assert boxes.read(OTHER, digests[1]) == other


def test_files_of_boxes_differ_in_nothing_but_their_names(tmp_path: Path) -> None:
    Boxes(tmp_path).keep([boxed(MARY), boxed(NOBODY, OTHER)])

    seen = {
        (about.st_size, about.st_mtime_ns, about.st_atime_ns, about.st_mode)
        for about in (path.stat() for path in _files(tmp_path))
    }

    assert len(seen) == 1
    ((_, written, _, mode),) = seen
    assert written == 0
    # Two letters of the id stand in the name of the folder.
    folders = {path.parent for path in _files(tmp_path)} | {tmp_path / "raid/boxes"}
    assert {path.stat().st_mtime_ns for path in folders} == {0}
    assert stat.S_IMODE(mode) == 0o600


def test_nothing_is_left_beside_them(tmp_path: Path) -> None:
    Boxes(tmp_path).keep([boxed()])

    (path,) = _files(tmp_path)
    assert path.name == "r-aaaaaaaaaa.json"
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_box_that_is_not_the_one_on_record_is_refused(tmp_path: Path) -> None:
    boxes = Boxes(tmp_path)
    (digest,) = boxes.keep([boxed()])
    (path,) = _files(tmp_path)
    path.write_bytes(format_box(boxed(NOBODY)))

    with pytest.raises(IntegrityError) as error:
        boxes.read(REPORT, digest)

    assert error.value.code == "box-damaged"


def test_a_link_in_place_of_a_box_is_refused(tmp_path: Path) -> None:
    boxes = Boxes(tmp_path)
    (digest,) = boxes.keep([boxed()])
    (path,) = _files(tmp_path)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(IntegrityError):
        boxes.read(REPORT, digest)


def test_an_erased_box_is_gone_and_its_digest_tells_nothing(tmp_path: Path) -> None:
    boxes = Boxes(tmp_path)
    (digest,) = boxes.keep([boxed()])

    assert boxes.erase(REPORT)
    assert not boxes.erase(REPORT)

    with pytest.raises(UnknownItem) as error:
        boxes.read(REPORT, digest)
    assert error.value.code == "box-missing"
    assert _files(tmp_path) == []
    # Whoever guesses rightly who it was still makes another digest: the salt is gone.
    assert digest not in {digest_of(format_box(boxed())) for _ in range(20)}


def test_no_box_goes_over_another(tmp_path: Path) -> None:
    boxes = Boxes(tmp_path)
    (digest,) = boxes.keep([boxed()])

    with pytest.raises(RecordUnavailable) as error:
        boxes.keep([boxed(NOBODY)])

    assert error.value.code == "box-unwritable"
    boxes.read(REPORT, digest)


def test_a_folder_that_is_none_takes_no_box(tmp_path: Path) -> None:
    (tmp_path / "raid").write_text("")

    with pytest.raises(RecordUnavailable) as error:
        Boxes(tmp_path).keep([boxed()])

    assert error.value.code == "box-unwritable"


def test_what_can_not_be_destroyed_is_said(tmp_path: Path) -> None:
    boxes = Boxes(tmp_path)
    boxes.keep([boxed()])
    (path,) = _files(tmp_path)
    os.unlink(path)
    path.mkdir()

    with pytest.raises(RecordUnavailable) as error:
        boxes.erase(REPORT)

    assert error.value.code == "box-unwritable"
