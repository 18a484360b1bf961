"""The barrier, read a second time: slow, from the workflow's text alone.

Goes fact by fact and member by member; knows no lattice and no join.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Body", "Fact", "Paper", "withheld"]

_ORDER = ("clear", "green", "amber", "amber+strict", "red")
_PAPERS: Mapping[str, tuple[str, ...]] = {
    "law": ("provision", "binds-host"),
    "consent": ("consent-to-recipient", "consent-stands"),
    "danger": ("danger-to-life",),
    "order": ("order", "legal-officer"),
}


@dataclass(frozen=True)
class Fact:
    """One fact of a text, with its own label."""

    field: str
    colour: str
    compartments: tuple[str, ...]
    only_states: tuple[str, ...] | None
    of_a_case: bool


@dataclass(frozen=True)
class Body:
    """A recipient."""

    name: str
    function_flag: str
    body_flag: str
    colour: str
    compartments: tuple[str, ...]
    state: str
    key: bool
    attested: bool


@dataclass(frozen=True)
class Paper:
    """What is on record for an exit."""

    exit: str
    recipient: str
    case: str
    persons: tuple[str, ...]
    holds: tuple[str, ...]
    fields: tuple[str, ...]


def withheld(case: str, facts: Sequence[Fact], body: Body, paper: Paper | None) -> bool:
    """Return whether anything at all keeps the text back."""
    if not (body.key and body.attested):
        return True
    if any(_too_much(fact, body) for fact in facts):
        return True
    is_single = case != "" or any(fact.of_a_case for fact in facts)
    # 6.8: bodies that are both are split into functions with different keys. That it
    # has a key was asked above.
    flags = (body.function_flag, body.body_flag)
    supports = flags in (("no", "no"), ("no", "split"), ("split", "no"))
    return is_single and not supports and _walled(case, facts, body, paper)


def _too_much(fact: Fact, body: Body) -> bool:
    if _ORDER.index(fact.colour) > _ORDER.index(body.colour):
        return True
    if any(one not in body.compartments for one in fact.compartments):
        return True
    return fact.only_states is not None and body.state not in fact.only_states


def _walled(case: str, facts: Sequence[Fact], body: Body, paper: Paper | None) -> bool:
    if paper is None or case == "":
        return True
    if paper.recipient != body.name or paper.case != case:
        return True
    if len(set(paper.persons)) < 2:
        return True
    if any(need not in paper.holds for need in _PAPERS[paper.exit]):
        return True
    return any(fact.field not in paper.fields for fact in facts)
