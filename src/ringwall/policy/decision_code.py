"""The function that decides, as syntax nodes: it looks up, tries and combines.

Must never turn text of a policy into source text, nor let the function permit when
something in it raised.
"""

import ast
from collections.abc import Mapping
from copy import deepcopy
from functools import cache

from typing_extensions import override

from ringwall.policy.concern import Concern
from ringwall.policy.expressions import load, path_node, translate
from ringwall.policy.index import IndexPlan
from ringwall.policy.reads import surely_read
from ringwall.policy.schema import Attribute
from ringwall.policy.value_types import (
    FlagType,
    IdType,
    InstantType,
    NumberType,
    SetType,
    ValueType,
    WordType,
)

__all__ = ["decision_node"]

_PYTHON_TYPES: Mapping[type[ValueType], str] = {
    NumberType: "int",
    InstantType: "int",
    IdType: "str",
    FlagType: "bool",
}

# The frame of the generated function. The upper-case names are replaced by nodes.
_FRAME = """
def decide(request):
    try:
        hit = hits = None
        SEARCH
        if hit is None:
            return nothing
        if not COMMON:
            return nothing
        if not KNOWN:
            return unknown
        if hits is None:
            return single[hit]
        return combine(tuple(hits))
    except Exception as error:
        return failed(error)
"""
# How the rows of one key are tried: without roles, and where roles may split them.
_SCAN = """
for row in get(KEY, empty):
    if TESTS:
        FOUND
"""
_SCAN_ROLES = """
rows = get(KEY, empty)
if rows.__class__ is split:
    for role in ROLES:
        for row in rows.get(role, empty):
            if TESTS:
                FOUND
else:
    for row in rows:
        if ALL_TESTS:
            FOUND
"""
# Most requests match one row: no list is made for it.
_FOUND = """
if hit is None:
    hit = row[0]
elif hits is None:
    hits = [hit, row[0]]
else:
    hits.append(row[0])
"""


def decision_node(plan: IndexPlan, concern: Concern) -> ast.stmt:
    """Return the definition of `decide(request)`.

    Args:
        plan: what is looked up and what is left to try.
        concern: whose conditions and schema.

    Returns:
        A function over these names, which whoever runs it has to supply: `get` (key
        to rows), `empty`, `split` (the class of rows split by role), `nothing`,
        `unknown`, `single` (outcome by rule id), `combine` (outcome of a tuple of
        ids), `failed` (outcome of an exception), and those of `expressions`.
    """
    schema = concern.schema
    common = [translate(item.expression, schema) for item in plan.common]
    nodes = {"COMMON": _all(common), "KNOWN": _all(_known(plan, concern))}
    (function,) = _fill(_FRAME, nodes, {"SEARCH": _search(plan, concern)})
    return function


def _known(plan: IndexPlan, concern: Concern) -> list[ast.expr]:
    """Return the checks that what a request holds is there and of its type.

    They are made once a row matches. What a lookup by equality found is of its type;
    a flag is checked wherever it is read.
    """
    looked_up = {part.path for part in plan.parts if not part.twice}
    read = looked_up.union(
        *(surely_read(item.expression) for item in concern.conditions)
    )
    return [
        _check(attribute)
        for attribute in concern.schema.attributes
        if attribute.path not in looked_up
        and not (isinstance(attribute.type, FlagType) and attribute.path in read)
    ]


def _check(attribute: Attribute) -> ast.expr:
    value = path_node(attribute.path)
    match attribute.type:
        case WordType(vocabulary):
            ranks = range(len(vocabulary.values))
            words = frozenset(ranks if vocabulary.ordered else vocabulary.values)
            # One constant: a set of nodes would take long to compile.
            known = ast.Constant(words)  # type: ignore[arg-type]  # CPython takes it; typeshed doesn't know
            return ast.Compare(value, [ast.In()], [known])
        case SetType():
            kind = ast.Attribute(value, "__class__", ast.Load())
            return ast.Compare(kind, [ast.Is()], [load("frozenset")])
        case kind:
            name = load(_PYTHON_TYPES[type(kind)])
            return ast.Call(load("isinstance"), [value, name], [])


def _search(plan: IndexPlan, concern: Concern) -> list[ast.stmt]:
    """Return the loops that note the id of each matching row."""
    schema = concern.schema
    tests = [translate(item.expression, schema) for item in plan.residual]
    nodes = {"KEY": _key(plan), "TESTS": _all(tests)}
    blocks = {"FOUND": _parsed(_FOUND).body}
    role = plan.role
    if role is None:
        body = _fill(_SCAN, nodes, blocks)
    else:
        held = translate(role.condition.expression, schema)
        nodes |= {"ROLES": path_node(role.path), "ALL_TESTS": _all([held, *tests])}
        body = _fill(_SCAN_ROLES, nodes, blocks)
    for part in plan.parts:
        if part.twice:
            either = ast.Tuple([path_node(part.path), ast.Constant(None)], ast.Load())
            loop = ast.Name("wild", ast.Store())
            body = [ast.For(loop, either, body, [])]
    return body


def _key(plan: IndexPlan) -> ast.expr:
    parts = [
        load("wild") if part.twice else path_node(part.path) for part in plan.parts
    ]
    return parts[0] if len(parts) == 1 else ast.Tuple(parts, ast.Load())


def _all(tests: list[ast.expr]) -> ast.expr:
    if not tests:
        return ast.Constant(value=True)
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests)


def _fill(
    frame: str, nodes: Mapping[str, ast.expr], blocks: Mapping[str, list[ast.stmt]]
) -> list[ast.stmt]:
    """Return the statements of a frame, its upper-case names replaced.

    Args:
        frame: Python source with a name for everything that varies.
        nodes: what stands in place of a name within a statement.
        blocks: what stands in place of a name that is a statement of its own.
    """
    filled: ast.Module = _Fill(nodes, blocks).visit(deepcopy(_parsed(frame)))
    return filled.body


@cache
def _parsed(frame: str) -> ast.Module:
    return ast.parse(frame)


class _Fill(ast.NodeTransformer):
    def __init__(
        self, nodes: Mapping[str, ast.expr], blocks: Mapping[str, list[ast.stmt]]
    ) -> None:
        self._nodes = nodes
        self._blocks = blocks

    @override
    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._nodes.get(node.id, node)

    @override
    def visit_Expr(self, node: ast.Expr) -> list[ast.stmt]:
        # The frames have no expression statement but the names of blocks.
        return self._blocks[ast.unparse(node)]
