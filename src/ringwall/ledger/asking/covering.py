"""What vouches for an entry towards others: checkpoints and who has cosigned them.

Must never name a witness whose cosignature has not been verified.
"""

from typing import Final, NamedTuple

from sqlalchemy import Connection, TextClause, text

from ringwall.base.errors import ConfigurationError
from ringwall.ledger.founded import founded, table_differs, with_entry
from ringwall.ledger.publication.epochs import recorded_epochs
from ringwall.ledger.schema import WITNESS
from ringwall.ledger.statements import fetch
from ringwall.signing.base64text import encode_base64
from ringwall.signing.cosigner_keys import CosignerVerifier, parse_cosigner_vkey
from ringwall.tlog.cosignatures import open_cosignatures

__all__ = ["Coverage", "Seen", "coverage_of", "last_seen", "witnesses_of"]


class Seen(NamedTuple):
    """A checkpoint that a witness has cosigned.

    Attributes:
        name: of the witness.
        size: of the log at that checkpoint; None if it has cosigned none.
        at: instant that the cosignature states; None if there is none.
    """

    name: str
    size: int | None
    at: int | None


class Coverage(NamedTuple):
    """What covers an entry.

    Attributes:
        size: of the log at the first checkpoint that covers it, None before that.
        seen: of each witness the first cosigned checkpoint that covers it.
    """

    size: int | None
    seen: tuple[Seen, ...]


def witnesses_of(connection: Connection) -> dict[str, CosignerVerifier]:
    """Return name -> key of the witnesses on record that have not been removed.

    Raises:
        IntegrityError: `table-differs`, a key is none; or as `founded`.
    """
    rows = connection.execute(_WITNESSES).all()
    events = [founded("witness", row) for row in rows]
    try:
        return {e["name"]: parse_cosigner_vkey(e["vkey"]) for e in events}
    except ConfigurationError as error:
        message = f"the key of a witness can't be used: {error.message}"
        raise table_differs("witness", message) from error


def coverage_of(connection: Connection, origin: str, index: int) -> Coverage:
    """Return what covers an entry, each signature verified.

    Args:
        connection: to the ledger's database.
        origin: the log's name.
        index: of the entry.

    Raises:
        IntegrityError: a checkpoint or a cosignature is not what was signed.
    """
    log = _Log(connection, origin)
    rows = fetch(connection, _FIRST_ABOVE, index)
    size = log.opened(*rows[0])[0] if rows else None
    seen = log.first_of_each(_FIRST_OF, index)
    return Coverage(size, tuple(one for one in seen if one.size is not None))


def last_seen(connection: Connection, origin: str) -> tuple[Seen, ...]:
    """Return the largest checkpoint that each witness has cosigned.

    Raises:
        IntegrityError: a checkpoint or a cosignature is not what was signed.
    """
    return _Log(connection, origin).first_of_each(_LAST_OF, -1)


class _Log:
    """The checkpoints of one log, and who may have signed them.

    Args:
        connection: to the ledger's database.
        origin: the log's name.
    """

    def __init__(self, connection: Connection, origin: str) -> None:
        self._connection = connection
        self._origin = origin
        self._epochs = recorded_epochs(connection)
        self._witnesses = witnesses_of(connection)

    def opened(self, size: int, note: object) -> tuple[int, bytes]:
        """Return size and note of a row that the log has signed just so."""
        if not isinstance(note, bytes):
            raise table_differs("checkpoint", "a note is no bytes")
        if self._epochs.open_at(note, self._origin).size != size:
            raise table_differs("checkpoint", f"row {size} is of another size")
        return size, note

    def first_of_each(self, query: TextClause, index: int) -> tuple[Seen, ...]:
        """Return of each witness the first of a query's checkpoints it cosigned."""
        return tuple(
            self._first(query, index, name, witness)
            for name, witness in self._witnesses.items()
        )

    def _first(
        self, query: TextClause, index: int, name: str, witness: CosignerVerifier
    ) -> Seen:
        skipped = 0
        mark = _mark(witness)
        while rows := fetch(self._connection, query, index, mark, skipped):
            size, note = self.opened(*rows[0])
            for found in open_cosignatures(note, [witness]):
                return Seen(name, size, found.at)
            skipped += 1
        return Seen(name, None, None)


def _mark(witness: CosignerVerifier) -> bytes:
    """Return how the line of a witness begins; a base64 digit holds six bits."""
    whole = encode_base64(witness.key_id)[: len(witness.key_id) * 8 // 6]
    return f"\n\N{EM DASH} {witness.name} {whole}".encode()


_WITNESSES: Final = with_entry(WITNESS).where(WITNESS.c.vkey.is_not(None))
_FIRST_ABOVE: Final = text(
    "SELECT size, note FROM checkpoint WHERE size > :index ORDER BY size LIMIT 1"
)
_COSIGNED: Final = (
    "SELECT size, note FROM checkpoint WHERE size > :index "
    "AND instr(note, :mark) > 0 ORDER BY size {} LIMIT 1 OFFSET :skipped"
)
_FIRST_OF: Final = text(_COSIGNED.format("ASC"))
_LAST_OF: Final = text(_COSIGNED.format("DESC"))
