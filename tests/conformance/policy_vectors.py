"""Reads a policy vector: edits of one good concern, and the one fault they make."""

from dataclasses import dataclass
from pathlib import Path

from ringwall.base.yaml_tree import Data, parse_yaml, to_data

__all__ = ["BASE", "VECTORS", "Vector", "base_files", "read_vector"]

VECTORS = Path(__file__).parent / "vectors" / "policy"
BASE = VECTORS / "base"


@dataclass(frozen=True, slots=True)
class Vector:
    """One vector.

    Attributes:
        files: the files of the concern after the edits.
        expect: the code of the one fault.
        place: `file:line` of the fault, or the file alone.
    """

    files: dict[str, bytes]
    expect: str
    place: str


def base_files() -> dict[str, bytes]:
    """Return the files of the good concern."""
    return {path.name: path.read_bytes() for path in sorted(BASE.iterdir())}


def read_vector(path: Path) -> Vector:
    """Return the vector that a file describes."""
    data = _mapping(to_data(parse_yaml(path.read_bytes(), path.name, max_bytes=65536)))
    files = {name: text.decode("utf-8") for name, text in base_files().items()}
    edits = data["edits"]
    assert isinstance(edits, list)
    for edit in edits:
        _apply(files, _mapping(edit))
    encoding = str(data.get("encoding", "utf-8"))
    return Vector(
        files={name: text.encode(encoding) for name, text in files.items()},
        expect=str(data["expect"]),
        place=str(data["at"]),
    )


def _apply(files: dict[str, str], edit: dict[str, Data]) -> None:
    name = str(edit["file"])
    if edit.get("drop"):
        del files[name]
    elif "whole" in edit:
        files[name] = str(edit["whole"])
    else:
        find, put = str(edit["find"]), str(edit["put"])
        assert find in files[name], f"`{find}` is not in {name}"
        files[name] = files[name].replace(find, put, 1)


def _mapping(data: Data) -> dict[str, Data]:
    assert isinstance(data, dict)
    return data
