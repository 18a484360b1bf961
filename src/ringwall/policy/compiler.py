"""A concern to one Python function over a hash index.

The function is built from syntax nodes and compiled once; deciding allocates next to
nothing. Must never answer a permit when evaluating raised.
"""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NoReturn, TypeAlias

from ringwall.policy.binding import check_facts
from ringwall.policy.concern import Concern
from ringwall.policy.decision_code import decision_node
from ringwall.policy.explanation.change import AttributeChange, changed_request
from ringwall.policy.explanation.explainer import Explainer
from ringwall.policy.expressions import (
    NOT_A_FLAG,
    REQUEST,
    ROW,
    seniors_name,
    translate,
)
from ringwall.policy.index import Table, build_table, is_lookup, plan_index
from ringwall.policy.outcome import NearRow, Outcome

__all__ = ["CompiledConcern", "compile_concern"]

_Decide: TypeAlias = Callable[[object], Outcome]

_MADE_AHEAD = 20_000
_NOTHING_PERMITS = Outcome(permitted=False, rules=())
_OUTSIDE = Outcome(
    permitted=False,
    rules=(),
    error="an attribute is outside its vocabulary or not of its type",
)


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
            deny, if any do. Else the nearest allow rows: those about what was asked
            first, then those with the fewest failed conditions (see `near_rows`).
        """
        outcome = self.decide(request)
        if outcome.permitted or outcome.error:
            return ()
        try:
            return self._explainer.nearest(request, outcome.rules, limit)
        except (AttributeError, TypeError, ValueError):
            # No row came near enough for `decide` to see that something is missing.
            if self.concern.schema.is_whole(request):
                raise
            return ()

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
        if not self.concern.schema.is_whole(request):
            return
        for changes in self._explainer.changes(request):
            changed = changed_request(self.concern.schema, request, changes)
            if self.decide(changed).permitted:
                yield changes


def compile_concern(concern: Concern) -> CompiledConcern:
    """Return a concern in a form that decides fast."""
    plan = plan_index(concern)
    functions = [decision_node(plan, concern)]
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


def _single_outcomes(concern: Concern, denying: frozenset[str]) -> dict[str, Outcome]:
    """Return the outcome of each rule that matches alone.

    A plain dictionary is read faster; of many rules few ever match alone.
    """
    lazy = _SingleOutcomes(denying)
    if len(concern.rules) > _MADE_AHEAD:
        return lazy
    return {rule.id: lazy[rule.id] for rule in concern.rules}


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
        "unknown": _OUTSIDE,
        NOT_A_FLAG: _refuse_flag,
        "single": _single_outcomes(concern, denying),
        "combine": combine,
        "failed": _failed,
        **seniors,
    }


def _failed(error: Exception) -> Outcome:
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - an error that can't be told is an error all the same
        text = "it can't be told"
    return Outcome(permitted=False, rules=(), error=f"{type(error).__name__}: {text}")


def _refuse_flag(value: object) -> NoReturn:
    raise TypeError(f"a flag is true or false, not `{type(value).__name__}`")


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
