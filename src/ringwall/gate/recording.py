"""What a desk above the gate puts on record: events of the vault, and nothing else.

Appended on the ground that they were made on, as a decision is. Must never let a desk
record a decision, nor an act that no permit on record is for.
"""

from collections.abc import Callable, Mapping
from typing import Final

from ringwall.gate.answering import Answering
from ringwall.gate.ground import Ground
from ringwall.gate.question import moved_by
from ringwall.model.decisions import Effect, Receipt
from ringwall.model.events import Event
from ringwall.model.vault_events import CONTAINER_DAMAGED, VAULT_MATTERS

__all__ = ["Made", "Recording"]

Made = Callable[[Ground], list[Event]]
"""Gives the events to be recorded on a ground, or raises what speaks against it."""

_ACTS: Final[Mapping[str, str]] = {
    "vault.sealed": "weights.seal",
    "vault.rewrapped": "weights.rewrap",
    "vault.destroyed": "weights.delete",
}
_COPY: Final = "weights.copy"


class Recording:
    """Puts events of the vault on record; shared by all threads.

    Args:
        answering: holds the ledger and the ground.
    """

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    def record(self, make: Made) -> list[Receipt]:
        """Record what is made of the present ground; see `Gatekeeper.record`."""
        answering = self._answering

        def attempt(ground: Ground) -> list[Receipt]:
            events = make(ground)
            if not events:
                return []
            self._check(events, ground)
            receipts = answering.ledger.append(events, ground.basis)
            answering.advance(ground, moved_by(events, receipts))
            return receipts

        with answering.spending:
            return answering.on_present_ground(attempt)

    def _check(self, events: list[Event], ground: Ground) -> None:
        acts = [event["decision"] for event in events if event["kind"] in _ACTS]
        if len(set(acts)) < len(acts):
            raise ValueError("a permit is for one act")
        for event in events:
            kind = event["kind"]
            if kind == "alarm.raised" and event["code"] == CONTAINER_DAMAGED:
                continue
            if kind not in VAULT_MATTERS:
                raise ValueError(f"no desk of the vault records `{kind}`")
            if kind in _ACTS:
                self._check_permit(event, ground)

    def _check_permit(self, event: Event, ground: Ground) -> None:
        """Refuse an act whose permit is not on record, or is one for something else."""
        containers = ground.matters.containers
        if containers.is_carried_out(event["decision"]):
            raise ValueError(f"what `{event['decision']}` permits was done before")
        permit = self._answering.ledger.decision(event["decision"]).event
        action = _COPY if event.get("copy_of") else _ACTS[event["kind"]]
        asset = event.get("asset")
        if asset is None:
            known = containers.get(event["container"])
            asset = "" if known is None else known.asset
        names = ("effect", "subject", "action", "resource")
        needed = (Effect.PERMIT.value, event["subject"], action, asset)
        if tuple(permit[name] for name in names) != needed:
            raise ValueError(
                f"`{event['decision']}` is no permit of `{event['subject']}` for "
                f"`{action}` of `{asset}`"
            )
