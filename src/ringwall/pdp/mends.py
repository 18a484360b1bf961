"""What meets a rule of the floor: the facts that it asks for, no more.

Must never change what was asked about, nor turn a fact that nobody can change.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from ringwall.model.facts import GrantFacts, SiteFacts, Situation
from ringwall.model.levels import (
    Authentication,
    Disclosure,
    Domain,
    Proof,
    Quorum,
    SecurityLevel,
)
from ringwall.model.tiers import TIER_VECTORS
from ringwall.pdp.standing import at_levels

__all__ = ["at_least_levels", "mended"]

_SAFEGUARDS: Final = (
    *("notice", "security_evaluation", "alignment_evaluation", "evaluator"),
)


def mended(situation: Situation, codes: Iterable[str]) -> Situation:
    """Return a situation in which rules of the floor are met, where they can be.

    Args:
        situation: that breaks them.
        codes: of the rules.
    """
    for code in codes:
        situation = _MENDS.get(code, _unchanged)(situation)
    return situation


def at_least_levels(site: SiteFacts, least: Mapping[str, SecurityLevel]) -> SiteFacts:
    """Return the site with no less than the levels given, by domain."""
    return at_levels(
        site, {name: max(level, getattr(site, name)) for name, level in least.items()}
    )


def _lift_suspensions(s: Situation) -> Situation:
    return s._replace(
        subject=replace(s.subject, suspended=False),
        organisation=replace(s.organisation, suspended=False),
    )


def _attest_site(s: Situation) -> Situation:
    least = {domain.value: lv for domain, lv in TIER_VECTORS[s.asset.tier].items()}
    return s._replace(site=at_least_levels(s.site, least))


def _screen_person(s: Situation) -> Situation:
    level = TIER_VECTORS[s.asset.tier][Domain.PERSONNEL]
    return s._replace(subject=replace(s.subject, personnel=level))


def _show_evidence(s: Situation) -> Situation:
    return s._replace(organisation=replace(s.organisation, cyber=SecurityLevel.SL3))


def _read_in(s: Situation) -> Situation:
    compartments = s.subject.compartments | s.asset.compartments
    return s._replace(subject=replace(s.subject, compartments=compartments))


def _approve(s: Situation) -> Situation:
    return s._replace(grant=GrantFacts(max(s.grant.quorum, Quorum.TWO)))


def _prove_session(s: Situation) -> Situation:
    session = replace(s.session, authentication=Authentication.HARDWARE)
    return s._replace(session=session)


def _other_point(s: Situation) -> Situation:
    return s._replace(point=replace(s.point, tier=s.asset.tier))


def _join_compartments(s: Situation) -> Situation:
    compartments = s.asset.compartments | s.asset.source_compartments
    joined = _with_asset(s, compartments=compartments)
    return _read_in(joined)


def _clear_disclosure(s: Situation) -> Situation:
    least = max(s.asset.disclosure, Disclosure.PENDING)
    return _with_asset(s, disclosure=least)


def _show_safeguards(s: Situation) -> Situation:
    shown = dict.fromkeys(_SAFEGUARDS, Proof.IN_DATE)
    return _with_asset(s, **shown)


def _with_asset(s: Situation, **changed: Any) -> Situation:  # noqa: ANN401 - facts of any type
    facts = replace(s.asset, **changed)
    return s._replace(asset=facts)


def _unchanged(s: Situation) -> Situation:
    return s


# What meets a rule of the floor, by its code; nothing meets the others.
_MENDS: Final[Mapping[str, Callable[[Situation], Situation]]] = MappingProxyType(
    {
        "floor-suspended": _lift_suspensions,
        "floor-site": _attest_site,
        "floor-personnel": _screen_person,
        "floor-government-evidence": _show_evidence,
        "floor-compartment": _read_in,
        "floor-need-to-know": _approve,
        "floor-authentication": _prove_session,
        "floor-derived": _join_compartments,
        "floor-flow": _other_point,
        "floor-release": _clear_disclosure,
        "floor-training": _show_safeguards,
    }
)
