"""The keys of a log: any of them leads to the head, and nothing else does."""

from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError, RecordUnavailable
from ringwall.ledger.committing.tip import Tip
from ringwall.ledger.head import read_head, sign_head
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.publication.epochs import check_in_force, recorded_epochs
from ringwall.ledger.store import Store
from ringwall.signing.keys import SigningKey, VerifierKey, format_vkey
from ringwall.tlog.checkpoints import Checkpoint, sign_checkpoint
from tests.fault.ledger_simulator import (
    KEY,
    ORIGIN,
    OTHER_KEY,
    VERIFIER,
    LedgerFile,
    decision,
    sealed,
)
from tests.unit.ledger.rotated import KEYS, RotatedFile


@pytest.fixture
def log(tmp_path: Path) -> RotatedFile:
    """Return a log that has not changed its key yet."""
    return RotatedFile(tmp_path)


def verifiers(ledger: Ledger) -> list[VerifierKey]:
    """Return the keys on record."""
    with ledger.store.reading() as connection:
        epochs = recorded_epochs(connection).epochs
    return [epoch.verifier for epoch in epochs]


def refusal(log: RotatedFile, trusted: SigningKey) -> str:
    """Return the code with which the head is refused."""
    with pytest.raises(IntegrityError) as caught:
        log.trusting(trusted).head()
    return caught.value.code


def test_a_log_that_never_changed_has_one_key(file: LedgerFile) -> None:
    with file.opened(writable=False) as ledger:
        assert verifiers(ledger) == [VERIFIER]
        assert ledger.head().size == 10


def test_any_key_that_the_log_has_had_leads_to_its_head(log: RotatedFile) -> None:
    for _ in range(3):
        log.rotate()
        for key in log.held:
            assert log.trusting(key).head().size
        log.grow(2)
        for key in log.held:
            ledger = log.trusting(key)
            assert ledger.head().size == ledger.head().size
            assert verifiers(ledger) == [held.verifier() for held in log.held]
            assert ledger.registry_since(-1).policy == "2" * 64


def test_a_key_that_it_never_had_leads_nowhere(log: RotatedFile) -> None:
    assert refusal(log, OTHER_KEY) == "signature-missing"

    log.rotate()

    assert refusal(log, OTHER_KEY) == "key-unknown"


def test_a_log_may_change_its_key_twice_in_a_row(log: RotatedFile) -> None:
    log.rotate()
    log.rotate()

    for key in log.held:
        assert log.trusting(key).head().size == 12


def test_before_its_epoch_is_closed_only_the_old_key_leads_there(
    log: RotatedFile,
) -> None:
    log.announce()

    assert log.trusting(log.held[0]).head().size == 11
    assert refusal(log, log.held[1]) == "epoch-unsealed"


def test_what_is_shown_once_is_not_asked_again(log: RotatedFile) -> None:
    log.rotate()
    log.grow()
    ledger = log.trusting(KEY)
    ledger.head()

    log.edit("DELETE FROM checkpoint")
    assert ledger.head().size == 12
    assert refusal(log, KEY) == "epoch-unsealed"


def test_a_new_change_of_keys_is_asked_for_again(log: RotatedFile) -> None:
    log.rotate()
    log.grow()
    ledger = log.trusting(KEY)
    assert ledger.head().size == 12
    log.rotate()
    log.grow()

    assert ledger.head().size == 14


def test_a_checkpoint_of_another_size_closes_nothing(log: RotatedFile) -> None:
    log.rotate()
    log.grow()
    [(note,)] = log.query("SELECT note FROM checkpoint WHERE size = 10")

    log.edit("UPDATE checkpoint SET note = ? WHERE size = 11", note)

    assert refusal(log, KEY) == "epoch-unsealed"


def test_a_checkpoint_of_another_tree_closes_nothing(log: RotatedFile) -> None:
    log.rotate()
    log.grow()
    note = sign_checkpoint(Checkpoint(ORIGIN, 11, b"x" * 32), KEY)

    log.edit("UPDATE checkpoint SET note = ? WHERE size = 11", note)

    assert refusal(log, KEY) == "proof-invalid"


def test_the_new_key_vouches_for_no_other_tree(log: RotatedFile) -> None:
    log.rotate()
    note = sign_checkpoint(Checkpoint(ORIGIN, 11, b"x" * 32), KEYS[0])

    log.edit("UPDATE checkpoint SET note = ? WHERE size = 11", note)

    assert refusal(log, KEYS[0]) == "head-differs"


def test_an_announcement_that_nobody_signed_leads_nowhere(log: RotatedFile) -> None:
    log.rotate()
    log.edit("UPDATE epoch SET vkey = ?", format_vkey(OTHER_KEY.verifier()))

    assert refusal(log, KEY) == "table-differs"
    assert refusal(log, OTHER_KEY) == "table-differs"


def test_a_head_sealed_by_a_newer_key_than_its_own_is_refused(log: RotatedFile) -> None:
    log.rotate()
    ledger = log.trusting(KEY)
    with ledger.store.reading() as connection:
        head = read_head(connection)
        frontier = ledger.keys.open_head(connection, head)
    forged = sign_head(frontier, head.standing_basis(), KEYS[0], ORIGIN)
    log.edit("UPDATE head SET seal = ?", forged.seal)

    assert refusal(log, KEY) == "signature-missing"
    assert refusal(log, KEYS[0]) == "signature-missing"


def test_a_log_without_a_beginning_has_no_keys(log: RotatedFile) -> None:
    log.rotate()
    log.edit("DELETE FROM institute")

    assert refusal(log, KEY) == "table-differs"


def test_a_checkpoint_is_opened_by_the_key_of_its_size(log: RotatedFile) -> None:
    log.rotate()
    log.grow()
    ledger = log.trusting(KEYS[0])

    with ledger.store.reading() as connection:
        head = read_head(connection)
        for size, note in log.query("SELECT size, note FROM checkpoint"):
            assert ledger.keys.open_held(connection, head, note).size == size
        old = Checkpoint(ORIGIN, 11, b"x" * 32)
        with pytest.raises(IntegrityError) as caught:
            ledger.keys.open_held(connection, head, sign_checkpoint(old, KEYS[0]))
        assert caught.value.code == "key-not-in-force"
        with pytest.raises(IntegrityError) as caught:
            ledger.keys.open_held(connection, head, sign_checkpoint(old, KEY))
        assert caught.value.code == "log-forked"


def test_a_larger_checkpoint_by_an_unknown_key_is_no_proof_and_refused(
    log: RotatedFile,
) -> None:
    ledger = log.trusting(KEY)
    for size, key, code in (
        (77, KEYS[3], "log-rolled-back"),
        (5, KEYS[3], "signature-missing"),
        (77, KEY, "log-rolled-back"),
    ):
        note = sign_checkpoint(Checkpoint(ORIGIN, size, bytes(32)), key)
        with ledger.store.reading() as connection:
            head = read_head(connection)
            with pytest.raises(IntegrityError) as caught:
                ledger.keys.open_held(connection, head, note)
        assert caught.value.code == code
    log.rotate()
    note = sign_checkpoint(Checkpoint(ORIGIN, 77, bytes(32)), KEYS[3])
    with (
        ledger.store.reading() as connection,
        pytest.raises(IntegrityError, match="does not know") as caught,
    ):
        ledger.keys.open_held(connection, read_head(connection), note)
    assert caught.value.code == "log-rolled-back"


def test_a_writer_must_have_the_key_in_force(log: RotatedFile) -> None:
    ledger = log.trusting(KEY)
    with ledger.store.reading() as connection:
        check_in_force(connection, VERIFIER)
        check_in_force(connection, OTHER_KEY.verifier())  # the seal will tell

    log.rotate()

    with ledger.store.reading() as connection:
        check_in_force(connection, KEYS[0].verifier())
        with pytest.raises(RecordUnavailable) as caught:
            check_in_force(connection, VERIFIER)
    assert caught.value.code == "key-rotated"
    assert caught.value.next_step


def tag_on(log: RotatedFile, count: int, key: SigningKey | None = None) -> None:
    """Append as a running gate does: the head is tagged, not signed."""
    key = key or log.held[-1]
    store = Store(log.path, writable=True)
    for number in range(count):
        with store.writing() as connection:
            tip = Tip.read(connection, key, ORIGIN)
            entries = [sealed(decision(f"dec-tag-{number}", basis=tip.basis.last))]
            tip.extended(connection, entries, key, ORIGIN, is_signed=False)
    store.close()


def test_any_key_leads_to_a_head_that_is_tagged_only(log: RotatedFile) -> None:
    tag_on(log, 2)
    assert log.trusting(KEY).head().size == 12
    for _ in range(2):
        log.rotate()
        tag_on(log, 2)
        for key in log.held:
            assert (
                log.trusting(key).head().sealed().size < log.trusting(key).head().size
            )


def test_a_tagged_head_that_does_not_grow_from_what_is_sealed_is_refused(
    log: RotatedFile,
) -> None:
    tag_on(log, 2)
    log.edit("UPDATE leaf SET hash = zeroblob(32) WHERE idx = 3")

    assert refusal(log, KEY) == "log-forked"
