"""Keys and signed notes in the text forms of C2SP signed-note.

Bytes and values in, bytes and values out. Must never read a file, a clock or
the environment, and never show a private seed.
"""

from ringwall.signing.base64text import decode_base64, encode_base64
from ringwall.signing.keys import (
    SigningKey,
    VerifierKey,
    dump_signing_key,
    format_vkey,
    generate_signing_key,
    is_key_name,
    parse_signing_key,
    parse_vkey,
)
from ringwall.signing.notes import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    OpenedNote,
    open_note,
    sign_note,
)

__all__ = [
    "MAX_NOTE_BYTES",
    "MAX_SIGNATURES",
    "OpenedNote",
    "SigningKey",
    "VerifierKey",
    "decode_base64",
    "dump_signing_key",
    "encode_base64",
    "format_vkey",
    "generate_signing_key",
    "is_key_name",
    "open_note",
    "parse_signing_key",
    "parse_vkey",
    "sign_note",
]
