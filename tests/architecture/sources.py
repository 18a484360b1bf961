"""What the architecture tests look at: the files of the checkout, parsed once.

Never imports the product; a module that does that is in the tests themselves.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["ROOT", "SRC", "Module", "modules", "own_files", "program_files"]

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "ringwall"

# What tools and installers leave in a checkout; the same list as .gitignore.
_LEFT_BEHIND = {
    ".benchmarks",
    ".coverage",
    ".git",
    ".hypothesis",
    ".import_linter_cache",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    "__pycache__",
    "build",
    "dist",
    "htmlcov",
    "mutants",
    "uv.lock",
}


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file of the product.

    Attributes:
        path: relative to the package, e.g. `tlog/frontier.py`.
        text: the file as it is.
        tree: the file parsed.
    """

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The dotted name by which it is imported."""
        parts = self.path.with_suffix("").parts
        if parts[-1] == "__init__":
            parts = parts[:-1]
        return ".".join(("ringwall", *parts))

    @property
    def is_package(self) -> bool:
        """Whether it is the `__init__.py` of a package."""
        return self.path.name == "__init__.py"

    def calls(self) -> Iterator[ast.Call]:
        """Give each call in the file."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


@cache
def modules() -> tuple[Module, ...]:
    """Return every module of the product, in the order of their paths."""
    found = []
    for path in sorted(SRC.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found.append(Module(path.relative_to(SRC), text, ast.parse(text)))
    return tuple(found)


@cache
def own_files() -> tuple[Path, ...]:
    """Return every file of the checkout that a person wrote, in order."""
    return tuple(sorted(_walk(ROOT)))


def program_files() -> tuple[Path, ...]:
    """Return every Python file of the checkout, tests and benchmarks included."""
    return tuple(path for path in own_files() if path.suffix == ".py")


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        left_behind = path.name in _LEFT_BEHIND or path.name.startswith(".coverage.")
        if left_behind or path.name.endswith(".egg-info"):
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path
