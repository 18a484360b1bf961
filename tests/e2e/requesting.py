"""What is asked for on the command line in tests, and how it is approved."""

from typing import Final

from tests.e2e.running import Done, Ringwall

__all__ = ["ASKED", "USED", "approve", "new"]

ASKED: Final = [
    *("--subject", "user:dennis", "--action", "weights.export"),
    *("--asset", "weights:aurora-1", "--purpose", "copy for the second site"),
]
USED: Final = [
    *("check", "--subject", "user:dennis", "--action", "weights.export"),
    *("--asset", "weights:aurora-1", "--purpose", "copy for the second site"),
    *("--via", "point:west-bench", "--authn", "hardware-fresh", "--bytes", "1"),
    *("--present", "user:grace"),
]


def new(asking: Ringwall, *more: str) -> str:
    """Return the id of a request that user:dennis has filed."""
    done = asking("request", "new", *ASKED, "--key", "dennis.key", *more)
    assert done.code == 0, done.err
    return str(done.json()["id"])


def approve(asking: Ringwall, name: str, who: str, seat: str, key: str = "") -> Done:
    """Approve a request with the key of who approves, or of somebody else."""
    words = ("request", "approve", name, "--as", f"user:{who}", "--seat", seat)
    return asking(*words, "--key", f"{key or who}.key")
