"""Bundles give back the entries that were put in, or nothing."""

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.tlog import MAX_BUNDLED_BYTES, format_bundle, parse_bundle
from ringwall.tlog.bundles import MAX_BUNDLE_BYTES, bundled_at

ENTRIES = (b"first", b"", b"x" * 300)
BUNDLE = b"\x00\x05first" + b"\x00\x00" + b"\x01\x2c" + b"x" * 300


def test_an_entry_stands_behind_its_length() -> None:
    assert format_bundle(ENTRIES) == BUNDLE
    assert parse_bundle(BUNDLE, 3) == ENTRIES


def test_the_largest_entries_fit() -> None:
    entries = (b"a" * MAX_BUNDLED_BYTES,) * 256

    assert parse_bundle(format_bundle(entries), 256) == entries
    assert len(format_bundle(entries)) == MAX_BUNDLE_BYTES


def test_one_entry_is_taken_out_of_a_bundle_of_any_width() -> None:
    for place, entry in enumerate(ENTRIES):
        assert bundled_at(BUNDLE, place) == entry
    for place in (3, 4, 255):
        assert bundled_at(BUNDLE, place) is None


def test_out_of_a_bundle_that_was_cut_nothing_comes_that_is_not_whole() -> None:
    for length in range(len(BUNDLE)):
        assert bundled_at(BUNDLE[:length], 2) is None
    assert bundled_at(b"", 0) is None


def test_a_cut_bundle_is_refused_wherever_it_was_cut() -> None:
    for length in range(len(BUNDLE)):
        with pytest.raises(IntegrityError) as caught:
            parse_bundle(BUNDLE[:length], 3)
        assert caught.value.code == "bundle-malformed"
        assert "ends after" in caught.value.message


@pytest.mark.parametrize("tail", [b"\x00", b"\x00\x00", b"\x00\x01a", b"\xff\xff"])
def test_bytes_behind_the_last_entry_are_refused(tail: bytes) -> None:
    with pytest.raises(IntegrityError) as caught:
        parse_bundle(BUNDLE + tail, 3)
    assert caught.value.code == "bundle-malformed"
    assert "more than 3 entries" in caught.value.message


def test_a_bundle_of_fewer_or_more_entries_is_refused() -> None:
    for count in (1, 2, 4, 256):
        with pytest.raises(IntegrityError):
            parse_bundle(BUNDLE, count)


def test_an_entry_that_is_too_large_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="at most 65535 bytes"):
        format_bundle([b"", b"a" * (MAX_BUNDLED_BYTES + 1)])


@pytest.mark.parametrize("count", [-1, 0, 257])
def test_a_count_that_no_bundle_has_is_a_mistake_of_the_program(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 256 entries"):
        parse_bundle(b"", count)
    with pytest.raises(ValueError, match="1 to 256 entries"):
        format_bundle([b""] * max(count, 0))
