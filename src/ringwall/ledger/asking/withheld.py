"""Tokens that nothing on record stands for any more, and why.

Must never take for erased what no entry of the log says was.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, bindparam, func

from ringwall.ledger.founded import founded, with_entry
from ringwall.ledger.schema import ERASURE

__all__ = ["Withheld", "withheld_of"]


class Withheld(StrEnum):
    """Why a token stays one."""

    ERASED = "erased"
    MISSING = "missing"


def withheld_of(connection: Connection, tokens: Iterable[str]) -> dict[str, Withheld]:
    """Return for each token that is not disclosed why that is.

    Args:
        connection: to the ledger's database.
        tokens: those without a disclosure.

    Raises:
        IntegrityError: as `founded`.
    """
    return {token: _why(connection, token) for token in tokens}


def _why(connection: Connection, token: str) -> Withheld:
    for row in connection.execute(_NAMING, {"token": token}):
        if token in founded("erasure", row)["tokens"]:
            return Withheld.ERASED
    return Withheld.MISSING


_NAMING: Final = with_entry(ERASURE).where(
    func.instr(ERASURE.c.tokens, bindparam("token")) > 0
)
