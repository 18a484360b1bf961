"""The facts of a case that an exit lets out, and their label: codes, no words.

Must never give a field that the exit does not name.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ringwall.raid.outgoing.barrier import Content
from ringwall.raid.outgoing.exits import Exit
from ringwall.raid.outgoing.lattice import Label
from ringwall.raid.routing.facts import CaseFacts

__all__ = ["FACTS_OF", "content_of", "fields_told", "minimum_of"]

FACTS_OF: Final[Mapping[str, frozenset[str]]] = {
    "case": frozenset(),
    "kind": frozenset({"kind"}),
    "class": frozenset({"class"}),
    "danger": frozenset({"danger"}),
    "occurred": frozenset({"occurred"}),
    "states": frozenset({"states"}),
    "effects": frozenset({"harms"}),
}
"""Field of an exit -> the facts of a package that tell it."""


def minimum_of(case: CaseFacts, exit_: Exit) -> dict[str, Any]:
    """Return field -> what is known of it, of just those that an exit names.

    Args:
        case: what is known.
        exit_: of the rules in force.
    """
    known = _known(case)
    return {name: known[name] for name in sorted(exit_.fields) if name in known}


def content_of(case: CaseFacts, told: Mapping[str, Any]) -> Content:
    """Return what is told of a case as the barrier asks for it.

    Its label is that of the case and of all its reports: each may have told the fact.

    Args:
        case: what is known.
        told: as `minimum_of`.
    """
    labels = [case.standing.label, *(report.label for report in case.reports)]
    label = Label(max(labels), is_case=True)
    return Content(case.standing.id, label, frozenset(told))


def fields_told(names: Iterable[str]) -> frozenset[str]:
    """Return the fields that a package tells; a fact that is in none, by its own name.

    Args:
        names: of its facts.
    """
    field_of = {one: field for field, facts in FACTS_OF.items() for one in facts}
    return frozenset({"case", *(field_of.get(name, name) for name in names)})


def _known(case: CaseFacts) -> dict[str, Any]:
    return {
        "case": case.standing.id,
        "kind": list(case.points["kind"]),
        "class": list(case.points["class"]),
        "danger": list(case.points["danger"]),
        "occurred": _answers(case, "occurred"),
        "states": list(case.states),
        "effects": sorted({one for some in _answers(case, "harms") for one in some}),
    }


def _answers(case: CaseFacts, name: str) -> list[Any]:
    """Return what reports answer, each answer once."""
    found: list[Any] = []
    for report in case.reports:
        value = report.document.get(name, "unknown")
        if value != "unknown" and value not in found:
            found.append(value)
    return found
