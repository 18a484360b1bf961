"""What a party says of its own consent: a statement that it signed.

Must never look at what a statement says before its signature was found good.
"""

import json
from typing import Any, Final, NamedTuple

from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.errors import ActRefused, RequestError
from ringwall.raid.guards import is_told
from ringwall.signing.ssh import SignatureInvalid, SshKey, check_ssh_signature

__all__ = [
    "ANSWERS",
    "CONSENT_NAMESPACE",
    "MAX_STATEMENT_BYTES",
    "Expected",
    "Statement",
    "blank_statement",
    "check_statement",
]

CONSENT_NAMESPACE: Final = "ringwall-embargo"
"""What statements are signed for: `ssh-keygen -Y sign -n ringwall-embargo`."""
MAX_STATEMENT_BYTES: Final = 16 * 1024
ANSWERS: Final = ("affected", "not-affected", "working-on-it")
"""What a party may answer; that it has said nothing yet is the fourth."""

_FIELDS: Final = ("party", "act", "terms", "answer", "by", "at")
_MAX_NAME: Final = 200
_LATER: Final = 300_000_000
"""Microseconds by which another's clock may be ahead of ours."""


class Expected(NamedTuple):
    """What a statement has to be.

    Attributes:
        party: id.
        act: of the machine, e.g. `accept`.
        answer: one of `ANSWERS`; empty for another act.
        since: instant of the invitation.
        spoken: instant of the party's latest statement; None for the first.
        now: instant.
    """

    party: str
    act: str
    answer: str
    since: int
    spoken: int | None
    now: int


class Statement(NamedTuple):
    """A statement that was found good.

    Attributes:
        terms: digest of the terms that it is about; empty for none.
        by: who made it, as they wrote.
        at: instant, likewise.
    """

    terms: str
    by: str
    at: int


def blank_statement(party: str, act: str, terms: str, answer: str = "") -> str:
    """Return the statement to fill in, as one line of JSON."""
    said = {"party": party, "act": act, "terms": terms, "answer": answer}
    return json.dumps({**said, "by": "...", "at": "..."})


def check_statement(
    data: bytes, signature: str, key: SshKey, expected: Expected
) -> Statement:
    """Return what a statement says, once it is shown to be the party's, and for this.

    Args:
        data: the file as it was signed.
        signature: armored SSHSIG over just these bytes, made for
            `CONSENT_NAMESPACE`.
        key: of the party.
        expected: what it has to be.

    Raises:
        RequestError: `statement-malformed`.
        SignatureInvalid: as `check_ssh_signature`.
        ActRefused: `statement-of-another`, it is of another party, act or answer;
            `statement-time-odd`, it was made before the invitation or in the future;
            `statement-replayed`, the party has said something since.
    """
    if len(data) > MAX_STATEMENT_BYTES:
        raise _malformed(f"it has more than {MAX_STATEMENT_BYTES} bytes")
    try:
        check_ssh_signature(data, signature, key, namespace=CONSENT_NAMESPACE)
    except SignatureInvalid as error:
        raise SignatureInvalid(
            error.code,
            error.message,
            next_step="whoever speaks signs it with `ssh-keygen -Y sign -n "
            f"{CONSENT_NAMESPACE}`, with the key that is on record for them",
        ) from None
    said = _parsed(data)
    for name in ("party", "act", "answer"):
        wanted = getattr(expected, name)
        if said[name] != wanted:
            raise ActRefused(
                "statement-of-another",
                f"the statement says another {name} than `{wanted}`",
                next_step="record what the party said, and nothing else",
            )
    at = _instant(said["at"])
    _check_time(at, expected)
    return Statement(said["terms"], said["by"], at)


def _check_time(at: int, expected: Expected) -> None:
    if not expected.since <= at <= expected.now + _LATER:
        raise ActRefused(
            "statement-time-odd",
            f"the statement says {format_instant(at)}, which is before the party was "
            "invited, or yet to come",
            next_step="have the party sign it with the time at which it was made",
        )
    if expected.spoken is not None and at <= expected.spoken:
        raise ActRefused(
            "statement-replayed",
            "the party has said something since, so this no longer tells",
            next_step="have the party make a new statement",
        )


def _parsed(data: bytes) -> dict[str, str]:
    try:
        said: Any = json.loads(data.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise _malformed("it is not one JSON object") from None
    if not isinstance(said, dict) or sorted(said) != sorted(_FIELDS):
        raise _malformed(f"it does not have just {', '.join(_FIELDS)}")
    if not all(isinstance(value, str) for value in said.values()):
        raise _malformed("a value of it is not text")
    name = said["by"].strip()
    if not is_told(name) or len(name) > _MAX_NAME or not name.isprintable():
        raise _malformed("it does not say who made it")
    return {**said, "by": name}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _instant(text: str) -> int:
    try:
        return parse_instant(text)
    except ValueError as error:
        raise _malformed(str(error)) from None


def _malformed(what: str) -> RequestError:
    return RequestError(
        "statement-malformed",
        f"the statement can't be read: {what}",
        next_step="`ringwall raid party ls CASE` shows the statement to sign; of what "
        "lasts longer `ringwall raid embargo status CASE` does",
    )
