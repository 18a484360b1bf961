"""What a set of declarations would change, or why it is refused; pure.

Looks at the registry as it would be afterwards, so that order within a file does
not matter. Must never let an edit, or several in a row, lower an asset's tier.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ringwall.base.canonical import MAX_ENTRY_BYTES, dump_canonical
from ringwall.base.errors import Fault
from ringwall.model.declarations import (
    Asset,
    Document,
    Organisation,
    Person,
    Service,
    dump_document,
    references_of,
)
from ringwall.model.tiers import Tier, TierSetting, tiers_of
from ringwall.registry.declaration_file import DeclarationFile, refusal

__all__ = ["Change", "Plan", "Terms", "Verb", "plan_changes"]

_Path = tuple[str | int, ...]
_Place = tuple[DeclarationFile, _Path]
# What an event adds to its document stays well below this many bytes.
_MAX_DOCUMENT_BYTES: Final = MAX_ENTRY_BYTES - 1024


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
    current: Mapping[str, Document],
    files: Sequence[DeclarationFile],
    terms: Terms,
    retired: Set[str] = frozenset(),
) -> Plan:
    """Return what the files would change.

    Args:
        current: id -> document on record.
        files: what is to be declared and removed.
        terms: what it is held against.
        retired: ids that were on record once and have been removed.

    Raises:
        DeclarationError: `declaration-refused` with the faults of all files:
            `duplicate-id`, `unknown-id`, `id-retired`, `unknown-role`,
            `unknown-reference`, `still-referenced`, `tier-not-set-up`,
            `tier-too-low`, `tier-lowered`, `second-institute`,
            `institute-changed`, `operator-elsewhere`, `weights-held-higher`,
            `document-too-large`.
    """
    wanted, removed, faults = _gather(current, files)
    after = {**current, **{k: doc for k, (doc, _) in wanted.items()}}
    for entity in removed:
        after.pop(entity, None)
    faults += _dangling(after, wanted, removed)
    for entity, (document, place) in wanted.items():
        faults += _faults_of(document, current.get(entity), place, terms)
        faults += _retired_faults(document, retired, place)
    faults += _second_institute(after, wanted)
    faults += _institute_changed(current, wanted, removed)
    faults += _held_higher(after, wanted)
    faults += _foreign_operators(after, wanted)
    if faults:
        raise refusal(sorted(faults, key=lambda f: (f.file, f.line, f.column)))
    return _compare(current, {k: doc for k, (doc, _) in wanted.items()}, removed)


def _gather(
    current: Mapping[str, Document], files: Sequence[DeclarationFile]
) -> tuple[dict[str, tuple[Document, _Place]], dict[str, _Place], list[Fault]]:
    wanted: dict[str, tuple[Document, _Place]] = {}
    removed: dict[str, _Place] = {}
    faults = []
    once = "each id once"
    for file in files:
        for document, path in file.documents():
            if document.id in wanted:
                message = f"`id`: `{document.id}` is declared twice"
                faults.append(file.fault((*path, "id"), "duplicate-id", message, once))
            kept = _with_kept_file(document, current.get(document.id))
            wanted[document.id] = (kept, (file, path))
    for file in files:
        for entity, path in file.removals():
            if entity in wanted or entity in removed:
                message = f"`remove`: `{entity}` is declared or removed elsewhere, too"
                faults.append(file.fault(path, "duplicate-id", message, once))
            elif entity not in current:
                message = f"`remove`: `{entity}` is not on record"
                expected = "the id of something declared before"
                faults.append(file.fault(path, "unknown-id", message, expected))
            removed[entity] = (file, path)
    return wanted, removed, faults


def _dangling(
    after: Mapping[str, Document],
    wanted: Mapping[str, tuple[Document, _Place]],
    removed: Mapping[str, _Place],
) -> Iterator[Fault]:
    """Give what names an id that would not be on record.

    INVARIANT: all that is on record names only what is, so a document that is not
    itself declared here can only miss what is removed here.
    """
    for entity, document in after.items():
        for name, target in references_of(document):
            if target in after:
                continue
            if entity in wanted:
                file, path = wanted[entity][1]
                message = f"`{name}` of `{entity}` is `{target}`, which is not declared"
                expected = "the id of something declared"
                where = (*path, name)
                yield file.fault(where, "unknown-reference", message, expected)
            else:
                file, path = removed[target]
                message = f"`remove`: `{target}` is still `{name}` of `{entity}`"
                expected = f"`{entity}` to be removed or changed, too"
                yield file.fault(path, "still-referenced", message, expected)


def _faults_of(
    document: Document, before: Document | None, place: _Place, terms: Terms
) -> Iterator[Fault]:
    file, path = place
    size = len(dump_canonical(dump_document(document)))
    if size > _MAX_DOCUMENT_BYTES:
        message = f"`{document.id}` has {size} bytes in the form that is recorded"
        expected = f"at most {_MAX_DOCUMENT_BYTES} bytes"
        yield file.fault(path, "document-too-large", message, expected)
    if isinstance(document, Person | Service):
        for role in document.roles:
            if role not in terms.roles:
                known = ", ".join(sorted(terms.roles))
                message = f"`roles`: `{role}` is not a role of the access policy"
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
        message = f"`tier`: `{asset.id}` is held in `{old}` and can't be moved down"
        yield file.fault(where, "tier-lowered", message, "an approved act, not an edit")
    if asset.tier is None:
        return
    tiers = tiers_of(terms.setting)
    if asset.tier not in tiers:
        message = f"`tier`: the institute has no tier `{asset.tier}`"
        expected = ", ".join(map(str, tiers))
        yield file.fault(where, "tier-not-set-up", message, expected)
        return
    obstacle = terms.admits(asset)
    if obstacle:
        message = f"`tier`: `{asset.tier}` does not admit `{asset.id}`: {obstacle}"
        expected = "a tier that the classification policy admits it to"
        yield file.fault(where, "tier-too-low", message, expected)


def _retired_faults(
    document: Document, retired: Set[str], place: _Place
) -> Iterator[Fault]:
    """Refuse the id of an asset that was removed.

    To remove an asset and declare it again would be a way around `tier-lowered`.
    """
    if isinstance(document, Asset) and document.id in retired:
        file, path = place
        message = f"`id`: the asset `{document.id}` was removed before"
        yield file.fault((*path, "id"), "id-retired", message, "an id not used before")


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
                message = f"`relation`: institutes are {' and '.join(institutes)}"
                expected = "one institute"
                where = (*path, "relation")
                yield file.fault(where, "second-institute", message, expected)


def _institute_changed(
    current: Mapping[str, Document],
    wanted: Mapping[str, tuple[Document, _Place]],
    removed: Mapping[str, _Place],
) -> Iterator[Fault]:
    """Refuse that the institute becomes another organisation, or another it.

    Everybody of the organisation that is the institute may reach any tier.
    """
    expected = "the organisation on record as the institute to stay it"
    for entity, old in current.items():
        relation = old.relation if isinstance(old, Organisation) else ""
        if relation == "institute" and entity in removed:
            file, path = removed[entity]
            message = f"`remove`: `{entity}` is the institute"
            yield file.fault(path, "institute-changed", message, expected)
        if relation and entity in wanted:
            new, (file, path) = wanted[entity]
            said = new.relation if isinstance(new, Organisation) else ""
            if said != relation and "institute" in {said, relation}:
                message = f"`relation`: `{entity}` is `{relation}`, not `{said}`"
                where = (*path, "relation")
                yield file.fault(where, "institute-changed", message, expected)


def _with_kept_file(document: Document, before: Document | None) -> Document:
    """Return an asset with the weights file on record, unless it names another."""
    if not isinstance(document, Asset) or not isinstance(before, Asset):
        return document
    if document.file is not None or before.file is None:
        return document
    return document.model_copy(update={"file": before.file})


def _held_higher(
    after: Mapping[str, Document], wanted: Mapping[str, tuple[Document, _Place]]
) -> Iterator[Fault]:
    """Refuse weights in a tier below the one in which the same file is held."""
    highest: dict[str, tuple[Tier, str]] = {}
    for asset in after.values():
        if isinstance(asset, Asset) and asset.file and asset.tier is not None:
            digest, held = asset.file.sha256, (asset.tier, asset.id)
            highest[digest] = max(highest.get(digest, held), held)
    for entity, (asset, (file, path)) in wanted.items():
        if isinstance(asset, Asset) and asset.file and asset.tier is not None:
            tier, other = highest[asset.file.sha256]
            if asset.tier < tier:
                message = f"`tier`: the weights of `{entity}` are those of `{other}`"
                where, expected = (*path, "tier"), f"the tier `{tier}`"
                yield file.fault(where, "weights-held-higher", message, expected)


def _foreign_operators(
    after: Mapping[str, Document], wanted: Mapping[str, tuple[Document, _Place]]
) -> Iterator[Fault]:
    """Refuse a service whose operator belongs to another organisation.

    It would act with the standing of an organisation that does not answer for it.
    """
    for entity, service in after.items():
        operator = after.get(service.operator) if isinstance(service, Service) else None
        if not isinstance(service, Service) or not isinstance(operator, Person):
            continue
        moved = entity if entity in wanted else operator.id
        if operator.organisation != service.organisation and moved in wanted:
            file, path = wanted[moved][1]
            field = "operator" if moved == entity else "organisation"
            message = (
                f"`{field}`: `{entity}` belongs to `{service.organisation}`, its "
                f"operator `{operator.id}` to `{operator.organisation}`"
            )
            expected = "an operator of the service's own organisation"
            yield file.fault((*path, field), "operator-elsewhere", message, expected)


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
