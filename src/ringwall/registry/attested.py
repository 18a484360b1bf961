"""Rows of attested measures, merged into the documents of those who hold them.

Rows that say the same but for the measure become one attestation. Must never
shorten, prolong or take away what is on record, nor take longer than to sort them.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from ringwall.base.clock import parse_instant
from ringwall.base.errors import Fault
from ringwall.model.dated import Attestation
from ringwall.model.declarations import Document, document_of, dump_document
from ringwall.model.parties import Organisation
from ringwall.model.places import Site
from ringwall.registry.proposal import FieldPath
from ringwall.registry.references import MAX_DOCUMENT_BYTES, document_size

__all__ = ["Attested", "AttestedRow"]

_Holder = Site | Organisation
_Terms = tuple[str, str, str, str, str | None]
"""All that an attestation says but the measures."""


class AttestedRow(NamedTuple):
    """One measure attested at one holder.

    Attributes:
        line: 1-based line of the table.
        holder: a site, or the institute.
        statement: the attestation, with this one measure.
    """

    line: int
    holder: str
    statement: Attestation

    @property
    def measure(self) -> str:
        """The one measure."""
        return self.statement.measures[0]


class Attested:
    """Holders' documents with rows merged into them; a sheet of declarations.

    Args:
        name: of the table, for the faults.
        rows: in the order of the table.
        current: id -> document on record.
    """

    def __init__(
        self,
        name: str,
        rows: Sequence[AttestedRow],
        current: Mapping[str, Document],
    ) -> None:
        self._name = name
        self._current = current
        self._rows: dict[str, list[AttestedRow]] = {}
        for row in rows:
            self._rows.setdefault(row.holder, []).append(row)
        found = ((entity, current.get(entity)) for entity in self._rows)
        self._holders = {k: doc for k, doc in found if isinstance(doc, _Holder)}

    def faults(self) -> list[Fault]:
        """Return what stands against merging the rows, in the order of the table."""
        found = []
        for holder, rows in self._rows.items():
            document = self._current.get(holder)
            if not isinstance(document, _Holder):
                code, wrong = "unknown-reference", "which is not on record"
                if document is not None:
                    code, wrong = "holder-unfit", "which holds no measures"
                found.append(self._unfit(rows[0], code, wrong))
            else:
                found += self._clashes(document, rows) or self._too_large(holder)
        return sorted(found, key=lambda fault: fault.line)

    def documents(self) -> Iterator[tuple[Document, FieldPath]]:
        """Give each holder's document with its id as path."""
        for entity, merged in self._merged.items():
            # A copy is not checked, and whatever is recorded has to be.
            yield document_of(dump_document(merged.document)), (entity,)

    def removals(self) -> Iterator[tuple[str, FieldPath]]:
        """Give nothing: a table takes nothing away."""
        return iter(())

    def fault(self, path: FieldPath, code: str, message: str, expected: str) -> Fault:
        """Return a fault at the row that a field of a document comes from."""
        line = self._merged[str(path[0])].row_of(path[1:]).line
        return Fault(self._name, line, 0, code, message, expected)

    @cached_property
    def _merged(self) -> dict[str, "_Merged"]:
        return {k: _Merged(doc, self._rows[k]) for k, doc in self._holders.items()}

    def _unfit(self, row: AttestedRow, code: str, wrong: str) -> Fault:
        message = f"`holder` is `{row.holder[:128]}`, {wrong}"
        expected = "a site on record, or an organisation that runs one"
        return Fault(self._name, row.line, 0, code, message, expected)

    def _clashes(self, holder: _Holder, rows: Sequence[AttestedRow]) -> list[Fault]:
        """Return rows that say the same twice, or overlap in time with something."""
        faults: list[Fault] = []
        told: defaultdict[str, _Timeline] = defaultdict(_Timeline)
        for attestation in holder.attestations:
            span = _span(attestation)
            for measure in attestation.measures:
                told[measure].add(span)
        seen: set[tuple[str, _Terms]] = set()
        for row in rows:
            span = _span(row.statement)
            other = told[row.measure].add(span)
            if (row.measure, span.terms) in seen:
                message = f"`{row.measure}` stands in the table twice"
                faults.append(Fault(self._name, row.line, 0, "duplicate-row", message))
            elif other is not None:
                start, until = other.terms[:2]
                message = (
                    f"`{row.measure}` of `{holder.id}` is attested from {start} "
                    f"until {until} already"
                )
                expected = "statements that follow each other"
                code = "attestation-overlaps"
                fault = Fault(self._name, row.line, 0, code, message, expected)
                faults.append(fault)
            seen.add((row.measure, span.terms))
        return faults

    def _too_large(self, holder: str) -> list[Fault]:
        """Return the fault of who would state more than can be recorded.

        Told before anything is planned: what is checked there is not made for more.
        """
        size = document_size(self._merged[holder].document)
        if size <= MAX_DOCUMENT_BYTES:
            return []
        line = self._rows[holder][0].line
        message = f"`{holder}` would have {size} bytes in the form that is recorded"
        expected = f"at most {MAX_DOCUMENT_BYTES} bytes"
        return [Fault(self._name, line, 0, "document-too-large", message, expected)]


class _Span(NamedTuple):
    """When a statement counts, and all that it says but the measures."""

    start: int
    until: int
    terms: _Terms


def _terms(attestation: Attestation) -> _Terms:
    said = attestation
    return said.start, said.until, said.assessor, said.evidence, said.source


def _span(attestation: Attestation) -> _Span:
    start, until = parse_instant(attestation.start), parse_instant(attestation.until)
    return _Span(start, until, _terms(attestation))


class _Timeline:
    """Statements of one measure that follow each other, by their start."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._spans: list[_Span] = []

    def add(self, span: _Span) -> _Span | None:
        """Add a statement, or return another one that overlaps; the same does not."""
        place = bisect_right(self._starts, span.start)
        before = self._spans[place - 1] if place else None
        after = self._spans[place] if place < len(self._spans) else None
        if before is not None and before.terms == span.terms:
            return None
        if before is not None and span.start < before.until:
            return before
        if after is not None and after.start < span.until:
            return after
        self._starts.insert(place, span.start)
        self._spans.insert(place, span)
        return None


class _Merged:
    """A holder's document with rows merged into it, and which row said what.

    Args:
        holder: as on record.
        rows: in the order of the table, none of which clashes.
    """

    def __init__(self, holder: _Holder, rows: Sequence[AttestedRow]) -> None:
        self._rows = rows
        self._said: dict[tuple[_Terms, str], AttestedRow] = {}
        for row in reversed(rows):
            terms = _terms(row.statement)
            # Whoever says it first is who is told.
            self._said[terms, row.measure] = self._said[terms, ""] = row
        merged = tuple(_joined(holder.attestations, rows))
        self.document = holder.model_copy(update={"attestations": merged})

    def row_of(self, path: FieldPath) -> AttestedRow:
        """Return the row that a field comes from; the first if it is from none."""
        if path[:1] != ("attestations",):
            return self._rows[0]
        attestation = self.document.attestations[int(path[1])]
        terms = _terms(attestation)
        row = self._said.get((terms, ""), self._rows[0])
        if path[2:3] != ("measures",):
            return row
        return self._said.get((terms, attestation.measures[int(path[3])]), row)


def _joined(
    old: Sequence[Attestation], rows: Sequence[AttestedRow]
) -> Iterator[Attestation]:
    """Give the attestations on record and those of the rows, alike ones as one."""
    known = {(_terms(item), measure) for item in old for measure in item.measures}
    new: dict[_Terms, list[AttestedRow]] = {}
    for row in rows:
        terms = _terms(row.statement)
        if (terms, row.measure) not in known:
            new.setdefault(terms, []).append(row)
    for item in old:
        joining = new.pop(_terms(item), [])
        yield _with(item, joining) if joining else item
    for joining in new.values():
        yield _with(joining[0].statement, joining)


def _with(attestation: Attestation, rows: Sequence[AttestedRow]) -> Attestation:
    """Return an attestation with the measures of rows, too, sorted."""
    measures = {*attestation.measures, *(row.measure for row in rows)}
    return attestation.model_copy(update={"measures": tuple(sorted(measures))})
