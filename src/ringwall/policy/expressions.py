"""Checked matcher expressions to Python syntax nodes over `request` and `row`.

A row is the tuple of its running values, the rule id first.
Must never turn text of a policy into source text: names become attribute nodes,
literals become constants.
"""

import ast

from ringwall.policy.functions import FUNCTIONS, Shape
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
from ringwall.policy.typecheck import guarded_column, operand_type
from ringwall.policy.value_types import FlagType, SetType, parse_value

__all__ = [
    "NOT_A_FLAG",
    "REQUEST",
    "ROW",
    "load",
    "path_node",
    "seniors_name",
    "translate",
]

REQUEST = "request"
ROW = "row"
_OPERATORS: dict[str, type[ast.cmpop]] = {
    "==": ast.Eq,
    "!=": ast.NotEq,
    "in": ast.In,
    "at_least": ast.GtE,
    "at_most": ast.LtE,
    "within": ast.LtE,
}


NOT_A_FLAG = "not_a_flag"
"""Name that holds a function of one value which raises TypeError."""


def seniors_name(relation: str) -> str:
    """Return the name that holds, for each role, the frozenset of those above it."""
    return f"seniors_{relation}"


def load(name: str) -> ast.Name:
    """Return a node that reads a name."""
    return ast.Name(name, ast.Load())


def path_node(path: str) -> ast.expr:
    """Return a node that reads `request.<path>`."""
    node: ast.expr = load(REQUEST)
    for part in path.split("."):
        node = ast.Attribute(node, part, ast.Load())
    return node


def translate(tree: Expression, schema: Schema) -> ast.expr:
    """Return the node of a checked expression.

    Args:
        tree: an expression that `TypeChecker` found nothing wrong with.
        schema: the schema it was checked against.
    """
    match tree:
        case Not(operand):
            return ast.UnaryOp(ast.Not(), translate(operand, schema))
        case And(operands) | Or(operands):
            operator = ast.And() if isinstance(tree, And) else ast.Or()
            return ast.BoolOp(operator, [translate(item, schema) for item in operands])
        case Compare():
            return _compare(tree, schema)
        case Call():
            return _call(tree, schema)
        case _:
            return _value(tree, schema)


def _value(tree: Path | ColumnRef | Literal, schema: Schema) -> ast.expr:
    match tree:
        case Path(path):
            is_flag = isinstance(schema.attribute(path).type, FlagType)
            return _flag(path) if is_flag else path_node(path)
        case ColumnRef(name):
            index = ast.Constant(schema.column_index(name))
            return ast.Subscript(load(ROW), index, ast.Load())
        case _:
            raise ValueError("a literal has no meaning on its own")


def _flag(path: str) -> ast.expr:
    """Return `x is True or (x is not False and not_a_flag(x))`.

    Python takes None and 0 for false, which must not pass for "not suspended".
    """
    true = ast.Compare(path_node(path), [ast.Is()], [ast.Constant(value=True)])
    other = ast.Compare(path_node(path), [ast.IsNot()], [ast.Constant(value=False)])
    refusal = ast.Call(load(NOT_A_FLAG), [path_node(path)], [])
    return ast.BoolOp(ast.Or(), [true, ast.BoolOp(ast.And(), [other, refusal])])


def _compare(tree: Compare, schema: Schema) -> ast.expr:
    column = guarded_column(tree)
    if column and schema.columns[schema.column_index(column)].open:
        # An open field of a row is held as None.
        field = translate(tree.left, schema)
        return ast.Compare(field, [ast.Is()], [ast.Constant(None)])
    left, right = _operands(tree.left, tree.right, schema)
    return ast.Compare(left, [_OPERATORS[tree.operator]()], [right])


def _call(tree: Call, schema: Schema) -> ast.expr:
    first, second = tree.arguments
    left, right = _operands(first, second, schema)
    if tree.function in _OPERATORS:
        return ast.Compare(left, [_OPERATORS[tree.function]()], [right])
    function = FUNCTIONS[tree.function]
    seniors = ast.Subscript(load(seniors_name(function.relation)), right, ast.Load())
    if function.shape is Shape.ROLE:
        return ast.Compare(left, [ast.In()], [seniors])
    # Mostly the role itself is held, which is quicker to see.
    held = ast.Compare(right, [ast.In()], [left])
    disjoint = ast.Attribute(seniors, "isdisjoint", ast.Load())
    above = ast.UnaryOp(ast.Not(), ast.Call(disjoint, [left], []))
    return ast.BoolOp(ast.Or(), [held, above])


def _operands(
    first: Expression, second: Expression, schema: Schema
) -> tuple[ast.expr, ast.expr]:
    return _operand(first, second, schema), _operand(second, first, schema)


def _operand(tree: Expression, other: Expression, schema: Schema) -> ast.expr:
    if not isinstance(tree, Literal):
        return translate(tree, schema)
    kind = operand_type(other, schema)
    if isinstance(kind, SetType):
        kind = kind.element
    value = None if kind is None else parse_value(kind, tree.text)
    if not isinstance(value, str | int):
        raise TypeError("a literal stands beside something that has no literals")
    return ast.Constant(value)
