"""Containers as rows: what lists and single commands of the vault print of them.

Only renders. Must never show a container as sound that the record disputes.
"""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.base.clock import format_instant
from ringwall.cli.exits import Misuse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ringwall.institute import Institute
    from ringwall.matters.containers import ContainerRecord, Containers
    from ringwall.pdp.facts import FactBase

__all__ = [
    "SHEET",
    "SinceOption",
    "UntilOption",
    "container_row",
    "known_container",
    "on_record",
    "within",
]

SinceOption = Annotated[
    str,
    typer.Option(metavar="INSTANT", help="Only those sealed from this instant on."),
]
UntilOption = Annotated[
    str,
    typer.Option(metavar="INSTANT", help="Only those sealed before this instant."),
]

SHEET: Final = (
    *("container", "asset", "file", "bytes", "sha256", "key", "key_kind"),
    *("generation", "state", "sealed", "verified", "copies", "site"),
    *("copy_of", "recipient", "entry"),
)
"""The columns of a container in CSV."""


def container_row(record: "ContainerRecord", copies: int) -> dict[str, Any]:
    """Return a container as a row.

    Args:
        record: as it is on record.
        copies: how many copies of it are kept.
    """
    verified = record.verified
    return {
        "container": record.id,
        "asset": record.asset,
        "file": record.file,
        "bytes": record.bytes,
        "sha256": record.sha256,
        "key": record.key,
        "key_kind": record.key_kind,
        "generation": record.generation,
        "state": "disputed" if record.is_disputed else record.state,
        "sealed": format_instant(record.at),
        "verified": None if verified is None else format_instant(verified.at),
        "copies": copies,
        "site": record.site,
        "copy_of": record.copy_of,
        "recipient": record.recipient,
        "entry": record.index,
    }


def on_record(institute: "Institute") -> "tuple[Containers, FactBase]":
    """Return the containers and the registry as the record now has them."""
    from ringwall.registry.on_record import read_on_record

    ledger = institute.ledger(writable=False)
    try:
        known = read_on_record(ledger, institute.clock.now())
    finally:
        ledger.close()
    return known.matters.containers, known.facts


def known_container(containers: "Containers", name: str) -> "ContainerRecord":
    """Return a container by its id.

    Raises:
        UnknownItem: `unknown-container`.
    """
    from ringwall.base.errors import UnknownItem

    record = containers.get(name)
    if record is None:
        raise UnknownItem(
            "unknown-container",
            f"`{name[:40]}` is no container on record",
            next_step="see `ringwall vault inventory` for those that are",
        )
    return record


def within(
    records: "Iterable[ContainerRecord]", since: str, until: str, command: str
) -> "list[ContainerRecord]":
    """Return the containers that were sealed in a window.

    Args:
        records: any.
        since: RFC 3339, the first instant; empty for no limit.
        until: RFC 3339, the first instant that is too late; empty for no limit.
        command: whose help says more.

    Raises:
        Misuse: one is no instant, or the window holds none.
    """
    from ringwall.base.clock import parse_instant

    try:
        start = parse_instant(since) if since else None
        end = parse_instant(until) if until else None
    except ValueError as error:
        raise Misuse(command, str(error)) from None
    if start is not None and end is not None and start >= end:
        raise Misuse(command, "`--since` must be before `--until`")
    return [
        one
        for one in records
        if (start is None or one.at >= start) and (end is None or one.at < end)
    ]
