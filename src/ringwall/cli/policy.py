"""`policy`: the tables an officer reads, checked, tried and shown."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringwall.cli.options import FormatOption, InstituteOption, open_institute
from ringwall.cli.output import console, print_object, print_rows

if TYPE_CHECKING:
    from ringwall.policy.bundle import Bundle
    from ringwall.policy.cases import CasesReport
    from ringwall.policy.concern import Concern

__all__ = ["app"]

app = typer.Typer(help="Check, try and read the policies.", no_args_is_help=True)

PoliciesOption = Annotated[
    Path | None,
    typer.Option(
        "--policies",
        metavar="DIR",
        help="A policies folder, instead of an institute's.",
    ),
]


def _bundle(policies: Path | None, folder: Path | None) -> "Bundle":
    from ringwall.policy.folder import read_bundle

    if policies is not None:
        return read_bundle(policies)
    return open_institute(folder).bundle()


def _concern(bundle: "Bundle", name: str) -> "Concern":
    if name not in bundle.concerns:
        known = ", ".join(bundle.concerns)
        raise typer.BadParameter(f"`{name}` is not one of the concerns {known}")
    return bundle.concerns[name]


def _report(concern: "Concern", *, oracle: bool = False) -> "CasesReport":
    from ringwall.policy.cases import parse_cases, run_cases
    from ringwall.policy.compiler import compile_concern
    from ringwall.policy.reference import ReferenceConcern

    compiled = compile_concern(concern)
    reference = ReferenceConcern(concern) if oracle else None
    place = concern.rules[0].file.rpartition("/")[0]
    return run_cases(compiled, parse_cases(concern, place), reference=reference)


@app.command("lint")
def lint(
    policies: PoliciesOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Read all policies strictly and look for doubtful rows; exit 3 on any finding."""
    from ringwall.base.errors import PolicyError
    from ringwall.policy.lint import lint_bundle, lint_concern

    bundle = _bundle(policies, folder)
    findings = [
        finding
        for concern in bundle.concerns.values()
        for finding in lint_concern(concern, _report(concern))
    ]
    findings += lint_bundle(bundle)
    if findings:
        raise PolicyError(
            "policy-doubtful",
            f"{len(findings)} finding{'s' if len(findings) > 1 else ''}",
            next_step="mend the lines named, or add the cases that decide the rows",
            faults=tuple(findings),
        )
    rows = [
        {"concern": name, "rows": len(concern.rules), "digest": concern.digest}
        for name, concern in bundle.concerns.items()
    ]
    print_rows(["concern", "rows", "digest"], rows, fmt, "no findings")


@app.command("test")
def test(
    concern: Annotated[str, typer.Argument(help="Only this concern.")] = "",
    oracle: Annotated[
        bool,
        typer.Option("--oracle", help="Ask stock Casbin each question, too."),
    ] = False,
    policies: PoliciesOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Run the cases beside the policies; exit 4 if one fails or a row has none."""
    from ringwall.base.errors import CasesFailed, Fault
    from ringwall.policy.cases import check_cases

    bundle = _bundle(policies, folder)
    names = [concern] if concern else list(bundle.concerns)
    rows, faults = [], list[Fault]()
    for name in names:
        report = _report(_concern(bundle, name), oracle=oracle)
        rows.append(
            {
                "concern": name,
                "cases": len(report.results),
                "failed": len(report.failed),
                "rows": len(bundle.concerns[name].rules),
                "undecided": len(report.undecided),
            }
        )
        try:
            check_cases(report)
        except CasesFailed as error:
            faults += error.faults
    columns = ["concern", "cases", "failed", "rows", "undecided"]
    print_rows(columns, rows, fmt)
    if faults:
        raise CasesFailed(
            "cases-failed",
            f"{len(faults)} case{'s' if len(faults) > 1 else ''} or rows failed",
            next_step="mend the row or the case named",
            faults=tuple(faults),
        )


@app.command("table")
def table(
    concern: Annotated[str, typer.Argument(help="E.g. access.")],
    policies: PoliciesOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Print a concern as the table it is."""
    from ringwall.policy.table import policy_table

    shown = policy_table(_concern(_bundle(policies, folder), concern))
    rows = [dict(zip(shown.headers, row, strict=True)) for row in shown.rows]
    print_rows(shown.headers, rows, fmt)


@app.command("show")
def show(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="E.g. acc-031.")],
    policies: PoliciesOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Show one row: its columns, where it stands and the cases it decides."""
    from ringwall.base.errors import UnknownItem
    from ringwall.policy.table import policy_table

    bundle = _bundle(policies, folder)
    for concern in bundle.concerns.values():
        found = [row for row in concern.rules if row.id == rule]
        if found:
            break
    else:
        raise UnknownItem(
            "unknown-rule",
            f"no concern has a row `{rule[:40]}`",
            next_step="list rows with `ringwall policy table CONCERN`",
        )
    report = _report(concern)
    cases = [r.case.id for r in report.results if rule in r.outcome.rules]
    headers = policy_table(concern).headers
    value = {
        "concern": concern.name,
        "place": f"{found[0].file}:{found[0].line}",
        "columns": dict(zip(headers, found[0].text, strict=True)),
        "cases": cases,
    }

    def text() -> None:
        out = console()
        for header, field in zip(headers, found[0].text, strict=True):
            out.print(f"{header:<20}{field}")
        out.print(f"{'stands at':<20}{value['place']}", soft_wrap=True)
        out.print(f"{'decides cases':<20}{', '.join(cases)}", soft_wrap=True)

    print_object(value, fmt, text)
