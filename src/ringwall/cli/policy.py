"""`policy`: the tables an officer reads, checked, tried, shown and compared."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringwall.cli import policy_activate, policy_cases, policy_diff, policy_table
from ringwall.cli.options import (
    Format,
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import Sheet, chosen_format, print_object, print_rows, say
from ringwall.cli.policies import (
    PoliciesOption,
    placed,
    policies_folder,
    read_policies,
)
from ringwall.cli.terminal import print_field, print_text, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ringwall.base.errors import Fault
    from ringwall.policy.bundle import Bundle
    from ringwall.policy.lint.finding import Finding

__all__ = ["app"]

app = typer.Typer(
    help="Check, try, read and compare the policies.", no_args_is_help=True
)


@app.command("lint", epilog=examples("policy lint", "policy lint --policies policies"))
def _lint(
    policies: PoliciesOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Read all policies strictly and look for what is doubtful.

    In an institute the registry is asked, too, who holds which role, each concern that
    a request passes has to be there, and each action that a power of its threat models
    names has to be known. Exit code 3 on any finding that is an error;
    advice is only printed.
    """
    from ringwall.base.errors import PolicyError
    from ringwall.pdp.pipeline import DecisionPoint
    from ringwall.pdp.power_actions import check_powers
    from ringwall.pdp.stages import CONCERNS
    from ringwall.policy.bundle import compile_bundle
    from ringwall.policy.lint.finding import Severity

    bundle = read_policies(policies, folder)
    if policies is None or bundle.concerns.keys() >= set(CONCERNS):
        # Raises what a check would.
        decider = DecisionPoint(compile_bundle(bundle).concerns, "three")
        if policies is None:
            check_powers(open_institute(folder).catalogue(), decider.actions)
    held = None if policies is not None else _roles_held(folder)
    base = policies_folder(policies, folder)
    findings = _findings(bundle, held)
    errors = [item.fault for item in findings if item.severity is Severity.ERROR]
    advice = [item.fault for item in findings if item.severity is Severity.ADVICE]
    _print_lint(bundle, findings, base, fmt)
    if chosen_format(fmt) is Format.TABLE:
        for fault in placed(advice, base):
            print_text(f"advice: {fault}")
    if errors:
        raise PolicyError(
            "policy-doubtful",
            f"{len(errors)} finding{'s' if len(errors) > 1 else ''}",
            next_step="mend the lines named, or add the cases that decide the rows",
            faults=placed(errors, base),
        )


def _roles_held(folder: Path | None) -> "Mapping[str, frozenset[str]] | None":
    """Return who holds what, or None where there is no registry to ask."""
    from ringwall.base.errors import RingwallError

    try:
        return open_institute(folder).facts().roles_held() or None
    except (RingwallError, OSError) as error:
        say(f"who holds which role was not looked at: {error}")
        return None


def _findings(
    bundle: "Bundle", held: "Mapping[str, frozenset[str]] | None"
) -> "list[Finding]":
    from ringwall.pdp.stages import CONCERNS
    from ringwall.policy.lint.lint import lint_bundle, lint_concern

    findings = list(lint_bundle(bundle, [stage.value for stage in CONCERNS]))
    for concern in bundle.concerns.values():
        report = policy_cases.report_of(concern)
        findings += lint_concern(concern, report, held)
    return findings


def _print_lint(
    bundle: "Bundle", findings: "list[Finding]", base: Path, fmt: Format | None
) -> None:
    from ringwall.policy.lint.finding import Severity

    rows: list[dict[str, Any]] = []
    told_of = {item.fault.file.partition("/")[0] for item in findings}
    for name in sorted(told_of.union(bundle.concerns)):
        concern = bundle.concerns.get(name)  # none where it is missing
        own = [item for item in findings if item.fault.file.startswith(f"{name}/")]
        told = [item.severity for item in own]
        rows.append(
            {
                "concern": name,
                "rows": len(concern.rules) if concern else 0,
                "errors": told.count(Severity.ERROR),
                "advice": told.count(Severity.ADVICE),
                "digest": concern.digest if concern else "",
                "findings": [_finding(item, base) for item in own],
            }
        )
    columns = ["concern", "rows", "errors", "advice"]
    title = "" if findings else "no findings"
    print_rows(columns, rows, fmt, title=title, sheet=[*columns, "digest"])


def _finding(finding: "Finding", base: Path) -> dict[str, Any]:
    fault: Fault
    (fault,) = placed([finding.fault], base)
    return {
        "severity": finding.severity.value,
        "file": fault.file,
        "line": fault.line,
        "column": fault.column,
        "code": fault.code,
        "message": fault.message,
        "expected": fault.expected,
    }


policy_cases.register(app)
policy_table.register(app)


@app.command("show", epilog=examples("policy show acc-031"))
def _show(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="E.g. acc-031.")],
    policies: PoliciesOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Show one row: its columns, where it stands, what it is about, its cases.

    What it is about is the comment above the run of rows that it stands in.
    """
    from ringwall.base.errors import UnknownItem
    from ringwall.policy.row_comments import comments_of
    from ringwall.policy.table import policy_table as table_of

    bundle = read_policies(policies, folder)
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
    report = policy_cases.report_of(concern)
    cases = [r.case.id for r in report.results if rule in r.outcome.rules]
    headers = table_of(concern).headers
    columns = dict(zip(headers, found[0].text, strict=True))
    place = (policies or Path("policies")) / found[0].file
    value = {
        "concern": concern.name,
        "place": f"{place}:{found[0].line}",
        "about": comments_of(concern).above(found[0].line),
    }
    row = {**value, **columns, "cases": cases}

    def table() -> None:
        for header, field in columns.items():
            typer.echo(f"{header:<20}{printable(field)}")
        typer.echo(f"{'stands at':<20}{value['place']}")
        typer.echo(f"{'decides cases':<20}{', '.join(cases) or '(none)'}")
        if value["about"]:
            print_field("about", value["about"], indent=11)

    print_object(
        {**value, "columns": columns, "cases": cases},
        fmt,
        table,
        Sheet(list(row), [row]),
    )


policy_diff.register(app)
policy_activate.register(app)
