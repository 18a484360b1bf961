"""The desk that takes declarations: read, plan, apply in one transaction.

Must never write a change that was planned on a state that has since moved.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from ringwall.base.clock import Clock
from ringwall.base.errors import RecordUnavailable
from ringwall.ledger.ledger import Ledger, StaleBasis
from ringwall.model.assets import Asset
from ringwall.model.decisions import Reason, Receipt, Stage
from ringwall.model.declarations import Document, document_of, dump_document
from ringwall.model.events import Event, fact_declared, fact_removed
from ringwall.pdp.holdings import asset_facts
from ringwall.pdp.missing import FactMissing
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.pdp.powers import holders
from ringwall.registry.plan import Change, Plan, plan_changes
from ringwall.registry.proposal import Draft, Sheet
from ringwall.registry.terms import Terms
from ringwall.registry.tier_order import TierOrder
from ringwall.threats.catalogue import Catalogue
from ringwall.threats.rows import Power

__all__ = ["RegistryDesk"]

_ATTEMPTS: Final = 8


class RegistryDesk:
    """Takes declarations into the registry.

    Args:
        ledger: opened for writing; for reading it can still plan.
        decider: says which roles and tiers there are and what a tier admits.
        catalogue: the threat models: measures, thresholds, powers.
        clock: gives the instant of the events.
    """

    def __init__(
        self,
        ledger: Ledger,
        decider: DecisionPoint,
        catalogue: Catalogue,
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._decider = decider
        self._catalogue = catalogue
        self._clock = clock

    def plan(self, sheets: Sequence[Sheet]) -> Plan:
        """Return what the sheets would change now.

        Raises:
            DeclarationError: they are refused, with every fault.
            IntegrityError: the registry is not what the log says.
        """
        return self.plan_draft(lambda _: sheets)

    def apply(self, sheets: Sequence[Sheet]) -> tuple[Plan, list[Receipt]]:
        """Make the changes of the sheets, all or none; without any, append nothing.

        Raises:
            DeclarationError: they are refused, with every fault.
            RecordUnavailable: the changes could not be made durable.
        """
        return self.apply_draft(lambda _: sheets)

    def plan_draft(self, draft: Draft) -> Plan:
        """Return what a draft would change now, as `plan` does for sheets."""
        return self._planned(draft, self._clock.now(), frozenset())[0]

    def apply_draft(self, draft: Draft) -> tuple[Plan, list[Receipt]]:
        """Make the changes of a draft, as `apply` does for sheets.

        The draft is written anew whenever the registry has moved.

        Raises:
            DeclarationError: it is refused, with every fault.
            RecordUnavailable: the changes could not be made durable.
        """
        for _ in range(_ATTEMPTS):
            now = self._clock.now()
            plan, basis = self._planned(draft, now, frozenset())
            if not plan.changes:
                return plan, []
            events = [_event(now, change) for change in plan.changes]
            try:
                return plan, self._ledger.append(events, basis)
            except StaleBasis:
                continue
        raise RecordUnavailable(
            "facts-unsettled", "the registry changed faster than it could be planned on"
        )

    def plan_lowering(self, order: TierOrder) -> Plan:
        """Return what moving assets down would change, were it permitted.

        Raises:
            DeclarationError: the tier would not admit them, with every fault.
        """
        return self._planned(lambda _: [order], self._clock.now(), _ids(order))[0]

    def lower(self, order: TierOrder, permitted: int) -> tuple[Plan, list[Receipt]]:
        """Move assets down, as a decision permitted.

        Args:
            order: the assets, and the tier.
            permitted: basis of that decision; what has happened since may have
                taken the permission away.

        Raises:
            DeclarationError: the tier does not admit them, with every fault.
            RecordUnavailable: `permit-outdated`, or the record can't be written.
        """
        now = self._clock.now()
        plan, basis = self._planned(lambda _: [order], now, _ids(order))
        events = [_event(now, change) for change in plan.changes]
        if basis == permitted:
            with suppress(StaleBasis):
                return plan, self._ledger.append(events, basis)
        raise RecordUnavailable(
            "permit-outdated",
            "the facts or policies have changed since it was permitted",
            next_step="ask again",
        )

    def close(self) -> None:
        """Let go of the ledger."""
        self._ledger.close()

    def _planned(
        self, draft: Draft, now: int, lowered: frozenset[str]
    ) -> tuple[Plan, int]:
        state = self._ledger.registry_since(-1)
        current: dict[str, Document] = {
            entity: document_of(data)
            for entity, data in state.documents.items()
            if data is not None
        }
        retired = state.documents.keys() - current.keys()
        sheets = draft(current)
        terms = self._terms(now, lowered)
        return plan_changes(current, sheets, terms, retired), state.basis

    def _terms(self, now: int, lowered: frozenset[str]) -> Terms:
        def admits(asset: Asset, documents: Mapping[str, Document]) -> str:
            try:
                _, facts = asset_facts(asset, documents, now)
            except FactMissing as error:
                return str(error)
            reasons = map(_told, self._decider.admits(facts))
            return "; ".join(dict.fromkeys(reasons))

        def held_by(power: Power, documents: Mapping[str, Document]) -> frozenset[str]:
            return holders(power.actions, power.tier, access, documents)

        decider = self._decider
        access = decider.concerns[Stage.ACCESS].concern
        return Terms(
            roles=decider.roles,
            setting=decider.setting,
            catalogue=self._catalogue,
            now=now,
            admits=admits,
            holders=held_by,
            lowered=lowered,
        )


def _ids(order: TierOrder) -> frozenset[str]:
    return frozenset(asset.id for asset in order.assets)


def _told(reason: Reason) -> str:
    if reason.needed:
        compared = f"{reason.condition} is {reason.seen}, needed {reason.needed}"
        return f"{reason.message} ({compared})"
    return f"{reason.message} ({reason.place})" if reason.place else reason.message


def _event(now: int, change: Change) -> Event:
    if change.document is None:
        return fact_removed(now, change.entity)
    return fact_declared(now, dump_document(change.document))
