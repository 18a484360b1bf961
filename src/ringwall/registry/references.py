"""What names something that would not be there, and what no entry can hold.

Must never leave a loose end on record: all that is named is there.
"""

from collections.abc import Iterator
from typing import Final

from ringwall.base.canonical import MAX_ENTRY_BYTES, dump_canonical
from ringwall.base.errors import Fault
from ringwall.model.assets import Asset
from ringwall.model.declarations import Document, dump_document, references_of
from ringwall.model.places import Point
from ringwall.registry.proposal import Proposal
from ringwall.registry.terms import Terms

__all__ = ["MAX_DOCUMENT_BYTES", "document_size", "reference_faults"]

MAX_DOCUMENT_BYTES: Final = MAX_ENTRY_BYTES - 1024
"""Largest document in bytes; what an event adds to it stays well below the rest."""


def document_size(document: Document) -> int:
    """Return how many bytes a document has in the form that is recorded."""
    return len(dump_canonical(dump_document(document)))


def reference_faults(proposal: Proposal, _: Terms) -> Iterator[Fault]:
    """Give `unknown-reference`, `still-referenced` and two faults of the document.

    Those are `id-retired` and `document-too-large`.
    """
    yield from _dangling(proposal)
    yield from _retired(proposal)
    yield from _too_large(proposal)


def _dangling(proposal: Proposal) -> Iterator[Fault]:
    """Give what names an id that would not be on record.

    INVARIANT: all that is on record names only what is, so a document that is not
    itself declared here can only miss what is removed here.
    """
    for entity, document in proposal.after.items():
        for path, target in references_of(document):
            if target in proposal.after:
                continue
            name = ".".join(map(str, path))
            if entity in proposal.wanted:
                message = f"`{name}` of `{entity}` is `{target}`, which is not declared"
                expected = "the id of something declared"
                yield proposal.fault(
                    entity, path, "unknown-reference", message, expected
                )
            else:
                message = f"`remove`: `{target}` is still `{name}` of `{entity}`"
                expected = f"`{entity}` to be removed or changed, too"
                place = proposal.removed[target]
                yield place.fault((), "still-referenced", message, expected)


def _retired(proposal: Proposal) -> Iterator[Fault]:
    """Refuse the id of an asset or point that was removed.

    To remove one and declare it again would be a way around `tier-lowered` and
    `label-lowered`.
    """
    for document in proposal.wanted.values():
        if isinstance(document, Asset | Point) and document.id in proposal.retired:
            message = f"`id`: `{document.id}` was removed before"
            expected = "an id not used before"
            yield proposal.fault(document.id, ("id",), "id-retired", message, expected)


def _too_large(proposal: Proposal) -> Iterator[Fault]:
    for entity, document in proposal.wanted.items():
        size = document_size(document)
        if size > MAX_DOCUMENT_BYTES:
            message = f"`{entity}` has {size} bytes in the form that is recorded"
            expected = f"at most {MAX_DOCUMENT_BYTES} bytes"
            yield proposal.fault(entity, (), "document-too-large", message, expected)
