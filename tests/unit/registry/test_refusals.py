"""Every room is asked, and one fault hides no other."""

from pathlib import Path

from ringwall.registry.proposal import propose
from ringwall.registry.refusals import faults_of
from tests.declaring import TERMS, Files

WRONG = """\
organisations:
- {id: org:second, relation: institute}
people:
- {id: user:x, organisation: org:nobody, roles: [wizard, custodian]}
- {id: user:y, organisation: org:institute, roles: [custodian]}
- {id: user:z, organisation: org:institute, roles: [custodian]}
sites:
- id: site:x
  operator: org:institute
  attestations:
  - measures: [SL3-WS-1, SL3-FM-1, SL3-ZZ-1]
    assessor: org:institute
    from: "2026-01-01T00:00:00Z"
    until: "2027-01-01T00:00:00Z"
    evidence: "0000000000000000000000000000000000000000000000000000000000000000"
assets:
- {id: dataset:kept, tier: lower, content: internal}
- {id: dataset:one, tier: upper, content: open, derived_from: [dataset:two]}
- {id: dataset:two, tier: upper, content: open, derived_from: [dataset:one]}
- {id: dataset:made, tier: lower, content: open, derived_from: [dataset:source]}
- {id: dataset:source, tier: upper, content: open, held_at: [site:x]}
- id: run:x
  content: open
  compute: {low: "1", high: "1"}
  developer: org:partner
  safeguards:
  - kind: security-evaluation
    assessor: org:partner
    from: "2026-01-01T00:00:00Z"
    until: "2027-01-01T00:00:00Z"
"""


def test_all_rooms_tell_at_once(tmp_path: Path) -> None:
    files = Files(tmp_path)
    proposal, faults = propose(files.base(), files.read(WRONG))

    codes = {fault.code for fault in faults_of(proposal, TERMS)}

    assert faults == []
    assert codes == {
        "assessor-not-independent",
        "derivation-circular",
        "derived-lower",
        "measure-elsewhere",
        "safeguard-not-independent",
        "second-institute",
        "site-insufficient",
        "tier-lowered",
        "too-many-holders",
        "unknown-measure",
        "unknown-reference",
        "unknown-role",
    }
