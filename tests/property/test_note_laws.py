"""Laws of keys and notes: one text for one value, and no text without a signer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.errors import ConfigurationError, IntegrityError
from ringwall.signing import (
    SigningKey,
    VerifierKey,
    dump_signing_key,
    format_vkey,
    is_key_name,
    open_note,
    parse_signing_key,
    parse_vkey,
    sign_note,
)
from tests.oracle import edwards

names = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]),
    min_size=1,
    max_size=30,
).filter(is_key_name)
keys = st.builds(SigningKey, names, st.binary(min_size=32, max_size=32))
texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"),
    max_size=80,
).map(lambda text: text.lstrip("\ufeff") + "\n")

KEY = SigningKey("log.example/ringwall", bytes(range(32)))
NOTE = sign_note("the text\n\nof a note\n", KEY)
VKEY = format_vkey(KEY.verifier())


@st.composite
def edits(draw: st.DrawFn, original: bytes) -> bytes:
    """Draw the bytes with one stretch of them replaced."""
    start = draw(st.integers(0, len(original)))
    end = draw(st.integers(start, min(start + 6, len(original))))
    return original[:start] + draw(st.binary(max_size=6)) + original[end:]


@given(keys)
def test_keys_come_back_from_their_texts(key: SigningKey) -> None:
    assert parse_signing_key(dump_signing_key(key)) == key
    assert parse_vkey(format_vkey(key.verifier())) == key.verifier()


@given(keys, keys, st.binary(max_size=80), st.binary(max_size=80))
def test_a_signature_is_of_one_key_over_one_message(
    key: SigningKey, other: SigningKey, message: bytes, another: bytes
) -> None:
    signature = key.sign(message)

    assert key.verifier().verify(message, signature)
    assert key.verifier().verify(another, signature) is (message == another)
    assert other.verifier().verify(message, signature) is (key.seed == other.seed)


@given(texts, keys)
def test_opening_a_signed_note_gives_the_text_back(text: str, key: SigningKey) -> None:
    opened = open_note(sign_note(text, key), [key.verifier()])

    assert (opened.text, opened.signers) == (text, (key.name,))


@given(edits(NOTE))
def test_an_edited_note_is_refused_or_still_holds_the_signed_text(note: bytes) -> None:
    try:
        opened = open_note(note, [KEY.verifier()])
    except IntegrityError:
        return
    assert opened.text == "the text\n\nof a note\n"


@given(st.binary(max_size=200))
def test_noise_is_never_a_note(note: bytes) -> None:
    with pytest.raises(IntegrityError):
        open_note(note, [KEY.verifier()])


@given(edits(VKEY.encode()))
def test_an_edited_vkey_is_refused_or_prints_as_it_was(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    try:
        key = parse_vkey(text)
    except ConfigurationError:
        return
    assert format_vkey(key) == text


@given(
    st.integers(0, 2**256 - 1)
    | st.integers(0, 40)
    | st.integers(edwards.P - 5, edwards.P + 18)
    | st.integers(2**255, 2**255 + 40)
)
def test_the_keys_taken_are_the_sound_points_of_the_curve(number: int) -> None:
    public = number.to_bytes(32, "little")
    try:
        VerifierKey("name", public)
    except ValueError:
        assert not edwards.is_sound(public)
    else:
        assert edwards.is_sound(public)
