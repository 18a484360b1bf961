"""Wrapping an integrator's function so that each call needs a permit first."""

import functools
import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ParamSpec, TypeVar, cast

__all__ = ["guard_function"]

_P = ParamSpec("_P")
_R = TypeVar("_R")


def guard_function(
    function: Callable[_P, _R],
    names: Mapping[str, str],
    ask: Callable[[dict[str, Any]], object],
    ask_async: Callable[[dict[str, Any]], Awaitable[object]],
) -> Callable[_P, _R]:
    """Return `function` with a question put before each call.

    Args:
        function: plain or coroutine function.
        names: what the question needs -> name of the parameter that holds it.
        ask: puts the question; raises to refuse.
        ask_async: as `ask`, for a coroutine function.

    Raises:
        TypeError: the function lacks a parameter; or is a generator, which would
            run long after the answer; or is no function but, say, a class or a
            `staticmethod`, whose arguments could be taken for one another.
    """
    given: object = function
    if not (inspect.isfunction(given) or inspect.ismethod(given)):
        raise TypeError("only a function can be guarded; put `guard` next to its `def`")
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise TypeError("a generator can't be guarded: check each item instead")
    signature = inspect.signature(function)
    present = _parameters(signature, names)
    for need in ("subject", "resource"):
        if need not in present:
            raise TypeError(
                f"`{function.__qualname__}` has no parameter `{names[need]}`"
            )

    def values(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return {need: bound.arguments[name] for need, name in present.items()}

    if inspect.iscoroutinefunction(function):
        return cast("Callable[_P, _R]", _guarded_coroutine(function, values, ask_async))

    @functools.wraps(function)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        ask(values(args, kwargs))
        return function(*args, **kwargs)

    return guarded


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


def _guarded_coroutine(
    function: Callable[..., Any],
    values: Callable[[tuple[Any, ...], dict[str, Any]], dict[str, Any]],
    ask: Callable[[dict[str, Any]], Awaitable[object]],
) -> Callable[..., Any]:
    @functools.wraps(function)
    async def guarded(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the wrapped function's own types
        await ask(values(args, kwargs))
        return await function(*args, **kwargs)

    return guarded
