"""What an organisation's evidence amounts to at an instant.

Must never count evidence that is out of date, or that it gives itself.
"""

from collections.abc import Callable
from typing import Final

from ringwall.model.facts import Lapse, OrganisationFacts
from ringwall.model.levels import Agreement, Screening, SecurityLevel
from ringwall.model.parties import Organisation
from ringwall.pdp.evidence import Span, Statement, best_at

__all__ = ["organisation_facts"]

_KINDS: Final[dict[str, tuple[str, Callable[[int], object]]]] = {
    "screening": ("screening", Screening),
    "agreement": ("agreement", Agreement),
    "cybersecurity": ("cyber", SecurityLevel),
    "rule-of-law": ("rule_of_law", int),
    "freedoms": ("freedoms", int),
}


def organisation_facts(
    organisation: Organisation, now: int
) -> tuple[Span, OrganisationFacts]:
    """Return what policies see of an organisation, and between which instants."""
    whole = Span()
    all_lapses: list[Lapse] = []
    found: dict[str, int] = {}
    for kind, (attribute, scale) in _KINDS.items():
        statements = []
        for evidence in organisation.evidence:
            if evidence.kind == kind and evidence.assessor != organisation.id:
                rank = _rank(evidence.level, evidence.score)
                word = str(scale(rank))
                statements.append(Statement.of(evidence, attribute, rank, word))
        rank, lapses, span = best_at(statements, now)
        found[attribute] = rank
        whole = whole.meet(span)
        all_lapses += lapses
    facts = OrganisationFacts(
        id=organisation.id,
        relation=organisation.relation,
        screening=Screening(found["screening"]),
        agreement=Agreement(found["agreement"]),
        cyber=SecurityLevel(found["cyber"]),
        rule_of_law=found["rule_of_law"],
        freedoms=found["freedoms"],
        suspended=organisation.suspended,
        enforcing=organisation.enforcing,
        lapses=tuple(all_lapses),
    )
    return whole, facts


def _rank(level: SecurityLevel | None, score: int | None) -> int:
    """Evidence has a level, a score or, for what is there or not, neither: it is 1."""
    if level is not None:
        return level
    return 1 if score is None else score
