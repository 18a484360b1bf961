"""The desk that takes declarations: read, plan, apply in one transaction.

Must never write a change that was planned on a state that has since moved, nor one
that was judged by policies or threat models that are not in force.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from ringwall.base.clock import Clock
from ringwall.base.errors import RecordUnavailable
from ringwall.ledger.facts import entities_of
from ringwall.ledger.ledger import Ledger, RegistryChanges, StaleBasis
from ringwall.ledger.spending import Spending
from ringwall.model.assets import Asset
from ringwall.model.decisions import Reason, Receipt, Stage
from ringwall.model.declarations import Document, dump_document
from ringwall.model.events import Event, fact_declared, fact_removed
from ringwall.model.matter_events import credentials_changed
from ringwall.model.tiers import Tier
from ringwall.pdp.holdings import asset_facts
from ringwall.pdp.missing import FactMissing
from ringwall.pdp.powers import holders
from ringwall.registry.judge import Judge
from ringwall.registry.plan import Change, Plan, plan_changes
from ringwall.registry.proposal import Draft, Sheet
from ringwall.registry.terms import Terms
from ringwall.registry.tier_order import TierOrder
from ringwall.threats.rows import Power

__all__ = ["RegistryDesk"]

_ATTEMPTS: Final = 8


class RegistryDesk:
    """Takes declarations into the registry.

    Args:
        ledger: opened for writing; for reading it can still plan.
        judge: the policies and threat models that it judges by.
        clock: gives the instant of the events.
    """

    def __init__(self, ledger: Ledger, judge: Judge, clock: Clock) -> None:
        self._ledger = ledger
        self._judge = judge
        self._clock = clock

    def is_in_force(self) -> bool:
        """Return whether what it judges by is in force; else it only plans."""
        return self._ledger.registry_since(-1).policy == self._judge.digest

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
            PolicyError: `policy-not-activated`, what it judges by is not in force.
            RecordUnavailable: the changes could not be made durable.
        """
        return self.apply_draft(lambda _: sheets)

    def plan_draft(self, draft: Draft) -> Plan:
        """Return what a draft would change now, as `plan` does for sheets."""
        return self._planned(draft, self._state(), self._clock.now(), frozenset())

    def apply_draft(self, draft: Draft) -> tuple[Plan, list[Receipt]]:
        """Make the changes of a draft, as `apply` does for sheets.

        The draft is written anew whenever the registry has moved. Alarms of what it
        changes are in the same transaction; the receipts are of the changes alone.

        Raises:
            DeclarationError: it is refused, with every fault.
            PolicyError: `policy-not-activated`, what it judges by is not in force.
            RecordUnavailable: the changes could not be made durable.
        """
        for _ in range(_ATTEMPTS):
            now = self._clock.now()
            plan, basis = self._judged(draft, now, frozenset())
            if not plan.changes:
                return plan, []
            events = [_event(now, change) for change in plan.changes]
            events += [credentials_changed(now, one) for one in plan.alarming]
            try:
                receipts = self._ledger.append(events, basis)
                return plan, receipts[: len(plan.changes)]
            except StaleBasis:
                continue
        raise RecordUnavailable(
            "facts-unsettled", "the registry changed faster than it could be planned on"
        )

    def plan_lowering(self, asset: str, tier: Tier) -> Plan:
        """Return what moving an asset down would change, were it permitted.

        Raises:
            DeclarationError: the tier would not admit it, with every fault.
        """
        draft, lowered = _lowering(asset, tier), frozenset({asset})
        return self._planned(draft, self._state(), self._clock.now(), lowered)

    def lower(
        self, asset: str, tier: Tier, permitted: int
    ) -> tuple[Plan, list[Receipt]]:
        """Move an asset down, as a decision permitted, and change nothing else of it.

        Args:
            asset: its id.
            tier: the tier.
            permitted: basis of that decision; what has happened since may have
                taken the permission away, or made another thing of the asset.

        Raises:
            DeclarationError: the tier does not admit it, with every fault.
            PolicyError: `policy-not-activated`, what it judges by is not in force.
            RecordUnavailable: `permit-outdated`, or the record can't be written.
        """
        now = self._clock.now()
        plan, basis = self._judged(_lowering(asset, tier), now, frozenset({asset}))
        events = [_event(now, change) for change in plan.changes]
        if events and basis == permitted:
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

    def _state(self) -> RegistryChanges:
        return self._ledger.registry_since(-1)

    def _judged(
        self, draft: Draft, now: int, lowered: frozenset[str]
    ) -> tuple[Plan, int]:
        """Return a plan to be carried out, and the basis of the state it is for."""
        state = self._state()
        self._judge.check_in_force(state.policy)
        return self._planned(draft, state, now, lowered), state.basis

    def _planned(
        self, draft: Draft, state: RegistryChanges, now: int, lowered: frozenset[str]
    ) -> Plan:
        current = entities_of(self._ledger.store, state.documents)
        retired = state.documents.keys() - current.keys()
        sheets = draft(current)
        return plan_changes(current, sheets, self._terms(now, lowered), retired)

    def _terms(self, now: int, lowered: frozenset[str]) -> Terms:
        decider = self._judge.decider
        access = decider.concerns[Stage.ACCESS].concern

        def admits(asset: Asset, documents: Mapping[str, Document]) -> str:
            try:
                _, facts = asset_facts(asset, documents, now)
            except FactMissing as error:
                return str(error)
            reasons = map(_told, decider.admits(facts))
            return "; ".join(dict.fromkeys(reasons))

        def held_by(power: Power, documents: Mapping[str, Document]) -> frozenset[str]:
            return holders(power.actions, power.tier, access, documents)

        return Terms(
            roles=decider.roles,
            setting=decider.setting,
            catalogue=self._judge.catalogue,
            now=now,
            admits=admits,
            holders=held_by,
            lowered=lowered,
            has_left=self._has_left,
        )

    def _has_left(self, person: str) -> bool:
        """Return whether somebody has left; whoever did never comes back."""
        left: set[str] = set()

        def hear(_: int, event: Event) -> None:
            if event["kind"] == "person.left":
                left.add(event["person"])

        self._ledger.registry_since(-1, Spending(hear))
        return person in left


def _lowering(asset: str, tier: Tier) -> Draft:
    # Made of what is on record at each attempt: an edit meanwhile is not undone.
    return lambda current: [TierOrder.of("tier lower", tier, [asset], current)]


def _told(reason: Reason) -> str:
    if reason.needed:
        compared = f"{reason.condition} is {reason.seen}, needed {reason.needed}"
        return f"{reason.message} ({compared})"
    return f"{reason.message} ({reason.place})" if reason.place else reason.message


def _event(now: int, change: Change) -> Event:
    if change.document is None:
        return fact_removed(now, change.entity)
    return fact_declared(now, dump_document(change.document))
