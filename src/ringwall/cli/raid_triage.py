"""`raid triage`: what the decision tables say of a case, and why.

Must never show an outcome without the row that gave it being a command away.
"""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli import raid_assess, raid_tables
from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.options import Format, examples
from ringwall.cli.output import Sheet, chosen_format, print_object, print_rows, say
from ringwall.cli.raid_acts import CaseArgument, asks_of_case
from ringwall.cli.raid_clock_show import first_due, to_second
from ringwall.cli.terminal import print_field, print_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ringwall.raid.acting import Done
    from ringwall.raid.triage.judging import Because, Judged
    from ringwall.raid.triage.margins import Margin
    from ringwall.raid.triaging import Triaged, View

__all__ = ["register"]

_OUTCOMES: Final = (
    *("priority", "owner", "severity", "tlp", "embargo", "briefing", "lane"),
    *("developer", "routes", "clocks"),
)
_WHY: Final = ("outcome", "value", "table", "row", "inputs")
_WHY_SHEET: Final = (*_WHY, "rule")
_WORST: Final = ("point", "taken", "worst of", "holds")
_MARK: Final = "*"
_IF: Final = ("point", "value", "priority", "owner", "severity", "tlp", "changes")
_IF_SHEET: Final = (
    *("point", "value", "priority", "owner", "severity", "tlp", "embargo"),
    *("briefing", "lane", "developer", "routes", "clocks", "asked", "changes"),
)


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    group = typer.Typer(
        help="What the decision tables say of a case.", no_args_is_help=True
    )
    verbs = {
        "run": (_run, "raid triage run c-mfzwizltmr"),
        "explain": (_explain, "raid triage explain c-mfzwizltmr"),
        "what-if": (_what_if, "raid triage what-if c-mfzwizltmr"),
        "deviate": (
            _deviate,
            'raid triage deviate c-mfzwizltmr --priority track --reason "a drill"',
        ),
    }
    for verb, (act, example) in verbs.items():
        command = at_desk("raid triage", verb, act)
        group.command(verb, epilog=examples(example))(command)
    app.add_typer(group, name="triage")
    raid_assess.register(app)
    raid_tables.register(app)


def _run(
    desk: Desk,
    case: CaseArgument,
    then: Annotated[
        str,
        typer.Option(
            metavar="WORD",
            help="`watch` or `decline` it in the same act, if the outcome allows.",
        ),
    ] = "",
) -> None:
    """Triage a case: look it up in the tables, and let it move.

    What RAID owns becomes owned, reports are accepted and the clocks that the outcome
    names are armed, all in one act. Whoever took in a report can't triage it.
    """
    who, case = asks_of_case(desk, case, "raid.assess")
    triaged = desk.raid.triage.run(who, case, then)
    card = _last_card(triaged.done)
    name = triaged.done.events[0]["case"]
    told = {
        "case": name,
        "state": card["state"],
        "decision": triaged.done.decision,
        "row": triaged.judged.row,
        **_outcome(triaged.judged),
        "label": card["tlp"],
        "due": card["due"],
        "due_at_worst": triaged.is_worst,
        "planned": list(triaged.planned),
        **_best(triaged.margins),
    }

    def show() -> None:
        _show_head(name, str(card["tlp"]), f"{card['state']}, row {told['row']}")
        _show_outcome(triaged.judged, _planned(name, triaged))
        _show_margins(triaged.judged, triaged.margins)
        if told["due"]:
            due = first_due(str(told["due"]), is_worst=triaged.is_worst)
            print_field("first due", due)

    print_object(told, desk.format, show, Sheet(tuple(told), [told]))
    _say_next(name, triaged.judged, is_to_shut=triaged.is_to_shut)


def _explain(desk: Desk, case: CaseArgument) -> None:
    """Show which table, row and inputs decide each outcome of a case.

    By its last assessment and the tables in force; nothing is recorded but that it
    was asked. A number such as 6.5/2 is the rule that a row follows; `*` marks an open
    point that was taken at its worst. "At best" is what it would come to if that were
    settled as mildly as it can be: told for a reader, and never used to lower a case.
    """
    who, case = asks_of_case(desk, case, "raid.read")
    view = desk.raid.triage.view(who, case)
    judged, rows = view.judged, _why_rows(view.judged)
    worst, thresholds = _worst_rows(view), _thresholds(view)
    told = {
        "case": view.card.id,
        "label": view.card.card["tlp"],
        "state": view.card.card["state"],
        "tables": view.tables.digest,
        "version": view.tables.version,
        "assessor": view.assessed.by,
        "evidence": view.assessed.said.get("evidence", ""),
        **_outcome(judged),
        "completions": str(judged.completions),
        "open": {name: sorted(values) for name, values in judged.open.items()},
        "because": rows,
        "worst": worst,
        "thresholds": thresholds,
        **_best(view.margins),
    }

    def show() -> None:
        by = view.assessed.by or "nobody, so all is unknown"
        _show_head(view.card.id, str(told["label"]), f"assessed by {by}")
        print_rows(_WHY, [_marked(row, judged) for row in rows], Format.TABLE)
        unknown = ", ".join(judged.open) or "nothing"
        print_field("open", f"{unknown}: {judged.completions:,} completions, the worst")
        if worst:
            print_rows(_WORST, [_told_worst(row) for row in worst], Format.TABLE)
        _show_margins(judged, view.margins)
        for group, names in thresholds.items():
            print_field("uplift", f"{group}: measured by {', '.join(names)}")
        print_field("tables", f"version {view.tables.version}, {view.tables.digest}")

    print_object(told, desk.format, show, Sheet(_WHY_SHEET, rows))
    if judged.open:
        say(f"{_MARK} open, and taken at its worst")
        say(f"next: ringwall raid triage what-if {_short(view.card.id)}")


def _what_if(desk: Desk, case: CaseArgument) -> None:
    """Show what each unknown of a case would do, value by value, in one table.

    "At best" below it is what it would come to if all were settled as mildly as it can
    be, as `explain` has it.
    """
    who, case = asks_of_case(desk, case, "raid.read")
    view, found = desk.raid.triage.wonder(who, case)
    rows = [
        {
            "point": one.point,
            "value": one.value,
            **{
                name: list(value) if isinstance(value, tuple) else value
                for name, value in one.outcome._asdict().items()
            },
            "changes": list(one.changes),
        }
        for one in found
    ]
    print_rows(_IF, rows, desk.format, sheet=_IF_SHEET)
    if chosen_format(desk.format) is Format.TABLE:
        _show_margins(view.judged, view.margins)


def _deviate(
    desk: Desk,
    case: CaseArgument,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why; recorded, concealed in the log.")
    ] = "",
    priority: Annotated[
        str,
        typer.Option(
            metavar="WORD",
            help="decline, track, scheduled, out-of-cycle or immediate.",
        ),
    ] = "",
    owner: Annotated[
        str,
        typer.Option(
            metavar="WORD", help="raid, joint or sector; sector disowns a case of RAID."
        ),
    ] = "",
    severity: Annotated[str, typer.Option(metavar="BAND", help="S0 to S5.")] = "",
    tlp: Annotated[
        str,
        typer.Option(metavar="LABEL", help="clear, green, amber, amber+strict or red."),
    ] = "",
    lane: Annotated[
        str, typer.Option(metavar="WORD", help="desk, hazard, incident or urgent.")
    ] = "",
) -> None:
    """Propose an outcome that the tables did not give, for a second person to carry.

    Takes --reason, and at least one of --priority, --owner, --severity, --tlp and
    --lane.

    What the tables said stays on record beside it.
    """
    asked = {
        "priority": priority,
        "owner": owner,
        "severity": severity,
        "tlp": tlp,
        "lane": lane,
    }
    outcomes = {name: word for name, word in asked.items() if word}
    who, case = asks_of_case(desk, case, "raid.assess")
    done = desk.raid.deviating.deviate(who, case, outcomes, reason)
    event = done.events[0]
    doc = event["said"]["doc"]
    told = {
        "proposal": event["id"],
        "case": event["case"],
        "what": event["card"]["what"],
        "until": event["card"]["until"],
        "outcomes": doc["outcomes"],
        "instead": doc["instead"],
    }

    def show() -> None:
        print_text(f"{told['proposal']}  {told['what']} {told['case']}", style="bold")
        for name, word in doc["outcomes"].items():
            print_field(name, f"{word} instead of {doc['instead'][name]}")
        print_field("until", to_second(told["until"]))

    print_object(told, desk.format, show, Sheet(tuple(told), [told]))
    say(f"next: `ringwall raid second {told['proposal']}`, by another person")


def _outcome(judged: "Judged") -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in judged.outcome._asdict().items()
    }


def _show_head(case: str, label: str, rest: str) -> None:
    print_text(f"{case}  TLP:{label.upper() or '-'}  {rest}", style="bold")


def _planned(case: str, triaged: "Triaged") -> str:
    """Return what is said behind the routes, where the plan has others besides."""
    more = len({*triaged.planned} - {*triaged.judged.outcome.routes})
    told = f"{more} more" if triaged.judged.outcome.routes else f"{more} of the plan"
    return f"{told}: raid route plan {_short(case)}" if more else ""


def _show_outcome(judged: "Judged", planned: str) -> None:
    told = _outcome(judged)
    for name in _OUTCOMES:
        value = told[name]
        text = ", ".join(value) if isinstance(value, list) else str(value)
        if name == "routes" and planned:
            text = f"{text} and {planned}" if text else planned
        because = judged.because[name]
        row = f"  ({because[0].table} {because[0].row})" if because else ""
        print_field(name, (text or "none") + (row if name != "clocks" else ""))


def _best(margins: "Mapping[str, Margin]") -> dict[str, Any]:
    """Return what a case would come to at best, and what has to be settled for it."""
    best = {f"{name}_at_best": margin.best for name, margin in margins.items()}
    return {
        **best,
        **{f"{name}_held_by": list(margin.held) for name, margin in margins.items()},
    }


def _show_margins(judged: "Judged", margins: "Mapping[str, Margin]") -> None:
    for name, margin in margins.items():
        if margin.held:
            now = getattr(judged.outcome, name)
            held = ", ".join(margin.held)
            text = f"{name} {margin.best}, not {now}, if true and mild in {held}"
            print_field("at best", text)


def _worst_rows(view: "View") -> list[dict[str, Any]]:
    """Return each open point, what was taken for it, and what it keeps as it is.

    Of a point whose values have no order each is gone through, so none is named.
    """
    rows = []
    for name, values in view.judged.open.items():
        point = view.tables.points[name]
        taken = point.worst(values) if point.scale == "ordered" else ""
        of = [value for value in point.values if value in values]
        holds = [one for one, margin in view.margins.items() if name in margin.held]
        rows.append({"point": name, "taken": taken, "of": of, "holds": holds})
    return rows


def _thresholds(view: "View") -> dict[str, list[str]]:
    """Return class -> thresholds of capability, where a case may be near one."""
    point, points = view.tables.points["uplift"], view.judged.assessment
    if points["uplift"] == {point.values[0]}:
        return {}
    found = view.tables.thresholds
    return {name: list(found[name]) for name in found if name in points["class"]}


def _told_worst(row: "Mapping[str, Any]") -> dict[str, str]:
    return {
        "point": row["point"],
        "taken": row["taken"] or "each",
        "worst of": ", ".join(row["of"]),
        "holds": ", ".join(row["holds"]) or "-",
    }


def _marked(row: "Mapping[str, str]", judged: "Judged") -> dict[str, str]:
    """Return a row for people: inputs that are open bear a mark."""
    inputs = [
        part + _MARK * (part.partition("=")[0] in judged.open)
        for part in row["inputs"].split(", ")
    ]
    return {**row, "inputs": ", ".join(inputs)}


def _why_rows(judged: "Judged") -> list[dict[str, str]]:
    rows = [_why(name, why) for name, why in judged.made.items()]
    return rows + [
        _why(name, why) for name in _OUTCOMES for why in judged.because[name]
    ]


def _why(name: str, why: "Because") -> dict[str, str]:
    return {
        "outcome": name,
        "value": why.gives,
        "table": why.table,
        "row": why.row,
        "inputs": ", ".join(f"{point}={value}" for point, value in why.inputs.items()),
        "rule": why.reason and f"6.5/{why.reason}",
    }


def _last_card(done: "Done") -> "Mapping[str, Any]":
    """Return the row of the case as the act has left it."""
    cases = [event for event in done.events if event["kind"] == "raid.case"]
    card: Mapping[str, Any] = cases[-1]["card"]
    return card


def _short(case: str) -> str:
    return case.removeprefix("case:")


def _say_next(case: str, judged: "Judged", *, is_to_shut: bool) -> None:
    short, outcome = _short(case), judged.outcome
    if outcome.asked:
        many = f"{len(outcome.asked)} clocks" if outcome.asked[1:] else outcome.asked[0]
        say(f"not armed, since nobody named the event: {many} (see `asked` in JSON)")
        say(f"say which events may be: ringwall raid assess {short} legal=...")
    if is_to_shut:
        say(f"to be shut, but nobody is admitted: ringwall raid need admit {short}")
    if judged.open:
        say("what is unknown was taken at its worst; what each answer would change:")
        say(f"next: ringwall raid triage what-if {short}")
    say(f"next: ringwall raid route plan {short}")
