"""Notes: what is signed comes back, anything else is refused with its code."""

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.signing import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    OpenedNote,
    SigningKey,
    encode_base64,
    open_note,
    sign_note,
)
from ringwall.signing.notes import (
    SignatureLine,
    format_signature_line,
    join_line,
    keyring,
    parse_signature_lines,
    verified_lines,
)

LOG = SigningKey("log.example/ringwall", bytes(range(32)))
WITNESS = SigningKey("witness.example", bytes(range(1, 33)))
STRANGER = SigningKey("stranger.example", bytes(range(2, 34)))
TEXT = "first line\n\nthird line, in Zürich\n"
NOTE = sign_note(TEXT, LOG)


def lines_of(text: str, *keys: SigningKey) -> bytes:
    """Return just the signature lines of the keys over the text."""
    blank = len(text.encode()) + 1
    return b"".join(sign_note(text, key)[blank:] for key in keys)


def note_of(text: str, *keys: SigningKey) -> bytes:
    """Return one note signed by all the keys, in that order."""
    return text.encode() + b"\n" + lines_of(text, *keys)


def code_of(note: bytes, *keys: SigningKey) -> str:
    """Return the code with which opening the note is refused."""
    with pytest.raises(IntegrityError) as caught:
        open_note(note, [key.verifier() for key in keys])
    assert caught.value.next_step
    return caught.value.code


# --- what is opened ----------------------------------------------------------


def test_a_note_has_the_form_of_signed_note() -> None:
    signature = encode_base64(LOG.verifier().key_id + LOG.sign(TEXT.encode()))

    assert NOTE.decode() == f"{TEXT}\n\u2014 log.example/ringwall {signature}\n"


def test_a_signed_text_comes_back_with_its_signer() -> None:
    opened = open_note(NOTE, [LOG.verifier()])

    assert opened == OpenedNote(TEXT, ("log.example/ringwall",))


@pytest.mark.parametrize(
    "text", ["\n", "a\n\n", "\n\n\n", "\u2014 a b\n\n\u2014 c d\n"]
)
def test_empty_lines_and_dashes_belong_to_the_text(text: str) -> None:
    assert open_note(sign_note(text, LOG), [LOG.verifier()]).text == text


def test_all_known_signers_are_named_in_the_order_of_their_lines() -> None:
    note = note_of(TEXT, WITNESS, STRANGER, LOG)

    opened = open_note(note, [LOG.verifier(), WITNESS.verifier()])

    assert opened.signers == ("witness.example", "log.example/ringwall")


def test_lines_of_unknown_keys_are_ignored_whatever_they_sign() -> None:
    wrong = lines_of("another text\n", STRANGER)
    note = note_of(TEXT, LOG) + wrong + wrong

    assert open_note(note, [LOG.verifier()]).signers == (LOG.name,)


def test_a_line_that_shares_only_name_or_only_key_id_is_of_an_unknown_key() -> None:
    same_name = SigningKey(LOG.name, WITNESS.seed)
    same_id = f"\u2014 other {encode_base64(LOG.verifier().key_id + bytes(64))}\n"
    note = note_of(TEXT, same_name, LOG) + same_id.encode()

    assert open_note(note, [LOG.verifier()]).signers == (LOG.name,)


def test_two_keys_of_one_name_are_two_signers() -> None:
    newer = SigningKey(LOG.name, WITNESS.seed)

    opened = open_note(note_of(TEXT, LOG, newer), [newer.verifier(), LOG.verifier()])

    assert opened.signers == (LOG.name, LOG.name)


def test_a_hundred_signatures_are_read_and_one_more_is_not() -> None:
    stranger = lines_of(TEXT, STRANGER)
    full = NOTE + stranger * (MAX_SIGNATURES - 1)

    assert open_note(full, [LOG.verifier()]).signers == (LOG.name,)
    assert code_of(full + stranger, LOG) == "note-malformed"


def test_the_largest_note_is_opened_and_one_byte_more_is_not() -> None:
    room = MAX_NOTE_BYTES - len(sign_note("\n", LOG))
    note = sign_note("a" * room + "\n", LOG)

    assert len(note) == MAX_NOTE_BYTES
    assert len(open_note(note, [LOG.verifier()]).text) == room + 1
    assert code_of(b"a" + note, LOG) == "note-malformed"
    with pytest.raises(ValueError, match="more than 65536"):
        sign_note("a" * (room + 1) + "\n", LOG)


# --- what is refused ---------------------------------------------------------


def test_each_flipped_bit_is_found() -> None:
    allowed = {"note-malformed", "signature-invalid", "signature-missing"}
    for place in range(len(NOTE)):
        for bit in range(8):
            damaged = bytearray(NOTE)
            damaged[place] ^= 1 << bit
            assert code_of(bytes(damaged), LOG) in allowed


def test_each_cut_is_found() -> None:
    for length in range(len(NOTE)):
        assert code_of(NOTE[:length], LOG) in {"note-malformed", "signature-missing"}


def test_a_known_key_whose_signature_fails_spoils_the_note() -> None:
    note = note_of(TEXT, LOG) + lines_of("another text\n", WITNESS)

    assert code_of(note, LOG, WITNESS) == "signature-invalid"
    assert open_note(note, [LOG.verifier()]).signers == (LOG.name,)


@pytest.mark.parametrize("size", [1, 63, 65, 2420])
def test_a_signature_of_another_length_by_a_known_key_is_invalid(size: int) -> None:
    signature = encode_base64(LOG.verifier().key_id + bytes(size))
    note = f"{TEXT}\n\u2014 {LOG.name} {signature}\n".encode()

    assert code_of(note, LOG) == "signature-invalid"


def test_a_note_that_no_known_key_signed_is_refused() -> None:
    assert code_of(note_of(TEXT, STRANGER), LOG, WITNESS) == "signature-missing"
    assert code_of(NOTE) == "signature-missing"


def test_a_known_key_may_not_sign_twice() -> None:
    assert code_of(note_of(TEXT, LOG, LOG), LOG) == "note-malformed"


SIGNED = lines_of("a\n", LOG).decode()
SIGNATURE = SIGNED.split(" ")[2].rstrip("\n")


@pytest.mark.parametrize(
    "note",
    [
        pytest.param("", id="nothing"),
        pytest.param("a\n", id="no signature"),
        pytest.param("a\n\n", id="no signature line"),
        pytest.param("\n" + SIGNED, id="no text"),
        pytest.param("a\n" + SIGNED, id="no empty line"),
        pytest.param("a\n\n" + SIGNED[:-1], id="no last newline"),
        pytest.param("a\n\n" + SIGNED + "\n", id="empty line after"),
        pytest.param("a\n\n" + SIGNED + "trailing", id="bytes after"),
        pytest.param("a\n\n" + SIGNED + "trailing\n", id="line after"),
        pytest.param("a\n\n" + SIGNED.replace("\n", "\r\n"), id="carriage return"),
        pytest.param("a\r\n\r\n" + SIGNED, id="carriage return in the text"),
        pytest.param("\ufeffa\n\n" + SIGNED, id="byte order mark"),
        pytest.param("a\x00\n\n" + SIGNED, id="NUL"),
        pytest.param("a\tb\n\n" + SIGNED, id="tab"),
        pytest.param("a\x1f\n\n" + SIGNED, id="the last control character"),
        pytest.param("a\x1b[2J\n\n" + SIGNED, id="escape"),
        pytest.param("a\n\n-" + SIGNED[1:], id="hyphen for the dash"),
        pytest.param("a\n\n" + SIGNED[2:], id="no dash"),
        pytest.param("a\n\n \n" + SIGNED, id="a line that looks empty"),
        pytest.param(f"a\n\n\u2014  {SIGNATURE}\n", id="no name"),
        pytest.param(f"a\n\n\u2014 a+b {SIGNATURE}\n", id="plus in the name"),
        pytest.param(f"a\n\n\u2014 a\u00a0b {SIGNATURE}\n", id="space in the name"),
        pytest.param(f"a\n\n\u2014 {LOG.name}\n", id="no signature in the line"),
        pytest.param(f"a\n\n\u2014 {LOG.name} {SIGNATURE} \n", id="space at the end"),
        pytest.param(f"a\n\n\u2014 {LOG.name}  {SIGNATURE}\n", id="two spaces"),
        pytest.param(f"a\n\n\u2014 {LOG.name} {SIGNATURE[:-1]}\n", id="no padding"),
        pytest.param(
            f"a\n\n\u2014 {LOG.name} {SIGNATURE[:-2]}B=\n", id="unused bits set"
        ),
        pytest.param(f"a\n\n\u2014 {LOG.name} AAAAAA==\n", id="only a key id"),
        pytest.param(f"a\n\n\u2014 {LOG.name} \n", id="an empty signature"),
    ],
)
def test_a_malformed_note_is_refused(note: str) -> None:
    assert open_note(f"a\n\n{SIGNED}".encode(), [LOG.verifier()]).text == "a\n"
    assert code_of(note.encode(), LOG) == "note-malformed"


def test_a_malformed_line_of_an_unknown_key_is_refused_too() -> None:
    note = NOTE + "\u2014 stranger AAAB==\n".encode()

    assert code_of(note, LOG) == "note-malformed"


@pytest.mark.parametrize("noise", [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xe2\x80"])
def test_a_note_that_is_not_utf_8_is_refused(noise: bytes) -> None:
    assert code_of(noise + NOTE, LOG) == "note-malformed"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "ends in a newline"),
        ("a", "ends in a newline"),
        ("a\x00\n", "no control character"),
        ("a\r\n", "no control character"),
        ("a\x0b\n", "no control character"),
        ("a\x1f\n", "no control character"),
        ("\ufeffa\n", "byte order mark"),
        ("\ud800\n", "surrogates"),
    ],
)
def test_a_text_that_no_note_can_carry_is_not_signed(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sign_note(text, LOG)


def test_verifiers_that_can_not_be_told_apart_are_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="same name and key id"):
        open_note(NOTE, [LOG.verifier(), LOG.verifier()])


# --- lines by themselves -----------------------------------------------------


def refusal(note: bytes, line: SignatureLine) -> str:
    """Return the code with which the line is not joined to the note."""
    with pytest.raises(IntegrityError) as caught:
        join_line(note, line)
    return caught.value.code


def test_only_the_lines_of_known_keys_come_back_and_there_may_be_none() -> None:
    note = note_of(TEXT, WITNESS, STRANGER, LOG)
    known = keyring([LOG.verifier(), WITNESS.verifier()])

    assert [line.name for line in verified_lines(note, known)] == [
        "witness.example",
        "log.example/ringwall",
    ]
    assert verified_lines(note, {}) == ()


def test_lines_print_as_they_were_read() -> None:
    lines = lines_of(TEXT, LOG, WITNESS)

    parsed = parse_signature_lines(lines)

    assert [line.ref for line in parsed] == [
        (key.name, key.verifier().key_id) for key in (LOG, WITNESS)
    ]
    assert b"".join(map(format_signature_line, parsed)) == lines


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\n", id="an empty line"),
        pytest.param(SIGNED.encode() + b"\n", id="an empty line after"),
        pytest.param(b"\n" + SIGNED.encode(), id="an empty line before"),
        pytest.param(SIGNED.encode()[:-1], id="no last newline"),
        pytest.param(SIGNED.encode() + b"x\n", id="a line that is none"),
        pytest.param(b"\xff" + SIGNED.encode(), id="not UTF-8"),
        pytest.param(SIGNED.encode().replace(b"\n", b"\r\n"), id="carriage return"),
        pytest.param(SIGNED.encode() * (MAX_SIGNATURES + 1), id="too many"),
        pytest.param(b"a" * (MAX_NOTE_BYTES + 1), id="too large"),
    ],
)
def test_what_is_not_whole_signature_lines_is_refused(lines: bytes) -> None:
    with pytest.raises(IntegrityError) as caught:
        parse_signature_lines(lines)

    assert caught.value.code == "note-malformed"


def test_a_line_of_another_key_goes_last() -> None:
    (line,) = parse_signature_lines(lines_of(TEXT, WITNESS))

    assert join_line(NOTE, line) == note_of(TEXT, LOG, WITNESS)


def test_a_line_of_the_same_key_takes_the_place_of_the_old_one() -> None:
    note = note_of(TEXT, WITNESS, LOG)
    line = SignatureLine(WITNESS.name, WITNESS.verifier().key_id, b"another")

    joined = join_line(note, line)

    assert joined.startswith(TEXT.encode() + b"\n" + format_signature_line(line))
    assert joined.endswith(lines_of(TEXT, LOG))


def test_no_line_is_joined_to_a_note_in_which_its_key_has_two() -> None:
    (line,) = parse_signature_lines(lines_of(TEXT, LOG))

    assert refusal(note_of(TEXT, LOG, LOG), line) == "note-malformed"


def test_a_joined_note_keeps_the_limits_of_notes() -> None:
    (line,) = parse_signature_lines(lines_of(TEXT, WITNESS))
    full = note_of(TEXT, *[LOG] * (MAX_SIGNATURES - 1))
    room = MAX_NOTE_BYTES - len(sign_note("\n", LOG))

    assert join_line(full, line).endswith(lines_of(TEXT, WITNESS))
    assert refusal(note_of(TEXT, *[LOG] * MAX_SIGNATURES), line) == "note-malformed"
    assert refusal(sign_note("a" * room + "\n", LOG), line) == "note-malformed"


def test_a_line_that_no_note_can_carry_is_not_joined() -> None:
    line = SignatureLine("a name", bytes(4), bytes(64))

    assert refusal(NOTE, line) == "note-malformed"
