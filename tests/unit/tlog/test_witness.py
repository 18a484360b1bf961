"""A witness: it cosigns what continues what it knows, and says why not otherwise."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest

from ringwall.base.errors import ConfigurationError, IntegrityError
from ringwall.signing import (
    CosigningKey,
    SigningKey,
    encode_base64,
    format_vkey,
    sign_note,
)
from ringwall.tlog.checkpoints import MAX_TREE_SIZE, Checkpoint, sign_checkpoint
from ringwall.tlog.cosignatures import Cosignature, open_cosignatures
from ringwall.tlog.frontier import Frontier
from ringwall.tlog.hashing import EMPTY_ROOT, leaf_hash, node_hash
from ringwall.tlog.proofs import consistency_proof
from ringwall.tlog.witness import (
    Witness,
    WitnessRefusal,
    WitnessState,
    format_state,
    parse_state,
)
from ringwall.tlog.witness_request import WitnessRequest

ORIGIN = "log.example/ringwall"
LOG = SigningKey(ORIGIN, bytes(range(32)))
KEY = CosigningKey("witness.example/w1", bytes(range(1, 33)))
WITNESS = Witness(ORIGIN, LOG.verifier(), KEY)
VKEY = format_vkey(LOG.verifier())
NOW = 1_795_000_000_123_456


class Log:
    """A log of so many entries that signs what it is told to, forks included."""

    def __init__(self, size: int, fork_at: int = MAX_TREE_SIZE) -> None:
        self.leaves = [
            leaf_hash(b"%d %d" % (index, index >= fork_at)) for index in range(size)
        ]

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of a perfect subtree."""
        if not level:
            return self.leaves[index]
        left, right = 2 * index, 2 * index + 1
        return node_hash(self.node(level - 1, left), self.node(level - 1, right))

    def head(self, size: int) -> Checkpoint:
        """Return the checkpoint of the first so many entries."""
        frontier = Frontier()
        for leaf in self.leaves[:size]:
            frontier.append(leaf)
        return Checkpoint(ORIGIN, size, frontier.root())

    def note(self, size: int, key: SigningKey = LOG) -> bytes:
        """Return the checkpoint signed."""
        return sign_checkpoint(self.head(size), key)

    def request(self, old: int, new: int) -> WitnessRequest:
        """Return what the log sends to have its checkpoint cosigned."""
        proof = consistency_proof(old, new, self.node)
        return WitnessRequest(old, proof, self.note(new))


GOOD = Log(20)
FORK = Log(20, fork_at=4)


def state_of(log: Log, size: int) -> WitnessState:
    """Return the state of a witness that cosigned the log at this size."""
    return WitnessState(ORIGIN, VKEY, size, log.head(size).root)


def cosigned(state: WitnessState | None, request: WitnessRequest) -> WitnessState:
    """Return the state after the request, whose line must be good."""
    after, line = WITNESS.consider(state, request, NOW)
    assert open_cosignatures(request.note + line, [KEY.verifier()]) == (
        Cosignature(KEY.verifier(), NOW // 1_000_000 * 1_000_000),
    )
    return after


def refused(state: WitnessState | None, request: WitnessRequest) -> tuple[int, str]:
    """Return status and code with which the request is refused."""
    with pytest.raises(WitnessRefusal) as caught:
        WITNESS.consider(state, request, NOW)
    if caught.value.code != "witness-size-differs":
        assert caught.value.known_size == -1
    return caught.value.status, caught.value.code


# --- what is cosigned --------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 2, 7, 20])
def test_the_first_checkpoint_is_cosigned_from_size_0(size: int) -> None:
    assert cosigned(None, GOOD.request(0, size)) == state_of(GOOD, size)


def test_each_growth_is_cosigned_in_turn() -> None:
    state = None
    for old, new in [(0, 0), (0, 1), (1, 2), (2, 3), (3, 8), (8, 19), (19, 20)]:
        state = cosigned(state, GOOD.request(old, new))

    assert state == state_of(GOOD, 20)


def test_the_same_checkpoint_is_cosigned_again() -> None:
    for size in [0, 1, 8, 13]:
        state = state_of(GOOD, size)
        assert cosigned(state, GOOD.request(size, size)) == state


def test_lines_of_unknown_keys_do_not_matter() -> None:
    request = GOOD.request(3, 8)
    stranger = SigningKey("stranger.example", bytes(32))
    extra = sign_note("another text\n", stranger).split(b"\n\n")[1]

    after = cosigned(state_of(GOOD, 3), replace(request, note=request.note + extra))

    assert after == state_of(GOOD, 8)


# --- what is refused ---------------------------------------------------------


def test_the_checkpoint_of_another_log_is_answered_with_404() -> None:
    other = Checkpoint("log.example/another", 8, GOOD.head(8).root)
    request = WitnessRequest(0, (), sign_checkpoint(other, LOG))

    assert refused(None, request) == (404, "witness-origin-unknown")


def test_a_checkpoint_that_the_log_did_not_sign_is_answered_with_403() -> None:
    thief = SigningKey(ORIGIN, bytes(32))
    wrong = encode_base64(LOG.verifier().key_id + bytes(64))
    text = GOOD.note(8).rpartition(b"\n\n")[0]
    forged = text + f"\n\n\u2014 {ORIGIN} {wrong}\n".encode()

    stolen = WitnessRequest(0, (), GOOD.note(8, thief))
    assert refused(None, stolen) == (403, "signature-missing")
    assert refused(None, WitnessRequest(0, (), forged)) == (403, "signature-invalid")


def test_what_is_no_checkpoint_is_answered_with_400() -> None:
    not_one = sign_note(f"{ORIGIN}\nseven\n", LOG)

    assert refused(None, WitnessRequest(0, (), not_one)) == (
        400,
        "checkpoint-malformed",
    )
    torn = WitnessRequest(0, (), f"{ORIGIN}\n8\n".encode())
    assert refused(None, torn) == (400, "note-malformed")


def test_an_old_size_beyond_the_checkpoint_is_answered_with_400() -> None:
    request = WitnessRequest(9, (), GOOD.note(8))

    assert refused(None, request) == (400, "witness-old-size-beyond")
    assert refused(state_of(GOOD, 9), request) == (400, "witness-old-size-beyond")


@pytest.mark.parametrize(
    ("known", "old", "new"), [(0, 3, 8), (3, 0, 8), (3, 4, 8), (8, 3, 8), (20, 3, 8)]
)
def test_another_old_size_is_answered_with_409_and_the_size_known(
    known: int, old: int, new: int
) -> None:
    with pytest.raises(WitnessRefusal) as caught:
        WITNESS.consider(state_of(GOOD, known), GOOD.request(old, new), NOW)

    assert (caught.value.status, caught.value.code, caught.value.known_size) == (
        409,
        "witness-size-differs",
        known,
    )


def test_a_rollback_is_refused_whatever_old_size_it_names() -> None:
    for old in range(9):
        status, _ = refused(state_of(GOOD, 9), GOOD.request(old, 8))
        assert status == 409
    assert refused(state_of(GOOD, 9), WitnessRequest(9, (), GOOD.note(8)))[0] == 400


@pytest.mark.parametrize("size", [5, 8, 20])
def test_another_tree_of_the_same_size_is_answered_with_409(size: int) -> None:
    state = state_of(GOOD, size)

    assert refused(state, FORK.request(size, size)) == (409, "log-forked")


def test_an_empty_tree_has_but_one_root() -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 0, leaf_hash(b"")), LOG)

    assert refused(None, WitnessRequest(0, (), note)) == (409, "log-forked")
    assert GOOD.head(0).root == EMPTY_ROOT == sha256(b"").digest()


def test_a_tree_that_does_not_continue_is_answered_with_422() -> None:
    request = FORK.request(8, 20)

    assert refused(state_of(GOOD, 8), request) == (422, "proof-invalid")
    assert cosigned(state_of(FORK, 8), request) == state_of(FORK, 20)


def test_a_fork_beyond_what_was_cosigned_is_not_seen_as_one_yet() -> None:
    after = cosigned(state_of(GOOD, 4), FORK.request(4, 20))

    assert after == state_of(FORK, 20)
    assert refused(after, GOOD.request(20, 20)) == (409, "log-forked")


def test_a_proof_too_long_or_too_short_or_damaged_is_answered_with_422() -> None:
    request = GOOD.request(6, 20)
    damaged = bytes([request.proof[0][0] ^ 1]) + request.proof[0][1:]
    for proof in [
        (),
        request.proof[:-1],
        (*request.proof, bytes(32)),
        (damaged, *request.proof[1:]),
    ]:
        bad = replace(request, proof=proof)
        assert refused(state_of(GOOD, 6), bad) == (422, "proof-invalid")


def test_a_proof_where_there_is_nothing_to_prove_is_answered_with_422() -> None:
    for state, old, new in [
        (None, 0, 8),
        (None, 0, 0),
        (state_of(GOOD, 0), 0, 8),
        (state_of(GOOD, 8), 8, 8),
    ]:
        request = WitnessRequest(old, (bytes(32),), GOOD.note(new))
        assert refused(state, request) == (422, "proof-invalid")


def test_the_clock_of_a_witness_is_not_before_the_epoch() -> None:
    with pytest.raises(ValueError, match="not negative"):
        WITNESS.consider(None, GOOD.request(0, 8), -1)


def test_a_log_is_not_its_own_witness() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Witness(ORIGIN, LOG.verifier(), CosigningKey("w.example", LOG.seed))

    assert caught.value.code == "witness-is-the-log"


# --- state -------------------------------------------------------------------


NEWER = SigningKey(ORIGIN, bytes(range(5, 37)))


@pytest.mark.parametrize(
    "state",
    [
        state_of(GOOD, 8).under(NEWER.verifier()),
        replace(state_of(GOOD, 8), origin="log.example/another"),
    ],
)
def test_a_state_of_another_log_or_key_is_not_gone_on_from(state: WitnessState) -> None:
    with pytest.raises(IntegrityError) as caught:
        WITNESS.consider(state, GOOD.request(8, 20), NOW)

    assert caught.value.code == "witness-state-differs"
    assert not isinstance(caught.value, WitnessRefusal)


def test_a_state_taken_over_to_a_newer_key_goes_on_under_that_key() -> None:
    state = state_of(GOOD, 8)
    newer = Witness(ORIGIN, NEWER.verifier(), KEY)
    proof = GOOD.request(8, 20).proof
    request = WitnessRequest(8, proof, GOOD.note(20, NEWER))

    after, _ = newer.consider(state.under(NEWER.verifier()), request, NOW)

    assert after == state_of(GOOD, 20).under(NEWER.verifier())
    assert refused(state, request) == (403, "signature-missing")


def test_a_state_keeps_its_form() -> None:
    state = state_of(GOOD, 8)
    line = (
        '{"origin":"log.example/ringwall",'
        f'"root":"{encode_base64(GOOD.head(8).root)}","size":"8","vkey":"{VKEY}"}}\n'
    )

    assert format_state(state) == line.encode()
    assert parse_state(line.encode()) == state


@pytest.mark.parametrize(
    "state",
    [
        WitnessState('Zürich "log" \\', VKEY, MAX_TREE_SIZE, bytes(32)),
        WitnessState('"' * 4096, VKEY, 0, EMPTY_ROOT),
    ],
)
def test_a_state_with_an_odd_origin_comes_back(state: WitnessState) -> None:
    assert parse_state(format_state(state)) == state


FIELDS = json.loads(format_state(state_of(GOOD, 8)))


def written(**changes: object) -> bytes:
    """Return the state with some fields otherwise; None leaves one out."""
    fields = {name: value for name, value in (FIELDS | changes).items() if value}
    text = json.dumps(fields, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return text.encode() + b"\n"


STATE = format_state(state_of(GOOD, 8))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\n", id="an empty line"),
        pytest.param(STATE[:-1], id="no newline"),
        pytest.param(STATE + b"\n", id="two newlines"),
        pytest.param(STATE[:-9], id="cut short"),
        pytest.param(STATE * 2, id="twice"),
        pytest.param(b" " + STATE, id="space before"),
        pytest.param(STATE.replace(b":", b": "), id="not canonical"),
        pytest.param(b"[]\n", id="a list"),
        pytest.param(b"\xff\n", id="not UTF-8"),
        pytest.param(b"[" * 70_000, id="too large"),
        pytest.param(written(size=8), id="size as a number"),
        pytest.param(written(size="08"), id="leading zero"),
        pytest.param(written(size="-8"), id="negative"),
        pytest.param(written(size=str(2**63)), id="two to the 63"),
        pytest.param(written(size=None), id="no size"),
        pytest.param(written(root=None), id="no root"),
        pytest.param(written(root="AAAA"), id="a short root"),
        pytest.param(written(root=["AAAA"]), id="a list of roots"),
        pytest.param(written(origin="a\nb"), id="two lines of origin"),
        pytest.param(written(origin="a" * 4097), id="a long origin"),
        pytest.param(written(origin=None), id="no origin"),
        pytest.param(written(vkey=None), id="no key"),
        pytest.param(written(vkey="a+b+c"), id="no vkey"),
        pytest.param(written(vkey=format_vkey(KEY.verifier())), id="a witness's key"),
        pytest.param(written(more="x"), id="a field more"),
        pytest.param(STATE.replace(b'{"o', b'{"origin":"x","o'), id="a field twice"),
    ],
)
def test_a_malformed_state_is_refused(data: bytes) -> None:
    assert parse_state(written()) == state_of(GOOD, 8)
    with pytest.raises(IntegrityError) as caught:
        parse_state(data)

    assert caught.value.code == "state-malformed"


def test_each_flipped_bit_of_a_state_is_refused_or_changes_what_is_read() -> None:
    for place in range(len(STATE)):
        for bit in range(8):
            damaged = bytearray(STATE)
            damaged[place] ^= 1 << bit
            try:
                state = parse_state(bytes(damaged))
            except IntegrityError:
                continue
            assert state != state_of(GOOD, 8)


@pytest.mark.parametrize(
    ("origin", "size", "root", "message"),
    [
        ("", 8, bytes(32), "an origin is one line"),
        ("a" * 4097, 8, bytes(32), "at most 4096 bytes"),
        (ORIGIN, -1, bytes(32), "not negative"),
        (ORIGIN, 8, bytes(31), "32 bytes"),
    ],
)
def test_a_state_that_nothing_could_lead_to_is_a_mistake_of_the_program(
    origin: str, size: int, root: bytes, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        WitnessState(origin, VKEY, size, root)


def test_a_state_needs_the_key_of_a_log() -> None:
    with pytest.raises(ConfigurationError) as caught:
        WitnessState(ORIGIN, format_vkey(KEY.verifier()), 8, bytes(32))

    assert caught.value.code == "key-wrong-type"
