"""Why a stage said no, in the words an officer reads.

Only puts into words what the stage decided; must never decide itself.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from ringwall.base.clock import format_instant
from ringwall.model.decisions import Reason, Stage
from ringwall.model.facts import Lapse, Situation
from ringwall.pdp.floor import FloorRule
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.outcome import NearRow, Outcome

__all__ = ["concern_reasons", "floor_reasons"]

_ROWS_SHOWN = 3
_LONGEST = 400  # characters of one text; a decision has to fit one entry of the log


_ELSEWHERE: Final = frozenset(
    {"action-not-covered", "kind-not-covered", "tier-not-covered"}
)


def concern_reasons(
    stage: Stage, concern: CompiledConcern, question: object, outcome: Outcome
) -> tuple[Reason, ...]:
    """Return the reasons of a concern that did not permit.

    An error names itself; a deny row names its file and line; otherwise each
    failed condition of the nearest row is listed, and of up to two more rows that
    fail for the same reasons. There is always one.
    """
    if outcome.error:
        message = f"a rule could not be evaluated: {' '.join(outcome.error.split())}"
        return (Reason(stage, "rule-error", _shortened(message)),)
    if outcome.rules:
        places = {r.id: _place(r.file, r.line) for r in concern.concern.rules}
        return tuple(
            Reason(
                stage,
                "forbidden-by-rule",
                f"rule `{rule}` forbids it",
                rule=rule,
                place=places[rule],
            )
            for rule in outcome.rules
        )
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
            seen=_seen(rule.seen(situation), _floor_lapses(rule.condition, situation)),
            needed=_shortened(rule.needed(situation)),
        )
        for rule in rules
    )


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
            failed.message,
            rule=row.rule,
            place=_place(row.file, row.line),
            condition=failed.name,
            seen=_seen(failed.seen, _lapses(failed.name, question)),
            needed=_shortened(failed.needed),
        )
        for failed in row.failed
    )


def _seen(value: str, lapses: Iterable[Lapse]) -> str:
    """Add to a value that fell short the evidence that is out of date, if any."""
    notes = [
        f"{lapse.attribute.replace('_', ' ')} {lapse.value} counts from "
        f"{format_instant(lapse.start)} until {format_instant(lapse.until)}"
        for lapse in lapses
    ]
    return _shortened(f"{value} ({'; '.join(notes)})" if notes else value)


def _lapses(condition: str, question: object) -> Iterator[Lapse]:
    """Give the lapses that bear on a condition: a column, or a path to a fact."""
    if not isinstance(question, Situation):
        return
    if condition == "site":
        yield from (lp for lp in question.site.lapses if lp.attribute != "personnel")
        return
    name = condition.rpartition(".")[2]
    for lapse in question.subject.lapses + question.organisation.lapses:
        if lapse.attribute == name:
            yield lapse


def _floor_lapses(condition: str, situation: Situation) -> Iterable[Lapse]:
    """Return likewise; the floor looks at every domain of a site."""
    if condition == "site":
        return situation.site.lapses
    return _lapses(condition, situation)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 4]} ..."
