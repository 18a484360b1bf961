"""`vault ls` and `vault show`: what is on record of containers, and what lies on disk.

Needs no key and asks nobody: like all lists, for whoever may read the record. Must
never call a container sound by its name alone.
"""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.base.clock import format_instant
from ringwall.cli.audit_words import row_of
from ringwall.cli.exits import ExitCode
from ringwall.cli.options import (
    Format,
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import Sheet, chosen_format, print_object, print_rows
from ringwall.cli.terminal import counted, print_field, print_text
from ringwall.cli.vault_rows import (
    SHEET,
    SinceOption,
    UntilOption,
    container_row,
    known_container,
    on_record,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringwall.institute import Institute
    from ringwall.ledger.asking.listing import Listed
    from ringwall.matters.containers import ContainerRecord, Containers, Verification

__all__ = ["register"]

_LS: Final = "ringwall vault ls"
_COLUMNS: Final = ("container", "file", "bytes", "key", "state", "copies", "verified")
_ALARM: Final = "alarm.raised"
_DAY: Final = len("2027-01-31")


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    app.command(
        "ls", epilog=examples("vault ls weights:aurora-2", "vault ls --format csv")
    )(_list)
    app.command("show", epilog=examples("vault show box-mfzwizltmrqw2zltmfzw"))(_show)


def _list(
    asset: Annotated[
        str, typer.Argument(metavar="[ASSET]", help="Only those of this asset.")
    ] = "",
    everything: Annotated[
        bool,
        typer.Option(
            "--all",
            envvar="RINGWALL_VAULT_LS_ALL",
            help="Those that were replaced or destroyed, too.",
        ),
    ] = False,
    since: SinceOption = "",
    until: UntilOption = "",
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """List the containers of the vault, by asset and file.

    Copies for other sites are in `vault inventory`.
    """
    containers, _ = on_record(open_institute(folder))
    records = [
        one
        for one in within(containers.all(), since, until, _LS)
        if asset in ("", one.asset)
        and not one.is_copy
        and (everything or one.state == "kept")
    ]
    records.sort(key=lambda one: (one.asset, one.file, one.index))
    rows = [container_row(one, _copies(containers, one)) for one in records]
    if chosen_format(fmt) is Format.TABLE and rows:
        _print_by_asset(rows)
    else:
        print_rows(_COLUMNS, rows, fmt, sheet=SHEET)


def _print_by_asset(rows: list[dict[str, Any]]) -> None:
    """Print a table for each asset; the state where it is not the usual one."""
    is_usual = all(row["state"] == "kept" for row in rows)
    columns = [name for name in _COLUMNS if name != "state" or not is_usual]
    for number, (asset, group) in enumerate(groupby(rows, lambda row: row["asset"])):
        if number:
            print_text()
        # For people a day says enough.
        shown = [
            {**row, "verified": (row["verified"] or "never")[:_DAY]} for row in group
        ]
        print_rows(columns, shown, Format.TABLE, title=asset)


def _copies(containers: "Containers", record: "ContainerRecord") -> int:
    return sum(one.state == "kept" for one in containers.copies(record.id))


@dataclass(frozen=True, slots=True)
class _Disk:
    """What lies where a container should.

    Attributes:
        path: empty where it should lie nowhere, or nobody knows where.
        fault: code of what is wrong; empty for nothing.
        message: the same in words.
        header: what the file says of itself; empty if it can't be read.
        slots: its key slots, the one that counts first.
    """

    path: str = ""
    fault: str = ""
    message: str = ""
    header: dict[str, Any] | None = None
    slots: tuple[dict[str, Any], ...] = ()


def _show(
    container: Annotated[
        str, typer.Argument(metavar="CONTAINER", help="E.g. box-mfzwizltmrqw2...")
    ],
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> int:
    """Show one container: what is on record of it, its history, its header on disk.

    Exit code 6 if what lies on disk is not what is on record. Who opened and read it
    is told by `audit ls --kind vault.opened` and `--kind vault.read`.
    """
    institute = open_institute(folder)
    containers, _ = on_record(institute)
    record = known_container(containers, container)
    disk = _on_disk(institute.folder, record)
    value: dict[str, Any] = {
        **container_row(record, _copies(containers, record)),
        "header": record.header,
        "slot": record.slot,
        "slots_before": list(record.slots),
        "verifying": _progress(record.verifying),
        "made_copies": [one.id for one in containers.copies(record.id)],
        "disk": {
            "path": disk.path,
            "fault": disk.fault,
            "message": disk.message,
            "header": disk.header,
            "slots": list(disk.slots),
        },
        "history": [row_of(listed) for listed in _history(institute, record)],
    }
    print_object(value, fmt, lambda: _print(value), Sheet(SHEET, [value]))
    return int(ExitCode.INTEGRITY if disk.fault else ExitCode.OK)


def _progress(verifying: "Verification | None") -> dict[str, Any] | None:
    if verifying is None:
        return None
    return {"run": verifying.run, "until": verifying.until, "total": verifying.total}


def _place(folder: Path, record: "ContainerRecord") -> Path | None:
    """Return where a container should lie; None where that is nowhere or elsewhere."""
    from ringwall.vault.places import Places

    places = Places(folder)
    if record.is_copy or record.is_disputed or record.state == "destroyed":
        return None
    if record.state == "replaced":
        return places.aside(record.id)
    return places.container(record.asset, record.file)


def _on_disk(folder: Path, record: "ContainerRecord") -> _Disk:
    from ringwall.base.errors import IntegrityError
    from ringwall.vault.container.reading import ContainerReader
    from ringwall.vault.shelf import slot_on_record

    place = _place(folder, record)
    if place is None:
        return _Disk()
    try:
        reader = ContainerReader.open(place)
    except IntegrityError as error:
        return _Disk(str(place), error.code, error.message)
    with reader:
        header = reader.header
        said = {
            "container": header.container,
            "asset": header.asset,
            "file": header.file,
            "tier": header.tier,
            "bytes": header.bytes,
            "chunk": header.chunk,
            "chunks": header.chunks,
            "created": format_instant(header.created),
        }
        slots = tuple(
            {"generation": one.generation, "key": one.key, "kind": one.kind}
            for one in reader.slots
        )
        fault = message = ""
        if reader.header_digest.hex() != record.header:
            fault, message = "container-altered", "its header is not the one on record"
        else:
            try:
                slot_on_record(reader, record)
            except IntegrityError as error:
                fault, message = error.code, error.message
    return _Disk(str(place), fault, message, said, slots)


def _history(institute: "Institute", record: "ContainerRecord") -> "list[Listed]":
    """Return the entries about a container and its copies, the oldest first."""
    from ringwall.model.vault_events import VAULT_MATTERS

    ledger = institute.ledger(writable=False)
    try:
        found = [
            listed
            for kind in (*VAULT_MATTERS, _ALARM)
            for listed in _entries(ledger.store, kind)
            if record.id in (listed.event.get("container"), listed.event.get("copy_of"))
        ]
    finally:
        ledger.close()
    return sorted(found, key=lambda listed: listed.index)


def _entries(store: Any, kind: str) -> "Iterator[Listed]":  # noqa: ANN401 - imported late
    from ringwall.ledger.asking.listing import listed_entries
    from ringwall.ledger.asking.questions import Question
    from ringwall.ledger.asking.spans import Window

    return listed_entries(store, Question(Window(None, None), kind=kind))


def _print(value: dict[str, Any]) -> None:
    print_field("holds", f"{value['container']}: {value['file']} of {value['asset']}")
    print_field("state", _state(value))
    print_field("bytes", f"{value['bytes']:,}")
    print_field("sha256", value["sha256"])
    key = f"{value['key']} ({value['key_kind']}), slot {value['generation']}"
    print_field("key", key)
    if value["copy_of"]:
        print_field("copy of", f"{value['copy_of']}, for {value['recipient']}")
    for copy in value["made_copies"]:
        print_field("copy", copy)
    print_field("verified", value["verified"] or "never")
    _print_disk(value["disk"])
    print_text()
    print_text("on record", style="bold")
    for row in value["history"]:
        print_field(f"{row['entry']}", f"{row['at']}  {row['what']}")


def _state(value: dict[str, Any]) -> str:
    return f"{value['state']}; sealed {value['sealed']}, entry {value['entry']}"


def _print_disk(disk: dict[str, Any]) -> None:
    if not disk["path"]:
        return
    if disk["fault"]:
        print_field("DISK", f"{disk['fault']}: {disk['message']}", style="red")
        print_field("", "see `ringwall vault verify-inventory`")
    else:
        print_field("disk", "its header and its key slot are those on record")
    print_field("", disk["path"])
    if disk["header"]:
        header = disk["header"]
        chunks = f"{counted(header['chunks'], 'chunk')} of {header['chunk']:,} bytes"
        print_field("header", f"tier {header['tier']}, {chunks}")
