"""`threat`: who attacks and how, what stops it, and where a site stands."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli import threat_assess, threat_export, threat_show
from ringwall.cli.options import FormatOption, InstituteOption, examples
from ringwall.cli.output import print_rows
from ringwall.cli.policies import PoliciesOption, policies_folder, read_policies
from ringwall.cli.threat_models import ModelsOption, read_models

if TYPE_CHECKING:
    from ringwall.base.errors import Fault
    from ringwall.policy.bundle import Bundle
    from ringwall.threats.catalogue import Catalogue, Place
    from ringwall.threats.trace import Trace

__all__ = ["app"]

app = typer.Typer(
    help="Show threat models, judge sites by them, and write them for other tools.",
    no_args_is_help=True,
)
threat_show.register(app)
threat_assess.register(app)

_TEST: Final = re.compile(r"^[ \t]*(?:async )?def (test_\w+)", re.MULTILINE)


@app.command(
    "lint",
    epilog=examples(
        "threat lint",
        "threat lint --models threat_models --policies policies --tests tests",
    ),
)
def _lint(
    tests: Annotated[
        Path | None,
        typer.Option(
            "--tests",
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="Where the tests are that threats name; else they are not looked for.",
            show_default=False,
        ),
    ] = None,
    models: ModelsOption = None,
    policies: PoliciesOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Check that each threat is answered by rules, and each rule answers a threat.

    Rules are the rows of all policies and those of the floor. A threat has to name a
    rule and a test; a rule that no threat names, and a vector that no threat uses,
    are findings too, and so is a power that names an action which the policies don't
    know. Exit code 3 on any.
    """
    from ringwall.base.errors import DeclarationError
    from ringwall.threats.trace import trace_threats

    catalogue, bundle = read_models(models, folder), read_policies(policies, folder)
    rules = _rules(bundle, policies_folder(policies, folder))
    known = None if tests is None else frozenset(_tests(tests))
    trace = trace_threats(catalogue, rules, known)
    columns = ["protected", "threats", "rules", "tests"]
    print_rows(columns, _counts(catalogue, trace), fmt)
    faults = (*trace.faults, *_unknown_powers(catalogue, bundle))
    if faults:
        count = len(faults)
        raise DeclarationError(
            "threats-untraced",
            f"{count} finding{'s' if count > 1 else ''}",
            next_step="name the rules and tests that answer each threat, or say in a "
            "threat why there is the rule",
            faults=faults,
        )


def _unknown_powers(catalogue: "Catalogue", bundle: "Bundle") -> "Iterator[Fault]":
    """Give what powers name that the policies don't know, if they can be asked."""
    from ringwall.pdp.pipeline import DecisionPoint
    from ringwall.pdp.power_actions import unknown_actions
    from ringwall.pdp.stages import CONCERNS
    from ringwall.policy.bundle import compile_bundle

    if bundle.concerns.keys() >= set(CONCERNS):
        decider = DecisionPoint(compile_bundle(bundle).concerns, "three")
        yield from unknown_actions(catalogue, decider.actions)


def _rules(bundle: "Bundle", base: Path) -> "dict[str, Place]":
    """Return where each row of the policies and each rule of the floor stands."""
    from ringwall.pdp.floor_rules import FLOOR_RULES
    from ringwall.threats.catalogue import Place

    rows = {
        rule.id: Place(str(base / rule.file), rule.line, 0)
        for concern in bundle.concerns.values()
        for rule in concern.rules
    }
    return {**rows, **{rule.code: Place("the floor", 0, 0) for rule in FLOOR_RULES}}


def _tests(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*.py"):
        yield from _TEST.findall(path.read_text("utf-8", errors="replace"))


def _counts(catalogue: "Catalogue", trace: "Trace") -> list[dict[str, Any]]:
    """Return how many threats, rules and tests hang on each protected thing."""
    return [
        {
            "protected": model.id,
            "threats": len(model.threats),
            "rules": len({r for t in model.threats for r in trace.by_threat[t.id]}),
            "tests": len({test for t in model.threats for test in t.tests}),
        }
        for model in catalogue.protected.values()
    ]


threat_export.register(app)
