"""Errors are an interface: exit codes are the published ones, codes are tested."""

import ast
import importlib
import re
from functools import cache

from ringwall.base.errors import RingwallError
from tests.architecture.sources import ROOT, modules

# The exit codes of the command line that an error may have; 0 is success.
EXIT_CODES = {1, 2, 3, 4, 5, 6, 7, 8, 70}

# Codes that no test provokes yet, compared with `==` so that the list can only shrink.
WITHOUT_A_TEST: set[str] = set()

_CODE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_TOKEN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def test_each_error_has_a_published_exit_code() -> None:
    strange = {
        kind.__qualname__: kind.exit_code
        for kind in _kinds()
        if kind.exit_code not in EXIT_CODES
    }

    assert strange == {}


def test_only_the_root_of_the_family_exits_as_an_internal_error() -> None:
    internal = [kind for kind in _kinds() if kind.exit_code == 70]

    assert internal == [RingwallError]


def test_each_error_code_is_kebab_case() -> None:
    assert {code for code in _codes() if not _CODE.fullmatch(code)} == set()


def test_each_error_code_is_in_a_test() -> None:
    assert _codes() - _words_of_the_tests() == WITHOUT_A_TEST


@cache
def _kinds() -> tuple[type[RingwallError], ...]:
    """Return the family of errors, the root first, wherever a member is defined."""
    for module in modules():
        if module.path.name != "__main__.py":
            importlib.import_module(module.name)
    found: list[type[RingwallError]] = []
    waiting: list[type[RingwallError]] = [RingwallError]
    while waiting:
        kind = waiting.pop(0)
        found.append(kind)
        waiting.extend(kind.__subclasses__())
    return tuple(kind for kind in found if kind.__module__.startswith("ringwall."))


@cache
def _codes() -> frozenset[str]:
    """Return each code written in the product as a literal.

    That is what is given to an error first, or anywhere to a parameter or a field
    that is called `code`.
    """
    errors = {kind.__name__: 0 for kind in _kinds()}
    public = {
        name: place
        for module in modules()
        for name, place in _places_of_code(module.tree).items()
        if not name.startswith("_")
    }
    found: set[str] = set()
    for module in modules():
        places = public | _places_of_code(module.tree) | errors
        for call in module.calls():
            found.update(_codes_given(call, places))
    return frozenset(found)


def _places_of_code(tree: ast.Module) -> dict[str, int]:
    """Return what takes a `code`, by name, with its place among the arguments."""
    places: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = [word.arg for word in (*node.args.posonlyargs, *node.args.args)]
            taken = [name for name in names if name not in {"self", "cls"}]
            keywords = [word.arg for word in node.args.kwonlyargs]
        elif isinstance(node, ast.ClassDef):
            fields = [line for line in node.body if isinstance(line, ast.AnnAssign)]
            taken, keywords = [ast.unparse(line.target) for line in fields], []
        else:
            continue
        if "code" in taken + keywords:
            places[node.name] = (taken + keywords).index("code")
    return places


def _codes_given(call: ast.Call, places: dict[str, int]) -> set[str]:
    name = ast.unparse(call.func).rpartition(".")[2]
    if name not in places:
        return set()
    place = places[name]
    given = [*call.args[place : place + 1]]
    given += [word.value for word in call.keywords if word.arg == "code"]
    return {
        node.value
        for argument in given
        for node in ast.walk(argument)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@cache
def _words_of_the_tests() -> frozenset[str]:
    """Return each word in a test, a vector or a vector's file name."""
    words: set[str] = set()
    for path in (ROOT / "tests").rglob("*"):
        if path.is_dir() or "architecture" in path.parts or path.suffix == ".pyc":
            continue
        words.update(_TOKEN.findall(path.stem))
        words.update(_TOKEN.findall(path.read_text("utf-8", errors="replace")))
    return frozenset(words)
