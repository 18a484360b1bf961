"""JSON from strangers as plain data, within bounds of size, depth and number.

Pure. Must never take a duplicate key, half a character or a number that is none, nor
open an archive.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from ringwall.base.errors import DeclarationError, Fault
from ringwall.model.field_faults import shown

__all__ = ["Bounds", "byte_fault", "read_json", "refused"]

_MIB: Final = 1024 * 1024
_BOM: Final = b"\xef\xbb\xbf"
_MAX_DIGITS: Final = 40
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# Up to the next sign outside of texts. A text that has no end goes on to the end, and
# no character is looked at twice, whatever somebody has made of them.
_SIGN: Final = re.compile(
    rb'(?:[^"\[\]{},]++|"[^"\\]*+(?:\\.[^"\\]*+)*+"?)*+([\[\]{},]|\Z)', re.DOTALL
)
_DEEPER: Final = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}
_ARCHIVES: Final = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7-zip"),
    (b"\x28\xb5\x2f\xfd", "zstandard"),
    (b"Rar!", "rar"),
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a JSON text may take up.

    Attributes:
        max_bytes: largest size.
        max_depth: deepest nesting of lists and objects.
        max_values: most values, keys counted.
        fractions: whether numbers may have fractions and exponents.
    """

    max_bytes: int = _MIB
    max_depth: int = 16
    max_values: int = 20_000
    fractions: bool = False


class _Refused(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def read_json(data: bytes, file: str, bounds: Bounds) -> Any:  # noqa: ANN401 - JSON data
    """Return the one value that bytes hold.

    Args:
        data: UTF-8 text.
        file: name for the faults.
        bounds: of the text.

    Raises:
        DeclarationError: `report-refused`, with a fault `file-too-large`, `archive`,
            `byte-order-mark`, `not-utf8`, `file-empty`, `json-syntax`,
            `json-duplicate-key`, `json-number`, `json-surrogate`, `json-too-deep` or
            `json-too-many`.
    """
    fault = byte_fault(data, file, bounds.max_bytes)
    if fault is not None:
        raise refused(file, [fault])
    try:
        _check_shape(data, bounds)
        value = _parsed(data.decode("utf-8"), bounds)
        _check_values(value, bounds.max_values)
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg.lower()}"
        place = Fault(file, error.lineno, error.colno, "json-syntax", message)
        raise refused(file, [place]) from None
    except _Refused as error:
        place = Fault(file, 0, 0, error.code, error.message)
        raise refused(file, [place]) from None
    return value


def refused(file: str, faults: list[Fault]) -> DeclarationError:
    """Return the refusal of a file or a record of it.

    Args:
        file: its name.
        faults: what is wrong, one at least.
    """
    return DeclarationError(
        "report-refused",
        f"`{shown(file, 200)}` is not taken in: {faults[0].message}",
        next_step="correct the places listed; `ringwall schema raid-report` says "
        "what a report is made of",
        faults=tuple(faults),
    )


def byte_fault(data: bytes, file: str, max_bytes: int) -> Fault | None:
    """Return what is wrong with bytes that should be text, None if nothing is.

    Args:
        data: of the file, or one byte more than allowed.
        file: its name.
        max_bytes: largest size.
    """
    if len(data) > max_bytes:
        message = f"more than {max_bytes} bytes"
        return Fault(file, 0, 0, "file-too-large", message)
    for start, what in _ARCHIVES:
        if data.startswith(start):
            message = f"a {what} archive is not opened"
            return Fault(file, 0, 0, "archive", message, "the files that are in it")
    if data.startswith(_BOM):
        message = "the file starts with a byte order mark"
        return Fault(file, 1, 1, "byte-order-mark", message)
    if not data.strip():
        return Fault(file, 0, 0, "file-empty", "the file is empty")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Fault(file, line, 0, "not-utf8", "the file is not UTF-8 text")
    return None


def _check_shape(data: bytes, bounds: Bounds) -> None:
    """Raise before the parser, which calls itself, meets what is too much for it."""
    depth = 0
    # Each value has a comma or a pair of brackets, or both.
    most = 3 * bounds.max_values
    for count, found in enumerate(_SIGN.finditer(data)):
        depth += _DEEPER.get(found[1], 0)
        if depth > bounds.max_depth:
            raise _Refused("json-too-deep", f"nested more than {bounds.max_depth} deep")
        if count > most:
            raise _too_many(bounds.max_values)


def _too_many(most: int) -> _Refused:
    return _Refused("json-too-many", f"more than {most} values")


def _parsed(text: str, bounds: Bounds) -> Any:  # noqa: ANN401 - JSON data
    def fraction(digits: str) -> float:
        value = (
            float(digits) if bounds.fractions and len(digits) < _MAX_DIGITS else None
        )
        if value is None or value in (float("inf"), float("-inf")):
            _not_a_number(digits)
        return value

    return json.loads(
        text,
        object_pairs_hook=_once,
        parse_constant=_not_a_number,
        parse_float=fraction,
        parse_int=_whole,
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        double = next(key for key in keys if keys.count(key) > 1)
        message = f"key `{shown(double, 60)}` stands twice"
        raise _Refused("json-duplicate-key", message)
    return found


def _whole(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        _not_a_number(digits)
    return int(digits)


def _not_a_number(text: str) -> NoReturn:
    message = f"`{shown(text, 40)}` is not a number that is taken; write it as text"
    raise _Refused("json-number", message)


def _check_values(value: object, most: int) -> None:
    """Raise if there are too many values, or a text that is not one of Unicode."""
    count = 0
    level: list[Any] = [value]
    while level:
        count += len(level)
        if count > most:
            raise _too_many(most)
        texts = [item for item in level if isinstance(item, str)]
        if _SURROGATE.search("\0".join(texts)):
            message = "a text holds half of a pair of surrogates"
            raise _Refused("json-surrogate", message)
        level = _inside(level)


def _inside(level: list[Any]) -> list[Any]:
    deeper: list[Any] = []
    for item in level:
        if isinstance(item, dict):
            deeper += item
            deeper += item.values()
        elif isinstance(item, list):
            deeper += item
    return deeper
