"""`vault rewrap`, `vault copy`, `vault destroy`: what takes other people's approval.

Each grant is bound to one container and one use of it. Must never ask for an act that
is bound to another one than was named.
"""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk
from ringwall.cli.exits import Misuse
from ringwall.cli.options import examples
from ringwall.cli.output import Sheet, print_object, progress_bar, say
from ringwall.cli.terminal import print_field
from ringwall.cli.vault_desk import at_desk
from ringwall.cli.vault_rows import known_container

if TYPE_CHECKING:
    from ringwall.matters.containers import ContainerRecord

__all__ = ["register"]

_REWRAP: Final = "weights.rewrap"
_COPY: Final = "weights.copy"
_DELETE: Final = "weights.delete"
_AssetArgument = Annotated[
    str, typer.Argument(metavar="ASSET", help="E.g. weights:aurora-2.")
]
_FileArgument = Annotated[
    str,
    typer.Argument(
        metavar="[FILE]",
        help="Name within the asset; default: the only one, or model.safetensors.",
    ),
]
_BindsOption = Annotated[
    bool,
    typer.Option(
        "--print-binds",
        help="Only print what the request for it has to be bound to, for `ringwall "
        "request new --binds`.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    app.command(
        "rewrap",
        epilog=examples(
            "vault rewrap weights:aurora-2 --to vault-2028 --print-binds",
            "vault rewrap weights:aurora-2 --to vault-2028 --subject user:dennis \\\n"
            "      --via point:vault-desk --authn hardware-fresh \\\n"
            "      --present user:grace --grant req-mfzwizltmrqw2zltmfzw",
        ),
    )(at_desk("rewrap", _rewrap))
    app.command(
        "copy",
        epilog=examples(
            "vault copy weights:aurora-2 --to site:hub-west --key hub-west \\\n"
            "      --print-binds",
            "vault copy weights:aurora-2 --to site:hub-west --key hub-west \\\n"
            "      --out /media/carrier/model.vault --subject user:dennis \\\n"
            "      --via point:vault-desk --authn hardware-fresh \\\n"
            "      --present user:grace --grant req-mfzwizltmrqw2zltmfzw",
        ),
    )(at_desk("copy", _copy))
    app.command(
        "destroy",
        epilog=examples(
            "vault destroy box-mfzwizltmrqw2zltmfzw --print-binds",
            "vault destroy box-mfzwizltmrqw2zltmfzw --reason superseded \\\n"
            "      --subject user:dennis --via point:vault-desk \\\n"
            "      --authn hardware-fresh --present user:grace \\\n"
            "      --grant req-mfzwizltmrqw2zltmfzw",
        ),
    )(at_desk("destroy", _destroy, without=("purpose",)))


def _rewrap(
    desk: Desk,
    asset: _AssetArgument,
    to: Annotated[
        str,
        typer.Option(metavar="KEY", help="The key of `vault keys` to wrap with now."),
    ],
    file: _FileArgument = "",
    print_binds: _BindsOption = False,
) -> None:
    """Give the data key of a container to another key; its data stays as it is.

    Whoever holds a key holds the weights, so it takes a grant that is bound to the
    container and the new key.
    """
    from ringwall.vault.binding import binds_of

    if print_binds:
        desk.vault.keyring.describe(to)
        record = _named(desk, asset, file)
        _print_binds(desk, _REWRAP, record, binds_of(record.id, key=to))
        return
    who = desk.who(_REWRAP, asset)
    done = desk.vault.rewrap(asset, file, to_key=to, **who)
    value = {
        "container": done.container,
        "asset": asset,
        "key": done.key,
        "generation": done.generation,
        "was_finished": done.was_finished,
        "decision": done.decision,
    }
    _print(desk, "MOVED", f"{done.container}: its data key is under {done.key}", value)


def _copy(
    desk: Desk,
    asset: _AssetArgument,
    to: Annotated[
        str, typer.Option(metavar="SITE", help="Whom it is for, e.g. site:hub-west.")
    ],
    key: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="The key of `vault keys` that opens it: the site's."
        ),
    ],
    file: _FileArgument = "",
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The new container, where nothing is yet; required unless with "
            "--print-binds.",
            show_default=False,
        ),
    ] = None,
    print_binds: _BindsOption = False,
) -> None:
    """Make a copy for a site: a container of its own, counted, under a grant.

    The grant is bound to the container, the site and the key, and is used up by it.
    """
    from ringwall.vault.binding import binds_of

    if print_binds:
        desk.vault.keyring.describe(key)
        record = _named(desk, asset, file)
        _print_binds(desk, _COPY, record, binds_of(record.id, key=key, to=to))
        return
    if out is None:
        raise Misuse(desk.command, "missing --out, the file that the copy is to be")
    who = desk.who(_COPY, asset)
    with progress_bar(f"copying for {to}") as progress:
        done = desk.vault.copy(
            asset, file, to=to, target=out, key=key, progress=progress, **who
        )
    value = {
        "container": done.container,
        "asset": asset,
        "copy_of": done.copy_of,
        "recipient": done.recipient,
        "files": [str(done.path)],
        "was_finished": done.was_finished,
        "grant": done.grant,
        "decision": done.decision,
    }
    _print(desk, "COPIED", f"{done.container} for {done.recipient}", value)
    say(f"next: `ringwall vault verify-inventory --at FOLDER --site {to}` over there")


def _destroy(
    desk: Desk,
    container: Annotated[
        str, typer.Argument(metavar="CONTAINER", help="E.g. box-mfzwizltmrqw2...")
    ],
    copy: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where it lies, of a copy; left out, it is on record as destroyed "
            "and yours to erase.",
            show_default=False,
        ),
    ] = None,
    reason: Annotated[
        str,
        typer.Option(
            help="Why; on record. It has to be the purpose that the grant was asked "
            "for; with --grant it may be left out."
        ),
    ] = "",
    print_binds: _BindsOption = False,
) -> None:
    """Destroy a container: empty its key slots, remove it, keep it on record.

    It can't be undone, and takes a grant that is bound to this container. Run again, it
    erases what was left.
    """
    from ringwall.vault.binding import binds_of

    record = known_container(desk.gate.ground.matters.containers, container)
    if print_binds:
        _print_binds(desk, _DELETE, record, binds_of(record.id))
        return
    desk.words["purpose"] = reason
    who = desk.who(_DELETE, record.asset)
    done = desk.vault.destroy(container, copy=copy, **who)
    value = {
        "container": done.container,
        "asset": record.asset,
        "file": record.file,
        "files": [str(path) for path in done.erased],
        "decision": done.decision,
    }
    told = f"{done.container}, {record.file} of {record.asset}"
    _print(desk, "ERASED", told, value)
    if not done.erased:
        say("nothing of it was found to be erased: it is elsewhere, or was gone")


def _named(desk: Desk, asset: str, file: str) -> "ContainerRecord":
    """Return the container on record that an act would be about.

    Raises:
        RingwallError: there is none, or more than one.
    """
    from ringwall.matters.containers import ContainerRecord
    from ringwall.vault.places import Places
    from ringwall.vault.shelf import Shelf

    folder = desk.vault.keyring.folder.parents[1]
    named = Shelf(desk.gate, Places(folder)).named(asset, file)
    if not isinstance(named, ContainerRecord):
        raise named
    return named


def _print_binds(
    desk: Desk, action: str, record: "ContainerRecord", binds: str
) -> None:
    value = {
        "binds": binds,
        "action": action,
        "asset": record.asset,
        "container": record.id,
    }

    def table() -> None:
        for label, text in value.items():
            print_field("of" if label == "container" else label, text)

    print_object(value, desk.format, table, Sheet(list(value), [value]))
    who = desk.words["subject"] or "user:NAME"
    say(
        f"next: ringwall request new --subject {quote(who)} --action {action} "
        f"--asset {record.asset} --binds {binds} --purpose TEXT --key FILE"
    )


def _print(desk: Desk, word: str, told: str, value: dict[str, Any]) -> None:
    """Print what was done; the first word says it."""

    def table() -> None:
        finished = ", begun by an earlier run" if value.get("was_finished") else ""
        print_field(word, f"{told}{finished}", style="green")
        for path in value.get("files", ()):
            print_field("file", path)
        if value.get("grant"):
            print_field("grant", value["grant"])
        print_field("record", value["decision"])

    print_object(value, desk.format, table, Sheet(list(value), [value]))
