"""Whether the container that a question reaches for is one that can be opened.

Asked only of what would be permitted, so nobody else learns what is in the vault. Must
never let bytes go on of what is destroyed or disputed, however the stream began.
"""

from typing import Final

from ringwall.matters.containers import ContainerRecord, Containers
from ringwall.model.decisions import Reason, Stage
from ringwall.model.requests import AccessRequest, Reach

__all__ = ["unreachable"]

# What reaches for a container, and is put on record of it as an opening of it.
_REACHING: Final = frozenset(
    {"weights.copy", "weights.load", "weights.read", "weights.rewrap"}
)
_MESSAGES: Final = {
    "reach-unfit": "an act of this kind reaches for no container",
    "container-unknown": "no container of this id is on record for the asset",
    "container-disputed": "what is on record of the container is against the rules",
    "container-destroyed": "the container is on record as destroyed",
    "container-replaced": "another container has taken its place",
    "range-outside": "the range ends behind the last byte of the file",
}


def unreachable(request: AccessRequest, containers: Containers) -> Reason | None:
    """Return why what a question reaches for can't be given, None if it can.

    What was opened before another container took its place may be read to the end.

    Args:
        request: the question, permitted otherwise.
        containers: as the record has them.
    """
    if request.reach is None:
        return None
    if request.action not in _REACHING:
        return _reason("reach-unfit")
    known = containers.get(request.reach.container)
    if known is None or known.asset != request.resource:
        code = "container-unknown"
    else:
        code = _fault(known, request.reach, is_first=not request.continues)
    return _reason(code) if code else None


def _reason(code: str) -> Reason:
    return Reason(Stage.RECORD, code, _MESSAGES[code])


def _fault(known: ContainerRecord, reach: Reach, *, is_first: bool) -> str:
    if known.is_disputed:
        return "container-disputed"
    if known.state == "destroyed":
        return "container-destroyed"
    if known.state == "replaced" and is_first:
        return "container-replaced"
    return "range-outside" if reach.stop > known.bytes else ""
