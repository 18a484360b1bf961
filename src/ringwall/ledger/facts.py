"""The facts on record as what they declare: people, places, assets.

Must never leave out a fact that can't be read: what is decided without it would rest
on something that nobody recorded.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import bindparam, select

from ringwall.base.errors import IntegrityError
from ringwall.ledger.memory.disclosing import people_of
from ringwall.ledger.printable import shown
from ringwall.ledger.schema import REGISTRY
from ringwall.ledger.statements import fetch
from ringwall.ledger.store import Store
from ringwall.model.declarations import Document, document_of

__all__ = ["entities_of", "facts_of"]


def facts_of(
    store: Store, documents: Mapping[str, dict[str, Any] | None]
) -> dict[str, Document | None]:
    """Return id -> what is declared of it; None where it was removed.

    Args:
        store: the file that the documents are from.
        documents: as `Ledger.registry_since` gives them.

    Raises:
        IntegrityError: `fact-malformed`, an entry declares what is no entity, or
            another one; whoever wrote it had the log's key and not this program.
    """
    return {
        entity: None if data is None else _read(store, entity, data)
        for entity, data in documents.items()
    }


def entities_of(
    store: Store, documents: Mapping[str, dict[str, Any] | None]
) -> dict[str, Document]:
    """Return `facts_of` without what was removed."""
    facts = facts_of(store, documents)
    return {entity: fact for entity, fact in facts.items() if fact is not None}


def _read(store: Store, entity: str, data: object) -> Document:
    # What stands for a concealed document may be anything.
    if not isinstance(data, dict):
        raise _malformed(store, entity, "what is no entity")
    try:
        document = document_of(data)
    except ValueError as error:
        raise _malformed(store, entity, "what is no entity") from error
    if document.id != entity:
        raise _malformed(store, entity, "another entity")
    return document


def _malformed(store: Store, entity: str, what: str) -> IntegrityError:
    with store.reading() as connection:
        tokens = (one.token for one in people_of(connection, entity))
        found = [fetch(connection, _PLACE, name) for name in (entity, *tokens)]
    # Of several entries about one person the last is the one that was read.
    places = [index for rows in found for (index,) in rows]
    where = f"entry {max(places)}" if places else "an entry"
    return IntegrityError(
        "fact-malformed",
        f"{where} declares {what} as `{shown(entity)}`",
        next_step="look at it with `ringwall audit show`, and find out who had the key "
        "of the log",
    )


_PLACE: Final = select(REGISTRY.c.idx).where(REGISTRY.c.id == bindparam("id"))
