"""How many objects of the desk there are, held against how many were ever made.

So that a list is never shorter because somebody deleted rows. Must never be taken for
`audit verify`: who deletes from the journal as well is found by that alone.
"""

from collections.abc import Iterable

from sqlalchemy import Connection

from ringwall.ledger.founded import table_differs
from ringwall.ledger.raid_tables import MAKING, card_table_name

__all__ = ["check_extent"]


def check_extent(connection: Connection, kinds: Iterable[str]) -> None:
    """Check that each object that the journal says was made has its row, and no other.

    Each is made once, by an act that does nothing else, and no row ever goes. Both
    counts are of an index: a few milliseconds for a hundred thousand.

    Args:
        connection: to the ledger's database.
        kinds: of `CARDS`; those of which no act makes each once are left out.

    Raises:
        IntegrityError: `table-differs`.
    """
    for kind in kinds:
        making = MAKING.get(kind)
        if making is None:
            continue
        table = card_table_name(kind)
        query = (
            f"SELECT (SELECT count(*) FROM {table}), "  # noqa: S608 - our own names
            f"(SELECT count(*) FROM raid WHERE {making})"
        )
        here, made = connection.exec_driver_sql(query).one()
        if here != made:
            message = f"it has {here} rows, and the journal tells of {made}"
            raise table_differs(table, message)
