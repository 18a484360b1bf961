"""All reasons to refuse declarations, one room for each noun.

Must never let one fault hide another: whoever declares sees all of them at once.
"""

from typing import Final

from ringwall.base.errors import Fault
from ringwall.registry.derivation import derivation_faults
from ringwall.registry.hosting import hosting_faults
from ringwall.registry.identities import identity_faults
from ringwall.registry.labels import label_faults
from ringwall.registry.measures import measure_faults
from ringwall.registry.parties import party_faults
from ringwall.registry.powers import power_faults
from ringwall.registry.proposal import Proposal
from ringwall.registry.references import reference_faults
from ringwall.registry.safeguards import safeguard_faults
from ringwall.registry.terms import Terms
from ringwall.registry.tiers import tier_faults

__all__ = ["faults_of"]

_ROOMS: Final = (
    reference_faults,
    party_faults,
    identity_faults,
    tier_faults,
    label_faults,
    derivation_faults,
    hosting_faults,
    measure_faults,
    safeguard_faults,
    power_faults,
)


def faults_of(proposal: Proposal, terms: Terms) -> list[Fault]:
    """Return everything for which a proposal is refused, room by room.

    References: `unknown-reference`, `still-referenced`, `id-retired`,
    `document-too-large`. Parties: `unknown-role`, `second-institute`,
    `institute-changed`, `operator-elsewhere`, `evidence-by-itself`, `person-removed`.
    Identities:
    `key-unusable`, `duplicate-identity`, `duplicate-issuer`, `account-unfit`,
    `manager-unfit`, `identity-lowered`. Tiers:
    `tier-not-set-up`, `tier-too-low`, `tier-lowered`, `weights-held-higher`,
    `unknown-threshold`.
    Labels: `label-lowered`, `weights-replaced`, `weights-size-differs`,
    `removed-from-above`.
    Derivation: `derivation-circular`, `derivation-dropped`, `derived-lower`. Hosting:
    `site-insufficient`. Measures: `unknown-measure`, `measure-elsewhere`,
    `assessor-not-independent`, `assessor-unfit`, `exception-unapproved`.
    Safeguards: `safeguard-not-independent`, `assessor-unfit`. Powers:
    `too-many-holders`.
    """
    return [fault for room in _ROOMS for fault in room(proposal, terms)]
