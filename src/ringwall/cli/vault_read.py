"""`vault read`: bytes of a file in the vault to a pipe, each range on its own permit.

Must never let plaintext onto a disk or a screen.
"""

import fcntl
import os
import re
import stat
import sys
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk
from ringwall.cli.exits import Misuse
from ringwall.cli.options import examples
from ringwall.cli.output import print_rows, progress_bar
from ringwall.cli.vault_desk import at_desk

if TYPE_CHECKING:
    from collections.abc import Callable

    from ringwall.base.errors import IntegrityError
    from ringwall.gate.denied import AccessDenied
    from ringwall.vault.opened_file import VaultFile

__all__ = ["register"]

_COMMAND: Final = "ringwall vault read"
_READ: Final = "weights.read"
_RANGE: Final = re.compile(r"([0-9]{0,16}):([0-9]{0,16})", re.ASCII)
_PIECE: Final = 8 * 1024 * 1024
# What is asked for at a time where more is too much.
_BITE: Final = 64 * 1024
_COLUMNS: Final = ("name", "dtype", "shape", "bytes")


def register(app: typer.Typer) -> None:
    """Add the verb to the group."""
    app.command(
        "read",
        epilog=examples(
            "vault read weights:aurora-2 --tensors --subject user:ada \\\n"
            "      --via point:trainer --authn hardware-fresh",
            "vault read weights:aurora-2 config.json --subject user:ada \\\n"
            "      --via point:trainer --authn hardware-fresh --range 0:512",
        ),
    )(at_desk("read", _read))


def _read(
    desk: Desk,
    asset: Annotated[
        str, typer.Argument(metavar="ASSET", help="E.g. weights:aurora-2.")
    ],
    file: Annotated[
        str,
        typer.Argument(
            metavar="[FILE]",
            help="Name within the asset; default: the only one, or model.safetensors.",
        ),
    ] = "",
    span: Annotated[
        str,
        typer.Option(
            "--range",
            envvar="RINGWALL_VAULT_READ_RANGE",
            metavar="START:END",
            help="Only the bytes from START up to END; each may be left out.",
        ),
    ] = "",
    tensors: Annotated[
        bool,
        typer.Option(
            "--tensors",
            help="List the tensors of a safetensors file; reads its header alone.",
        ),
    ] = False,
) -> None:
    """Read a file of the vault, to a pipe.

    Opening is one decision, each range of bytes another. What is denied on the way ends
    it with exit code 1; all that came before was permitted. What is damaged ends it
    with exit code 6; then throw away what came before.
    """
    if tensors:
        if span:
            raise Misuse(_COMMAND, "--range and --tensors don't go together")
        _list_tensors(desk, asset, file)
        return
    start, end = _span(span)
    _check_outlet()
    who = desk.who(_READ, asset)
    with desk.vault.open(asset, file, ahead=0, **who) as opened:
        stop = opened.size if end is None else end
        if not start <= stop <= opened.size:
            raise _outside(span, opened.size)
        with progress_bar(opened.name) as progress:
            _pour(opened, start, stop, progress)


def _list_tensors(desk: Desk, asset: str, file: str) -> None:
    who = desk.who(_READ, asset)
    with desk.vault.open_safetensors(asset, file, **who) as tensors:
        rows: list[dict[str, Any]] = []
        for name in tensors:
            info = tensors.info(name)
            shape = list(info.shape)
            rows.append(
                {
                    "name": name,
                    "dtype": info.dtype,
                    "shape": shape,
                    "bytes": info.bytes,
                }
            )
    print_rows(_COLUMNS, rows, desk.format, title=asset)


def _span(text: str) -> tuple[int, int | None]:
    """Return where to begin, and where to end; None for the end of the file.

    Raises:
        Misuse: it is no range.
    """
    if not text:
        return 0, None
    match = _RANGE.fullmatch(text)
    if match is None:
        raise Misuse(_COMMAND, "--range is START:END, each a number of bytes")
    start, end = (int(digits) if digits else None for digits in match.groups())
    if end is not None and (start or 0) > end:
        raise Misuse(_COMMAND, "--range ends before it begins")
    return start or 0, end


def _check_outlet() -> None:
    """Refuse to write plaintext where it would stay or be seen.

    Raises:
        ActRefused: `plaintext-on-disk` or `plaintext-on-screen`.
    """
    from ringwall.base.errors import ActRefused

    try:
        handle = sys.stdout.fileno()
        mode = os.fstat(handle).st_mode
    except (OSError, ValueError):
        mode, handle = stat.S_IFREG, -1
    if stat.S_ISBLK(mode) or (stat.S_ISREG(mode) and not _is_memory(handle)):
        raise ActRefused(
            "plaintext-on-disk",
            "standard output is a file, and weights in the clear belong in none",
            next_step="pipe it into what uses it, or have a loader open it by "
            "`gate.vault.path(...)`",
        )
    if os.isatty(handle):
        raise ActRefused(
            "plaintext-on-screen",
            "standard output is a terminal",
            next_step="pipe it into what uses it; --tensors lists what there is",
        )


def _is_memory(handle: int) -> bool:
    """Return whether a descriptor is a file in memory (memfd_create(2))."""
    try:
        fcntl.fcntl(handle, fcntl.F_GET_SEALS)
        return os.readlink(f"/proc/self/fd/{handle}").startswith("/memfd:")
    except (OSError, ValueError):
        return False


def _pour(
    opened: "VaultFile", start: int, stop: int, progress: "Callable[[int, int], None]"
) -> None:
    """Write a range to stdout, piece by piece, each once there is a permit for it."""
    from ringwall.base.errors import IntegrityError
    from ringwall.gate.denied import AccessDenied

    size = _PIECE
    buffer = bytearray(min(size, stop - start))
    place = start
    while place < stop:
        with memoryview(buffer)[: min(size, stop - place)] as view:
            try:
                opened.read_into(place, view)
            except AccessDenied as denied:
                if len(view) <= _BITE or not _is_too_much(denied):
                    raise
                size = _BITE
                continue
            except IntegrityError as error:
                if place == start:
                    raise
                raise _cut_off(error, place - start) from error
            sys.stdout.buffer.write(view)
            place += len(view)
        progress(place - start, stop - start)
    sys.stdout.buffer.flush()


def _cut_off(error: "IntegrityError", given: int) -> "IntegrityError":
    """Return an error that also says how much went out before it was found."""
    from ringwall.base.errors import IntegrityError

    # Whoever reads the pipe can't know that the file ends too early.
    sys.stdout.buffer.flush()
    return IntegrityError(
        error.code,
        f"{error.message}; {given:,} bytes went out before that was found, and are to "
        "be thrown away",
        next_step=error.next_step,
    )


def _is_too_much(denied: "AccessDenied") -> bool:
    """Return whether less might be let out."""
    reasons = denied.decision.verdict.reasons
    return any(reason.code.endswith("-exceeded") for reason in reasons)


def _outside(span: str, size: int) -> Exception:
    from ringwall.base.errors import RequestError

    return RequestError(
        "range-outside",
        f"`{span}` is not within the {size} bytes of the file",
        next_step="name a range within it",
    )
