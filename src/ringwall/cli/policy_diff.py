"""`policy diff`: what differs between two sets of policies, and which cases see it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringwall.cli.exits import Misuse
from ringwall.cli.options import Format, FormatOption, examples
from ringwall.cli.output import Sheet, print_object, print_rows
from ringwall.cli.terminal import print_text

if TYPE_CHECKING:
    from ringwall.policy.bundle import Bundle
    from ringwall.policy.difference.case_changes import CaseChange
    from ringwall.policy.difference.difference import Difference, RowChange
    from ringwall.policy.difference.known_cases import KnownCases
    from ringwall.policy.outcome import Outcome

__all__ = ["difference_lines", "difference_of", "register", "show_difference"]

_COMMAND = "ringwall policy diff"
# Parts of a model that no answer depends on.
_MUTE = ("reason ", "separation ")
_COLUMNS = ("what", "concern", "name", "sides", "how", "old", "new", "noticed")


def register(app: typer.Typer) -> None:
    """Add the verb to the application."""
    app.command(
        "diff",
        epilog=examples(
            "policy diff policies.old policies",
            "policy diff policies.old/access policies/access --format json",
        ),
    )(_diff)


def _diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A policies folder.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Another one.")],
    fmt: FormatOption = None,
) -> None:
    """Compare two policies folders, or the folders of two versions of one concern.

    Lists rows, role links and parts of the model that differ, and each case of
    either side that comes out otherwise, or that only one side can be asked. A case is
    asked of the other side without the attributes that are not read there. A change
    that no case notices is pointed out, and so is each rule or reason that a case
    names though its side does not have it.
    """
    for folder in (old, new):
        if not folder.is_dir():
            raise Misuse(_COMMAND, f"there is no folder `{folder}`")
    if _is_concern(old) != _is_concern(new):
        message = "one is the folder of a concern, the other is not"
        raise Misuse(_COMMAND, message)
    found = difference_of(old, new)
    sheet = Sheet(_COLUMNS, list(difference_lines(found)))
    print_object(_value(found), fmt, lambda: show_difference(found), sheet)


def difference_of(old: Path, new: Path) -> "Difference":
    """Return what differs between two policies folders, or two of one concern.

    Raises:
        PolicyError: one of them is refused, with the folder in the message.
    """
    from ringwall.policy.difference.difference import compare_bundles
    from ringwall.policy.difference.known_cases import KnownCases

    known = KnownCases()
    return compare_bundles(_read(old, new, known), _read(new, new, known), known)


def _is_concern(folder: Path) -> bool:
    from ringwall.policy.dialect import MODEL_FILE

    return (folder / MODEL_FILE).exists()


def _read(folder: Path, newer: Path, known: "KnownCases") -> "Bundle":
    """Return the policies in a folder, their cases checked.

    Raises:
        PolicyError: they are refused, with the folder in the message.
    """
    from ringwall.base.errors import PolicyError
    from ringwall.policy.bundle import Bundle
    from ringwall.policy.folder import read_bundle, read_concern

    try:
        if _is_concern(folder):
            concern = read_concern(folder)
            known.of(concern, str(folder))
            # A copy of a concern's folder may have another name.
            return Bundle({newer.resolve().name: concern}, concern.digest)
        bundle = read_bundle(folder)
        for name, concern in bundle.concerns.items():
            known.of(concern, f"{folder}/{name}")
    except PolicyError as error:
        raise PolicyError(
            error.code,
            f"`{folder}`: {error.message}",
            next_step=error.next_step,
            faults=error.faults,
        ) from error
    return bundle


def _value(found: "Difference") -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "rows": [asdict(row) for row in found.rows],
        "links": [asdict(link) for link in found.links],
        "models": [asdict(part) for part in found.models],
        "cases": [_case(case) for case in found.cases],
        "stale": [asdict(name) for name in found.stale],
    }


def _case(case: "CaseChange") -> dict[str, Any]:
    return {
        "concern": case.concern,
        "case": case.case,
        "sides": case.sides,
        "asked": case.is_asked,
        "why_not": case.why_not,
        "old": _answer(case.old) if case.is_asked else None,
        "new": _answer(case.new) if case.is_asked else None,
    }


def _answer(outcome: "Outcome") -> dict[str, Any]:
    return {
        "permitted": outcome.permitted,
        "rules": list(outcome.rules),
        "error": outcome.error,
    }


def difference_lines(found: "Difference") -> Iterator[dict[str, Any]]:
    """Give each change as a line of one shape."""
    for row in found.rows:
        for name, old, new in _fields(row):
            noted = (row.concern, name, "", row.how, old, new, row.noticed)
            yield _line("row", *noted)
    for link in found.links:
        name = f"{link.relation}, {link.senior}, {link.junior}"
        yield _line("link", link.concern, name, "", link.how, "", "", link.noticed)
    for part in found.models:
        yield _line(
            "model",
            part.concern,
            part.part,
            "",
            part.how,
            part.old,
            part.new,
            part.noticed,
        )
    for case in found.cases:
        how = "changed" if case.is_asked else "not asked"
        old, new = _word(case.old), _word(case.new)
        if not case.is_asked:
            old, new = case.why_not, ""
        named = (case.concern, case.case, case.sides)
        yield _line("case", *named, how, old, new, None)
    for stale in found.stale:
        name = f"{stale.case}: {stale.what} {stale.name}"
        yield _line("stale", stale.concern, name, stale.side, "not there", "", "", None)


def _line(*values: object) -> dict[str, Any]:
    return dict(zip(_COLUMNS, values, strict=True))


def _fields(row: "RowChange") -> Iterator[tuple[str, str, str]]:
    """Give what to say of a row: each field that changed, or all of them at once."""
    from ringwall.policy.difference.difference import How

    if row.how is How.CHANGED:
        for field in row.fields:
            yield f"{row.rule}: {field.column}", field.old, field.new
    else:
        old = ", ".join(field.old for field in row.fields if field.old)
        new = ", ".join(field.new for field in row.fields if field.new)
        yield row.rule, old, new


def _word(outcome: "Outcome") -> str:
    """Return an answer in words."""
    word = "permit" if outcome.permitted else "deny"
    if outcome.error:
        return f"{word}: {outcome.error}"
    return f"{word} by {', '.join(outcome.rules)}" if outcome.rules else word


def show_difference(found: "Difference") -> None:
    """Print a difference for people."""
    lines = list(difference_lines(found))
    if not found:
        print_text("no difference")
    if not lines:
        return
    for what, title in (
        ("row", "rows"),
        ("link", "role links"),
        ("model", "model"),
        ("case", "cases that come out otherwise, or can't be asked of both sides"),
        ("stale", "cases that name a rule or a reason that is not there"),
    ):
        told = [line for line in lines if line["what"] == what]
        if told:
            print_rows(_shown(told), told, Format.TABLE, title=title)
            print_text()
    if found:
        _show_unnoticed(lines)


def _shown(lines: list[dict[str, Any]]) -> list[str]:
    """Return the columns of a table; no sides where none of them says one alone."""
    if all(line["sides"] in {"", "both"} for line in lines):
        return ["name", "concern", "how", "old", "new"]
    return ["name", "concern", "sides", "how", "old", "new"]


def _show_unnoticed(lines: list[dict[str, Any]]) -> None:
    unseen = dict.fromkeys(
        f"{line['what']} {line['name'].partition(':')[0]}"
        for line in lines
        if line["noticed"] is False and not line["name"].startswith(_MUTE)
    )
    if unseen:
        print_text(f"no case notices: {'; '.join(unseen)}")
    else:
        print_text("each change that bears on an answer is noticed by some case")
