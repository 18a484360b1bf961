"""Declaration files: strict YAML in, validated documents with their lines out.

Every fault of a file is named with file, line and field at once. Must never
accept part of a file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from ringwall.base.errors import DeclarationError, Fault
from ringwall.base.yaml_tree import Node, parse_yaml, position, to_data
from ringwall.model.declarations import (
    SECTIONS,
    Asset,
    Declaration,
    Document,
    WeightsFile,
    dump_document,
)

__all__ = ["MAX_FILE_BYTES", "DeclarationFile", "read_declarations"]

MAX_FILE_BYTES: Final = 16 * 1024 * 1024
_EXPECTED: Final = {
    "extra_forbidden": ("unknown-key", "a key that the schema names"),
    "missing": ("missing-key", "the key to be there"),
    "string_type": ("wrong-type", "text"),
    "int_type": ("wrong-type", "a whole number"),
    "bool_type": ("wrong-type", "true or false"),
    "tuple_type": ("wrong-type", "a list"),
    "model_type": ("wrong-type", "a mapping of keys"),
    "enum": ("unknown-word", ""),
    "literal_error": ("unknown-word", ""),
}


@dataclass(frozen=True, slots=True)
class DeclarationFile:
    """A file that passed: its documents, removals, and where each stands."""

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
        self,
        path: tuple[str | int, ...],
        code: str,
        message: str,
        expected: str = "",
    ) -> Fault:
        """Return a fault at a place of this file."""
        line, column = position(self.tree, path)
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
    files, faults = [], []
    for path in paths:
        try:
            files.append(_read_declaration(path, described))
        except DeclarationError as error:
            if not error.faults:
                raise
            faults += error.faults
    if faults:
        raise _refused(tuple(faults))
    if described:
        raise DeclarationError(
            "unknown-asset",
            f"no file declares `{next(iter(described))}`, whose weights were named",
            next_step="declare the asset in one of the files",
        )
    return files


def _read_declaration(
    path: Path, weights: dict[str, WeightsFile]
) -> DeclarationFile:
    name = str(path)
    try:
        with path.open("rb") as handle:
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
        assets = tuple(_with_file(asset, weights) for asset in declaration.assets)
    except ValidationError as error:
        raise _refused(
            tuple(_fault(name, tree, item) for item in error.errors())
        ) from None
    declaration = declaration.model_copy(update={"assets": assets})
    return DeclarationFile(name, declaration, tree)


def _with_file(asset: Asset, weights: dict[str, WeightsFile]) -> Asset:
    description = weights.pop(asset.id, None)
    if description is None:
        return asset
    data = {**dump_document(asset), "file": description.model_dump(mode="json")}
    return Asset.model_validate(data)


def _refused(faults: tuple[Fault, ...]) -> DeclarationError:
    return DeclarationError(
        "declaration-refused",
        f"{len(faults)} fault{'s' if len(faults) > 1 else ''}, nothing was written",
        next_step="mend the lines named; `ringwall schema` prints what is allowed",
        faults=faults,
    )


def _fault(name: str, tree: Node, item: Any) -> Fault:  # noqa: ANN401 - pydantic's ErrorDetails
    path = tuple(item["loc"])
    line, column = position(tree, path)
    code, expected = _EXPECTED.get(item["type"], ("wrong-value", ""))
    message = item["msg"].removeprefix("Value error, ")
    where = ".".join(str(part) for part in path) or "the file"
    if code == "unknown-word":
        expected = str(item.get("ctx", {}).get("expected", ""))
        message = f"`{str(item['input'])[:40]}` is not a word for `{where}`"
    elif expected:
        message = f"`{where}`: {_lower(message)}"
    else:
        message = f"`{where}`: {message}"
    return Fault(name, line, column, code, message.replace("\n", " "), expected)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
