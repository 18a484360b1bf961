"""Stock Casbin on the very same model and rows, as the referee of the compiler.

The only module that imports `casbin`. Slow by nature: for cases, tests and spot
checks. Must never be the engine that decides.
"""

from collections.abc import Callable, Iterable
from dataclasses import make_dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution

import casbin
from casbin.persist.adapters.string_adapter import StringAdapter

from ringwall.base.clock import parse_instant
from ringwall.base.errors import ConfigurationError
from ringwall.policy.concern import Concern
from ringwall.policy.dialect import MODEL_FILE, POLICY_FILE
from ringwall.policy.outcome import Outcome
from ringwall.policy.schema import Schema
from ringwall.policy.value_types import Value, WordType, format_value
from ringwall.policy.vocabulary import Vocabulary

__all__ = ["ReferenceConcern", "check_distributions", "installed_distributions"]


class ReferenceConcern:
    """A concern decided by stock Casbin.

    Ordered words are compared by their place in the declared vocabulary, found by
    the words themselves: nothing of the compiler is used.

    Args:
        concern: any concern.

    Raises:
        ConfigurationError: `casbin-twice` if the frozen distribution `casbin` is
            installed beside `pycasbin`, or `pycasbin` is not installed.
    """

    def __init__(self, concern: Concern) -> None:
        check_distributions(installed_distributions())
        self._schema = concern.schema
        model = casbin.Enforcer.new_model(text=_text(concern, MODEL_FILE))
        rows = StringAdapter(_text(concern, POLICY_FILE))
        self._enforcer = casbin.Enforcer(model, rows)
        order = _Order(concern.schema.vocabularies)
        self._enforcer.add_function("at_least", order.at_least)
        self._enforcer.add_function("at_most", order.at_most)
        self._enforcer.add_function("within", _within)
        for relation in concern.relations:
            manager = self._enforcer.get_named_role_manager(relation)
            name = f"holds{relation[1:]}"
            self._enforcer.add_function(name, _holds(manager.has_link))

    def decide(self, request: object) -> Outcome:
        """Return what stock Casbin answers; the outcome names no rules.

        Args:
            request: in running form, complete and within its vocabularies.

        Raises:
            Exception: whatever Casbin raises on a request that is not.
        """
        values = [_plain(self._schema, name, request) for name in self._schema.objects]
        return Outcome(permitted=bool(self._enforcer.enforce(*values)), rules=())


def installed_distributions() -> frozenset[str]:
    """Return which distributions that provide the module `casbin` are installed."""
    return frozenset(name for name in ("casbin", "pycasbin") if _is_installed(name))


def check_distributions(installed: Iterable[str]) -> None:
    """Check that `pycasbin`, and it alone, provides the module `casbin`.

    Raises:
        ConfigurationError: `casbin-twice`.
    """
    if set(installed) != {"pycasbin"}:
        raise ConfigurationError(
            "casbin-twice",
            "the module `casbin` must come from the distribution `pycasbin` alone",
            next_step="uninstall `casbin` and `pycasbin`, then install `pycasbin`",
        )


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def _text(concern: Concern, name: str) -> str:
    return concern.files[name].decode("utf-8")


@cache
def _shape(names: tuple[str, ...]) -> type:
    return make_dataclass("Plain", names, frozen=True, slots=True)


def _plain(schema: Schema, name: str, request: object) -> object:
    """Return a request object with words as text, as Casbin's users write them."""
    members = schema.members(name)
    values: list[Value] = []
    for attribute in members:
        value = schema.value(request, attribute)
        if isinstance(attribute.type, WordType):
            value = format_value(attribute.type, value)
        values.append(value)
    if not members[0].name:
        return values[0]
    return _shape(tuple(attribute.name for attribute in members))(*values)


def _within(inner: frozenset[str], outer: frozenset[str]) -> bool:
    return all(element in outer for element in inner)


def _holds(has_link: Callable[[str, str], bool]) -> Callable[..., bool]:
    def holds(roles: frozenset[str], role: str) -> bool:
        return any(has_link(held, role) for held in sorted(roles))

    return holds


class _Order:
    """Compares words by the vocabulary that has both, numbers and instants by size."""

    def __init__(self, vocabularies: Iterable[Vocabulary]) -> None:
        self._scales = [item.values for item in vocabularies if item.ordered]

    def at_least(self, first: str | int, second: str | int) -> bool:
        left, right = self._places(first, second)
        return left >= right

    def at_most(self, first: str | int, second: str | int) -> bool:
        left, right = self._places(first, second)
        return left <= right

    def _places(self, first: str | int, second: str | int) -> tuple[int, int]:
        for scale in self._scales:
            if first in scale and second in scale:
                return scale.index(str(first)), scale.index(str(second))
        return _amount(first), _amount(second)


def _amount(value: str | int) -> int:
    """Return a number or an instant from Casbin's text, by means of its own."""
    if isinstance(value, int):
        return value
    if "T" in value:
        return parse_instant(value)
    digits, _, power = value.partition("e")
    whole, _, decimals = digits.partition(".")
    return int(f"{whole}{decimals}{'0' * (int(power or 0) - len(decimals))}")
