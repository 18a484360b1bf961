"""What a set of declarations would change, or why it is refused; pure.

Must never give part of a plan: one fault refuses the whole.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from ringwall.model.declarations import Document, dump_document
from ringwall.registry.credential_changes import touches_credentials
from ringwall.registry.declaration_file import refusal
from ringwall.registry.proposal import Proposal, Sheet, propose
from ringwall.registry.refusals import faults_of
from ringwall.registry.terms import Terms

__all__ = ["Change", "Plan", "Verb", "plan_changes"]


class Verb(StrEnum):
    """What happens to an entity."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """One entity before and after.

    Attributes:
        verb: added, changed or removed.
        entity: its id.
        document: the new document, None if it is removed.
        fields: names of the top-level fields that differ; empty unless changed.
    """

    verb: Verb
    entity: str
    document: Document | None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """All changes, by id, and how many entities stay as they are.

    Attributes:
        changes: sorted by id.
        unchanged: how many stay as they are.
        alarming: ids of those whose change raises an alarm, sorted.
    """

    changes: tuple[Change, ...]
    unchanged: int
    alarming: tuple[str, ...] = ()


def plan_changes(
    current: Mapping[str, Document],
    sheets: Sequence[Sheet],
    terms: Terms,
    retired: Set[str] = frozenset(),
) -> Plan:
    """Return what the sheets would change.

    Args:
        current: id -> document on record.
        sheets: what is to be declared and removed.
        terms: what it is held against.
        retired: ids that were on record once and have been removed.

    Raises:
        DeclarationError: `declaration-refused` with the faults of all sheets:
            `duplicate-id`, `unknown-id`, and those of `refusals.faults_of`.
    """
    proposal, faults = propose(current, sheets, retired)
    faults += faults_of(proposal, terms)
    if faults:
        raise refusal(sorted(faults, key=lambda f: (f.file, f.line, f.column)))
    return _compare(proposal)


def _compare(proposal: Proposal) -> Plan:
    changes = [Change(Verb.REMOVED, entity, None) for entity in proposal.removed]
    unchanged = 0
    for entity, document in proposal.wanted.items():
        old = proposal.current.get(entity)
        if old is None:
            changes.append(Change(Verb.ADDED, entity, document))
            continue
        before, now = dump_document(old), dump_document(document)
        fields = tuple(
            sorted(k for k in before.keys() | now if before.get(k) != now.get(k))
        )
        if fields:
            changes.append(Change(Verb.CHANGED, entity, document, fields))
        else:
            unchanged += 1
    changes.sort(key=lambda change: change.entity)
    alarming = tuple(
        change.entity
        for change in changes
        if touches_credentials(proposal, change.entity, change.fields)
    )
    return Plan(tuple(changes), unchanged, alarming)
