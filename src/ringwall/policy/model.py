"""Sections of model.conf to a checked model: schema, conditions and their reasons.

Must never let a column, an attribute or a reason stand that the matcher does not use.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ringwall.base.errors import Fault, PolicyError
from ringwall.policy.dialect import (
    EFFECT,
    REASON_CODE,
    ROLE_DEFINITION,
)
from ringwall.policy.faults import Faults
from ringwall.policy.matcher import (
    ColumnRef,
    Expression,
    Path,
    conjuncts,
    parse_matcher,
    walk,
)
from ringwall.policy.model_file import Entry, Sections
from ringwall.policy.schema import Schema
from ringwall.policy.schema_reader import read_schema
from ringwall.policy.typecheck import TypeChecker
from ringwall.policy.vocabulary import Vocabulary

__all__ = ["Condition", "Model", "read_model"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One operand of the outermost `&&`: all of them must hold for a row to match.

    Attributes:
        name: the column it reads if it reads just one, else its first attribute.
        code: stable reason code of its failure.
        message: the sentence that goes with the code.
        expression: its checked syntax tree.
        columns: the columns it reads, in order of appearance.
        paths: the attributes it reads, in order of appearance.
    """

    name: str
    code: str
    message: str
    expression: Expression
    columns: tuple[str, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """What model.conf says.

    Attributes:
        schema: attributes, columns and vocabularies.
        conditions: in matcher order.
        roles: the vocabulary that `holds` and `g` speak of; None without roles.
        has_links: whether `g` rows are allowed.
    """

    schema: Schema
    conditions: tuple[Condition, ...]
    roles: Vocabulary | None
    has_links: bool


def read_model(file: str, sections: Sections, faults: Faults) -> Model | None:
    """Return the model that sections describe, or None if it can't be made out.

    Args:
        file: name for the faults.
        sections: from `read_sections`.
        faults: receives what is wrong: the faults of `read_schema`,
            `parse_matcher` and `TypeChecker`, and `effect-unknown`,
            `role-definition-unknown`, `roles-unused`, `roles-undeclared`,
            `roles-differ`, `condition-without-request`, `attribute-unused`,
            `column-unused`, `reason-missing`, `reason-unused`, `reason-malformed`.
    """
    reader = _ModelReader(file, sections, faults)
    reader.fixed("policy_effect", "e", EFFECT, "effect-unknown")
    reader.fixed("role_definition", "g", ROLE_DEFINITION, "role-definition-unknown")
    schema = read_schema(file, sections, faults)
    matcher = sections.get("matchers", {}).get("m")
    if schema is None or matcher is None:
        return None
    return reader.model(schema, matcher)


class _ModelReader:
    def __init__(self, file: str, sections: Sections, faults: Faults) -> None:
        self._file = file
        self._sections = sections
        self._faults = faults

    def fixed(self, section: str, key: str, wanted: str, code: str) -> None:
        entry = self._sections.get(section, {}).get(key)
        if entry is not None and entry.value.text != wanted:
            message = f"`{entry.value.text[:80]}` is not accepted"
            self._add(entry, code, message, f"`{wanted}`")

    def model(self, schema: Schema, matcher: Entry) -> Model | None:
        try:
            tree = parse_matcher(matcher.value, self._file)
        except PolicyError as error:
            for fault in error.faults:
                self._faults.add(fault)
            return None
        checker = TypeChecker(schema, self._file, self._faults)
        trees = conjuncts(tree)
        before = len(self._faults)
        for item in trees:
            checker.check(item)
        if len(self._faults) != before:
            return None
        roles = self._roles(matcher, checker)
        self._unused(matcher, checker)
        conditions = self._conditions(trees)
        return Model(schema, conditions, roles, "role_definition" in self._sections)

    def _roles(self, matcher: Entry, checker: TypeChecker) -> Vocabulary | None:
        used = tuple(checker.roles.values())
        declared = "role_definition" in self._sections
        if len(used) > 1:
            names = ", ".join(sorted(checker.roles))
            message = f"roles are taken from several vocabularies: {names}"
            self._add(matcher, "roles-differ", message)
        if used and not declared:
            message = "the matcher uses roles, but [role_definition] is missing"
            self._add(matcher, "roles-undeclared", message, f"`g = {ROLE_DEFINITION}`")
        elif declared and not used:
            message = "[role_definition] stands, but the matcher uses no roles"
            self._add(matcher, "roles-unused", message)
        return used[0] if used else None

    def _unused(self, matcher: Entry, checker: TypeChecker) -> None:
        for attribute in checker.schema.attributes:
            if attribute.path not in checker.paths:
                message = f"`r.{attribute.path}` is declared but never read"
                self._add(matcher, "attribute-unused", message)
        for column in checker.schema.columns[1:-1]:
            if column.name not in checker.columns:
                message = f"`p.{column.name}` is declared but never read"
                self._add(matcher, "column-unused", message)

    def _conditions(self, trees: Iterable[Expression]) -> tuple[Condition, ...]:
        reasons = dict(self._sections.get("reasons", {}))
        conditions, used = [], set()
        for tree in trees:
            columns, paths = _mentions(tree)
            if not paths:
                line, column = tree.place
                message = "a condition must read the request"
                self._faults.add(
                    Fault(
                        self._file, line, column, "condition-without-request", message
                    )
                )
                continue
            name = columns[0] if len(columns) == 1 else paths[0]
            used.add(name)
            code, sentence = self._reason(name, reasons.get(name), tree)
            conditions.append(Condition(name, code, sentence, tree, columns, paths))
        for name, entry in reasons.items():
            if name not in used:
                message = f"no condition is named `{name}`"
                self._add(entry, "reason-unused", message, ", ".join(sorted(used)))
        return tuple(conditions)

    def _reason(
        self, name: str, entry: Entry | None, tree: Expression
    ) -> tuple[str, str]:
        if entry is None and "reasons" not in self._sections:
            return "", ""
        if entry is None:
            message = f"[reasons] has no `{name}`"
            expected = f"`{name} = some-code, a sentence`"
            line, column = tree.place
            self._faults.add(
                Fault(self._file, line, column, "reason-missing", message, expected)
            )
            return "", ""
        code, _, sentence = entry.value.text.partition(",")
        sentence = sentence.strip(" ")
        if not REASON_CODE.fullmatch(code) or not sentence or sentence.endswith("."):
            message = f"the reason of `{name}` is not a code, a comma and a sentence"
            expected = f"`{name} = some-code, a sentence without a final period`"
            self._add(entry, "reason-malformed", message, expected)
        return code, sentence

    def _add(self, entry: Entry, code: str, message: str, expected: str = "") -> None:
        place = (self._file, entry.line, entry.column)
        self._faults.add(Fault(*place, code, message, expected))


def _mentions(tree: Expression) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns and the paths an expression reads, each once, in order."""
    nodes = tuple(walk(tree))
    columns = dict.fromkeys(node.name for node in nodes if isinstance(node, ColumnRef))
    paths = dict.fromkeys(node.path for node in nodes if isinstance(node, Path))
    return tuple(columns), tuple(paths)
