"""`init`, `apply`, `schema`: making an institute and declaring its facts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ringwall.cli.exits import Misuse
from ringwall.cli.options import (
    Format,
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import Sheet, json_text, print_object, print_rows, say
from ringwall.cli.plans import show_plan, tell_unless_in_force
from ringwall.cli.terminal import print_field, print_text

if TYPE_CHECKING:
    from ringwall.model.assets import WeightsFile
    from ringwall.model.decisions import Receipt

__all__ = ["register"]

_ALL = "declaration"


def register(app: typer.Typer) -> None:
    """Add the verbs to the application."""
    app.command("init", epilog=examples("init my-institute --tiers two"))(_init)
    app.command(
        "apply",
        epilog=examples(
            "apply people.yaml assets.yaml --dry-run",
            "apply assets.yaml --weights weights:aurora-2=aurora-2.safetensors",
        ),
    )(_apply)
    app.command("schema", epilog=examples("schema", "schema asset"))(_schema)


def _init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.")],
    tiers: Annotated[
        Literal["two", "three"],
        typer.Option(help="How many tiers; a third can be added later."),
    ] = "two",
    name: Annotated[str, typer.Option(help="Name for people.")] = "",
    origin: Annotated[
        str, typer.Option(help="Name of the log in its checkpoints, e.g. a domain.")
    ] = "",
    anchor: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A new file on another disk for the log's last checkpoint.",
        ),
    ] = None,
    fmt: FormatOption = None,
) -> None:
    """Make an institute: settings, policies, threat models, keys and a ledger."""
    from ringwall.institute import Institute
    from ringwall.ledger.publication.anchor import is_apart

    # `.` has no name of its own to give to the institute.
    folder = folder if folder.name not in ("", "..") else folder.resolve()
    institute = Institute.create(
        folder, tiers=tiers, name=name, origin=origin, anchor=anchor
    )
    settings = institute.settings
    value = {
        "folder": str(folder),
        "name": settings.name,
        "tiers": settings.tiers,
        "origin": settings.origin,
        "vkey": (folder / "keys" / "log.vkey").read_text(encoding="ascii").strip(),
    }

    def table() -> None:
        print_text(f"{settings.name}: an institute with {settings.tiers} tiers")
        print_text()
        _print_tiers(settings.tiers)
        print_text()
        print_field("log", settings.origin)
        print_field("vkey", value["vkey"])
        print_field("", "give this line to whoever shall verify the record")

    print_object(value, fmt, table, Sheet(list(value), [value]))
    if anchor is not None and not is_apart(anchor, folder):
        say(f"warning: {anchor} is on the same disk as the ledger: who can put back")
        say("one can put back both; name a file on another disk or mount")
    say(f"next: ringwall -C {folder} apply FILE... (`ringwall schema` shows the form)")


def _print_tiers(setting: Literal["two", "three"]) -> None:
    """Print the tier table: the level that each domain needs, tier by tier."""
    from ringwall.model.levels import Domain
    from ringwall.model.tiers import TIER_VECTORS, tiers_of

    rows = [
        {
            "tier": str(tier),
            **{domain.value: str(TIER_VECTORS[tier][domain]) for domain in Domain},
        }
        for tier in tiers_of(setting)
    ]
    columns = ["tier", *(domain.value for domain in Domain)]
    title = "least level in each domain, by tier"
    print_rows(columns, rows, Format.TABLE, title=title)


def _apply(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Declarations in YAML.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the plan, write nothing.")
    ] = False,
    weights: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID=FILE",
            help="Read digest and tensors of a safetensors file into an asset.",
        ),
    ] = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Declare organisations, people, services, providers, sites, points, assets.

    All files are taken together, wholly or not at all. Applying the same files
    again changes nothing. A file that says `remove: [service:bot]` takes off what is
    named there; people only once they have left.
    """
    from ringwall.registry.declaration_file import read_declarations

    declared = read_declarations(files, _described(weights or []))
    institute = open_institute(folder)
    desk = institute.registry(writable=not dry_run)
    receipts: list[Receipt] = []
    try:
        if dry_run:
            plan = desk.plan(declared)
            tell_unless_in_force(desk)
        else:
            plan, receipts = desk.apply(declared)
    finally:
        desk.close()
    show_plan(plan, receipts, fmt, dry_run=dry_run)


def _described(items: list[str]) -> "dict[str, WeightsFile]":
    """Return what the weights files named say of themselves, by asset."""
    from ringwall.registry.weights_file import describe_weights

    paths: dict[str, Path] = {}
    for item in items:
        entity, separator, path = item.partition("=")
        if not (separator and entity and path):
            raise Misuse("ringwall apply", f"--weights is ID=FILE, not `{item}`")
        if entity in paths:
            raise Misuse("ringwall apply", f"--weights names `{entity}` twice")
        paths[entity] = Path(path)
    return {entity: describe_weights(path) for entity, path in paths.items()}


def _schema(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="[KIND]",
            help="declaration (the whole file), organisation, person, service, "
            "provider, site, point, asset, request, answer, settings, raid-export, "
            "raid-report, watch-rules; or threat- and actors, capabilities, compute, "
            "levels, measures, powers, protected, tiers or vectors.",
        ),
    ] = _ALL,
    fmt: FormatOption = None,
) -> None:
    """Print the JSON schema of a declaration file or of one kind of thing.

    It is JSON in every format; ndjson puts it on one line.
    """
    from ringwall.cli.schemas import schema_kinds, schema_of

    if kind not in schema_kinds():
        known = ", ".join(schema_kinds())
        raise Misuse("ringwall schema", f"`{kind}` is not one of {known}")
    indent = None if fmt is Format.NDJSON else 2
    typer.echo(json_text(schema_of(kind), indent))
