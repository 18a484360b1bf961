"""The service behind the gate: all that an integrator writes."""

import os
from typing import TYPE_CHECKING

from examples.asgi_service.service import fastapi_service
from ringwall import Gatekeeper
from ringwall.gate.asgi import Guarded
from ringwall.gate.routes import Route

if TYPE_CHECKING:
    from ringwall.gate.http_answers import ASGIApp

__all__ = ["behind", "make"]

ROUTES = [
    Route(
        "POST",
        "/models/{model}/answer",
        action="weights.infer",
        resource="weights:{model}",
        purpose="x-purpose",
    ),
]


def behind(gate: Gatekeeper, service: "ASGIApp") -> Guarded:
    """Return a service whose every request needs a permit, save `/health`."""
    return Guarded(service, gate, ROUTES, open_paths=["/health"])


def make() -> Guarded:
    """Return what `uvicorn --factory examples.asgi_service.guarded:make` runs."""
    folder, point = os.environ["RINGWALL_INSTITUTE"], os.environ["RINGWALL_POINT"]
    return behind(Gatekeeper.open(folder, point=point), fastapi_service)
