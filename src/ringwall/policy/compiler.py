"""A concern to one Python function over a hash index.

The function is built from syntax nodes and compiled once; deciding allocates next to
nothing. Must never answer a permit when evaluating raised.
"""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, TypeAlias

from typing_extensions import override

from ringwall.policy.binding import check_facts
from ringwall.policy.change import AttributeChange, changed_request
from ringwall.policy.concern import Concern
from ringwall.policy.explain import Explainer
from ringwall.policy.expressions import (
    REQUEST,
    ROW,
    load,
    path_node,
    seniors_name,
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

    def changes(self, request: object) -> Iterator[tuple[AttributeChange, ...]]:
        """Give the changes that turn a default deny, the fewest attributes first.

        Each was tried: with its attributes changed the request is permitted.

        Args:
            request: as for `decide`.

        Yields:
            Nothing for a permit, for a request that a row denies, since a change
            must not be a way round it, or that can't be evaluated.
        """
        outcome = self.decide(request)
        if outcome.permitted or outcome.rules or outcome.error:
            return
        for changes in self._explainer.changes(request):
            changed = changed_request(self.concern.schema, request, changes)
            if self.decide(changed).permitted:
                yield changes


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
    tests = [names[f"test_{n}"] for n in range(len(concern.conditions))]
    identifying = frozenset(
        number
        for number, condition in enumerate(concern.conditions)
        if is_lookup(condition.expression, concern.schema)
    )
    explainer = Explainer(concern, tuple(tests), identifying)
    return CompiledConcern(concern, names["decide"], explainer)


class _SingleOutcomes(dict[str, Outcome]):
    """The outcome of each rule that matches alone, made when it first does."""

    def __init__(self, denying: frozenset[str]) -> None:
        self._denying = denying

    def __missing__(self, rule: str) -> Outcome:
        outcome = self[rule] = Outcome(rule not in self._denying, (rule,))
        return outcome


def _namespace(table: Table, concern: Concern) -> dict[str, Any]:
    rules = concern.rules
    denying = frozenset(rule.id for rule in rules if rule.effect == "deny")

    @cache
    def places() -> dict[str, int]:
        return {rule.id: place for place, rule in enumerate(rules)}

    # The same few sets of rows match again and again; a full memory only costs time.
    @lru_cache(maxsize=4096)
    def combine(hits: tuple[str, ...]) -> Outcome:
        found = sorted(set(hits), key=places().__getitem__)
        denies = tuple(rule for rule in found if rule in denying)
        return Outcome(not denies, denies or tuple(found))

    seniors = {
        seniors_name(name): dict(relation.included_by)
        for name, relation in concern.relations.items()
    }
    return {
        "get": table.get,
        "empty": (),
        "split": dict,
        "nothing": _NOTHING_PERMITS,
        "unknown": Outcome(
            permitted=False, rules=(), error="a word is outside its vocabulary"
        ),
        "single": _SingleOutcomes(denying),
        "combine": combine,
        "failed": _failed,
        **seniors,
    }


def _failed(error: Exception) -> Outcome:
    message = f"{type(error).__name__}: {error}"
    return Outcome(permitted=False, rules=(), error=message)


def _decide_node(plan: IndexPlan, concern: Concern) -> ast.stmt:
    schema = concern.schema
    common = [translate(item.expression, schema) for item in plan.common]
    nodes = {"COMMON": _all(common), "KNOWN": _all(_known(plan, concern))}
    (function,) = _fill(_FRAME, nodes, {"SEARCH": _search(plan, concern)})
    return function


def _known(plan: IndexPlan, concern: Concern) -> list[ast.expr]:
    """Return the checks that words which no lookup vouches for are in their lists."""
    looked_up = {part.path for part in plan.parts}
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
