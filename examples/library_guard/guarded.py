"""The library behind the gate: all that an integrator writes."""

from collections.abc import Iterator

from examples.library_guard import library
from ringwall.gate.session import Session, guarded

__all__ = ["answer", "load", "tokens"]


@guarded(action="weights.read", resource="asset")
def load(session: Session, asset: str) -> bytes:
    """Return the weights of a model, to `session` if it may read them."""
    return library.load(_model(asset))


@guarded(action="weights.infer", resource="asset")
async def answer(session: Session, asset: str, prompt: str) -> str:
    """Return what a model says."""
    return await library.answer(_model(asset), prompt)


@guarded(action="weights.infer", resource="asset", recheck=5)
def tokens(session: Session, asset: str, prompt: str) -> Iterator[str]:
    """Give what a model says, as long as `session` may have it."""
    yield from library.tokens(_model(asset), prompt)


def _model(asset: str) -> str:
    return asset.removeprefix("weights:")
