"""Cosignatures: dated lines under a checkpoint, each counted once and verified."""

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.signing import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    CosignerVerifier,
    CosigningKey,
    SigningKey,
    encode_base64,
    sign_note,
)
from ringwall.tlog.checkpoints import (
    Checkpoint,
    format_checkpoint,
    open_checkpoint,
    sign_checkpoint,
)
from ringwall.tlog.cosignatures import (
    Cosignature,
    add_signatures,
    cosign,
    open_cosignatures,
)

ORIGIN = "log.example/ringwall"
LOG = SigningKey(ORIGIN, bytes(range(32)))
ONE = CosigningKey("one.example/w", bytes(range(1, 33)))
TWO = CosigningKey("two.example/w", bytes(range(2, 34)))
HEAD = Checkpoint(ORIGIN, 7, bytes(range(32)))
TEXT = format_checkpoint(HEAD)
NOTE = sign_checkpoint(HEAD, LOG)
SECOND = 1_795_000_000
AT = SECOND * 1_000_000
LINE_ONE = cosign(TEXT, ONE, SECOND)
LINE_TWO = cosign(TEXT, TWO, SECOND + 1)
KNOWN = (ONE.verifier(), TWO.verifier())


def opened(note: bytes, *cosigners: CosignerVerifier) -> list[tuple[str, int]]:
    """Return name and instant of each known cosignature."""
    return [(line.name, line.at) for line in open_cosignatures(note, cosigners)]


def code_of_opening(note: bytes) -> str:
    """Return the code with which opening the cosignatures is refused."""
    with pytest.raises(IntegrityError) as caught:
        open_cosignatures(note, KNOWN)
    return caught.value.code


def code_of_adding(note: bytes, lines: bytes) -> str:
    """Return the code with which adding the lines is refused."""
    with pytest.raises(IntegrityError) as caught:
        add_signatures(note, lines, KNOWN)
    return caught.value.code


# --- one line ----------------------------------------------------------------


def test_a_line_has_the_form_of_tlog_cosignature() -> None:
    signature = ONE.cosign(TEXT.encode(), SECOND)
    encoded = encode_base64(ONE.verifier().key_id + signature)

    assert f"\u2014 one.example/w {encoded}\n".encode() == LINE_ONE


def test_nothing_but_a_checkpoint_is_cosigned() -> None:
    for text in ["", "a\n", TEXT + "extension\n", TEXT[:-1]]:
        with pytest.raises(IntegrityError) as caught:
            cosign(text, ONE, SECOND)
        assert caught.value.code == "checkpoint-malformed"


@pytest.mark.parametrize("second", [-1, 2**63])
def test_a_time_that_can_not_be_stated_is_a_mistake_of_the_program(second: int) -> None:
    with pytest.raises(ValueError, match="below 2\\^63"):
        cosign(TEXT, ONE, second)


# --- opening -----------------------------------------------------------------


def test_known_cosignatures_come_back_in_the_order_of_their_lines() -> None:
    note = NOTE + LINE_TWO + LINE_ONE

    assert open_cosignatures(note, KNOWN) == (
        Cosignature(TWO.verifier(), AT + 1_000_000),
        Cosignature(ONE.verifier(), AT),
    )
    assert open_checkpoint(note, LOG.verifier(), ORIGIN) == HEAD


def test_unknown_cosigners_are_ignored() -> None:
    note = NOTE + LINE_ONE + LINE_TWO

    assert opened(note, TWO.verifier()) == [("two.example/w", AT + 1_000_000)]
    assert opened(note) == []
    assert opened(NOTE, *KNOWN) == []


def test_a_cosignature_over_another_checkpoint_is_invalid() -> None:
    other = format_checkpoint(Checkpoint(ORIGIN, 8, HEAD.root))

    assert code_of_opening(NOTE + cosign(other, ONE, SECOND)) == "signature-invalid"


def test_a_good_cosignature_does_not_make_up_for_a_bad_one() -> None:
    other = format_checkpoint(Checkpoint(ORIGIN, 8, HEAD.root))
    note = NOTE + LINE_ONE + cosign(other, TWO, SECOND)

    assert code_of_opening(note) == "signature-invalid"


def test_a_witness_may_not_cosign_twice_even_at_two_times() -> None:
    again = cosign(TEXT, ONE, SECOND + 5)

    assert code_of_opening(NOTE + LINE_ONE + again) == "note-malformed"


def test_a_note_that_is_none_has_no_cosignatures() -> None:
    assert code_of_opening(b"no note") == "note-malformed"


def test_the_signature_of_a_log_is_no_cosignature() -> None:
    log = SigningKey(ONE.name, ONE.seed)
    blank = len(TEXT) + 1

    assert opened(NOTE + sign_note(TEXT, log)[blank:], *KNOWN) == []
    forged = encode_base64(ONE.verifier().key_id + log.sign(TEXT.encode()))
    line = f"\u2014 {ONE.name} {forged}\n".encode()
    assert code_of_opening(NOTE + line) == "signature-invalid"


def test_each_flipped_bit_is_refused_or_leaves_what_is_verified_as_it_was() -> None:
    note = NOTE + LINE_ONE + LINE_TWO
    whole = open_cosignatures(note, KNOWN)
    lost = 0
    for place in range(len(note)):
        for bit in range(8):
            damaged = bytearray(note)
            damaged[place] ^= 1 << bit
            try:
                head = open_checkpoint(bytes(damaged), LOG.verifier(), ORIGIN)
                seen = open_cosignatures(bytes(damaged), KNOWN)
            except IntegrityError:
                continue
            # A name or key id that no known witness has: its line counts no more.
            lost += 1
            assert head == HEAD
            assert set(seen) < set(whole)
    assert lost


def test_one_public_key_is_not_two_witnesses() -> None:
    twin = CosigningKey("twin.example/w", ONE.seed).verifier()

    for known in [(ONE.verifier(), twin), (ONE.verifier(), ONE.verifier())]:
        with pytest.raises(
            ValueError, match=r"two (cosigners|verifiers) have the same"
        ):
            open_cosignatures(NOTE, known)


# --- adding ------------------------------------------------------------------


def test_lines_are_added_below_what_is_there() -> None:
    note = add_signatures(NOTE, LINE_TWO + LINE_ONE, KNOWN)

    assert note == NOTE + LINE_TWO + LINE_ONE


def test_of_two_by_one_witness_the_later_stays_where_the_first_was() -> None:
    note = NOTE + LINE_ONE + LINE_TWO
    later = cosign(TEXT, ONE, SECOND + 60)

    assert add_signatures(note, later, KNOWN) == NOTE + later + LINE_TWO
    assert add_signatures(NOTE + later, LINE_ONE, KNOWN) == NOTE + later
    assert add_signatures(NOTE, later + LINE_ONE, KNOWN) == NOTE + later
    assert add_signatures(note, LINE_ONE, KNOWN) == note


def test_a_forged_later_time_does_not_push_a_genuine_line_out() -> None:
    forged = bytearray(ONE.cosign(TEXT.encode(), SECOND))
    forged[:8] = (SECOND + 60).to_bytes(8, "big")
    encoded = encode_base64(ONE.verifier().key_id + bytes(forged))
    line = f"\u2014 {ONE.name} {encoded}\n".encode()

    assert code_of_adding(NOTE + LINE_ONE, line) == "signature-invalid"
    assert code_of_adding(NOTE, line) == "signature-invalid"


def test_a_bad_line_of_a_known_witness_already_there_is_found() -> None:
    other = format_checkpoint(Checkpoint(ORIGIN, 8, HEAD.root))
    note = NOTE + cosign(other, TWO, SECOND)

    assert code_of_adding(note, LINE_ONE) == "signature-invalid"


def test_lines_of_unknown_keys_are_not_added_and_those_there_stay() -> None:
    note = NOTE + LINE_TWO

    assert add_signatures(note, LINE_ONE, [TWO.verifier()]) == note
    assert add_signatures(note, LINE_ONE, [ONE.verifier()]) == note + LINE_ONE


def test_what_is_not_a_signature_line_is_not_added() -> None:
    for lines in [b"", LINE_ONE[:-1], b"\n" + LINE_ONE, LINE_ONE + b"x\n"]:
        assert code_of_adding(NOTE, lines) == "note-malformed"
    assert code_of_adding(b"no note", LINE_ONE) == "note-malformed"


def test_a_full_note_takes_no_more_lines() -> None:
    stranger = b"\xe2\x80\x94 stranger AAAAAAA=\n"
    full = NOTE + stranger * (MAX_SIGNATURES - 1)
    room = (MAX_NOTE_BYTES - len(NOTE) - 40) // 4
    long = b"\xe2\x80\x94 stranger " + b"AAAA" * room + b"\n"

    assert code_of_adding(full, LINE_ONE) == "note-malformed"
    assert code_of_adding(NOTE + long, LINE_ONE) == "note-malformed"
    assert opened(NOTE + long, *KNOWN) == []


def test_sixteen_witnesses_and_more_fit_under_a_checkpoint() -> None:
    keys = [CosigningKey(f"w{n}.example/w", bytes([n] * 32)) for n in range(1, 41)]
    lines = b"".join(cosign(TEXT, key, SECOND) for key in keys)

    note = add_signatures(NOTE, lines, [key.verifier() for key in keys])

    assert note == NOTE + lines
    names = [name for name, _ in opened(note, *(key.verifier() for key in keys))]
    assert names == [key.name for key in keys]
