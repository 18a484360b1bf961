"""`policy`: the tables an officer reads, checked, tried and shown."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringwall.cli.exits import Misuse
from ringwall.cli.options import (
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import Sheet, print_object, print_rows
from ringwall.cli.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ringwall.base.errors import Fault
    from ringwall.policy.bundle import Bundle
    from ringwall.policy.cases import CasesReport
    from ringwall.policy.concern import Concern

__all__ = ["app"]

app = typer.Typer(help="Check, try and read the policies.", no_args_is_help=True)

_PoliciesOption = Annotated[
    Path | None,
    typer.Option(
        "--policies",
        metavar="DIR",
        help="A policies folder, instead of an institute's.",
    ),
]


def _bundle(policies: Path | None, folder: Path | None) -> "Bundle":
    """Return the policies that the options name; their folder is `_base`."""
    from ringwall.policy.folder import read_bundle

    return read_bundle(_base(policies, folder))


def _base(policies: Path | None, folder: Path | None) -> Path:
    return policies or open_institute(folder).folder / "policies"


def _placed(faults: "Iterable[Fault]", base: Path) -> "tuple[Fault, ...]":
    """Return faults whose files are named from here, not from the policies' folder."""
    from dataclasses import replace

    return tuple(replace(fault, file=str(base / fault.file)) for fault in faults)


def _concern(bundle: "Bundle", name: str) -> "Concern":
    if name not in bundle.concerns:
        known = ", ".join(bundle.concerns)
        raise Misuse("ringwall policy", f"`{name}` is not one of the concerns {known}")
    return bundle.concerns[name]


def _report(concern: "Concern", *, oracle: bool = False) -> "CasesReport":
    from ringwall.policy.cases import parse_cases, run_cases
    from ringwall.policy.compiler import compile_concern
    from ringwall.policy.reference import ReferenceConcern

    compiled = compile_concern(concern)
    reference = ReferenceConcern(concern) if oracle else None
    place = concern.rules[0].file.rpartition("/")[0]
    return run_cases(compiled, parse_cases(concern, place), reference=reference)


@app.command("lint", epilog=examples("policy lint", "policy lint --policies policies"))
def _lint(
    policies: _PoliciesOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Read all policies strictly and look for rows that are doubtful.

    Exit code 3 on any finding.
    """
    from ringwall.base.errors import PolicyError
    from ringwall.pdp.pipeline import DecisionPoint
    from ringwall.policy.bundle import compile_bundle
    from ringwall.policy.lint import lint_bundle, lint_concern

    bundle = _bundle(policies, folder)
    DecisionPoint(compile_bundle(bundle).concerns, "three")  # raises what check would
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
            faults=_placed(findings, _base(policies, folder)),
        )
    rows = [
        {"concern": name, "rows": len(concern.rules), "digest": concern.digest}
        for name, concern in bundle.concerns.items()
    ]
    print_rows(["concern", "rows", "digest"], rows, fmt, title="no findings")


@app.command("test", epilog=examples("policy test", "policy test access --oracle"))
def _test(
    concern: Annotated[str, typer.Argument(help="Only this concern.")] = "",
    oracle: Annotated[
        bool,
        typer.Option("--oracle", help="Ask stock Casbin each question, too."),
    ] = False,
    policies: _PoliciesOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Run the cases that stand beside the policies.

    Exit code 4 if one comes out otherwise than written, or a row has none.
    """
    from ringwall.base.errors import CasesFailed
    from ringwall.policy.cases import check_cases

    bundle = _bundle(policies, folder)
    names = [concern] if concern else list(bundle.concerns)
    rows: list[dict[str, Any]] = []
    faults: list[Fault] = []
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
    title = "each case was asked of stock Casbin, too" if oracle else ""
    print_rows(columns, rows, fmt, title=title)
    if faults:
        failed = sum(row["failed"] for row in rows)
        undecided = sum(row["undecided"] for row in rows)
        raise CasesFailed(
            "cases-failed",
            f"cases that failed: {failed}, rows without a case: {undecided}",
            next_step="mend the rows or the cases named",
            faults=_placed(faults, _base(policies, folder)),
        )


@app.command(
    "table", epilog=examples("policy table access", "policy table access --format csv")
)
def _table(
    concern: Annotated[str, typer.Argument(help="E.g. access.")],
    policies: _PoliciesOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Print a concern as the table it is."""
    from ringwall.policy.table import policy_table

    shown = policy_table(_concern(_bundle(policies, folder), concern))
    rows = [dict(zip(shown.headers, row, strict=True)) for row in shown.rows]
    print_rows(shown.headers, rows, fmt)


@app.command("show", epilog=examples("policy show acc-031"))
def _show(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="E.g. acc-031.")],
    policies: _PoliciesOption = None,
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
    columns = dict(zip(headers, found[0].text, strict=True))
    place = (policies or Path("policies")) / found[0].file
    value = {"concern": concern.name, "place": f"{place}:{found[0].line}"}
    row = {**value, **columns, "cases": cases}

    def table() -> None:
        for header, field in columns.items():
            typer.echo(f"{header:<20}{printable(field)}")
        typer.echo(f"{'stands at':<20}{value['place']}")
        typer.echo(f"{'decides cases':<20}{', '.join(cases) or '(none)'}")

    print_object(
        {**value, "columns": columns, "cases": cases},
        fmt,
        table,
        Sheet(list(row), [row]),
    )
