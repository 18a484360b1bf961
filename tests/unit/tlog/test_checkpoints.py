"""Checkpoints: one text for one head, opened only for the log that was asked for."""

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.signing import SigningKey, encode_base64, sign_note
from ringwall.tlog import (
    MAX_TREE_SIZE,
    Checkpoint,
    format_checkpoint,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)

ORIGIN = "log.example/ringwall"
KEY = SigningKey(ORIGIN, bytes(range(32)))
OTHER_KEY = SigningKey(ORIGIN, bytes(range(1, 33)))
ROOT = bytes.fromhex("3560191803028444b232018ac047fdb561c09c23a7a6876c85e08b5e4d48e9f3")
ROOT_TEXT = "NWAZGAMChESyMgGKwEf9tWHAnCOnpodsheCLXk1I6fM="
HEAD = Checkpoint(ORIGIN, 7, ROOT)
TEXT = f"{ORIGIN}\n7\n{ROOT_TEXT}\n"
NOTE = sign_checkpoint(HEAD, KEY)


def code_of(note: bytes, origin: str = ORIGIN) -> str:
    """Return the code with which opening the note is refused."""
    with pytest.raises(IntegrityError) as caught:
        open_checkpoint(note, KEY.verifier(), origin)
    assert caught.value.next_step
    return caught.value.code


def test_a_checkpoint_is_three_lines() -> None:
    assert format_checkpoint(HEAD) == TEXT
    assert parse_checkpoint(TEXT) == HEAD


@pytest.mark.parametrize("size", [0, 1, 10, 2**32, MAX_TREE_SIZE])
def test_each_size_of_a_log_can_be_stated(size: int) -> None:
    head = Checkpoint(ORIGIN, size, ROOT)

    assert parse_checkpoint(format_checkpoint(head)) == head


def test_an_origin_may_hold_spaces_and_plus_signs() -> None:
    head = Checkpoint("the log of Zürich + Genève", 7, ROOT)

    assert open_checkpoint(sign_checkpoint(head, KEY), KEY.verifier(), head.origin) == (
        head
    )


def test_a_signed_checkpoint_is_a_note_over_its_text() -> None:
    assert sign_note(TEXT, KEY) == NOTE
    assert open_checkpoint(NOTE, KEY.verifier(), ORIGIN) == HEAD


# --- what is refused ---------------------------------------------------------


def test_each_flipped_bit_is_found() -> None:
    allowed = {"note-malformed", "signature-invalid", "signature-missing"}
    for place in range(len(NOTE)):
        for bit in range(8):
            damaged = bytearray(NOTE)
            damaged[place] ^= 1 << bit
            assert code_of(bytes(damaged)) in allowed


def test_a_head_of_another_log_by_the_same_key_is_refused() -> None:
    head = Checkpoint("log.example/another", 7, ROOT)

    assert code_of(sign_checkpoint(head, KEY)) == "checkpoint-wrong-origin"


def test_the_name_of_the_key_is_not_the_origin() -> None:
    assert code_of(NOTE, "log.example/another") == "checkpoint-wrong-origin"


def test_a_checkpoint_by_another_key_of_the_same_name_is_refused() -> None:
    assert code_of(sign_checkpoint(HEAD, OTHER_KEY)) == "signature-missing"


def test_the_signature_is_looked_at_before_the_text() -> None:
    assert code_of(sign_note("no checkpoint\n", OTHER_KEY)) == "signature-missing"
    assert code_of(sign_note("no checkpoint\n", KEY)) == "checkpoint-malformed"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(TEXT[:-1], id="no last newline"),
        pytest.param(TEXT + "\n", id="empty line after"),
        pytest.param(TEXT + "extension\n", id="extension line"),
        pytest.param(TEXT + "x", id="byte after"),
        pytest.param(f"{ORIGIN}\n7\n", id="no root"),
        pytest.param(f"\n7\n{ROOT_TEXT}\n", id="no origin"),
        pytest.param(f"a\r\n7\n{ROOT_TEXT}\n", id="carriage return"),
        pytest.param(f"a\x00\n7\n{ROOT_TEXT}\n", id="NUL"),
        pytest.param(f"a\x1f\n7\n{ROOT_TEXT}\n", id="the last control character"),
        pytest.param(f"\ufeffa\n7\n{ROOT_TEXT}\n", id="byte order mark"),
        pytest.param(f"a\udcff\n7\n{ROOT_TEXT}\n", id="lone surrogate"),
        pytest.param("a" * 65536 + f"\n7\n{ROOT_TEXT}\n", id="too long"),
        pytest.param(f"a\n\n{ROOT_TEXT}\n", id="no size"),
        pytest.param(f"a\n07\n{ROOT_TEXT}\n", id="leading zero"),
        pytest.param(f"a\n00\n{ROOT_TEXT}\n", id="two zeros"),
        pytest.param(f"a\n+7\n{ROOT_TEXT}\n", id="plus sign"),
        pytest.param(f"a\n-7\n{ROOT_TEXT}\n", id="negative"),
        pytest.param(f"a\n 7\n{ROOT_TEXT}\n", id="space before the size"),
        pytest.param(f"a\n7 \n{ROOT_TEXT}\n", id="space after the size"),
        pytest.param(f"a\n7_0\n{ROOT_TEXT}\n", id="underscore"),
        pytest.param(f"a\n0x7\n{ROOT_TEXT}\n", id="hexadecimal"),
        pytest.param(f"a\n7.0\n{ROOT_TEXT}\n", id="fraction"),
        pytest.param(f"a\n\u0667\n{ROOT_TEXT}\n", id="a digit that is not ASCII"),
        pytest.param(f"a\n{2**63}\n{ROOT_TEXT}\n", id="two to the 63"),
        pytest.param(f"a\n{10**4000}\n{ROOT_TEXT}\n", id="a huge size"),
        pytest.param(f"a\n7\n{ROOT_TEXT[:-1]}\n", id="no padding"),
        pytest.param(f"a\n7\n{ROOT_TEXT[:-2]}N=\n", id="unused bits set"),
        pytest.param(f"a\n7\n {ROOT_TEXT}\n", id="space before the root"),
        pytest.param(f"a\n7\n{ROOT.hex()}\n", id="root in hexadecimal"),
        pytest.param(f"a\n7\n{encode_base64(ROOT[:31])}\n", id="root too short"),
        pytest.param(f"a\n7\n{encode_base64(ROOT * 2)}\n", id="root too long"),
        pytest.param("a\n7\n\n", id="empty root"),
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    assert parse_checkpoint(f"a\n7\n{ROOT_TEXT}\n").size == 7
    with pytest.raises(IntegrityError) as caught:
        parse_checkpoint(text)

    assert caught.value.code == "checkpoint-malformed"


@pytest.mark.parametrize(
    ("origin", "size", "root", "message"),
    [
        ("", 7, ROOT, "an origin is one line"),
        ("a\nb", 7, ROOT, "an origin is one line"),
        ("a\tb", 7, ROOT, "an origin is one line"),
        ("a\ud800", 7, ROOT, "an origin is one line"),
        ("\ufeffa", 7, ROOT, "byte order mark"),
        (ORIGIN, -1, ROOT, "below 2\\^63"),
        (ORIGIN, MAX_TREE_SIZE + 1, ROOT, "below 2\\^63"),
        (ORIGIN, 7, ROOT[:31], "a root has 32 bytes"),
        (ORIGIN, 7, b"", "a root has 32 bytes"),
    ],
)
def test_a_head_that_no_text_could_state_is_a_mistake_of_the_program(
    origin: str, size: int, root: bytes, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Checkpoint(origin, size, root)


def test_an_origin_that_fills_a_note_is_not_signed() -> None:
    head = Checkpoint("a" * 65536, 7, ROOT)

    with pytest.raises(ValueError, match="more than 65536"):
        sign_checkpoint(head, KEY)
