"""Reading policies and threat models together, from a folder that holds both.

Must never give a judge of which one half is another reading than the digest says.
"""

from hashlib import sha256
from pathlib import Path
from typing import Final

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import Fault, PolicyError
from ringwall.model.tiers import TierSetting
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.pdp.power_actions import check_powers
from ringwall.policy.bundle import Bundle, compile_bundle
from ringwall.policy.cases.cases import parse_cases
from ringwall.policy.folder import read_bundle
from ringwall.registry.judge import Judge
from ringwall.threats.folder import read_catalogue

__all__ = ["POLICIES", "THREAT_MODELS", "read_draft", "read_judge"]

POLICIES: Final = "policies"
"""Folder of the policies in an institute's folder."""

THREAT_MODELS: Final = "threat_models"
"""Folder of the threat models there."""


def read_judge(folder: Path, tiers: TierSetting) -> Judge:
    """Return the policies and threat models in a folder, compiled and bound.

    Args:
        folder: an institute's, or another one with `policies` and `threat_models`.
        tiers: how many tiers the institute has.

    Raises:
        PolicyError: the policies are refused, with every fault; or a power of the
            threat models names an action that they don't know.
        DeclarationError: the threat models are refused, with every fault.
    """
    return _read(folder, tiers)[0]


def read_draft(folder: Path, tiers: TierSetting) -> Judge:
    """As `read_judge`, of what is to come in force: its cases can be read, too.

    Else nobody could run or look at them once it is in force.

    Raises:
        PolicyError: as `read_judge`; or `policy-refused`, with each fault of the cases.
        DeclarationError: as `read_judge`.
    """
    judge, bundle = _read(folder, tiers)
    faults: list[Fault] = []
    for concern in bundle.concerns.values():
        try:
            parse_cases(concern, str(folder / POLICIES / concern.name))
        except PolicyError as error:
            faults += error.faults
    if faults:
        raise PolicyError(
            "policy-refused",
            f"the cases beside the policies can't be read, {faults[0].code}",
            next_step="mend the lines named, then see `ringwall policy lint`",
            faults=tuple(faults),
        )
    return judge


def _read(folder: Path, tiers: TierSetting) -> tuple[Judge, Bundle]:
    catalogue = read_catalogue(folder / THREAT_MODELS)
    bundle = read_bundle(folder / POLICIES)
    compiled = compile_bundle(bundle)
    decider = DecisionPoint(compiled.concerns, tiers)
    check_powers(catalogue, decider.actions)
    digests = {"catalogue": catalogue.digest, "policies": bundle.digest}
    both = sha256(dump_canonical(digests)).hexdigest()
    concerns = {name: c.digest for name, c in bundle.concerns.items()}
    return Judge(decider, catalogue, both, concerns), bundle
