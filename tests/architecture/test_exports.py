"""What a module says it offers is what it offers.

That the lists are sorted is ruff's to say (RUF022); a test of its being switched
on is enough here.
"""

import ast
import tomllib

import pytest

from tests.architecture.sources import ROOT, Module, modules


@pytest.mark.parametrize(
    "module",
    [module for module in modules() if module.path.name != "__main__.py"],
    ids=lambda module: str(module.path),
)
def test_all_equals_the_public_names(module: Module) -> None:
    listed = _listed(module.tree)
    defined = _defined(module)

    assert sorted(listed) == sorted(defined)


def test_ruff_keeps_the_lists_sorted() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lint = settings["tool"]["ruff"]["lint"]

    assert "RUF" in lint["select"]
    assert not [rule for rule in lint["ignore"] if "RUF022".startswith(rule)]


def _listed(tree: ast.Module) -> list[str]:
    """Return `__all__` as written, empty when there is none."""
    for node in tree.body:
        targets = _targets(node)
        value = getattr(node, "value", None)
        if targets == ["__all__"] and value is not None:
            names = ast.literal_eval(value)
            assert all(isinstance(name, str) for name in names)
            return list(names)
    return []


def _defined(module: Module) -> set[str]:
    """Return the public names a module defines; a package's also what it re-exports."""
    names: set[str] = set()
    for node in _statements(module.tree.body):
        names.update(_targets(node))
        own = isinstance(node, ast.ImportFrom) and _is_own(node)
        if module.is_package and own and isinstance(node, ast.ImportFrom):
            names.update(alias.asname or alias.name for alias in node.names)
    # A package may promise what it loads only when asked for (`__getattr__`).
    if module.is_package and "__getattr__" in names:
        names.update(_promised(module.tree))
    return {name for name in names if not name.startswith("_")}


def _statements(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements of a module, those under a plain `if` or `try` too."""
    found: list[ast.stmt] = []
    for node in body:
        found.append(node)
        if isinstance(node, ast.If):
            typing_only = ast.unparse(node.test).endswith("TYPE_CHECKING")
            branches = node.orelse if typing_only else node.body + node.orelse
            found.extend(_statements(branches))
        elif isinstance(node, ast.Try):
            found.extend(_statements(node.body + node.orelse + node.finalbody))
    return found


def _targets(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [name for target in node.targets for name in _names(target)]
    if isinstance(node, ast.AnnAssign):
        return _names(node.target)
    return []


def _names(target: ast.expr) -> list[str]:
    return [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]


def _is_own(node: ast.ImportFrom) -> bool:
    return (node.module or "").split(".")[0] == "ringwall"


def _promised(tree: ast.Module) -> set[str]:
    """Return the names a type checker is told of under `if TYPE_CHECKING`."""
    return {
        alias.asname or alias.name
        for branch in tree.body
        if isinstance(branch, ast.If)
        for node in branch.body
        if isinstance(node, ast.ImportFrom) and _is_own(node)
        for alias in node.names
    }
