"""Types of a matcher: every comparison is between like things, every `*` guarded.

Reports all faults of a matcher at once. Must never let a value of one type be
compared with another's, since text that happens to be equal is no evidence.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ringwall.base.errors import Fault
from ringwall.policy.dialect import ANY, EFFECT_COLUMN, RULE_COLUMN
from ringwall.policy.faults import Faults
from ringwall.policy.functions import FUNCTIONS, Function, Shape
from ringwall.policy.matcher import (
    And,
    Call,
    ColumnRef,
    Compare,
    Expression,
    Literal,
    Not,
    Or,
    Path,
)
from ringwall.policy.schema import Schema
from ringwall.policy.value_types import (
    FlagType,
    IdType,
    InstantType,
    NumberType,
    SetType,
    ValueType,
    WordType,
    format_type,
    parse_value,
)
from ringwall.policy.vocabulary import Vocabulary

__all__ = ["TypeChecker", "guarded_column", "operand_type"]

_NOTHING: frozenset[str] = frozenset()


def guarded_column(tree: Expression) -> str:
    """Return the column that `p.column == "*"` guards, or "" for anything else."""
    match tree:
        case Compare("==", ColumnRef(name), Literal(text)) if text == ANY:
            return name
        case _:
            return ""


def operand_type(tree: Expression, schema: Schema) -> ValueType | None:
    """Return the type of a checked attribute or column; None for anything else."""
    match tree:
        case Path(path):
            return schema.attribute(path).type
        case ColumnRef(name):
            return schema.columns[schema.column_index(name)].type
        case _:
            return None


@dataclass(slots=True)
class TypeChecker:
    """Checks the conditions of one matcher and notes what they use.

    Attributes:
        schema: what may be mentioned.
        file: name for the faults.
        faults: receives what is wrong: `path-unknown`, `column-unknown`,
            `column-reserved`, `open-unguarded`, `function-unknown`,
            `arguments-wrong`, `types-differ`, `literal-unknown`,
            `not-comparable`, `not-a-condition`.
        paths: attributes mentioned so far.
        columns: columns mentioned so far.
        relations: for each relation used so far, its vocabularies by name.
    """

    schema: Schema
    file: str
    faults: Faults
    paths: dict[str, None] = field(default_factory=dict)
    columns: dict[str, None] = field(default_factory=dict)
    relations: dict[str, dict[str, Vocabulary]] = field(default_factory=dict)

    def check(self, tree: Expression, guarded: frozenset[str] = _NOTHING) -> None:
        """Check an expression that must be true or false.

        Args:
            tree: the expression.
            guarded: open columns known not to be `*` where it stands.
        """
        match tree:
            case And(operands):
                for operand in operands:
                    self.check(operand, guarded)
            case Or(operands):
                self._either(operands, guarded)
            case Not(operand):
                self.check(operand, guarded)
            case Compare():
                self._compare(tree, guarded)
            case Call():
                self._call(tree, guarded)
            case _:
                self._flag(tree, guarded)

    def _flag(self, tree: Path | ColumnRef | Literal, guarded: frozenset[str]) -> None:
        kind = None if isinstance(tree, Literal) else self._operand(tree, guarded)
        if isinstance(tree, Literal) or not isinstance(kind, FlagType | None):
            self._add(tree, "not-a-condition", "this is neither true nor false")

    def _either(self, operands: Iterable[Expression], guarded: frozenset[str]) -> None:
        for operand in operands:
            column = guarded_column(operand)
            if column and self._is_open(column):
                self.columns[column] = None
                guarded |= {column}
            else:
                self.check(operand, guarded)

    def _compare(self, tree: Compare, guarded: frozenset[str]) -> None:
        left, right = self._pair((tree.left, tree.right), guarded)
        if left is None or right is None:
            return
        if tree.operator == "in":
            if not isinstance(right, SetType):
                self._add(tree, "not-comparable", "`in` needs a set on its right")
            elif left != right.element:
                self._differ(tree, left, right.element)
        elif left != right:
            self._differ(tree, left, right)
        elif not isinstance(left, WordType | IdType):
            message = f"values of type {format_type(left)} have no `{tree.operator}`"
            self._add(tree, "not-comparable", message, "a registered function")

    def _call(self, tree: Call, guarded: frozenset[str]) -> None:
        function = FUNCTIONS.get(tree.function)
        if function is None:
            message = f"`{tree.function}` is not a registered function"
            self._add(tree, "function-unknown", message, ", ".join(sorted(FUNCTIONS)))
            return
        if len(tree.arguments) != 2:
            message = f"`{function.name}` takes two arguments"
            self._add(tree, "arguments-wrong", message, function.doc)
            return
        kinds = self._pair(tree.arguments, guarded)
        if kinds[0] is None or kinds[1] is None:
            return
        if not self._fits(function, tree, kinds[0], kinds[1]):
            message = f"`{function.name}` is given something else"
            self._add(tree, "arguments-wrong", message, function.shape.value)

    def _fits(
        self, function: Function, tree: Call, left: ValueType, right: ValueType
    ) -> bool:
        match function.shape, left, right:
            case Shape.ORDERED, WordType(vocabulary), WordType():
                return left == right and vocabulary.ordered
            case Shape.ORDERED, (NumberType() | InstantType()), _:
                return left == right
            case Shape.SETS, SetType(), SetType():
                return left == right
            case Shape.ROLES, SetType(WordType(vocabulary) as left), WordType():
                pass
            case Shape.ROLE, WordType(vocabulary), WordType() if not vocabulary.ordered:
                pass
            case _:
                return False
        first, second = tree.arguments
        self.relations.setdefault(function.relation, {})[vocabulary.name] = vocabulary
        return (
            left == right
            and isinstance(first, Path)
            and isinstance(second, ColumnRef | Literal)
        )

    def _pair(
        self, operands: tuple[Expression, ...], guarded: frozenset[str]
    ) -> tuple[ValueType | None, ValueType | None]:
        """Return the types of two operands; a literal takes the other's type."""
        first, second = operands
        if isinstance(first, Literal) and isinstance(second, Literal):
            self._add(first, "not-comparable", "both sides are literals")
            return None, None
        if isinstance(first, Literal):
            right = self._operand(second, guarded)
            return self._literal(first, right), right
        left = self._operand(first, guarded)
        if isinstance(second, Literal):
            return left, self._literal(second, left)
        return left, self._operand(second, guarded)

    def _literal(self, tree: Literal, other: ValueType | None) -> ValueType | None:
        if isinstance(other, SetType):
            other = other.element
        if other is None:
            return None
        try:
            parse_value(other, tree.text)
        except (ValueError, TypeError) as error:
            self._add(tree, "literal-unknown", str(error))
            return None
        return other

    def _operand(self, tree: Expression, guarded: frozenset[str]) -> ValueType | None:
        match tree:
            case Path(path):
                return self._path(tree, path)
            case ColumnRef(name):
                return self._column(tree, name, guarded)
            case _:
                message = "a value is needed here, not a condition"
                self._add(tree, "not-comparable", message)
                return None

    def _path(self, tree: Path, path: str) -> ValueType | None:
        self.paths[path] = None
        try:
            return self.schema.attribute(path).type
        except KeyError:
            self._add(tree, "path-unknown", f"[types] has no `r.{path}`")
            return None

    def _column(
        self, tree: ColumnRef, name: str, guarded: frozenset[str]
    ) -> ValueType | None:
        if name in {RULE_COLUMN, EFFECT_COLUMN}:
            message = f"column `{name}` is not for the matcher to read"
            self._add(tree, "column-reserved", message)
            return None
        self.columns[name] = None
        kind = operand_type(tree, self.schema) if self._has_column(name) else None
        if kind is None:
            message = f"[policy_definition] has no `{name}`"
            self._add(tree, "column-unknown", message)
        elif self._is_open(name) and name not in guarded:
            message = f"column `{name}` is open and not guarded here"
            expected = f'`(p.{name} == "{ANY}" || ...)`'
            self._add(tree, "open-unguarded", message, expected)
            return None
        return kind

    def _has_column(self, name: str) -> bool:
        return any(column.name == name for column in self.schema.columns)

    def _is_open(self, name: str) -> bool:
        return any(item.name == name and item.open for item in self.schema.columns)

    def _differ(self, tree: Expression, left: ValueType, right: ValueType) -> None:
        message = f"{format_type(left)} is compared with {format_type(right)}"
        self._add(tree, "types-differ", message)

    def _add(
        self, tree: Expression, code: str, message: str, expected: str = ""
    ) -> None:
        line, column = tree.place
        self.faults.add(Fault(self.file, line, column, code, message, expected))
