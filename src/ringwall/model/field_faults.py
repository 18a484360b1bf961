"""What pydantic found wrong in a file, as faults with the line and column of a field.

Pure. Must never let what a file holds break a line or steer a terminal.
"""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from ringwall.base.errors import Fault
from ringwall.base.yaml_tree import Node, position
from ringwall.model.values import is_printable

__all__ = ["field_faults", "shown"]

# Kind of pydantic's error -> code, what is wrong with the field, what is expected.
_FAULTS: Final = {
    "extra_forbidden": (
        "unknown-key",
        "is not a key that is known here",
        "a key that `ringwall schema` names",
    ),
    "missing": ("missing-key", "is missing", "the key to be there"),
    "string_type": ("wrong-type", "is not text", "text"),
    "int_type": ("wrong-type", "is not a whole number", "a whole number"),
    "bool_type": ("wrong-type", "is not true or false", "true or false"),
    "tuple_type": ("wrong-type", "is not a list", "a list"),
    "model_type": ("wrong-type", "is not a mapping", "a mapping of keys to values"),
}
_CHOICES: Final = frozenset({"enum", "literal_error"})
_NONE: Final[Mapping[str, str]] = {}


def field_faults(
    file: str,
    tree: Node,
    error: ValidationError,
    missing: Mapping[str, str] = _NONE,
) -> tuple[Fault, ...]:
    """Return a fault for each thing that is wrong, in the order found.

    A validator that raises `PydanticCustomError` with a kebab-case type gives the
    fault that code.

    Args:
        file: the file's name, for the faults.
        tree: the file with its places.
        error: what validating the tree's data raised.
        missing: key -> code of the fault when just this key is missing; others are
            `missing-key`.
    """
    return tuple(
        _fault(file, tree, item, missing) for item in error.errors(include_url=False)
    )


def _fault(file: str, tree: Node, item: Any, missing: Mapping[str, str]) -> Fault:  # noqa: ANN401 - pydantic's ErrorDetails
    path, kind = tuple(item["loc"]), item["type"]
    line, column = position(tree, path)
    where = shown(".".join(map(str, path)) or "the file", 200)
    if kind in _CHOICES:
        code, wrong = "unknown-word", f"is not served by `{shown(item['input'], 40)}`"
        expected = item["ctx"]["expected"].replace("'", "")
    elif kind in _FAULTS:
        code, wrong, expected = _FAULTS[kind]
        if kind == "missing":
            code = missing.get(str(path[-1]), code)
    else:
        # The message of our own validator, or of a limit, says what is expected.
        code, expected = kind if "-" in kind else "wrong-value", ""
        wrong = "is refused: " + shown(item["msg"].removeprefix("Value error, "), 400)
    return Fault(file, line, column, code, f"`{where}` {wrong}", expected)


def shown(value: object, limit: int) -> str:
    """Return at most `limit` characters that can't break a line or steer a terminal."""
    text = str(value)[:limit]
    return "".join(c if is_printable(c) else "?" for c in text)
