"""Reports about the institute itself: nobody of it judges them.

Asked within a scene, of each act that judges a case or says who leads it. Must never
take somebody for an outsider by another account than their own.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from ringwall.base.errors import ActRefused
from ringwall.ledger.asking.raid_rows import RaidQuestion, RaidRows
from ringwall.model.parties import Person
from ringwall.pdp.standing import institute_of
from ringwall.raid.linked import linked_reports
from ringwall.raid.scene import Scene

if TYPE_CHECKING:
    from ringwall.model.declarations import Document
    from ringwall.raid.conflict_rules import ConflictRules

__all__ = ["check_outside", "host_names", "is_about", "names_host"]

_CASE: Final = "raid.case"
_MERGED: Final = "merged"
_UNKNOWN: Final = "unknown"
_WORD: Final = re.compile(r"\w+")


def check_outside(scene: Scene, case: str, person: str) -> None:
    """Refuse that somebody of the institute judges a case about it, or leads it.

    Args:
        scene: of the act.
        case: id.
        person: id of who judges or leads, by whatever account.

    Raises:
        ActRefused: `conflict-of-interest`; the next step says who may.
    """
    rules: ConflictRules = scene.rules.conflicts
    named = host_names(rules, scene.host, scene.ground.facts.documents())
    reports = [
        one.document
        for part in _parts(scene.rows, case)
        for one in linked_reports(scene.rows, part)
    ]
    if not is_about(reports, named) or _is_outside(scene, rules, person):
        return
    may = rules.assessors
    raise ActRefused(
        "conflict-of-interest",
        f"`{case}` is about the institute itself, and nobody of it judges or leads it",
        next_step=f"that is for an outside assessor: {may}"
        if may
        else "name an outside assessor in raid/desk/conflict.csv (a row `person`, "
        "`role` or `organisation`), and adopt it: `ringwall raid rules adopt`",
    )


def host_names(
    rules: "ConflictRules", host: str, documents: "Mapping[str, Document]"
) -> tuple[str, ...]:
    """Return by which names reports may call the institute.

    Args:
        rules: in force.
        host: its name in the settings.
        documents: of the registry, by id.
    """
    institute = institute_of(documents)
    own = (institute.id,) if institute is not None else ()
    return (*rules.names, host, *own)


def is_about(reports: Iterable[Mapping[str, Any]], names: Sequence[str]) -> bool:
    """Return whether a case is about somebody.

    Args:
        reports: documents of its reports.
        names: by which they are called.
    """
    return any(names_host(document, names) for document in reports)


def names_host(document: Mapping[str, Any], names: Iterable[str]) -> bool:
    """Return whether a report is about a system of somebody.

    Args:
        document: of the report.
        names: by which they are called.
    """
    systems = document.get("systems", _UNKNOWN)
    if systems == _UNKNOWN:
        return False
    told = [
        f" {_plain(str(system.get(field) or ''))} "
        for system in systems
        for field in ("developer", "name")
    ]
    wanted = [f" {_plain(name)} " for name in names if _plain(name)]
    return any(name in text for name in wanted for text in told)


def _is_outside(scene: Scene, rules: "ConflictRules", person: str) -> bool:
    """Return whether a natural person is an outside assessor."""
    document = scene.ground.facts.documents().get(scene.natural(person))
    if not isinstance(document, Person):
        return False
    return rules.is_outside(document.id, document.organisation, document.roles)


def _parts(rows: RaidRows, case: str) -> list[str]:
    """Return a case and those that are part of it, by way of others too."""
    held = [case]
    # Walked as it grows: a case that was merged may hold others.
    for name in held:
        asked: dict[str, str | int | frozenset[str | int]] = {
            "redirect": name,
            "state": _MERGED,
        }
        found = [one.id for one in rows.find(RaidQuestion(_CASE, equal=asked))]
        held += [one for one in found if one not in held]
    return held


def _plain(text: str) -> str:
    """Return the words of a text alone, in small letters."""
    return " ".join(_WORD.findall(text.casefold()))
