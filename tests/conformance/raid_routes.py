"""The routing table as a page, made of the tables that come with ringwall.

`python -m tests.conformance.raid_routes` writes `docs/raid-routes.md` anew.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ringwall.cli.markdown import markdown_table
from ringwall.raid.routing.conditions import Condition, Fact
from ringwall.raid.routing.reader import read_routes
from ringwall.raid.routing.rows import Addressee, Routes

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "raid-routes.md"
_HEAD: Final = (
    "Names and rows marked *recalled* must be verified before use: no package goes to",
    "a contact without `verified_on`, `verifier` and a key. Whoever stands in brackets",
    "is behind the barrier: to tell it is the duty of whoever reported, and no single",
    "case is told to it from here.",
)
_ROLES: Final = {
    "S": "supports",
    "E": "enforces",
    "M": "mixed",
    "D": "danger",
    "-": "RAID",
}


def routes_markdown(tables: Routes) -> str:
    """Return the page."""
    return "\n".join([*_lines(tables), ""])


def _lines(tables: Routes) -> Iterator[str]:
    yield "# Who must hear of what"
    yield ""
    yield "Made of `raid/routes/*.csv` by `python -m tests.conformance.raid_routes`."
    yield from _HEAD
    yield ""
    yield "## Routes"
    yield ""
    yield from markdown_table(
        ("id", "risk", "holds if", "owner", "primary", "copies", "role", "clocks"),
        [
            (
                route.id,
                route.risk,
                _words(route.when),
                route.owner,
                _told(tables, route.id, route.primary),
                _told(tables, route.id, route.copies),
                _ROLES[route.role],
                " ".join(route.clocks),
            )
            for route in tables.routes.values()
        ],
    )
    yield ""
    yield "## Duties"
    yield ""
    yield "A clock is not armed where the facts of the case say that this does not"
    yield "hold; where it is open, it is armed as a worst case. A *suspect* row makes"
    yield "an event of `legal` suspect, unless the assessor has said there was none."
    yield ""
    yield from markdown_table(
        ("duty", "sort", "holds if", "confidence", "reading"),
        [
            (one.id, one.sort, _words(one.when), one.confidence, one.note)
            for one in tables.duties.values()
        ],
    )
    yield ""
    yield "## Functions"
    yield ""
    yield from markdown_table(
        ("function", "name", "of", "enforces", "ceiling", "silence", "contacts"),
        [
            (
                one.id,
                one.name,
                one.scope,
                one.enforcement,
                f"TLP:{one.ceiling.word.upper()}",
                f"{one.silence_hours} h",
                str(sum(c.function == one.id for c in tables.contacts.values())),
            )
            for one in tables.functions.values()
        ],
    )
    yield ""
    yield "## CSIRTs and single points of contact"
    yield ""
    yield from markdown_table(
        ("contact", "state", "name", "enforces", "confidence", "verified"),
        [
            (
                contact.id,
                contact.state,
                contact.name,
                contact.enforcement,
                contact.confidence,
                contact.verified_on or "no",
            )
            for contact in tables.contacts.values()
            if contact.state in tables.states
        ],
    )


def _words(when: Condition) -> str:
    return " or ".join(" and ".join(map(_term, way)) for way in when.ways)


def _term(fact: Fact) -> str:
    verb = "is not" if fact.is_exception else "is"
    return f"{fact.name} {verb} {_any(fact.values)}"


def _any(values: frozenset[str]) -> str:
    return ", ".join(sorted(values))


def _told(tables: Routes, route: str, addressees: tuple[Addressee, ...]) -> str:
    row = tables.routes[route]
    told = []
    for one in addressees:
        known = tables.contacts.get(one.function)
        barred = tables.is_behind_barrier(row, one.function, known)
        part = "" if one.part == "all" else f" ({one.part})"
        told.append((f"({one.function})" if barred else one.function) + part)
    return ", ".join(told)


if __name__ == "__main__":
    PAGE.write_text(
        routes_markdown(read_routes(ROOT / "raid" / "routes")), "utf-8", newline="\n"
    )
