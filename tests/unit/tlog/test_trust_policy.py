"""A trust policy: who counts, who counts once, and how many it takes."""

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.signing import CosignerVerifier, CosigningKey, SigningKey, VerifierKey
from ringwall.tlog.checkpoints import Checkpoint, format_checkpoint, sign_checkpoint
from ringwall.tlog.cosignatures import Cosignature, cosign, open_cosignatures
from ringwall.tlog.trust_policy import (
    NO_QUORUM,
    TrustedLog,
    TrustedWitness,
    TrustPolicy,
    TrustPolicyDraft,
    WitnessGroup,
    check_quorum,
    open_trusted,
)

ORIGIN = "log.example/ringwall"
LOG = SigningKey(ORIGIN, bytes(range(32)))
HEAD = Checkpoint(ORIGIN, 7, bytes(range(32)))
TEXT = format_checkpoint(HEAD)
NOTE = sign_checkpoint(HEAD, LOG)
SECOND = 1_795_000_000

KEYS = {
    name: CosigningKey(f"{name.lower()}.example/w", bytes([number] * 32))
    for number, name in enumerate(["X1", "X2", "X3", "Y1", "Y2"], start=40)
}
LINES = {name: cosign(TEXT, key, SECOND) for name, key in KEYS.items()}
LOGS = (TrustedLog(LOG.verifier()),)
WITNESSES = tuple(TrustedWitness(name, key.verifier()) for name, key in KEYS.items())
GROUPS = (
    WitnessGroup("X", 2, ("X1", "X2", "X3")),
    WitnessGroup("Y", 1, ("Y1", "Y2")),
    WitnessGroup("both", 2, ("X", "Y")),
)
POLICY = TrustPolicy(LOGS, WITNESSES, GROUPS, "both")


def code_of(note: bytes, policy: TrustPolicy = POLICY) -> str:
    """Return the code with which the checkpoint is refused."""
    with pytest.raises(IntegrityError) as caught:
        open_trusted(note, policy)
    return caught.value.code


def cosigned(*names: str) -> bytes:
    """Return the checkpoint cosigned by these, in this order."""
    return NOTE + b"".join(LINES[name] for name in names)


# --- how many it takes -------------------------------------------------------


@pytest.mark.parametrize(
    "names", ["X1 X2 Y1", "X1 X3 Y2", "X2 X3 Y1 Y2", "Y2 X3 X1 X2"]
)
def test_two_of_three_and_one_of_two_are_enough(names: str) -> None:
    assert POLICY.is_met(names.split())
    assert POLICY.is_met(frozenset(names.split()))


@pytest.mark.parametrize("names", ["", "X1 Y1", "X1 X2 X3", "Y1 Y2", "X1 Y1 Y2"])
def test_fewer_or_others_are_not(names: str) -> None:
    assert not POLICY.is_met(names.split())


def test_one_named_twice_is_one() -> None:
    assert not POLICY.is_met(["X1", "X1", "Y1"])


def test_nobody_cosigns_under_the_name_of_a_group() -> None:
    assert not POLICY.is_met(["both"])
    assert not POLICY.is_met(["X", "Y"])
    assert not POLICY.is_met(["X", "Y1", "stranger", ""])


def test_the_quorum_may_be_one_witness_or_nobody() -> None:
    one = TrustPolicy(LOGS, WITNESSES, GROUPS, "Y2")
    nobody = TrustPolicy((), (), (), NO_QUORUM)

    assert one.is_met({"Y2"})
    assert not one.is_met({"X1", "X2", "X3", "Y1"})
    assert nobody.is_met(())
    assert TrustPolicy(LOGS, WITNESSES, (), "none").is_met(())


def test_thirty_two_of_each_and_more_are_taken() -> None:
    logs = tuple(
        TrustedLog(SigningKey(f"log{n}.example", bytes([n] * 32)).verifier())
        for n in range(64)
    )
    keys = [CosigningKey(f"w{n}", bytes([n] * 32)).verifier() for n in range(64)]
    witnesses = tuple(TrustedWitness(key.name, key) for key in keys)
    groups = [WitnessGroup("g0", 1, ("w0",))]
    groups += [WitnessGroup(f"g{n}", 2, (f"g{n - 1}", f"w{n}")) for n in range(1, 64)]
    policy = TrustPolicy(logs, witnesses, tuple(groups), "g63")

    everybody = {key.name for key in keys}
    assert policy.is_met(everybody)
    assert not policy.is_met(everybody - {"w0"})


# --- opening -----------------------------------------------------------------


def test_a_checkpoint_is_trusted_with_its_log_and_its_quorum() -> None:
    note = cosigned("X3", "Y1", "X1")

    head, found = open_trusted(note, POLICY)

    assert head == HEAD
    assert [line.name for line in found] == [
        "x3.example/w",
        "y1.example/w",
        "x1.example/w",
    ]
    assert check_quorum(note, POLICY) == found
    assert POLICY.names_of(found) == {"X1", "X3", "Y1"}


def test_too_few_cosignatures_are_refused() -> None:
    assert code_of(NOTE) == "quorum-not-met"
    assert code_of(cosigned("X1", "X2", "X3")) == "quorum-not-met"
    assert code_of(cosigned("X1", "Y1", "Y2")) == "quorum-not-met"


def test_a_bad_cosignature_spoils_even_a_quorum() -> None:
    other = format_checkpoint(Checkpoint(ORIGIN, 8, HEAD.root))
    note = cosigned("X1", "X2", "Y1") + cosign(other, KEYS["Y2"], SECOND)

    assert code_of(note) == "signature-invalid"


def test_unknown_cosigners_count_for_nothing() -> None:
    stranger = CosigningKey("stranger.example/w", bytes(32))
    line = cosign(TEXT, stranger, SECOND)
    found = open_cosignatures(NOTE + line, [stranger.verifier()])

    assert code_of(cosigned("X1", "Y1") + line) == "quorum-not-met"
    assert POLICY.names_of(found) == frozenset()


def test_witnesses_whose_keys_share_a_name_are_told_apart() -> None:
    first, second = (CosigningKey("w", bytes([n] * 32)) for n in (1, 2))
    witnesses = (
        TrustedWitness("A", first.verifier()),
        TrustedWitness("B", second.verifier()),
    )
    policy = TrustPolicy(LOGS, witnesses, (), "B")

    assert code_of(NOTE + cosign(TEXT, first, SECOND), policy) == "quorum-not-met"
    assert open_trusted(NOTE + cosign(TEXT, second, SECOND), policy)[0] == HEAD


def test_the_signature_of_no_listed_log_is_refused() -> None:
    nobody = TrustPolicy((), (), (), NO_QUORUM)
    thief = sign_checkpoint(HEAD, SigningKey(ORIGIN, bytes(32)))

    assert code_of(NOTE, nobody) == "signature-missing"
    assert code_of(thief) == "signature-missing"


def test_a_log_signs_only_for_the_origin_that_its_key_is_named_after() -> None:
    other = Checkpoint("log.example/another", 7, HEAD.root)
    second = SigningKey("log.example/another", bytes(range(3, 35)))
    logs = (*LOGS, TrustedLog(second.verifier()))
    policy = TrustPolicy(logs, (), (), NO_QUORUM)

    assert open_trusted(sign_checkpoint(other, second), policy) == (other, ())
    assert code_of(sign_checkpoint(other, LOG), policy) == "checkpoint-wrong-origin"


def test_a_note_that_is_no_checkpoint_is_not_trusted() -> None:
    policy = TrustPolicy(LOGS, (), (), NO_QUORUM)

    assert code_of(b"", policy) == "note-malformed"


# --- what no policy can say --------------------------------------------------


def witness(name: str, number: int = 1) -> TrustedWitness:
    """Return a witness of this name with the key of this number."""
    return TrustedWitness(
        name, CosigningKey(f"k{number}", bytes([number] * 32)).verifier()
    )


A, B = witness("A", 1), witness("B", 2)


@pytest.mark.parametrize(
    ("witnesses", "groups", "quorum", "message"),
    [
        ((A, witness("A", 2)), (), "A", "`A` is defined twice"),
        ((A, witness("B", 1)), (), "A", "public key of `k1` is listed twice"),
        ((witness("none"),), (), "none", "not a name"),
        ((witness(""),), (), "none", "without white space"),
        ((witness("a b"),), (), "none", "without white space"),
        ((witness("a\tb"),), (), "none", "without white space"),
        ((witness("a\x7f"),), (), "none", "without white space"),
        ((witness("\udcc3\udca9"),), (), "none", "without white space"),
        ((witness("\ud800"),), (), "none", "surrogates not allowed"),
        ((A,), (), "B", "`B` is not defined before"),
        ((A,), (), "", "`` is not defined before"),
        ((A,), (WitnessGroup("G", 1, ()),), "G", "1 of 0 members"),
        ((A,), (WitnessGroup("G", 0, ("A",)),), "G", "0 of 1 members"),
        ((A,), (WitnessGroup("G", 2, ("A",)),), "G", "2 of 1 members"),
        ((A,), (WitnessGroup("A", 1, ("A",)),), "A", "`A` is defined twice"),
        ((A,), (WitnessGroup("none", 1, ("A",)),), "A", "not a name"),
        ((A,), (WitnessGroup("G", 1, ("B",)),), "G", "`B` is not defined before"),
        ((A,), (WitnessGroup("G", 1, ("G",)),), "G", "`G` is not defined before"),
        ((A,), (WitnessGroup("G", 1, ("none",)),), "G", "`none` is not defined"),
        ((A,), (WitnessGroup("G", 1, ("A", "A")),), "G", "a member of a group already"),
        (
            (A, B),
            (WitnessGroup("G", 1, ("A",)), WitnessGroup("H", 2, ("A", "B"))),
            "H",
            "`A` is a member of a group already",
        ),
        (
            (A, B),
            (WitnessGroup("G", 1, ("H",)), WitnessGroup("H", 1, ("A",))),
            "G",
            "`H` is not defined before",
        ),
    ],
)
def test_a_policy_that_no_file_could_state_is_refused(
    witnesses: tuple[TrustedWitness, ...],
    groups: tuple[WitnessGroup, ...],
    quorum: str,
    message: str,
) -> None:
    with pytest.raises(ValueError, match=message):
        TrustPolicy((), witnesses, groups, quorum)


def test_the_same_log_under_two_names_is_refused() -> None:
    twin = SigningKey("twin.example", LOG.seed).verifier()

    with pytest.raises(ValueError, match=r"public key of `twin\.example` is listed"):
        TrustPolicy((*LOGS, TrustedLog(twin)), (), (), NO_QUORUM)


def test_an_address_is_one_item() -> None:
    with pytest.raises(ValueError, match="without white space"):
        TrustPolicy((TrustedLog(LOG.verifier(), "a b"),), (), (), NO_QUORUM)
    bad = TrustedWitness("A", A.verifier, "a\n")
    with pytest.raises(ValueError, match="without white space"):
        TrustPolicy((), (bad,), (), NO_QUORUM)


def test_a_draft_wants_its_quorum_once() -> None:
    draft = TrustPolicyDraft()

    with pytest.raises(ValueError, match="no line says"):
        draft.policy()
    draft.set_quorum(NO_QUORUM)
    with pytest.raises(ValueError, match="has been said before"):
        draft.set_quorum(NO_QUORUM)
    assert draft.policy() == TrustPolicy((), (), (), NO_QUORUM)


def test_what_a_policy_counts_are_verified_keys_of_the_right_type() -> None:
    log: VerifierKey = LOG.verifier()
    same = CosignerVerifier(log.name, log.public)
    policy = TrustPolicy(LOGS, (TrustedWitness("A", same),), (), "A")

    assert policy.names_of([Cosignature(same, 0)]) == {"A"}
    # The log's own signature does not count as the cosignature of the same secret.
    assert code_of(NOTE, policy) == "quorum-not-met"
