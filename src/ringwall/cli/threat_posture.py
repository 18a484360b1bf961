"""A site's posture as data, and as it is read on a screen.

Must never say that a site is certified: it is aligned with a level, or with none.
"""

from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, Final

import typer

from ringwall.cli.options import Format
from ringwall.cli.output import Sheet, print_rows
from ringwall.cli.terminal import print_field, print_text

if TYPE_CHECKING:
    from ringwall.threats.catalogue import Catalogue
    from ringwall.threats.matrix import Cell
    from ringwall.threats.posture import (
        DomainPosture,
        Lapse,
        MeasureStatement,
        Missing,
        Posture,
        TierGap,
    )

__all__ = ["posture_answer", "posture_sheet", "show_posture"]

_DOMAINS: Final = ("domain", "level", "without_exceptions", "next", "missing")
_EXCEPTIONS: Final = ("measure", "holder", "approved_by", "until")
_LAPSES: Final = ("measure", "domain", "until", "level", "alone", "then", "holder")
_MISSING: Final = ("measure", "name", "domain", "level", "ended", "begins")
_OPEN: Final = ("class", "vectors", "which")


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
        "to_serve": [_gap(catalogue, row) for row in posture.gaps],
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
    _show_gaps(answer["to_serve"])
    _print(_OPEN, _openings(answer["open"]), "vectors that stay open, by class")
    missing = [row for domain in answer["domains"] for row in domain["missing"]]
    missing.sort(key=_never_lapsed)
    _print(_MISSING, missing, f"asked for by the next level: {len(missing)}")


def _show_gaps(gaps: Sequence[Mapping[str, Any]]) -> None:
    """Print what each tier would take that the site does not serve.

    A measure that a tier below needs, too, is not named again, only counted.
    """
    named: set[str] = set()
    for tier in dict.fromkeys(gap["tier"] for gap in gaps):
        own = [gap for gap in gaps if gap["tier"] == tier]
        typer.echo()
        print_text(f"to serve the {tier} tier: {_gap_counts(own, named)}", style="bold")
        for gap in own:
            told = _gap_text(gap["missing"], named)
            if told:
                print_field(gap["domain"], f"{gap['needs']}: {told}", indent=2)
        named.update(row["measure"] for gap in own for row in gap["missing"])


def _gap_counts(gaps: Sequence[Mapping[str, Any]], named: Set[str]) -> str:
    missing = [row for gap in gaps for row in gap["missing"]]
    lapsed = sum(not _never_lapsed(row) for row in missing)
    above = sum(row["measure"] in named for row in missing)
    parts = [f"{lapsed} lapsed"] if lapsed else []
    parts += [f"{above} named above"] if above else []
    tail = f" ({', '.join(parts)})" if parts else ""
    count = len(missing)
    return f"{count} measure{' is' if count == 1 else 's are'} missing{tail}"


def _gap_text(missing: Sequence[Mapping[str, Any]], named: Set[str]) -> str:
    """Return the ids not named yet: first what has lapsed, then the rest."""
    new = [row for row in missing if row["measure"] not in named]
    lapsed = [row["measure"] for row in new if not _never_lapsed(row)]
    others = [row["measure"] for row in new if _never_lapsed(row)]
    parts = [f"lapsed {', '.join(lapsed)}"] if lapsed else []
    return "; ".join([*parts, *([", ".join(others)] if others else [])])


def _never_lapsed(missing: Mapping[str, Any]) -> bool:
    return missing["ended"] is None


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
    from ringwall.threats.matrix import Cover, open_words

    rows = []
    for actor, found in cells.items():
        counts = {c: sum(cell["cover"] == c for cell in found) for c in Cover}
        which = [cell["vector"] for cell in found]
        rows.append({"class": actor, "vectors": open_words(counts), "which": which})
    return rows


def _domain(catalogue: "Catalogue", row: "DomainPosture") -> dict[str, Any]:
    return {
        "domain": row.domain.value,
        "level": str(row.level),
        "without_exceptions": str(row.bare),
        "next": None if row.next is None else str(row.next),
        "missing": _missing(catalogue, row.missing),
    }


def _gap(catalogue: "Catalogue", row: "TierGap") -> dict[str, Any]:
    return {
        "tier": row.tier,
        "domain": row.domain.value,
        "needs": str(row.level),
        "missing": _missing(catalogue, row.missing),
    }


def _missing(catalogue: "Catalogue", rows: "Sequence[Missing]") -> list[dict[str, Any]]:
    found = []
    for row in rows:
        measure = catalogue.measure(row.measure)
        found.append(
            {
                "measure": measure.id,
                "name": measure.name,
                "domain": measure.domain.value,
                "level": str(measure.level),
                "ended": _instant(row.lapsed),
                "begins": _instant(row.begins),
            }
        )
    return found


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
