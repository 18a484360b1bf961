"""`init`, `apply`, `schema`: making an institute and declaring its facts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringwall.cli.options import FormatOption, InstituteOption, open_institute
from ringwall.cli.output import console, print_object, print_rows, say

if TYPE_CHECKING:
    from ringwall.registry.declaration_file import DeclarationFile
    from ringwall.registry.plan import Plan

__all__ = ["register"]

_ALL = "declaration"


def register(app: typer.Typer) -> None:
    """Add the verbs to the application."""
    app.command("init")(init)
    app.command("apply")(apply)
    app.command("schema")(schema)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.")],
    tiers: Annotated[str, typer.Option(help="two or three.")] = "two",
    name: Annotated[str, typer.Option(help="Name for people.")] = "",
    origin: Annotated[
        str, typer.Option(help="Name of the log in its checkpoints, e.g. a domain.")
    ] = "",
    fmt: FormatOption = None,
) -> None:
    """Make an institute: settings, policies, threat models, keys and a ledger."""
    from ringwall.institute import Institute

    if tiers not in ("two", "three"):
        raise typer.BadParameter("`--tiers` is two or three")
    institute = Institute.create(folder, tiers=tiers, name=name, origin=origin)
    settings = institute.settings
    value = {
        "folder": str(folder),
        "name": settings.name,
        "tiers": settings.tiers,
        "origin": settings.origin,
        "vkey": (folder / "keys" / "log.vkey").read_text(encoding="ascii").strip(),
    }

    def table() -> None:
        out = console()
        out.print(f"{settings.name}: an institute with {settings.tiers} tiers\n")
        print_tiers(settings.tiers)
        out.print(f"\nlog     {settings.origin}")
        out.print(f"vkey    {value['vkey']}", soft_wrap=True)
        out.print("        give this line to whoever shall verify the record")

    print_object(value, fmt, table)
    say(f"next: ringwall -C {folder} apply FILE...   (`ringwall schema` shows the form)")


def print_tiers(setting: str) -> None:
    """Print the tier table: the level that each domain needs, tier by tier."""
    from ringwall.cli.options import Format
    from ringwall.model.levels import Domain
    from ringwall.model.tiers import TIER_VECTORS, tiers_of

    rows = [
        {
            "tier": str(tier),
            **{domain.value: str(TIER_VECTORS[tier][domain]) for domain in Domain},
        }
        for tier in tiers_of("three" if setting == "three" else "two")
    ]
    columns = ["tier", *(domain.value for domain in Domain)]
    print_rows(columns, rows, Format.TABLE, "least level in each domain, by tier")


def apply(
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
    """Declare organisations, people, services, sites, points and assets.

    All files are taken together, wholly or not at all. Applying the same files
    again changes nothing.
    """
    from ringwall.registry.declaration_file import read_declarations

    described = [_described(item) for item in weights or []]
    declared = read_declarations(files, dict(described))
    institute = open_institute(folder)
    desk = institute.registry(writable=not dry_run)
    try:
        if dry_run:
            plan, receipts = desk.plan(declared), []
        else:
            plan, receipts = desk.apply(declared)
    finally:
        desk.close()
    rows = [
        {
            "change": change.verb.value,
            "id": change.entity,
            "fields": list(change.fields),
        }
        for change in plan.changes
    ]
    counts = _counts(plan)
    value: dict[str, Any] = {"applied": not dry_run, **counts, "changes": rows}
    if receipts:
        value["entries"] = [receipts[0].index, receipts[-1].index]

    def table() -> None:
        from ringwall.cli.options import Format

        print_rows(["change", "id", "fields"], rows, Format.TABLE)
        console().print(_summary(counts, dry_run=dry_run))

    print_object(value, fmt, table)


def _described(item: str) -> tuple[str, Any]:
    from ringwall.registry.weights_file import describe_weights

    entity, separator, path = item.partition("=")
    if not separator:
        raise typer.BadParameter(f"`--weights {item}` is not ID=FILE")
    return entity, describe_weights(Path(path))


def _counts(plan: "Plan") -> dict[str, int]:
    from ringwall.registry.plan import Verb

    counts = {
        verb.value: sum(change.verb is verb for change in plan.changes) for verb in Verb
    }
    return {**counts, "unchanged": plan.unchanged}


def _summary(counts: dict[str, int], *, dry_run: bool) -> str:
    parts = ", ".join(f"{number} {what}" for what, number in counts.items())
    return f"{parts}" + ("; nothing was written (--dry-run)" if dry_run else "")


def schema(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="[KIND]",
            help="declaration (the whole file), organisation, person, service, site, "
            "point, asset, request, answer or settings.",
        ),
    ] = _ALL,
) -> None:
    """Print the JSON schema of a declaration file or of one kind of thing."""
    import json

    from ringwall.cli.schemas import schema_of, schema_kinds

    if kind not in schema_kinds():
        known = ", ".join(schema_kinds())
        raise typer.BadParameter(f"`{kind}` is not one of {known}")
    typer.echo(json.dumps(schema_of(kind), indent=2))
