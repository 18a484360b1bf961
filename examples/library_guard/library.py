"""A small library as somebody else wrote it: it knows nothing of who may do what."""

import asyncio
from collections.abc import Iterator

__all__ = ["answer", "load", "tokens"]

_MODELS = {"aurora-1": b"older weights", "aurora-2": b"newer weights"}


def load(model: str) -> bytes:
    """Return the weights of a model."""
    return _MODELS[model]


async def answer(model: str, prompt: str) -> str:
    """Return what a model says."""
    await asyncio.sleep(0)
    return f"{model} on {prompt}"


def tokens(model: str, prompt: str) -> Iterator[str]:
    """Give what a model says, word by word."""
    yield from f"{model} on {prompt}".split()
