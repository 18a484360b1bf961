"""A small, strict part of YAML as a tree with places: mappings, lists and text.

Builds no objects and resolves no types, so that the meaning of a scalar is decided
by who reads the tree. Must never follow an alias or a tag.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import yaml

from ringwall.base.errors import DeclarationError, Fault

__all__ = ["MAX_FAULTS", "Data", "Node", "parse_yaml", "position", "to_data"]

MAX_FAULTS = 50
"""Most faults reported; where one more is found, the reading ends."""

# The parser written in C where PyYAML was built with it, as its wheels are.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_BOM = b"\xef\xbb\xbf"
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})", re.ASCII)
_CONSTANTS: dict[str, bool | None] = {
    "true": True,
    "false": False,
    "null": None,
    "": None,
}

Data: TypeAlias = "dict[str, Data] | list[Data] | str | int | bool | None"


class Node(NamedTuple):
    """One value of a document and where it starts.

    Attributes:
        value: text, a list of nodes, or a dictionary of nodes in file order.
        line: 1-based line.
        column: 1-based column.
        plain: whether it is text written without quotes, so that `true`, `null`
            and `7` may be more than text.
    """

    value: "str | list[Node] | dict[str, Node]"
    line: int
    column: int
    plain: bool = False


@dataclass(frozen=True, slots=True)
class _Limits:
    file: str
    max_nodes: int
    max_depth: int


def parse_yaml(
    data: bytes,
    file: str,
    *,
    max_bytes: int,
    max_nodes: int = 2_000_000,
    max_depth: int = 16,
) -> Node:
    """Return the tree of the one document that bytes hold.

    Args:
        data: UTF-8 text.
        file: name for the faults.
        max_bytes: largest size.
        max_nodes: most scalars, lists and mappings, keys counted.
        max_depth: deepest nesting of lists and mappings.

    Raises:
        DeclarationError: `yaml-refused`, with faults `file-too-large`, `not-utf8`,
            `byte-order-mark`, `control-character`, `file-empty`, `yaml-syntax`,
            `yaml-directive`, `yaml-alias`, `yaml-tag`, `yaml-key`,
            `yaml-duplicate-key`, `yaml-documents`, `yaml-too-deep` or
            `yaml-too-many`.
    """
    fault = _byte_fault(data, file, max_bytes)
    if fault is not None:
        raise _refused([fault])
    builder = _Builder(_Limits(file, max_nodes, max_depth))
    try:
        for event in yaml.parse(data, Loader=_LOADER):
            builder.event(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        problem = getattr(error, "problem", None) or "not YAML"
        builder.fault(line, column, "yaml-syntax", problem)
    except _Stop:
        pass
    if builder.root is None and not builder.faults:
        builder.fault(0, 0, "file-empty", "the file holds no document")
    if builder.root is None or builder.faults:
        raise _refused(builder.faults)
    return builder.root


def to_data(node: Node) -> Data:
    """Return the plain data of a tree.

    Plain `true` and `false` become booleans, plain `null` and nothing become None,
    plain decimal integers below 10^18 become integers; all else stays text.
    """
    value = node.value
    if isinstance(value, dict):
        return {key: to_data(item) for key, item in value.items()}
    if isinstance(value, list):
        return [to_data(item) for item in value]
    if not node.plain:
        return value
    if value in _CONSTANTS:
        return _CONSTANTS[value]
    return int(value) if _INTEGER.fullmatch(value) else value


def position(node: Node, path: Sequence[str | int]) -> tuple[int, int]:
    """Return the line and column of what a path of keys and indexes leads to.

    A path that leads further than the tree gives the place of the last node on it.
    """
    for step in path:
        below = _below(node, step)
        if below is None:
            break
        node = below
    return node.line, node.column


def _below(node: Node, step: str | int) -> Node | None:
    value = node.value
    found: Node | None = None
    if isinstance(value, dict):
        found = value.get(str(step))
    elif isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
        found = value[step]
    return found


class _Stop(Exception):
    """Raised when going on makes no sense."""


@dataclass(slots=True)
class _Frame:
    """A list or mapping that is still open; `key` waits for its value."""

    node: Node
    key: str | None = None
    skip: bool = False


@dataclass(slots=True)
class _Builder:
    """Puts parser events together; keeps faults instead of raising."""

    limits: _Limits
    root: Node | None = None
    faults: list[Fault] = field(default_factory=list)
    _open: list[_Frame] = field(default_factory=list)
    _nodes: int = 0

    def fault(self, line: int, column: int, code: str, message: str) -> None:
        self.faults.append(Fault(self.limits.file, line, column, code, message))

    def event(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._start(event)
            if _first_invisible(event.value) >= 0:
                message = "the text holds an invisible character, written by its number"
                self.fault(*_place(event), "control-character", message)
            self._add(Node(event.value, *_place(event), bool(event.implicit[0])))
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._start(event)
            empty: list[Node] | dict[str, Node] = (
                {} if isinstance(event, yaml.MappingStartEvent) else []
            )
            node = Node(empty, *_place(event))
            self._add(node)
            self._open.append(_Frame(node))
            if len(self._open) > self.limits.max_depth:
                message = f"nested deeper than {self.limits.max_depth}"
                self._stop(event, "yaml-too-deep", message)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._open.pop()
        else:
            self._frame(event)

    def _frame(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._stop(event, "yaml-alias", "an alias is not accepted")
        if isinstance(event, yaml.DocumentStartEvent):
            if event.version or event.tags:
                self._stop(event, "yaml-directive", "a directive is not accepted")
            if self.root is not None:
                self._stop(event, "yaml-documents", "there is a second document")

    def _start(
        self,
        event: yaml.ScalarEvent | yaml.MappingStartEvent | yaml.SequenceStartEvent,
    ) -> None:
        if event.anchor is not None:
            self._stop(event, "yaml-alias", "an anchor is not accepted")
        if event.tag is not None:
            self._stop(event, "yaml-tag", "a tag is not accepted")
        self._nodes += 1
        if self._nodes > self.limits.max_nodes:
            message = f"more than {self.limits.max_nodes} values"
            self._stop(event, "yaml-too-many", message)

    def _add(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        frame = self._open[-1]
        parent = frame.node.value
        if isinstance(parent, list):
            parent.append(node)
        elif isinstance(parent, dict) and frame.key is not None:
            parent[frame.key] = node
            frame.key = None
        else:
            self._key(frame, node)

    def _key(self, frame: _Frame, node: Node) -> None:
        parent = frame.node.value
        if not isinstance(node.value, str):
            self.fault(node.line, node.column, "yaml-key", "a key must be text")
            raise _Stop
        if node.value in parent:
            message = f"key `{node.value[:60]}` stands twice"
            self.fault(node.line, node.column, "yaml-duplicate-key", message)
            if len(self.faults) > MAX_FAULTS:
                raise _Stop
        frame.key = node.value

    def _stop(self, event: yaml.Event, code: str, message: str) -> None:
        self.fault(*_place(event), code, message)
        raise _Stop


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


def _byte_fault(data: bytes, file: str, max_bytes: int) -> Fault | None:
    if len(data) > max_bytes:
        message = f"{len(data)} bytes, more than {max_bytes}"
        return Fault(file, 0, 0, "file-too-large", message)
    if data.startswith(_BOM):
        message = "the file starts with a byte order mark"
        return Fault(file, 1, 1, "byte-order-mark", message)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Fault(file, line, 0, "not-utf8", "the file is not UTF-8 text")
    at = _first_invisible(text)
    if at >= 0:
        line = text.count("\n", 0, at) + 1
        column = at - text.rfind("\n", 0, at)
        message = f"the file holds the invisible character U+{ord(text[at]):04X}"
        return Fault(file, line, column, "control-character", message)
    return None


def _first_invisible(text: str) -> int:
    """Return where the first character stands that a screen does not show, or -1."""
    if text.replace("\n", "").replace("\t", "").isprintable():
        return -1
    invisible = (
        at
        for at, char in enumerate(text)
        if not char.isprintable() and char not in "\t\n"
    )
    return next(invisible)


def _refused(faults: list[Fault]) -> DeclarationError:
    kept = faults[:MAX_FAULTS]
    if len(faults) > MAX_FAULTS:
        last = faults[MAX_FAULTS]
        message = "reading ends here; what follows may hold more faults"
        kept.append(Fault(last.file, last.line, 0, "more-faults", message))
    return DeclarationError(
        "yaml-refused",
        f"`{faults[0].file}` is not accepted: {faults[0].message}",
        next_step="correct the places listed",
        faults=tuple(kept),
    )
