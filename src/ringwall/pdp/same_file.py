"""Assets that are the same weights: one file on record under several ids.

Must never leave out an id: what left under one has left under all of them.
"""

from collections.abc import Mapping

from ringwall.model.assets import Asset
from ringwall.model.declarations import Document

__all__ = ["ids_by_file"]


def ids_by_file(documents: Mapping[str, Document]) -> Mapping[str, tuple[str, ...]]:
    """Return the digest of each weights file -> the ids of the assets that it is of."""
    ids: dict[str, list[str]] = {}
    for entity, document in documents.items():
        if isinstance(document, Asset) and document.file is not None:
            ids.setdefault(document.file.sha256, []).append(entity)
    return {digest: tuple(sorted(same)) for digest, same in ids.items()}
