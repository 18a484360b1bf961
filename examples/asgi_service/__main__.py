"""Ask the guarded services as a client does: `python -m examples.asgi_service`."""

import asyncio
import tempfile
from pathlib import Path

import httpx

from examples.asgi_service.guarded import behind
from examples.asgi_service.service import fastapi_service, starlette_service
from examples.toy_institute import ToyInstitute
from ringwall import Gatekeeper

PATH = "/models/aurora-2/answer"


async def ask(gate: Gatekeeper, toy: ToyInstitute) -> None:
    """Ask each service as ada, as emmy, as nobody, and for what nobody named."""
    for service in (starlette_service, fastapi_service):
        print(type(service).__name__)
        transport = httpx.ASGITransport(app=behind(gate, service))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://service"
        ) as client:
            for name, path in (
                ("ada", PATH),
                ("emmy", PATH),
                ("ada", f"{PATH}/"),
                ("", PATH),
            ):
                headers = {"authorization": f"Bearer {toy.token(name)}"} if name else {}
                response = await client.post(path, headers=headers)
                print(f"  {name or 'nobody':6} POST {path}", response.status_code)
                print(f"         {_told(response)}")
            print("  nobody GET /health", (await client.get("/health")).status_code)


def _told(response: httpx.Response) -> str:
    if response.status_code == httpx.codes.OK:
        return response.text
    reasons = response.json()["context"]["reasons"]
    return " ".join(reason["code"] for reason in reasons)


with tempfile.TemporaryDirectory() as folder:
    toy = ToyInstitute(Path(folder) / "institute")
    with Gatekeeper.open(toy.folder, point="point:trainer") as gate:
        asyncio.run(ask(gate, toy))
