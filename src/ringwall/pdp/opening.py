"""Opening a session: from a token or a signed statement to the proof that it makes.

Must never believe what is unsigned: the documents on record say whose a login or a key
is, and what it shows.
"""

import base64
import re
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from ringwall.base.canonical import dump_canonical, load_canonical
from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.errors import IdentityUnproven
from ringwall.model.credentials import RegisteredKey
from ringwall.model.identity import Proof
from ringwall.model.ids import SUBJECT_PREFIXES, parse_id, prefix_of
from ringwall.model.levels import Authentication
from ringwall.model.parties import Person, Service
from ringwall.model.providers import Provider
from ringwall.model.requests import parse_action
from ringwall.pdp.credentials import fingerprint_of, level_of
from ringwall.pdp.evidence import Span
from ringwall.pdp.facts import FactBase
from ringwall.signing.ssh import (
    SignatureInvalid,
    check_ssh_signature,
    parse_public_key,
)
from ringwall.signing.tokens import TokenClaims, check_token, issuer_of

__all__ = [
    "FRESH_SECONDS",
    "MAX_SESSION_HOURS",
    "Opening",
    "check_session_statement",
    "check_session_token",
    "claimed_subject",
    "session_statement",
]

FRESH_SECONDS: Final = 60
"""How long a key counts as just used (RAND App. B: within about 60 s)."""
MAX_SESSION_HOURS: Final = 12
"""Longest session that an SSH key opens."""

_SECOND: Final = 1_000_000
_LEEWAY: Final = 30 * _SECOND
_LONGEST: Final = MAX_SESSION_HOURS * 3600 * _SECOND
_STATEMENT: Final = frozenset(
    {
        *("what", "origin", "subject", "point", "action", "resource"),
        *("at", "until", "nonce"),
    }
)
# 128 bits or more, base64url without padding (RFC 4648 section 5).
_NONCE: Final = re.compile(r"[A-Za-z0-9_-]{22,86}", re.ASCII)
_ID_CHARACTERS: Final = 20


@dataclass(frozen=True, slots=True)
class Opening:
    """Where and when a session is opened.

    Attributes:
        origin: name of the institute's log.
        point: id of the enforcement point.
        now: the instant.
    """

    origin: str
    point: str
    now: int


def check_session_token(
    text: str, subject: str, facts: FactBase, opening: Opening
) -> Proof:
    """Return the proof that a token of a declared provider makes.

    Args:
        text: the token.
        subject: id of who presents it, whose login it has to be; empty for the one
            whose login it is.
        facts: the registry.
        opening: where and when.

    Raises:
        IdentityUnproven: `token-foreign`, no declared provider issued it;
            `login-unknown`, it is nobody's login, or somebody else's;
            `login-ambiguous`, it is that of several accounts; and those of
            `check_token`.
    """
    provider = _provider_of(issuer_of(text), facts)
    claims = check_token(text, provider, opening.now)
    holder = _holder((provider.id, claims.subject), subject, facts)
    # A provider's clock may be ahead: what counts from then on counts from now.
    at = min(claims.at, opening.now)
    fresh = claims.signed_in and provider.fresh_seconds > 0
    return Proof(
        method="token",
        session=_session_id(claims.nonce),
        subject=holder,
        point=opening.point,
        provider=provider.id,
        key=claims.key,
        at=at,
        until=claims.until,
        level=_level_of(claims, provider),
        fresh_until=at + provider.fresh_seconds * _SECOND if fresh else 0,
        login=claims.subject,
        nonce=claims.nonce,
    )


def session_statement(
    opening: Opening, subject: str, until: int, nonce: str, *, only: str = ""
) -> bytes:
    """Return the bytes that a subject signs to open a session.

    Args:
        opening: where and when.
        subject: id of who signs.
        until: instant at which it is to end, at most 12 hours later.
        nonce: 22 to 86 letters of base64url that were never used before.
        only: `ACTION RESOURCE` that it is for; empty for a whole session.
    """
    action, _, resource = only.partition(" ")
    said = {
        "what": "session",
        "origin": opening.origin,
        "subject": subject,
        "point": opening.point,
        "action": action,
        "resource": resource,
        "at": format_instant(opening.now),
        "until": format_instant(until),
        "nonce": nonce,
    }
    return dump_canonical(said)


def check_session_statement(
    statement: bytes, signature: str, facts: FactBase, opening: Opening
) -> Proof:
    """Return the proof that a statement, signed with a subject's SSH key, makes.

    Args:
        statement: as `session_statement` makes it.
        signature: armored SSHSIG over it.
        facts: the registry.
        opening: where and when.

    Raises:
        IdentityUnproven: `session-malformed`; `session-foreign`, it is for another
            institute or point; `session-early`, `session-expired`,
            `session-too-long`; `key-unknown`, who signed has no such key on record;
            `key-lapsed`; and `signature-malformed`, `signature-elsewhere` or
            `signature-invalid`.
    """
    said = _said(statement)
    if said["origin"] != opening.origin or said["point"] != opening.point:
        raise _refused("session-foreign", "it is for another institute or point")
    at, until = _span_of(said, opening.now)
    key = _signer(said["subject"], statement, signature, (facts, opening.now))
    nonce = _digest(f"ssh {said['subject']} {said['nonce']}")
    return Proof(
        method="ssh",
        session=_session_id(nonce),
        subject=said["subject"],
        point=opening.point,
        provider="",
        key=fingerprint_of(key.key),
        at=min(at, opening.now),
        until=until,
        level=level_of(key),
        fresh_until=min(at, opening.now) + FRESH_SECONDS * _SECOND,
        fresh_for=f"{said['action']} {said['resource']}".strip(),
        nonce=nonce,
    )


def claimed_subject(statement: bytes) -> str:
    """Return whom a statement names, signed or not; empty if it can't be read."""
    with suppress(IdentityUnproven):
        return _said(statement)["subject"]
    return ""


def _provider_of(issuer: str, facts: FactBase) -> Provider:
    """Return the one declared provider of a name: the registry refuses a second."""
    for provider in facts.providers:
        if provider.issuer == issuer:
            return provider
    raise IdentityUnproven(
        "token-foreign",
        "the token is refused: no declared provider is its issuer",
        next_step="sign in at a provider that the institute has declared",
    )


def _holder(login: tuple[str, str], subject: str, facts: FactBase) -> str:
    """Return the id of the subject whose login it is; `subject` if one is named."""
    holders = facts.holders_of(*login)
    if len(holders) > 1 and not subject:
        raise IdentityUnproven(
            "login-ambiguous",
            f"what `{login[0]}` calls its user is a login of several accounts",
            next_step="say as which of them: name the subject",
        )
    if not holders or subject not in {"", *holders}:
        raise IdentityUnproven(
            "login-unknown",
            f"what `{login[0]}` calls its user is no login of "
            + (f"`{subject}`" if subject else "anybody on record"),
            next_step="let an officer declare the login with the person",
        )
    return subject or holders[0]


def _level_of(claims: TokenClaims, provider: Provider) -> Authentication:
    """Return the highest level that `acr` and `amr` show; what is unknown is none."""
    known = dict(provider.levels)
    shown = [known[value] for value in (claims.acr, *claims.amr) if value in known]
    return max(shown, default=Authentication.PASSWORD)


def _said(statement: bytes) -> dict[str, str]:
    """Return what a statement says, all of it text in its proper form."""
    try:
        said = load_canonical(statement)
        _check_form(said)
    except ValueError as error:
        raise _refused("session-malformed", f"it has not its form: {error}") from None
    return said


def _check_form(said: dict[str, Any]) -> None:
    if said.keys() != _STATEMENT:
        raise ValueError("its keys are others")
    if not all(isinstance(value, str) for value in said.values()):
        raise ValueError("a value is not text")
    if said["what"] != "session":
        raise ValueError("it is no statement of a session")
    if prefix_of(parse_id(said["subject"])) not in SUBJECT_PREFIXES:
        raise ValueError("its subject is no person or service")
    if said["action"] or said["resource"]:
        parse_action(said["action"])
        parse_id(said["resource"])
    if not _NONCE.fullmatch(said["nonce"]):
        raise ValueError("its nonce is not 22 to 86 letters of base64url")


def _span_of(said: dict[str, str], now: int) -> tuple[int, int]:
    """Return when a statement was made, and until when it counts."""
    try:
        at, until = parse_instant(said["at"]), parse_instant(said["until"])
    except ValueError as error:
        raise _refused("session-malformed", f"it has not its form: {error}") from None
    if until - at > _LONGEST:
        raise _refused("session-too-long", f"it is over {MAX_SESSION_HOURS} hours long")
    if at > now + _LEEWAY:
        raise _refused("session-early", "it was made later than now")
    if until <= max(at, now):
        raise _refused("session-expired", "it has ended")
    return at, until


def _signer(
    entity: str, statement: bytes, signature: str, place: tuple[FactBase, int]
) -> RegisteredKey:
    """Return the key of a subject that signed, of several spans the one in date."""
    facts, now = place
    subject = facts.documents().get(entity)
    keys = subject.keys if isinstance(subject, Person | Service) else ()
    used = [key for key in keys if _has_signed(key, statement, signature)]
    if not used:
        raise IdentityUnproven(
            "key-unknown",
            f"the signature is by no key that is on record for `{entity}`",
            next_step="let an officer declare the key with the person, or sign with "
            "the one that is",
        )
    current = [key for key in used if Span.of(key).holds(now)]
    if not current:
        raise IdentityUnproven(
            "key-lapsed",
            f"the key of `{entity}` is out of date",
            next_step="let an officer declare how long it counts, or another key",
        )
    return current[0]


def _has_signed(key: RegisteredKey, statement: bytes, signature: str) -> bool:
    """Return whether a key signed; one that did not is told from a broken signature.

    Raises:
        SignatureInvalid: the signature is broken, whoever made it.
    """
    try:
        check_ssh_signature(statement, signature, parse_public_key(key.key))
    except SignatureInvalid as error:
        if error.code != "signature-foreign":
            raise
        return False
    except ValueError:
        # What is on record is no key: nobody can have signed with it.
        return False
    return True


def _session_id(nonce: str) -> str:
    """Return the id of the session that a proof opens: one proof, one session."""
    text = base64.b32encode(bytes.fromhex(nonce)).decode("ascii").lower()
    return f"ses-{text[:_ID_CHARACTERS]}"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _refused(code: str, what: str) -> IdentityUnproven:
    return IdentityUnproven(
        code,
        f"the statement is refused: {what}",
        next_step="ask for a new statement and sign it",
    )
