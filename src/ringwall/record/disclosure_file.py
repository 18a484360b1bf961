"""Disclosure files: what the tokens of one entry stand for, for whoever may know it.

Each is a value with the salt under which the entry commits to it, so that the reader
can tell. Must never replace a token by what it is not the commitment to.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

from ringwall.base.canonical import dump_canonical, load_canonical
from ringwall.base.errors import IntegrityError
from ringwall.ledger.memory.disclosures import Disclosure, reveal, tokens_in
from ringwall.signing.base64text import decode_base64, encode_base64

__all__ = [
    "MAX_DISCLOSURE_BYTES",
    "format_disclosures",
    "parse_disclosures",
    "revealed",
]

MAX_DISCLOSURE_BYTES: Final = 16 * 1024 * 1024
"""Largest file in bytes: an entry holds some 1,200 tokens of 60 KiB at most each."""

_FORMAT: Final = "ringwall disclosures v1"
_FIELDS: Final = {"token": str, "salt": str}


def format_disclosures(disclosures: Sequence[Disclosure]) -> bytes:
    """Return the file, one disclosure a line and sorted by their tokens."""
    lines = [
        json.dumps(
            {
                "token": one.token,
                "salt": encode_base64(one.salt),
                "value": json.loads(one.value),
            },
            ensure_ascii=False,
        )
        for one in sorted(disclosures)
    ]
    listed = ",\n".join(lines)
    return f'{{"format": "{_FORMAT}", "disclosures": [\n{listed}\n]}}\n'.encode()


def parse_disclosures(data: bytes) -> tuple[Disclosure, ...]:
    """Return the disclosures of a file; each token is the commitment to its value.

    Args:
        data: the whole file as it was received.

    Raises:
        IntegrityError: `disclosures-malformed`; or `disclosure-changed`, a value or
            its salt is not the one that was committed to.
    """
    if len(data) > MAX_DISCLOSURE_BYTES:
        raise _malformed(f"the file has more than {MAX_DISCLOSURE_BYTES} bytes")
    try:
        file = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise _malformed("the file is not JSON in UTF-8") from None
    if not isinstance(file, dict) or set(file) != {"format", "disclosures"}:
        raise _malformed("the file is no object with `format` and `disclosures`")
    listed = file["disclosures"]
    if file["format"] != _FORMAT or not isinstance(listed, list):
        raise _malformed(f"the file is not in the format `{_FORMAT}`")
    found = tuple(map(_read, listed))
    if len({one.token for one in found}) != len(found):
        raise _malformed("a token is disclosed twice")
    return found


def revealed(
    entry: bytes, disclosures: Sequence[Disclosure] = ()
) -> dict[str, Any] | None:
    """Return the event that an entry holds, tokens replaced where they are disclosed.

    Args:
        entry: bytes that have been shown to be in the log.
        disclosures: each token the commitment to its value.

    Returns:
        None if the bytes are no canonical JSON object: an entry of another program.

    Raises:
        IntegrityError: `disclosure-unfounded`, the entry does not hold a token.
    """
    unheld = {one.token for one in disclosures} - tokens_in(entry)
    if unheld:
        raise IntegrityError(
            "disclosure-unfounded",
            f"the entry says nothing by the token `{min(unheld)}`",
            next_step="take the disclosures that were made with this proof",
        )
    try:
        event = load_canonical(entry)
    except ValueError:
        return None
    known = {one.token: one.value for one in disclosures}
    if not _is_in_place(event, known):
        raise _malformed("a value that is no text stands for a part of one")
    return reveal(entry, known) if known else event


def _read(listed: object) -> Disclosure:
    if not isinstance(listed, dict) or set(listed) != {*_FIELDS, "value"}:
        raise _malformed("a disclosure is an object with `token`, `salt` and `value`")
    if any(type(listed[name]) is not kind for name, kind in _FIELDS.items()):
        raise _malformed("a token or a salt is no text")
    try:
        salt = decode_base64(listed["salt"])
        value = dump_canonical(listed["value"])
    except ValueError as error:
        raise _malformed(f"a salt or a value is not as it must be: {error}") from error
    found = Disclosure(listed["token"], "", salt, value)
    if not found.is_true:
        raise IntegrityError(
            "disclosure-changed",
            "a value is not the one that its token was made of",
            next_step="ask for the disclosures again",
        )
    return found


def _is_in_place(value: object, known: dict[str, bytes]) -> bool:
    """Return whether only texts stand for tokens that are parts of texts.

    What stands for a whole document has its place to itself; anywhere else, what is
    put between quotes must have come from between quotes.
    """
    if isinstance(value, dict):
        if set(value) == {"concealed"} and value["concealed"] in known:
            return True
        return all(_is_in_place(inner, known) for inner in (*value, *value.values()))
    if isinstance(value, list):
        return all(_is_in_place(inner, known) for inner in value)
    tokens = tokens_in(value) if isinstance(value, str) else set()
    return all(known.get(token, b'"').startswith(b'"') for token in tokens)


def _malformed(message: str) -> IntegrityError:
    return IntegrityError(
        "disclosures-malformed", message, next_step="ask for the disclosures again"
    )
