"""A guarded function runs only after a permit, whatever way it is called."""

import asyncio
import functools
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from ringwall.gate.denied import AccessDenied
from ringwall.gate.guard import guard_function
from ringwall.institute import Gatekeeper
from tests.example import READ

NAMES = {"subject": "subject", "resource": "model", "authn": "authn"}


class Asked:
    """Keeps what it was asked, and refuses a subject called `nobody`."""

    def __init__(self) -> None:
        self.questions: list[dict[str, Any]] = []
        self.was_awaited = False

    def __call__(self, values: dict[str, Any]) -> None:
        self.questions.append(values)
        if values["subject"] == "nobody":
            raise PermissionError

    async def later(self, values: dict[str, Any]) -> None:
        """Ask in a coroutine."""
        await asyncio.sleep(0)
        self.was_awaited = True
        self(values)


@pytest.fixture
def asked() -> Asked:
    return Asked()


def answer(subject: str, model: str, prompt: str = "hello") -> str:
    """Answer a prompt."""
    return f"{subject} {model} {prompt}"


@pytest.mark.parametrize(
    "call",
    [
        lambda f: f("ada", "m"),
        lambda f: f("ada", model="m"),
        lambda f: f(model="m", subject="ada"),
        lambda f: f("ada", "m", "hello"),
    ],
)
def test_arguments_are_found_however_they_are_given(
    asked: Asked, call: Callable[[Callable[..., str]], str]
) -> None:
    guarded = guard_function(answer, NAMES, asked, asked.later)

    assert call(guarded) == "ada m hello"
    assert asked.questions == [{"subject": "ada", "resource": "m"}]


def test_a_default_counts_as_the_argument(asked: Asked) -> None:
    def default(subject: str, model: str = "m", authn: str = "mfa") -> str:
        return subject + model + authn

    guard_function(default, NAMES, asked, asked.later)("ada")

    assert asked.questions == [{"subject": "ada", "resource": "m", "authn": "mfa"}]


def test_positional_only_and_keyword_only_parameters_serve(asked: Asked) -> None:
    def strict(subject: str, /, *, model: str) -> str:
        return subject + model

    assert guard_function(strict, NAMES, asked, asked.later)("ada", model="m") == "adam"


def test_after_a_refusal_the_function_does_not_run(asked: Asked) -> None:
    ran = []

    def run(subject: str, model: str) -> None:
        ran.append((subject, model))

    with pytest.raises(PermissionError):
        guard_function(run, NAMES, asked, asked.later)("nobody", "m")

    assert ran == []


def test_wrong_arguments_are_refused_unasked(asked: Asked) -> None:
    guarded: Callable[..., str] = guard_function(answer, NAMES, asked, asked.later)

    with pytest.raises(TypeError):
        guarded("ada")

    assert asked.questions == []


def test_name_text_and_signature_are_those_of_the_function(asked: Asked) -> None:
    guarded = guard_function(answer, NAMES, asked, asked.later)

    assert (guarded.__name__, guarded.__doc__) == ("answer", "Answer a prompt.")
    assert inspect.signature(guarded) == inspect.signature(answer)


def test_a_method_is_guarded_with_its_object(asked: Asked) -> None:
    class Loader:
        def load(self, subject: str, model: str) -> str:
            return f"{subject} {model}"

        guarded = guard_function(load, NAMES, asked, asked.later)

    loader = Loader()

    assert loader.guarded("ada", "m") == "ada m"
    assert guard_function(loader.load, NAMES, asked, asked.later)("ada", "n") == "ada n"
    assert [q["resource"] for q in asked.questions] == ["m", "n"]


def test_static_and_class_methods_are_guarded_below_their_decorator(
    asked: Asked,
) -> None:
    class Loader:
        @staticmethod
        @functools.partial(
            guard_function, names=NAMES, ask=asked, ask_async=asked.later
        )
        def static(subject: str, model: str) -> str:
            return f"{subject} {model}"

        @classmethod
        @functools.partial(
            guard_function, names=NAMES, ask=asked, ask_async=asked.later
        )
        def of_class(cls, subject: str, model: str) -> str:
            return f"{cls.__name__} {subject} {model}"

    assert Loader().static("ada", "m") == "ada m"
    assert Loader.of_class("ada", "m") == "Loader ada m"


def test_a_coroutine_is_asked_in_a_coroutine(asked: Asked) -> None:
    async def load(subject: str, model: str) -> str:
        await asyncio.sleep(0)
        return f"{subject} {model}"

    guarded = guard_function(load, NAMES, asked, asked.later)

    assert inspect.iscoroutinefunction(guarded)
    assert asyncio.run(guarded("ada", "m")) == "ada m"
    assert asked.was_awaited


def test_a_refused_coroutine_does_not_start(asked: Asked) -> None:
    ran = []

    async def load(subject: str, model: str) -> None:
        ran.append((subject, model))

    with pytest.raises(PermissionError):
        asyncio.run(guard_function(load, NAMES, asked, asked.later)("nobody", "m"))

    assert ran == []


def without_subject(model: str) -> str:
    return model


def without_asset(subject: str) -> str:
    return subject


def with_packed_asset(subject: str, *model: str) -> str:
    return subject + "".join(model)


def with_packed_words(subject: str, **model: str) -> str:
    return subject + "".join(model)


def generator(subject: str, model: str) -> Iterator[str]:
    yield subject + model


async def async_generator(subject: str, model: str) -> AsyncIterator[str]:
    yield subject + model


class Answerer:
    def __call__(self, subject: str, model: str) -> str:
        return subject + model


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (without_subject, "no parameter `subject`"),
        (without_asset, "no parameter `model`"),
        (with_packed_asset, "no parameter `model`"),
        (with_packed_words, "no parameter `model`"),
        (generator, "generator"),
        (async_generator, "generator"),
        (staticmethod(answer), "only a function"),
        (classmethod(answer), "only a function"),  # type: ignore[arg-type]  # takes any
        (functools.partial(answer, "ada"), "only a function"),
        (Answerer, "only a function"),
        (Answerer(), "only a function"),
        (len, "only a function"),
    ],
)
def test_what_can_not_be_guarded_is_refused_at_decoration(
    asked: Asked, function: Callable[..., Any], message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        guard_function(function, NAMES, asked, asked.later)


def test_the_gate_guards_by_the_names_it_is_given(example_gate: Gatekeeper) -> None:
    @example_gate.guard(
        action="weights.read", resource="model", subject="who", authn="proof"
    )
    def load(who: str, model: str, proof: str) -> str:
        return f"{who} {model} {proof}"

    assert load("user:ada", "weights:aurora-2", "hardware-fresh").startswith("user:ada")
    with pytest.raises(AccessDenied) as caught:
        load("user:ada", "weights:aurora-2", "mfa")
    assert caught.value.decision.receipt is not None


def test_a_function_without_authentication_is_asked_with_none(
    example_gate: Gatekeeper,
) -> None:
    @example_gate.guard(action=READ["action"], resource="model")
    def load(subject: str, model: str) -> str:
        return f"{subject} {model}"

    with pytest.raises(AccessDenied) as caught:
        load(READ["subject"], READ["resource"])

    assert str(caught.value.decision.request.authentication) == "none"


def test_an_async_function_is_guarded_by_the_gate(example_gate: Gatekeeper) -> None:
    @example_gate.guard(action=READ["action"], resource="model")
    async def load(subject: str, model: str, authn: str) -> str:
        await asyncio.sleep(0)
        return f"{subject} {model} {authn}"

    async def both() -> None:
        good = await load(READ["subject"], READ["resource"], READ["authn"])
        assert good.startswith("user:ada")
        with pytest.raises(AccessDenied):
            await load("user:emmy", READ["resource"], READ["authn"])

    asyncio.run(both())
