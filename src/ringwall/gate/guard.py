"""Wrapping an integrator's function so that each call needs a permit first."""

import functools
import inspect
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar, cast

from ringwall.gate.streaming import (
    RECHECK,
    Allowance,
    Asking,
    AskingLater,
    AsyncHold,
    Hold,
    adrive,
    astream_items,
    drive,
    parse_recheck,
    stream_items,
)
from ringwall.model.requests import parse_action

__all__ = ["Doorkeeper", "check_action", "guard_function"]

_P = ParamSpec("_P")
_R = TypeVar("_R")
_Values = dict[str, Any]
# What a question can do without.
_OPTIONAL: Final = frozenset({"authn"})


class Doorkeeper(NamedTuple):
    """Who is asked before a call.

    Attributes:
        ask: puts the question that the values of a call's parameters make; raises
            to refuse.
        ask_later: as `ask`, for a coroutine function.
        now: gives the present instant, for generators.
        recheck: seconds after which a generator is decided again.
    """

    ask: Callable[[_Values], object]
    ask_later: Callable[[_Values], Awaitable[object]]
    now: Callable[[_Values], int]
    recheck: int = RECHECK


def check_action(action: str, known: Collection[str]) -> None:
    """Check that a question for an action can be permitted at all.

    Args:
        action: e.g. `weights.infer`.
        known: those of the policies; empty if nobody can say.

    Raises:
        ValueError: it is no action, or none that the policies know.
    """
    parse_action(action)
    if known and action not in known:
        raise ValueError(f"no policy knows the action `{action}`")


def guard_function(
    function: Callable[_P, _R], names: Mapping[str, str], doorkeeper: Doorkeeper
) -> Callable[_P, _R]:
    """Return `function` with a question put before each call.

    A generator function stays one: it is asked for before its first item, and again
    once a permit has carried it for `recheck` seconds.

    Args:
        function: plain, coroutine or generator function, synchronous or not.
        names: what the question needs -> name of the parameter that holds it.
        doorkeeper: who is asked.

    Raises:
        TypeError: the function lacks a parameter; or is no function but, say, a class
            or a `staticmethod`, whose arguments could be taken for one another.
        ValueError: `recheck` is out of range.
    """
    given: object = function
    if not (inspect.isfunction(given) or inspect.ismethod(given)):
        raise TypeError("only a function can be guarded; put `guard` next to its `def`")
    parse_recheck(doorkeeper.recheck)
    signature = inspect.signature(function)
    present = _parameters(signature, names)
    for need in names:
        if need not in present and need not in _OPTIONAL:
            raise TypeError(
                f"`{function.__qualname__}` has no parameter `{names[need]}`"
            )

    def values(args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Values:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return {need: bound.arguments[name] for need, name in present.items()}

    wrap = _wrapper_for(function)
    return cast("Callable[_P, _R]", wrap(function, values, doorkeeper))


def _parameters(
    signature: inspect.Signature, names: Mapping[str, str]
) -> dict[str, str]:
    """Return those of the names that are parameters which hold one value each."""
    packed = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    return {
        need: name
        for need, name in names.items()
        if name in signature.parameters
        and signature.parameters[name].kind not in packed
    }


_Function = Callable[..., Any]
_Reader = Callable[[tuple[Any, ...], dict[str, Any]], _Values]


def _wrapper_for(
    function: _Function,
) -> Callable[[_Function, _Reader, Doorkeeper], _Function]:
    if inspect.isasyncgenfunction(function):
        return _guarded_async_generator
    if inspect.isgeneratorfunction(function):
        return _guarded_generator
    if inspect.iscoroutinefunction(function):
        return _guarded_coroutine
    return _guarded_call


def _guarded_call(
    function: _Function, read: _Reader, doorkeeper: Doorkeeper
) -> _Function:
    @functools.wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the wrapped function's own types
        values = read(args, kwargs)
        first = doorkeeper.ask(values)
        return _held(function(*args, **kwargs), first, values, doorkeeper)

    return guarded


def _guarded_coroutine(
    function: _Function, read: _Reader, doorkeeper: Doorkeeper
) -> _Function:
    @functools.wraps(function)
    async def guarded(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the wrapped function's own types
        values = read(args, kwargs)
        first = await doorkeeper.ask_later(values)
        return _held(await function(*args, **kwargs), first, values, doorkeeper)

    return guarded


def _guarded_generator(
    function: _Function, read: _Reader, doorkeeper: Doorkeeper
) -> _Function:
    def prepare(*args: Any, **kwargs: Any) -> tuple[_Function, Hold]:  # noqa: ANN401 - the wrapped function's own types
        hold = _hold(read(args, kwargs), doorkeeper)
        return functools.partial(function, *args, **kwargs), hold

    return functools.wraps(function)(drive(prepare))


def _guarded_async_generator(
    function: _Function, read: _Reader, doorkeeper: Doorkeeper
) -> _Function:
    def prepare(*args: Any, **kwargs: Any) -> tuple[_Function, AsyncHold]:  # noqa: ANN401 - the wrapped function's own types
        hold = _async_hold(read(args, kwargs), doorkeeper)
        return functools.partial(function, *args, **kwargs), hold

    return functools.wraps(function)(adrive(prepare))


def _held(
    result: object, first: object, values: _Values, doorkeeper: Doorkeeper
) -> object:
    """Return what a call returned; what will go on giving is decided again.

    Args:
        result: of the call.
        first: the permit that it was called under.
        values: of the call's parameters.
        doorkeeper: who is asked.
    """
    if inspect.isgenerator(result):
        hold = _hold(values, doorkeeper)
        hold.begin(first)
        return stream_items(result, hold)
    if inspect.isasyncgen(result):
        later = _async_hold(values, doorkeeper)
        later.begin(first)
        return astream_items(result, later)
    return result


def _hold(values: _Values, doorkeeper: Doorkeeper) -> Hold:
    asking = Asking(
        lambda _, continues: doorkeeper.ask({**values, "continues": continues}),
        lambda: doorkeeper.now(values),
    )
    return Hold(asking, Allowance(doorkeeper.recheck))


def _async_hold(values: _Values, doorkeeper: Doorkeeper) -> AsyncHold:
    asking = AskingLater(
        lambda _, continues: doorkeeper.ask_later({**values, "continues": continues}),
        lambda: doorkeeper.now(values),
    )
    return AsyncHold(asking, Allowance(doorkeeper.recheck))
