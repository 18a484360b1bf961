"""The same small web service twice, as somebody else wrote it: no word of access."""

from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse as Streaming
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

__all__ = ["fastapi_service", "starlette_service"]


async def _words(model: str) -> AsyncIterator[str]:
    for word in (model, " says", " tides"):
        yield word


async def _answer(request: Request) -> Response:
    return StreamingResponse(_words(request.path_params["model"]))


async def _health(_: Request) -> Response:
    return PlainTextResponse("well")


starlette_service = Starlette(
    routes=[
        Route("/models/{model}/answer", _answer, methods=["POST"]),
        Route("/health", _health),
    ]
)

fastapi_service = FastAPI()


@fastapi_service.post("/models/{model}/answer")
async def answer(model: str) -> Streaming:
    """Answer word by word."""
    return Streaming(_words(model))


@fastapi_service.get("/health")
async def health() -> str:
    """Tell that it is well."""
    return "well"
