"""Canonical JSON: the one form in which anything is hashed or signed.

The profile of RFC 8785 that needs no number formatting: objects, arrays, text,
booleans, null and integers below 2^53; keys are ASCII. Within it orjson's sorted
output is byte-equal to RFC 8785 (property tests hold it against `rfc8785` and the
standard library). Must never accept a float.
"""

import re
from collections.abc import Collection
from typing import Any, Final

import orjson

__all__ = ["MAX_ENTRY_BYTES", "dump_canonical", "load_canonical"]

MAX_ENTRY_BYTES: Final = 60 * 1024
"""Largest entry of the log in bytes; C2SP tlog-tiles allows 65,535."""

_LIMIT: Final = 2**53
_MAX_DEPTH: Final = 16
_TEXT: Final = frozenset({str})
_CONTAINERS: Final = frozenset({dict, list, tuple})
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

_SORTED: Final = orjson.OPT_SORT_KEYS


def dump_canonical(value: object) -> bytes:
    """Return the canonical UTF-8 bytes of a JSON value.

    Raises:
        ValueError: the value holds something outside the profile (a float, an
            integer of 2^53 or more, a non-ASCII or non-text key, a lone
            surrogate, nesting deeper than 16).
    """
    _check(value)
    return orjson.dumps(value, option=_SORTED)


def load_canonical(data: bytes) -> dict[str, Any]:
    """Return the object that canonical bytes hold.

    Raises:
        ValueError: the bytes are not the canonical form of one JSON object.
    """
    if len(data) > MAX_ENTRY_BYTES:
        raise ValueError(f"{len(data)} bytes, more than {MAX_ENTRY_BYTES}")
    value = orjson.loads(data)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - a fault of the data
    if dump_canonical(value) != data:
        raise ValueError("not in canonical form")
    return value


def _check(value: object) -> None:
    """Raise if the value is outside the profile; walks one level at a time."""
    texts: list[str] = []
    containers: list[Any] = [(value,)]
    depth = -1  # of the tuple around the value
    while containers:
        if depth >= _MAX_DEPTH:
            raise ValueError("nesting is too deep")
        containers = _look_into(containers, texts)
        depth += 1
    text = "".join(texts)
    if not text.isascii() and _SURROGATE.search(text):
        raise ValueError("text holds a lone surrogate")


def _look_into(containers: list[Any], texts: list[str]) -> list[Any]:
    """Return the containers inside these; add the texts inside them to `texts`."""
    deeper = []
    for container in containers:
        items = _values(container) if type(container) is dict else container
        for item in items:
            kind = type(item)
            if kind is str:
                texts.append(item)
            elif kind in _CONTAINERS:
                deeper.append(item)
            elif kind is not bool and item is not None:
                _check_integer(item)
    return deeper


def _values(mapping: dict[str, Any]) -> Collection[Any]:
    if not _TEXT.issuperset(map(type, mapping)):
        raise ValueError("a key is not text")
    if not "".join(mapping).isascii():
        raise ValueError("a key is not ASCII")
    return mapping.values()


def _check_integer(value: object) -> None:
    if type(value) is not int:
        raise ValueError(
            f"a value of kind `{type(value).__name__}` has no canonical form"
        )
    if not -_LIMIT < value < _LIMIT:
        raise ValueError("an integer is not below 2^53")
