"""The trace between shipped threats and shipped rules, and the page made of it.

`python -m tests.conformance.threat_index` writes `docs/threat-index.md` anew.
"""

import re
from pathlib import Path
from typing import Final

from ringwall.pdp.floor_rules import FLOOR_RULES
from ringwall.policy.folder import read_bundle
from ringwall.threats.catalogue import Place
from ringwall.threats.folder import read_catalogue
from ringwall.threats.trace import Trace, index_markdown, trace_threats

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "threat-index.md"
_FLOOR: Final = Path("src/ringwall/pdp/floor_rules.py")
_TEST: Final = re.compile(r"^def (test_\w+)", re.MULTILINE)


def shipped_rules() -> dict[str, Place]:
    """Return where each row of the policies and each rule of the floor stands."""
    rows = {
        rule.id: Place(f"policies/{rule.file}", rule.line, 0)
        for concern in read_bundle(ROOT / "policies").concerns.values()
        for rule in concern.rules
    }
    return {**rows, **{rule.code: _on_the_floor(rule.code) for rule in FLOOR_RULES}}


def shipped_tests() -> frozenset[str]:
    """Return the name of each test function of this repository."""
    texts = (path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return frozenset(name for text in texts for name in _TEST.findall(text))


def shipped_trace() -> Trace:
    """Return the trace between what is shipped."""
    catalogue = read_catalogue(ROOT / "threat_models")
    return trace_threats(catalogue, shipped_rules(), shipped_tests())


def _on_the_floor(code: str) -> Place:
    lines = (ROOT / _FLOOR).read_text("utf-8").splitlines()
    found = [number for number, line in enumerate(lines, 1) if f'"{code}",' in line]
    return Place(_FLOOR.as_posix(), found[-1], 0)


if __name__ == "__main__":
    PAGE.write_text(index_markdown(shipped_trace()), "utf-8", newline="\n")
