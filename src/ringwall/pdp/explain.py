"""Why a stage said no, in the words an officer reads.

Only puts into words what the stage decided; must never decide itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Final

from ringwall.base.clock import format_instant
from ringwall.model.decisions import Reason, Stage
from ringwall.model.facts import Lapse, Situation
from ringwall.model.levels import SITE_DOMAINS
from ringwall.pdp.floor_rules import FloorRule
from ringwall.pdp.lacking import lacking
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.outcome import NearRow, Outcome

__all__ = ["concern_reasons", "fitting", "floor_reasons", "shortened"]

_ROWS_SHOWN = 3
_RULES_SHOWN = 20
# A decision has to fit one entry of the log, of 60 KiB.
_LONGEST = 400  # characters of one text
_MOST = 20_000  # characters of all reasons of a decision

_texts = attrgetter(*(field.name for field in fields(Reason)))
# The domains that a site's level is the least of.
_ELSEWHERE: Final = frozenset(
    {"action-not-covered", "kind-not-covered", "tier-not-covered"}
)


def concern_reasons(
    stage: Stage, concern: CompiledConcern, question: object, outcome: Outcome
) -> tuple[Reason, ...]:
    """Return the reasons of a concern that did not permit.

    An error names itself; each of up to 20 deny rows names its file and line;
    otherwise each failed condition of the nearest row is listed, and of up to two
    more rows that fail for the same reasons. There is always one.
    """
    if outcome.error:
        message = f"a rule could not be evaluated: {' '.join(outcome.error.split())}"
        return (Reason(stage, "rule-error", shortened(message)),)
    if outcome.rules:
        return _forbidden(stage, concern.explain(question, _RULES_SHOWN), outcome)
    rows = concern.explain(question, _ROWS_SHOWN)
    alike = [row for row in rows if _codes(row) == _codes(rows[0])]
    if alike and not _ELSEWHERE.isdisjoint(_codes(alike[0])):
        # Nothing is about what was asked; more rows about other things don't help.
        alike = alike[:1]
    found = tuple(
        reason for row in alike for reason in _row_reasons(stage, row, question)
    )
    return found or (Reason(stage, "nothing-permits", "no rule permits anything"),)


def floor_reasons(
    situation: Situation, rules: tuple[FloorRule, ...]
) -> tuple[Reason, ...]:
    """Return one reason for each broken rule of the floor."""
    return tuple(
        Reason(
            Stage.FLOOR,
            rule.code,
            rule.message,
            condition=rule.condition,
            seen=_seen(
                rule.seen(situation),
                _floor_lapses(rule.condition, situation),
                _personal(rule.condition, situation),
            ),
            needed=shortened(rule.needed(situation)),
        )
        for rule in rules
    )


def fitting(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """Return as many reasons as the record can bear, and how many were left out."""
    room = _MOST
    for number, reason in enumerate(reasons):
        room -= sum(map(len, _texts(reason)))
        if room < 0:
            return (*reasons[:number], _left_out(reason.stage, len(reasons) - number))
    return tuple(reasons)


def shortened(text: str) -> str:
    """Return a text of at most 400 characters; a longer one is cut off with ` ...`."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 4]} ..."


def _forbidden(
    stage: Stage, rows: Sequence[NearRow], outcome: Outcome
) -> tuple[Reason, ...]:
    named = tuple(
        Reason(
            stage,
            "forbidden-by-rule",
            shortened(_forbids(row)),
            rule=row.rule,
            place=_place(row.file, row.line),
        )
        for row in rows
    )
    more = len(outcome.rules) - len(rows)
    return (*named, _left_out(stage, more)) if more else named


def _forbids(row: NearRow) -> str:
    """Return that a row forbids it and, where its author wrote that down, why."""
    about = f": {row.about.removesuffix('.')}" if row.about else ""
    return f"rule `{row.rule}` forbids it{about}"


def _left_out(stage: Stage, count: int) -> Reason:
    return Reason(stage, "more-reasons", f"{count} more reasons are not shown")


def _place(file: str, line: int) -> str:
    """Return `policies/access/policy.csv:31`, the same on every machine."""
    return f"policies/{file}:{line}"


def _codes(row: NearRow) -> list[str]:
    return [failed.code for failed in row.failed]


def _row_reasons(stage: Stage, row: NearRow, question: object) -> tuple[Reason, ...]:
    return tuple(
        Reason(
            stage,
            failed.code,
            shortened(failed.message),
            rule=row.rule,
            place=_place(row.file, row.line),
            condition=failed.name,
            seen=_seen(
                failed.seen,
                _lapses(failed.name, question, failed.seen),
                _lacks(failed.name, question),
            ),
            needed=shortened(failed.needed),
        )
        for failed in row.failed
    )


def _seen(value: str, lapses: Iterable[Lapse], lacks: str = "") -> str:
    """Add to a value that fell short what was never there, or is out of date."""
    alike: dict[tuple[str, int, int], list[str]] = {}
    for lapse in lapses:
        when = lapse.attribute, lapse.start, lapse.until
        alike.setdefault(when, []).append(lapse.value)
    notes = [lacks] if lacks else []
    notes += [
        f"{attribute.replace('_', ' ')} {', '.join(values)} "
        f"{'counts' if len(values) == 1 else 'count'} from "
        f"{format_instant(start)} until {format_instant(until)}"
        for (attribute, start, until), values in alike.items()
    ]
    return shortened(f"{value} ({'; '.join(notes)})" if notes else value)


def _lapses(condition: str, question: object, seen: str = "") -> Iterator[Lapse]:
    """Give the lapses that bear on a condition: a column, or a path to a fact.

    A condition about several facts names each of them in what it saw.
    """
    if not isinstance(question, Situation):
        return
    if condition == "site":
        yield from (lp for lp in question.site.lapses if lp.attribute != "personnel")
        return
    paths = {item.partition(" = ")[0] for item in seen.split(", ")}
    name = condition.rpartition(".")[2]
    for part in ("subject", "organisation", "asset"):
        for lapse in getattr(question, part).lapses:
            if lapse.attribute == name or f"{part}.{lapse.attribute}" in paths:
                yield lapse


def _lacks(condition: str, question: object) -> str:
    """Return what holds a site's level down, or a person's, if it is meant."""
    if not isinstance(question, Situation):
        return ""
    if condition != "site":
        return _personal(condition, question)
    site = question.site
    weakest = [name for name in SITE_DOMAINS if getattr(site, name) == site.level]
    return lacking(site, *weakest)


def _personal(condition: str, situation: Situation) -> str:
    """Return what was failed or is not on record of the person, if it is meant."""
    meant = condition in {"personnel", "subject.personnel"}
    return "; ".join(situation.subject.lacks) if meant else ""


def _floor_lapses(condition: str, situation: Situation) -> Iterable[Lapse]:
    """Return likewise; the floor looks at all of a site, and of a run's safeguards."""
    if condition == "site":
        return situation.site.lapses
    if condition == "asset.safeguards":
        return situation.asset.lapses
    return _lapses(condition, situation)
