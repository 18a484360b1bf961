"""Nothing reaches the service that was not permitted as the service reads it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount
from starlette.routing import Route as ServedAt
from typing_extensions import override

from ringwall.gate.asgi import Guarded
from ringwall.gate.denied import AccessDenied
from ringwall.gate.http_answers import ASGIApp, Message, Receive, Scope, Send
from ringwall.gate.routes import WEBSOCKET, Route
from ringwall.gate.session import Session
from ringwall.model.decisions import Decision, Reason, Stage
from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest
from tests.asgi_client import Exchange, http_scope, socket_scope
from tests.scripted_gate import DENY, ScriptedGate, proof_of

ANSWER = "/models/{model}/answer"
PATH = "/models/aurora-2/answer"
ROUTES = [
    Route("POST", ANSWER, "weights.infer", "weights:{model}", purpose="x-purpose"),
    Route("GET", "/models/{model}", "weights.read", "weights:{model}"),
    Route(WEBSOCKET, ANSWER, "weights.infer", "weights:{model}"),
]


@pytest.fixture
def gate() -> ScriptedGate:
    gate = ScriptedGate()
    gate.proofs["ada"] = proof_of("user:ada")
    gate.proofs["alan"] = proof_of("user:alan")
    return gate


class Service:
    """Answers each request with what it routed; keeps the scopes that reached it."""

    def __init__(self) -> None:
        self.reached: list[Scope] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reached.append(scope)
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
        else:
            await PlainTextResponse("served")(scope, receive, send)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def guarded(service: Service, gate: ScriptedGate) -> Guarded:
    return Guarded(service, gate, ROUTES, open_paths=["/health"])


def post(guarded: Guarded, path: str = PATH, **more: Any) -> Exchange:  # noqa: ANN401 - what servers put in
    """Ask as ada, unless another token is given."""
    return Exchange(http_scope("POST", path, **{"bearer": "ada", **more})).run(guarded)


def test_a_permitted_request_is_served_with_its_decision(
    gate: ScriptedGate, service: Service, guarded: Guarded
) -> None:
    exchange = post(guarded, headers=[(b"x-purpose", b"a trial r\xc3\xbcn")])

    assert (exchange.status, exchange.body) == (200, b"served")
    [asked] = gate.asked
    assert (asked.subject, asked.action) == ("user:ada", "weights.infer")
    assert (asked.resource, asked.purpose) == ("weights:aurora-2", "a trial rün")
    assert asked.authentication is Authentication.HARDWARE_FRESH
    told = service.reached[0]["ringwall"]
    assert isinstance(told["decision"], Decision)
    assert isinstance(told["session"], Session)
    assert told["decision"].request is asked


def test_the_service_can_ask_further_within_the_session(
    gate: ScriptedGate, service: Service, guarded: Guarded
) -> None:
    post(guarded)

    session = service.reached[0]["ringwall"]["session"]
    session.check(action="weights.read", resource="weights:aurora-2")

    assert [asked.subject for asked in gate.asked] == ["user:ada", "user:ada"]


def test_a_denied_request_never_arrives(
    gate: ScriptedGate, service: Service, guarded: Guarded
) -> None:
    gate.reasons = (DENY,)

    exchange = post(guarded)

    assert (exchange.status, service.reached) == (403, [])
    assert exchange.json == {
        "decision": False,
        "context": {
            "id": "dec-00000000000000000001",
            "reasons": [{"code": "not-permitted"}],
        },
    }


@pytest.mark.parametrize(
    ("stage", "status"), [(Stage.IDENTITY, 401), (Stage.RATE, 429), (Stage.RECORD, 503)]
)
def test_each_kind_of_deny_has_its_status(
    gate: ScriptedGate, service: Service, guarded: Guarded, stage: Stage, status: int
) -> None:
    gate.reasons = (Reason(stage, "some-code", "why"),)

    assert post(guarded).status == status
    assert service.reached == []


def test_who_counts_denies_is_told_of_them(
    gate: ScriptedGate, service: Service
) -> None:
    denied: list[Decision] = []

    def fail(decision: Decision) -> None:
        denied.append(decision)
        raise ZeroDivisionError

    guarded = Guarded(service, gate, ROUTES, on_denied=fail)
    gate.reasons = (DENY,)

    assert post(guarded).status == 403
    assert [decision.request.subject for decision in denied] == ["user:ada"]


# Who asks


def test_a_token_is_one_session(gate: ScriptedGate, guarded: Guarded) -> None:
    for _ in range(3):
        assert post(guarded).status == 200

    assert gate.opened == ["ada"]


def test_without_a_token_nobody_is_asked(
    gate: ScriptedGate, service: Service, guarded: Guarded
) -> None:
    exchange = post(guarded, bearer="")

    assert exchange.status == 401
    assert exchange.headers["www-authenticate"] == 'Bearer realm="ringwall"'
    assert exchange.json["context"]["reasons"] == [{"code": "token-missing"}]
    assert (gate.asked, gate.opened, service.reached) == ([], [], [])


def test_a_token_that_proves_nothing_is_told_why(
    service: Service, guarded: Guarded
) -> None:
    exchange = post(guarded, bearer="forged")

    assert exchange.status == 401
    assert 'error="invalid_token"' in exchange.headers["www-authenticate"]
    assert service.reached == []


@pytest.mark.parametrize(
    "values",
    [
        [b"Bearer ada", b"Bearer ada"],
        [b"Bearer ada", b"Basic YTpi"],
        [b"Basic YTpi"],
        [b"Bearer"],
        [b"Bearer "],
        [b"Bearer  "],
        [b"ada"],
        [b"Bearer \xe4da"],
        [b""],
    ],
)
def test_anything_but_one_token_is_refused(
    gate: ScriptedGate, service: Service, guarded: Guarded, values: list[bytes]
) -> None:
    headers = [(b"authorization", value) for value in values]

    exchange = post(guarded, bearer="", headers=headers)

    assert exchange.status == 400
    assert exchange.json["context"]["reasons"] == [{"code": "token-ambiguous"}]
    assert 'error="invalid_request"' in exchange.headers["www-authenticate"]
    assert (gate.opened, service.reached) == ([], [])


@pytest.mark.parametrize("value", [b"bearer ada", b"BEARER ada", b"Bearer   ada "])
def test_the_scheme_of_a_token_may_be_written_otherwise(
    guarded: Guarded, value: bytes
) -> None:
    exchange = post(guarded, bearer="", headers=[(b"Authorization", value)])

    assert exchange.status == 200


def test_a_token_shown_elsewhere_before_is_refused(
    gate: ScriptedGate, service: Service, guarded: Guarded
) -> None:
    post(guarded)

    exchange = post(Guarded(service, gate, ROUTES))

    assert exchange.status == 401
    assert exchange.json["context"]["reasons"] == [{"code": "token-replayed"}]


# What is asked


@pytest.mark.parametrize("purposes", [[b"one", b"two"], [b"\xff"], [b"x" * 501]])
def test_a_purpose_without_its_form_is_refused(
    gate: ScriptedGate, service: Service, guarded: Guarded, purposes: list[bytes]
) -> None:
    headers = [(b"x-purpose", purpose) for purpose in purposes]

    exchange = post(guarded, headers=headers)

    assert exchange.status == 400
    assert exchange.json["context"]["reasons"] == [{"code": "request-malformed"}]
    assert (gate.asked, service.reached) == ([], [])


def test_a_name_that_makes_no_id_is_not_found_unasked(
    gate: ScriptedGate, service: Service, guarded: Guarded
) -> None:
    exchange = post(guarded, "/models/Aurora/answer")

    assert exchange.status == 404
    assert exchange.json["context"]["reasons"] == [{"code": "not-found"}]
    assert (gate.opened, gate.asked, service.reached) == ([], [], [])


def test_what_the_service_handles_goes_with_the_question(
    gate: ScriptedGate, service: Service
) -> None:
    route = Route(
        "POST", ANSWER, "weights.infer", "weights:{model}", handles=("watermark",)
    )

    post(Guarded(service, gate, [route]))

    assert gate.asked[0].handles == ("watermark",)


def test_an_open_path_is_served_to_anybody(
    gate: ScriptedGate, service: Service, guarded: Guarded
) -> None:
    scope = http_scope("GET", "/health", ringwall={"decision": "of somebody"})

    assert Exchange(scope).run(guarded).status == 200
    assert "ringwall" not in service.reached[0]
    assert gate.asked == []


@pytest.mark.parametrize(
    "name",
    [
        b"x-http-method-override",
        b"X-HTTP-Method-Override",
        b"x-http-method",
        b"x-method-override",
        b"x-original-url",
        b"x-original-uri",
        b"x-rewrite-url",
        b"x_http_method_override",
        b"X_Http-Method_Override",
        b"x_original_url",
        b"X_REWRITE_URL",
    ],
)
@pytest.mark.parametrize("path", [PATH, "/health"])
def test_a_header_that_steers_the_service_is_refused(
    service: Service, guarded: Guarded, name: bytes, path: str
) -> None:
    exchange = post(guarded, path, headers=[(name, b"DELETE")])

    assert (exchange.status, service.reached) == (403, [])


def test_the_service_reads_the_path_that_was_decided(
    service: Service, guarded: Guarded
) -> None:
    exchange = post(guarded, raw_path=b"/models/%61urora-2/answer")

    assert exchange.status == 200
    assert service.reached[0]["raw_path"] == PATH.encode()
    assert service.reached[0]["path"] == PATH


def test_the_server_sends_nothing_past_the_gate(
    service: Service, guarded: Guarded
) -> None:
    bypasses: dict[str, dict[str, str]] = {
        "http.response.pathsend": {},
        "http.response.zerocopysend": {},
        "http.response.push": {},
        "http.response.debug": {},
        "http.response.trailers": {},
    }

    post(guarded, extensions=bypasses)

    assert service.reached[0]["extensions"] == {"http.response.trailers": {}}


Make = Callable[[list[str]], ASGIApp]

TRICKS = [
    ("POST", "/models/aurora-2/answer/"),
    ("POST", "//models/aurora-2/answer"),
    ("POST", "/models//aurora-2/answer"),
    ("POST", "/models/../models/aurora-2/answer"),
    ("POST", "/models/./aurora-2/answer"),
    ("POST", "/models/aurora-2%2Fanswer"),
    ("POST", "/models/aurora-2/answer;x=1"),
    ("POST", "/models/aurora-2/answer\\"),
    ("POST", "/models/aurora-2/answer\x00"),
    ("POST", "/MODELS/aurora-2/answer"),
    ("PUT", PATH),
    ("GET", PATH),
    ("post", PATH),
    ("OPTIONS", PATH),
    ("TRACE", PATH),
    ("GET", "/docs"),
    ("GET", "/openapi.json"),
    ("GET", "/"),
    ("GET", ""),
]


def starlette(reached: list[str]) -> Starlette:
    """Return a service that routes as its framework does."""

    async def answer(request: Request) -> Response:
        reached.append(f"answer {request.path_params['model']}")
        return PlainTextResponse("answer")

    async def weights(request: Request) -> Response:
        reached.append(f"weights {request.path_params['model']}")
        return PlainTextResponse("weights")

    return Starlette(
        routes=[
            ServedAt("/models/{model}/answer", answer, methods=["POST"]),
            ServedAt("/models/{model:path}", weights),
        ]
    )


def fastapi(reached: list[str]) -> FastAPI:
    """Return the like in another framework."""
    app = FastAPI()

    @app.post("/models/{model}/answer")
    async def answer(model: str) -> str:
        reached.append(f"answer {model}")
        return "answer"

    @app.get("/models/{model:path}")
    async def weights(model: str) -> str:
        reached.append(f"weights {model}")
        return "weights"

    return app


@pytest.mark.parametrize("make", [starlette, fastapi])
@pytest.mark.parametrize(("method", "path"), TRICKS)
def test_no_trick_with_a_path_slips_past(
    gate: ScriptedGate, make: Make, method: str, path: str
) -> None:
    reached: list[str] = []
    guarded = Guarded(make(reached), gate, ROUTES)
    scope = http_scope(method, path, bearer="ada")

    exchange = Exchange(scope).run(guarded)

    assert (exchange.status, reached, gate.asked) == (403, [], [])


@pytest.mark.parametrize("make", [starlette, fastapi])
@pytest.mark.parametrize(
    ("path", "raw", "root"),
    [
        (PATH, b"/models/aurora-1/answer", ""),
        (PATH, b"/models/aurora-2%2Fanswer", ""),
        (PATH, b"/models/aurora-2/answer?x=1", ""),
        ("/models/aurora-2", b"/models/aurora-2", "/models"),
        (PATH, PATH.encode(), "/other"),
        (f"/api{PATH}", f"/api{PATH}".encode(), "/api/"),
    ],
)
def test_what_is_routed_is_what_was_decided(
    gate: ScriptedGate, make: Make, path: str, raw: bytes, root: str
) -> None:
    reached: list[str] = []
    guarded = Guarded(make(reached), gate, ROUTES)
    scope = http_scope("POST", path, bearer="ada", raw_path=raw, root_path=root)

    exchange = Exchange(scope).run(guarded)

    is_one = raw == b"/models/aurora-2%2Fanswer"  # decoded, it is the very path
    assert exchange.status == (200 if is_one else 403)
    assert reached == (["answer aurora-2"] if is_one else [])


@pytest.mark.parametrize("make", [starlette, fastapi])
def test_a_service_below_a_root_is_decided_as_it_routes(
    gate: ScriptedGate, make: Make
) -> None:
    reached: list[str] = []
    guarded = Guarded(make(reached), gate, ROUTES)

    below = Exchange(
        http_scope("POST", f"/api{PATH}", bearer="ada", root_path="/api")
    ).run(guarded)
    mounted = Exchange(http_scope("POST", f"/api{PATH}", bearer="ada")).run(
        Starlette(routes=[Mount("/api", app=guarded)])
    )

    assert (below.status, mounted.status) == (200, 200)
    assert reached == ["answer aurora-2"] * 2
    assert {asked.resource for asked in gate.asked} == {"weights:aurora-2"}


@pytest.mark.parametrize("make", [starlette, fastapi])
def test_head_is_decided_as_get(gate: ScriptedGate, make: Make) -> None:
    reached: list[str] = []
    guarded = Guarded(make(reached), gate, ROUTES)
    gate.reasons = (DENY,)

    exchange = Exchange(http_scope("HEAD", "/models/aurora-2", bearer="ada")).run(
        guarded
    )

    assert (exchange.status, reached) == (403, [])
    assert gate.asked[0].action == "weights.read"


# While it lasts


def streaming(gate: ScriptedGate, turn_at: int) -> Starlette:
    """Return a service that streams, and has the gate say no at a chunk."""

    async def chunks() -> AsyncIterator[bytes]:
        for number in range(5):
            if number == turn_at:
                gate.reasons = (DENY,)
            gate.pass_seconds(10)
            yield b"chunk"

    async def answer(_: Request) -> Response:
        return StreamingResponse(chunks())

    return Starlette(routes=[ServedAt(ANSWER, answer, methods=["POST"])])


@pytest.mark.parametrize("spec", ["2.3", "2.4"])
def test_a_response_is_cut_when_the_answer_turns(gate: ScriptedGate, spec: str) -> None:
    guarded = Guarded(streaming(gate, 1), gate, ROUTES, recheck=20)
    asgi = {"version": "3.0", "spec_version": spec}
    exchange = Exchange(http_scope("POST", PATH, bearer="ada", asgi=asgi))

    with pytest.raises(AccessDenied):
        exchange.run(guarded)

    assert (exchange.body, exchange.is_whole) == (b"chunk", False)


def test_a_response_that_stays_permitted_comes_to_its_end(gate: ScriptedGate) -> None:
    exchange = post(Guarded(streaming(gate, 9), gate, ROUTES, recheck=20))

    assert (exchange.body, exchange.is_whole) == (b"chunk" * 5, True)
    first = "dec-00000000000000000001"
    assert [asked.continues for asked in gate.asked] == ["", first, first]


def test_each_response_begins_with_a_permit_of_its_own(gate: ScriptedGate) -> None:
    guarded = Guarded(streaming(gate, 9), gate, ROUTES, recheck=20)

    first, second = post(guarded), post(guarded)

    assert first.is_whole
    assert second.is_whole
    begun = ["dec-00000000000000000001"] * 2, ["dec-00000000000000000004"] * 2
    continued = [asked.continues for asked in gate.asked]
    assert continued == ["", *begun[0], "", *begun[1]]


@pytest.mark.parametrize("name", [b"reach", b"x-reach", b"ringwall-reach"])
def test_no_header_says_what_a_response_reaches_for(
    gate: ScriptedGate, guarded: Guarded, name: bytes
) -> None:
    reach = b'{"container":"box-%b","start":0,"stop":5}' % (b"a2" * 10)
    query = b"reach=" + reach

    assert post(guarded, headers=[(name, reach)], query_string=query).status == 200
    assert gate.asked[0].reach is None


@pytest.mark.parametrize("name", [b"continues", b"x-continues", b"ringwall-continues"])
def test_no_header_says_what_a_response_continues(
    gate: ScriptedGate, guarded: Guarded, name: bytes
) -> None:
    query = b"continues=dec-00000000000000000001"
    headers = [(name, b"dec-00000000000000000001")]

    assert post(guarded, headers=headers, query_string=query).status == 200
    assert gate.asked[0].continues == ""


def test_a_response_is_asked_for_in_chunks(gate: ScriptedGate) -> None:
    route = Route("POST", ANSWER, "weights.read", "weights:{model}", chunk_bytes=10)

    post(Guarded(streaming(gate, 9), gate, [route]))

    assert sum(asked.amount or 0 for asked in gate.asked) == 30


def test_a_websocket_is_decided_before_it_opens(
    gate: ScriptedGate, service: Service, guarded: Guarded
) -> None:
    connect: Message = {"type": "websocket.connect"}

    opened = Exchange(socket_scope(PATH, bearer="ada"), connect).run(guarded)
    gate.reasons = (DENY,)
    refused = Exchange(socket_scope(PATH, bearer="ada"), connect).run(guarded)

    assert opened.sent == [{"type": "websocket.accept"}]
    assert refused.sent == [{"type": "websocket.close", "code": 1008}]
    assert len(service.reached) == 1


# What goes wrong


def test_lifespan_passes_through(gate: ScriptedGate) -> None:
    seen: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["type"])

    Exchange({"type": "lifespan"}).run(Guarded(app, gate, ROUTES))

    assert seen == ["lifespan"]


def test_a_kind_of_connection_that_nobody_knows_is_refused(
    service: Service, guarded: Guarded
) -> None:
    with pytest.raises(RuntimeError, match="http and websocket"):
        Exchange({"type": "raw"}).run(guarded)

    assert service.reached == []


def test_whatever_fails_in_the_gate_does_not_reach_the_service(
    gate: ScriptedGate,
    service: Service,
    guarded: Guarded,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    gate.before = fail

    exchange = post(guarded)

    assert (exchange.status, service.reached) == (503, [])
    assert exchange.json["context"]["reasons"] == [{"code": "internal-error"}]
    assert json.loads(caplog.messages[-1])["event"] == "guard_failed"


def test_a_scope_that_is_none_is_refused(service: Service, guarded: Guarded) -> None:
    exchange = Exchange({"type": "http"}, {"type": "http.request"}).run(guarded)

    assert (exchange.status, service.reached) == (503, [])


def test_who_is_cancelled_is_cancelled(gate: ScriptedGate, service: Service) -> None:
    class Slow(ScriptedGate):
        """Never answers."""

        def __init__(self) -> None:
            super().__init__()
            self.is_waiting = asyncio.Event()

        @override
        async def acheck_request(self, request: AccessRequest) -> Decision:
            self.is_waiting.set()
            await asyncio.Event().wait()
            return await super().acheck_request(request)

    slow = Slow()
    slow.proofs = gate.proofs

    async def cancel() -> None:
        exchange = Exchange(http_scope("POST", PATH, bearer="ada"))
        serving = asyncio.ensure_future(exchange.serve(Guarded(service, slow, ROUTES)))
        await slow.is_waiting.wait()
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving

    asyncio.run(cancel())

    assert service.reached == []


def test_what_is_out_of_range_is_refused_when_it_is_wrapped(
    gate: ScriptedGate, service: Service
) -> None:
    with pytest.raises(ValueError, match="1 to 3600"):
        Guarded(service, gate, ROUTES, recheck=0)
    with pytest.raises(ValueError, match="fit the same path"):
        Guarded(service, gate, [*ROUTES, ROUTES[0]])


class Inner:
    """A service that holds others, as frameworks have it."""

    def __init__(
        self, root_path: str = "", app: object = None, routes: object = ()
    ) -> None:
        self.root_path = root_path
        self.app = app
        self.routes = routes

    async def __call__(self, *_: object) -> None:
        """Serve nothing."""


def cutting() -> FastAPI:
    """Return what `FastAPI(root_path="/rooms")` makes, if with a warning."""
    app = FastAPI()
    app.root_path = "/rooms"
    return app


@pytest.mark.parametrize(
    "app",
    [
        cutting(),
        Starlette(routes=[Mount("/sub", cutting())]),
        Inner(app=cutting()),
    ],
)
def test_a_service_that_cuts_the_path_itself_is_refused_when_it_is_wrapped(
    gate: ScriptedGate, app: ASGIApp
) -> None:
    with pytest.raises(ValueError, match="root path of its own, `/rooms`"):
        Guarded(app, gate, ROUTES)


def test_a_service_that_leaves_the_path_alone_is_wrapped(gate: ScriptedGate) -> None:
    ring = Inner(routes=list)
    ring.app = ring
    for app in (FastAPI(), Starlette(routes=[Mount("/sub", FastAPI())]), ring):
        Guarded(app, gate, ROUTES)
