"""Policy cases: does each question come out as written, and is each row decided?

Must never count a row as tested that no expected outcome names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Protocol

from ringwall.base.errors import CasesFailed, Fault
from ringwall.policy.cases.case_file import Case, Cases, read_cases
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.concern import Concern
from ringwall.policy.dialect import CASES_FILE
from ringwall.policy.outcome import NearRow, Outcome

__all__ = [
    "CaseResult",
    "CasesReport",
    "Decider",
    "check_cases",
    "parse_cases",
    "run_cases",
    "select_cases",
]

_NEAREST = 3


class Decider(Protocol):
    """A second engine to hold answers against."""

    def decide(self, request: object) -> Outcome:
        """Answer a request; only `permitted` is looked at."""
        ...


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How one case came out.

    Attributes:
        case: the case.
        outcome: what the compiled concern answered.
        problems: what differs from what was written, one line each.
        because: where there are problems, the rows that decided, none of whose
            conditions failed; for a default deny the nearest rows.
    """

    case: Case
    outcome: Outcome
    problems: tuple[str, ...]
    because: tuple[NearRow, ...] = ()


@dataclass(frozen=True, slots=True)
class CasesReport:
    """How all cases of a concern came out.

    Attributes:
        concern: name of the concern.
        file: where the cases stand.
        results: one for each case that was asked, in file order.
        total: how many rows the concern has.
        rows: file and line of each row that no case decides, by its id, in file
            order.
    """

    concern: str
    file: str
    results: tuple[CaseResult, ...]
    total: int
    rows: Mapping[str, tuple[str, int]]

    @property
    def undecided(self) -> tuple[str, ...]:
        """Return the ids of the rows that no case decides."""
        return tuple(self.rows)

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """Return the results that differ from what was written."""
        return tuple(result for result in self.results if result.problems)

    def covers(self, percent: int) -> bool:
        """Return whether cases decide at least so many percent of the rows."""
        return (self.total - len(self.rows)) * 100 >= percent * self.total


def parse_cases(
    concern: Concern, place: str | None = None, *, allow_stale: bool = False
) -> Cases:
    """Return the cases that a concern brings with it; none without a `cases.yaml`.

    Args:
        concern: whose files are looked at.
        place: the folder, as faults shall name it; by default the concern's name.
        allow_stale: see `case_file.read_cases`.

    Raises:
        PolicyError: `policy-refused`, with the faults of `case_file.read_cases`.
    """
    file = f"{concern.name if place is None else place}/{CASES_FILE}"
    data = concern.files.get(CASES_FILE)
    if data is None:
        return Cases(file, ())
    return read_cases(concern, file, data, allow_stale=allow_stale)


def select_cases(cases: Cases, patterns: Sequence[str]) -> Cases:
    """Return the cases whose id matches some pattern, in file order.

    Args:
        cases: from `parse_cases`.
        patterns: shell globs with `*`, `?` and `[...]`, in which case matters.
    """
    chosen = tuple(
        case
        for case in cases.cases
        if any(fnmatchcase(case.id, pattern) for pattern in patterns)
    )
    return replace(cases, cases=chosen)


def run_cases(
    compiled: CompiledConcern, cases: Cases, *, reference: Decider | None = None
) -> CasesReport:
    """Return how cases come out.

    Args:
        compiled: answers them.
        cases: from `parse_cases`.
        reference: answers them too; a difference is a problem of the case.
    """
    results = tuple(_run(compiled, case, reference) for case in cases.cases)
    decided = {rule for result in results for rule in result.outcome.rules}
    rules = compiled.concern.rules
    undecided = {
        rule.id: (rule.file, rule.line) for rule in rules if rule.id not in decided
    }
    return CasesReport(
        compiled.name, cases.file, results, len(rules), MappingProxyType(undecided)
    )


def check_cases(report: CasesReport, percent: int | None = 100) -> None:
    """Refuse a report in which a case failed or too many rows have no case.

    Args:
        report: from `run_cases`.
        percent: the least share of rows that cases have to decide; None to leave
            that aside.

    Raises:
        CasesFailed: `cases-failed`, with a fault `case-failed` for each case that
            came out otherwise and `row-undecided-by-case` for each row without one.
    """
    faults = []
    for result in report.failed:
        for text in result.problems:
            message = f"`{result.case.id}`: {text}"
            line = result.case.line
            faults.append(Fault(report.file, line, 0, "case-failed", message))
    if percent is not None and not report.covers(percent):
        for rule, (file, line) in report.rows.items():
            message = f"no case decides row `{rule}`"
            faults.append(Fault(file, line, 0, "row-undecided-by-case", message))
    if faults:
        raise CasesFailed(
            "cases-failed",
            f"`{report.file}`: {len(report.failed)} of {len(report.results)} cases "
            f"failed, {len(report.rows)} rows have no case",
            next_step="correct the policy or the cases",
            faults=tuple(faults),
        )


def _run(
    compiled: CompiledConcern, case: Case, reference: Decider | None
) -> CaseResult:
    outcome = compiled.decide(case.request)
    problems = []
    if outcome.permitted != case.permit:
        problems.append(
            f"expected {_word(case.permit)}, came out as {_word(outcome.permitted)}"
        )
    if outcome.error:
        problems.append(f"could not be evaluated: {outcome.error}")
    if case.rules is not None and outcome.rules != case.rules:
        wanted, found = _list(case.rules), _list(outcome.rules)
        problems.append(f"expected rules {wanted}, not {found}")
    if case.why is not None:
        codes = _codes(compiled, case)
        if codes != case.why:
            problems.append(f"expected why {_list(case.why)}, not {_list(codes)}")
    if reference is not None:
        other = reference.decide(case.request).permitted
        if other != outcome.permitted:
            problems.append(f"stock Casbin says {_word(other)}")
    because = _because(compiled, case, outcome) if problems else ()
    return CaseResult(case, outcome, tuple(problems), because)


def _because(
    compiled: CompiledConcern, case: Case, outcome: Outcome
) -> tuple[NearRow, ...]:
    if not outcome.permitted:
        return compiled.explain(case.request, _NEAREST)
    return tuple(
        NearRow(rule.id, rule.file, rule.line, rule.effect, ())
        for rule in compiled.concern.rules
        if rule.id in outcome.rules
    )


def _codes(compiled: CompiledConcern, case: Case) -> tuple[str, ...]:
    """Return the reason codes of the nearest row; none for a row that denies."""
    nearest = compiled.explain(case.request, 1)
    return tuple(failed.code for row in nearest for failed in row.failed)


def _word(permit: bool) -> str:  # noqa: FBT001 - it is the value to name
    return "permit" if permit else "deny"


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"
