"""The policies that grants are judged by: as shipped, and with stricter quorums.

Both sides read the same files, each in its own way.
"""

import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ringwall.pdp.pipeline import DecisionPoint
from ringwall.policy.bundle import compile_bundle
from ringwall.policy.folder import read_bundle
from ringwall.shipped import shipped_path
from tests.oracle.quorum_rows import Rules, read_rules

__all__ = ["Policies", "in_force"]

_STRICTER: Mapping[str, str] = {
    ", custodian-2, ciso-1, *, 72,": ", custodian-3, ciso-1, *, 48,",
    ", weights-researcher-1, security-officer-1, *, 168,": (
        ", weights-researcher-1, security-officer-2, *, 24,"
    ),
    "security-officer-2, raid-director-1, *, 72, 1, 24,": (
        "security-officer-2, raid-director-1, *, 72, 1, 48,"
    ),
}


class Policies(NamedTuple):
    """What the product and its twin go by."""

    decider: DecisionPoint
    rules: Rules


@cache
def in_force(*, stricter: bool = False) -> Policies:
    """Return the shipped policies, or some that ask for more people and less time."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "policies"
        shutil.copytree(shipped_path("policies"), folder)
        if stricter:
            table = folder / "quorum" / "policy.csv"
            text = table.read_text("utf-8")
            for old, new in _STRICTER.items():
                assert old in text
                text = text.replace(old, new)
            table.write_text(text, "utf-8")
        compiled = compile_bundle(read_bundle(folder))
        return Policies(DecisionPoint(compiled.concerns, "three"), read_rules(folder))
