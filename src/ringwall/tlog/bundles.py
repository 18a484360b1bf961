"""Entry bundles of C2SP tlog-tiles: the entries below one tile of leaf hashes.

Each entry behind its length in two bytes, the higher first. Must never pass over a
byte that belongs to no entry.
"""

from collections.abc import Sequence

from ringwall.base.errors import IntegrityError
from ringwall.tlog.tiles import TILE_WIDTH

__all__ = [
    "MAX_BUNDLED_BYTES",
    "MAX_BUNDLE_BYTES",
    "bundled_at",
    "format_bundle",
    "parse_bundle",
]

MAX_BUNDLED_BYTES = 65_535
"""Largest entry in bytes that a bundle can hold."""

_LENGTH = 2

MAX_BUNDLE_BYTES = TILE_WIDTH * (MAX_BUNDLED_BYTES + _LENGTH)
"""Largest bundle in bytes."""


def format_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the bundle of these entries.

    Args:
        entries: 1 to 256 entries of at most 65,535 bytes, in the order of the log.

    Raises:
        ValueError: there are more or fewer, or one is larger.
    """
    _check_count(len(entries))
    if any(len(entry) > MAX_BUNDLED_BYTES for entry in entries):
        raise ValueError(f"an entry in a bundle has at most {MAX_BUNDLED_BYTES} bytes")
    return b"".join(len(entry).to_bytes(_LENGTH, "big") + entry for entry in entries)


def parse_bundle(data: bytes, count: int) -> tuple[bytes, ...]:
    """Return the entries of a bundle.

    Args:
        data: the bundle as it was stored or received.
        count: entries it must have, which is the width of its tile, 1 to 256.

    Raises:
        IntegrityError: `bundle-malformed`, it does not hold exactly that many.
        ValueError: no bundle has that many.
    """
    _check_count(count)
    entries: list[bytes] = []
    start = 0
    for _ in range(count):
        begin = start + _LENGTH
        end = begin + int.from_bytes(data[start:begin], "big")
        # Also true where the length itself is cut off.
        if begin > len(data) or end > len(data):
            raise IntegrityError(
                "bundle-malformed",
                f"the bundle ends after {len(entries)} of {count} entries",
            )
        entries.append(data[begin:end])
        start = end
    if start != len(data):
        raise IntegrityError(
            "bundle-malformed", f"the bundle has more than {count} entries"
        )
    return tuple(entries)


def bundled_at(data: bytes, place: int) -> bytes | None:
    """Return the bytes at a place of what may be a bundle, whatever its width.

    Not checked: what comes of other bytes than a bundle's is no entry.

    Args:
        data: the bundle.
        place: 0 for its first entry.

    Returns:
        None if it ends before.
    """
    start = 0
    for _ in range(place):
        start += _LENGTH + int.from_bytes(data[start : start + _LENGTH], "big")
    begin = start + _LENGTH
    end = begin + int.from_bytes(data[start:begin], "big")
    # Also true where the length itself is cut off.
    return data[begin:end] if begin <= len(data) and end <= len(data) else None


def _check_count(count: int) -> None:
    if not 1 <= count <= TILE_WIDTH:
        raise ValueError(f"a bundle has 1 to {TILE_WIDTH} entries, not {count}")
