"""What a web service's guard costs: 64 callers through it, against the gate itself.

Through the guard each caller is a coroutine with a token of its own, and each call a
whole exchange of ASGI messages with a service that does nothing. Directly, the gate is
asked by 64 threads (`check`) and by 64 coroutines (`acheck`), with requests made
beforehand. Each answer is recorded and durable, on tmpfs where there is one. Rounds
alternate; the figures are medians. Bar: >= 0.8 of the rate of `check`;
missed, it is told and fails nothing.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from examples.toy_institute import ToyInstitute
from ringwall.gate.asgi import Guarded
from ringwall.gate.http_answers import Message, Receive, Scope, Send
from ringwall.gate.routes import Route
from ringwall.institute import Gatekeeper
from ringwall.model.identity import Proof
from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest

BAR: Final = 0.8
CALLERS: Final = 64
_SESSIONS = 16
ROUNDS: Final = 9
SECONDS: Final = 1.0
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a tmpfs is what is to be measured
PATH: Final = "/models/aurora-2/answer"
ROUTE: Final = Route(
    "POST", "/models/{model}/answer", "weights.infer", "weights:{model}"
)
REQUEST: Final = AccessRequest(
    "user:ada", "weights.infer", "weights:aurora-2", "point:trainer"
)
START: Final[Message] = {"type": "http.response.start", "status": 200, "headers": []}
BODY: Final[Message] = {"type": "http.response.body", "body": b"served"}

Call = Callable[[], Awaitable[None]]


class Served:
    """Counts what reached the service."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer in two messages."""
        self.count += 1
        await send(START)
        await send(BODY)


def request_of(proof: Proof) -> AccessRequest:
    """Return the question that all ask, with a session of its own."""
    return replace(REQUEST, proof=proof, authentication=Authentication.HARDWARE)


def direct(gate: Gatekeeper, proof: Proof) -> Call:
    """Return a call of the gate itself."""
    request = request_of(proof)

    async def call() -> None:
        decision = await gate.acheck_request(request)
        assert decision.permitted, decision.verdict.reasons

    return call


def thread_rate(gate: Gatekeeper, proofs: list[Proof], seconds: float) -> float:
    """Return how many calls of `check` a second come back to as many threads."""
    done: list[int] = []
    start = time.perf_counter()

    def caller(request: AccessRequest) -> None:
        count = 0
        while time.perf_counter() < start + seconds:
            assert gate.check_request(request).permitted
            count += 1
        done.append(count)

    threads = [
        threading.Thread(target=caller, args=(request_of(proof),)) for proof in proofs
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == len(proofs)
    return sum(done) / (time.perf_counter() - start)


def through(guarded: Guarded, token: str) -> Call:
    """Return a whole exchange through the guard, with the headers of a browser."""
    headers = [
        (b"host", b"service.example"),
        (b"user-agent", b"benchmark/1"),
        (b"accept", b"*/*"),
        (b"accept-encoding", b"gzip, deflate"),
        (b"connection", b"keep-alive"),
        (b"content-type", b"application/json"),
        (b"content-length", b"0"),
        (b"authorization", f"Bearer {token}".encode()),
    ]
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def call() -> None:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        await guarded(dict(scope), receive, send)
        assert sent[0]["status"] == 200, sent

    return call


async def rate(calls: list[Call], seconds: float) -> float:
    """Return how many calls a second come back."""
    done = 0
    end = time.perf_counter() + seconds

    async def caller(call: Call) -> None:
        nonlocal done
        while time.perf_counter() < end:
            await call()
            done += 1

    start = time.perf_counter()
    await asyncio.gather(*map(caller, calls))
    return done / (time.perf_counter() - start)


def measure(
    gate: Gatekeeper, toy: ToyInstitute, rounds: int, seconds: float
) -> dict[str, float]:
    """Return the rates and their ratios, medians of paired rounds."""
    service = Served()
    guarded = Guarded(service, gate, [ROUTE])
    # Fewer sessions than callers: of one person a point opens 60 a minute.
    opened = [gate.open_session(token=toy.token("ada")) for _ in range(_SESSIONS)]
    proofs = [opened[number % _SESSIONS] for number in range(CALLERS)]
    asked = [direct(gate, proof) for proof in proofs]
    tokens = [toy.token("ada") for _ in range(_SESSIONS)]
    served = [through(guarded, tokens[n % _SESSIONS]) for n in range(CALLERS)]
    ways: dict[str, Callable[[], float]] = {
        "check": lambda: thread_rate(gate, proofs, seconds),
        "acheck": lambda: asyncio.run(rate(asked, seconds)),
        "guard": lambda: asyncio.run(rate(served, seconds)),
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for number in range(rounds):
        order = list(ways)[:: 1 if number % 2 else -1]
        for name in order:
            rates[name].append(ways[name]())
    assert service.count > rounds
    figures = {f"{name}, calls/s": statistics.median(rates[name]) for name in ways}
    for name in ("check", "acheck"):
        pairs = zip(rates["guard"], rates[name], strict=True)
        figures[f"guard / {name}"] = statistics.median(a / b for a, b in pairs)
    return figures


def main(arguments: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    options = parser.parse_args(arguments)
    memory = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        toy = ToyInstitute(Path(folder) / "institute")
        with Gatekeeper.open(toy.folder, point="point:trainer") as gate:
            figures = measure(gate, toy, options.rounds, options.seconds)
    for name, figure in figures.items():
        print(f"{name:16} {figure:12,.2f}")
    is_reached = figures["guard / check"] >= BAR
    print(f"bar: guard / check >= {BAR}: {'reached' if is_reached else 'MISSED'}")


if __name__ == "__main__":
    main(sys.argv[1:])
