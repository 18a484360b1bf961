"""`threat assess` and `threat matrix`: where a site stands, and what stays open."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from ringwall.cli.exits import Misuse
from ringwall.cli.options import (
    AtOption,
    FormatOption,
    InstituteOption,
    examples,
    instant_of,
    open_institute,
)
from ringwall.cli.output import Sheet, print_object, say
from ringwall.cli.terminal import print_text, printable, screen_width
from ringwall.cli.threat_models import ModelsOption, read_models
from ringwall.cli.threat_posture import posture_answer, posture_sheet, show_posture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ringwall.model.declarations import Document
    from ringwall.model.places import Site
    from ringwall.threats.catalogue import Catalogue
    from ringwall.threats.matrix import Matrix
    from ringwall.threats.posture import MeasureStatement

__all__ = ["register"]

_SHOWN: Final = 12  # of the digest of the threat models
_WIDEST: Final = 100  # beyond it, names stand too far from their cells
_VECTOR: Final = ("category", "vector", "name")
_SiteArgument = Annotated[
    str, typer.Argument(metavar="SITE", help="E.g. site:hub-north.")
]


class _Seen(NamedTuple):
    """A site as the registry has it, and what it is judged by."""

    site: str
    operator: str
    notes: tuple[str, ...]
    statements: "tuple[MeasureStatement, ...]"
    catalogue: "Catalogue"
    now: int


def register(app: typer.Typer) -> None:
    """Add the verbs to the application."""
    app.command(
        "assess",
        epilog=examples(
            "threat assess site:hub-north",
            "threat assess site:hub-north --at 2027-01-31T00:00:00Z --days 30",
        ),
    )(_assess)
    app.command(
        "matrix",
        epilog=examples(
            "threat matrix",
            "threat matrix site:hub-north --svg cover.svg",
        ),
    )(_matrix)


def _assess(
    site: _SiteArgument,
    at: AtOption = None,
    days: Annotated[
        int,
        typer.Option(
            "--days",
            min=0,
            max=3660,
            metavar="N",
            help="Tell what lapses within N days.",
        ),
    ] = 90,
    models: ModelsOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Say which level a site is aligned with, what it lacks and what lapses.

    A level counts only if every measure up to it is in force: attested and in date at
    the site or, where it is the institute's, at the institute; or covered by an
    exception in date. Nothing here certifies a site.
    """
    from ringwall.threats.posture import posture

    seen = _seen(site, at, models, folder)
    found = posture(seen.catalogue, seen.statements, seen.now, days)
    head = {"site": seen.site, "operator": seen.operator, "notes": list(seen.notes)}
    answer = posture_answer(seen.catalogue, found, head)
    sheet = posture_sheet(answer)
    print_object(answer, fmt, lambda: show_posture(answer), sheet)


def _matrix(
    site: Annotated[
        str | None,
        typer.Argument(
            metavar="[SITE]",
            help="A site to judge; scores alone if left out.",
            show_default=False,
        ),
    ] = None,
    svg: Annotated[
        Path | None,
        typer.Option(
            "--svg",
            metavar="FILE",
            dir_okay=False,
            help="Draw it into a file instead of printing it.",
            show_default=False,
        ),
    ] = None,
    at: AtOption = None,
    models: ModelsOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Show each attack vector by each class of attack: how feasible, how covered.

    A vector is countered for a class if all measures against it, up to the level meant
    for the class, are in force; which measure counters what is our own reading.
    """
    from ringwall.base.clock import format_instant
    from ringwall.threats.matrix import Chart
    from ringwall.threats.posture import held_at

    if site is None and at is not None:
        raise Misuse(
            "ringwall threat matrix", "`--at` is for a site, and none is named"
        )
    if site is None:
        catalogue, held = read_models(models, folder), None
        title, when = "Attack vectors by feasibility", ""
    else:
        seen = _seen(site, at, models, folder)
        catalogue, held = seen.catalogue, held_at(seen.statements, seen.now)
        title = f"Attack vectors and their cover at {site}"
        when = f"{format_instant(seen.now)}, "
    matrix = Chart(catalogue).matrix(held)
    subtitle = f"{when}threat models {catalogue.digest[:_SHOWN]}"
    if svg is not None:
        _draw(svg, matrix, title, subtitle)
        return
    rows = _rows(matrix)
    print_object(
        {"site": site, "title": title, "subtitle": subtitle, "vectors": rows},
        fmt,
        lambda: _show(matrix, title, subtitle),
        _sheet(rows),
    )


def _draw(target: Path, matrix: "Matrix", title: str, subtitle: str) -> None:
    from ringwall.threats.drawing import draw_matrix

    target.write_text(draw_matrix(matrix, title, subtitle), "utf-8")
    say(f"drawn into {target}")


def _seen(site: str, at: str | None, models: Path | None, folder: Path | None) -> _Seen:
    """Return what is on record about a site.

    Raises:
        UnknownItem: `unknown-site`.
        Misuse: `at` is no instant.
    """
    from ringwall.base.errors import UnknownItem
    from ringwall.model.places import Site
    from ringwall.pdp.standing import statements_of

    institute = open_institute(folder)
    now = instant_of(at, institute, "ringwall threat assess")
    catalogue = read_models(models, folder)
    documents = institute.facts().documents()
    found = documents.get(site)
    if not isinstance(found, Site):
        known = sorted(k for k, row in documents.items() if isinstance(row, Site))
        raise UnknownItem(
            "unknown-site",
            f"no site `{site[:128]}` is on record",
            next_step="known: " + (", ".join(known[:20]) or "none"),
        )
    statements = statements_of(found, documents, catalogue.benchmark)
    notes = _notes(found, documents)
    return _Seen(site, found.operator, notes, statements, catalogue, now)


def _notes(site: "Site", documents: "Mapping[str, Document]") -> tuple[str, ...]:
    """Return what stands against a site whatever its levels are."""
    from ringwall.model.parties import Organisation
    from ringwall.pdp.standing import institute_of

    notes = []
    operator = documents.get(site.operator)
    if not isinstance(operator, Organisation) or operator.suspended:
        notes.append(
            "who runs it is suspended or not on record: nothing is permitted there"
        )
    if institute_of(documents) is None:
        notes.append(
            "none or several are on record as the institute: its measures don't count"
        )
    return tuple(notes)


def _rows(matrix: "Matrix") -> list[dict[str, Any]]:
    return [
        {
            "category": band.category.id,
            "vector": line.vector.id,
            "name": line.vector.name,
            "classes": {
                cell.actor: {
                    "score": cell.score,
                    "cover": cell.cover,
                    "missing": list(cell.missing),
                }
                for cell in line.cells
            },
        }
        for band in matrix.bands
        for line in band.lines
    ]


def _sheet(rows: list[dict[str, Any]]) -> Sheet:
    """Return a row for each vector, with two columns for each class."""
    flat = []
    for row in rows:
        cells = {
            f"{actor}_{name}": cell[name]
            for actor, cell in row["classes"].items()
            for name in ("score", "cover")
        }
        flat.append({name: row[name] for name in _VECTOR} | cells)
    return Sheet(list(flat[0]) if flat else _VECTOR, flat)


def _show(matrix: "Matrix", title: str, subtitle: str) -> None:
    from ringwall.threats.matrix import format_matrix

    print_text(title, style="bold")
    print_text(subtitle)
    for line in format_matrix(matrix, min(screen_width(), _WIDEST)):
        typer.echo(printable(line))
