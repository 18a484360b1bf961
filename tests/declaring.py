"""Declarations as tests of the registry make them: a small institute, and its terms."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from ringwall.base.errors import DeclarationError, Fault
from ringwall.model.assets import Asset, WeightsFile
from ringwall.model.declarations import Document
from ringwall.model.parties import Person, Service
from ringwall.model.tiers import Tier
from ringwall.registry.declaration_file import DeclarationFile, read_declarations
from ringwall.registry.plan import Plan, Verb, plan_changes
from ringwall.registry.terms import Terms
from ringwall.threats.rows import CapabilityThreshold, Power
from tests.threat_rows import NOON, catalogue

__all__ = ["BASE", "TERMS", "WEIGHTS", "Files", "described", "verbs"]

BASE: Final = """\
organisations:
- {id: org:institute, relation: institute}
- {id: org:partner, relation: partner}
people:
- {id: user:ada, organisation: org:institute, roles: [researcher]}
services:
- {id: service:bot, organisation: org:institute, operator: user:ada}
sites:
- {id: site:hub, operator: org:institute}
points:
- {id: point:desk, site: site:hub}
assets:
- {id: dataset:open, tier: lower, content: open}
- {id: dataset:kept, tier: upper, content: restricted}
- {id: dataset:new, content: internal}
"""
"""What is on record before anything is planned."""

_SOURCE: Final[dict[str, Any]] = {
    "source": "a book",
    "mark": "OWN",
    "date": "2026-11-21",
}


def _admits(asset: Asset, _: Mapping[str, Document]) -> str:
    """Stand for a classification that keeps restricted things out of the lower tier."""
    low = asset.tier is Tier.LOWER and asset.content == "restricted"
    return "content is restricted, needed internal" if low else ""


def _holders(power: Power, documents: Mapping[str, Document]) -> frozenset[str]:
    """Stand for an access policy in which custodians hold each power."""
    assert power.id == "copies"
    found = set()
    for document in documents.values():
        if isinstance(document, Person | Service) and "custodian" in document.roles:
            found.add(
                document.operator if isinstance(document, Service) else document.id
            )
    return frozenset(found)


TERMS: Final = Terms(
    roles=frozenset({"ciso", "custodian", "researcher"}),
    setting="two",
    catalogue=replace(
        catalogue(),
        capabilities={
            "own-line": CapabilityThreshold(
                id="own-line",
                framework="the institute's",
                version="1",
                threshold="writes what nobody can read",
                consequence="it is held in the upper tier",
                tier=Tier.UPPER,
                valid_from="2026-01-01",
                valid_until=None,
                mapping="OWN",
                **_SOURCE,
            )
        },
        powers={
            "copies": Power(
                id="copies",
                about="making copies",
                actions=("weights.copy", "weights.export"),
                tier=Tier.UPPER,
                limit=2,
                **_SOURCE,
            )
        },
    ),
    now=NOON,
    admits=_admits,
    holders=_holders,
)
"""Three roles, two tiers, two holders of a power at most, at noon."""


class Files:
    """Writes declaration files and plans on them.

    Args:
        folder: where to.
        base: what is on record before.
    """

    def __init__(self, folder: Path, base: str = BASE) -> None:
        self._folder = folder
        self._base = base

    def read(self, *texts: str) -> list[DeclarationFile]:
        """Return declaration files with these texts."""
        paths = []
        for number, text in enumerate(texts):
            paths.append(self._folder / f"{number}.yaml")
            paths[-1].write_text(text)
        return read_declarations(paths)

    def on(self, base: str) -> "Files":
        """Return the same with more on record."""
        return Files(self._folder, base)

    def base(self) -> dict[str, Document]:
        """Return what is on record before."""
        return {doc.id: doc for doc, _ in self.read(self._base)[0].documents()}

    def plan(self, *texts: str, terms: Terms = TERMS, retired: str = "") -> Plan:
        """Plan files with these texts."""
        ids = frozenset({retired})
        return plan_changes(self.base(), self.read(*texts), terms, ids)

    def faults(
        self, *texts: str, terms: Terms = TERMS, retired: str = ""
    ) -> Sequence[Fault]:
        """Return why files with these texts are refused."""
        with pytest.raises(DeclarationError) as caught:
            self.plan(*texts, terms=terms, retired=retired)
        assert caught.value.code == "declaration-refused"
        return caught.value.faults

    def fault(
        self, *texts: str, terms: Terms = TERMS, retired: str = ""
    ) -> tuple[str, int]:
        """Return code and line of the only fault; it must have all its parts."""
        return self.whole_fault(*texts, terms=terms, retired=retired)[:2]

    def whole_fault(
        self, *texts: str, terms: Terms = TERMS, retired: str = ""
    ) -> tuple[str, int, str]:
        """Return code, line and message of the only fault."""
        (fault,) = self.faults(*texts, terms=terms, retired=retired)
        assert fault.file.endswith(".yaml")
        assert fault.message.startswith("`")
        assert fault.expected
        return fault.code, fault.line, fault.message


def verbs(plan: Plan) -> Mapping[str, Verb]:
    """Return what happens to each entity."""
    return {change.entity: change.verb for change in plan.changes}


WEIGHTS: Final = """\
assets:
- id: weights:{name}
  tier: {tier}
  content: internal
  compute: {{low: "1", high: "2"}}
"""
_DIGEST: Final = "0" * 64


def described(folder: Path, name: str, tier: str) -> list[DeclarationFile]:
    """Return a declaration of weights with the same file, whatever their name."""
    path = folder / f"{name}.yaml"
    path.write_text(WEIGHTS.format(name=name, tier=tier))
    file = WeightsFile(
        sha256=_DIGEST, bytes=8, tensor_count=0, tensors_sha256=_DIGEST, tensors=()
    )
    return read_declarations([path], {f"weights:{name}": file})
