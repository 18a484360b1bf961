"""Nothing of a file stands in a log, whatever is logged."""

import logging
from collections.abc import Iterator

import pytest

from ringwall.raid.shield.scrub.hushing import hush
from ringwall.raid.shield.scrub.scrubbing import scrub
from tests.unit.raid.shield.scrub.test_images import NAME, with_exif

_READERS = ("PIL", "PIL.TiffImagePlugin", "pikepdf")


# Made before anything is caught: who writes a picture logs it too.
_PICTURE = with_exif("JPEG")


@pytest.fixture(autouse=True)
def _loud() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in _READERS]
    levels = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.DEBUG)
    yield
    for one, level in zip(loggers, levels, strict=True):
        one.setLevel(level)


def test_who_made_a_picture_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    scrub(_PICTURE)

    assert NAME not in caplog.text


def test_a_logger_that_is_made_later_is_hushed_as_well() -> None:
    hush()

    for name in (*_READERS, "PIL.made_later", "pikepdf.made_later"):
        assert not logging.getLogger(name).isEnabledFor(logging.CRITICAL)
    assert logging.getLogger("PILOT").isEnabledFor(logging.CRITICAL)
