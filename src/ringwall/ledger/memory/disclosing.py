"""What is on record about tokens: read beside the entries that hold them.

Must never believe a value that its token is not the commitment to.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    func,
    literal_column,
    not_,
    select,
    text,
)

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import IntegrityError
from ringwall.ledger.memory.disclosures import DESK, Disclosure, tokens_in
from ringwall.ledger.schema import DISCLOSURE, ERASURE
from ringwall.ledger.statements import fetch

__all__ = [
    "disclosed_in",
    "disclosures_of",
    "kept_naming",
    "known_in",
    "naming",
    "people_of",
    "person_of",
    "tokens_about",
]

_NO_MORE: Final = rb"(?![a-z0-9_-]|\.[a-z0-9._-])"

# A cell of a million bytes is the longest that a reader takes.
_AT_ONCE: Final = 4096
_BY_TOKENS: Final = text(
    "SELECT kept.token, kept.owner, kept.salt, kept.value "
    "FROM json_each(:tokens) AS asked "
    "CROSS JOIN disclosure AS kept ON kept.token = asked.value"
)
_BY_PERSON: Final = select(DISCLOSURE).where(
    DISCLOSURE.c.value == bindparam("value"), DISCLOSURE.c.owner == DISCLOSURE.c.token
)

_ERASED: Final = select(ERASURE.c.tokens)
_BY_OWNER: Final = select(DISCLOSURE.c.token).where(
    DISCLOSURE.c.owner == bindparam("owner")
)
# A case does not vanish since somebody wrote an id into it: else whoever reports could
# have a report go with a person.
_IS_OF_DESK: Final = DISCLOSURE.c.owner == literal_column(f"'{DESK}'")
_HOLDING: Final = select(DISCLOSURE.c.token, DISCLOSURE.c.value).where(
    func.instr(DISCLOSURE.c.value, bindparam("person")) > literal_column("0")
)
_NAMING: Final = _HOLDING.where(not_(_IS_OF_DESK))
_KEPT: Final = _HOLDING.where(_IS_OF_DESK)


def disclosures_of(
    connection: Connection, tokens: Iterable[str]
) -> dict[str, Disclosure]:
    """Return token -> disclosure for those that are on record.

    Raises:
        IntegrityError: `disclosure-changed`, a value is not what was committed to.
    """
    # Somebody may have put back what was erased: that is found, and never shown.
    asked = sorted(set(tokens) - _erased(connection))
    found: list[Disclosure] = []
    for start in range(0, len(asked), _AT_ONCE):
        some = json.dumps(asked[start : start + _AT_ONCE])
        rows = fetch(connection, _BY_TOKENS, some)
        found += [_checked(Disclosure(*row)) for row in rows]
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

    Those of the id, of what is owned by it, and of whatever else names it, but for
    what is told of a case: see `kept_naming`.

    Args:
        connection: to the ledger's database.
        person: id, e.g. `user:ada`.

    Raises:
        IntegrityError: as `disclosures_of`.
    """
    tokens = {own.token for own in people_of(connection, person)}
    for token in tuple(tokens):
        tokens |= {owned for (owned,) in fetch(connection, _BY_OWNER, token)}
    return sorted(tokens | _holding(connection, _NAMING, person))


def kept_naming(connection: Connection, person: str) -> int:
    """Return how many texts of the incident desk name a person, and stay.

    Args:
        connection: to the ledger's database.
        person: id.
    """
    return len(_holding(connection, _KEPT, person))


def _holding(connection: Connection, query: Select[Any], person: str) -> set[str]:
    """Return the tokens of values that name a person, among those of a query."""
    named = naming(person)
    return {
        token
        for token, value in fetch(connection, query, person.encode())
        if isinstance(value, bytes) and named.search(value)
    }


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
