"""`vault inventory` and `vault verify-inventory`: every container, and where it is.

Must never say that all is there without having looked at each file.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.exits import ExitCode, Misuse
from ringwall.cli.options import (
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import Sheet, print_object, print_rows
from ringwall.cli.terminal import counted, print_field
from ringwall.cli.vault_rows import (
    SHEET,
    SinceOption,
    UntilOption,
    container_row,
    on_record,
    within,
)

if TYPE_CHECKING:
    from ringwall.matters.containers import Containers
    from ringwall.vault.inventory import Finding

__all__ = ["register"]

_INVENTORY: Final = "ringwall vault inventory"
_VERIFY: Final = "ringwall vault verify-inventory"
_COLUMNS: Final = ("container", "asset", "file", "state", "recipient")
_FOUND: Final = ("code", "container", "path", "told", "next")
_AGAIN: Final = "run the same command again: it finishes what was begun"
_RESTORE: Final = "put an intact copy of this container back, find out who changed it"
_MENDS: Final = {
    "link": "remove it, and find out who made it",
    "not-a-container": "look at what it is, and move it away",
    "part-left-over": "remove it once nobody seals or copies any more",
    "container-pending": _AGAIN,
    "container-unknown": "find out where it comes from, and move it away",
    "container-disputed": "run `ringwall audit verify`, then seal the file anew",
    "container-doubled": "find out who copied it, and erase the one too many",
    "container-misplaced": "move it to its place, and find out who moved it",
    "container-missing": "put it back from a copy, or destroy it on record",
    "destroyed-still-there": _AGAIN,
    "slot-left-over": _AGAIN,
    "container-unreadable": "check the permissions of the folder, then the disk",
}


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    app.command(
        "inventory",
        epilog=examples("vault inventory", "vault inventory --copies --format csv"),
    )(_inventory)
    app.command(
        "verify-inventory",
        epilog=examples(
            "vault verify-inventory",
            "vault verify-inventory --at /srv/copies --site site:hub-west",
        ),
    )(_verify)


def _inventory(
    copies: Annotated[
        bool, typer.Option("--copies", help="Only copies for other sites.")
    ] = False,
    since: SinceOption = "",
    until: UntilOption = "",
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """List every container there ever was, copies and all, the oldest first."""
    containers, _ = on_record(open_institute(folder))
    rows = [
        container_row(one, len(containers.copies(one.id)))
        for one in within(containers.all(), since, until, _INVENTORY)
        if one.is_copy or not copies
    ]
    print_rows(_COLUMNS, rows, fmt, sheet=SHEET)


def _verify(
    at: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where a site keeps its copies; default: the vault itself.",
            show_default=False,
        ),
    ] = None,
    site: Annotated[
        str, typer.Option(help="With --at: whose copies they are, e.g. site:hub-west.")
    ] = "",
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> int:
    """Hold what lies on disk against the record: headers, key slots, lengths, places.

    Needs no key, so it looks at no chunk: that is `vault verify`. Exit code 6 if
    anything is not as it is on record.
    """
    from ringwall.vault.inventory import Inventory
    from ringwall.vault.places import Places

    if (at is None) != (not site):
        raise Misuse(_VERIFY, "--at and --site go together")
    institute = open_institute(folder)
    containers, facts = on_record(institute)
    if site:
        _must_be_site(site, facts.documents())
    places = Places(institute.folder)
    where = places.root if at is None else at
    findings = Inventory(containers, places, site).check(where)
    value = {
        "sound": not findings,
        "folder": str(where),
        "containers": _expected(containers, site),
        "findings": [_row(finding) for finding in findings],
    }

    sheet = Sheet(_FOUND, value["findings"])  # type: ignore[arg-type] # rows by now
    print_object(value, fmt, lambda: _print(value), sheet)
    return int(ExitCode.INTEGRITY if findings else ExitCode.OK)


def _must_be_site(site: str, documents: Any) -> None:  # noqa: ANN401 - any mapping
    from ringwall.base.errors import UnknownItem
    from ringwall.model.places import Site

    if not isinstance(documents.get(site), Site):
        raise UnknownItem(
            "unknown-site",
            f"`{site[:80]}` is no site on record",
            next_step="name a site that is declared, such as site:hub-north",
        )


def _expected(containers: "Containers", site: str) -> int:
    """Return how many containers should be there."""
    return sum(
        one.recipient == site and one.state != "destroyed" for one in containers.all()
    )


def _row(finding: "Finding") -> dict[str, Any]:
    return {
        "code": finding.code,
        "container": finding.container,
        "path": finding.path,
        "told": finding.told,
        "next": _MENDS.get(finding.code, _RESTORE),
    }


def _print(value: dict[str, Any]) -> None:
    expected = counted(value["containers"], "container")
    if value["sound"]:
        told = (
            f"{expected} on record, each in its place with the header, the key slot "
            "and the length on record, and nothing beside them"
        )
        print_field("SOUND", told, style="green")
        print_field("folder", value["folder"])
        print_field("chunks", "not looked at: that is `ringwall vault verify`")
        return
    found = counted(len(value["findings"]), "finding")
    print_field("UNSOUND", f"{found}, of {expected} on record", style="red")
    print_field("folder", value["folder"])
    for row in value["findings"]:
        print_field("finding", f"{row['code']}: {row['told']}")
        if row["container"]:
            print_field("", row["container"])
        print_field("", row["path"])
        print_field("", f"next: {row['next']}")
