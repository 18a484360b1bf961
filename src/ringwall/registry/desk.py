"""The desk that takes declarations: read, plan, apply in one transaction.

Must never write a change that was planned on a state that has since moved.
"""

from collections.abc import Sequence
from typing import Final

from ringwall.base.clock import Clock
from ringwall.base.errors import RecordUnavailable
from ringwall.ledger.ledger import Ledger, StaleBasis
from ringwall.model.decisions import Reason, Receipt
from ringwall.model.declarations import Asset, Document, document_of, dump_document
from ringwall.model.events import Event, fact_declared, fact_removed
from ringwall.pdp.facts import asset_facts
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.registry.declaration_file import DeclarationFile
from ringwall.registry.plan import Change, Plan, Terms, plan_changes

__all__ = ["RegistryDesk"]

_ATTEMPTS: Final = 8


class RegistryDesk:
    """Takes declarations into the registry.

    Args:
        ledger: opened for writing; for reading it can still plan.
        decider: says which roles and tiers there are and what a tier admits.
        clock: gives the instant of the events.
    """

    def __init__(self, ledger: Ledger, decider: DecisionPoint, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._decider = decider
        self._terms = Terms(decider.roles, decider.setting, self._obstacle)

    def plan(self, files: Sequence[DeclarationFile]) -> Plan:
        """Return what the files would change now.

        Raises:
            DeclarationError: they are refused, with every fault.
            IntegrityError: the registry is not what the log says.
        """
        return self._planned(files)[0]

    def apply(self, files: Sequence[DeclarationFile]) -> tuple[Plan, list[Receipt]]:
        """Make the changes of the files, all or none; without any, append nothing.

        Raises:
            DeclarationError: they are refused, with every fault.
            RecordUnavailable: the changes could not be made durable.
        """
        for _ in range(_ATTEMPTS):
            plan, basis = self._planned(files)
            if not plan.changes:
                return plan, []
            now = self._clock.now()
            events = [_event(now, change) for change in plan.changes]
            try:
                return plan, self._ledger.append(events, basis)
            except StaleBasis:
                continue
        raise RecordUnavailable(
            "facts-unsettled", "the registry changed faster than it could be planned on"
        )

    def close(self) -> None:
        """Let go of the ledger."""
        self._ledger.close()

    def _planned(self, files: Sequence[DeclarationFile]) -> tuple[Plan, int]:
        state = self._ledger.registry_since(-1)
        current: dict[str, Document] = {
            entity: document_of(data)
            for entity, data in state.documents.items()
            if data is not None
        }
        retired = state.documents.keys() - current.keys()
        return plan_changes(current, files, self._terms, retired), state.basis

    def _obstacle(self, asset: Asset) -> str:
        reasons = map(_told, self._decider.admits(asset_facts(asset)))
        return "; ".join(dict.fromkeys(reasons))


def _told(reason: Reason) -> str:
    if reason.needed:
        compared = f"{reason.condition} is {reason.seen}, needed {reason.needed}"
        return f"{reason.message} ({compared})"
    return f"{reason.message} ({reason.place})" if reason.place else reason.message


def _event(now: int, change: Change) -> Event:
    if change.document is None:
        return fact_removed(now, change.entity)
    return fact_declared(now, dump_document(change.document))
