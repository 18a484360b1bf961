"""A desk above the gate records permitted acts of the vault, and no others."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.errors import RecordUnavailable, UnknownItem
from ringwall.gate.ground import Ground
from ringwall.gate.ids import new_decision_id
from ringwall.gate.request_reader import request_from_words
from ringwall.institute import Gatekeeper, Institute
from ringwall.model.decisions import Effect, Receipt, Verdict
from ringwall.model.events import Event, decision_made
from ringwall.model.matter_events import person_left
from ringwall.model.vault_events import (
    container_damaged,
    vault_destroyed,
    vault_rewrapped,
    vault_sealed,
    vault_verified,
)
from tests.example import NOON, READ, SUSPENSION, apply, declare, size_of
from tests.matter_events import BOX, MATTERS, NEW_ALARMS, PASSING, SEALED

GRACE = "user:grace"
SEAL = {**READ, "subject": GRACE, "action": "weights.seal", "amount": 0}
COPY = "box-" + "c" * 20


def sealing(gate: Gatekeeper, **said: object) -> Event:
    """Return the event of what grace has sealed, on a permit of its own."""
    permit = gate.check(**SEAL)
    assert permit.permitted
    act = {"decision": permit.id, "subject": GRACE}
    return vault_sealed(NOON, BOX, {**SEALED, **act, **said})


def record(gate: Gatekeeper, *events: Event) -> list[Receipt]:
    """Record events, whatever the ground."""
    return gate.record(lambda _: list(events))


def permitted(
    institute: Institute,
    action: str,
    effect: Effect = Effect.PERMIT,
    **changes: str,
) -> dict[str, Any]:
    """Put a permit for grace on record as a gate would; return what an act says of it.

    Args:
        institute: whose log it is.
        action: that it is for.
        effect: of it.
        **changes: of the words of the question.
    """
    words: dict[str, Any] = {**SEAL, "action": action, "point": "point:trainer"}
    name = new_decision_id(NOON)
    event = decision_made(
        NOON,
        name,
        request_from_words(**{**words, **changes}),
        Verdict(effect),
        {"basis": 0, "policy": ""},
    )
    with closing(institute.ledger(writable=True)) as ledger:
        ledger.append([event])
    return {"decision": name, "subject": GRACE}


def test_what_was_sealed_is_on_record_and_counts_at_once(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    event = sealing(example_gate)
    (receipt,) = record(example_gate, event)

    ground = example_gate.ground
    assert ground.basis == receipt.index
    found = ground.matters.containers.current("weights:aurora-2", "model.safetensors")
    assert found is not None
    assert (found.id, found.index, found.is_usable) == (BOX, receipt.index, True)
    with closing(institute.ledger(writable=False)) as ledger:
        assert ledger.entry(receipt.index).event == event
    assert example_gate.check(**READ).permitted
    assert institute.verify().is_sound


def test_another_gate_knows_of_it_with_its_next_decision(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    with institute.gatekeeper("point:trainer") as other:
        record(example_gate, sealing(example_gate))
        assert other.ground.matters.containers.get(BOX) is None
        assert other.check(**READ).permitted
        assert other.ground.matters.containers.get(BOX) is not None


def test_events_are_made_anew_where_facts_have_changed(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    event, seen = sealing(example_gate), list[Ground]()

    def make(ground: Ground) -> list[Event]:
        if not seen:
            with institute.gatekeeper("point:trainer") as other:
                record(other, sealing(other))
        seen.append(ground)
        known = ground.matters.containers.get(BOX)
        return [] if known is not None else [event]

    before = size_of(institute)
    assert example_gate.record(make) == []
    assert len(seen) == 2
    assert seen[1].basis > seen[0].basis
    # The decision and the event of the other gate, and none of this one.
    assert size_of(institute) == before + 2


def test_what_speaks_against_an_event_is_handed_on(example_gate: Gatekeeper) -> None:
    def make(_: Ground) -> list[Event]:
        raise FileExistsError("it is there")

    with pytest.raises(FileExistsError, match="it is there"):
        example_gate.record(make)
    assert example_gate.check(**READ).permitted


def test_an_alarm_is_no_basis_of_anything(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    before = example_gate.ground.basis
    (receipt,) = record(example_gate, container_damaged(NOON, BOX, "slot-altered"))

    assert example_gate.ground.basis == before
    with closing(institute.ledger(writable=False)) as ledger:
        assert ledger.entry(receipt.index).event["code"] == "container-damaged"


def refused_kinds() -> list[Event]:
    """Return an event of each kind that is not for a desk to record."""
    of_vault = {"vault.sealed", "vault.rewrapped", "vault.destroyed", "vault.verified"}
    all_kinds = (*MATTERS, *PASSING, *NEW_ALARMS, {"kind": "decision.made"})
    return [
        event
        for event in all_kinds
        if event["kind"] not in of_vault and event.get("code") != "container-damaged"
    ]


@pytest.mark.parametrize("event", refused_kinds(), ids=lambda one: str(one["kind"]))
def test_no_desk_records_anything_else(
    institute: Institute, example_gate: Gatekeeper, event: Event
) -> None:
    before = size_of(institute)

    with pytest.raises(ValueError, match="no desk of the vault records"):
        record(example_gate, container_damaged(NOON, BOX, "x"), event)

    assert size_of(institute) == before


def test_nothing_is_recorded_without_a_decision(example_gate: Gatekeeper) -> None:
    with pytest.raises(UnknownItem) as caught:
        record(example_gate, vault_sealed(NOON, BOX, SEALED))

    assert caught.value.code == "unknown-decision"
    assert example_gate.ground.matters.containers.all() == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"action": "weights.read"},
        {"action": "weights.copy"},
        {"resource": "weights:aurora-1"},
        {"subject": "user:ada"},
        {"effect": Effect.DENY},
    ],
)
def test_what_is_no_permit_for_the_act_records_nothing(
    institute: Institute, changes: dict[str, Any]
) -> None:
    act = permitted(institute, **{"action": "weights.seal", **changes})
    before = size_of(institute)

    with (
        institute.gatekeeper("point:trainer") as gate,
        pytest.raises(ValueError, match="is no permit of `user:grace`"),
    ):
        record(gate, vault_sealed(NOON, BOX, {**SEALED, **act}))

    assert size_of(institute) == before


Act = Callable[[dict[str, Any]], Event]
SLOT = {"slot": "ab" * 32, "key": "k", "key_kind": "file", "generation": 2}
ACTS: list[tuple[str, Act]] = [
    ("weights.rewrap", lambda act: vault_rewrapped(NOON, BOX, {**SLOT, **act})),
    ("weights.delete", lambda act: vault_destroyed(NOON, BOX, {**act, "reason": "x"})),
    (
        "weights.copy",
        lambda act: vault_sealed(
            NOON,
            COPY,
            {**SEALED, **act, "copy_of": BOX, "recipient": "site:hub-north"},
        ),
    ),
]


@pytest.mark.parametrize(("action", "event"), ACTS, ids=[name for name, _ in ACTS])
def test_each_act_takes_a_permit_of_its_own_action(
    institute: Institute, action: str, event: Act
) -> None:
    right = permitted(institute, action)
    wrong = permitted(institute, "weights.seal")
    other = permitted(institute, action, resource="weights:aurora-1")
    with institute.gatekeeper("point:trainer") as gate:
        record(gate, sealing(gate))
        for act in (wrong, other):
            with pytest.raises(ValueError, match="is no permit of `user:grace`"):
                record(gate, event(act))
        (receipt,) = record(gate, event(right))
        assert gate.ground.basis == receipt.index
        assert not any(one.is_disputed for one in gate.ground.matters.containers.all())


@pytest.mark.parametrize(("action", "event"), ACTS[:2], ids=["rewrap", "destroy"])
def test_of_a_container_that_is_not_there_nothing_is_recorded(
    institute: Institute, action: str, event: Act
) -> None:
    act = permitted(institute, action)
    with (
        institute.gatekeeper("point:trainer") as gate,
        pytest.raises(ValueError, match="is no permit of `user:grace`"),
    ):
        record(gate, event(act))


def test_a_permit_is_for_one_act(institute: Institute) -> None:
    right = permitted(institute, "weights.copy")
    copies = [
        vault_sealed(
            NOON,
            "box-" + letter * 20,
            {**SEALED, **right, "copy_of": BOX, "recipient": "site:hub-north"},
        )
        for letter in "cd"
    ]
    with institute.gatekeeper("point:trainer") as gate:
        record(gate, sealing(gate))
        with pytest.raises(ValueError, match="a permit is for one act"):
            record(gate, *copies)
        record(gate, copies[0])
        with pytest.raises(ValueError, match="permits was done before"):
            record(gate, copies[1])
        assert len(gate.ground.matters.containers.copies(BOX)) == 1


def test_a_verification_rests_on_no_permit(example_gate: Gatekeeper) -> None:
    record(example_gate, sealing(example_gate))
    run = {"run": "r", "first": 0, "until": 5, "total": 5, "subject": GRACE}
    record(example_gate, vault_verified(NOON, BOX, run))

    found = example_gate.ground.matters.containers.get(BOX)
    assert found is not None
    assert found.verified is not None


def test_facts_that_never_settle_are_told(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    asked: list[Ground] = []

    def make(ground: Ground) -> list[Event]:
        with closing(institute.ledger(writable=True)) as ledger:
            ledger.append([person_left(NOON, f"user:x{len(asked)}", GRACE, "")])
        asked.append(ground)
        return [container_damaged(NOON, BOX, "x")]

    with pytest.raises(RecordUnavailable) as caught:
        example_gate.record(make)

    assert caught.value.code == "facts-unsettled"
    assert len(asked) == 64


def test_a_suspension_meanwhile_is_seen_by_who_makes_the_events(
    institute: Institute, example_gate: Gatekeeper, tmp_path: Path
) -> None:
    apply(institute, declare(tmp_path, SUSPENSION))
    suspended: list[bool] = []

    def make(ground: Ground) -> list[Event]:
        known = ground.facts.documents()["user:ada"]
        suspended.append(getattr(known, "suspended", False))
        return [container_damaged(NOON, BOX, "x")]

    example_gate.record(make)

    assert suspended == [False, True]


def test_a_gate_that_is_closed_records_nothing(institute: Institute) -> None:
    gate = institute.gatekeeper("point:trainer")
    gate.close()

    with pytest.raises(RecordUnavailable):
        record(gate, container_damaged(NOON, BOX, "x"))
