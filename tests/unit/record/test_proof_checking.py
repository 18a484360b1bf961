"""Checking proofs without the log: each way to fail has a word of its own."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ringwall.base.errors import ConfigurationError, IntegrityError, RingwallError
from ringwall.record.disclosure_file import format_disclosures
from ringwall.record.proof_checking import ProofCheck, check_growth, check_proof
from ringwall.record.proving import Proven, prove_entry, prove_growth
from ringwall.signing.cosigner_keys import CosigningKey
from ringwall.signing.keys import SigningKey, VerifierKey, format_vkey
from ringwall.signing.notes import sign_note
from ringwall.tlog.checkpoints import Checkpoint, format_checkpoint, sign_checkpoint
from ringwall.tlog.cosignatures import cosign
from ringwall.tlog.hashing import EMPTY_ROOT
from ringwall.tlog.proof_file import ProofFile, format_proof_file
from ringwall.tlog.trust_policy import (
    TrustedLog,
    TrustedWitness,
    TrustPolicy,
)
from ringwall.tlog.witness_request import WitnessRequest, format_request
from tests.fault.ledger_simulator import (
    HISTORY,
    KEY,
    ORIGIN,
    OTHER_KEY,
    VERIFIER,
    LedgerFile,
    decision,
)

SIZE = len(HISTORY) + 1
WITNESS = CosigningKey("witness.example/one", bytes(range(1, 33)))
POLICY = TrustPolicy((), (TrustedWitness("one", WITNESS.verifier()),), (), "one")
CHECK = ProofCheck(VERIFIER, ORIGIN)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> LedgerFile:
    """Return a log whose last entry names a person."""
    asked = {**decision("dec-9"), "subject": "user:ada"}
    return LedgerFile(tmp_path_factory.mktemp("log"), (*HISTORY, asked))


@pytest.fixture(scope="module")
def proven(file: LedgerFile) -> Proven:
    """Return the proof of the last entry."""
    with file.opened(writable=False) as ledger:
        return prove_entry(ledger, SIZE - 1)


def code_of(data: bytes, check: ProofCheck = CHECK) -> str:
    """Return the code for which a proof is refused."""
    with pytest.raises(IntegrityError) as caught:
        check_proof(data, check)
    return caught.value.code


def test_a_proof_shows_entry_and_checkpoint(proven: Proven) -> None:
    shown = check_proof(format_proof_file(proven.proof), CHECK)

    assert (shown.index, shown.checkpoint) == (SIZE - 1, proven.checkpoint)
    assert shown.entry == proven.proof.extra
    assert shown.event is not None
    assert shown.event["subject"].startswith("user:~")
    assert (shown.cosignatures, shown.disclosed) == ((), {})
    assert shown.signer == VERIFIER.name


def test_disclosures_put_names_in_place_of_tokens(proven: Proven) -> None:
    check = replace(CHECK, disclosures=format_disclosures(proven.disclosures))
    shown = check_proof(format_proof_file(proven.proof), check)

    assert shown.event is not None
    assert shown.event["subject"] == "user:ada"
    assert shown.disclosed == {
        one.token: json.loads(one.value) for one in proven.disclosures
    }
    assert "user:ada" in shown.disclosed.values()


def test_a_file_of_disclosures_that_holds_nothing_is_not_none(proven: Proven) -> None:
    check = replace(CHECK, disclosures=b"")

    assert code_of(format_proof_file(proven.proof), check) == "disclosures-malformed"


def test_the_entry_may_come_apart_from_the_proof(proven: Proven) -> None:
    bare = format_proof_file(replace(proven.proof, extra=b""))
    entry = proven.proof.extra

    assert check_proof(bare, replace(CHECK, leaf=entry)).entry == entry
    assert code_of(bare) == "proof-without-entry"
    assert code_of(bare, replace(CHECK, leaf=entry + b" ")) == "proof-invalid"


def test_witnesses_are_asked_for(proven: Proven) -> None:
    line = cosign(format_checkpoint(proven.checkpoint), WITNESS, 1_800_000_000)
    cosigned = replace(proven.proof, note=proven.proof.note + line)
    check = replace(CHECK, policy=POLICY)

    shown = check_proof(format_proof_file(cosigned), check)
    assert [one.name for one in shown.cosignatures] == [WITNESS.name]
    assert code_of(format_proof_file(proven.proof), check) == "quorum-not-met"


def test_a_policy_that_names_other_logs_is_not_for_this_one(proven: Proven) -> None:
    data = format_proof_file(proven.proof)
    others = replace(POLICY, logs=(TrustedLog(OTHER_KEY.verifier()),), quorum="none")
    with pytest.raises(ConfigurationError) as caught:
        check_proof(data, replace(CHECK, policy=others))
    assert caught.value.code == "log-not-trusted"
    own = replace(POLICY, logs=(TrustedLog(VERIFIER),), quorum="none")
    assert check_proof(data, replace(CHECK, policy=own)).index == SIZE - 1


def mutated(proof: ProofFile) -> Iterator[tuple[str, bytes]]:
    """Give the code expected with each changed proof."""
    note = proof.note
    data = format_proof_file(proof)
    yield "proof-malformed", b""
    yield "proof-malformed", data.replace(b"index ", b"index 0")
    yield "proof-malformed", data.replace(b"@v1", b"@v2")
    yield "note-malformed", data[:-1]
    yield "signature-invalid", data.replace(b"\n11\n", b"\n12\n")
    yield "proof-invalid", format_proof_file(replace(proof, index=3))
    yield "proof-invalid", format_proof_file(replace(proof, index=SIZE))
    yield "proof-invalid", format_proof_file(replace(proof, hashes=proof.hashes[1:]))
    yield "proof-invalid", format_proof_file(replace(proof, extra=b"{}"))
    text = note.partition(b"\n\n")[0].decode() + "\n"
    yield (
        "wrong-key",
        format_proof_file(replace(proof, note=sign_note(text, OTHER_KEY))),
    )
    extended = sign_note(text + "more\n", KEY)
    yield "checkpoint-malformed", format_proof_file(replace(proof, note=extended))
    other = sign_note(text.replace(ORIGIN, "another.example"), KEY)
    yield "checkpoint-wrong-origin", format_proof_file(replace(proof, note=other))


def test_each_way_to_fail_has_its_word(proven: Proven) -> None:
    for code, data in mutated(proven.proof):
        assert code_of(data) == code


# --- growth -------------------------------------------------------------------


def notes(file: LedgerFile) -> tuple[bytes, bytes, bytes]:
    """Return the proof from 4 entries to the end, and both checkpoints."""
    with file.opened(writable=False) as ledger:
        growth = prove_growth(ledger, 4, SIZE)
    return growth.file(), sign_checkpoint(growth.old, KEY), growth.note


def growth_code(
    proof: bytes,
    old: bytes,
    new: bytes | int,
    keys: tuple[VerifierKey, ...] = (VERIFIER,),
) -> str:
    """Return the code for which a proof of growth is refused."""
    with pytest.raises(RingwallError) as caught:
        check_growth(proof, old, new, keys, ORIGIN)
    return caught.value.code


def test_growth_is_checked_with_files_alone(file: LedgerFile) -> None:
    proof, old, new = notes(file)

    for second in (new, SIZE):
        found = check_growth(proof, old, second, [VERIFIER], ORIGIN)
        assert (found.old.size, found.new.size) == (4, SIZE)
        assert found.file() == proof


def test_growth_from_nothing_has_an_empty_proof(file: LedgerFile) -> None:
    _, _, new = notes(file)
    proof = format_request(WitnessRequest(0, (), new))
    nothing = sign_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT), KEY)

    for old in (b"", nothing):
        assert check_growth(proof, old, new, [VERIFIER], ORIGIN).old.size == 0
    longer = format_request(WitnessRequest(0, (bytes(32),), new))
    assert growth_code(longer, b"", new) == "proof-invalid"
    wrong = sign_checkpoint(Checkpoint(ORIGIN, 0, bytes(32)), KEY)
    assert growth_code(proof, wrong, new) == "proof-invalid"


def test_growth_that_is_not_shown_is_refused(file: LedgerFile) -> None:
    proof, old, new = notes(file)
    size = SIZE
    lie = sign_checkpoint(Checkpoint(ORIGIN, 4, bytes(32)), KEY)
    assert growth_code(proof, lie, new) == "proof-invalid"
    fork = sign_checkpoint(Checkpoint(ORIGIN, size, bytes(32)), KEY)
    assert growth_code(proof, old, fork) == "log-forked"
    assert growth_code(proof, old, 10) == "proof-of-another-size"
    assert growth_code(proof, new, new) == "proof-of-another-size"
    assert growth_code(proof, b"", new) == "proof-of-another-size"
    assert growth_code(b"old 04\n\n" + new, old, new) == "request-malformed"
    same = format_request(WitnessRequest(size, (), new))
    assert growth_code(same, fork, new) == "log-forked"
    assert check_growth(same, new, new, [VERIFIER], ORIGIN).hashes == ()
    assert growth_code(proof, old, new, (OTHER_KEY.verifier(),)) == "wrong-key"
    assert growth_code(proof, old[:-1], new) == "note-malformed"


def test_after_a_change_of_keys_each_is_given_in_order(file: LedgerFile) -> None:
    proof, _, _ = notes(file)
    with file.opened(writable=False) as ledger:
        growth = prove_growth(ledger, 4, SIZE)
    old = sign_checkpoint(growth.old, KEY)
    new = sign_checkpoint(growth.new, OTHER_KEY)
    keys = (VERIFIER, OTHER_KEY.verifier())
    proof = format_request(WitnessRequest(4, growth.hashes, new))

    assert check_growth(proof, old, new, keys, ORIGIN).new.size == SIZE
    assert growth_code(proof, old, new, keys[::-1]) == "key-not-in-force"
    with pytest.raises(ValueError, match="no key"):
        check_growth(proof, old, new, (), ORIGIN)


def test_no_bit_of_a_proof_can_be_changed_unseen(proven: Proven) -> None:
    data = format_proof_file(proven.proof)
    shown = check_proof(data, CHECK)
    for place in range(0, len(data), 7):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        try:
            assert check_proof(bytes(changed), CHECK) == shown
        except IntegrityError:
            continue


def test_the_key_is_shown_where_it_does_not_fit(proven: Proven) -> None:
    other = SigningKey("x", bytes(32)).verifier()
    with pytest.raises(IntegrityError) as caught:
        check_proof(format_proof_file(proven.proof), ProofCheck(other, ORIGIN))
    assert format_vkey(other) in str(caught.value)
