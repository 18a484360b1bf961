"""Proof files: one text for one proof, believed after the signature and the tree."""

import dataclasses
from typing import Any

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.signing import MAX_NOTE_BYTES, SigningKey, encode_base64, sign_note
from ringwall.tlog import (
    MAX_PROOF_BYTES,
    MAX_PROOF_HASHES,
    MAX_TREE_SIZE,
    Checkpoint,
    ProofFile,
    check_proof_file,
    format_proof_file,
    inclusion_proof,
    parse_proof_file,
    sign_checkpoint,
)
from tests.oracle import merkle

ORIGIN = "log.example/ringwall"
KEY = SigningKey(ORIGIN, bytes(range(32)))
OTHER_KEY = SigningKey(ORIGIN, bytes(range(1, 33)))
ENTRIES = [b'{"n":%d}' % number for number in range(7)]
MTH = merkle.mth_of(ENTRIES)
HEAD = Checkpoint(ORIGIN, 7, MTH(0, 7))
NOTE = sign_checkpoint(HEAD, KEY)


def node(level: int, index: int) -> bytes:
    """Return a perfect subtree of the seven entries."""
    return MTH(index << level, (index + 1) << level)


HASHES = inclusion_proof(4, 7, node)
PROOF = ProofFile(4, HASHES, NOTE, ENTRIES[4])
LINES = [encode_base64(given) for given in HASHES]
TEXT = (
    "c2sp.org/tlog-proof@v1\n"
    "extra eyJuIjo0fQ==\n"
    "index 4\n" + "".join(f"{line}\n" for line in LINES) + "\n"
).encode() + NOTE


def refused(proof: ProofFile, origin: str = ORIGIN, entry: bytes | None = None) -> str:
    """Return the code with which checking the proof is refused."""
    with pytest.raises(IntegrityError) as caught:
        check_proof_file(proof, KEY.verifier(), origin, entry)
    assert caught.value.next_step
    return caught.value.code


# --- the text ----------------------------------------------------------------


def test_a_proof_file_is_the_text_of_the_specification() -> None:
    assert format_proof_file(PROOF) == TEXT
    assert parse_proof_file(TEXT) == PROOF


def test_the_line_of_extra_data_is_left_out_if_there_is_none() -> None:
    bare = ProofFile(4, HASHES, NOTE)

    assert format_proof_file(bare) == TEXT.replace(b"extra eyJuIjo0fQ==\n", b"")
    assert parse_proof_file(format_proof_file(bare)) == bare


def test_a_tree_of_one_leaf_has_a_proof_without_hashes() -> None:
    single = ProofFile(0, (), b"note")

    assert format_proof_file(single) == b"c2sp.org/tlog-proof@v1\nindex 0\n\nnote"
    assert parse_proof_file(format_proof_file(single)) == single


def test_the_largest_proof_fits() -> None:
    largest = ProofFile(
        MAX_TREE_SIZE - 1,
        (bytes(32),) * MAX_PROOF_HASHES,
        b"n" * MAX_NOTE_BYTES,
        b"e" * 65_535,
    )
    data = format_proof_file(largest)

    assert len(data) <= MAX_PROOF_BYTES
    assert parse_proof_file(data) == largest


def test_a_note_with_empty_lines_is_kept_as_it_is() -> None:
    strange = ProofFile(4, HASHES, b"\n\na\n\nb")

    assert parse_proof_file(format_proof_file(strange)) == strange


def test_a_proof_among_a_million_entries_is_small() -> None:
    size = 1_000_000
    index = 654_321
    mth = merkle.sparse_mth(b"common", [(index, b"this one")])
    hashes = inclusion_proof(
        index, size, lambda level, place: mth(place << level, (place + 1) << level)
    )
    head = Checkpoint("audit.example.org/institute", size, mth(0, size))
    key = SigningKey(head.origin, bytes(32))
    proof = ProofFile(index, hashes, sign_checkpoint(head, key))

    assert len(hashes) == 20
    assert len(format_proof_file(proof)) <= 1_200
    assert check_proof_file(proof, key.verifier(), head.origin, b"this one") == head


# --- what is refused as a text -----------------------------------------------

HEADER = b"c2sp.org/tlog-proof@v1\n"
ZERO = encode_base64(bytes(32)).encode() + b"\n"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(HEADER, id="header alone"),
        pytest.param(HEADER + b"\n" + b"note", id="no index"),
        pytest.param(HEADER + b"index 4\n", id="no empty line"),
        pytest.param(HEADER + b"index 4\n\n", id="no note"),
        pytest.param(b"index 4\n\nnote", id="no header"),
        pytest.param(b"\xef\xbb\xbf" + HEADER + b"index 4\n\nnote", id="mark first"),
        pytest.param(b"\n" + HEADER + b"index 4\n\nnote", id="empty line first"),
        pytest.param(HEADER.upper() + b"index 4\n\nnote", id="header in capitals"),
        pytest.param(b"c2sp.org/tlog-proof@v2\nindex 4\n\nn", id="another version"),
        pytest.param(HEADER[:-1] + b"\r\nindex 4\r\n\r\nnote", id="carriage returns"),
        pytest.param(HEADER[:-1] + b" \nindex 4\n\nnote", id="space after header"),
        pytest.param(HEADER + b"Index 4\n\nnote", id="index in capitals"),
        pytest.param(HEADER + b"index  4\n\nnote", id="two spaces"),
        pytest.param(HEADER + b"index\n\nnote", id="index without number"),
        pytest.param(HEADER + b"index \n\nnote", id="empty number"),
        pytest.param(HEADER + b"index 04\n\nnote", id="leading zero"),
        pytest.param(HEADER + b"index 00\n\nnote", id="two zeros"),
        pytest.param(HEADER + b"index +4\n\nnote", id="plus sign"),
        pytest.param(HEADER + b"index -4\n\nnote", id="negative"),
        pytest.param(HEADER + b"index 4 \n\nnote", id="space after the number"),
        pytest.param(HEADER + b"index 4_0\n\nnote", id="underscore"),
        pytest.param(HEADER + b"index 0x4\n\nnote", id="hexadecimal"),
        pytest.param(HEADER + "index \u0664\n\nnote".encode(), id="another digit"),
        pytest.param(HEADER + b"index %d\n\nnote" % MAX_TREE_SIZE, id="beyond"),
        pytest.param(HEADER + b"index %d\n\nnote" % 10**30, id="far beyond"),
        pytest.param(HEADER + b"index 4\nindex 4\n\nnote", id="index twice"),
        pytest.param(HEADER + b"index 4\nextra YQ==\n\nnote", id="extra too late"),
        pytest.param(HEADER + b"extra \nindex 4\n\nnote", id="empty extra"),
        pytest.param(HEADER + b"extra\nindex 4\n\nnote", id="extra without data"),
        pytest.param(HEADER + b"extra YQ\nindex 4\n\nnote", id="extra not padded"),
        pytest.param(HEADER + b"extra YR==\nindex 4\n\nnote", id="unused bits"),
        pytest.param(HEADER + b"extra  YQ==\nindex 4\n\nnote", id="extra spaced"),
        pytest.param(HEADER + b"extra YQ==\n\nnote", id="extra without index"),
        pytest.param(
            HEADER + b"extra YQ==\nextra YQ==\nindex 4\n\nnote", id="extra twice"
        ),
        pytest.param(
            HEADER + b"extra %b\nindex 4\n\nnote" % (b"AAAA" * 21_846),
            id="extra too large",
        ),
        pytest.param(HEADER + b"index 4\n" + ZERO[:-2] + b"\n\nn", id="not padded"),
        pytest.param(HEADER + b"index 4\n" + b"A" * 42 + b"B=\n\nn", id="other bits"),
        pytest.param(HEADER + b"index 4\n" + b" " + ZERO + b"\nnote", id="spaced"),
        pytest.param(HEADER + b"index 4\nAAAA\n\nnote", id="hash too short"),
        pytest.param(HEADER + b"index 4\n" + b"A" * 44 + b"\n\nn", id="hash too long"),
        pytest.param(HEADER + b"index 4\n" + b"0" * 64 + b"\n\nnote", id="in hex"),
        pytest.param(HEADER + b"index 4\n" + ZERO * 64 + b"\nnote", id="64 hashes"),
        pytest.param(HEADER + b"index 4\n\n" + b"n" * 65_537, id="note too large"),
        pytest.param(b"n" * (MAX_PROOF_BYTES + 1), id="too large"),
    ],
)
def test_a_text_that_is_printed_for_no_proof_is_refused(data: bytes) -> None:
    with pytest.raises(IntegrityError) as caught:
        parse_proof_file(data)
    assert caught.value.next_step
    assert caught.value.code == "proof-malformed"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"index": -1}, "an index is below"),
        ({"index": MAX_TREE_SIZE}, "an index is below"),
        ({"hashes": (bytes(31),)}, "32 bytes"),
        ({"hashes": (b"",)}, "32 bytes"),
        ({"hashes": (bytes(32),) * 64}, "at most 63 hashes"),
        ({"note": b""}, "not empty"),
        ({"note": b"n" * (MAX_NOTE_BYTES + 1)}, "at most 65536 bytes"),
        ({"extra": b"e" * 65_536}, "at most 65535 bytes"),
    ],
)
def test_a_proof_that_no_file_could_hold_is_a_mistake_of_the_program(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(PROOF, **changes)


# --- what is shown, and what is not ------------------------------------------


def test_a_proof_shows_its_entry_under_the_signed_checkpoint() -> None:
    assert check_proof_file(PROOF, KEY.verifier(), ORIGIN) == HEAD


def test_an_entry_given_by_hand_counts_instead_of_the_one_in_the_file() -> None:
    bare = dataclasses.replace(PROOF, extra=b"")
    misleading = dataclasses.replace(PROOF, extra=b"another")

    for proof in (bare, misleading, PROOF):
        assert check_proof_file(proof, KEY.verifier(), ORIGIN, ENTRIES[4]) == HEAD
        assert refused(proof, entry=b"another") == "proof-invalid"
        assert refused(proof, entry=b"") == "proof-invalid"
    assert refused(misleading) == "proof-invalid"


def test_without_the_entry_nothing_is_shown() -> None:
    bare = dataclasses.replace(PROOF, extra=b"")

    assert refused(bare) == "proof-without-entry"


def test_a_proof_for_another_place_is_refused() -> None:
    for index in (0, 3, 5, 6, 7, MAX_TREE_SIZE - 1):
        assert refused(dataclasses.replace(PROOF, index=index)) == "proof-invalid"


def test_a_proof_under_a_checkpoint_of_another_tree_is_refused() -> None:
    smaller = sign_checkpoint(Checkpoint(ORIGIN, 6, MTH(0, 6)), KEY)
    forked = sign_checkpoint(Checkpoint(ORIGIN, 7, bytes(32)), KEY)

    for note in (smaller, forked):
        assert refused(dataclasses.replace(PROOF, note=note)) == "proof-invalid"


def test_a_proof_by_another_key_or_of_another_log_is_refused() -> None:
    unknown = dataclasses.replace(PROOF, note=sign_checkpoint(HEAD, OTHER_KEY))
    damaged = dataclasses.replace(PROOF, note=NOTE.replace(b"\n7\n", b"\n8\n"))
    no_head = dataclasses.replace(PROOF, note=sign_note("no checkpoint\n", KEY))
    no_note = dataclasses.replace(PROOF, note=b"no note")

    assert refused(unknown) == "signature-missing"
    assert refused(damaged) == "signature-invalid"
    assert refused(no_head) == "checkpoint-malformed"
    assert refused(no_note) == "note-malformed"
    assert refused(PROOF, "log.example/another") == "checkpoint-wrong-origin"


def test_the_signature_is_looked_at_before_the_entry() -> None:
    unsigned = dataclasses.replace(PROOF, note=b"no note", extra=b"")

    assert refused(unsigned) == "note-malformed"


def test_each_flipped_bit_of_a_proof_file_is_found() -> None:
    for bit in range(8 * len(TEXT)):
        flipped = bytearray(TEXT)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(IntegrityError):
            check_proof_file(parse_proof_file(bytes(flipped)), KEY.verifier(), ORIGIN)
