"""What was opened and read stands beside its permit, and is paid for."""

import random
from typing import Any

import pytest

from ringwall.ledger.verification.findings import Findings
from ringwall.ledger.verification.leaf_walk import Stretch
from ringwall.ledger.verification.vault_opens import VaultOpens
from ringwall.ledger.verification.vault_walk import VaultWalk
from ringwall.matters.containers import Containers
from ringwall.model.events import Event, amount_left
from ringwall.model.requests import AccessRequest
from ringwall.tlog.hashing import leaf_hash
from tests.fault.ledger_simulator import AT, alarm
from tests.unit.ledger.verification.vault_log import (
    ASSET,
    BOX,
    COPY,
    SIZE,
    Way,
    codes,
    cursor_of,
    destroyed,
    found,
    opened,
    permit,
    read,
    rewrapped,
    rows,
    sealed,
    skimmed,
    walked,
)

WAYS = pytest.mark.parametrize("way", [walked, skimmed])
SEALED = sealed("dec-seal")
OPENED = opened("dec-open")
START: list[Event] = [*SEALED, *OPENED]
MISSING = "vault-permit-missing"


def changed(events: list[Event], at: int, **words: object) -> list[Event]:
    """Return events of which one says something else."""
    return [*events[:at], {**events[at], **words}, *events[at:][1:]]


@WAYS
def test_nothing_is_told_of_what_a_gate_records(way: Way) -> None:
    events = [
        *START,
        *read("dec-1", 0, 400),
        *read("dec-2", 200, SIZE, 600),
        *read("dec-3", 0, SIZE, 1),  # whoever takes more than is needed may
        *opened("dec-load", "weights.load"),
        *read("dec-4", 0, SIZE, 0, of="dec-load", action="weights.load"),
        *opened("dec-rewrap", "weights.rewrap"),
        *read("dec-again", 0, 0, of="dec-rewrap", action="weights.rewrap"),
    ]

    assert codes(events, way) == []


@WAYS
@pytest.mark.parametrize(
    "words",
    [
        {"id": "dec-other"},
        {"effect": "deny"},
        {"subject": "org:eve"},
        {"action": "weights.load"},
        {"resource": "weights:other"},
        {"point": "point:other"},
        {"continues": "dec-0"},
    ],
)
def test_what_is_opened_on_another_decision_is_found(
    way: Way, words: dict[str, Any]
) -> None:
    events = [*SEALED, *changed(OPENED, 0, **words)]

    assert codes(events, way) == [(MISSING, "entry 3")]


@WAYS
@pytest.mark.parametrize(
    "words",
    [
        {"id": "dec-other"},
        {"effect": "deny"},
        {"subject": "org:eve"},
        {"resource": "weights:other"},
        {"point": "point:other"},
        {"continues": "dec-0"},
    ],
)
def test_what_is_read_on_another_decision_is_found(
    way: Way, words: dict[str, Any]
) -> None:
    events = [*START, *changed(read("dec-1", 0, 400), 0, **words)]

    assert codes(events, way) == [(MISSING, "entry 6")]


@WAYS
def test_a_permit_that_does_not_stand_beside_it_does_not_count(way: Way) -> None:
    behind = [*START, permit("dec-else"), OPENED[1]]
    alone = [SEALED[1], OPENED[1], permit("dec-seal", "weights.seal")]
    far = [*SEALED, OPENED[0], *(alarm("dec-open") for _ in range(64)), OPENED[1]]

    assert codes(behind, way) == [(MISSING, "entry 5")]
    assert (MISSING, "entry 1") in codes(alone, way)
    assert codes(far, way) == [(MISSING, "entry 67")]
    assert codes([*far[:3], *far[4:]], way) == []


def test_what_can_not_be_read_is_no_permit() -> None:
    odd = changed(OPENED, 0, kind="decision.mode", authentication="mfa")
    entries = rows([*SEALED, *OPENED])
    torn = entries[2][2][:-1]
    entries[2] = (2, leaf_hash(torn), torn)
    findings = Findings()
    walk = VaultWalk(cursor_of(entries), findings, Containers)
    skimmed(walk, Stretch(0, 4, entries))

    assert codes([*SEALED, *odd], skimmed) == [(MISSING, "entry 3")]
    assert [(f.code, f.place) for f in findings.listed()] == [(MISSING, "entry 3")]


@WAYS
def test_a_permit_is_for_one_opening_or_one_range(way: Way) -> None:
    twice = [*START, OPENED[1]]
    ranges = read("dec-1", 0, 400)

    assert codes(twice, way) == [("vault-permit-reused", "entry 4")]
    assert codes([*START, *ranges, ranges[-1]], way) == [
        ("vault-permit-reused", "entry 7")
    ]


@WAYS
@pytest.mark.parametrize(
    ("at", "words"),
    [
        (2, {"decision": "dec-other"}),
        (2, {"container": COPY}),
        (2, {"subject": "org:eve"}),
        (2, {"resource": "weights:other"}),
        (2, {"point": "point:other"}),
        (1, {"action": "weights.load"}),
    ],
)
def test_what_is_read_was_opened_before_for_the_same(
    way: Way, at: int, words: dict[str, Any]
) -> None:
    events = changed(START, 3, **words) if at == 2 else START
    range_ = read("dec-1", 0, 400)
    if at == 1:
        range_ = changed(range_, 0, **words)

    said = codes([*events, *range_], way)

    assert ("vault-open-missing", "entry 6") in said


@WAYS
@pytest.mark.parametrize(
    ("start", "stop"), [(400, 300), (0, SIZE + 1), (SIZE, SIZE + 7)]
)
def test_a_range_lies_within_the_file(way: Way, start: int, stop: int) -> None:
    said = changed(read("dec-1", 0, 7), 2, start=start, stop=stop)

    assert codes([*START, *said], way) == [("vault-range-outside", "entry 6")]


@WAYS
def test_what_is_handed_out_is_taken_off_the_budgets(way: Way) -> None:
    code = "vault-amount-missing"
    nothing = read("dec-1", 0, 400, 0)
    less = read("dec-1", 0, 400, 399)
    loaded = read("dec-1", 0, 400, 0, action="weights.load")

    assert codes([*START, *nothing], way) == [(code, "entry 5")]
    assert codes([*START, *less], way) == [(code, "entry 6")]
    # Who opened it to read can't say that they load it.
    assert codes([*START, *loaded], way) == [("vault-open-missing", "entry 5")]


@WAYS
@pytest.mark.parametrize(
    "words",
    [
        {"decision": "dec-2"},
        {"subject": "org:eve"},
        {"resource": "weights:other"},
        {"point": "point:other"},
    ],
)
def test_what_is_taken_off_other_budgets_does_not_count(
    way: Way, words: dict[str, Any]
) -> None:
    events = [*START, *changed(read("dec-1", 0, 400), 1, **words)]

    assert codes(events, way) == [("vault-amount-missing", "entry 6")]


def test_amounts_that_can_not_be_read_do_not_count() -> None:
    broken = changed(read("dec-1", 0, 400), 1, bytes=-1)
    hidden = changed(read("dec-1", 0, 400), 1, kind="fact.declared", id="org:x")
    hidden[1]["document"] = {"kind": "amount.left"}

    for events in (broken, hidden):
        assert ("vault-amount-missing", "entry 6") in codes([*START, *events], skimmed)


@WAYS
@pytest.mark.parametrize(
    ("before", "box"),
    [
        ([], BOX),
        (SEALED, COPY),
        (sealed("dec-seal", asset="weights:other"), BOX),
        ([*SEALED, *destroyed("dec-end")], BOX),
        ([*SEALED, *sealed("dec-2", COPY, replaces=BOX)], BOX),
    ],
)
def test_only_what_can_be_opened_is_opened(
    way: Way, before: list[Event], box: str
) -> None:
    events = [*before, *opened("dec-open", box=box)]

    place = f"entry {len(events) - 1}"
    assert ("container-closed", place) in codes(events, way)


@WAYS
def test_what_is_disputed_is_not_opened(way: Way) -> None:
    events = [*SEALED, *rewrapped("dec-2", generation=1), *OPENED]

    assert codes(events, way) == [
        ("container-disputed", "entry 3"),
        ("container-closed", "entry 5"),
    ]


@WAYS
def test_what_was_opened_before_it_was_replaced_is_read_to_its_end(way: Way) -> None:
    after = sealed("dec-2", COPY, replaces=BOX)
    gone = destroyed("dec-end")

    assert codes([*START, *after, *read("dec-1", 0, 400)], way) == []
    assert codes([*START, *gone, *read("dec-1", 0, 400)], way) == [
        ("container-closed", "entry 8")
    ]


def test_bytes_are_counted_as_who_counts_each_of_them() -> None:
    choose = random.Random(7)
    for _ in range(200):
        seen: set[int] = set()
        events = list(START)
        wrong = []
        for number in range(12):
            start = choose.randrange(40)
            stop = start + choose.randrange(12)
            fresh = set(range(start, stop)) - seen
            seen |= fresh
            less = choose.random() < 0.3 and len(fresh) > 1
            events += read(f"dec-{number}", start, stop, len(fresh) - less)
            if less:
                wrong.append(f"entry {len(events) - 1}")
        told = codes(events)
        assert told == [("vault-amount-missing", place) for place in wrong]


def test_the_words_are_for_an_officer() -> None:
    [unpaid] = found([*START, *read("dec-1", 0, 400, 7)])
    [unopened] = found([*SEALED, *read("dec-1", 0, 400)])
    [outside] = found([*START, *read("dec-1", 0, SIZE + 1, 1)])

    assert unpaid.message == (
        "it hands out 400 bytes that were not read before, and the permit takes 7 off "
        "the budgets"
    )
    assert unopened.message == (
        f"`dec-open`, that it goes on from, opened no `{BOX}` before for the same use"
    )
    assert outside.message == f"bytes 0 to {SIZE + 1} are no range of the file"


def test_openings_for_the_same_share_what_is_kept_of_them() -> None:
    opens = VaultOpens(lambda one, other: one == other)
    for number in range(50):
        opens.take(opened(f"dec-{number}")[1], None, None)

    assert len(opens._opened) == 50
    assert len({id(one) for one in opens._opened.values()}) == 1


def test_an_amount_of_several_entries_is_added_up() -> None:
    request = AccessRequest("org:ada", "weights.read", ASSET, "point:trainer")
    first, left, last = read("dec-1", 0, 400, 300)
    more = amount_left(AT, "dec-1", request, 100, 0)

    assert codes([*START, first, left, more, last]) == []
