"""Rows of attested measures, merged into the documents of those who hold them.

Rows that say the same but for the measure become one attestation. Must never
shorten, prolong or take away what is on record.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ringwall.base.clock import parse_instant
from ringwall.base.errors import Fault
from ringwall.model.dated import Attestation
from ringwall.model.declarations import Document, document_of, dump_document
from ringwall.model.parties import Organisation
from ringwall.model.places import Site
from ringwall.registry.proposal import FieldPath

__all__ = ["Attested", "AttestedRow"]

_INSTITUTE: Final = "institute"
_Holder = Site | Organisation


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
            elif isinstance(document, Organisation) and document.relation != _INSTITUTE:
                wrong = f"which is a {document.relation}"
                found.append(self._unfit(rows[0], "holder-unfit", wrong))
            else:
                found += self._clashes(document, rows)
        return sorted(found, key=lambda fault: fault.line)

    def documents(self) -> Iterator[tuple[Document, FieldPath]]:
        """Give each holder's document with its id as path."""
        for entity, holder in self._holders.items():
            merged = tuple(_merged(holder.attestations, self._rows[entity]))
            changed = holder.model_copy(update={"attestations": merged})
            # A copy is not checked, and whatever is recorded has to be.
            yield document_of(dump_document(changed)), (entity,)

    def removals(self) -> Iterator[tuple[str, FieldPath]]:
        """Give nothing: a table takes nothing away."""
        return iter(())

    def fault(self, path: FieldPath, code: str, message: str, expected: str) -> Fault:
        """Return a fault at the row that a field of a document comes from."""
        row = self._row_of(path)
        return Fault(self._name, row.line, 0, code, message, expected)

    def _row_of(self, path: FieldPath) -> AttestedRow:
        entity, *below = path
        rows = self._rows[str(entity)]
        if below[:1] == ["attestations"]:
            holder = self._holders[str(entity)]
            merged = list(_merged(holder.attestations, rows))[int(below[1])]
            rows = [row for row in rows if _same(row.statement, merged)] or rows
            if below[2:3] == ["measures"]:
                measure = merged.measures[int(below[3])]
                rows = [row for row in rows if row.measure == measure] or rows
        return rows[0]

    def _unfit(self, row: AttestedRow, code: str, wrong: str) -> Fault:
        message = f"`holder` is `{row.holder[:128]}`, {wrong}"
        expected = "a site on record, or the institute"
        return Fault(self._name, row.line, 0, code, message, expected)

    def _clashes(self, holder: _Holder, rows: Sequence[AttestedRow]) -> Iterator[Fault]:
        """Give rows that say the same twice, or overlap in time with something."""
        told = [(m, a) for a in holder.attestations for m in a.measures]
        seen: set[tuple[str, Attestation]] = set()
        for row in rows:
            if (row.measure, row.statement) in seen:
                message = f"`{row.measure}` stands in the table twice"
                yield Fault(self._name, row.line, 0, "duplicate-row", message)
                continue
            seen.add((row.measure, row.statement))
            for measure, other in told:
                if measure == row.measure and _overlap(row.statement, other):
                    message = (
                        f"`{measure}` of `{holder.id}` is attested from {other.start} "
                        f"until {other.until} already"
                    )
                    expected = "statements that follow each other"
                    code = "attestation-overlaps"
                    yield Fault(self._name, row.line, 0, code, message, expected)
            told.append((row.measure, row.statement))


def _merged(
    old: Sequence[Attestation], rows: Sequence[AttestedRow]
) -> Iterator[Attestation]:
    """Give the attestations on record and those of the rows, alike ones as one."""
    found: list[Attestation] = [*old]
    for row in rows:
        for number, attestation in enumerate(found):
            if _same(attestation, row.statement):
                measures = {*attestation.measures, row.measure}
                update = {"measures": tuple(sorted(measures))}
                found[number] = attestation.model_copy(update=update)
                break
        else:
            found.append(row.statement)
    return iter(found)


def _same(one: Attestation, other: Attestation) -> bool:
    """Return whether two attestations differ in their measures at most."""
    return one.model_copy(update={"measures": other.measures}) == other


def _overlap(one: Attestation, other: Attestation) -> bool:
    """Return whether two different attestations count at the same instant."""
    return not _same(one, other) and (
        parse_instant(one.start) < parse_instant(other.until)
        and parse_instant(other.start) < parse_instant(one.until)
    )
