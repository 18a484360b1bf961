"""What a set of declarations would change, or why it is refused; pure.

Looks at the registry as it would be afterwards, so that order within a file does
not matter. Must never let an edit lower an asset's tier.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ringwall.base.errors import DeclarationError, Fault
from ringwall.model.declarations import (
    Asset,
    Document,
    Organisation,
    Person,
    Service,
    dump_document,
    references_of,
)
from ringwall.model.tiers import TierSetting, tiers_of
from ringwall.registry.declaration_file import DeclarationFile

__all__ = ["Change", "Plan", "Terms", "Verb", "plan_changes"]

_Path = tuple[str | int, ...]
_Place = tuple[DeclarationFile, _Path]


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
    """All changes, by id, and how many entities stay as they are."""

    changes: tuple[Change, ...]
    unchanged: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What declarations are held against.

    Attributes:
        roles: the roles that the policies know.
        setting: how many tiers the institute has.
        admits: why the tier an asset is declared in can't hold it; empty if it can.
    """

    roles: frozenset[str]
    setting: TierSetting
    admits: Callable[[Asset], str]


def plan_changes(
    current: Mapping[str, Document], files: Sequence[DeclarationFile], terms: Terms
) -> Plan:
    """Return what the files would change.

    Raises:
        DeclarationError: `declaration-refused` with every fault of every file:
            `duplicate-id`, `unknown-id`, `unknown-role`, `unknown-reference`,
            `still-referenced`, `tier-not-set-up`, `tier-too-low`, `tier-lowered`,
            `second-institute`.
    """
    wanted, removed, faults = _gather(current, files)
    after = {**current, **{k: doc for k, (doc, _) in wanted.items()}}
    for entity in removed:
        after.pop(entity, None)
    faults += _dangling(after, wanted, removed)
    for entity, (document, place) in wanted.items():
        faults += _faults_of(document, current.get(entity), place, terms)
    faults += _second_institute(after, wanted)
    if faults:
        faults.sort(key=lambda f: (f.file, f.line, f.column))
        raise DeclarationError(
            "declaration-refused",
            f"{len(faults)} fault{'s' if len(faults) > 1 else ''}, nothing was written",
            next_step="mend the lines named and apply again",
            faults=tuple(faults),
        )
    return _compare(current, {k: doc for k, (doc, _) in wanted.items()}, removed)


def _gather(
    current: Mapping[str, Document], files: Sequence[DeclarationFile]
) -> tuple[dict[str, tuple[Document, _Place]], dict[str, _Place], list[Fault]]:
    wanted: dict[str, tuple[Document, _Place]] = {}
    removed: dict[str, _Place] = {}
    faults = []
    for file in files:
        for document, path in file.documents():
            if document.id in wanted:
                message = f"`{document.id}` is declared twice"
                faults.append(file.fault(path, "duplicate-id", message))
            wanted[document.id] = (document, (file, path))
    for file in files:
        for entity, path in file.removals():
            if entity in wanted or entity in removed:
                message = f"`{entity}` is declared or removed elsewhere, too"
                faults.append(file.fault(path, "duplicate-id", message))
            elif entity not in current:
                message = f"`{entity}` is not on record, so it can't be removed"
                faults.append(file.fault(path, "unknown-id", message))
            removed[entity] = (file, path)
    return wanted, removed, faults


def _dangling(
    after: Mapping[str, Document],
    wanted: Mapping[str, tuple[Document, _Place]],
    removed: Mapping[str, _Place],
) -> Iterator[Fault]:
    for entity, document in after.items():
        for name, target in references_of(document):
            if target in after:
                continue
            if entity in wanted:
                file, path = wanted[entity][1]
                message = f"`{entity}` names `{target}`, which is not declared"
                yield file.fault((*path, name), "unknown-reference", message)
            else:
                file, path = removed[target]
                message = f"`{target}` is still named by `{entity}`"
                yield file.fault(path, "still-referenced", message)


def _faults_of(
    document: Document, before: Document | None, place: _Place, terms: Terms
) -> Iterator[Fault]:
    if isinstance(document, Person | Service):
        file, path = place
        for role in document.roles:
            if role not in terms.roles:
                known = ", ".join(sorted(terms.roles))
                message = f"`{role}` is not a role of the access policy"
                yield file.fault((*path, "roles"), "unknown-role", message, known)
    elif isinstance(document, Asset):
        yield from _tier_faults(document, before, place, terms)


def _tier_faults(
    asset: Asset, before: Document | None, place: _Place, terms: Terms
) -> Iterator[Fault]:
    file, path = place
    where = (*path, "tier")
    old = before.tier if isinstance(before, Asset) else None
    if old is not None and (asset.tier is None or asset.tier < old):
        message = f"`{asset.id}` is held in the tier `{old}` and can't be moved down"
        yield file.fault(where, "tier-lowered", message, "an approved act, not an edit")
    if asset.tier is None:
        return
    if asset.tier not in tiers_of(terms.setting):
        message = f"the institute has no tier `{asset.tier}`"
        yield file.fault(where, "tier-not-set-up", message)
        return
    obstacle = terms.admits(asset)
    if obstacle:
        message = f"the tier `{asset.tier}` does not admit `{asset.id}`: {obstacle}"
        yield file.fault(where, "tier-too-low", message)


def _second_institute(
    after: Mapping[str, Document], wanted: Mapping[str, tuple[Document, _Place]]
) -> Iterator[Fault]:
    institutes = sorted(
        entity
        for entity, document in after.items()
        if isinstance(document, Organisation) and document.relation == "institute"
    )
    if len(institutes) > 1:
        for entity in institutes:
            if entity in wanted:
                file, path = wanted[entity][1]
                message = f"there is one institute, not {' and '.join(institutes)}"
                yield file.fault((*path, "relation"), "second-institute", message)


def _compare(
    current: Mapping[str, Document],
    wanted: Mapping[str, Document],
    removed: Mapping[str, _Place],
) -> Plan:
    changes = [Change(Verb.REMOVED, entity, None) for entity in removed]
    unchanged = 0
    for entity, document in wanted.items():
        old = current.get(entity)
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
    return Plan(tuple(sorted(changes, key=lambda c: c.entity)), unchanged)
