"""`vault init-key`, `vault keys`: the keys under which those of containers lie.

Must never print a secret twice, nor put a custodian's share into the institute.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ringwall.cli.exits import ExitCode, Misuse
from ringwall.cli.files import Output, read_input
from ringwall.cli.options import (
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import Sheet, print_object, print_rows, say
from ringwall.cli.terminal import print_field, print_text
from ringwall.cli.vault_secrets import PassphraseOption, PinOption, Unlocking

if TYPE_CHECKING:
    from ringwall.vault.keys.description import KeyDescription
    from ringwall.vault.keys.keyring import Keyring
    from ringwall.vault.keys.unlocking import Secrets

__all__ = ["register"]

_INIT = "ringwall vault init-key"
_MAX_PUBLIC_BYTES = 16 * 1024
_COLUMNS = ("name", "kind", "created", "told", "fault")


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    app.command(
        "init-key",
        epilog=examples(
            "vault init-key custodians --provider shares --threshold 3 --shares 5",
            "vault init-key hub-south --provider recipient --public hub-south.json",
        ),
    )(_init_key)
    app.command("keys", epilog=examples("vault keys"))(_keys)


def _init_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="E.g. vault-2027.")],
    provider: Annotated[
        Literal["file", "passphrase", "pkcs11", "recipient", "shares"],
        typer.Option(
            help="Where the key is: in a file of the institute, in a passphrase, in a "
            "hardware token, at a site that receives copies, or with custodians."
        ),
    ],
    generate: Annotated[
        bool,
        typer.Option(
            "--generate", help="Make a passphrase of 140 random bits and print it."
        ),
    ] = False,
    passphrase_file: PassphraseOption = None,
    threshold: Annotated[
        int, typer.Option(metavar="K", help="How many shares open, at least 2.")
    ] = 0,
    shares: Annotated[
        int, typer.Option(metavar="N", help="How many shares there are, at most 16.")
    ] = 0,
    share_folder: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="A new folder outside the institute, for a file for each custodian; "
            "else the shares are printed, once.",
            show_default=False,
        ),
    ] = None,
    module: Annotated[
        str, typer.Option(metavar="FILE", help="The PKCS#11 library of the token.")
    ] = "",
    token: Annotated[
        str, typer.Option(metavar="LABEL", help="Label of the token.")
    ] = "",
    label: Annotated[
        str,
        typer.Option(
            metavar="LABEL", help="Label of the key in the token; default: its name."
        ),
    ] = "",
    pin_file: PinOption = None,
    public: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The keys/vault/NAME.json of the recipient: takes its public key in.",
            show_default=False,
        ),
    ] = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Make a key that wraps the keys of containers.

    It lies in keys/vault, where nothing is ever written over. A passphrase or a PIN
    comes from a file, or is asked for on the terminal.
    """
    from ringwall.vault.keys.keyring import KeyOptions

    _check_options(
        provider,
        passphrase={"--generate": generate},
        shares={
            "--threshold": threshold,
            "--shares": shares,
            "--share-folder": share_folder,
        },
        pkcs11={"--module": module, "--token": token, "--label": label},
        recipient={"--public": public},
    )
    ring = _keyring(folder)
    if public is not None:
        data = read_input(public, _MAX_PUBLIC_BYTES)
        _print(ring, ring.admit_recipient(name, data), {}, fmt)
        return
    passphrase, secrets = _chosen(generate, passphrase_file, pin_file)
    options = KeyOptions(
        threshold=threshold, shares=shares, module=module, token=token, label=label
    )
    place = _share_place(share_folder, ring)
    try:
        made = ring.make(name, provider, secrets, options)
    except BaseException:
        if place is not None:
            with suppress(OSError):
                place.rmdir()
        raise
    once: dict[str, Any] = {"passphrase": passphrase} if passphrase else {}
    if place is not None:
        once["share_files"] = _write_shares(place, name, made.shares)
    elif made.shares:
        once["shares"] = list(made.shares)
    _print(ring, made.description, once, fmt)


def _keys(folder: InstituteOption = None, fmt: FormatOption = None) -> int:
    """List the keys that wrap the keys of containers."""
    ring = _keyring(folder)
    rows = [_row(ring, name) for name in ring.names()]
    print_rows(_COLUMNS, rows, fmt, title="" if rows else "no keys")
    if not rows:
        say(
            "next: ringwall vault init-key NAME --provider KIND; --help tells the kinds"
        )
    wrong = any(row["fault"] for row in rows)
    return int(ExitCode.INTEGRITY if wrong else ExitCode.OK)


def _check_options(provider: str, **by_kind: Mapping[str, object]) -> None:
    """Raise if an option is given that the kind has no use for, or one is lacking."""
    for kind, options in by_kind.items():
        for flag, value in options.items():
            if value and kind != provider:
                raise Misuse(_INIT, f"{flag} goes with --provider {kind}")
    needed = {"shares": ("--threshold", "--shares"), "pkcs11": ("--module", "--token")}
    for flag in needed.get(provider, ()):
        if not by_kind[provider][flag]:
            raise Misuse(_INIT, f"--provider {provider} needs {flag}")


def _chosen(
    generate: bool, passphrase_file: Path | None, pin_file: Path | None
) -> "tuple[str, Secrets]":
    """Return a passphrase that was made here, or "", and the secrets for the key."""
    from ringwall.vault.keys.passphrase import generate_passphrase
    from ringwall.vault.keys.unlocking import Secrets

    if not generate:
        return "", Unlocking(_INIT, passphrase_file, pin_file).secrets(new=True)
    passphrase = generate_passphrase()
    return passphrase, Secrets(passphrase=passphrase)


def _share_place(folder: Path | None, ring: "Keyring") -> Path | None:
    """Return the new folder for the shares, made; None if they are to be printed."""
    from ringwall.base.errors import ConfigurationError

    if folder is None:
        return None
    institute = ring.folder.resolve().parents[1]
    if folder.resolve().is_relative_to(institute):
        raise Misuse(_INIT, "--share-folder is to be outside the institute's folder")
    try:
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise ConfigurationError(
            "output-unwritable",
            f"`{folder}` can't be made: {error.strerror or error}",
            next_step="name a folder that is not there yet",
        ) from error
    return folder


def _write_shares(folder: Path, name: str, shares: Sequence[str]) -> list[str]:
    paths = [folder / f"{name}-{number}.share" for number in range(1, len(shares) + 1)]
    for path, share in zip(paths, shares, strict=True):
        Output(path, 0o600).write(f"{share}\n".encode())
    return [str(path) for path in paths]


def _keyring(folder: Path | None) -> "Keyring":
    from ringwall.vault.keys.keyring import Keyring

    institute = open_institute(folder)
    return Keyring(institute.folder / "keys" / "vault", institute.clock)


def _row(ring: "Keyring", name: str) -> dict[str, Any]:
    from ringwall.base.clock import format_instant
    from ringwall.base.errors import RingwallError

    try:
        described = ring.describe(name)
    except RingwallError as error:
        return dict.fromkeys(_COLUMNS, "") | {"name": name, "fault": error.code}
    return {
        "name": name,
        "kind": described.kind,
        "created": format_instant(described.created),
        "told": _told(ring, described),
        "fault": "",
    }


def _told(ring: "Keyring", described: "KeyDescription") -> str:
    """Return what there is to say of a key of its kind, in a few words."""
    params = described.params
    match described.kind:
        case "passphrase":
            return f"scrypt n={params['n']} r={params['r']} p={params['p']}"
        case "shares":
            return f"{params['threshold']} of {params['shares']} custodians"
        case "pkcs11":
            return f"{params['token']}/{params['label']}"
        case "recipient":
            here = ring.has_private_part(described.name)
            return "opens here" if here else "opens at the recipient"
        case _:
            return "opens here"


def _print(
    ring: "Keyring",
    described: "KeyDescription",
    once: dict[str, Any],
    fmt: FormatOption,
) -> None:
    """Print a key that was made or taken in, with the secrets that are shown once."""
    value: dict[str, Any] = {
        "name": described.name,
        "kind": described.kind,
        "file": str(ring.folder / f"{described.name}.json"),
    }
    if described.kind == "recipient":
        value["fingerprint"] = described.check
    value |= once

    def table() -> None:
        print_text(f"{described.name}: {_told(ring, described)}")
        for label, content in value.items():
            items = content if isinstance(content, list) else [content]
            for number, item in enumerate(items, 1):
                numbered = f"{label.removesuffix('s')} {number}"
                print_field(numbered if len(items) > 1 else label, item)

    print_object(value, fmt, table, Sheet(list(value), [value]))
    for line in _hints(described.kind, once):
        say(line)


def _hints(kind: str, once: Mapping[str, object]) -> Sequence[str]:
    """Return what to do next with a key that was made."""
    if "passphrase" in once:
        return ("the passphrase is nowhere else: write it down, then clear the screen",)
    if kind == "shares":
        return (
            "hand each custodian one share; no copy is kept here: erase what is left",
        )
    if kind == "recipient":
        return ("compare the fingerprint with the recipient's by another way",)
    if kind == "file":
        return ("keep a copy of the .kek file in a safe place: nothing opens without",)
    return ()
