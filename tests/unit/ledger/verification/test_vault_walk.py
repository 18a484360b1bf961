"""The vault's events are judged wherever they stand, as far as anybody can tell."""

from collections.abc import Iterable

import pytest

from ringwall.base.canonical import dump_canonical
from ringwall.ledger.verification.findings import Finding, Findings
from ringwall.ledger.verification.leaf_walk import Stretch
from ringwall.ledger.verification.remedies import remedy
from ringwall.ledger.verification.vault_walk import VaultWalk
from ringwall.matters.containers import Containers
from ringwall.model.events import Event
from ringwall.model.vault_events import vault_verified
from ringwall.tlog.hashing import leaf_hash
from tests.fault.ledger_simulator import AT, alarm, decision
from tests.unit.ledger.verification.vault_log import (
    BOX,
    COPY,
    WIDTH,
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
START: list[Event] = [*SEALED, *opened("dec-open")]
DISPUTED = "container-disputed"
SPAN = {"run": "r", "first": 0, "until": 1, "total": 1, "subject": "org:ada"}


@WAYS
@pytest.mark.parametrize("before", range(WIDTH - 6, WIDTH))
def test_a_permit_and_what_it_lets_may_stand_on_either_side_of_an_end(
    way: Way, before: int
) -> None:
    others = [decision(f"dec-{number}") for number in range(before)]
    events = [*others, *START, *read("dec-a", 0, 400), *read("dec-b", 400, 500)]
    wrong = [*events[:-1], {**events[-1], "decision": "dec-c"}]

    assert codes(events, way) == []
    assert ("vault-permit-missing", f"entry {len(wrong) - 1}") in codes(wrong, way)


@WAYS
@pytest.mark.parametrize(
    "again",
    [
        sealed("dec-2"),
        sealed("dec-2", COPY),
        sealed("dec-2", COPY, copy_of=BOX, recipient="org:x", action="weights.copy"),
        rewrapped("dec-2", generation=1),
        [*destroyed("dec-1"), *destroyed("dec-2")],
    ],
)
def test_what_breaks_the_rules_of_containers_is_found(
    way: Way, again: list[Event]
) -> None:
    events = [*SEALED, *again]

    assert codes(events, way) == [(DISPUTED, f"entry {len(events) - 1}")]


@WAYS
def test_of_what_is_disputed_it_is_told_once(way: Way) -> None:
    events = [*SEALED, *rewrapped("dec-2", generation=1), *rewrapped("dec-3")]

    assert codes(events, way) == [(DISPUTED, "entry 3")]


@WAYS
def test_to_verify_needs_no_permit_and_breaks_no_rule(way: Way) -> None:
    verified = vault_verified(AT, BOX, SPAN)

    assert (
        codes([verified, *SEALED, verified, vault_verified(AT, COPY, SPAN)], way) == []
    )


@WAYS
def test_beside_a_pruned_decision_nothing_is_told(way: Way) -> None:
    rest = read("dec-1", 0, 400)

    assert codes([*SEALED, None, START[3], *rest], way) == []
    assert codes([*SEALED, None, None, *rest], way) == []
    assert codes([*SEALED, None, None, None, *rest[1:]], way) == []
    assert codes([*SEALED, *[None] * 3 * WIDTH, rest[2]], way) == []


@WAYS
def test_what_pruning_leaves_is_judged_all_the_same(way: Way) -> None:
    # A container is never forgotten, nor which decision stands beside an entry.
    unknown = [None, *opened("dec-open")]
    unpaid = [*SEALED, None, *read("dec-1", 0, 400, 0)]
    early = [None, *rewrapped("dec-1")]

    assert codes(unknown, way) == [("container-closed", "entry 2")]
    assert codes(unpaid, way) == [("vault-amount-missing", "entry 4")]
    assert codes(early, way) == [(DISPUTED, "entry 2")]


@WAYS
def test_behind_a_damaged_entry_history_says_nothing(way: Way) -> None:
    findings = Findings()
    findings.add_entry("entry-changed", 0, "it was changed")
    events = [None, *opened("dec-open"), *read("dec-1", 0, 400, 0)]

    told = found(events, way, findings=findings)

    assert [one.code for one in told] == ["entry-changed", "vault-amount-missing"]


@WAYS
def test_damage_that_comes_later_excuses_nothing(way: Way) -> None:
    findings = Findings()
    findings.add_entry("entry-changed", 7, "it was changed")

    told = found(opened("dec-open"), way, findings=findings)

    assert [one.code for one in told] == ["entry-changed", "container-closed"]


def test_of_what_is_damaged_itself_something_else_is_told() -> None:
    findings = Findings()
    findings.add_entry("entry-unreadable", 2, "it is no event")
    events = [*SEALED, {**START[2], "effect": "deny"}, START[3]]

    told = found(events, findings=findings)

    assert [one.code for one in told] == ["entry-unreadable"]


def skim(entries: Iterable[bytes]) -> list[Finding]:
    """Return what is found where nobody else reads some entries."""
    findings = Findings()
    walk = VaultWalk(cursor_of(), findings, Containers)
    there = [(at, leaf_hash(data), data) for at, data in enumerate(entries)]
    walk.skim(Stretch(0, len(there), there), there)
    return list(findings.listed())


def test_what_is_no_event_is_told_where_nobody_else_reads_it() -> None:
    [told] = skim([dump_canonical({**START[3], "point": 7})])

    assert (told.code, told.place) == ("entry-unreadable", "entry 0")
    assert told.message == (
        "entry 0 is not an event: a key of `vault.opened` is missing or of another type"
    )


def test_what_names_the_vault_and_is_of_another_kind_is_left_alone() -> None:
    other = {
        "v": 1,
        "kind": "fact.declared",
        "at": "2027-01-15T08:00:00Z",
        "id": "org:x",
        "document": {"id": "org:x", "kind": "vault.opened"},
    }

    assert skim([dump_canonical(other)]) == []


@WAYS
def test_where_nobody_knows_the_rules_that_is_said(way: Way) -> None:
    findings = Findings()
    walk = VaultWalk(cursor_of(), findings, None)
    quiet = [decision("dec-1"), alarm("dec-1")]

    way(walk, Stretch(0, 2, rows(quiet)))
    assert walk.left_out == ""
    way(walk, Stretch(2, 4, rows(opened("dec-open"), 2)))
    walk.finish(cursor_of())

    assert findings.listed() == ()
    assert walk.left_out == (
        "the events of the vault: nobody said how containers are told of"
    )


@pytest.mark.parametrize(
    "code",
    [
        "container-closed",
        "container-disputed",
        "vault-amount-missing",
        "vault-open-missing",
        "vault-permit-missing",
        "vault-permit-reused",
        "vault-range-outside",
    ],
)
def test_only_a_holder_of_the_key_can_have_written_it(code: str) -> None:
    told = remedy(Finding(code, "entry 5", ""))

    assert "only a holder of the log's key" in told
    assert "ringwall audit rotate-key" in told


def test_the_words_are_for_an_officer() -> None:
    [told] = found([*SEALED, *sealed("dec-2")])
    [closed] = found([permit("dec-1"), *opened("dec-open")])

    assert told.message == (
        f"what it says of `{BOX}` can't follow on what was on record before: nobody "
        "may open that container any more"
    )
    assert closed.message == (
        f"`{BOX}` was on record as no container of `weights:aurora-2`"
    )
