"""A request to a witness: one spelling, strict limits, nothing believed."""

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.signing import MAX_NOTE_BYTES, SigningKey
from ringwall.tlog.checkpoints import MAX_TREE_SIZE, Checkpoint, sign_checkpoint
from ringwall.tlog.witness_request import (
    MAX_PROOF_HASHES,
    MAX_REQUEST_BYTES,
    WitnessRequest,
    format_request,
    parse_request,
)

ORIGIN = "log.example/Zürich"
ONES, TWOS = b"\x11" * 32, b"\x22" * 32
NOTE = sign_checkpoint(Checkpoint(ORIGIN, 7, ONES), SigningKey(ORIGIN, bytes(32)))
ONES_TEXT = b"ERERERERERERERERERERERERERERERERERERERERERE="
TWOS_TEXT = b"IiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiI="
BODY = b"old 5\n" + ONES_TEXT + b"\n" + TWOS_TEXT + b"\n\n" + NOTE
REQUEST = WitnessRequest(5, (ONES, TWOS), NOTE)


def test_a_request_keeps_its_form() -> None:
    assert format_request(REQUEST) == BODY
    assert parse_request(BODY) == REQUEST


def test_a_request_without_a_proof_is_two_lines_and_the_note() -> None:
    request = WitnessRequest(0, (), NOTE)

    assert format_request(request) == b"old 0\n\n" + NOTE
    assert parse_request(b"old 0\n\n" + NOTE) == request


def test_the_largest_request_is_read_and_one_byte_more_is_not() -> None:
    note = b"a" * (MAX_NOTE_BYTES - 1) + b"\n"
    request = WitnessRequest(10**18, (ONES,) * MAX_PROOF_HASHES, note)
    body = format_request(request)

    assert len(body) == MAX_REQUEST_BYTES
    assert parse_request(body) == request
    with pytest.raises(IntegrityError) as caught:
        parse_request(body.replace(b"\n\n", b"\n\na"))
    assert caught.value.next_step
    assert caught.value.code == "request-malformed"


def test_an_empty_line_in_the_note_belongs_to_the_note() -> None:
    note = b"first\n\n\nlast\n"

    assert parse_request(b"old 0\n\n" + note).note == note
    assert parse_request(b"old 0\n\n\n" + note).note == b"\n" + note


@pytest.mark.parametrize(
    ("note", "origin"),
    [
        (NOTE, ORIGIN),
        (b"\n", ""),
        (b"\xff\n", "\ufffd"),
        (b"a b\nc\n", "a b"),
    ],
)
def test_the_origin_it_claims_is_its_first_line(note: bytes, origin: str) -> None:
    assert WitnessRequest(0, (), note).claimed_origin == origin


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"old 5\n", id="no empty line"),
        pytest.param(b"old 5\n\n", id="no note"),
        pytest.param(b"\n\n" + NOTE, id="no old size"),
        pytest.param(b"\n" + BODY, id="an empty line before"),
        pytest.param(BODY[:-1], id="no last newline"),
        pytest.param(BODY.replace(b"\n\n", b"\n"), id="no empty line before the note"),
        pytest.param(BODY.replace(b"old", b"Old"), id="upper-case"),
        pytest.param(BODY.replace(b"old ", b"old"), id="no space"),
        pytest.param(BODY.replace(b"old ", b"old  "), id="two spaces"),
        pytest.param(BODY.replace(b"old ", b" old "), id="space before"),
        pytest.param(BODY.replace(b"old 5", b"old 5 "), id="space after"),
        pytest.param(BODY.replace(b"old 5", b"old 05"), id="leading zero"),
        pytest.param(BODY.replace(b"old 5", b"old +5"), id="plus sign"),
        pytest.param(BODY.replace(b"old 5", b"old -5"), id="negative"),
        pytest.param(BODY.replace(b"old 5", b"old "), id="no number"),
        pytest.param(BODY.replace(b"old 5", b"old 0x5"), id="hexadecimal"),
        pytest.param(BODY.replace(b"old 5", b"old \xd9\xa5"), id="not an ASCII digit"),
        pytest.param(BODY.replace(b"5\n", b"5\r\n", 1), id="carriage return"),
        pytest.param(
            BODY.replace(b"old 5", b"old %d" % (MAX_TREE_SIZE + 1)), id="two to the 63"
        ),
        pytest.param(BODY.replace(b"old 5", b"old " + b"9" * 5000), id="a huge size"),
        pytest.param(BODY.replace(b"E=\n", b"E\n"), id="no padding"),
        pytest.param(BODY.replace(b"E=\n", b"F=\n"), id="unused bits set"),
        pytest.param(BODY.replace(b"E=\n", b"E= \n"), id="space after a hash"),
        pytest.param(BODY.replace(b"E=\n", b"\xff=\n"), id="a hash that is not ASCII"),
        pytest.param(
            BODY.replace(ONES_TEXT, ONES.hex().encode()), id="hexadecimal hash"
        ),
        pytest.param(BODY.replace(ONES_TEXT, b"EREREREREQ=="), id="a short hash"),
        pytest.param(
            BODY.replace(ONES_TEXT + b"\n", ONES_TEXT[:-2] + b"ERER\n"), id="long hash"
        ),
        pytest.param(
            b"old 5\n" + (ONES_TEXT + b"\n") * 64 + b"\n" + NOTE, id="64 hashes"
        ),
        pytest.param(b"old 5\n\n" + b"a" * MAX_NOTE_BYTES + b"\n", id="a large note"),
        pytest.param(b"a" * (MAX_REQUEST_BYTES + 1), id="too large"),
    ],
)
def test_a_malformed_request_is_refused(body: bytes) -> None:
    with pytest.raises(IntegrityError) as caught:
        parse_request(body)

    assert caught.value.code == "request-malformed"


@pytest.mark.parametrize(
    ("old", "proof", "note", "message"),
    [
        (-1, (), NOTE, "an old size"),
        (MAX_TREE_SIZE + 1, (), NOTE, "an old size"),
        (0, (ONES,) * 64, NOTE, "at most 63"),
        (0, (ONES, ONES[:31]), NOTE, "32 bytes"),
        (0, (ONES + b"\x00",), NOTE, "32 bytes"),
        (0, (), b"", "ends in a newline"),
        (0, (), NOTE[:-1], "ends in a newline"),
        (0, (), b"a" * MAX_NOTE_BYTES + b"\n", "within 65536 bytes"),
    ],
)
def test_a_request_that_no_body_could_hold_is_a_mistake_of_the_program(
    old: int, proof: tuple[bytes, ...], note: bytes, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        WitnessRequest(old, proof, note)
