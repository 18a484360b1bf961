"""Provers: each proof holds under the signed checkpoint, or there is none."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError, RingwallError
from ringwall.ledger.prover import OpenLog, open_log
from ringwall.tlog.checkpoints import Checkpoint, sign_checkpoint
from ringwall.tlog.proof_file import check_proof_file
from ringwall.tlog.proofs import check_consistency
from tests.fault.ledger_simulator import (
    HISTORY,
    KEY,
    ORIGIN,
    OTHER_KEY,
    VERIFIER,
    LedgerFile,
    decision,
)
from tests.fault.long_log import LongLog

SIZE = 700


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> LongLog:
    """Return a log of 700 entries with checkpoints at 256, 512 and 700."""
    return LongLog(tmp_path_factory.mktemp("long"), SIZE)


@pytest.fixture
def log(long: LongLog) -> Iterator[OpenLog]:
    """Give the log, open."""
    with (
        long.opened(writable=False) as ledger,
        open_log(ledger.store, ledger.keys) as o,
    ):
        yield o


def code_of(file: LedgerFile, index: int, size: int | None = None) -> str:
    """Return the code for which an entry is not proven."""
    with (
        file.opened(writable=False) as ledger,
        open_log(ledger.store, ledger.keys) as log,
        pytest.raises(RingwallError) as caught,
    ):
        log.prover(size).prove(index)
    assert caught.value.next_step or caught.value.code == "unknown-entry"
    return caught.value.code


@pytest.mark.parametrize("size", [None, 256, 512, 700])
def test_each_entry_is_proven_under_each_checkpoint(
    log: OpenLog, size: int | None
) -> None:
    prover = log.prover(size)
    assert prover.checkpoint.size == (size or SIZE)
    for index in (0, 1, 254, 255, 256, 511, 512, 699):
        if index < prover.checkpoint.size:
            proof = prover.prove(index)
            assert proof.index == index
            assert check_proof_file(proof, VERIFIER, ORIGIN) == prover.checkpoint


def test_a_size_without_a_checkpoint_has_no_prover(long: LongLog) -> None:
    assert code_of(long, 3, 300) == "checkpoint-unknown"


@pytest.mark.parametrize(
    ("size", "first"), [(0, 256), (256, 256), (257, 512), (513, 700), (701, None)]
)
def test_the_first_checkpoint_from_a_size_on_is_verified(
    log: OpenLog, size: int, first: int | None
) -> None:
    found = log.first_published(size)

    assert found == (None if first is None else log.at(first))


def test_a_first_checkpoint_that_nobody_signed_is_refused(file: LedgerFile) -> None:
    other = sign_checkpoint(Checkpoint(ORIGIN, len(HISTORY), bytes(32)), OTHER_KEY)
    file.edit("UPDATE checkpoint SET note = ?", other)

    with (
        file.opened(writable=False) as ledger,
        open_log(ledger.store, ledger.keys) as log,
        pytest.raises(RingwallError) as caught,
    ):
        log.first_published(0)
    assert caught.value.code == "signature-missing"


def test_an_entry_behind_the_checkpoint_is_not_covered(long: LongLog) -> None:
    assert code_of(long, 256, 256) == "entry-not-covered"
    assert code_of(long, 700) == "unknown-entry"


def test_a_log_that_has_published_nothing_proves_nothing(file: LedgerFile) -> None:
    file.edit("DELETE FROM checkpoint")

    assert code_of(file, 3) == "checkpoint-unknown"


def test_wrong_stored_hashes_make_no_proof(file: LedgerFile) -> None:
    # Entry 3 is as it was, its sibling is not.
    file.edit("UPDATE leaf SET hash = zeroblob(32) WHERE idx = 2")

    assert code_of(file, 3) == "proof-invalid"


def test_a_checkpoint_in_the_row_of_another_is_refused(file: LedgerFile) -> None:
    file.edit("UPDATE checkpoint SET size = 9")

    assert code_of(file, 3) == "table-differs"


def test_a_checkpoint_of_another_key_is_refused(file: LedgerFile) -> None:
    other = sign_checkpoint(Checkpoint(ORIGIN, len(HISTORY), bytes(32)), OTHER_KEY)
    file.edit("UPDATE checkpoint SET note = ?", other)

    assert code_of(file, 3) == "signature-missing"


def test_a_checkpoint_of_a_fork_is_refused(file: LedgerFile) -> None:
    forked = sign_checkpoint(Checkpoint(ORIGIN, len(HISTORY), bytes(32)), KEY)
    file.edit("UPDATE checkpoint SET note = ?", forked)

    assert code_of(file, 3) == "log-forked"


@pytest.mark.parametrize("old", [0, 1, 255, 256, 300, 699, 700])
@pytest.mark.parametrize("new", [300, 512, 699, 700])
def test_growth_is_proven_between_any_two_sizes(
    log: OpenLog, old: int, new: int
) -> None:
    if old > new:
        return
    first, second = log.at(old), log.at(new)
    proof = log.grown(first, second)
    if old:
        check_consistency(old, new, first.root, second.root, proof)
    else:
        assert proof == ()


def test_growth_from_another_log_is_not_proven(log: OpenLog) -> None:
    with pytest.raises(IntegrityError) as caught:
        log.grown(Checkpoint(ORIGIN, 300, bytes(32)), log.at(700))
    assert caught.value.code == "proof-invalid"


def test_a_size_beyond_the_end_is_unknown(log: OpenLog) -> None:
    with pytest.raises(RingwallError) as caught:
        log.at(701)
    assert caught.value.code == "unknown-size"


def test_what_an_entry_conceals_is_disclosed(tmp_path: Path) -> None:
    asked = {**decision("dec-9"), "subject": "user:ada", "purpose": "nightly run"}
    file = LedgerFile(tmp_path, (*HISTORY, asked))
    with (
        file.opened(writable=False) as ledger,
        open_log(ledger.store, ledger.keys) as log,
    ):
        prover = log.prover()
        found = prover.disclosures(prover.prove(len(HISTORY)))
    assert sorted(one.value for one in found) == [b'"nightly run"', b'"user:ada"']
    assert all(one.is_true for one in found)
