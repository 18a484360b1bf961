"""What people sign, read from a file or about to be written: strict, key by key.

Must never take a statement with a key too many, or a value in a second spelling: what
is signed means one thing only.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

from ringwall.base.canonical import load_canonical
from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.errors import RequestError
from ringwall.matters.statements import STATEMENTS
from ringwall.model.ids import parse_id
from ringwall.model.requests import MAX_PURPOSE_CHARACTERS, parse_action
from ringwall.model.values import is_printable

__all__ = [
    "LEAST_PURPOSE",
    "MANNERS",
    "MAX_SAID_BYTES",
    "MAX_USES",
    "check_said",
    "load_said",
]

MANNERS: Final = ("approved", "break-glass")
"""How a grant comes about."""
LEAST_PURPOSE: Final = 10
"""Fewest characters of a purpose or reason: a word is none."""
MAX_USES: Final = 1_000_000
MAX_SAID_BYTES: Final = 8 * 1024

_HEX: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_NONCE: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_ID: Final = re.compile(r"req-[a-z2-7]{20}", re.ASCII)
_SEAT: Final = re.compile(r"[a-z]+(?:-[a-z]+)*", re.ASCII)
_MAX_SEAT: Final = 64
_MAX_ORIGIN: Final = 255
_PINNED: Final = ("approver", "resource", "subject")


def load_said(kind: str, data: bytes) -> dict[str, Any]:
    """Return what a statement in a file says.

    Args:
        kind: of the event that is to hold it, e.g. `request.opened`.
        data: canonical JSON; one newline may follow, as editors leave it.

    Raises:
        RequestError: `request-malformed`.
    """
    if len(data) > MAX_SAID_BYTES:
        _refuse(f"it has more than {MAX_SAID_BYTES} bytes")
    try:
        said = load_canonical(data.removesuffix(b"\n"))
    except ValueError as error:
        _refuse(f"it is no canonical JSON: {error}")
    what, _ = STATEMENTS[kind]
    if said.pop("what", None) != what:
        _refuse(f"it is not the statement of a {what}")
    return check_said(kind, said)


def check_said(kind: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said, each value in its one form.

    Args:
        kind: of the event that is to hold it.
        said: the keys of its statement, without `what`.

    Raises:
        RequestError: `request-malformed`.
    """
    _, keys = STATEMENTS[kind]
    if said.keys() != keys:
        odd = ", ".join(f"`{name}`" for name in sorted(map(str, keys ^ said.keys())))
        _refuse(f"it lacks or has too many keys: {odd}")
    for name, value in said.items():
        if not _FORMS[name](value):
            raise _ill(name)
    return dict(said)


def _ill(name: str) -> RequestError:
    """Return the refusal of a value, which whoever wrote it can mend."""
    return RequestError(
        "request-malformed",
        f"`{name}` has to be {_TOLD[name]}",
        next_step="give it so; what is signed already is written anew",
    )


def _refuse(message: str) -> NoReturn:
    # It may quote what nobody should see on a terminal.
    shown = "".join(c if is_printable(c) else "?" for c in message[:300])
    raise RequestError(
        "request-malformed",
        f"the statement can't be read: {shown}",
        next_step="write it with `ringwall request new`, or `request show --to-sign`, "
        "and leave it as it is",
    )


def _parses(parse: Callable[[str], object]) -> Callable[[object], bool]:
    def holds(value: object) -> bool:
        try:
            return isinstance(value, str) and bool(parse(value))
        except ValueError:
            return False

    return holds


def _matches(pattern: re.Pattern[str], limit: int) -> Callable[[object], bool]:
    def holds(value: object) -> bool:
        return (
            isinstance(value, str)
            and len(value) <= limit
            and pattern.fullmatch(value) is not None
        )

    return holds


def _is_instant(value: object) -> bool:
    try:
        return isinstance(value, str) and format_instant(parse_instant(value)) == value
    except ValueError:
        return False


def _is_reason(value: object) -> bool:
    return (
        isinstance(value, str)
        and len(value.strip()) >= LEAST_PURPOSE
        and len(value) <= MAX_PURPOSE_CHARACTERS
        and is_printable(value)
    )


def _is_count(value: object) -> bool:
    # `true` is a number in Python, and no count.
    return type(value) is int and 0 <= value <= MAX_USES


def _is_origin(value: object) -> bool:
    return (
        isinstance(value, str) and 0 < len(value) <= _MAX_ORIGIN and is_printable(value)
    )


def _are_pinned(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == set(_PINNED)
        and all(map(_is_digest, value.values()))
    )


_is_digest: Final = _matches(_HEX, 64)
_AN_ID: Final = "an id such as user:ada"
_A_REASON: Final = f"{LEAST_PURPOSE} to {MAX_PURPOSE_CHARACTERS} printable characters"
_AN_INSTANT: Final = "an instant in UTC such as 2027-01-31T00:00:00Z"
_A_DIGEST: Final = "64 lower-case hex digits"
_FORMS: Final[dict[str, Callable[[object], bool]]] = {
    **dict.fromkeys(("subject", "resource", "approver", "by"), _parses(parse_id)),
    **dict.fromkeys(("purpose", "reason"), _is_reason),
    **dict.fromkeys(("from", "until"), _is_instant),
    "action": _parses(parse_action),
    "manner": MANNERS.__contains__,
    "uses": _is_count,
    "binds": lambda value: value == "" or _is_digest(value),
    "nonce": _matches(_NONCE, 32),
    "origin": _is_origin,
    "request": _matches(_ID, 24),
    "digest": _is_digest,
    "seat": _matches(_SEAT, _MAX_SEAT),
    "facts": _are_pinned,
}
_TOLD: Final = {
    **dict.fromkeys(("subject", "resource", "approver", "by"), _AN_ID),
    **dict.fromkeys(("purpose", "reason"), _A_REASON),
    **dict.fromkeys(("from", "until"), _AN_INSTANT),
    "action": "an action such as weights.read",
    "manner": "`approved` or `break-glass`",
    "uses": f"a whole number from 0 to {MAX_USES}",
    "binds": f"empty or {_A_DIGEST}",
    "nonce": "32 lower-case hex digits",
    "origin": "the name of a log",
    "request": "the id of a request such as req-aaaaaaaaaaaaaaaaaaaa",
    "digest": _A_DIGEST,
    "seat": "a role such as custodian",
    "facts": f"an object of {', '.join(_PINNED)}, each {_A_DIGEST}",
}
