"""The desk writes what was planned on the state it was planned on, or nothing."""

import threading
from pathlib import Path

import pytest
from typing_extensions import override

from ringwall.base.clock import FixedClock
from ringwall.base.errors import DeclarationError, RecordUnavailable
from ringwall.institute import Institute
from ringwall.model.declarations import Person
from ringwall.registry.desk import RegistryDesk
from ringwall.registry.plan import Verb
from tests.example import apply, declare, declared, size_of


def person(name: str) -> str:
    return f"people:\n- {{id: user:{name}, organisation: org:institute}}\n"


def test_what_is_declared_is_on_record_with_a_receipt_each(
    institute: Institute, tmp_path: Path
) -> None:
    before = size_of(institute)

    plan, receipts = apply(institute, declare(tmp_path, person("bob")))

    assert [(c.verb, c.entity) for c in plan.changes] == [(Verb.ADDED, "user:bob")]
    assert [receipt.index for receipt in receipts] == [before]
    assert "user:bob" in institute.facts().documents()


def test_what_is_removed_is_off_the_registry_and_still_in_the_log(
    institute: Institute, tmp_path: Path
) -> None:
    _, receipts = apply(institute, declare(tmp_path, "remove: [user:emmy]\n"))

    assert "user:emmy" not in institute.facts().documents()
    ledger = institute.ledger(writable=False)
    event = ledger.entry(receipts[0].index).event
    ledger.close()
    assert (event["kind"], event["id"]) == ("fact.removed", "user:emmy")


def test_applying_the_same_again_appends_nothing(institute: Institute) -> None:
    before = size_of(institute)

    plan, receipts = apply(institute, declared())

    assert (plan.changes, receipts) == ((), [])
    assert size_of(institute) == before


def test_a_plan_appends_nothing_and_needs_no_right_to_write(
    institute: Institute, tmp_path: Path
) -> None:
    before = size_of(institute)
    desk = institute.registry(writable=False)

    plan = desk.plan(declare(tmp_path, person("bob")))
    desk.close()

    assert [change.entity for change in plan.changes] == ["user:bob"]
    assert size_of(institute) == before


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (person("bob") + "remove: [user:nobody]\n", "unknown-id"),
        (person("bob") + "remove: [org:institute]\n", "still-referenced"),
        (
            """
            assets:
            - id: weights:aurora-1
              tier: lower
              content: internal
              compute: {low: "1", high: "1"}
              capability: below
            """,
            "tier-lowered",
        ),
        ("assets:\n- {id: case:x, tier: lower, content: raid}\n", "tier-too-low"),
        ("assets:\n- {id: code:x, tier: third, content: open}\n", "tier-not-set-up"),
        (
            "organisations:\n- {id: org:other, relation: institute}\n",
            "second-institute",
        ),
        (
            "people:\n- {id: user:x, organisation: org:institute, roles: [wizard]}\n",
            "unknown-role",
        ),
    ],
)
def test_after_a_refusal_nothing_at_all_is_written(
    institute: Institute, tmp_path: Path, text: str, code: str
) -> None:
    before, known = size_of(institute), institute.facts().documents()

    with pytest.raises(DeclarationError) as caught:
        apply(institute, declare(tmp_path, text))

    assert code in {fault.code for fault in caught.value.faults}
    assert size_of(institute) == before
    assert institute.facts().documents() == known


def test_a_tier_too_low_is_explained_with_value_and_need(
    institute: Institute, tmp_path: Path
) -> None:
    text = (
        "assets:\n- {id: weights:new, tier: lower, content: restricted,"
        ' compute: {low: "8e25", high: "2e26"}, capability: reached}\n'
    )

    with pytest.raises(DeclarationError) as caught:
        apply(institute, declare(tmp_path, text))

    message = caught.value.faults[0].message
    assert "needed" in message
    assert " is " in message


def test_an_asset_can_not_be_moved_down_by_removing_it_first(
    institute: Institute, tmp_path: Path
) -> None:
    apply(institute, declare(tmp_path, "remove: [eval:aurora-2-brief]\n"))
    text = "assets:\n- {id: eval:aurora-2-brief, tier: lower, content: internal}\n"

    with pytest.raises(DeclarationError) as caught:
        apply(institute, declare(tmp_path, text))

    assert [fault.code for fault in caught.value.faults] == ["id-retired"]


def test_a_change_that_overtakes_a_plan_leads_to_a_new_plan(
    institute: Institute, tmp_path: Path
) -> None:
    class Overtaking(FixedClock):
        """Lets somebody else apply first, after the plan and before the append."""

        @override
        def now(self) -> int:
            if "user:bob" not in institute.facts().documents():
                apply(institute, declare(tmp_path, person("bob")))
            return super().now()

    files = declare(tmp_path, person("bob"))
    ledger = institute.ledger(writable=True)
    clock = Overtaking(institute.clock.now())
    desk = RegistryDesk(ledger, institute.decider(), clock)

    plan, receipts = desk.apply(files)
    desk.close()

    assert (plan.changes, plan.unchanged, receipts) == ((), 1, [])


def test_a_registry_that_never_settles_is_given_up(
    institute: Institute, tmp_path: Path
) -> None:
    class Restless(FixedClock):
        """Lets somebody else apply something new each time."""

        count = 0

        @override
        def now(self) -> int:
            self.count += 1
            apply(institute, declare(tmp_path, person(f"other-{self.count}")))
            return super().now()

    files = declare(tmp_path, person("bob"))
    ledger = institute.ledger(writable=True)
    clock = Restless(institute.clock.now())
    desk = RegistryDesk(ledger, institute.decider(), clock)

    with pytest.raises(RecordUnavailable) as caught:
        desk.apply(files)
    desk.close()

    assert caught.value.code == "facts-unsettled"
    assert "user:bob" not in institute.facts().documents()


def test_appliers_at_once_all_get_their_changes_in(
    institute: Institute, tmp_path: Path
) -> None:
    def work(number: int) -> None:
        folder = tmp_path / str(number)
        folder.mkdir()
        apply(institute, declare(folder, person(f"new-{number}")))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    known = institute.facts().documents()
    assert all(isinstance(known.get(f"user:new-{n}"), Person) for n in range(4))


def test_a_change_is_refused_by_the_state_that_another_one_left(
    institute: Institute, tmp_path: Path
) -> None:
    apply(institute, declare(tmp_path, "remove: [point:lab-bench, site:lab-east]\n"))
    before = size_of(institute)

    text = "points:\n- {id: point:new, site: site:lab-east}\n"
    with pytest.raises(DeclarationError) as caught:
        apply(institute, declare(tmp_path, text))

    assert caught.value.faults[0].code == "unknown-reference"
    assert size_of(institute) == before
