"""Proving to outsiders: what they are handed is what their own key opens."""

from pathlib import Path

import pytest

from ringwall.base.errors import RingwallError
from ringwall.model.events import log_pruned
from ringwall.record.proving import prove_entry, prove_growth
from ringwall.tlog.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from ringwall.tlog.proof_file import check_proof_file
from ringwall.tlog.witness_request import parse_request
from tests.fault.ledger_simulator import (
    AT,
    KEY,
    ORIGIN,
    OTHER_KEY,
    VERIFIER,
    LedgerFile,
)
from tests.fault.long_log import LongLog


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> LongLog:
    """Return a log of 600 entries with checkpoints at 256, 512 and 600."""
    return LongLog(tmp_path_factory.mktemp("long"), 600)


def growth_code(file: LedgerFile, old: int | bytes, new: int | bytes) -> str:
    """Return the code for which growth is not proven."""
    with (
        file.opened(writable=False) as ledger,
        pytest.raises(RingwallError) as caught,
    ):
        prove_growth(ledger, old, new)
    return caught.value.code


def test_an_entry_is_proven_under_the_newest_checkpoint(long: LongLog) -> None:
    with long.opened(writable=False) as ledger:
        newest = prove_entry(ledger, 5)
        older = prove_entry(ledger, 5, 256)

    assert (newest.checkpoint.size, older.checkpoint.size) == (600, 256)
    for proven in (newest, older):
        assert check_proof_file(proven.proof, VERIFIER, ORIGIN) == proven.checkpoint
    assert [one.value for one in newest.disclosures] == [b'"user:person-5"']


def test_growth_between_published_sizes_can_be_handed_on(long: LongLog) -> None:
    with long.opened(writable=False) as ledger:
        growth = prove_growth(ledger, 256, 600)

    request = parse_request(growth.file())
    assert (request.old_size, request.proof) == (256, growth.hashes)
    assert open_checkpoint(request.note, VERIFIER, ORIGIN) == growth.new


def test_growth_up_to_a_root_that_nobody_signed_can_not(long: LongLog) -> None:
    with long.opened(writable=False) as ledger:
        growth = prove_growth(ledger, 0, 599)
        assert growth.hashes == ()
        with pytest.raises(RingwallError) as caught:
            growth.file()
    assert caught.value.code == "checkpoint-unsigned"


def test_growth_from_a_checkpoint_that_somebody_kept(long: LongLog) -> None:
    with long.opened(writable=False) as ledger:
        kept = prove_growth(ledger, 0, 300).new
        note = sign_checkpoint(kept, KEY)
        growth = prove_growth(ledger, note, 512)
    assert (growth.old, growth.new.size) == (kept, 512)
    assert growth.hashes


def test_a_checkpoint_that_the_log_does_not_begin_with_is_told(long: LongLog) -> None:
    forked = sign_checkpoint(Checkpoint(ORIGIN, 300, bytes(32)), KEY)
    longer = sign_checkpoint(Checkpoint(ORIGIN, 601, bytes(32)), KEY)
    other = sign_checkpoint(Checkpoint(ORIGIN, 300, bytes(32)), OTHER_KEY)

    assert growth_code(long, forked, 512) == "log-forked"
    assert growth_code(long, longer, 512) == "log-rolled-back"
    assert growth_code(long, other, 512) == "signature-missing"


def test_a_log_does_not_shrink(long: LongLog) -> None:
    assert growth_code(long, 512, 256) == "sizes-reversed"
    assert growth_code(long, 512, 601) == "unknown-size"


def test_growth_to_itself_needs_no_hash(tmp_path: Path) -> None:
    with LedgerFile(tmp_path).opened(writable=False) as ledger:
        assert prove_growth(ledger, 10, 10).hashes == ()


def test_a_pruned_entry_is_proven_by_whoever_kept_it(tmp_path: Path) -> None:
    file = LongLog(tmp_path, 300)
    [(data,)] = file.query("SELECT entry FROM leaf WHERE idx = 5")
    with file.opened() as ledger:
        before = prove_entry(ledger, 5)
        ledger.append([log_pruned(AT, 300, "old")])
    with file.opened(writable=False) as ledger:
        with pytest.raises(RingwallError) as caught:
            prove_entry(ledger, 5, 300)
        assert caught.value.code == "entry-pruned"
        proven = prove_entry(ledger, 5, 300, data)
        with pytest.raises(RingwallError) as caught:
            prove_entry(ledger, 6, 300, data)
        assert caught.value.code == "leaf-differs"

    assert proven.proof == before.proof
    assert proven.disclosures == ()
    assert check_proof_file(proven.proof, VERIFIER, ORIGIN) == proven.checkpoint
