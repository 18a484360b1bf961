"""What lapses soon: every dated statement on record that ends within some days.

Must never leave one out because something else would still count.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from ringwall.base.clock import parse_instant
from ringwall.model.assets import Asset
from ringwall.model.dated import Attestation, Evidence, Screened, Timed
from ringwall.model.declarations import Document
from ringwall.model.parties import Organisation, Person
from ringwall.model.places import Site

__all__ = ["Expiry", "expiring"]

_DAY: Final = 24 * 60 * 60 * 1_000_000
_Stated = Iterator[tuple[str, str, Timed]]


class Expiry(NamedTuple):
    """A statement that lapses.

    Attributes:
        entity: id of the document it stands in.
        what: kind of statement, e.g. `attestation` or `agreement`.
        value: what it says, as text; empty where the kind says it all.
        until: instant at which it ceases to count.
    """

    entity: str
    what: str
    value: str
    until: int


def expiring(
    documents: Mapping[str, Document], now: int, days: int
) -> tuple[Expiry, ...]:
    """Return what lapses within some days, the first to lapse first.

    Args:
        documents: id -> declared value.
        now: instant, microseconds since the epoch; what has lapsed by then is left
            out, what counts later only is not.
        days: how far ahead, 0 or more.

    Raises:
        ValueError: the days are negative.
    """
    if days < 0:
        raise ValueError("days ahead can't be negative")
    found = [
        Expiry(entity, what, value, until)
        for entity, document in documents.items()
        for what, value, timed in _stated(document)
        if now < (until := parse_instant(timed.until)) <= now + days * _DAY
    ]
    return tuple(sorted(found, key=_soonest))


def _soonest(expiry: Expiry) -> tuple[int, str, str, str]:
    return expiry.until, expiry.entity, expiry.what, expiry.value


def _stated(document: Document) -> _Stated:
    """Give kind, value and dates of each statement of a document."""
    match document:
        case Organisation():
            yield from ((e.kind, _shown(e), e) for e in document.evidence)
            yield from _of_measures(document)
        case Person(screening=Screened() as screening):
            yield "screening", str(screening.level), screening
        case Site():
            yield from _of_measures(document)
            yield from _of_cluster(document)
        case Asset():
            yield from ((s.kind, s.assessor, s) for s in document.safeguards)
        case _:
            pass


def _of_measures(holder: Organisation | Site) -> _Stated:
    for attestation in holder.attestations:
        yield "attestation", _measures(attestation), attestation
    for exception in holder.exceptions:
        yield "exception", exception.measure, exception


def _of_cluster(site: Site) -> _Stated:
    if site.cluster is not None and site.cluster.registration is not None:
        yield "registration", site.cluster.performance, site.cluster.registration


def _shown(evidence: Evidence) -> str:
    stated = evidence.score if evidence.level is None else evidence.level
    return "" if stated is None else str(stated)


def _measures(attestation: Attestation) -> str:
    first, *more = attestation.measures
    return f"{first} and {len(more)} more" if more else first
