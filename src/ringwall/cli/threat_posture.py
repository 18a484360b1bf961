"""A site's posture as data, and as it is read on a screen.

Must never say that a site is certified: it is aligned with a level, or with none.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import typer

from ringwall.cli.options import Format
from ringwall.cli.output import Sheet, print_rows
from ringwall.cli.terminal import print_text

if TYPE_CHECKING:
    from ringwall.threats.catalogue import Catalogue
    from ringwall.threats.matrix import Cell
    from ringwall.threats.posture import (
        DomainPosture,
        Lapse,
        MeasureStatement,
        Posture,
    )

__all__ = ["posture_answer", "posture_sheet", "show_posture"]

_DOMAINS: Final = ("domain", "level", "without_exceptions", "next", "missing")
_EXCEPTIONS: Final = ("measure", "holder", "approved_by", "until")
_LAPSES: Final = ("measure", "domain", "until", "level", "alone", "then", "holder")
_MISSING: Final = ("measure", "name", "domain", "level", "ended", "begins")
_OPEN: Final = ("class", "open", "partial", "vectors")


def posture_answer(
    catalogue: "Catalogue", posture: "Posture", site: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a posture as JSON.

    Args:
        catalogue: by which it was worked out.
        posture: what the statements amount to.
        site: what stands first, such as the site's id.
    """
    from ringwall.base.clock import format_instant

    return {
        **site,
        "at": format_instant(posture.now),
        "horizon": format_instant(posture.horizon),
        "level": str(posture.level),
        "tiers": list(posture.tiers),
        "domains": [_domain(catalogue, row) for row in posture.domains],
        "exceptions": [_exception(row) for row in posture.exceptions],
        "lapses": [_lapse(row) for row in posture.lapses],
        "open": {
            actor: [_cell(cell) for cell in cells]
            for actor, cells in posture.open.items()
        },
        "unknown": list(posture.unknown),
        "catalogue": catalogue.digest,
    }


def posture_sheet(answer: Mapping[str, Any]) -> Sheet:
    """Return a row for each domain, for CSV."""
    columns = ["site", "at", *_DOMAINS]
    head = {"site": answer["site"], "at": answer["at"]}
    rows = [{**head, **_counted(row)} for row in answer["domains"]]
    return Sheet(columns, rows)


def show_posture(answer: Mapping[str, Any]) -> None:
    """Print a posture for people."""
    level = answer["level"]
    aligned = "no level" if level == "SL0" else level
    print_text(f"{answer['site']}, aligned with {aligned}", style="bold")
    print_text(f"run by {answer['operator']}, at {answer['at']}")
    tiers = ", ".join(answer["tiers"]) or "none"
    print_text(f"tiers whose levels it has in every domain: {tiers}")
    print_text("The level is that of its weakest domain, personnel set aside.")
    exceptions, lapses = answer["exceptions"], answer["lapses"]
    for note in answer["notes"]:
        print_text(f"note: {note}")
    _print(_DOMAINS, [_counted(row) for row in answer["domains"]], "domains")
    _print(_EXCEPTIONS, exceptions, f"exceptions in force: {len(exceptions)}")
    _print(_LAPSES, lapses, f"ending by {answer['horizon']}: {len(lapses)}")
    missing = [row for domain in answer["domains"] for row in domain["missing"]]
    _print(_MISSING, missing, f"asked for by the next level: {len(missing)}")
    _print(_OPEN, _openings(answer["open"]), "vectors that stay open, by class")


def _print(
    columns: Sequence[str], rows: Sequence[Mapping[str, Any]], title: str
) -> None:
    if not rows:
        return
    typer.echo()
    print_text(title, style="bold")
    # A column that says nothing takes room from those that do.
    told = [name for name in columns if any(row[name] is not None for row in rows)]
    print_rows(told, rows, Format.TABLE)


def _counted(domain: Mapping[str, Any]) -> dict[str, Any]:
    return {**domain, "missing": len(domain["missing"])}


def _openings(cells: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Return how many vectors are open and partly so to each class, and which."""
    return [
        {
            "class": actor,
            "open": sum(cell["cover"] == "open" for cell in found),
            "partial": sum(cell["cover"] == "partial" for cell in found),
            "vectors": [cell["vector"] for cell in found],
        }
        for actor, found in cells.items()
    ]


def _domain(catalogue: "Catalogue", row: "DomainPosture") -> dict[str, Any]:
    missing = []
    for item in row.missing:
        measure = catalogue.measure(item.measure)
        missing.append(
            {
                "measure": measure.id,
                "name": measure.name,
                "domain": row.domain.value,
                "level": str(measure.level),
                "ended": _instant(item.lapsed),
                "begins": _instant(item.begins),
            }
        )
    return {
        "domain": row.domain.value,
        "level": str(row.level),
        "without_exceptions": str(row.bare),
        "next": None if row.next is None else str(row.next),
        "missing": missing,
    }


def _exception(row: "MeasureStatement") -> dict[str, Any]:
    return {
        "measure": row.measure,
        "holder": row.holder,
        "approved_by": row.assessor,
        "until": _instant(row.until),
    }


def _lapse(row: "Lapse") -> dict[str, Any]:
    statement = row.statement
    return {
        "measure": statement.measure,
        "domain": row.domain.value,
        "until": _instant(statement.until),
        "level": str(row.level),
        "alone": str(row.alone),
        "then": str(row.then),
        "holder": statement.holder,
        "exception": statement.is_exception,
    }


def _cell(cell: "Cell") -> dict[str, Any]:
    return {
        "vector": cell.vector,
        "score": cell.score,
        "cover": cell.cover,
        "missing": list(cell.missing),
    }


def _instant(instant: int | None) -> str | None:
    from ringwall.base.clock import format_instant

    return None if instant is None else format_instant(instant)
