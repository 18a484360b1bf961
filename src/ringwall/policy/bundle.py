"""All concerns of an institute as one value with one digest.

Must never hold two rules of one id: an id in a decision names one row.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import Fault, PolicyError
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.concern import Concern
from ringwall.policy.faults import Faults
from ringwall.policy.known_concerns import compiled_concern, known_concern

__all__ = ["Bundle", "CompiledBundle", "compile_bundle", "parse_bundle"]


@dataclass(frozen=True, slots=True)
class Bundle:
    """The concerns by name, and SHA-256 over their digests in lower-case hex."""

    concerns: Mapping[str, Concern]
    digest: str


@dataclass(frozen=True, slots=True)
class CompiledBundle:
    """The compiled concerns by name, and the digest of the bundle they are of."""

    concerns: Mapping[str, CompiledConcern]
    digest: str


def parse_bundle(folders: Mapping[str, Mapping[str, bytes]], place: str = "") -> Bundle:
    """Return the bundle that the files of several concerns make.

    Args:
        folders: for each concern its files, see `reader.parse_concern`.
        place: the folder above the concerns, as faults shall name it.

    Raises:
        PolicyError: `policy-refused`, with the faults of all concerns, with
            `duplicate-rule-id` for an id of two concerns, or `bundle-empty`.
    """
    faults = Faults()
    concerns: dict[str, Concern] = {}
    for name in sorted(folders):
        where = f"{place}/{name}" if place else name
        try:
            concerns[name] = known_concern(name, folders[name], where)
        except PolicyError as error:
            for fault in error.faults:
                faults.add(fault)
    _check_ids(place, concerns.values(), faults)
    if not folders:
        faults.add(Fault(place, 0, 0, "bundle-empty", "there is no concern"))
    if len(faults):
        raise faults.refusal("the policy bundle")
    digests = {name: concern.digest for name, concern in concerns.items()}
    digest = hashlib.sha256(dump_canonical(digests)).hexdigest()
    return Bundle(MappingProxyType(concerns), digest)


def compile_bundle(bundle: Bundle) -> CompiledBundle:
    """Return a bundle in a form that decides fast."""
    compiled = {
        name: compiled_concern(concern) for name, concern in bundle.concerns.items()
    }
    return CompiledBundle(MappingProxyType(compiled), bundle.digest)


def _check_ids(place: str, concerns: Iterable[Concern], faults: Faults) -> None:
    first: dict[str, str] = {}
    for concern in concerns:
        for rule in concern.rules:
            owner = first.setdefault(rule.id, concern.name)
            if owner != concern.name:
                message = f"rule `{rule.id}` stands in concern `{owner}` too"
                file = f"{place}/{rule.file}" if place else rule.file
                fault = Fault(file, rule.line, 0, "duplicate-rule-id", message)
                faults.add(fault)
