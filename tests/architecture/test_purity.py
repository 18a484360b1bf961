"""The code that decides takes values and gives values: no files, no clock, no log."""

import ast
from collections.abc import Iterator

from tests.architecture.sources import Module, modules

PURE = {"base", "model", "signing", "tlog", "policy", "pdp", "threats"}

# Those that read the files of a folder or write a file, and the one that holds a clock.
IMPURE = {"base/clock.py", "base/durable_file.py", "base/plain_folder.py"}

FORBIDDEN_MODULES = {
    "fcntl",
    "http",
    "logging",
    "mmap",
    "os",
    "shutil",
    "socket",
    "sqlite3",
    "ssl",
    "structlog",
    "subprocess",
    "sys",
    "tempfile",
    "time",
    "urllib",
}
FORBIDDEN_CALLS = {"breakpoint", "input", "open", "print"}
FORBIDDEN_METHODS = {
    "glob",
    "iterdir",
    "mkdir",
    "read_bytes",
    "read_text",
    "rglob",
    "touch",
    "unlink",
    "write_bytes",
    "write_text",
}
CLOCK_READINGS = {
    "date.today",
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
}


def test_deciding_code_does_no_io_and_reads_no_clock() -> None:
    deeds = [
        f"{module.path}:{line}: {deed}"
        for module in modules()
        if module.path.parts[0] in PURE and module.path.as_posix() not in IMPURE
        for line, deed in _deeds(module)
    ]

    assert deeds == []


def test_each_exception_is_still_needed() -> None:
    needed = {
        module.path.as_posix()
        for module in modules()
        if module.path.parts[0] in PURE and any(_deeds(module))
    }

    assert needed == IMPURE


def _deeds(module: Module) -> Iterator[tuple[int, str]]:
    """Give line and text of each deed that pure code must not do."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            names = {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {node.module or ""}
        elif isinstance(node, ast.Call):
            if _is_forbidden(node.func):
                yield node.lineno, ast.unparse(node.func)
            continue
        else:
            continue
        for name in names:
            if name.split(".")[0] in FORBIDDEN_MODULES:
                yield node.lineno, f"import {name}"


def _is_forbidden(called: ast.expr) -> bool:
    name = ast.unparse(called)
    if name in FORBIDDEN_CALLS or ".".join(name.split(".")[-2:]) in CLOCK_READINGS:
        return True
    # `.open` alone is left to the module: signed notes are opened, too.
    return name in {"io.open", "Path.open"} or (
        isinstance(called, ast.Attribute) and called.attr in FORBIDDEN_METHODS
    )
