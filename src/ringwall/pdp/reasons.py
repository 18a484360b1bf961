"""Why a stage said no, in the words an officer reads.

Only puts into words what the stage decided; must never decide itself.
"""

from ringwall.base.clock import format_instant
from ringwall.model.decisions import Reason, Stage
from ringwall.model.facts import Lapse, Situation
from ringwall.pdp.floor import FloorRule
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.outcome import NearRow, Outcome

__all__ = ["concern_reasons", "floor_reasons"]

_ROWS_SHOWN = 3


def concern_reasons(
    stage: Stage, concern: CompiledConcern, question: object, outcome: Outcome
) -> tuple[Reason, ...]:
    """Return the reasons of a concern that did not permit.

    An error names itself; a deny row names its file and line; otherwise each
    failed condition of the nearest row is listed, and of up to two more rows that
    fail for the same reasons.
    """
    if outcome.error:
        message = f"a rule could not be evaluated: {outcome.error}"
        return (Reason(stage, "rule-error", message[:300]),)
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
    return tuple(
        reason for row in alike for reason in _row_reasons(stage, row, question)
    )


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
            seen=_with_lapse(rule.condition, rule.seen(situation), situation),
            needed=rule.needed(situation),
        )
        for rule in rules
    )


def _place(file: str, line: int) -> str:
    """Return `policies/access/policy.csv:31`: where the institute lies is no evidence."""
    return f"policies/{file}:{line}"


def _codes(row: NearRow) -> list[str]:
    return [failed.code for failed in row.failed]


def _row_reasons(
    stage: Stage, row: NearRow, question: object
) -> tuple[Reason, ...]:
    return tuple(
        Reason(
            stage,
            failed.code,
            failed.message,
            rule=row.rule,
            place=_place(row.file, row.line),
            condition=failed.name,
            seen=_with_lapse(failed.name, failed.seen, question),
            needed=failed.needed,
        )
        for failed in row.failed
    )


def _with_lapse(condition: str, seen: str, question: object) -> str:
    """Add to a value that fell short the evidence that is out of date, if any."""
    lapses = _lapses_of(condition, question) if isinstance(question, Situation) else []
    if not lapses:
        return seen
    notes = [
        f"{lapse.attribute.replace('_', ' ')} {lapse.value} counted from "
        f"{format_instant(lapse.start)} until {format_instant(lapse.until)}"
        for lapse in lapses
    ]
    return f"{seen} ({'; '.join(notes)})"


def _lapses_of(condition: str, situation: Situation) -> list[Lapse]:
    name = condition.rpartition(".")[2]
    if condition == "site":
        return [lp for lp in situation.site.lapses if lp.attribute != "personnel"]
    parties = (situation.subject.lapses, situation.organisation.lapses)
    return [lp for lapses in parties for lp in lapses if lp.attribute == name]
