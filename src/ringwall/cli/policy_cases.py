"""`policy test`: the cases beside the policies, run and reported."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringwall.cli.exits import Misuse
from ringwall.cli.options import Format, FormatOption, InstituteOption, examples
from ringwall.cli.output import chosen_format, print_rows
from ringwall.cli.policies import (
    PoliciesOption,
    concern_of,
    placed,
    policies_folder,
    read_policies,
)
from ringwall.cli.terminal import print_field, print_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ringwall.base.errors import Fault
    from ringwall.policy.cases.case_file import Cases
    from ringwall.policy.cases.cases import CaseResult, CasesReport
    from ringwall.policy.concern import Concern
    from ringwall.policy.outcome import NearRow

__all__ = ["register", "report_of"]

_COMMAND = "ringwall policy test"
_ALL_ROWS = 100


def register(app: typer.Typer) -> None:
    """Add the verb to the application."""
    app.command(
        "test",
        epilog=examples(
            "policy test access --filter 'permit-*' --oracle",
            "policy test --junit report.xml --coverage 90",
        ),
    )(_test)


def report_of(
    concern: "Concern", cases: "Cases | None" = None, *, oracle: bool = False
) -> "CasesReport":
    """Return how the cases of a concern come out.

    Args:
        concern: any concern.
        cases: those to run; None for all that stand beside it.
        oracle: whether stock Casbin is asked, too.

    Raises:
        PolicyError: the cases are refused.
    """
    from ringwall.policy.cases.cases import run_cases
    from ringwall.policy.known_concerns import compiled_concern
    from ringwall.policy.reference import ReferenceConcern

    reference = ReferenceConcern(concern) if oracle else None
    chosen = _cases_of(concern) if cases is None else cases
    return run_cases(compiled_concern(concern), chosen, reference=reference)


def _cases_of(concern: "Concern") -> "Cases":
    from ringwall.policy.cases.cases import parse_cases

    return parse_cases(concern, concern.rules[0].file.rpartition("/")[0])


def _test(
    concern: Annotated[str, typer.Argument(help="Only this concern.")] = "",
    filter: Annotated[
        list[str] | None,
        typer.Option(
            "--filter",
            metavar="GLOB",
            help="Only cases whose id matches; may be given several times.",
        ),
    ] = None,
    oracle: Annotated[
        bool,
        typer.Option("--oracle", help="Ask stock Casbin each question, too."),
    ] = False,
    junit: Annotated[
        Path | None,
        typer.Option(
            "--junit", metavar="FILE", help="Write the results there as JUnit XML, too."
        ),
    ] = None,
    coverage: Annotated[
        int | None,
        typer.Option(
            "--coverage",
            metavar="PERCENT",
            min=0,
            max=100,
            help="Least share of each concern's rows that a case must decide; "
            "default: 100, and with --filter not looked at.",
            show_default=False,
        ),
    ] = None,
    policies: PoliciesOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Run the cases that stand beside the policies.

    A case that fails is printed with the rows that decided it, or that came nearest.
    Exit code 4 if one comes out otherwise than written, or too few rows have one.
    """
    from ringwall.base.errors import CasesFailed
    from ringwall.policy.cases.cases import check_cases

    _check_target(junit)
    patterns = filter or []
    bundle = read_policies(policies, folder)
    names = [concern] if concern else list(bundle.concerns)
    concerns = [concern_of(bundle, name) for name in names]
    chosen = _chosen(concerns, patterns)
    reports = [
        report_of(item, cases, oracle=oracle)
        for item, cases in zip(concerns, chosen, strict=True)
        if cases.cases or not patterns
    ]
    base = policies_folder(policies, folder)
    _print_reports(reports, base, fmt, oracle=oracle)
    if junit is not None:
        _write_junit(junit, reports)
    percent = coverage if coverage is not None or patterns else _ALL_ROWS
    faults: list[Fault] = []
    for report in reports:
        try:
            check_cases(report, percent)
        except CasesFailed as error:
            faults += error.faults
    if faults:
        failed = sum(len(report.failed) for report in reports)
        undecided = sum(len(report.undecided) for report in reports)
        raise CasesFailed(
            "cases-failed",
            f"cases that failed: {failed}, rows without a case: {undecided}",
            next_step="mend the rows or the cases named",
            faults=placed(faults, base),
        )


def _check_target(junit: Path | None) -> None:
    """Refuse a place for the report before any case has been run."""
    if junit is None:
        return
    if str(junit) == "-":
        raise Misuse(_COMMAND, "stdout carries the table; name a file after --junit")
    if junit.is_dir() or not junit.parent.is_dir():
        raise Misuse(_COMMAND, f"no file can be made at `{junit}`")


def _chosen(concerns: "Sequence[Concern]", patterns: "Sequence[str]") -> "list[Cases]":
    """Return the cases to run of each concern.

    Raises:
        Misuse: no case at all matches one of the patterns.
    """
    from ringwall.policy.cases.cases import select_cases

    every = [_cases_of(concern) for concern in concerns]
    if not patterns:
        return every
    for pattern in patterns:
        if not any(select_cases(cases, [pattern]).cases for cases in every):
            raise Misuse(_COMMAND, f"no case matches `{pattern}`")
    return [select_cases(cases, patterns) for cases in every]


def _print_reports(
    reports: "Sequence[CasesReport]", base: Path, fmt: Format | None, *, oracle: bool
) -> None:
    rows: list[dict[str, Any]] = [
        {
            "concern": report.concern,
            "cases": len(report.results),
            "failed": len(report.failed),
            "rows": report.total,
            "undecided": len(report.undecided),
            "failures": [_failure(report, item, base) for item in report.failed],
        }
        for report in reports
    ]
    columns = ["concern", "cases", "failed", "rows", "undecided"]
    title = "each case was asked of stock Casbin, too" if oracle else ""
    print_rows(columns, rows, fmt, title=title, sheet=columns)
    if chosen_format(fmt) is Format.TABLE:
        for report in reports:
            for result in report.failed:
                _show_failure(report, result, base)


def _show_failure(report: "CasesReport", result: "CaseResult", base: Path) -> None:
    from ringwall.policy.cases.account import account_of

    print_text()
    place = f"{base / report.file}:{result.case.line}"
    print_field("FAILED", f"{result.case.id} at {place}", style="red")
    for problem in result.problems:
        print_field("", problem)
    for line in account_of(result, f"{base}/"):
        text = line.lstrip(" ")
        print_field("", text, indent=len(line) - len(text))


def _failure(report: "CasesReport", result: "CaseResult", base: Path) -> dict[str, Any]:
    return {
        "case": result.case.id,
        "file": str(base / report.file),
        "line": result.case.line,
        "problems": list(result.problems),
        "because": [_row(row, base) for row in result.because],
    }


def _row(row: "NearRow", base: Path) -> dict[str, Any]:
    failed = [
        {
            "condition": item.name,
            "code": item.code,
            "seen": item.seen,
            "needed": item.needed,
        }
        for item in row.failed
    ]
    file = str(base / row.file)
    return {
        "rule": row.rule,
        "file": file,
        "line": row.line,
        "effect": row.effect,
        "failed": failed,
    }


def _write_junit(path: Path, reports: "Sequence[CasesReport]") -> None:
    from ringwall.policy.cases.junit import junit_xml

    path.write_bytes(junit_xml(reports))
