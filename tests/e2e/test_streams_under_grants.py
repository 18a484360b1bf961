"""A stream is one use of a grant at a real gate, however often it is decided again."""

import asyncio
import secrets
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route as ServedAt

from ringwall.base.clock import Clock
from ringwall.gate.asgi import Guarded
from ringwall.gate.denied import AccessDenied
from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.gate.routes import Route
from ringwall.gate.session import Session
from ringwall.gate.session_words import Streamed
from ringwall.model.decisions import Decision
from ringwall.model.declarations import document_of, dump_document
from ringwall.model.events import Event, fact_declared
from ringwall.model.identity import Proof
from ringwall.model.requests import AccessRequest
from ringwall.pdp.opening import Opening, session_statement
from ringwall.signing.ssh import sign_ssh
from tests.asgi_client import Exchange, http_scope
from tests.example import NOON, apply, declare
from tests.office import EXPORT, HOUR, Office, key_entry, keyed, private_key
from tests.recorded import newest_first

SECOND: Final = 1_000_000
POINT: Final = "point:serving"
COPY: Final = replace(
    EXPORT,
    action="weights.copy",
    resource="weights:meso-1",
    purpose="copy for the southern hub",
)
"""A wish that takes two custodians."""
COPYING: Final[Streamed] = {
    "action": COPY.action,
    "resource": COPY.resource,
    "purpose": COPY.purpose,
    "handles": ["watermark"],
}


@pytest.fixture
def office(institute_folder: Path, tmp_path: Path) -> Iterator[Office]:
    """Lend an institute whose people have keys in hardware, and which takes no word."""
    shutil.copytree(institute_folder, tmp_path / "institute")
    office = Office(tmp_path / "institute")
    hardware = {
        name: {"keys": [{**key_entry(name), "hardware": True}]}
        for name in ("dennis", "grace", "cleo")
    }
    text = keyed(office.institute.facts(), **hardware)
    apply(office.institute, declare(tmp_path, text))
    ledger = office.institute.ledger(writable=True)
    institute = dump_document(office.institute.facts().documents()["org:institute"])
    strict = {name: told for name, told in institute.items() if name != "identity"}
    ledger.append([fact_declared(NOON, dump_document(document_of(strict)))])
    ledger.close()
    yield office
    office.close()


@pytest.fixture
def gate(office: Office) -> Iterator[Gatekeeper]:
    with office.institute.gatekeeper(POINT) as gate:
        yield gate


def granted(office: Office, **changes: Any) -> str:  # noqa: ANN401 - of a wish
    """Return the id of a copy's request that two custodians have approved."""
    wish = {name: getattr(COPY, name) for name in ("action", "resource", "purpose")}
    name = office.opened(**wish, **changes)
    for who in ("grace", "cleo"):
        office.approve(name, who, "custodian")
    return name


def statement(gate: Gatekeeper, name: str) -> dict[str, Any]:
    """Return what opens a session of somebody: a statement and their signature."""
    opening = Opening(gate.ground.origin, gate.point, gate.clock.now())
    until, nonce = opening.now + HOUR, secrets.token_urlsafe(16)
    said = session_statement(opening, f"user:{name}", until, nonce)
    return {"statement": said, "signature": sign_ssh(said, private_key(name))}


def session(gate: Gatekeeper, name: str = "dennis") -> Session:
    return gate.session(**statement(gate, name), recheck=10)


def chunks(office: Office, number: int = 5) -> Iterator[bytes]:
    """Give bytes, each of them ten seconds in coming."""
    for _ in range(number):
        office.clock.instant += 10 * SECOND
        yield b"chunk"


def events(office: Office) -> list[Event]:
    """Return what is on record, the oldest first."""
    ledger = office.institute.ledger(writable=False)
    try:
        told = [entry.event for entry in newest_first(ledger)]
    finally:
        ledger.close()
    return told[::-1]


def copied(office: Office) -> tuple[int, int, int]:
    """Return how many grants were spent, notices sent and copies made."""
    told = events(office)
    kinds = Counter(event["kind"] for event in told)
    copies = sum(e["copies"] for e in told if e["kind"] == "amount.left")
    return kinds["grant.spent"], kinds["notice.sent"], copies


def answers(office: Office) -> list[tuple[str, str]]:
    """Return effect and grant of each decision on record."""
    told = [event for event in events(office) if event["kind"] == "decision.made"]
    return [(event["effect"], event.get("grant", "")) for event in told]


def reason(denied: pytest.ExceptionInfo[AccessDenied]) -> str:
    return denied.value.decision.verdict.reasons[-1].code


def test_one_use_serves_one_stream_and_no_second(
    office: Office, gate: Gatekeeper
) -> None:
    name = granted(office)
    with session(gate) as asking:
        got = list(asking.stream(chunks(office), chunk_bytes=5, **COPYING))
        first = copied(office), answers(office)
        with pytest.raises(AccessDenied) as denied:
            next(asking.stream(chunks(office), chunk_bytes=5, **COPYING))

    assert got == [b"chunk"] * 5
    assert first == ((1, 1, 1), [("permit", name)] * 6)
    assert reason(denied) == "grant-spent"
    assert copied(office) == (1, 1, 1)
    left = [event for event in events(office) if event["kind"] == "amount.left"]
    assert sum(event["bytes"] for event in left) == 25


def test_an_asynchronous_stream_is_one_use_as_well(
    office: Office, gate: Gatekeeper
) -> None:
    name = granted(office)

    async def later() -> AsyncIterator[bytes]:
        for chunk in chunks(office):
            yield chunk

    async def read() -> int:
        async with session(gate) as asking:
            stream = asking.astream(later(), **COPYING)
            return len([chunk async for chunk in stream])

    assert asyncio.run(read()) == 5
    assert copied(office) == (1, 1, 1)
    assert set(answers(office)) == {("permit", name)}


def test_a_stream_is_cut_when_its_grant_is_taken_back(
    office: Office, gate: Gatekeeper
) -> None:
    name = granted(office)
    source = chunks(office)
    with session(gate) as asking:
        stream = asking.stream(source, **COPYING)
        next(stream)
        office.revoke(name, "grace")
        with pytest.raises(AccessDenied) as denied:
            list(stream)

    assert reason(denied) == "grant-revoked"
    assert next(source, None) is None  # what fed it is closed
    assert copied(office) == (1, 1, 1)


def test_a_stream_is_cut_when_its_grant_ends(office: Office, gate: Gatekeeper) -> None:
    granted(office, until=NOON + 25 * SECOND)
    with session(gate) as asking:
        stream = asking.stream(chunks(office), **COPYING)
        got = [next(stream), next(stream)]
        with pytest.raises(AccessDenied) as denied:
            next(stream)

    assert (got, reason(denied)) == ([b"chunk"] * 2, "grant-expired")


def test_nobody_else_goes_on_with_a_stream(office: Office, gate: Gatekeeper) -> None:
    name = granted(office)
    with session(gate) as asking:
        first = asking.require(**COPYING)
        assert asking.check(**COPYING, continues=first.id).permitted
        with office.institute.gatekeeper("point:lab-bench") as other:
            elsewhere = session(other).check(**COPYING, continues=first.id)
        stray = asking.check(**COPYING, continues=elsewhere.id)
    by_another = session(gate, "grace").check(**COPYING, continues=first.id)
    named = session(gate, "grace").check(
        action=COPY.action, resource=COPY.resource, continues=first.id, grant=name
    )

    codes = [
        decision.verdict.reasons[-1].code
        for decision in (elsewhere, stray, by_another, named)
    ]
    assert codes[:2] == ["grant-spent", "grant-spent"]
    assert not by_another.permitted
    assert codes[3] == "grant-for-another"
    assert copied(office) == (1, 1, 1)


def test_a_grant_of_two_uses_serves_two_streams(
    office: Office, gate: Gatekeeper
) -> None:
    granted(office, uses=2)
    with session(gate) as asking:
        for _ in range(2):
            list(asking.stream(chunks(office, 2), **COPYING))
        with pytest.raises(AccessDenied):
            next(asking.stream(chunks(office), **COPYING))

    assert copied(office) == (2, 2, 2)


class Door:
    """A real gate that takes a name for a token, and has the key of whose it is."""

    def __init__(self, gate: Gatekeeper) -> None:
        self._gate = gate

    @property
    def point(self) -> str:
        """Id of the enforcement point."""
        return self._gate.point

    @property
    def clock(self) -> Clock:
        """What gives the instant of each decision."""
        return self._gate.clock

    def check_request(self, request: AccessRequest) -> Decision:
        """Decide."""
        return self._gate.check_request(request)

    async def acheck_request(self, request: AccessRequest) -> Decision:
        """Decide in a coroutine."""
        return await self._gate.acheck_request(request)

    def open_session(self, *, token: str = "") -> Proof:
        """Prove who asks, with their signature."""
        return self._gate.open_session(**statement(self._gate, token))


@pytest.mark.parametrize("chunk_bytes", [0, 5])
def test_a_response_is_one_use_and_the_next_is_refused(
    office: Office, gate: Gatekeeper, chunk_bytes: int
) -> None:
    async def copy(_: Request) -> Response:
        return StreamingResponse(later())

    async def later() -> AsyncIterator[bytes]:
        for chunk in chunks(office, 4):
            yield chunk

    name = granted(office)
    route = Route(
        *("GET", "/copies/{model}", COPY.action, "weights:{model}"),
        purpose="x-purpose",
        handles=("watermark",),
        chunk_bytes=chunk_bytes,
    )
    service = Starlette(routes=[ServedAt("/copies/{model}", copy)])
    app = Guarded(service, Door(gate), [route], recheck=10)
    headers = [(b"x-purpose", COPY.purpose.encode())]

    def get() -> Exchange:
        scope = http_scope("GET", "/copies/meso-1", bearer="dennis", headers=headers)
        return Exchange(scope).run(app)

    served, refused = get(), get()

    assert (served.body, served.is_whole) == (b"chunk" * 4, True)
    assert set(answers(office)[:-1]) == {("permit", name)}
    assert refused.status == 403
    assert copied(office) == (1, 1, 1)
