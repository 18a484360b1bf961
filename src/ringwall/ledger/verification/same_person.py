"""Whether two texts of entries name one person, who may have several tokens.

Must never take two tokens for one person on the word of a row that neither is the
commitment to.
"""

import sqlite3
from typing import Final

from ringwall.ledger.memory.disclosures import Disclosure

__all__ = ["SamePerson"]

_PERSON: Final = "user:~"
_ROW: Final = "SELECT token, owner, salt, value FROM disclosure WHERE token = ?"


class SamePerson:
    """Compares who is named.

    Args:
        cursor: to the ledger's database.
    """

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    def __call__(self, one: object, other: object) -> bool:
        """Return whether two may be the same.

        Of whom one was erased that can't be told any more: they may be.

        Args:
            one: what an entry says.
            other: what another one says.
        """
        if one == other:
            return True
        if not (_is_person(one) and _is_person(other)):
            return False
        values = self._value(one), self._value(other)
        return None in values or values[0] == values[1]

    def surely(self, one: object, other: object) -> bool:
        """Return whether two are the same; of whom one was erased nobody can tell.

        Args:
            one: what an entry says.
            other: what another one says.
        """
        if one == other:
            return True
        if not (_is_person(one) and _is_person(other)):
            return False
        value = self._value(one)
        return value is not None and value == self._value(other)

    def _value(self, token: object) -> bytes | None:
        """Return what a token stands for, None if that is not disclosed."""
        for row in self._cursor.execute(_ROW, (token,)).fetchall():
            disclosure = Disclosure(*row)
            if disclosure.is_true:
                return disclosure.value
        return None


def _is_person(text: object) -> bool:
    return isinstance(text, str) and text.startswith(_PERSON)
