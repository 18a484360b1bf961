"""Policies come in force at the founding, or as a quorum approved; else not at all."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from ringwall.base.clock import FixedClock
from ringwall.base.errors import (
    DeclarationError,
    PolicyError,
    RecordUnavailable,
    RingwallError,
    UnknownItem,
)
from ringwall.institute import Institute
from ringwall.matters.statements import request_id
from ringwall.model.decisions import Decision, Effect, Reason, Stage, Verdict
from ringwall.model.events import (
    amount_left,
    decision_made,
    fact_declared,
    fact_removed,
)
from ringwall.model.levels import Authentication
from ringwall.model.matter_events import grant_revoked, grant_spent, request_opened
from ringwall.model.requests import AccessRequest
from ringwall.registry.activating import PolicyChange, open_change, rests_on
from ringwall.registry.kept_policies import KEPT_FOLDER, read_kept
from ringwall.registry.opening import LedgerPlace
from tests.example import (
    DENY_ROW,
    NOON,
    add_row,
    edit_measure,
    size_of,
)

ASKED = AccessRequest(
    "user:grace",
    "policy.change",
    "record:policies",
    "point:vault-desk",
    Authentication.HARDWARE_FRESH,
)
REASON = Reason(Stage.ACCESS, "no-role", "no")


@pytest.fixture
def founded(tmp_path: Path) -> Institute:
    """Return an institute on which nobody is on record yet."""
    return Institute.create(tmp_path / "founded", clock=FixedClock(NOON))


def append(institute: Institute, *events: dict[str, Any]) -> int:
    """Record something, as another process would; return its first index."""
    ledger = institute.ledger(writable=True)
    try:
        return ledger.append(list(events))[0].index
    finally:
        ledger.close()


def found(institute: Institute) -> bool:
    """Put what is on disk in force without a quorum; return whether that was new."""
    change = institute.policy_change()
    try:
        return change.found() is not None
    finally:
        change.close()


def in_force(institute: Institute) -> dict[str, Any]:
    """Return the newest activation."""
    ledger = institute.ledger(writable=False)
    try:
        size = ledger.head().size
        events = [ledger.entry(index).event for index in range(size)]
    finally:
        ledger.close()
    return [event for event in events if event["kind"] == "policy.activated"][-1]


def refusal(kind: type[RingwallError], call: Any) -> str:  # noqa: ANN401 - any call
    """Return the code with which a call is refused."""
    with pytest.raises(kind) as caught:
        call()
    assert caught.value.next_step or caught.value.code == "facts-unsettled"
    return caught.value.code


def test_while_nobody_is_on_record_an_edit_is_put_in_force_freely(
    founded: Institute,
) -> None:
    add_row(founded, DENY_ROW)

    assert found(founded)

    event = in_force(founded)
    assert event["digest"] == founded.judge().digest
    assert "request" not in event
    assert read_kept(founded.folder, event["digest"], "two").digest == event["digest"]


def test_an_edit_of_the_threat_models_is_put_in_force_like_one_of_the_policies(
    founded: Institute,
) -> None:
    before = in_force(founded)["digest"]
    edit_measure(founded, "SL3-WP-2", "scope: site", "scope: institute")

    assert found(founded)
    assert in_force(founded)["digest"] == founded.judge().digest != before


def test_what_is_in_force_is_not_recorded_again(founded: Institute) -> None:
    before = size_of(founded)

    assert not found(founded)
    assert size_of(founded) == before


def test_a_lost_copy_of_what_is_in_force_is_kept_anew(institute: Institute) -> None:
    shutil.rmtree(institute.folder / KEPT_FOLDER)

    assert not found(institute)
    digest = institute.judge().digest
    assert read_kept(institute.folder, digest, "two").digest == digest


def test_a_bundle_with_a_fault_is_not_put_in_force(founded: Institute) -> None:
    before = in_force(founded)
    add_row(founded, "no row at all")

    assert refusal(PolicyError, lambda: found(founded)) == "policy-refused"
    assert in_force(founded) == before


def test_threat_models_with_a_fault_are_not_put_in_force(founded: Institute) -> None:
    before = in_force(founded)
    edit_measure(founded, "SL3-WP-2", "domain: weights", "domain: weight")

    with pytest.raises(DeclarationError):
        found(founded)
    assert in_force(founded) == before


def test_once_somebody_is_on_record_nothing_comes_in_force_without_a_quorum(
    institute: Institute,
) -> None:
    before = in_force(institute)
    add_row(institute, DENY_ROW)

    assert refusal(PolicyError, lambda: found(institute)) == "policy-unapproved"
    assert in_force(institute) == before


def test_taking_everybody_off_the_record_founds_nothing_anew(
    founded: Institute,
) -> None:
    person = {"kind": "person", "id": "user:x", "organisation": "org:x"}
    append(founded, fact_declared(NOON, person), fact_removed(NOON, "user:x"))
    add_row(founded, DENY_ROW)

    change = founded.policy_change()
    assert refusal(PolicyError, change.found) == "policy-unapproved"
    change.close()


class Interrupted(FixedClock):
    """Lets another process record something each time it is asked, so many times."""

    def __init__(self, institute: Institute, times: int) -> None:
        super().__init__(NOON)
        self.institute = institute
        self.left = times

    @override
    def now(self) -> int:
        if self.left:
            self.left -= 1
            site = {"kind": "site", "id": f"site:new-{self.left}"}
            append(self.institute, fact_declared(NOON, site))
        return super().now()


@pytest.mark.parametrize(("times", "settles"), [(3, True), (100, False)])
def test_a_change_that_overtakes_it_leads_to_another_attempt_but_not_for_ever(
    founded: Institute, times: int, *, settles: bool
) -> None:
    add_row(founded, DENY_ROW)
    place = LedgerPlace(founded.folder, founded.settings)
    change = open_change(place, founded.folder, Interrupted(founded, 0))
    change._clock = Interrupted(founded, times)

    try:
        if settles:
            assert change.found() is not None
        else:
            assert refusal(RecordUnavailable, change.found) == "facts-unsettled"
    finally:
        change.close()


def requested(
    institute: Institute,
    digest: str,
    action: str = "policy.change",
    resource: str = ASKED.resource,
) -> str:
    """Put a request on record, bound to a digest; return its id."""
    said = {
        "subject": ASKED.subject,
        "action": action,
        "resource": resource,
        "purpose": "the new row is to count",
        "manner": "approved",
        "uses": 1,
        "from": "2026-11-21T00:00:00Z",
        "until": "2026-11-23T00:00:00Z",
        "binds": digest,
        "nonce": "00" * 16,
        "origin": institute.settings.origin,
    }
    name = request_id(said)
    append(institute, request_opened(NOON, name, said, "signature"))
    return name


def decided(
    institute: Institute, request: str, effect: Effect = Effect.PERMIT
) -> Decision:
    """Put a decision on record as the gate does, with the grant it spends."""
    reasons = () if effect is Effect.PERMIT else (REASON,)
    verdict = Verdict(effect, rules=("acc-233",), reasons=reasons)
    ledger = institute.ledger(writable=True)
    known = ledger.registry_since(-1)
    told = {"basis": known.basis, "policy": known.policy}
    said = {
        name: getattr(ASKED, name)
        for name in ("subject", "action", "resource", "point")
    }
    events = [decision_made(NOON, "dec-1", ASKED, verdict, told)]
    if effect is Effect.PERMIT:
        events.append(grant_spent(NOON, request, "dec-1", said))
    receipts = ledger.append(events, known.basis)
    ledger.close()
    return Decision(
        "dec-1", NOON, ASKED, verdict, receipts[0], known.basis, known.policy
    )


def test_what_a_quorum_approved_comes_in_force_with_the_request_on_record(
    institute: Institute,
) -> None:
    add_row(institute, DENY_ROW)
    change = institute.policy_change()
    request = requested(institute, change.judge.digest)
    decision = decided(institute, request)

    change.carry_out(decision, request)

    event = in_force(institute)
    assert (event["digest"], event["request"]) == (change.judge.digest, request)
    assert change.in_force() == change.judge.digest
    assert change.request(request).left == 0
    change.close()
    with institute.gatekeeper("point:trainer") as gate:
        assert gate.ground.obstacle is None
    assert institute.verify().is_sound


def test_a_request_that_is_not_on_record_puts_nothing_in_force(
    institute: Institute,
) -> None:
    add_row(institute, DENY_ROW)
    change = institute.policy_change()
    request = requested(institute, change.judge.digest)
    decision = decided(institute, request)

    code = refusal(UnknownItem, lambda: change.carry_out(decision, "req-other"))

    change.close()
    assert code == "unknown-request"


@pytest.mark.parametrize(
    "how", ["denied", "other digest", "other action", "spent by another"]
)
def test_a_decision_that_is_not_on_this_very_change_puts_nothing_in_force(
    institute: Institute, how: str
) -> None:
    before = in_force(institute)
    add_row(institute, DENY_ROW)
    change = institute.policy_change()
    digest = "5" * 64 if how == "other digest" else change.judge.digest
    action = "tier.lower" if how == "other action" else "policy.change"
    request = requested(institute, digest, action)
    if how == "denied":
        decision = decided(institute, request, Effect.DENY)
    elif how == "spent by another":
        decision = decided(institute, "req-somebody-elses")
    else:
        decision = decided(institute, request)

    code = refusal(PolicyError, lambda: change.carry_out(decision, request))

    change.close()
    assert code == "policy-unapproved"
    assert in_force(institute) == before


def test_a_request_about_another_asset_puts_nothing_in_force(
    institute: Institute,
) -> None:
    before = in_force(institute)
    add_row(institute, DENY_ROW)
    change = institute.policy_change()
    request = requested(institute, change.judge.digest, resource="record:attestations")
    decision = decided(institute, request)

    code = refusal(PolicyError, lambda: change.carry_out(decision, request))

    change.close()
    assert code == "policy-asked-elsewhere"
    assert in_force(institute) == before


def test_without_an_asset_that_stands_for_the_policies_none_is_asked(
    founded: Institute,
) -> None:
    change = founded.policy_change()
    request = requested(founded, change.judge.digest)

    with pytest.raises(PolicyError) as caught:
        change.check_record(request)

    change.close()
    assert caught.value.code == "policy-asked-elsewhere"
    assert "no asset" in caught.value.message


def test_facts_that_moved_since_the_permit_take_it_away(institute: Institute) -> None:
    before = in_force(institute)
    add_row(institute, DENY_ROW)
    change = institute.policy_change()
    request = requested(institute, change.judge.digest)
    decision = decided(institute, request)
    revoked = {"request": request, "by": "user:ada", "reason": "no", "origin": "x"}
    append(institute, grant_revoked(NOON, revoked, "signature"))

    assert change.request(request).revocations
    code = refusal(RecordUnavailable, lambda: change.carry_out(decision, request))

    change.close()
    assert code == "permit-outdated"
    assert in_force(institute) == before


def test_facts_that_move_between_the_look_and_the_record_take_it_away(
    institute: Institute,
) -> None:
    add_row(institute, DENY_ROW)
    change = institute.policy_change()
    request = requested(institute, change.judge.digest)
    decision = decided(institute, request)
    change._clock = Interrupted(institute, 1)

    code = refusal(RecordUnavailable, lambda: change.carry_out(decision, request))

    change.close()
    assert code == "permit-outdated"


def test_a_decision_rests_on_its_basis_and_on_what_it_spent_itself(
    institute: Institute,
) -> None:
    request = requested(institute, "5" * 64)
    decision = decided(institute, request)
    ledger = institute.ledger(writable=False)
    spent = ledger.registry_since(-1).basis
    ledger.close()
    left = append(institute, amount_left(NOON, "dec-1", ASKED, 1, 0))
    other = append(institute, amount_left(NOON, "dec-2", ASKED, 1, 0))

    ledger = institute.ledger(writable=False)
    assert rests_on(ledger, decision.basis, decision)
    assert rests_on(ledger, spent, decision)
    assert rests_on(ledger, left, decision)
    assert not rests_on(ledger, other, decision)
    assert not rests_on(ledger, 0, decision)
    ledger.close()


def test_a_proposal_in_a_folder_of_its_own_comes_in_force_from_there(
    founded: Institute, tmp_path: Path
) -> None:
    proposal = tmp_path / "proposal"
    for part in ("policies", "threat_models"):
        shutil.copytree(founded.folder / part, proposal / part)
    rows = proposal / "policies" / "access" / "policy.csv"
    rows.write_text(f"{rows.read_text()}{DENY_ROW}\n")

    change: PolicyChange = founded.policy_change(proposal)
    change.found()
    change.close()

    digest = in_force(founded)["digest"]
    assert digest == change.judge.digest != founded.judge().digest
    assert founded.restore_policies() == ("policies/access/policy.csv",)
    assert founded.judge().digest == digest
