"""A real gate in front of a service: tokens, facts and records are the institute's."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route as ServedAt
from typing_extensions import override

from examples.toy_institute import ToyInstitute
from ringwall.base.clock import SystemClock
from ringwall.gate.asgi import Guarded
from ringwall.gate.denied import AccessDenied
from ringwall.gate.routes import Route
from ringwall.institute import Gatekeeper, Institute
from tests.asgi_client import Exchange, http_scope
from tests.example import apply, declare

PATH = "/models/aurora-2/answer"
ROUTES = [
    Route("POST", "/models/{model}/answer", "weights.infer", "weights:{model}"),
]
SUSPENDED = """\
people:
- id: user:ada
  organisation: org:institute
  roles: [weights-researcher]
  compartments: [aurora]
  logins: [{provider: "idp:toy", subject: ada}]
  screening:
    level: SL4
    assessor: institute security office
    from: "2025-10-01T00:00:00Z"
    until: "2038-10-01T00:00:00Z"
  suspended: true
"""


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> ToyInstitute:
    return ToyInstitute(tmp_path_factory.mktemp("toy") / "institute")


@pytest.fixture
def gate(toy: ToyInstitute) -> Iterator[Gatekeeper]:
    with Gatekeeper.open(toy.folder, point="point:trainer") as gate:
        yield gate


class Service:
    """Streams two chunks; does something between them."""

    def __init__(self) -> None:
        self.between: list[object] = []
        self.count = 0

    async def chunks(self) -> AsyncIterator[bytes]:
        """Give them."""
        yield b"one"
        for action in self.between:
            assert callable(action)
            action()
        yield b"two"

    async def answer(self, _: Request) -> Response:
        """Answer one request."""
        self.count += 1
        return StreamingResponse(self.chunks())

    def app(self) -> Starlette:
        """Return the application."""
        routes = [ServedAt("/models/{model}/answer", self.answer, methods=["POST"])]
        return Starlette(routes=routes)


def ask(guarded: Guarded, bearer: str) -> Exchange:
    return Exchange(http_scope("POST", PATH, bearer=bearer)).run(guarded)


def test_a_token_serves_its_subject_until_it_ends(
    toy: ToyInstitute, gate: Gatekeeper
) -> None:
    service = Service()
    guarded = Guarded(service.app(), gate, ROUTES)
    bearer = toy.token("ada")

    answers = [ask(guarded, bearer) for _ in range(2)]

    assert [answer.body for answer in answers] == [b"onetwo"] * 2
    assert service.count == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"exp": 1_700_000_000, "iat": 1_699_999_000}, "token-expired"),
        ({"aud": "another"}, "token-foreign"),
        ({"jti": None}, "token-without-nonce"),
    ],
)
def test_a_token_that_proves_nothing_serves_nobody(
    toy: ToyInstitute, gate: Gatekeeper, changes: dict[str, object], code: str
) -> None:
    service = Service()

    answer = ask(Guarded(service.app(), gate, ROUTES), toy.token("ada", **changes))

    assert (answer.status, service.count) == (401, 0)
    assert answer.json["context"]["reasons"] == [{"code": code}]


def test_a_token_changed_in_one_letter_is_refused(
    toy: ToyInstitute, gate: Gatekeeper
) -> None:
    head, body, signature = toy.token("ada").split(".")
    other = "A" if signature[0] != "A" else "B"

    answer = ask(
        Guarded(Service().app(), gate, ROUTES), f"{head}.{body}.{other}{signature[1:]}"
    )

    assert answer.json["context"]["reasons"] == [{"code": "token-forged"}]


def test_a_token_used_at_another_gate_is_refused(
    toy: ToyInstitute, gate: Gatekeeper
) -> None:
    bearer = toy.token("ada")
    assert ask(Guarded(Service().app(), gate, ROUTES), bearer).status == 200

    with Gatekeeper.open(toy.folder, point="point:trainer") as other:
        answer = ask(Guarded(Service().app(), other, ROUTES), bearer)

    assert answer.status == 401
    assert answer.json["context"]["reasons"] == [{"code": "token-replayed"}]


def test_who_lacks_the_right_is_denied_on_record(
    toy: ToyInstitute, gate: Gatekeeper
) -> None:
    answer = ask(Guarded(Service().app(), gate, ROUTES), toy.token("emmy"))

    assert answer.status == 403
    ledger = Institute(toy.folder).ledger(writable=False)
    event = ledger.decision(answer.json["context"]["id"]).event
    ledger.close()
    assert (event["subject"], event["effect"]) == ("user:emmy", "deny")


def test_a_suspension_cuts_what_is_running(tmp_path: Path) -> None:
    toy = ToyInstitute(tmp_path / "institute")
    service = Service()

    class Later(SystemClock):
        """A clock that can be moved on."""

        ahead = 0

        @override
        def now(self) -> int:
            return super().now() + self.ahead

    clock = Later()
    institute = Institute(toy.folder, clock)

    def suspend() -> None:
        apply(Institute(toy.folder), declare(toy.folder, SUSPENDED))
        clock.ahead = 5_000_000

    service.between = [suspend]
    with institute.gatekeeper("point:trainer") as gate:
        exchange = Exchange(http_scope("POST", PATH, bearer=toy.token("ada")))
        with pytest.raises(AccessDenied):
            exchange.run(Guarded(service.app(), gate, ROUTES, recheck=5))

    assert (exchange.body, exchange.is_whole) == (b"one", False)
