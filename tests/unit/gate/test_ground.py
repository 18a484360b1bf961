"""A ground is one state of facts and policy; what does not fit it is an obstacle."""

import os
import shutil
from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.gate.ground import LoadedPolicies, read_ground
from ringwall.institute import Institute
from ringwall.model.events import fact_declared
from ringwall.model.matter_events import duty_recorded
from ringwall.model.parties import Person
from tests.example import (
    BOUNDED,
    DENY_ROW,
    NOON,
    READ,
    SUSPENSION,
    activate,
    add_row,
    apply,
    declare,
    edit_measure,
    part,
    policy_file,
)


@pytest.fixture
def active(institute: Institute) -> Institute:
    """Return the institute with its policies in force, as it was founded."""
    return institute


class Counted:
    """The policies of an institute, and how often they were asked for."""

    def __init__(self, institute: Institute) -> None:
        self.institute = institute
        self.count = 0

    def load(self) -> LoadedPolicies:
        self.count += 1
        return self.institute.load()


def test_the_first_ground_has_all_facts_and_the_policy_in_force(
    active: Institute,
) -> None:
    ledger = active.ledger(writable=False)

    ground = read_ground(ledger, active)
    basis = ledger.head().basis
    ledger.close()

    assert ground.obstacle is None
    assert ground.decider is not None
    assert ground.policy == active.load().digest
    assert ground.facts.documents() == active.facts().documents()
    assert ground.basis == basis


def test_a_later_ground_takes_in_changes_and_removals_alone(active: Institute) -> None:
    part(active, "user:emmy")
    source = Counted(active)
    ledger = active.ledger(writable=False)
    first = read_ground(ledger, source)
    apply(active, declare(active.folder, SUSPENSION + "remove: [user:emmy]\n"))

    second = read_ground(ledger, source, first)
    ledger.close()

    ada = second.facts.documents()["user:ada"]
    assert isinstance(ada, Person)
    assert ada.suspended
    assert "user:emmy" not in second.facts.documents()
    assert "user:emmy" in first.facts.documents()
    assert second.basis == first.basis + 2
    assert source.count == 1


def test_without_news_the_facts_stay_the_same_value(active: Institute) -> None:
    ledger = active.ledger(writable=False)
    first = read_ground(ledger, active)

    second = read_ground(ledger, active, first)
    ledger.close()

    assert second == first
    assert second.facts is first.facts


def test_policies_never_put_in_force_are_an_obstacle(tmp_path: Path) -> None:
    institute = Institute.create(tmp_path / "new")
    add_row(institute, DENY_ROW)
    ledger = institute.ledger(writable=False)

    ground = read_ground(ledger, institute)
    ledger.close()

    assert ground.decider is None
    assert ground.obstacle is not None
    assert ground.obstacle.code == "policy-not-activated"


def test_policies_that_can_not_be_used_are_an_obstacle_that_says_where(
    active: Institute,
) -> None:
    add_row(active, "no row at all")
    ledger = active.ledger(writable=False)

    ground = read_ground(ledger, active)
    ledger.close()

    assert ground.decider is None
    assert ground.obstacle is not None
    assert ground.obstacle.code == "policy-unavailable"
    assert "policies/access/policy.csv:" in ground.obstacle.message
    assert str(active.folder) not in ground.obstacle.message


def test_threat_models_that_can_not_be_used_are_an_obstacle_that_says_where(
    active: Institute,
) -> None:
    edit_measure(active, "SL3-WP-2", "domain: weights", "domain: weight")
    ledger = active.ledger(writable=False)

    ground = read_ground(ledger, active)
    ledger.close()

    assert ground.decider is None
    assert ground.obstacle is not None
    assert ground.obstacle.code == "policy-unavailable"
    assert "threat_models/measures.yaml:" in ground.obstacle.message
    assert str(active.folder) not in ground.obstacle.message
    assert len(ground.facts.benchmark) == 0


def test_sites_are_measured_against_the_threat_models_in_force(
    active: Institute,
) -> None:
    ledger = active.ledger(writable=False)
    first = read_ground(ledger, active)
    edit_measure(active, "SL3-WP-2", "scope: site", "scope: institute")

    second = read_ground(ledger, active, first)
    activate(active)
    third = read_ground(ledger, active, second)
    ledger.close()

    assert second.facts is first.facts
    scopes = [g.facts.benchmark.scope("SL3-WP-2") for g in (second, third)]
    assert scopes == ["site", "institute"]
    assert third.policy == active.load().digest != first.policy
    weights = [
        g.facts.standing("site:hub-north", NOON).facts.weights for g in (first, third)
    ]
    assert [str(level) for level in weights] == ["SL3", "SL2"]


def test_what_has_left_goes_from_one_ground_to_the_next(active: Institute) -> None:
    ledger = active.ledger(writable=False)
    first = read_ground(ledger, active)
    with active.gatekeeper("point:west-bench") as gate:
        assert gate.check(**BOUNDED, amount=7).permitted
    second = read_ground(ledger, active, first)
    whole = read_ground(ledger, active)
    ledger.close()

    asked = (BOUNDED["subject"], BOUNDED["resource"], "point:west-bench", NOON)
    assert second.spending is first.spending
    assert second.spending.before(*asked) == whole.spending.before(*asked)
    assert whole.spending.before(*asked).hour == 7


def test_an_edit_on_disk_is_looked_at_only_once_another_policy_is_in_force(
    active: Institute,
) -> None:
    source = Counted(active)
    ledger = active.ledger(writable=False)
    first = read_ground(ledger, source)
    add_row(active, DENY_ROW)

    second = read_ground(ledger, source, first)
    assert (second.policy, source.count) == (first.policy, 1)

    activate(active)
    third = read_ground(ledger, source, second)
    ledger.close()

    assert (third.policy, source.count) == (active.load().digest, 2)
    assert third.obstacle is None
    assert third.decider is not second.decider


def test_a_ground_without_usable_policies_looks_at_the_disk_again(
    active: Institute,
) -> None:
    good = policy_file(active).read_text()
    add_row(active, "no row at all")
    ledger = active.ledger(writable=False)
    first = read_ground(ledger, active)
    policy_file(active).write_text(good)

    second = read_ground(ledger, active, first)
    ledger.close()

    assert first.obstacle is not None
    assert second.obstacle is None


def test_a_log_that_has_lost_events_is_no_ground(active: Institute) -> None:
    old = active.folder.parent / "old.db"
    shutil.copy(active.folder / "ledger.db", old)
    apply(active, declare(active.folder, SUSPENSION))
    ledger = active.ledger(writable=False)
    first = read_ground(ledger, active)
    shutil.copy(old, active.folder / "ledger.db")

    with pytest.raises(IntegrityError) as caught:
        read_ground(ledger, active, first)
    ledger.close()

    assert caught.value.code == "ledger-rolled-back"


def test_a_file_name_that_is_no_text_is_an_obstacle_that_can_be_recorded(
    active: Institute,
) -> None:
    strange = os.fsencode(active.folder / "policies" / "access") + b"/\xff.csv"
    os.close(os.open(strange, os.O_CREAT | os.O_WRONLY))

    decision = active.gatekeeper("point:trainer").check(**READ)

    assert decision.receipt is not None
    assert decision.verdict.reasons[0].code == "policy-unavailable"


def test_a_fact_that_is_no_entity_is_refused_by_its_entry(active: Institute) -> None:
    ledger = active.ledger(writable=True)
    event = fact_declared(NOON, {"id": "site:forged", "operator": 5})
    (receipt,) = ledger.append([event])
    with pytest.raises(IntegrityError) as caught:
        read_ground(ledger, active)
    ledger.close()

    assert caught.value.code == "fact-malformed"
    assert caught.value.message.startswith(f"entry {receipt.index} declares ")


def test_what_is_on_record_of_people_is_taken_in(active: Institute) -> None:
    ledger = active.ledger(writable=True)
    before = read_ground(ledger, active)
    said = {
        "duty": "integrity-test",
        "outcome": "passed",
        "from": "2026-11-01T00:00:00Z",
        "until": "2027-11-01T00:00:00Z",
        "by": "user:radia",
        "evidence": "",
    }
    ledger.append([duty_recorded(NOON, "user:ada", said)])

    after = read_ground(ledger, active, before)
    again = read_ground(ledger, active, after)
    ledger.close()

    assert (before.people, after.people, again.people) == (0, 1, 1)
    assert again.facts is after.facts is not before.facts
