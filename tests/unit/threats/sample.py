"""A small set of threat models that is complete: five measures for each level."""

from collections.abc import Iterator

import pytest

from ringwall.base.errors import DeclarationError, Fault
from ringwall.model.levels import Domain
from ringwall.threats.catalogue import Catalogue
from ringwall.threats.reader import parse_catalogue
from ringwall.threats.rows import Ladder, Measure

Files = dict[str, str]

_SOURCED = """source: a document
    mark: C
    date: "2026-11-21"
"""
# One category of measures for each domain.
CODES = {
    Domain.WEIGHTS: "WS",
    Domain.NETWORK: "SW",
    Domain.ASSURANCE: "RT",
    Domain.DETECTION: "MO",
    Domain.PERSONNEL: "FM",
}
PROTECTED = "protected/model.yaml"


def sample_files() -> Files:
    """Return the text of each file by name."""
    return {
        "actors.yaml": "actors:\n" + "".join(_actors()),
        "levels.yaml": "levels:\n" + "".join(_levels()),
        "vectors.yaml": _VECTORS,
        "measures.yaml": "measures:\n" + "".join(_measures()),
        "capabilities.yaml": _CAPABILITIES,
        "compute.yaml": _COMPUTE,
        "powers.yaml": _POWERS,
        "tiers.yaml": "tiers:\n" + "".join(_tiers()),
        PROTECTED: _PROTECTED,
    }


def changed(name: str, old: str, new: str) -> Files:
    """Return the sample with one piece of one file replaced; it must stand once."""
    files = sample_files()
    assert files[name].count(old) == 1, f"`{old}` stands {files[name].count(old)} times"
    return {**files, name: files[name].replace(old, new)}


def encoded(files: Files) -> dict[str, bytes]:
    """Return the files as they are read from disk."""
    return {name: text.encode() for name, text in files.items()}


def sample_catalogue() -> Catalogue:
    """Return the sample as it is read."""
    return parse_catalogue(encoded(sample_files()))


def faults_of(files: Files) -> tuple[Fault, ...]:
    """Return the faults for which files are refused; there must be some."""
    with pytest.raises(DeclarationError) as caught:
        parse_catalogue(encoded(files), "models")
    assert caught.value.code == "threat-models-refused"
    assert caught.value.faults
    return caught.value.faults


def sample_measure(
    measure_id: str, domain: Domain, counters: tuple[str, ...] = ("RUC-1",)
) -> Measure:
    """Return a measure by itself."""
    return Measure(
        id=measure_id,
        name="some-measure",
        category=measure_id[4:6],
        csf="PR.DS",
        domain=domain,
        scope="site",
        about="something is done",
        counters=counters,
        mapping="OWN",
        source="a document",
        mark="C",
        date="2026-11-21",
    )


def _actors() -> Iterator[str]:
    for number in range(1, 6):
        yield f"""  - id: OC{number}
    name: class {number}
    people: {10**number}
    time: days
    budget_usd: {10**number}
    expertise: some
    infrastructure: some
    access: none
    examples: [somebody]
    {_SOURCED}"""


def _levels() -> Iterator[str]:
    parameters = [name.replace("_", "-") for name in Ladder.model_fields]
    ladder = "".join(f"      {name}: null\n" for name in parameters[1:])
    for number in range(1, 6):
        yield f"""  - id: SL{number}
    goal: {{against: OC{number}, strength: likely, scope: all}}
    benchmark: {{measures: 5, theme: a theme, state: a state}}
    ladder:
      {parameters[0]}: {number * 64} bits
{ladder}    {_SOURCED}"""


def _measures() -> Iterator[str]:
    for number in range(1, 6):
        for domain, code in CODES.items():
            counters = "RUC-1, CEC-1" if code == "WS" else "RUC-1"
            yield f"""  - id: SL{number}-{code}-1
    name: measure-{domain}
    category: {code}
    csf: PR.DS
    domain: {domain}
    scope: site
    about: something is done
    counters: [{counters}]
    mapping: OWN
    {_SOURCED}"""


def _tiers() -> Iterator[str]:
    for tier, site, people in (
        ("lower", "SL1", "SL1"),
        ("upper", "SL3", "SL4"),
        ("third", "SL5", "SL5"),
    ):
        yield f"  - id: {tier}\n    about: a tier\n    needs:\n"
        for domain in Domain:
            level = people if domain is Domain.PERSONNEL else site
            yield (
                f"      - {{domain: {domain}, level: {level}, source: a document, "
                'mark: C, date: "2026-11-21"}\n'
            )


_VECTORS = f"""categories:
  - id: RUC
    name: running code
    {_SOURCED}
  - id: CEC
    name: credentials
    {_SOURCED}
vectors:
  - id: RUC-1
    category: RUC
    name: a known flaw
    feasibility: {{OC1: 3, OC2: 4, OC3: 4, OC4: 5, OC5: 5}}
    fast_moving: false
    atlas: [AML.T0049, AML.T0010.001]
    {_SOURCED}
  - id: CEC-1
    category: CEC
    name: deceit
    feasibility:
      OC1: 1
      OC2: 1
      OC3: 2
      OC4: 2
      OC5: 3
    fast_moving: true
    atlas: []
    {_SOURCED}"""
_CAPABILITIES = f"""capabilities:
  - id: some-threshold
    framework: a framework
    version: "1"
    threshold: a capability
    consequence: more security
    tier: upper
    valid_from: "2025-01-01"
    valid_until: "2026-01-01"
    mapping: OWN
    {_SOURCED}"""
_COMPUTE = f"""compute:
  - id: a-run
    about: training
    comparison: more-than
    flop: "1e25"
    consequence: a duty
    valid_from: "2025-08-02"
    valid_until: null
    {_SOURCED}
  - id: a-cluster
    about: machines
    comparison: more-than
    performance: "1e20"
    network_gbits: 100
    consequence: a duty
    valid_from: null
    valid_until: null
    {_SOURCED}
  - id: an-equal
    about: a model
    comparison: more-than
    equivalent: as capable as the first large ones
    consequence: a duty
    valid_from: null
    valid_until: "2026-01-01"
    {_SOURCED}"""
_POWERS = f"""powers:
  - id: copies
    about: making copies
    actions: [weights.copy, weights.export]
    tier: upper
    limit: 20
    {_SOURCED}"""
_PROTECTED = """id: model
name: the model
about: what matters
kinds: [model-weights, checkpoint]
expected: {actor: OC4, why: it is worth much}
needs:
  - {domain: weights, level: SL3}
  - {domain: network, level: SL3}
  - {domain: assurance, level: SL3}
  - {domain: detection, level: SL3}
  - {domain: personnel, level: SL4}
threats:
  - id: m-01
    vector: RUC-1
    about: somebody runs code
    measures: [SL1-WS-1]
    rules: [acc-030..acc-038, floor-x]
    tests: [test_it_is_refused]
  - id: m-02
    vector: null
    about: somebody misuses what was approved
    measures: []
    rules: []
    tests: []
source: a document
mark: OWN
date: "2026-11-21"
"""
