"""Signed notes: a text and the signature lines below it (C2SP signed-note).

Must never hand out a text before a known key's signature over its exact bytes
has been verified.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ringwall.base.errors import IntegrityError
from ringwall.signing.base64text import decode_base64, encode_base64
from ringwall.signing.ed25519 import is_key_name
from ringwall.signing.keys import SigningKey, VerifierKey

__all__ = [
    "MAX_NOTE_BYTES",
    "MAX_SIGNATURES",
    "KeyRef",
    "NoteVerifier",
    "OpenedNote",
    "SignatureLine",
    "format_signature_line",
    "join_line",
    "keyring",
    "open_note",
    "parse_signature_lines",
    "sign_note",
    "verified_lines",
]

MAX_NOTE_BYTES = 64 * 1024
"""Largest signed note in bytes, signatures included."""

MAX_SIGNATURES = 100
"""Most signature lines one note may carry, known or not."""

KeyRef = tuple[str, bytes]
"""Name and 4-byte key id: what tells one key from another in signature lines."""

_MARK = "\u2014 "
_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f]")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A text whose signatures by known keys are all good.

    Attributes:
        text: the signed text, ending in a newline.
        signers: name of each known key that signed, in the order of the lines.
    """

    text: str
    signers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature line; by itself it is not known to be genuine.

    Attributes:
        name: name of the key.
        key_id: 4 bytes that stand for the key.
        signature: the bytes behind the key id, at least one.
    """

    name: str
    key_id: bytes
    signature: bytes

    @property
    def ref(self) -> KeyRef:
        """Which key the line says it is of."""
        return self.name, self.key_id


class NoteVerifier(Protocol):
    """What can tell whether a signature in a note is genuine: a key of any type."""

    @property
    def name(self) -> str:
        """The name of the key."""
        ...

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that stand for the key in a signature line."""
        ...

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Return whether the signature over the text of a note is this key's."""
        ...


_VerifierT = TypeVar("_VerifierT", bound=NoteVerifier)


def keyring(verifiers: Iterable[_VerifierT]) -> dict[KeyRef, _VerifierT]:
    """Return the keys by what their signature lines call them.

    Raises:
        ValueError: two verifiers have the same name and key id.
    """
    keys = list(verifiers)
    ring = {(key.name, key.key_id): key for key in keys}
    if len(ring) != len(keys):
        raise ValueError("two verifiers have the same name and key id")
    return ring


def sign_note(text: str, key: SigningKey) -> bytes:
    """Return the note that holds the text and this key's signature over it.

    Raises:
        ValueError: the text is empty, does not end in a newline, holds a control
            character other than newline, starts with a byte order mark, or the
            note would be larger than 64 KiB.
    """
    message = text.encode("utf-8")
    if not message.endswith(b"\n"):
        raise ValueError("the text of a note ends in a newline")
    fault = _text_fault(message)
    if fault:
        raise ValueError(fault)
    verifier = key.verifier()
    line = SignatureLine(key.name, verifier.key_id, key.sign(message))
    note = message + b"\n" + format_signature_line(line)
    if len(note) > MAX_NOTE_BYTES:
        raise ValueError(f"the note has {len(note)} bytes, more than {MAX_NOTE_BYTES}")
    return note


def open_note(note: bytes, verifiers: Sequence[VerifierKey]) -> OpenedNote:
    """Return the text of a note that at least one of the verifiers signed.

    Lines of other keys are ignored. A known key signs at most once.

    Args:
        note: the whole note as it was stored or received.
        verifiers: the keys to trust; each name and key id together once.

    Raises:
        IntegrityError: `note-malformed`; `signature-invalid` if the line of a
            known key does not fit the text; `signature-missing` if no line is
            of a known key.
        ValueError: two verifiers have the same name and key id.
    """
    message, lines = _verified(note, keyring(verifiers))
    if not lines:
        raise IntegrityError(
            "signature-missing",
            "no known key signed the note",
            next_step="give the key that signed it, from a source that you trust",
        )
    return OpenedNote(message.decode("utf-8"), tuple(line.name for line in lines))


def verified_lines(
    note: bytes, ring: Mapping[KeyRef, NoteVerifier]
) -> tuple[SignatureLine, ...]:
    """Return the signature lines of known keys, every one of them verified.

    Lines of other keys are ignored. A known key signs at most once. The text is not
    returned, since there may be no line that vouches for it.

    Args:
        note: the whole note as it was stored or received.
        ring: the keys to trust, from `keyring`.

    Returns:
        The lines in their order; none if no known key signed.

    Raises:
        IntegrityError: `note-malformed`; `signature-invalid` if the line of a
            known key does not fit the text.
    """
    return _verified(note, ring)[1]


def format_signature_line(line: SignatureLine) -> bytes:
    """Return the line as it stands in a note, its newline included."""
    encoded = encode_base64(line.key_id + line.signature)
    return f"{_MARK}{line.name} {encoded}\n".encode()


def parse_signature_lines(data: bytes) -> tuple[SignatureLine, ...]:
    """Return the signature lines that the bytes are, none of them verified.

    Raises:
        IntegrityError: `note-malformed`, these are not 1 to 100 whole signature
            lines and nothing else.
    """
    return _read_lines(_checked(data))


def join_line(note: bytes, line: SignatureLine) -> bytes:
    """Return the note with the line in it, nothing verified.

    A line of the same key is replaced where it stands, else the line goes last; the
    text and the other lines stay as they are.

    Raises:
        IntegrityError: `note-malformed`, the note is, or would be too large or have
            too many lines; or the key has two lines in it.
    """
    message, lines = _split(note)
    places = [place for place, old in enumerate(lines) if old.ref == line.ref]
    if len(places) > 1:
        raise _malformed("a known key signs twice")
    if places:
        joined = (*lines[: places[0]], line, *lines[places[0] + 1 :])
    else:
        joined = (*lines, line)
    result = message + b"\n" + b"".join(map(format_signature_line, joined))
    _split(result)
    return result


def _verified(
    note: bytes, ring: Mapping[KeyRef, NoteVerifier]
) -> tuple[bytes, tuple[SignatureLine, ...]]:
    """Return the text's bytes and the verified lines of known keys, maybe none."""
    message, lines = _split(note)
    known = tuple(line for line in lines if line.ref in ring)
    if len({line.ref for line in known}) != len(known):
        raise _malformed("a known key signs twice")
    for line in known:
        if not ring[line.ref].verify(message, line.signature):
            raise IntegrityError(
                "signature-invalid",
                f"the signature of `{line.name}` does not fit the text of the note",
                next_step="ask for it again; if it comes the same, somebody has "
                "changed what was signed",
            )
    return message, known


def _split(note: bytes) -> tuple[bytes, tuple[SignatureLine, ...]]:
    """Return the signed bytes and the signature lines, none of them verified."""
    # The last empty line divides: the text itself may hold empty lines.
    head, blank, tail = _checked(note).rpartition(b"\n\n")
    if not blank:
        raise _malformed("no empty line divides text and signatures")
    return head + b"\n", _read_lines(tail)


def _checked(data: bytes) -> bytes:
    """Return the bytes if they may stand in a note."""
    if len(data) > MAX_NOTE_BYTES:
        raise _malformed(f"the note has more than {MAX_NOTE_BYTES} bytes")
    fault = _text_fault(data)
    if fault:
        raise _malformed(fault)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise _malformed("the note is not UTF-8") from None
    return data


def _read_lines(data: bytes) -> tuple[SignatureLine, ...]:
    if not data.endswith(b"\n"):
        raise _malformed("the note does not end in a newline")
    lines = data[:-1].decode("utf-8").split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise _malformed(f"the note has more than {MAX_SIGNATURES} signatures")
    return tuple(_parse_line(line) for line in lines)


def _parse_line(line: str) -> SignatureLine:
    fields = line.removeprefix(_MARK).split(" ")
    if not line.startswith(_MARK) or len(fields) != 2 or not is_key_name(fields[0]):
        raise _malformed("a signature line is a dash, a key name and a signature")
    try:
        data = decode_base64(fields[1])
    except ValueError:
        raise _malformed("a signature is not canonical base64") from None
    if len(data) < 5:
        raise _malformed("a signature is a key id of 4 bytes and at least one more")
    return SignatureLine(fields[0], data[:4], data[4:])


def _text_fault(data: bytes) -> str:
    """Return what no byte of a note may be, empty when there is none."""
    if _CONTROL.search(data):
        return "a note holds no control character other than newline"
    if data.startswith(_BOM):
        return "a note does not start with a byte order mark"
    return ""


def _malformed(message: str) -> IntegrityError:
    return IntegrityError(
        "note-malformed",
        message,
        next_step="ask for it again: it was cut short or changed, or is another file",
    )
