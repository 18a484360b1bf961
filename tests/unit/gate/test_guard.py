"""A guarded function runs only while there is a permit, however it is called."""

import asyncio
import functools
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from ringwall.base.clock import FixedClock
from ringwall.gate.denied import AccessDenied
from ringwall.gate.guard import Doorkeeper, check_action, guard_function
from ringwall.institute import Gatekeeper, Institute
from ringwall.model.decisions import Decision, Effect, Verdict
from ringwall.model.requests import AccessRequest
from tests.example import READ, SUSPENSION, apply, declare

NAMES = {"subject": "subject", "resource": "model", "authn": "authn"}


class Asked:
    """Keeps what it was asked, and refuses a subject called `nobody`."""

    def __init__(self) -> None:
        self.questions: list[dict[str, Any]] = []
        self.was_awaited = False
        self.instant = 0
        self.is_over = False

    def __call__(self, values: dict[str, Any]) -> Decision:
        self.questions.append(values)
        if values["subject"] == "nobody" or self.is_over:
            raise PermissionError
        request = AccessRequest(values["subject"], "weights.read", "weights:m", "")
        name, verdict = f"dec-{len(self.questions)}", Verdict(Effect.PERMIT)
        return Decision(name, self.instant, request, verdict, None, 0, "")

    async def later(self, values: dict[str, Any]) -> Decision:
        """Ask in a coroutine."""
        await asyncio.sleep(0)
        self.was_awaited = True
        return self(values)

    def continued(self) -> list[str]:
        """Return the permit that each question is the next look of."""
        return [question["continues"] for question in self.questions]

    def doorkeeper(self, recheck: int = 30) -> Doorkeeper:
        """Return who is asked before a call."""
        return Doorkeeper(self, self.later, lambda _: self.instant, recheck)


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
    guarded = guard_function(answer, NAMES, asked.doorkeeper())

    assert call(guarded) == "ada m hello"
    assert asked.questions == [{"subject": "ada", "resource": "m"}]


def test_a_default_counts_as_the_argument(asked: Asked) -> None:
    def default(subject: str, model: str = "m", authn: str = "mfa") -> str:
        return subject + model + authn

    guard_function(default, NAMES, asked.doorkeeper())("ada")

    assert asked.questions == [{"subject": "ada", "resource": "m", "authn": "mfa"}]


def test_positional_only_and_keyword_only_parameters_serve(asked: Asked) -> None:
    def strict(subject: str, /, *, model: str) -> str:
        return subject + model

    assert guard_function(strict, NAMES, asked.doorkeeper())("ada", model="m") == "adam"


def test_after_a_refusal_the_function_does_not_run(asked: Asked) -> None:
    ran = []

    def run(subject: str, model: str) -> None:
        ran.append((subject, model))

    with pytest.raises(PermissionError):
        guard_function(run, NAMES, asked.doorkeeper())("nobody", "m")

    assert ran == []


def test_wrong_arguments_are_refused_unasked(asked: Asked) -> None:
    guarded: Callable[..., str] = guard_function(answer, NAMES, asked.doorkeeper())

    with pytest.raises(TypeError):
        guarded("ada")

    assert asked.questions == []


def test_name_text_and_signature_are_those_of_the_function(asked: Asked) -> None:
    guarded = guard_function(answer, NAMES, asked.doorkeeper())

    assert (guarded.__name__, guarded.__doc__) == ("answer", "Answer a prompt.")
    assert inspect.signature(guarded) == inspect.signature(answer)


def test_a_method_is_guarded_with_its_object(asked: Asked) -> None:
    class Loader:
        def load(self, subject: str, model: str) -> str:
            return f"{subject} {model}"

        guarded = guard_function(load, NAMES, asked.doorkeeper())

    loader = Loader()

    assert loader.guarded("ada", "m") == "ada m"
    assert guard_function(loader.load, NAMES, asked.doorkeeper())("ada", "n") == "ada n"
    assert [q["resource"] for q in asked.questions] == ["m", "n"]


def test_static_and_class_methods_are_guarded_below_their_decorator(
    asked: Asked,
) -> None:
    class Loader:
        @staticmethod
        @functools.partial(guard_function, names=NAMES, doorkeeper=asked.doorkeeper())
        def static(subject: str, model: str) -> str:
            return f"{subject} {model}"

        @classmethod
        @functools.partial(guard_function, names=NAMES, doorkeeper=asked.doorkeeper())
        def of_class(cls, subject: str, model: str) -> str:
            return f"{cls.__name__} {subject} {model}"

    assert Loader().static("ada", "m") == "ada m"
    assert Loader.of_class("ada", "m") == "Loader ada m"


def test_a_coroutine_is_asked_in_a_coroutine(asked: Asked) -> None:
    async def load(subject: str, model: str) -> str:
        await asyncio.sleep(0)
        return f"{subject} {model}"

    guarded = guard_function(load, NAMES, asked.doorkeeper())

    assert inspect.iscoroutinefunction(guarded)
    assert asyncio.run(guarded("ada", "m")) == "ada m"
    assert asked.was_awaited


def test_a_refused_coroutine_does_not_start(asked: Asked) -> None:
    ran = []

    async def load(subject: str, model: str) -> None:
        ran.append((subject, model))

    with pytest.raises(PermissionError):
        asyncio.run(guard_function(load, NAMES, asked.doorkeeper())("nobody", "m"))

    assert ran == []


def without_subject(model: str) -> str:
    return model


def without_asset(subject: str) -> str:
    return subject


def with_packed_asset(subject: str, *model: str) -> str:
    return subject + "".join(model)


def with_packed_words(subject: str, **model: str) -> str:
    return subject + "".join(model)


def generator_without_asset(subject: str) -> Iterator[str]:
    yield subject


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
        (generator_without_asset, "no parameter `model`"),
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
        guard_function(function, NAMES, asked.doorkeeper())


@pytest.mark.parametrize("recheck", [0, 3601])
def test_a_recheck_out_of_range_is_refused_at_decoration(
    asked: Asked, recheck: int
) -> None:
    with pytest.raises(ValueError, match="1 to 3600"):
        guard_function(answer, NAMES, asked.doorkeeper(recheck))


def test_a_generator_is_asked_for_before_its_first_item(asked: Asked) -> None:
    ran = []

    @functools.partial(guard_function, names=NAMES, doorkeeper=asked.doorkeeper())
    def tokens(subject: str, model: str) -> Iterator[str]:
        ran.append(subject)
        yield subject + model

    assert inspect.isgeneratorfunction(tokens)
    with pytest.raises(PermissionError):
        next(tokens("nobody", "m"))
    assert ran == []
    assert list(tokens("ada", model="m")) == ["adam"]
    assert asked.questions[-1] == {"subject": "ada", "resource": "m", "continues": ""}


def test_a_generator_that_runs_on_is_asked_for_again(asked: Asked) -> None:
    closed = []

    @functools.partial(guard_function, names=NAMES, doorkeeper=asked.doorkeeper(5))
    def tokens(subject: str, model: str) -> Iterator[str]:
        try:
            while True:
                yield model
        finally:
            closed.append(subject)

    running = tokens("ada", "m")
    assert [next(running), next(running)] == ["m", "m"]
    assert len(asked.questions) == 1
    asked.instant = 5_000_000
    asked.is_over = True
    with pytest.raises(PermissionError):
        next(running)
    assert closed == ["ada"]
    assert asked.continued() == ["", "dec-1"]


def test_a_generator_that_is_called_again_begins_anew(asked: Asked) -> None:
    @functools.partial(guard_function, names=NAMES, doorkeeper=asked.doorkeeper(5))
    def tokens(subject: str, model: str) -> Iterator[str]:
        yield subject
        asked.instant += 5_000_000
        yield model

    assert [*tokens("ada", "m"), *tokens("ada", "m")] == ["ada", "m"] * 2
    assert asked.continued() == ["", "dec-1", "", "dec-3"]


def test_an_asynchronous_generator_is_asked_for_in_a_coroutine(asked: Asked) -> None:
    @functools.partial(guard_function, names=NAMES, doorkeeper=asked.doorkeeper(5))
    async def tokens(subject: str, model: str) -> AsyncIterator[str]:
        yield subject
        asked.instant = 5_000_000
        yield model

    async def read(subject: str) -> list[str]:
        return [token async for token in tokens(subject, "m")]

    assert inspect.isasyncgenfunction(tokens)
    assert asyncio.run(read("ada")) == ["ada", "m"]
    assert (asked.was_awaited, asked.continued()) == (True, ["", "dec-1"])
    with pytest.raises(PermissionError):
        asyncio.run(read("nobody"))


def test_a_method_that_is_a_generator_is_bound_to_its_object(asked: Asked) -> None:
    class Loader:
        def load(self, subject: str, model: str) -> Iterator[object]:
            yield self, subject, model

        guarded = guard_function(load, NAMES, asked.doorkeeper())

    loader = Loader()

    assert list(loader.guarded("ada", "m")) == [(loader, "ada", "m")]


def test_the_gate_cuts_a_generator_once_its_subject_is_suspended(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    clock = institute.clock
    assert isinstance(clock, FixedClock)

    @example_gate.guard(action=READ["action"], resource="model", recheck=5)
    def tokens(subject: str, model: str, authn: str) -> Iterator[str]:
        while True:
            yield f"{subject} {model} {authn}"

    running = tokens(READ["subject"], READ["resource"], READ["authn"])
    next(running)
    apply(institute, declare(institute.folder, SUSPENSION))
    next(running)
    clock.instant += 5_000_000

    with pytest.raises(AccessDenied) as caught:
        next(running)
    assert caught.value.decision.receipt is not None


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


class Doors:
    """Counts what is asked, and says no after a while; its clock is set by hand."""

    def __init__(self, most: int = 99) -> None:
        self.asked: list[dict[str, Any]] = []
        self.instant = 0
        self._most = most

    def ask(self, values: dict[str, Any]) -> None:
        if len(self.asked) >= self._most:
            raise PermissionError
        self.asked.append(values)

    async def ask_later(self, values: dict[str, Any]) -> None:
        self.ask(values)

    def keeper(self) -> Doorkeeper:
        return Doorkeeper(self.ask, self.ask_later, lambda _: self.instant, recheck=1)


NAMED = {"resource": "model"}


def test_a_generator_that_a_function_returns_is_decided_again() -> None:
    doors = Doors(most=2)

    def tokens(model: str) -> Iterator[int]:
        return (number for number in range(5) if model)

    given = guard_function(tokens, NAMED, doors.keeper())("weights:a")
    assert len(doors.asked) == 1
    assert next(given) == 0
    assert len(doors.asked) == 1
    doors.instant = 2_000_000
    assert next(given) == 1
    assert len(doors.asked) == 2
    doors.instant = 4_000_000
    with pytest.raises(PermissionError):
        next(given)


def test_an_asynchronous_generator_that_is_returned_is_decided_again() -> None:
    doors = Doors(most=1)

    async def numbers() -> AsyncIterator[int]:
        for number in range(3):
            yield number

    async def tokens(model: str) -> AsyncIterator[int]:
        assert model
        return numbers()

    async def take() -> None:
        given = await guard_function(tokens, NAMED, doors.keeper())("weights:a")
        assert await anext(given) == 0
        doors.instant = 2_000_000
        with pytest.raises(PermissionError):
            await anext(given)

    asyncio.run(take())


def test_what_is_no_stream_is_returned_as_it_is() -> None:
    doors = Doors()
    given = [1, 2]

    def listed(model: str) -> list[int]:
        assert model
        return given

    assert guard_function(listed, NAMED, doors.keeper())("weights:a") is given
    assert len(doors.asked) == 1


def test_an_action_that_no_policy_knows_is_refused_at_decoration(
    institute: Institute,
) -> None:
    with institute.gatekeeper("point:trainer") as gate:
        assert "weights.read" in gate.actions
        gate.guard(action="weights.read", resource="model")
        for action in ("weights.raed", "nonsense"):
            with pytest.raises(ValueError, match="action"):
                gate.guard(action=action, resource="model")


def test_where_no_policies_are_usable_only_the_form_is_looked_at(
    institute: Institute,
) -> None:
    (institute.folder / "policies" / "access" / "policy.csv").write_text("no row\n")
    with institute.gatekeeper("point:trainer") as gate:
        assert gate.actions == ()
        gate.guard(action="weights.raed", resource="model")


def test_what_an_action_is_checked_against_may_be_unknown() -> None:
    check_action("weights.raed", ())
    with pytest.raises(ValueError, match="no policy knows the action"):
        check_action("weights.raed", {"weights.read"})
