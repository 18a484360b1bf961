"""Presence: it goes with the process, and no fork, id or file stands in for it."""

import os
import signal
import time
from pathlib import Path
from weakref import ref

import pytest

from ringwall.base.errors import RecordUnavailable
from ringwall.ledger.committing.presence import (
    Presence,
    _let_go,
    claim_beside,
    is_present,
    is_writer_id,
    strike_presence,
)
from tests.fault.children import Child

WRITER = "0123456789abcdef" * 2
OTHER = "f" * 32


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def test_a_writer_is_there_until_it_leaves(ledger: Path) -> None:
    presence = Presence(ledger, WRITER)

    assert is_present(ledger, WRITER)
    assert is_present(ledger, WRITER)
    assert not is_present(ledger, OTHER)
    presence.leave()
    presence.leave()
    assert not is_present(ledger, WRITER)
    assert list(ledger.parent.iterdir()) == []


def test_two_of_one_process_are_told_apart(ledger: Path) -> None:
    one, other = Presence(ledger, WRITER), Presence(ledger, OTHER)

    one.leave()

    assert not is_present(ledger, WRITER)
    assert is_present(ledger, OTHER)
    other.leave()


def test_who_was_killed_is_gone(ledger: Path) -> None:
    def work(say: object) -> None:
        assert callable(say)
        Presence(ledger, WRITER)
        presences.append(Presence(ledger, OTHER))
        say("there")
        signal.pause()

    presences: list[Presence] = []
    child = Child(work)
    assert next(child.lines()) == "there"
    assert is_present(ledger, OTHER)

    child.kill()

    assert child.ended() == -signal.SIGKILL
    assert not is_present(ledger, OTHER)
    strike_presence(ledger, OTHER)
    strike_presence(ledger, OTHER)
    assert not ledger.with_name(f"{ledger.name}-writer-{OTHER}").exists()


def test_a_fork_does_not_stand_in_for_the_process_it_was_forked_from(
    ledger: Path,
) -> None:
    def work(say: object) -> None:
        assert callable(say)
        presence = Presence(ledger, WRITER)
        fork = os.fork()
        if fork == 0:
            presence.leave()
            signal.pause()
        say(fork)
        signal.pause()

    child = Child(work)
    fork = next(child.lines())
    assert is_present(ledger, WRITER)

    child.kill()

    assert child.ended() == -signal.SIGKILL
    for _ in range(200):  # until the fork has run for the first time
        if not is_present(ledger, WRITER):
            break
        time.sleep(0.05)
    assert not is_present(ledger, WRITER)
    os.kill(fork, signal.SIGKILL)


def test_after_a_fork_the_lock_is_let_go_once(ledger: Path) -> None:
    presence = Presence(ledger, WRITER)

    _let_go(ref(presence))
    _let_go(ref(presence))

    assert not is_present(ledger, WRITER)
    presence.leave()
    assert not is_present(ledger, WRITER)


def test_a_presence_that_nobody_knows_any_more_does_not_hinder_a_fork(
    ledger: Path,
) -> None:
    presence = Presence(ledger, WRITER)
    presence.leave()
    del presence

    assert Child(lambda say: say("there")).finish() == ["there"]


@pytest.mark.parametrize(
    "value",
    [None, 7, b"f" * 32, "", "f" * 31, "F" * 32, "../" + "f" * 29, "f" * 32 + "\n"],
)
def test_what_is_no_id_is_nobody_and_touches_no_file(
    ledger: Path, value: object
) -> None:
    assert not is_writer_id(value)
    assert not is_present(ledger, value)
    strike_presence(ledger, value)
    with pytest.raises(ValueError, match="32 characters"):
        Presence(ledger, value)  # type: ignore[arg-type]  # what a caller might do


def test_an_id_is_used_once(ledger: Path) -> None:
    presence = Presence(ledger, WRITER)

    with pytest.raises(FileExistsError):
        Presence(ledger, WRITER)

    presence.leave()


def test_a_lock_file_that_can_not_be_opened_is_told(ledger: Path) -> None:
    os.symlink("elsewhere", f"{ledger}-writer-{WRITER}")

    with pytest.raises(RecordUnavailable, match="symbolic links") as caught:
        is_present(ledger, WRITER)
    assert caught.value.code == "writer-obscured"


def test_what_is_claimed_is_found_as_long_as_the_lock_file_is_there(
    ledger: Path,
) -> None:
    presence = Presence(ledger, WRITER, b"claim")

    assert claim_beside(ledger, WRITER) == b"claim"
    assert is_present(ledger, WRITER)
    presence.leave()
    assert claim_beside(ledger, WRITER) == b""


@pytest.mark.parametrize("writer", ["../elsewhere", 7, None])
def test_who_is_no_writer_claims_nothing(ledger: Path, writer: object) -> None:
    assert claim_beside(ledger, writer) == b""


def test_of_a_long_claim_the_beginning_is_read(ledger: Path) -> None:
    Path(f"{ledger}-writer-{WRITER}").write_bytes(b"x" * 10_000)

    assert claim_beside(ledger, WRITER) == b"x" * 4096


def test_a_pipe_in_the_place_of_a_lock_claims_nothing(ledger: Path) -> None:
    os.mkfifo(ledger.with_name(f"{ledger.name}-writer-{WRITER}"))

    assert claim_beside(ledger, WRITER) == b""
    assert not is_present(ledger, WRITER)
