"""The working copy of a file: its kind follows from its bytes; unknown is refused."""

import sys

import pytest

from ringwall.base.errors import ActRefused, ConfigurationError
from ringwall.raid.shield.scrub import scrubbing
from ringwall.raid.shield.scrub.scrubbing import scrub
from tests.unit.raid.shield.scrub import test_mails, test_office, test_pdfs
from tests.unit.raid.shield.scrub.test_images import picture


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (picture("PNG"), ".png"),
        (picture("JPEG"), ".jpg"),
        (picture("WEBP"), ".png"),
        (picture("TIFF"), ".png"),
        (picture("BMP"), ".png"),
        (test_pdfs._document(), ".pdf"),
        (b"junk before it\n" + test_pdfs._document(), ".pdf"),
        (test_office._packed(test_office.PARTS), ".docx"),
        (test_mails._mail(), ".txt"),
        ("it failed: é\n".encode(), ".txt"),
        (b'{"it": "failed"}', ".txt"),
    ],
)
def test_each_kind_is_known_by_its_bytes(data: bytes, suffix: str) -> None:
    assert scrub(data).suffix == suffix


def test_a_plain_text_stays_as_it_is() -> None:
    done = scrub("it failed\n\té".encode())

    assert (done.data.decode(), done.removed) == ("it failed\n\té", ())


@pytest.mark.parametrize("data", [b"\xff\xfei\0t\0", b"\x7fELF\1", b"a\0b", b"\x1b[2J"])
def test_what_nobody_knows_is_refused(data: bytes) -> None:
    with pytest.raises(ActRefused) as error:
        scrub(data)

    assert error.value.code == "metadata-not-removable"


def test_what_is_too_large_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scrubbing, "MAX_FILE_BYTES", 3)

    with pytest.raises(ActRefused, match="more than 3 bytes"):
        scrub(b"four")


@pytest.mark.parametrize(
    ("module", "package", "data"),
    [
        ("PIL", "pillow", picture("PNG")),
        ("pikepdf", "pikepdf", test_pdfs._document()),
    ],
)
def test_without_its_library_no_file_is_passed_on(
    monkeypatch: pytest.MonkeyPatch, module: str, package: str, data: bytes
) -> None:
    for name in ("images", "pdfs"):
        monkeypatch.delitem(sys.modules, f"ringwall.raid.shield.scrub.{name}")
    monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(ConfigurationError) as error:
        scrub(data)

    assert error.value.code == "scrubber-missing"
    assert f"`{package}`" in str(error.value)
