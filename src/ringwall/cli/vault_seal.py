"""`vault seal`: files become containers, each on record before it has its name.

Must never seal half of what it was given because a name further on is wrong.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple, NoReturn

import typer

from ringwall.cli.desks import Desk
from ringwall.cli.exits import Misuse
from ringwall.cli.options import Format, examples
from ringwall.cli.output import chosen_format, print_rows, progress_bar, say
from ringwall.cli.terminal import print_field
from ringwall.cli.vault_desk import at_desk

if TYPE_CHECKING:
    from ringwall.vault.sealing import Sealed

__all__ = ["register"]

_COMMAND: Final = "ringwall vault seal"
_SEAL: Final = "weights.seal"
_COLUMNS: Final = (
    *("container", "asset", "file", "bytes", "sha256", "path", "replaces"),
    *("was_finished", "decision", "entry"),
)


class _Item(NamedTuple):
    """A file, and the name that it is to have within its asset."""

    source: Path
    name: str


def register(app: typer.Typer) -> None:
    """Add the verb to the group."""
    app.command(
        "seal",
        epilog=examples(
            "vault seal model.safetensors --asset weights:aurora-2 \\\n"
            "      --key vault-2027 --subject user:grace --via point:vault-desk \\\n"
            "      --authn hardware-fresh",
            "vault seal aurora-2 --asset weights:aurora-2 --subject user:grace \\\n"
            "      --via point:vault-desk --ssh-key ~/.ssh/id_ed25519_sk",
        ),
    )(at_desk("seal", _seal))


def _seal(
    desk: Desk,
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE|FOLDER...",
            help="Of a folder, each regular file goes by its relative name.",
        ),
    ],
    asset: Annotated[
        str, typer.Option(help="Which asset it belongs to, e.g. weights:aurora-2.")
    ],
    key: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="The key of `vault keys` to seal under; may be left out if there is "
            "one.",
        ),
    ] = "",
    file: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Name within the asset; default: that of the file."
        ),
    ] = "",
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="Take the place of a container that has the name; that one is kept.",
        ),
    ] = False,
) -> None:
    """Put files into the vault, sealed; what is given stays where it is.

    Each file is a container of its own, and the asset has to be on record with a tier.
    Of several, one that is sealed already with the same bytes is left as it is. Once
    `vault verify` has found each sound, erase the plaintext.
    """
    items = _items(sources, file)
    under = key or _only_key(desk)
    who = desk.who(_SEAL, asset)
    rows: list[dict[str, Any]] = []

    def seal(item: _Item) -> None:
        with progress_bar(item.name) as progress:
            sealed = desk.vault.seal(
                item.source,
                asset,
                key=under,
                file=item.name,
                replace=replace,
                progress=progress,
                **who,
            )
        rows.append(_row(desk, sealed, asset, item.name))

    try:
        for item in items:
            with _going_on(desk, asset, item, is_alone=len(items) == 1):
                seal(item)
    finally:
        # What was sealed before something went wrong is in the vault.
        if rows:
            _print(desk, rows)
    if not rows:
        _print(desk, rows)
    _say_next(asset, items)


@contextmanager
def _going_on(desk: Desk, asset: str, item: _Item, *, is_alone: bool) -> Iterator[None]:
    """Pass over a file of several that an earlier seal has put into the vault.

    Raises:
        ActRefused: what is in the vault under the name is something else.
    """
    from ringwall.base.errors import ActRefused
    from ringwall.vault.source_file import SourceFile

    try:
        yield
    except ActRefused as error:
        # It comes behind a permit to seal: who asks has the bytes, and may know.
        known = desk.gate.ground.matters.containers.current(asset, item.name)
        if is_alone or error.code != "container-exists" or known is None:
            raise
        with SourceFile(item.source) as source:
            if source.digest() != known.sha256:
                raise
        say(f"left as it is: {item.name} is sealed already, as {known.id}")


def _say_next(asset: str, items: Sequence[_Item]) -> None:
    """Say which files are to be verified before their plaintext is erased."""
    for item in items:
        say(f"next: ringwall vault verify {asset} {item.name}")
    what = "it is" if len(items) == 1 else "each of them is"
    say(f"and only once {what} SOUND, erase what was sealed from")


def _items(sources: Sequence[Path], file: str) -> list[_Item]:
    """Return each file to be sealed, with a name that it can have.

    Raises:
        Misuse: a name is given for more than one file, or two files have one name.
        RequestError: `file-name-malformed`, `nothing-to-seal`, `source-unreadable`.
    """
    from ringwall.base.errors import RequestError
    from ringwall.model.container_names import parse_file_name

    if file and (len(sources) > 1 or sources[0].is_dir()):
        raise Misuse(_COMMAND, "--file goes with one file")
    items = [item for source in sources for item in _of_source(source, file)]
    if not items:
        raise RequestError(
            "nothing-to-seal",
            "there is no regular file in what was given",
            next_step="name files, or a folder with files; links are not followed",
        )
    seen: set[str] = set()
    for source, name in items:
        try:
            parse_file_name(name)
        except ValueError as error:
            raise RequestError(
                "file-name-malformed",
                f"`{source}`: {error}",
                next_step="nothing was sealed; rename it, or seal it alone with --file",
            ) from None
        if name in seen:
            raise Misuse(_COMMAND, f"two files would have the name `{name}`")
        seen.add(name)
    return items


def _of_source(source: Path, file: str) -> Iterator[_Item]:
    """Give a file, or each regular file of a folder, by name."""
    if not source.is_dir():
        yield _Item(source, file or source.name)
        return
    for folder, folders, names in os.walk(source, onerror=_unreadable):
        folders.sort()
        paths = [Path(folder, name) for name in sorted(names)]
        links = [
            Path(folder, name) for name in folders if Path(folder, name).is_symlink()
        ]
        for path in (*paths, *links):
            if path.is_symlink() or not path.is_file():
                say(f"left out: {path} is no regular file")
            else:
                yield _Item(path, path.relative_to(source).as_posix())


def _unreadable(error: OSError) -> NoReturn:
    from ringwall.base.errors import RequestError

    raise RequestError(
        "source-unreadable",
        f"`{error.filename}` can't be read: {error.strerror}",
        next_step="nothing was sealed; run this as somebody who may read all of it",
    ) from error


def _only_key(desk: Desk) -> str:
    """Return the name of the one key there is to seal under.

    Raises:
        Misuse: there is none, or more than one.
    """
    ring = desk.vault.keyring
    names = [n for n in ring.names() if ring.describe(n).kind != "recipient"]
    if len(names) == 1:
        return names[0]
    if names:
        told = f"there are several keys: say --key with one of {', '.join(names)}"
    else:
        told = "there is no key to seal under yet: `ringwall vault init-key` makes one"
    raise Misuse(_COMMAND, told)


def _row(desk: Desk, sealed: "Sealed", asset: str, name: str) -> dict[str, Any]:
    record = desk.gate.ground.matters.containers.get(sealed.container)
    return {
        "container": sealed.container,
        "asset": asset,
        "file": name,
        "bytes": sealed.bytes,
        "sha256": sealed.sha256,
        "path": str(sealed.path),
        "replaces": sealed.replaces,
        "was_finished": sealed.was_finished,
        "decision": sealed.decision,
        "entry": None if record is None else record.index,
    }


def _print(desk: Desk, rows: list[dict[str, Any]]) -> None:
    if chosen_format(desk.format) is not Format.TABLE:
        print_rows(_COLUMNS, rows, desk.format)
        return
    for row in rows:
        word = "FINISHED" if row["was_finished"] else "SEALED"
        print_field(word, f"{row['container']}  {row['file']}", style="green")
        print_field("bytes", f"{row['bytes']:,}")
        print_field("sha256", row["sha256"])
        if row["replaces"]:
            print_field("replaces", f"{row['replaces']}, which is kept aside")
        print_field("record", f"{row['decision']}, entry {row['entry']}")
