"""An export that happens once for each grant: all that an integrator writes."""

from pathlib import Path

from ringwall import Gatekeeper

__all__ = ["export"]

ACTION = "weights.export"


def export(gate: Gatekeeper, grant: str, asset: str, source: Path, target: Path) -> int:
    """Copy weights to a place outside, under a grant; return how many bytes.

    Args:
        gate: of the enforcement point that the copy goes through.
        grant: id of the request that was approved.
        asset: id of the weights.
        source: where they are.
        target: a new file.

    Raises:
        AccessDenied: the grant does not count at this moment, or was used before.
    """
    data = source.read_bytes()
    gate.require(
        subject="user:dennis",
        action=ACTION,
        resource=asset,
        authn="hardware-fresh",
        grant=grant,
        amount=len(data),
        present=["user:grace"],
        handles=["watermark", "byte-budget"],
    )
    marked = data + f"\nfor user:dennis under {grant}\n".encode()
    target.write_bytes(marked)
    return len(data)
