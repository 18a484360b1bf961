"""Sections of model.conf to a checked model: schema, conditions and their reasons.

Must never let a column, an attribute or a reason stand that the matcher does not use.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ringwall.base.errors import Fault, PolicyError
from ringwall.policy.dialect import (
    EFFECT,
    REASON_CODE,
    RELATIONS,
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

__all__ = ["Condition", "Model", "Separation", "read_model"]


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
class Separation:
    """Two roles that nobody may hold together, and the line that says so."""

    first: str
    second: str
    line: int


@dataclass(frozen=True, slots=True)
class Model:
    """What model.conf says.

    Attributes:
        schema: attributes, columns and vocabularies.
        conditions: in matcher order.
        relations: for each named relation the vocabulary that it is over.
        separations: in file order.
    """

    schema: Schema
    conditions: tuple[Condition, ...]
    relations: Mapping[str, Vocabulary]
    separations: tuple[Separation, ...]


def read_model(file: str, sections: Sections, faults: Faults) -> Model | None:
    """Return the model that sections describe, or None if it can't be made out.

    Args:
        file: name for the faults.
        sections: from `read_sections`.
        faults: receives what is wrong: the faults of `read_schema`,
            `parse_matcher` and `TypeChecker`, and `effect-unknown`,
            `role-definition-unknown`, `roles-unused`, `roles-undeclared`,
            `roles-differ`, `condition-without-request`, `attribute-unused`,
            `column-unused`, `reason-missing`, `reason-unused`, `reason-malformed`,
            `separation-undeclared`, `separation-malformed`.
    """
    reader = _ModelReader(file, sections, faults)
    reader.fixed("policy_effect", "e", EFFECT, "effect-unknown")
    for name in RELATIONS:
        reader.fixed(
            "role_definition", name, ROLE_DEFINITION, "role-definition-unknown"
        )
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
        relations = self._relations(matcher, checker)
        self._unused(matcher, checker)
        conditions = self._conditions(trees)
        separations = self._separations(relations)
        return Model(
            schema, conditions, MappingProxyType(relations), tuple(separations)
        )

    def _relations(self, matcher: Entry, checker: TypeChecker) -> dict[str, Vocabulary]:
        declared = self._sections.get("role_definition", {})
        found: dict[str, Vocabulary] = {}
        for name in RELATIONS:
            used = checker.relations.get(name, {})
            if len(used) > 1:
                names = ", ".join(sorted(used))
                message = f"relation `{name}` is over several vocabularies: {names}"
                self._add(matcher, "roles-differ", message)
            # A section with nothing usable in it has been complained of already.
            absent = "role_definition" not in self._sections or bool(declared)
            if used and name not in declared and absent:
                message = f"the matcher asks relation `{name}`, which is not declared"
                expected = f"`{name} = {ROLE_DEFINITION}` in [role_definition]"
                self._add(matcher, "roles-undeclared", message, expected)
            elif not used and name in declared:
                message = (
                    f"relation `{name}` is declared, but the matcher never asks it"
                )
                self._add(declared[name], "roles-unused", message)
            for vocabulary in used.values():
                found.setdefault(name, vocabulary)
        return found

    def _separations(self, relations: Mapping[str, Vocabulary]) -> list[Separation]:
        entries = self._sections.get("separation", {})
        roles = relations.get("g")
        pairs: dict[frozenset[str], Separation] = {}
        for first, entry in entries.items():
            if roles is None:
                message = "[separation] stands, but there are no roles"
                self._add(entry, "separation-undeclared", message)
                break
            for part in entry.value.text.split(","):
                second = part.strip(" ")
                pair = frozenset({first, second})
                if len(pair) < 2 or pair in pairs or not pair <= roles.ranks.keys():
                    message = f"`{first[:40]}` can't be kept apart from `{second[:40]}`"
                    expected = f"two words of `{roles.name}`, each pair once"
                    self._add(entry, "separation-malformed", message, expected)
                pairs[pair] = Separation(first, second, entry.line)
        return list(pairs.values())

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
