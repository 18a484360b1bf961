"""Putting policies and threat models in force: an event says from where they count.

Must never put in force what no quorum approved, once a person is on record, nor what
can't be used, nor on the word of a decision that facts have outrun.
"""

from contextlib import suppress
from pathlib import Path
from typing import Final

from ringwall.base.clock import Clock
from ringwall.base.errors import PolicyError, RecordUnavailable, UnknownItem
from ringwall.ledger.facts import entities_of
from ringwall.ledger.ledger import Ledger, RegistryChanges, StaleBasis
from ringwall.ledger.spending import Spending
from ringwall.matters.requests import GrantRequest, Requests
from ringwall.model.decisions import Decision, Receipt
from ringwall.model.events import Event
from ringwall.registry.judge import Judge
from ringwall.registry.judge_folder import read_draft
from ringwall.registry.kept_policies import keep_copy
from ringwall.registry.opening import LedgerPlace, open_for_writing
from ringwall.registry.policy_event import activation_of
from ringwall.registry.policy_record import policy_record

__all__ = ["PolicyChange", "open_change", "rests_on"]

_ATTEMPTS: Final = 8
_PERSON: Final = "user:"
_ACTION: Final = "policy.change"
_OF_REQUESTS: Final = frozenset(
    {
        *("request.opened", "request.approved", "request.refused"),
        *("grant.revoked", "grant.spent"),
    }
)


class PolicyChange:
    """Policies and threat models at hand, and whether they are or may come in force.

    Args:
        ledger: opened for writing.
        folder: of the institute; a copy of what comes in force is kept there.
        source: the folder that the policies were read from.
        judge: what was read.
        clock: gives the instant of the event.
    """

    def __init__(
        self, ledger: Ledger, folder: Path, source: Path, judge: Judge, clock: Clock
    ) -> None:
        self._ledger = ledger
        self._folder = folder
        self._source = source
        self._clock = clock
        self.judge = judge

    def in_force(self) -> str:
        """Return the hex digest of what is in force; empty if nothing is."""
        return self._ledger.registry_since(-1).policy

    def keep(self) -> None:
        """Keep a copy of it, as `keep_copy` does."""
        keep_copy(self._folder, self._source, self.judge)

    def found(self) -> Receipt | None:
        """Put it in force without a quorum, while no person was ever on record.

        Returns:
            The receipt of the event; None if it was in force already.

        Raises:
            PolicyError: `policy-unapproved`, there are people; or as `keep_copy`.
            RecordUnavailable: the event could not be made durable; or as `keep_copy`.
        """
        self.keep()
        for _ in range(_ATTEMPTS):
            known = self._ledger.registry_since(-1)
            if known.policy == self.judge.digest:
                return None
            if _has_people(known):
                raise _unapproved()
            with suppress(StaleBasis):
                event = activation_of(self.judge, self._clock.now())
                return self._ledger.append([event], known.basis)[0]
        raise RecordUnavailable(
            "facts-unsettled",
            "facts changed faster than a policy could be put in force",
        )

    def check_record(self, request: str) -> None:
        """Raise unless a request is about the asset that stands for the policies.

        Raises:
            PolicyError: `policy-asked-elsewhere`.
            UnknownItem: `unknown-request`.
        """
        known = self._ledger.registry_since(-1)
        record = policy_record(entities_of(self._ledger.store, known.documents))
        if not record or self.request(request).resource != record:
            raise _elsewhere(record)

    def carry_out(self, decision: Decision, request: str) -> Receipt:
        """Put it in force as a decision permitted, which has spent the grant.

        Args:
            decision: permits the requester to change the policy.
            request: id of the request that its quorum approved.

        Raises:
            PolicyError: `policy-unapproved`, the decision is not what spent that
                request, or the request is for something else; or as `check_record`
                or `keep_copy`.
            UnknownItem: `unknown-request`.
            RecordUnavailable: `permit-outdated`, or the event could not be made
                durable; or as `keep_copy`.
        """
        granted = self.request(request)
        spent = any(use.decision == decision.id for use in granted.used)
        is_for_it = granted.action == _ACTION and granted.binds == self.judge.digest
        if not (decision.permitted and spent and is_for_it):
            raise _unapproved()
        self.check_record(request)
        self.keep()
        known = self._ledger.registry_since(-1)
        if rests_on(self._ledger, known.basis, decision):
            with suppress(StaleBasis):
                event = activation_of(self.judge, self._clock.now(), request)
                return self._ledger.append([event], known.basis)[0]
        raise RecordUnavailable(
            "permit-outdated",
            "the facts or policies have changed since it was permitted",
            next_step="ask again; what is spent of a grant stays spent",
        )

    def request(self, name: str) -> GrantRequest:
        """Return a request on record.

        Raises:
            UnknownItem: `unknown-request`.
        """
        requests = Requests()

        def hear(index: int, event: Event) -> None:
            if event["kind"] in _OF_REQUESTS:
                requests.take_in(index, event)

        self._ledger.registry_since(-1, Spending(hear))
        found = requests.get(name)
        if found is None:
            raise UnknownItem(
                "unknown-request",
                f"no request `{name[:40]}` is on record",
                next_step="list requests with `ringwall request ls`",
            )
        return found

    def close(self) -> None:
        """Let go of the ledger."""
        self._ledger.close()


def open_change(place: LedgerPlace, source: Path, clock: Clock) -> PolicyChange:
    """Return what may come of policies and threat models; the ledger stays open.

    Args:
        place: of the institute's ledger.
        source: the folder that holds both, the institute's or another one.
        clock: gives the instant of the event.

    Raises:
        PolicyError: they are refused, with every fault.
        DeclarationError: likewise.
        RecordUnavailable: the ledger can't be written.
    """
    judge = read_draft(source, place.settings.tiers)
    ledger = open_for_writing(place, clock)
    return PolicyChange(ledger, place.folder, source, judge, clock)


def rests_on(ledger: Ledger, basis: int, decision: Decision) -> bool:
    """Return whether nothing that decisions rest on has landed since a decision.

    But for what the decision itself has spent: that was appended with it, on its very
    basis, so nothing lies between the two.

    Args:
        ledger: holds both.
        basis: index of the last event that decisions rest on.
        decision: with its receipt.
    """
    if basis == decision.basis:
        return True
    last = ledger.entry(basis).event
    own = last["kind"] in {"grant.spent", "amount.left"}
    return own and last["decision"] == decision.id


def _has_people(known: RegistryChanges) -> bool:
    # Those who were taken off the record are in it, too.
    return any(entity.startswith(_PERSON) for entity in known.documents)


def _unapproved() -> PolicyError:
    return PolicyError(
        "policy-unapproved",
        "people are on record, so a quorum has to approve a change of the policies",
        next_step="run `ringwall policy propose`, file the request that it prints, and "
        "name it with --request once it is granted",
    )


def _elsewhere(record: str) -> PolicyError:
    if not record:
        return PolicyError(
            "policy-asked-elsewhere",
            "no asset stands for the policies",
            next_step="declare the asset `record:policies` with `ringwall apply`",
        )
    return PolicyError(
        "policy-asked-elsewhere",
        f"a change of the policies is asked on `{record}`, not on another asset",
        next_step=f"file a request with `--asset {record}`",
    )
