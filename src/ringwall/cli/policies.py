"""The policies that a command line names: an institute's, or a folder of their own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringwall.cli.exits import Misuse
from ringwall.cli.options import open_institute

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ringwall.base.errors import Fault
    from ringwall.policy.bundle import Bundle
    from ringwall.policy.concern import Concern

__all__ = ["PoliciesOption", "concern_of", "placed", "policies_folder", "read_policies"]

PoliciesOption = Annotated[
    Path | None,
    typer.Option(
        "--policies",
        metavar="DIR",
        help="A policies folder, instead of an institute's.",
    ),
]


def policies_folder(policies: Path | None, folder: Path | None) -> Path:
    """Return the folder of the policies that the options name.

    Raises:
        ConfigurationError: no folder is named and there is no institute here.
    """
    return policies or open_institute(folder).folder / "policies"


def read_policies(policies: Path | None, folder: Path | None) -> "Bundle":
    """Return the policies that the options name.

    Raises:
        PolicyError: they are refused, with every fault.
    """
    from ringwall.policy.folder import read_bundle

    return read_bundle(policies_folder(policies, folder))


def placed(faults: "Iterable[Fault]", base: Path) -> "tuple[Fault, ...]":
    """Return faults whose files are named from here, not from the policies' folder."""
    from dataclasses import replace

    return tuple(replace(fault, file=str(base / fault.file)) for fault in faults)


def concern_of(bundle: "Bundle", name: str) -> "Concern":
    """Return the concern of a name that a person gave.

    Raises:
        Misuse: there is none.
    """
    if name not in bundle.concerns:
        known = ", ".join(bundle.concerns)
        raise Misuse("ringwall policy", f"`{name}` is not one of the concerns {known}")
    return bundle.concerns[name]
