"""What a log must be able to forget: told by tokens, and what the tokens stand for.

A token is a commitment: the hash of a salt of 256 bits and the value. The entries
hold tokens, the values stand beside the log, and whoever deletes value and salt
leaves nothing that a guess could be held against. Must never let a person's id, or
what was written about a person, into the bytes that are hashed.
"""

import hmac
import json
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Final, NamedTuple

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import IntegrityError
from ringwall.model.events import Event
from ringwall.model.raid_events import RAID_KINDS

__all__ = [
    "DESK",
    "Concealed",
    "Disclosure",
    "Pseudonyms",
    "commitment",
    "conceal",
    "owner_of",
    "reveal",
    "reveal_text",
    "tokens_in",
]

_SALT_BYTES: Final = 32
# As RFC 6962 keeps leaves and nodes apart by 0 and 1; this is neither.
_DOMAIN: Final = b"\x02"
_PERSON: Final = "user:"
_TEXT: Final = "text:"
_ERASED: Final = "subject.erased"
_HIDDEN: Final = "concealed"
_AT_DESK: Final = "raid."
DESK: Final = "raid"
"""Owns what is told at the incident desk: a case does not go with who wrote in it."""
# Keys that may name whom an event is about: what it says in private is the first's.
_ABOUT: Final = ("id", "subject", "approver", "person", "by")
_PURPOSE: Final = ("purpose",)
_PRIVATE: Final = {
    "request.opened": (*_PURPOSE, "nonce", "signature"),
    "request.approved": ("facts", "signature"),
    "request.refused": ("reason", "signature"),
    "grant.revoked": ("reason", "signature"),
    "review.decided": ("reason", "signature"),
    "session.ended": ("reason",),
    "person.left": ("reason",),
    "vault.destroyed": ("reason",),
    "raid.need": ("reason",),
    **dict.fromkeys(RAID_KINDS, ("said",)),
}
"""Kind -> the keys whose values are private: with a signature goes the key of who
signed, and without the nonce nobody can try what a request may have said."""
_TOKEN: Final = re.compile(r"(?:user|text):~[A-Za-z0-9_-]{43}")
# The first alternative takes in the object that stands for a whole document.
_STORED: Final = re.compile(
    r'\{"concealed":"(text:~[A-Za-z0-9_-]{43})"\}|((?:user|text):~[A-Za-z0-9_-]{43})'
)
_PERSON_ID: Final = re.compile(r"user:[a-z0-9~][A-Za-z0-9._~-]*")
_MOST_KNOWN: Final = 100_000
# Ids of people, and whatever looks like a token already: a caller who writes one
# must not be able to make an entry say what it does not.
_TELLING: Final = re.compile(r"user:[a-z0-9~][A-Za-z0-9._~-]*|text:~[A-Za-z0-9._~-]*")


class Disclosure(NamedTuple):
    """A value that an entry tells only by its token.

    Attributes:
        token: `user:~` or `text:~` and 43 characters of URL-safe base64.
        owner: the token of the person that it is about, a person's own for an id;
            `DESK` for what is told of a case, empty for what a program said.
        salt: 32 random bytes.
        value: canonical JSON of the value.
    """

    token: str
    owner: str
    salt: bytes
    value: bytes

    @property
    def is_true(self) -> bool:
        """Whether the token is the commitment to this value with this salt."""
        stored: tuple[object, ...] = self  # of whatever type a damaged row holds
        if tuple(map(type, stored)) != (str, str, bytes, bytes):
            return False
        if not _TOKEN.fullmatch(self.token) or not _is_fit(self.token, self.value):
            return False
        made = commitment(self.token[: len(_PERSON)], self.salt, self.value)
        return hmac.compare_digest(made, self.token)


class Pseudonyms:
    """The tokens of people as one process knows them; shared by all threads.

    Args:
        find: gives the disclosure of a person's id that is on record, None for an
            id that has none.
    """

    def __init__(self, find: Callable[[str], Disclosure | None]) -> None:
        self._find = find
        self._known: dict[str, Disclosure] = {}

    def of(self, person: str) -> Disclosure:
        """Return the disclosure of an id; a new one if none is known.

        Two threads or processes may make two at once. Both are true.
        """
        known = self._known.get(person)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._find(person) or _disclosure(_PERSON, person, "")
            self._known[person] = known
        return known

    def learn(self, disclosures: Iterable[Disclosure]) -> None:
        """Take in what has been read already, so that it need not be asked for.

        Args:
            disclosures: on record; those that are no person's id are left out.
        """
        for one in disclosures:
            if one.owner == one.token and one.token.startswith(_PERSON):
                self._known.setdefault(json.loads(one.value), one)

    def forget(self) -> None:
        """Ask the record again from now on: somebody may have been erased."""
        self._known.clear()


class Concealed(NamedTuple):
    """An event as it may be hashed.

    Attributes:
        event: what is stored.
        data: its canonical bytes.
        disclosures: what its tokens stand for.
    """

    event: Event
    data: bytes
    disclosures: tuple[Disclosure, ...]


def _is_fit(token: str, value: bytes) -> bool:
    """Return whether a token of this kind can stand for a value.

    A value is put into the JSON of an entry when it is revealed, so it must be what
    was taken out of one: whoever holds the log's key could commit to anything else.
    """
    try:
        if token.startswith(_PERSON):
            text = value.decode("utf-8")
            return text[:1] == text[-1:] == '"' and bool(_TELLING.fullmatch(text[1:-1]))
        return dump_canonical(json.loads(value)) == value
    except (RecursionError, ValueError):
        return False


def commitment(scheme: str, salt: bytes, value: bytes) -> str:
    """Return the token of canonical JSON under a salt.

    Args:
        scheme: `user:` or `text:`.
        salt: 32 bytes.
        value: canonical JSON.
    """
    digest = sha256(_DOMAIN + salt + value).digest()
    return f"{scheme}~{urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def conceal(event: Event, people: Pseudonyms) -> Concealed:
    """Return the event as it may be hashed, and what it no longer says.

    Concealed are ids of people wherever they stand, the purpose of a question, what
    goes with a signature, and the whole document of a person.

    Args:
        event: is left as it is.
        people: gives the tokens of people.

    Raises:
        ValueError: a value has no canonical form, or the reason for an erasure
            names a person.
    """
    if event.get("kind") == _ERASED:
        return _erasure(event)
    found: dict[str, Disclosure] = {}
    said = dict(event)
    owner = DESK if _is_of_desk(event) else ""
    for name in _ABOUT:
        value = said.get(name)
        if isinstance(value, str) and _PERSON_ID.fullmatch(value):
            said[name] = _noted(people.of(value), found)
            owner = owner or said[name]
    for name in _PRIVATE.get(said.get("kind", ""), _PURPOSE):
        if said.get(name):
            said[name] = _private(said[name], owner, found)
    if owner and "document" in said:
        document = _noted(_disclosure(_TEXT, said["document"], owner), found)
        said["document"] = {_HIDDEN: document}
    data = dump_canonical(said)
    # Counted, since to look into each text of an event takes as long as to decide.
    if data.count(b"user:") + data.count(b"text:~") != len(found):
        told = _Telling(people, found)
        said = json.loads(_TELLING.sub(told, data.decode("utf-8")))
        data = dump_canonical(said)
    return Concealed(said, data, tuple(found.values()))


def owner_of(event: Mapping[str, object]) -> str:
    """Return who owns what an event says in private.

    Args:
        event: as it is stored, people by their tokens.

    Returns:
        The token of the person whom it is about, `DESK`, or nothing.
    """
    if _is_of_desk(event):
        return DESK
    for name in _ABOUT:
        value = event.get(name)
        if isinstance(value, str) and value.startswith(_PERSON):
            return value
    return ""


def _is_of_desk(event: Mapping[str, object]) -> bool:
    return str(event.get("kind", "")).startswith(_AT_DESK)


def reveal(data: bytes, known: Mapping[str, bytes]) -> Event:
    """Return the event of an entry as it was before, as far as is known.

    Args:
        data: canonical bytes that have been checked.
        known: token -> canonical JSON of what it stands for. A token that is not
            known stays: it stands for somebody, or something, that was erased.

    Raises:
        IntegrityError: `disclosure-unfit`, a value does not fit where its token is.
    """
    text = data.decode("utf-8")
    if known:
        text = _STORED.sub(lambda match: _stored(match, known), text)
    try:
        event: Event = json.loads(text)
    except ValueError:
        # Only who has the key of the log can commit to what does not fit in.
        raise IntegrityError(
            "disclosure-unfit",
            "what a token of an entry stands for does not fit in its place",
            next_step="keep the file, find out who had the key of the log",
        ) from None
    return event


def reveal_text(text: str, known: Mapping[str, bytes]) -> str:
    """Return a text with each known token in it replaced by what it stands for."""

    def told(match: re.Match[str]) -> str:
        value = known.get(match[0])
        return match[0] if value is None else str(json.loads(value))

    return _TOKEN.sub(told, text)


def tokens_in(data: bytes | str) -> set[str]:
    """Return the tokens that an entry, or any text, holds."""
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    return set(_TOKEN.findall(text))


def _erasure(event: Event) -> Concealed:
    """Return the event by which tokens are erased: it may, and must, name them."""
    if _TELLING.search(str(event["reason"])):
        raise ValueError("the reason for an erasure names a person")
    return Concealed(event, dump_canonical(event), ())


class _Telling:
    """Gives the token of what a text tells, in place of it.

    Args:
        people: gives the tokens of people.
        found: takes in what is disclosed; a token that is in it stays.
    """

    def __init__(self, people: Pseudonyms, found: dict[str, Disclosure]) -> None:
        self._people = people
        self._found = found

    def __call__(self, match: re.Match[str]) -> str:
        text = match[0]
        if text in self._found:
            return text
        return _noted(self._people.of(text), self._found)


def _stored(match: re.Match[str], known: Mapping[str, bytes]) -> str:
    """Return the JSON to put in place of a token, a text without its quotes."""
    value = known.get(match[1] or match[2])
    if value is None:
        return match[0]
    return value.decode("utf-8") if match[1] else value[1:-1].decode("utf-8")


def _noted(disclosure: Disclosure, found: dict[str, Disclosure]) -> str:
    found[disclosure.token] = disclosure
    return disclosure.token


def _private(value: object, owner: str, found: dict[str, Disclosure]) -> object:
    """Return what stands for a value: a token, in an object of its own for one."""
    token = _noted(_disclosure(_TEXT, value, owner), found)
    return token if isinstance(value, str) else {_HIDDEN: token}


def _disclosure(scheme: str, value: object, owner: str) -> Disclosure:
    salt, data = secrets.token_bytes(_SALT_BYTES), dump_canonical(value)
    token = commitment(scheme, salt, data)
    is_person = scheme == _PERSON
    return Disclosure(token, token if is_person else owner, salt, data)
