"""Which threat each rule answers, and which rules and tests answer each threat.

Finds what hangs in the air: a rule that nobody needs, a threat that nothing meets.
Pure: rules and tests come as names. Must never guess what a name was meant to be.
"""

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

from ringwall.base.errors import Fault
from ringwall.threats.catalogue import Catalogue, Place

__all__ = ["Trace", "index_markdown", "trace_threats"]

_NUMBERED: Final = re.compile(r"(.*-)([0-9]+)", re.ASCII)
_RUN: Final = ".."


@dataclass(frozen=True, slots=True)
class Trace:
    """Threats and rules, each by the other.

    Attributes:
        catalogue: the threat models that were followed.
        by_rule: rule id -> the threats that name it, every rule, in the order given.
        by_threat: threat id -> the rules that it names and that there are, runs
            written out; every threat, in the order of the catalogue.
        faults: `rule-unknown`, `test-unknown`, `threat-without-rule`,
            `threat-without-test`, `rule-without-threat` and `vector-unused`.
    """

    catalogue: Catalogue
    by_rule: Mapping[str, tuple[str, ...]]
    by_threat: Mapping[str, tuple[str, ...]]
    faults: tuple[Fault, ...]


def trace_threats(
    catalogue: Catalogue,
    rules: Mapping[str, Place],
    tests: Collection[str] | None = None,
) -> Trace:
    """Return the trace between the threats of a catalogue and rules.

    Args:
        catalogue: the threat models.
        rules: where each rule stands, by its id: rows of policies and rules of the
            floor alike.
        tests: the names of all test functions; None to take those named on trust.
    """
    known = _Rules(rules)
    faults: list[Fault] = []
    by_threat: dict[str, tuple[str, ...]] = {}
    by_rule: dict[str, list[str]] = {rule: [] for rule in rules}
    for threat in catalogue.threats.values():
        place = catalogue.place("threats", threat.id)
        found: dict[str, None] = {}
        for span in threat.rules:
            named = known.expand(span)
            if isinstance(named, str):
                faults.append(Fault(*place, "rule-unknown", f"`{threat.id}`: {named}"))
            else:
                found |= dict.fromkeys(named)
        for rule in found:
            by_rule[rule].append(threat.id)
        by_threat[threat.id] = tuple(found)
    faults += _unanswered(catalogue, tests)
    faults += _unneeded(catalogue, rules, by_rule)
    return Trace(
        catalogue,
        MappingProxyType({rule: tuple(ids) for rule, ids in by_rule.items()}),
        MappingProxyType(by_threat),
        tuple(faults),
    )


def index_markdown(trace: Trace) -> str:
    """Return both directions of a trace as a page of Markdown, two tables.

    Rules in a row, by number, that answer the same threats share a line.
    """
    lines = [
        "# Threats and rules",
        "",
        "Generated from `threat_models/protected`, `policies` and the floor; a test",
        "keeps it true. A run such as `acc-030..acc-038` holds each rule in between",
        "by number.",
        "",
        "## What answers a threat",
        "",
        "| threat | vector | what happens | rules | tests |",
        "|---|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in _threat_rows(trace)),
        "",
        "## Why there is a rule",
        "",
        "| rules | threats |",
        "|---|---|",
        *(f"| {' | '.join(row)} |" for row in _rule_rows(trace)),
        "",
    ]
    return "\n".join(lines)


class _Numbered(NamedTuple):
    stem: str
    number: int


class _Rules:
    """The rules that there are, by id and by number."""

    def __init__(self, rules: Iterable[str]) -> None:
        self._known = frozenset(rules)
        numbered = ((_numbered(rule), rule) for rule in rules)
        # By number, not by text: `acc-1000` comes after `acc-999`.
        self._ordered = sorted((key, rule) for key, rule in numbered if key is not None)

    def expand(self, span: str) -> tuple[str, ...] | str:
        """Return the rules that an id or a run names, or what is wrong with it."""
        first, run, last = span.partition(_RUN)
        for end in (first, last) if run else (first,):
            if end not in self._known:
                return f"there is no rule `{end}`"
        if not run:
            return (first,)
        start, stop = _numbered(first), _numbered(last)
        if start is None or stop is None or start.stem != stop.stem:
            return f"`{span}` is no run of numbered rules"
        if start >= stop:
            return f"the run `{span}` is empty"
        return tuple(rule for key, rule in self._ordered if start <= key <= stop)


def _numbered(rule: str) -> _Numbered | None:
    match = _NUMBERED.fullmatch(rule)
    return _Numbered(match[1], int(match[2])) if match else None


def _unanswered(catalogue: Catalogue, tests: Collection[str] | None) -> Iterator[Fault]:
    """Give the faults of threats that name no rule, no test or an unknown one."""
    for threat in catalogue.threats.values():
        place = catalogue.place("threats", threat.id)
        if not threat.rules:
            message = f"no rule answers `{threat.id}`"
            yield Fault(*place, "threat-without-rule", message)
        if not threat.tests:
            message = f"no test shows that `{threat.id}` is answered"
            yield Fault(*place, "threat-without-test", message)
        for test in threat.tests:
            if tests is not None and test not in tests:
                message = f"`{threat.id}`: there is no test `{test}`"
                yield Fault(*place, "test-unknown", message)


def _unneeded(
    catalogue: Catalogue,
    rules: Mapping[str, Place],
    by_rule: Mapping[str, Collection[str]],
) -> Iterator[Fault]:
    """Give the faults of rules that answer nothing and vectors that nobody fears."""
    for rule, place in rules.items():
        if not by_rule[rule]:
            message = f"no threat says why there is `{rule}`"
            yield Fault(*place, "rule-without-threat", message)
    feared = {threat.vector for threat in catalogue.threats.values()}
    for vector in catalogue.vectors:
        if vector not in feared:
            message = f"no threat uses `{vector}`"
            yield Fault(*catalogue.place("vectors", vector), "vector-unused", message)


def _threat_rows(trace: Trace) -> Iterator[tuple[str, ...]]:
    for threat in trace.catalogue.threats.values():
        yield (
            threat.id,
            threat.vector or "none",
            _cell(threat.about),
            ", ".join(threat.rules),
            ", ".join(f"`{test}`" for test in threat.tests),
        )


def _rule_rows(trace: Trace) -> Iterator[tuple[str, str]]:
    # In order of number, so that a run names no rule that it does not hold.
    for (_, threats), group in itertools.groupby(
        sorted(trace.by_rule.items(), key=_by_number),
        key=lambda item: (_stem(item[0]), item[1]),
    ):
        yield _span([rule for rule, _ in group]), ", ".join(threats) or "none"


def _by_number(item: tuple[str, tuple[str, ...]]) -> tuple[str, int]:
    key = _numbered(item[0])
    return key or (item[0], 0)


def _stem(rule: str) -> str:
    key = _numbered(rule)
    return key.stem if key else rule


def _span(group: list[str]) -> str:
    return group[0] if len(group) == 1 else f"{group[0]}{_RUN}{group[-1]}"


def _cell(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<|~&])", r"\\\1", text)
