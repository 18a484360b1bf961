"""Policy cases: does each question come out as written, and is each row decided?

Must never count a row as tested that no expected outcome names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ringwall.base.errors import CasesFailed, Fault
from ringwall.policy.case_file import Case, Cases, read_cases
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.concern import Concern
from ringwall.policy.dialect import CASES_FILE
from ringwall.policy.outcome import Outcome

__all__ = [
    "CaseResult",
    "CasesReport",
    "Decider",
    "check_cases",
    "parse_cases",
    "run_cases",
]


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
    """

    case: Case
    outcome: Outcome
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CasesReport:
    """How all cases of a concern came out.

    Attributes:
        file: where the cases stand.
        results: one for each case, in file order.
        undecided: ids of the rows that no case decides, in file order.
        rows: file and line of each undecided row.
    """

    file: str
    results: tuple[CaseResult, ...]
    undecided: tuple[str, ...]
    rows: Mapping[str, tuple[str, int]]

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """Return the results that differ from what was written."""
        return tuple(result for result in self.results if result.problems)


def parse_cases(concern: Concern, place: str | None = None) -> Cases:
    """Return the cases that a concern brings with it; none without a `cases.yaml`.

    Args:
        concern: whose files are looked at.
        place: the folder, as faults shall name it; by default the concern's name.

    Raises:
        PolicyError: `policy-refused`, with the faults of `case_file.read_cases`.
    """
    file = f"{concern.name if place is None else place}/{CASES_FILE}"
    data = concern.files.get(CASES_FILE)
    return Cases(file, ()) if data is None else read_cases(concern, file, data)


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
    undecided = [rule for rule in compiled.concern.rules if rule.id not in decided]
    return CasesReport(
        cases.file,
        results,
        tuple(rule.id for rule in undecided),
        {rule.id: (rule.file, rule.line) for rule in undecided},
    )


def check_cases(report: CasesReport) -> None:
    """Refuse a report in which a case failed or a row has no case.

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
    for rule, (file, line) in report.rows.items():
        message = f"no case decides row `{rule}`"
        faults.append(Fault(file, line, 0, "row-undecided-by-case", message))
    if faults:
        raise CasesFailed(
            "cases-failed",
            f"`{report.file}`: {len(report.failed)} of {len(report.results)} cases "
            f"failed, {len(report.undecided)} rows have no case",
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
    return CaseResult(case, outcome, tuple(problems))


def _codes(compiled: CompiledConcern, case: Case) -> tuple[str, ...]:
    """Return the reason codes of the nearest row; none for a row that denies."""
    nearest = compiled.explain(case.request, 1)
    return tuple(failed.code for row in nearest for failed in row.failed)


def _word(permit: bool) -> str:  # noqa: FBT001 - it is the value to name
    return "permit" if permit else "deny"


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"
