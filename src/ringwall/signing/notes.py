"""Signed notes: a text and the signature lines below it (C2SP signed-note).

Must never hand out a text before a known key's signature over its exact bytes
has been verified.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ringwall.base.errors import IntegrityError
from ringwall.signing.base64text import decode_base64, encode_base64
from ringwall.signing.keys import SigningKey, VerifierKey, is_key_name

__all__ = [
    "MAX_NOTE_BYTES",
    "MAX_SIGNATURES",
    "OpenedNote",
    "open_note",
    "sign_note",
]

MAX_NOTE_BYTES = 64 * 1024
"""Largest signed note in bytes, signatures included."""

MAX_SIGNATURES = 100
"""Most signature lines one note may carry, known or not."""

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
class _Line:
    """One signature line, not verified."""

    name: str
    key_id: bytes
    signature: bytes


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
    signature = encode_base64(key.verifier().key_id + key.sign(message))
    note = message + f"\n{_MARK}{key.name} {signature}\n".encode()
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
    known = {(key.name, key.key_id): key for key in verifiers}
    if len(known) != len(verifiers):
        raise ValueError("two verifiers have the same name and key id")
    message, lines = _split(note)
    ours = [line for line in lines if (line.name, line.key_id) in known]
    if len({(line.name, line.key_id) for line in ours}) != len(ours):
        raise _malformed("a known key signs twice")
    for line in ours:
        verifier = known[line.name, line.key_id]
        if not verifier.verify(message, line.signature):
            raise IntegrityError(
                "signature-invalid",
                f"the signature of `{line.name}` does not fit the text of the note",
            )
    if not ours:
        raise IntegrityError("signature-missing", "no known key signed the note")
    return OpenedNote(message.decode("utf-8"), tuple(line.name for line in ours))


def _split(note: bytes) -> tuple[bytes, list[_Line]]:
    """Return the signed bytes and the signature lines, none of them verified."""
    if len(note) > MAX_NOTE_BYTES:
        raise _malformed(f"the note has more than {MAX_NOTE_BYTES} bytes")
    fault = _text_fault(note)
    if fault:
        raise _malformed(fault)
    try:
        note.decode("utf-8")
    except UnicodeDecodeError:
        raise _malformed("the note is not UTF-8") from None
    # The last empty line divides: the text itself may hold empty lines.
    head, blank, tail = note.rpartition(b"\n\n")
    if not blank:
        raise _malformed("no empty line divides text and signatures")
    if not tail.endswith(b"\n"):
        raise _malformed("the note does not end in a newline")
    lines = tail[:-1].decode("utf-8").split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise _malformed(f"the note has more than {MAX_SIGNATURES} signatures")
    return head + b"\n", [_parse_line(line) for line in lines]


def _parse_line(line: str) -> _Line:
    fields = line.removeprefix(_MARK).split(" ")
    if not line.startswith(_MARK) or len(fields) != 2 or not is_key_name(fields[0]):
        raise _malformed("a signature line is a dash, a key name and a signature")
    try:
        data = decode_base64(fields[1])
    except ValueError:
        raise _malformed("a signature is not canonical base64") from None
    if len(data) < 5:
        raise _malformed("a signature is a key id of 4 bytes and at least one more")
    return _Line(fields[0], data[:4], data[4:])


def _text_fault(data: bytes) -> str:
    """Return what no byte of a note may be, empty when there is none."""
    if _CONTROL.search(data):
        return "a note holds no control character other than newline"
    if data.startswith(_BOM):
        return "a note does not start with a byte order mark"
    return ""


def _malformed(message: str) -> IntegrityError:
    return IntegrityError("note-malformed", message)
