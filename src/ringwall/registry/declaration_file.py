"""Declaration files: strict YAML in, validated documents with their lines out.

Every fault of a file is named with file, line and field at once. Must never
accept part of a file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from ringwall.base.errors import DeclarationError, Fault, first_faults
from ringwall.base.yaml_tree import MAX_FAULTS, Node, parse_yaml, position, to_data
from ringwall.model.assets import Asset, WeightsFile
from ringwall.model.declarations import SECTIONS, Declaration, Document
from ringwall.model.field_faults import field_faults
from ringwall.registry.regular_file import open_regular

__all__ = ["MAX_FILE_BYTES", "DeclarationFile", "read_declarations", "refusal"]

MAX_FILE_BYTES: Final = 16 * 1024 * 1024
"""Largest declaration file in bytes."""

# Fields that are sets of words, which a document keeps in one order.
_SETS: Final = frozenset(
    {
        "approved_by",
        "authors",
        "compartments",
        "derived_from",
        "held_at",
        "measures",
        "roles",
    }
)


@dataclass(frozen=True, slots=True)
class DeclarationFile:
    """A file that passed: its documents, removals, and where each stands.

    Attributes:
        name: path as the person named it.
        declaration: what it says.
        tree: the same with lines and columns.
    """

    name: str
    declaration: Declaration
    tree: Node

    def documents(self) -> Iterator[tuple[Document, tuple[str | int, ...]]]:
        """Give each document with its path in the file."""
        for section in SECTIONS:
            for number, document in enumerate(getattr(self.declaration, section)):
                yield document, (section, number)

    def removals(self) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        """Give each id to remove with its path in the file."""
        for number, entity in enumerate(self.declaration.remove):
            yield entity, ("remove", number)

    def fault(
        self, path: tuple[str | int, ...], code: str, message: str, expected: str
    ) -> Fault:
        """Return a fault at a place of this file.

        A set is kept sorted, whatever its order in the file: an index into one is
        that of the document, and leads to the item that it means.
        """
        line, column = position(self.tree, _as_written(self.tree, path))
        return Fault(self.name, line, column, code, message, expected)


def read_declarations(
    paths: Sequence[Path], weights: Mapping[str, WeightsFile] | None = None
) -> list[DeclarationFile]:
    """Return what declaration files say, the faults of all of them at once.

    Args:
        paths: YAML files of at most 16 MiB each.
        weights: id of a declared asset -> the description of its weights file,
            which takes the place of a `file` declared for it.

    Raises:
        DeclarationError: `file-unreadable` or `declaration-refused`; or
            `unknown-asset` for weights of an asset that no file declares.
    """
    described = dict(weights or {})
    files: list[DeclarationFile] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            files.append(_with_files(_read_declaration(path), described))
        except DeclarationError as error:
            if not error.faults:
                raise
            faults += error.faults
    if faults:
        raise refusal(faults)
    if described:
        raise DeclarationError(
            "unknown-asset",
            f"no file declares `{next(iter(described))}`, whose weights were named",
            next_step="declare the asset in one of the files",
        )
    return files


def refusal(faults: Sequence[Fault]) -> DeclarationError:
    """Return the error that refuses declarations for these faults.

    It lists the first fifty; a last one then says how many more there are.
    """
    return DeclarationError(
        "declaration-refused",
        f"{len(faults)} fault{'s' if len(faults) > 1 else ''}, nothing was written",
        next_step="mend the lines named; `ringwall schema` prints what is allowed",
        faults=first_faults(faults, MAX_FAULTS),
    )


def _read_declaration(path: Path) -> DeclarationFile:
    name = str(path)
    try:
        with open_regular(path) as handle:
            data = handle.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise DeclarationError(
            "file-unreadable",
            f"`{name}` can't be read: {error.strerror or error}",
            next_step="check the path and its permissions",
        ) from error
    tree = parse_yaml(data, name, max_bytes=MAX_FILE_BYTES)
    try:
        declaration = Declaration.model_validate(to_data(tree))
    except ValidationError as error:
        raise _found(*field_faults(name, tree, error)) from None
    return DeclarationFile(name, declaration, tree)


def _with_files(
    file: DeclarationFile, weights: dict[str, WeightsFile]
) -> DeclarationFile:
    """Return the file with weights files described; takes those from `weights`."""
    assets: list[Asset] = []
    for number, asset in enumerate(file.declaration.assets):
        found = weights.pop(asset.id, None)
        if found is not None and not asset.is_model:
            message = f"`{asset.id}` can't have a weights file"
            expected = "the id of weights or of a checkpoint"
            place = ("assets", number)
            raise _found(file.fault(place, "wrong-value", message, expected))
        assets.append(asset.model_copy(update={"file": found}) if found else asset)
    declaration = file.declaration.model_copy(update={"assets": tuple(assets)})
    return DeclarationFile(file.name, declaration, file.tree)


def _as_written(tree: Node, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Return a path whose index into a set is the one that the file has."""
    if len(path) < 2 or path[-2] not in _SETS:
        return path
    above: Any = to_data(tree)
    for step in path[:-1]:
        above = above[step]
    # What has passed holds text there, and a list wherever the path has an index.
    return (*path[:-1], above.index(sorted(above)[int(path[-1])]))


def _found(*faults: Fault) -> DeclarationError:
    """Return the error that carries faults of one file to where all are gathered."""
    return DeclarationError("declaration-refused", "see the faults", faults=faults)
