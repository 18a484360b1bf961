"""The file of the watch rules to checked rules, or every fault in it.

Must never give rules that have a fault, nor none at all without a word: a watch that
looks for nothing finds nothing.
"""

from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from ringwall.base.errors import (
    ConfigurationError,
    DeclarationError,
    Fault,
    first_faults,
)
from ringwall.base.plain_folder import read_plain
from ringwall.base.yaml_tree import MAX_FAULTS, Node, parse_yaml, to_data
from ringwall.model.field_faults import field_faults, shown
from ringwall.watch.rules import KINDS, MAX_RULES, Rule

__all__ = ["RULES_FILE", "parse_rules", "read_rules"]

RULES_FILE: Final = "watch/rules.yaml"
"""Where an institute's rules are, in its folder."""

_MAX_BYTES: Final = 256 * 1024


def read_rules(folder: Path) -> tuple[Rule, ...]:
    """Return the watch rules of an institute.

    Args:
        folder: the institute's.

    Raises:
        ConfigurationError: `watch-rules-missing`, they can't be read.
        DeclarationError: as `parse_rules`.
    """
    path = folder / RULES_FILE
    try:
        data = read_plain(path, _MAX_BYTES)
    except OSError as error:
        why = (error.strerror or "can't be read").lower()
        raise ConfigurationError(
            "watch-rules-missing",
            f"`{shown(path, 4096)}` can't be read: {why}",
            next_step=f"copy `{RULES_FILE}` from a new institute, which "
            "`ringwall init` makes",
        ) from error
    return parse_rules(data, str(path))


def parse_rules(data: bytes, file: str) -> tuple[Rule, ...]:
    """Return the rules that a file holds, in their order; at least one.

    Args:
        data: YAML with the one key `rules`.
        file: its name, for the faults.

    Raises:
        DeclarationError: `yaml-refused` as `parse_yaml`; or `watch-rules-refused`
            with the faults `unknown-key`, `missing-key`, `wrong-type`, `wrong-value`,
            `unknown-word`, `item-twice`, `duplicate-id`, `no-rules` or
            `too-many-rules`.
    """
    tree = parse_yaml(data, file, max_bytes=_MAX_BYTES, max_nodes=50_000, max_depth=6)
    reading = _Reading(file)
    for node in reading.listed(tree):
        reading.read(node)
    if reading.faults:
        raise _refused(reading.faults)
    return tuple(reading.rules.values())


class _Reading:
    """Rules and faults found so far."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.faults: list[Fault] = []
        self.rules: dict[str, Rule] = {}

    def listed(self, tree: Node) -> list[Node]:
        """Return the rules as they stand in the file."""
        if not isinstance(tree.value, dict):
            self._fault(tree, "wrong-type", "the file is not a mapping", "`rules:`")
            return []
        for key, node in tree.value.items():
            if key != "rules":
                message = f"`{shown(key, 40)}` is not a key that is known here"
                self._fault(node, "unknown-key", message, "`rules` alone")
        rules = tree.value.get("rules")
        if rules is None:
            self._fault(
                tree, "missing-key", "`rules` is missing", "the key to be there"
            )
            return []
        if not isinstance(rules.value, list):
            self._fault(rules, "wrong-type", "`rules` is not a list", "a list")
            return []
        if not rules.value:
            self._fault(rules, "no-rules", "there is no rule", "one at the least")
        if len(rules.value) > MAX_RULES:
            message = f"{len(rules.value)} rules, more than {MAX_RULES}"
            self._fault(rules, "too-many-rules", message)
            return []
        return rules.value

    def read(self, node: Node) -> None:
        """Read one rule by what its kind has."""
        data: Any = to_data(node)
        if not isinstance(data, dict):
            self._fault(node, "wrong-type", "a rule is not a mapping", "a mapping")
            return
        kind = data.get("kind")
        if kind is None:
            self._fault(node, "missing-key", "`kind` is missing", ", ".join(KINDS))
            return
        if not isinstance(kind, str) or kind not in KINDS:
            message = f"`kind` is not served by `{shown(kind, 40)}`"
            place = node.value["kind"] if isinstance(node.value, dict) else node
            self._fault(place, "unknown-word", message, ", ".join(KINDS))
            return
        try:
            rule = KINDS[kind].model_validate(data)
        except ValidationError as error:
            self.faults += field_faults(self._file, node, error)
            return
        if rule.id in self.rules:
            self._fault(node, "duplicate-id", f"there is a rule `{rule.id}` already")
        self.rules.setdefault(rule.id, rule)

    def _fault(self, node: Node, code: str, message: str, expected: str = "") -> None:
        place = self._file, node.line, node.column
        self.faults.append(Fault(*place, code, message, expected))


def _refused(faults: list[Fault]) -> DeclarationError:
    return DeclarationError(
        "watch-rules-refused",
        f"the watch rules have {len(faults)} fault{'s' if len(faults) > 1 else ''}",
        next_step="mend the lines named; `ringwall schema watch-rules` prints what is "
        "allowed",
        faults=first_faults(faults, MAX_FAULTS),
    )
