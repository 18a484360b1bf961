"""A bundle is put in force by one event, on the newest basis, or not at all."""

import pytest
from typing_extensions import override

from ringwall.base.clock import FixedClock
from ringwall.base.errors import RecordUnavailable
from ringwall.gate.activation import ReadAhead, activate_policies
from ringwall.gate.ground import LoadedPolicies
from ringwall.institute import Gatekeeper, Institute
from ringwall.model.events import fact_declared
from tests.example import (
    DENY_ROW,
    READ,
    add_row,
    edit_measure,
    policy_file,
    size_of,
)


class Interrupted(FixedClock):
    """Does something of another process each time it is asked, so many times."""

    def __init__(self, institute: Institute, times: int) -> None:
        super().__init__(institute.clock.now())
        self.institute = institute
        self.left = times

    @override
    def now(self) -> int:
        if self.left:
            self.left -= 1
            person = f"user:new-{self.left}"
            fact = fact_declared(0, {"id": person, "organisation": "org:institute"})
            ledger = self.institute.ledger(writable=True)
            ledger.append([fact])
            ledger.close()
        return super().now()


def activate(institute: Institute, times: int = 0) -> str:
    """Put the policies in force; return the digest of the bundle that is."""
    ledger = institute.ledger(writable=True)
    try:
        activate_policies(ledger, institute, Interrupted(institute, times))
        return ledger.registry_since(-1).policy
    finally:
        ledger.close()


def test_the_bundle_is_on_record_with_the_digest_of_each_concern(
    institute: Institute,
) -> None:
    add_row(institute, DENY_ROW)

    assert activate(institute) == institute.load().digest

    ledger = institute.ledger(writable=False)
    event = ledger.entry(ledger.head().size - 1).event
    ledger.close()
    concerns = institute.bundle().concerns
    assert event["kind"] == "policy.activated"
    assert event["concerns"] == {name: c.digest for name, c in concerns.items()}
    assert event["catalogue"] == institute.catalogue().digest


def test_an_edit_of_the_threat_models_is_put_in_force_like_one_of_the_policies(
    institute: Institute,
) -> None:
    before = activate(institute)
    edit_measure(institute, "SL3-WP-2", "scope: site", "scope: institute")

    after = activate(institute)

    assert after == institute.load().digest != before


def test_threat_models_with_a_fault_are_not_put_in_force(institute: Institute) -> None:
    before = activate(institute)
    edit_measure(institute, "SL3-WP-2", "domain: weights", "domain: weight")

    assert activate(institute) == before


def test_what_is_in_force_is_not_recorded_again(institute: Institute) -> None:
    activate(institute)
    before = size_of(institute)

    activate(institute)

    assert size_of(institute) == before


def test_a_bundle_with_a_fault_is_not_put_in_force(institute: Institute) -> None:
    before = activate(institute)
    add_row(institute, "no row at all")

    assert activate(institute) == before


def test_a_change_that_overtakes_it_leads_to_another_attempt(
    institute: Institute,
) -> None:
    add_row(institute, DENY_ROW)

    assert activate(institute, times=3) == institute.load().digest


def test_what_another_process_put_in_force_is_not_taken_back(
    institute: Institute,
) -> None:
    class Overtaken:
        """Reads the bundle, and lets an edit of it come into force meanwhile."""

        first = True

        def load(self) -> LoadedPolicies:
            loaded = institute.load()
            if self.first:
                self.first = False
                add_row(institute, DENY_ROW)
                activate(institute)
            return loaded

    edit_measure(institute, "SL3-WP-2", "scope: site", "scope: institute")
    ledger = institute.ledger(writable=True)
    loaded = activate_policies(ledger, Overtaken(), institute.clock)
    in_force = ledger.registry_since(-1).policy
    ledger.close()

    assert "acc-999" in policy_file(institute).read_text()
    assert in_force == institute.load().digest == loaded.digest


class Counted:
    """The policies of an institute, and how often they were read."""

    def __init__(self, institute: Institute) -> None:
        self.institute = institute
        self.count = 0

    def load(self) -> LoadedPolicies:
        self.count += 1
        return self.institute.load()


def test_what_was_read_ahead_is_read_again_from_the_second_time_on(
    institute: Institute,
) -> None:
    source = Counted(institute)
    first = institute.load()
    ahead = ReadAhead(first, source)

    assert ahead.load() is first
    assert source.count == 0
    assert ahead.load().digest == first.digest
    assert source.count == 1


def test_what_was_read_ahead_is_no_ground_once_something_else_is_in_force(
    institute: Institute,
) -> None:
    old = institute.load()
    add_row(institute, DENY_ROW)
    activate(institute)
    source = ReadAhead(old, institute)
    ledger = institute.ledger(writable=True)

    with Gatekeeper(ledger, source, institute.clock, "point:trainer") as gate:
        assert gate.ground.obstacle is not None
        decision = gate.check(**READ)

    codes = [reason.code for reason in decision.verdict.reasons]
    assert codes[0] == "forbidden-by-rule"
    assert decision.policy == institute.load().digest


def test_a_ledger_that_never_settles_is_given_up(institute: Institute) -> None:
    add_row(institute, DENY_ROW)

    with pytest.raises(RecordUnavailable) as caught:
        activate(institute, times=100)

    assert caught.value.code == "facts-unsettled"
