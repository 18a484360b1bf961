"""The desk writes what was planned on the state it was planned on, or nothing."""

import itertools
import json
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError, RecordUnavailable
from ringwall.institute import Institute
from ringwall.model.assets import Asset
from ringwall.model.declarations import Document
from ringwall.model.parties import Person
from ringwall.model.tiers import Tier
from ringwall.registry.plan import Verb
from ringwall.registry.proposal import Sheet
from tests.example import apply, declare, declared, part, size_of
from tests.office import key_entry


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
    part(institute, "user:emmy")
    _, receipts = apply(institute, declare(tmp_path, "remove: [user:emmy]\n"))

    assert "user:emmy" not in institute.facts().documents()
    ledger = institute.ledger(writable=False)
    event = ledger.entry(receipts[0].index).event
    ledger.close()
    assert (event["kind"], event["id"]) == ("fact.removed", "user:emmy")


def test_who_has_not_left_stays_on_record(institute: Institute, tmp_path: Path) -> None:
    part(institute, "user:hedy")
    before = size_of(institute)

    with pytest.raises(DeclarationError) as caught:
        apply(institute, declare(tmp_path, "remove: [user:emmy]\n"))

    assert [fault.code for fault in caught.value.faults] == ["person-removed"]
    assert size_of(institute) == before


def test_changed_credentials_raise_an_alarm_in_the_same_transaction(
    institute: Institute, tmp_path: Path
) -> None:
    bob = person("bob").rstrip().rstrip("}")
    apply(institute, declare(tmp_path, f"{bob}}}\n"))
    keyed = {**key_entry("bob"), "hardware": False}

    plan, receipts = apply(
        institute, declare(tmp_path, f"{bob}, keys: [{json.dumps(keyed)}]}}\n")
    )

    ledger = institute.ledger(writable=False)
    event = ledger.entry(receipts[-1].index + 1).event
    ledger.close()
    assert plan.alarming == ("user:bob",)
    assert len(receipts) == 1
    assert (event["kind"], event["code"]) == ("alarm.raised", "credentials-changed")
    assert event["entity"] == "user:bob"
    assert institute.verify().is_sound


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
        ("assets:\n- {id: report:x, tier: lower, content: raid}\n", "tier-too-low"),
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
    with pytest.raises(DeclarationError) as removed:
        apply(institute, declare(tmp_path, "remove: [eval:aurora-2-brief]\n"))
    apply(institute, declare(tmp_path, "remove: [dataset:street-signs]\n"))
    text = "assets:\n- {id: dataset:street-signs, tier: lower, content: open}\n"
    with pytest.raises(DeclarationError) as again:
        apply(institute, declare(tmp_path, text))

    assert [fault.code for fault in removed.value.faults] == ["removed-from-above"]
    assert [fault.code for fault in again.value.faults] == ["id-retired"]


def test_a_change_that_overtakes_a_plan_leads_to_a_new_plan(
    institute: Institute, tmp_path: Path
) -> None:
    files = declare(tmp_path, person("bob"))

    def draft(known: Mapping[str, Document]) -> Sequence[Sheet]:
        """Let somebody else apply first, after the registry was read."""
        if "user:bob" not in known:
            apply(institute, files)
        return files

    desk = institute.registry()
    plan, receipts = desk.apply_draft(draft)
    desk.close()

    assert (plan.changes, plan.unchanged, receipts) == ((), 1, [])


def test_a_registry_that_never_settles_is_given_up(
    institute: Institute, tmp_path: Path
) -> None:
    files, others = declare(tmp_path, person("bob")), itertools.count()
    (tmp_path / "others").mkdir()

    def draft(_: Mapping[str, Document]) -> Sequence[Sheet]:
        """Let somebody else apply something new each time."""
        more = person(f"other-{next(others)}")
        apply(institute, declare(tmp_path / "others", more))
        return files

    desk = institute.registry()
    with pytest.raises(RecordUnavailable) as caught:
        desk.apply_draft(draft)
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


DATASET = "assets:\n- {id: dataset:notes, tier: upper, content: internal}\n"


def test_what_was_permitted_moves_an_asset_down(
    institute: Institute, tmp_path: Path
) -> None:
    _, receipts = apply(institute, declare(tmp_path, DATASET))
    desk = institute.registry()

    planned = desk.plan_lowering("dataset:notes", Tier.LOWER)
    plan, moved = desk.lower("dataset:notes", Tier.LOWER, receipts[-1].index)
    desk.close()

    found = institute.facts().documents()["dataset:notes"]
    assert planned == plan
    assert [change.fields for change in plan.changes] == [("tier",)]
    assert [receipt.index for receipt in moved] == [receipts[-1].index + 1]
    assert isinstance(found, Asset)
    assert found.tier is Tier.LOWER


def test_a_permit_from_before_the_facts_changed_moves_nothing(
    institute: Institute, tmp_path: Path
) -> None:
    apply(institute, declare(tmp_path, DATASET))
    permitted = size_of(institute) - 1
    apply(institute, declare(tmp_path, person("bob")))
    desk = institute.registry()

    with pytest.raises(RecordUnavailable) as caught:
        desk.lower("dataset:notes", Tier.LOWER, permitted)
    desk.close()

    found = institute.facts().documents()["dataset:notes"]
    assert caught.value.code == "permit-outdated"
    assert isinstance(found, Asset)
    assert found.tier is Tier.UPPER


def test_an_edit_before_the_permit_is_not_undone_by_it(
    institute: Institute, tmp_path: Path
) -> None:
    apply(institute, declare(tmp_path, DATASET))
    desk = institute.registry()
    desk.plan_lowering("dataset:notes", Tier.LOWER)
    edited = DATASET.replace("}", ", compartments: [aurora]}")
    _, receipts = apply(institute, declare(tmp_path, edited))

    plan, _ = desk.lower("dataset:notes", Tier.LOWER, receipts[-1].index)
    desk.close()

    found = institute.facts().documents()["dataset:notes"]
    assert [change.fields for change in plan.changes] == [("tier",)]
    assert isinstance(found, Asset)
    assert found.compartments == ("aurora",)


def test_an_asset_that_is_in_the_tier_already_is_not_moved_again(
    institute: Institute, tmp_path: Path
) -> None:
    lower = DATASET.replace("upper", "lower")
    _, receipts = apply(institute, declare(tmp_path, lower))
    desk = institute.registry()

    with pytest.raises(RecordUnavailable) as caught:
        desk.lower("dataset:notes", Tier.LOWER, receipts[-1].index)
    desk.close()

    assert caught.value.code == "permit-outdated"


def test_a_permit_does_not_move_what_the_tier_does_not_admit(
    institute: Institute,
) -> None:
    before, desk = size_of(institute), institute.registry()

    with pytest.raises(DeclarationError) as planned:
        desk.plan_lowering("case:2026-0003", Tier.LOWER)
    with pytest.raises(DeclarationError) as moved:
        desk.lower("case:2026-0003", Tier.LOWER, before - 1)
    desk.close()

    for caught in (planned, moved):
        assert [fault.code for fault in caught.value.faults] == ["tier-too-low"]
    assert size_of(institute) == before


def test_an_asset_without_its_source_is_not_admitted(
    institute: Institute, tmp_path: Path
) -> None:
    text = (
        "assets:\n- {id: dataset:made, tier: lower, content: open,"
        " derived_from: [weights:comet-0]}\n"
    )

    with pytest.raises(DeclarationError) as caught:
        apply(institute, declare(tmp_path, text))

    (fault,) = caught.value.faults
    assert fault.code == "tier-too-low"
    assert "`weights:comet-0` has not been put in a tier yet" in fault.message


def test_a_fine_tune_is_classified_with_what_it_derives_from(
    institute: Institute, tmp_path: Path
) -> None:
    text = (
        "assets:\n- {id: weights:more, tier: lower, content: internal,"
        ' capability: below, compute: {low: "9e25", high: "9e25"},'
        " derived_from: [weights:meso-1]}\n"
    )

    with pytest.raises(DeclarationError) as caught:
        apply(institute, declare(tmp_path, text))

    (fault,) = caught.value.faults
    assert fault.code == "tier-too-low"
    assert "compute" in fault.message


def test_the_people_who_may_copy_weights_are_counted(
    institute: Institute, tmp_path: Path
) -> None:
    people = "".join(
        f"- {{id: user:c{n}, organisation: org:institute, roles: [custodian]}}\n"
        for n in range(19)
    )

    with pytest.raises(DeclarationError) as caught:
        apply(institute, declare(tmp_path, f"people:\n{people}"))

    (fault,) = caught.value.faults
    assert (fault.code, fault.line) == ("too-many-holders", 2)
    assert "21 people would hold the power `copies`" in fault.message
    assert fault.expected == "at most 20 people"
