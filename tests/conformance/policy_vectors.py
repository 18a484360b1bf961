"""Reads a policy vector: edits of one good concern, and the one fault they make.

An edit puts one text in place of another. Where it says `times`, the text of `repeat`
stands so many times in place of `@`, each `{}` in it a number from 0.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml

from ringwall.base.yaml_tree import Data

__all__ = [
    "BASE",
    "VECTORS",
    "Vector",
    "base_files",
    "edited_files",
    "read_vector",
    "read_yaml",
]

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


def read_yaml(path: Path) -> dict[str, Data]:
    """Return a vector as plain data; our own reader would refuse what some put."""
    return _mapping(yaml.safe_load(path.read_text("utf-8")))


def edited_files(edits: Data, encoding: str = "utf-8") -> dict[str, bytes]:
    """Return the files of the good concern after a list of edits."""
    files = {name: data.decode("utf-8") for name, data in base_files().items()}
    assert isinstance(edits, list)
    for edit in edits:
        _apply(files, _mapping(edit))
    return {name: text.encode(encoding) for name, text in files.items()}


def read_vector(path: Path) -> Vector:
    """Return the vector that a file describes."""
    data = read_yaml(path)
    return Vector(
        files=edited_files(data["edits"], str(data.get("encoding", "utf-8"))),
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
        find, put = str(edit["find"]), _text(edit)
        assert find in files[name], f"`{find}` is not in {name}"
        files[name] = files[name].replace(find, put, 1)


def _text(edit: dict[str, Data]) -> str:
    """Return what an edit puts, with its repeated part, counted, in place of `@`."""
    put, times = str(edit["put"]), edit.get("times", 0)
    assert isinstance(times, int)
    if not times:
        return put
    part = str(edit["repeat"])
    return put.replace("@", "".join(part.format(n) for n in range(times)))


def _mapping(data: Data) -> dict[str, Data]:
    assert isinstance(data, dict)
    return data
