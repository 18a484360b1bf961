"""Events of the vault: each builder says its kind, its instant and what is given."""

from dataclasses import replace

import pytest

from ringwall.model.matter_events import MATTER_KINDS, PASSING_KINDS
from ringwall.model.requests import AccessRequest, Reach
from ringwall.model.vault_events import (
    VAULT_MATTERS,
    VAULT_PASSING,
    container_damaged,
    vault_destroyed,
    vault_opened,
    vault_read,
    vault_rewrapped,
    vault_sealed,
    vault_verified,
)
from tests.matter_events import BOX, SEALED

AT = 1_800_000_000_000_000
HEAD = {"v": 1, "at": "2027-01-15T08:00:00Z"}
ASKED = AccessRequest(
    *("user:ada", "weights.read", "weights:aurora-2", "point:vault"),
    continues="dec-0",
    reach=Reach(BOX, 5, 9),
)
REACHED = {
    "decision": "dec-1",
    "container": BOX,
    "subject": "user:ada",
    "resource": "weights:aurora-2",
    "point": "point:vault",
}


def test_what_is_done_to_a_container_stays_and_what_is_read_passes() -> None:
    assert VAULT_MATTERS <= MATTER_KINDS
    assert VAULT_PASSING <= PASSING_KINDS


def test_what_was_done_is_told_with_its_container() -> None:
    slot = {"slot": "ab" * 32, "key": "k", "key_kind": "file", "generation": 2}
    act = {"decision": "dec-1", "subject": "user:ada"}
    run = {"run": "run-1", "first": 0, "until": 3, "total": 9, "subject": "user:ada"}
    gone = {**act, "reason": "superseded"}

    told = [
        vault_sealed(AT, BOX, SEALED),
        vault_rewrapped(AT, BOX, {**slot, **act}),
        vault_destroyed(AT, BOX, gone),
        vault_verified(AT, BOX, run),
    ]

    about = {**HEAD, "container": BOX}
    assert told == [
        {**about, "kind": "vault.sealed", **SEALED},
        {**about, "kind": "vault.rewrapped", **slot, **act},
        {**about, "kind": "vault.destroyed", **gone},
        {**about, "kind": "vault.verified", **run},
    ]


def test_an_opening_tells_the_action_and_a_reading_the_range() -> None:
    opened = {**HEAD, **REACHED, "kind": "vault.opened", "action": "weights.read"}
    span = {"opened": "dec-0", "start": 5, "stop": 9}

    assert vault_opened(AT, "dec-1", ASKED) == opened
    assert vault_read(AT, "dec-1", ASKED) == {
        **HEAD,
        **REACHED,
        **span,
        "kind": "vault.read",
    }


def test_what_reaches_for_nothing_opens_and_reads_nothing() -> None:
    asked = replace(ASKED, reach=None)

    for built in (vault_opened, vault_read):
        with pytest.raises(ValueError, match="reaches for no container"):
            built(AT, "dec-1", asked)


def test_the_alarm_tells_what_was_found() -> None:
    assert container_damaged(AT, BOX, "chunk-altered") == {
        **HEAD,
        "kind": "alarm.raised",
        "code": "container-damaged",
        "container": BOX,
        "found": "chunk-altered",
    }
