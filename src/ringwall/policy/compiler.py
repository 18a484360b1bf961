"""A concern to one Python function over a hash index.

The function is built from syntax nodes and compiled once; deciding allocates next to
nothing. Must never answer a permit when evaluating raised.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from typing_extensions import override

from ringwall.policy.binding import check_facts
from ringwall.policy.concern import Concern
from ringwall.policy.explain import Explainer, Test
from ringwall.policy.expressions import (
    INCLUDED_BY,
    REQUEST,
    ROW,
    load,
    path_node,
    translate,
)
from ringwall.policy.index import IndexPlan, Table, build_table, is_lookup, plan_index
from ringwall.policy.outcome import NearRow, Outcome
from ringwall.policy.value_types import WordType

__all__ = ["CompiledConcern", "compile_concern"]

_Decide: TypeAlias = Callable[[object], Outcome]

_NOTHING_PERMITS = Outcome(permitted=False, rules=())

# The frame of the generated function. The upper-case names are replaced by nodes.
_FRAME = """
def decide(request):
    try:
        hits = []
        SEARCH
        if not hits:
            return nothing
        if not COMMON:
            return nothing
        if not KNOWN:
            return unknown
        if len(hits) == 1:
            return single[hits[0]]
        return combine(tuple(hits))
    except Exception as error:
        return failed(error)
"""


@dataclass(frozen=True, slots=True)
class CompiledConcern:
    """A concern ready to decide.

    Attributes:
        concern: what it was compiled from.
        decide: answers a request: any object with the attributes the schema names,
            in running form (see `value_types`). Never raises an `Exception`: a
            request that can't be evaluated is denied and the outcome says why.
    """

    concern: Concern
    decide: _Decide
    _explainer: Explainer

    @property
    def name(self) -> str:
        """Return the name of the concern."""
        return self.concern.name

    @property
    def digest(self) -> str:
        """Return the digest of the concern's files, lower-case hex."""
        return self.concern.digest

    def bind(self, classes: Mapping[str, type]) -> None:
        """Check that the classes of a caller's facts fit the schema.

        Args:
            classes: for each request object the dataclass (or for a plain value the
                type) that will stand there; more than the schema names is fine.

        Raises:
            PolicyError: `facts-differ`, with a fault for each attribute that is
                missing or annotated otherwise.
        """
        check_facts(self.concern, classes)

    def explain(self, request: object, limit: int = 3) -> tuple[NearRow, ...]:
        """Return the rows that explain why a request is denied.

        Args:
            request: as for `decide`.
            limit: the most rows to return.

        Returns:
            Nothing for a permit or a request that can't be evaluated. The rows that
            deny, if any do. Else the allow rows with the fewest failed conditions,
            in file order among equals.
        """
        outcome = self.decide(request)
        if outcome.permitted or outcome.error:
            return ()
        return self._explainer.nearest(request, outcome.rules, limit)


def compile_concern(concern: Concern) -> CompiledConcern:
    """Return a concern in a form that decides fast."""
    plan = plan_index(concern)
    functions = [_decide_node(plan, concern)]
    for number, condition in enumerate(concern.conditions):
        body = ast.Return(translate(condition.expression, concern.schema))
        functions.append(_function(f"test_{number}", (REQUEST, ROW), [body]))
    names = _namespace(build_table(plan, concern), concern)
    module = ast.fix_missing_locations(ast.Module(list(functions), []))
    code = compile(module, f"<policy {concern.name}>", "exec")
    exec(code, names)  # noqa: S102 - built from checked syntax nodes, never from text
    tests: list[Test] = [names[f"test_{n}"] for n in range(len(concern.conditions))]
    identifying = frozenset(
        number
        for number, condition in enumerate(concern.conditions)
        if is_lookup(condition.expression, concern.schema)
    )
    explainer = Explainer(concern, tuple(tests), identifying)
    return CompiledConcern(concern, names["decide"], explainer)


def _namespace(table: Table, concern: Concern) -> dict[str, Any]:
    rules = concern.rules
    denies = frozenset(n for n, rule in enumerate(rules) if rule.effect == "deny")

    # The same few sets of rows match again and again; a full memory only costs time.
    @lru_cache(maxsize=4096)
    def combine(hits: tuple[int, ...]) -> Outcome:
        found = sorted(set(hits))
        denying = [number for number in found if number in denies]
        return Outcome(not denying, tuple(rules[n].id for n in denying or found))

    return {
        "get": dict(table).get,
        "empty": (),
        "no_roles": {},
        "nothing": _NOTHING_PERMITS,
        "unknown": Outcome(
            permitted=False, rules=(), error="a word is outside its vocabulary"
        ),
        "single": tuple(Outcome(rule.effect == "allow", (rule.id,)) for rule in rules),
        "combine": combine,
        "failed": _failed,
        INCLUDED_BY: dict(concern.roles.included_by),
    }


def _failed(error: Exception) -> Outcome:
    message = f"{type(error).__name__}: {error}"
    return Outcome(permitted=False, rules=(), error=message)


def _decide_node(plan: IndexPlan, concern: Concern) -> ast.stmt:
    schema = concern.schema
    common = [translate(item.expression, schema) for item in plan.common]
    nodes = {"COMMON": _all(common), "KNOWN": _all(_known(plan, concern))}
    frame = ast.parse(_FRAME)
    filled = _Fill(nodes, _search(plan, concern)).visit(frame)
    function: ast.stmt = filled.body[0]
    return function


def _known(plan: IndexPlan, concern: Concern) -> list[ast.expr]:
    """Return the checks that words which no lookup vouches for are in their lists."""
    looked_up = {part.path for part in plan.parts}
    if plan.role is not None:
        looked_up.add(plan.role.path)
    checks: list[ast.expr] = []
    for attribute in concern.schema.attributes:
        kind = attribute.type
        if not isinstance(kind, WordType) or kind.vocabulary.ordered:
            continue
        if attribute.path not in looked_up:
            words = ast.Set([ast.Constant(word) for word in kind.vocabulary.values])
            checks.append(ast.Compare(path_node(attribute.path), [ast.In()], [words]))
    return checks


def _search(plan: IndexPlan, concern: Concern) -> list[ast.stmt]:
    """Return the loops that put the number of each matching row into `hits`."""
    number = ast.Subscript(load(ROW), ast.Constant(0), ast.Load())
    append = ast.Attribute(load("hits"), "append", ast.Load())
    body: list[ast.stmt] = [ast.Expr(ast.Call(append, [number], []))]
    if plan.residual:
        tests = [translate(item.expression, concern.schema) for item in plan.residual]
        body = [ast.If(_all(tests), body, [])]
    buckets = _get(load("get"), _key(plan), "no_roles")
    if plan.role is None or not plan.role.is_set:
        role = ast.Constant("") if plan.role is None else path_node(plan.role.path)
        body = [_loop(ROW, _get(_method(buckets, "get"), role, "empty"), body)]
    else:
        rows = _get(_method(load("buckets"), "get"), load("role"), "empty")
        loops = _loop("role", path_node(plan.role.path), [_loop(ROW, rows, body)])
        body = [ast.Assign([ast.Name("buckets", ast.Store())], buckets), loops]
    for part in plan.parts:
        if part.twice:
            either = ast.Tuple([path_node(part.path), ast.Constant(None)], ast.Load())
            body = [_loop("wild", either, body)]
    return body


def _key(plan: IndexPlan) -> ast.expr:
    parts = [
        load("wild") if part.twice else path_node(part.path) for part in plan.parts
    ]
    return ast.Tuple(parts, ast.Load())


def _get(function: ast.expr, key: ast.expr, default: str) -> ast.expr:
    return ast.Call(function, [key, load(default)], [])


def _method(value: ast.expr, name: str) -> ast.expr:
    return ast.Attribute(value, name, ast.Load())


def _loop(name: str, over: ast.expr, body: list[ast.stmt]) -> ast.stmt:
    return ast.For(ast.Name(name, ast.Store()), over, body, [])


def _all(tests: list[ast.expr]) -> ast.expr:
    if not tests:
        return ast.Constant(value=True)
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests)


def _function(
    name: str, parameters: Sequence[str], body: list[ast.stmt]
) -> ast.FunctionDef:
    arguments = ast.arguments(
        posonlyargs=[],
        args=[ast.arg(parameter) for parameter in parameters],
        kwonlyargs=[],
        kw_defaults=[],
        defaults=[],
    )
    return ast.FunctionDef(name, arguments, body, [])


class _Fill(ast.NodeTransformer):
    """Puts nodes in place of the upper-case names of the frame."""

    def __init__(self, nodes: Mapping[str, ast.expr], search: list[ast.stmt]) -> None:
        self._nodes = nodes
        self._search = search

    @override
    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._nodes.get(node.id, node)

    @override
    def visit_Expr(self, node: ast.Expr) -> list[ast.stmt]:
        del node  # the frame has one expression statement, SEARCH
        return self._search
