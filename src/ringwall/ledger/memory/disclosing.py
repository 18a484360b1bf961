"""What is on record about tokens: read beside the entries that hold them.

Must never believe a value that its token is not the commitment to.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, bindparam, func, literal_column, select

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import IntegrityError
from ringwall.ledger.memory.disclosures import Disclosure, tokens_in
from ringwall.ledger.schema import DISCLOSURE, ERASURE
from ringwall.ledger.statements import fetch

__all__ = [
    "disclosed_in",
    "disclosures_of",
    "known_in",
    "naming",
    "people_of",
    "person_of",
    "tokens_about",
]

_NO_MORE: Final = rb"(?![a-z0-9_-]|\.[a-z0-9._-])"

_BY_TOKEN: Final = select(DISCLOSURE).where(DISCLOSURE.c.token == bindparam("token"))
_BY_PERSON: Final = select(DISCLOSURE).where(
    DISCLOSURE.c.value == bindparam("value"), DISCLOSURE.c.owner == DISCLOSURE.c.token
)

_ERASED: Final = select(ERASURE.c.tokens)
_BY_OWNER: Final = select(DISCLOSURE.c.token).where(
    DISCLOSURE.c.owner == bindparam("owner")
)
_NAMING: Final = select(DISCLOSURE.c.token, DISCLOSURE.c.value).where(
    func.instr(DISCLOSURE.c.value, bindparam("person")) > literal_column("0")
)


def disclosures_of(
    connection: Connection, tokens: Iterable[str]
) -> dict[str, Disclosure]:
    """Return token -> disclosure for those that are on record.

    Raises:
        IntegrityError: `disclosure-changed`, a value is not what was committed to.
    """
    # Somebody may have put back what was erased: that is found, and never shown.
    asked = set(tokens) - _erased(connection)
    rows = (fetch(connection, _BY_TOKEN, token) for token in sorted(asked))
    found = [_checked(Disclosure(*row)) for group in rows for row in group]
    return {disclosure.token: disclosure for disclosure in found}


def disclosed_in(
    connection: Connection, entries: Iterable[object]
) -> dict[str, Disclosure]:
    """Return token -> disclosure for the tokens in entries that are on record.

    Args:
        connection: to the ledger's database.
        entries: bytes, or whatever else is stored in their place.

    Raises:
        IntegrityError: as `disclosures_of`.
    """
    tokens: set[str] = set()
    for data in entries:
        if isinstance(data, bytes) and b":~" in data:
            tokens |= tokens_in(data)
    return disclosures_of(connection, tokens)


def known_in(connection: Connection, entries: Iterable[object]) -> Mapping[str, bytes]:
    """Return token -> value for the tokens in entries; as `disclosed_in`."""
    found = disclosed_in(connection, entries)
    return {token: disclosure.value for token, disclosure in found.items()}


def people_of(connection: Connection, person: str) -> list[Disclosure]:
    """Return what is on record of a person's id: one disclosure for each token.

    Raises:
        IntegrityError: as `disclosures_of`.
    """
    rows = fetch(connection, _BY_PERSON, dump_canonical(person))
    erased = _erased(connection)
    return [
        _checked(Disclosure(*row))
        for row in rows
        if str(row[0]).startswith("user:") and row[0] not in erased
    ]


def person_of(connection: Connection, person: str) -> Disclosure | None:
    """Return one of `people_of`, None if the id is not on record."""
    return next(iter(people_of(connection, person)), None)


def naming(person: str) -> re.Pattern[bytes]:
    """Return what finds an id in bytes, and no other that it is a part of."""
    return re.compile(rb"(?<![a-z0-9._-])" + re.escape(person.encode()) + _NO_MORE)


def tokens_about(connection: Connection, person: str) -> list[str]:
    """Return the tokens of all that is kept about a person, sorted.

    Those of the id, of what is owned by it, and of whatever else names it.

    Args:
        connection: to the ledger's database.
        person: id, e.g. `user:ada`.

    Raises:
        IntegrityError: as `disclosures_of`.
    """
    tokens = {own.token for own in people_of(connection, person)}
    for token in tuple(tokens):
        tokens |= {owned for (owned,) in fetch(connection, _BY_OWNER, token)}
    named = naming(person)
    for token, value in fetch(connection, _NAMING, person.encode()):
        if isinstance(value, bytes) and named.search(value):
            tokens.add(token)
    return sorted(tokens)


def _erased(connection: Connection) -> set[str]:
    rows = fetch(connection, _ERASED)
    return {token for (tokens,) in rows for token in tokens_in(str(tokens))}


def _checked(disclosure: Disclosure) -> Disclosure:
    if not disclosure.is_true:
        raise IntegrityError(
            "disclosure-changed",
            f"the value kept for `{disclosure.token}` is not the one that was recorded",
            next_step="run `ringwall audit verify`",
        )
    return disclosure
