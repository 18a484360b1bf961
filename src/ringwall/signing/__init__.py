"""Keys and signed notes in the text forms of C2SP signed-note.

Bytes and values in, bytes and values out. Must never read a file, a clock or
the environment, and never show a private seed.
"""

from ringwall.signing.base64text import decode_base64, encode_base64
from ringwall.signing.cosigner_keys import (
    MAX_COSIGNED_SECOND,
    CosignerVerifier,
    CosigningKey,
    dump_cosigning_key,
    generate_cosigning_key,
    parse_cosigner_vkey,
    parse_cosigning_key,
)
from ringwall.signing.ed25519 import is_key_name
from ringwall.signing.keys import (
    SigningKey,
    VerifierKey,
    dump_signing_key,
    format_vkey,
    generate_signing_key,
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
    "MAX_COSIGNED_SECOND",
    "MAX_NOTE_BYTES",
    "MAX_SIGNATURES",
    "CosignerVerifier",
    "CosigningKey",
    "OpenedNote",
    "SigningKey",
    "VerifierKey",
    "decode_base64",
    "dump_cosigning_key",
    "dump_signing_key",
    "encode_base64",
    "format_vkey",
    "generate_cosigning_key",
    "generate_signing_key",
    "is_key_name",
    "open_note",
    "parse_cosigner_vkey",
    "parse_cosigning_key",
    "parse_signing_key",
    "parse_vkey",
    "sign_note",
]
