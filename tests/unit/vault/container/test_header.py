"""The header says what a container holds, in one spelling and within its limits."""

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from ringwall.base.canonical import dump_canonical
from ringwall.model.container_names import parse_container
from ringwall.vault.container.header import (
    BODY_START,
    DEFAULT_CHUNK,
    NONCE_BYTES,
    TAG_BYTES,
    ContainerHeader,
    fresh_container,
    fresh_nonce,
)
from tests.sealed import AT, CHUNK

HEADER = ContainerHeader(
    container="box-abcdefghij234567klmn",
    asset="weights:aurora-2",
    file="1_Pooling/config.json",
    tier="upper",
    bytes=10_000,
    chunk=CHUNK,
    nonce=bytes(range(7)),
    created=AT,
)
SAID: dict[str, Any] = {
    "v": 1,
    "container": "box-abcdefghij234567klmn",
    "asset": "weights:aurora-2",
    "file": "1_Pooling/config.json",
    "tier": "upper",
    "bytes": 10_000,
    "chunk": 4096,
    "nonce": "00010203040506",
    "created": "2027-01-15T08:00:00Z",
    "copy_of": "",
    "recipient": "",
}


def block_of(**words: object) -> bytes:
    """Return the block of a header with other words, whether or not they may be."""
    text = dump_canonical(SAID | words)
    start = b"ringwall-vault\x00\x01" + len(text).to_bytes(4, "big") + text
    return start.ljust(4096, b"\0")


def test_a_header_and_its_block_belong_together() -> None:
    assert HEADER.block() == block_of()
    assert ContainerHeader.parse(HEADER.block()) == HEADER
    assert HEADER.digest == hashlib.sha256(block_of()).digest()


def test_a_copy_names_its_original_and_its_site() -> None:
    copy = replace(HEADER, copy_of=fresh_container(), recipient="site:north")

    assert ContainerHeader.parse(copy.block()) == copy
    assert copy.digest != HEADER.digest


@pytest.mark.parametrize(
    "words",
    [
        {"container": "box-abcdefghij234567klm"},
        {"container": "box-ABCDEFGHIJ234567KLMN"},
        {"container": "box-abcdefghij234567klmn\n"},
        {"container": 1},
        {"copy_of": "weights:aurora-2"},
        {"asset": "user:ada"},
        {"asset": "aurora-2"},
        {"asset": "weights:" + "a" * 121},
        {"recipient": "weights:aurora-2"},
        {"recipient": "north"},
        {"file": ""},
        {"file": "/etc/passwd"},
        {"file": "../model"},
        {"file": "a/./b"},
        {"file": "a//b"},
        {"file": "a" * 201},
        {"file": None},
        {"tier": ""},
        {"tier": "Upper"},
        {"tier": "a" * 65},
        {"bytes": -1},
        {"bytes": 2**53 - 1},  # more chunks than a counter of 32 bits has
        {"bytes": "10000"},
        {"bytes": True},
        {"bytes": CHUNK * 2**32 + 1},
        {"chunk": 0},
        {"chunk": -4096},
        {"chunk": 2048},
        {"chunk": 4097},
        {"chunk": 2**25},
        {"chunk": True},
        {"nonce": "0001020304050"},
        {"nonce": "0001020304050A"},
        {"nonce": "000102030405060"},
        {"nonce": "00010203040506 "},
        {"created": "2027-01-15T08:00:00.0Z"},
        {"created": "2027-01-15T09:00:00+01:00"},
        {"created": "2027-02-30T08:00:00Z"},
        {"created": "now"},
        {"created": AT},
        {"v": 2},
        {"more": "x"},
    ],
    ids=str,
)
def test_a_header_outside_its_limits_is_refused(words: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        ContainerHeader.parse(block_of(**words))


def test_a_header_can_t_be_made_with_a_nonce_of_another_length() -> None:
    with pytest.raises(ValueError, match="begins with 7 bytes"):
        replace(HEADER, nonce=bytes(8))


def test_a_header_can_t_be_made_outside_the_calendar() -> None:
    with pytest.raises(ValueError, match="outside the years"):
        replace(HEADER, created=10**18)


@pytest.mark.parametrize(
    ("size", "chunks", "last"),
    [
        (0, 1, 0),
        (1, 1, 1),
        (CHUNK - 1, 1, CHUNK - 1),
        (CHUNK, 1, CHUNK),
        (CHUNK + 1, 2, 1),
        (3 * CHUNK, 3, CHUNK),
    ],
)
def test_chunks_fill_the_file(size: int, chunks: int, last: int) -> None:
    header = replace(HEADER, bytes=size)

    assert header.chunks == chunks
    assert header.chunk_bytes(chunks - 1) == last
    assert [header.chunk_bytes(index) for index in range(chunks - 1)] == (
        [CHUNK] * (chunks - 1)
    )
    end = header.chunk_start(chunks - 1) + last + TAG_BYTES
    assert end == header.file_bytes == 12288 + size + 16 * chunks
    assert header.chunk_start(0) == BODY_START


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_chunk_outside_the_file(index: int) -> None:
    with pytest.raises(ValueError, match="there is no chunk"):
        HEADER.chunk_bytes(index)


def test_each_chunk_has_a_nonce_of_its_own_and_the_last_one_says_so() -> None:
    start = bytes(range(7))

    assert HEADER.chunk_nonce(0) == start + b"\0\0\0\0\0"
    assert HEADER.chunk_nonce(1) == start + b"\0\0\0\x01\0"
    assert HEADER.chunk_nonce(2) == start + b"\0\0\0\x02\x01"


def test_the_largest_file_has_as_many_chunks_as_the_counter_counts() -> None:
    header = replace(HEADER, bytes=CHUNK * 2**32)

    assert header.chunk_nonce(header.chunks - 1)[7:] == b"\xff\xff\xff\xff\x01"


def test_new_ids_and_nonces_differ() -> None:
    assert parse_container(fresh_container()) != fresh_container()
    assert len(fresh_nonce()) == NONCE_BYTES
    assert fresh_nonce() != fresh_nonce()
    assert DEFAULT_CHUNK == 1024 * 1024
