"""Cases and recipients of briefs in tests: values, without a desk."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from ringwall.raid.briefs.brief import Writer
from ringwall.raid.briefs.cases import BriefedCase
from ringwall.raid.briefs.terms import read_terms
from ringwall.raid.outgoing.barrier import Recipient
from ringwall.raid.routing.facts import Report, Standing
from ringwall.raid.routing.labels import Tlp
from tests.routed import case_facts, report

__all__ = ["AGREED", "BRIEFS", "DAY_OF", "TERMS", "briefed", "spoc", "writer"]

BRIEFS: Final = Path(__file__).resolve().parents[1] / "raid" / "briefs"
TERMS: Final = read_terms(BRIEFS)
DAY_OF: Final = date(2026, 11, 23)
AGREED: Final[Mapping[str, str]] = {"authorities": "yes"}


def spoc(state: str = "DE", **changes: Any) -> Recipient:  # noqa: ANN401 - of a recipient
    """Return the single point of contact of a state, with all that it needs."""
    sound = Recipient(
        contact=f"spoc.{state.lower()}",
        function="no",
        own="no",
        ceiling=Tlp.AMBER_STRICT,
        compartments=frozenset(),
        state=state,
        has_key=True,
        is_attested=True,
    )
    return replace(sound, **changes)


def briefed(
    name: str = "case:c-aaaaaaaaaa",
    reports: Iterable[Report] | None = None,
    tlp: Tlp = Tlp.GREEN,
    points: Mapping[str, Iterable[str]] | None = None,
    **changes: Any,  # noqa: ANN401 - of a case
) -> BriefedCase:
    """Return a case of which all states are told."""
    own = [report("report:r-aaaaaaaaaa", Tlp.GREEN, consent=AGREED)]
    facts = case_facts(
        points,
        own if reports is None else reports,
        standing=Standing(name, tlp, is_owned=False),
    )
    return replace(BriefedCase(facts, "all"), **changes)


def writer(*cases: BriefedCase, **changes: Any) -> Writer:  # noqa: ANN401 - of a writer
    """Return a writer of briefs on `DAY_OF`, with nobody in its directory."""
    return replace(Writer(cases, TERMS, (), DAY_OF), **changes)
