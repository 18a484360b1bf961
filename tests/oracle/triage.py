"""Triage by section 6.5 of the study, slowly and by itself.

The overrides and legal triggers are told here once more, as code; the composed tables
come from the rules that generate them. Every completion of what is open is gone
through. Shares no parsed table and no code with the product.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Set
from functools import cache
from itertools import product
from typing import Any

from tools.raid_tables import tables

__all__ = ["ORDERED", "SCALES", "VALUES", "completions", "outcome", "worst"]

VALUES: Mapping[str, tuple[str, ...]] = {
    "cred": ("not-credible", "uncertain", "credible", "confirmed"),
    "kind": (
        "near-miss-or-hazard",
        "demonstrated-in-test",
        "realised-harm",
        "continuing-harm",
    ),
    "class": (
        "routine-failure",
        "rights",
        "fraud-manipulation",
        "sector-safety",
        "cyber",
        "cbrn",
        "loss-of-control",
    ),
    "auto": ("none", "suspected", "shown"),
    "uplift": ("below", "near", "at", "beyond"),
    "spread": ("one-user", "one-organisation", "one-state", "several-states", "union"),
    "revers": ("full", "costly", "none"),
    "expl": ("none", "proof-of-concept", "observed"),
    "comp": ("below-1e25", "1e25", "1e26", "straddles"),
    "oc": ("oc1-2", "oc3", "oc4", "oc5"),
    "pub": ("no", "yes"),
    "resp": ("active", "unresponsive", "is-the-suspect"),
    "danger": ("no", "imminent"),
    "weights": ("no", "stolen", "self-exfiltrated"),
}
ORDERED = tuple(name for name in VALUES if name not in {"class", "pub", "resp"})
SCALES: Mapping[str, tuple[str, ...]] = {
    "priority": ("decline", "track", "scheduled", "out-of-cycle", "immediate"),
    "owner": ("sector", "joint", "raid"),
    "severity": ("S0", "S1", "S2", "S3", "S4", "S5"),
    "tlp": ("clear", "green", "amber", "amber+strict", "red"),
    "embargo": ("refuse", "none", "offer", "require"),
    "briefing": ("none", "affected", "all"),
    "lane": ("desk", "hazard", "incident", "urgent"),
    "developer": ("tell", "hold"),
}
_STRICT = "amber+strict"
_Values = Mapping[str, str]
_Given = dict[str, Any]


class _Case:
    """One completion: a value for each point, and the legal flags that hold."""

    def __init__(self, values: _Values, flags: Set[str]) -> None:
        self._values = values
        self.flags = flags

    def least(self, point: str, value: str) -> bool:
        words = VALUES[point]
        return words.index(self._values[point]) >= words.index(value)

    def is_(self, point: str, *values: str) -> bool:
        return self._values[point] in values

    @property
    def believed(self) -> bool:
        return self.least("cred", "uncertain")

    @property
    def suffered(self) -> bool:
        return self.believed and self.least("kind", "realised-harm")


def outcome(values: _Values, flags: Set[str]) -> _Given:
    """Return what a single completion comes to."""
    case = _Case(values, flags)
    row = _main(values)
    found: _Given = {name: row[name] for name in SCALES}
    routes, clocks = set(row["routes"].split()), set(row["clocks"].split())
    # Rule 7: a model of the third tier near a threshold of capability.
    if case.least("comp", "1e26") and case.least("uplift", "near"):
        words = SCALES["priority"]
        found["priority"] = words[min(words.index(found["priority"]) + 1, 4)]
    for given in (*_overrides(case), *_legal(case)):
        routes |= given.pop("routes", set())
        clocks |= given.pop("clocks", set())
        for name, word in given.items():
            found[name] = max(found[name], word, key=SCALES[name].index)
    # Rule 9: what is public can't be put under embargo.
    if case.is_("pub", "yes"):
        found["embargo"] = "refuse"
    return {**found, "routes": routes, "clocks": clocks}


def _overrides(case: _Case) -> Iterator[_Given]:
    observed, near = case.least("expl", "observed"), case.least("uplift", "near")
    if case.is_("danger", "imminent"):  # rule 1
        yield {"priority": "immediate", "severity": "S4", "tlp": "amber"}
        yield {"briefing": "affected", "lane": "urgent", "routes": {"R30"}}
    is_own = case.is_("auto", "shown") or case.is_("class", "loss-of-control")
    if is_own and (observed or case.is_("revers", "none")):  # rule 2
        yield {"priority": "immediate", "owner": "raid", "severity": "S4"}
        yield {"tlp": _STRICT, "embargo": "offer", "lane": "urgent", "routes": {"R06"}}
    if case.is_("class", "cbrn") and near:  # rule 3
        yield {"priority": "out-of-cycle", "owner": "joint", "severity": "S3"}
        yield {"tlp": "red", "embargo": "require", "briefing": "affected"}
        yield {"routes": {"R08", "R09", "R10"}}
        if case.is_("uplift", "beyond"):
            yield {"priority": "immediate", "severity": "S4", "lane": "urgent"}
    yield from _weights(case)
    yield from _believed(case) if case.believed else ()
    if case.is_("pub", "yes"):  # rule 9
        yield {"briefing": "affected"}
    if case.is_("resp", "is-the-suspect"):  # rule 10
        yield {"developer": "hold"}


def _weights(case: _Case) -> Iterator[_Given]:
    """Give rule 4."""
    if not case.is_("weights", "no"):
        yield {"priority": "immediate", "owner": "raid", "severity": "S4"}
        yield {"tlp": _STRICT, "embargo": "require", "briefing": "affected"}
        yield {"lane": "urgent", "routes": {"R05"}}
    if case.is_("weights", "self-exfiltrated"):
        yield {"severity": "S5", "tlp": "red", "briefing": "all", "routes": {"R06"}}


def _believed(case: _Case) -> Iterator[_Given]:
    """Give what holds of a case that is not incredible."""
    observed, is_cyber = case.is_("expl", "observed"), case.is_("class", "cyber")
    if is_cyber and case.least("uplift", "at"):  # table of routes: cyber offence
        yield {"priority": "scheduled", "owner": "joint", "severity": "S2"}
        yield {"tlp": _STRICT, "embargo": "offer", "routes": {"R07"}}
    if case.least("spread", "several-states"):  # rule 11
        yield {"briefing": "affected"}
        if is_cyber:
            yield {"tlp": "amber", "routes": {"R01"}}
    if is_cyber and observed:  # rule 5
        yield {"priority": "scheduled", "severity": "S2", "routes": {"R03"}}
    if case.least("auto", "suspected") and observed:  # rule 2
        yield {"priority": "out-of-cycle", "owner": "joint", "severity": "S3"}
        yield {"tlp": "amber", "embargo": "offer", "routes": {"R06"}}
    if case.least("cred", "credible") and case.suffered:  # rule 12
        yield {"priority": "scheduled", "lane": "incident"}


# Flag -> clocks, and the priority that their shortest limit asks for (rule 6).
_DUTIES: Mapping[str, tuple[str, str]] = {
    "death": ("AIA73-DEATH COP93-DEATH", "scheduled"),
    "health": ("AIA73-GEN COP93-HARM", "scheduled"),
    "critical-infrastructure": ("AIA73-WI COP93-CI CER15", "out-of-cycle"),
    "rights": ("AIA73-GEN COP93-HARM", "scheduled"),
    "property": ("AIA73-GEN COP93-HARM", "scheduled"),
    "environment": ("AIA73-GEN COP93-HARM", "scheduled"),
    "personal-data": ("GDPR33 EUDPR34", "out-of-cycle"),
    "essential-entity": ("NIS2-23", "out-of-cycle"),
    "exploited-vulnerability": ("CRA14-V", "out-of-cycle"),
    "severe-product-incident": ("CRA14-I", "out-of-cycle"),
    "medical-device": ("MDR87 MDR87-DEATH", "scheduled"),
    "aviation": ("AVIA376 AVIA-PIS", "out-of-cycle"),
    "frontier-developer-us": ("US-SB53 US-RAISE", "out-of-cycle"),
}
_CYBER_DUTIES: Mapping[str, str] = {"union-body": "CERTEU21", "electricity": "NCCS38"}


def _legal(case: _Case) -> Iterator[_Given]:
    if case.believed and case.least("comp", "1e25"):
        yield {"clocks": {"AIA52"}}  # a notice, of no incident
    if case.suffered:
        yield from _incident(case)


def _incident(case: _Case) -> Iterator[_Given]:
    for flag in case.flags & _DUTIES.keys():
        clocks, priority = _DUTIES[flag]
        yield {"priority": priority, "clocks": set(clocks.split())}
    if case.is_("class", "cyber"):
        for flag in case.flags & _CYBER_DUTIES.keys():
            yield {"priority": "out-of-cycle", "clocks": {_CYBER_DUTIES[flag]}}
    ordinary = ("cyber", "sector-safety", "routine-failure", "loss-of-control")
    is_ict = case.is_("class", *ordinary)
    if {"financial", "financial-entity"} & case.flags and is_ict:
        yield {"priority": "out-of-cycle", "clocks": {"DORA19"}}
    if "medical-device" in case.flags and case.least("spread", "one-state"):
        yield {"priority": "out-of-cycle", "clocks": {"MDR87-THREAT"}}
    yield from _immediate(case)


def _immediate(case: _Case) -> Iterator[_Given]:
    if not case.is_("weights", "no"):
        yield {"priority": "immediate", "clocks": {"COP93-CYB", "AIA55"}}
    if "frontier-developer-us" in case.flags and case.is_("danger", "imminent"):
        yield {"priority": "immediate", "clocks": {"US-SB53-IMM", "US-RAISE-IMM"}}


def completions(assessment: Mapping[str, Set[str]]) -> Iterator[dict[str, str]]:
    """Give each way to choose a value for each point."""
    names = list(VALUES)
    for values in product(*(sorted(assessment[name]) for name in names)):
        yield dict(zip(names, values, strict=True))


def worst(assessment: Mapping[str, Set[str]]) -> _Given:
    """Return the worst of each outcome over every completion of what is open."""
    flags = assessment["legal"] - {"none"}
    found: _Given = {}
    for values in completions(assessment):
        one = outcome(values, flags)
        for name, word in one.items():
            if name not in SCALES:
                found[name] = found.get(name, set()) | word
            else:
                before = found.get(name, word)
                found[name] = max(before, word, key=SCALES[name].index)
    return found


@cache
def _rows(name: str) -> tuple[Mapping[str, str], ...]:
    text = tables()[name].decode()
    return tuple(csv.DictReader(io.StringIO(text, newline="")))


@cache
def _keyed(name: str, inputs: tuple[str, ...]) -> Mapping[tuple[str, ...], Any]:
    return {tuple(row[i] for i in inputs): row for row in _rows(name)}


def _row(name: str, inputs: tuple[str, ...], values: _Values) -> Mapping[str, str]:
    found: Mapping[str, str] = _keyed(name, inputs)[tuple(values[i] for i in inputs)]
    return found


def _main(values: _Values) -> Mapping[str, str]:
    harm = _row("harm.csv", ("kind", "spread", "revers"), values)["harm"]
    threat = _row("threat.csv", ("expl", "oc", "uplift"), values)["threat"]
    given = {**values, "harm": harm, "threat": threat}
    return _row("main.csv", ("cred", "class", "auto", "harm", "threat"), given)
