"""A witness and a log reader written elsewhere agree with ours, both ways.

The packages `aics-witness` and `aics-tlog` are no dependency; without them these tests
are skipped. One folder with them, made by `pip install --target`, on `PYTHONPATH` is
enough.
"""

import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ringwall.signing import (
    CosigningKey,
    SigningKey,
    dump_cosigning_key,
    format_vkey,
    parse_cosigner_vkey,
)
from ringwall.tlog.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from ringwall.tlog.cosignatures import add_signatures, open_cosignatures
from ringwall.tlog.frontier import Frontier
from ringwall.tlog.hashing import leaf_hash, node_hash
from ringwall.tlog.proofs import consistency_proof
from ringwall.tlog.trust_policy import (
    TrustedLog,
    TrustedWitness,
    TrustPolicy,
    open_trusted,
)
from ringwall.tlog.witness import Witness, WitnessRefusal, WitnessState
from ringwall.tlog.witness_request import (
    WitnessRequest,
    format_request,
    parse_request,
)

aics_tlog: Any = pytest.importorskip("aics_tlog")
config: Any = pytest.importorskip("aics_witness.config")
protocol: Any = pytest.importorskip("aics_witness.protocol")
service: Any = pytest.importorskip("aics_witness.service")
store: Any = pytest.importorskip("aics_witness.store")

ORIGIN = "log.example/ringwall"
LOG = SigningKey(ORIGIN, bytes(range(32)))
SEED = bytes(range(1, 33))
KEY = CosigningKey("witness.example/w1", SEED)
NOW = 1_795_000_000
OURS = Witness(ORIGIN, LOG.verifier(), KEY)


def leaves(size: int, fork_at: int = 1000) -> list[bytes]:
    """Return the leaf hashes of a log, which may have left its own course."""
    return [leaf_hash(b"%d %d" % (n, n >= fork_at)) for n in range(size)]


def request(old: int, new: int, fork_at: int = 1000) -> WitnessRequest:
    """Return what a log asks to have its checkpoint of the new size cosigned."""
    hashes = leaves(max(old, new), fork_at)

    def node(level: int, index: int) -> bytes:
        if not level:
            return hashes[index]
        return node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    frontier = Frontier()
    for leaf in hashes[:new]:
        frontier.append(leaf)
    note = sign_checkpoint(Checkpoint(ORIGIN, new, frontier.root()), LOG)
    proof = consistency_proof(old, new, node) if old <= new else ()
    return WitnessRequest(old, proof, note)


class Theirs:
    """The other witness, asked over HTTP."""

    def __init__(self, port: int, vkey: str) -> None:
        self._port = port
        self.verifier = parse_cosigner_vkey(vkey)

    def ask(self, body: bytes) -> tuple[int, bytes]:
        """Return status and body of the answer to `add-checkpoint`."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            connection.request("POST", "/add-checkpoint", body)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[Theirs]:
    """Return the other witness with our log on its list, listening on this host."""
    kept = store.WitnessStore(tmp_path / "witness.db", create=True)
    try:
        vkey = aics_tlog.parse_vkey(format_vkey(LOG.verifier()))
        log = config.LogConfig(ORIGIN, (vkey,))
        private = Ed25519PrivateKey.from_private_bytes(SEED)
        witness = service.Witness(KEY.name, private, kept, [log], clock=lambda: NOW)
        server = service.make_server(witness, "127.0.0.1", 0)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield Theirs(server.server_address[1], witness.vkey_text)
        finally:
            server.shutdown()
            thread.join(timeout=10)
            server.server_close()
    finally:
        kept.close()


def test_both_print_the_key_of_a_witness_alike(theirs: Theirs) -> None:
    assert theirs.verifier == KEY.verifier()
    assert dump_cosigning_key(KEY).startswith("PRIVATE+KEY+witness.example/w1+")


def test_their_witness_cosigns_our_checkpoints_and_we_open_them(theirs: Theirs) -> None:
    policy = TrustPolicy(
        (TrustedLog(LOG.verifier()),),
        (TrustedWitness("theirs", theirs.verifier),),
        (),
        "theirs",
    )
    for old, new in [(0, 1), (1, 7), (7, 7), (7, 64), (64, 65), (65, 300)]:
        asked = request(old, new)
        status, lines = theirs.ask(format_request(asked))
        assert status == 200
        note = add_signatures(asked.note, lines, [theirs.verifier])
        head, (cosignature,) = open_trusted(note, policy)
        assert (head.size, cosignature.at) == (new, NOW * 1_000_000)


def test_both_witnesses_write_the_same_line(theirs: Theirs) -> None:
    state: WitnessState | None = None
    for old, new in [(0, 0), (0, 5), (5, 5), (5, 18)]:
        asked = request(old, new)
        state, line = OURS.consider(state, asked, NOW * 1_000_000 + 999_999)
        assert theirs.ask(format_request(asked)) == (200, line)


# Status of ours and of theirs. C2SP tlog-witness has 409 for another root of the same
# size; they answer all that does not fit by proof with 422.
REFUSED = [
    pytest.param(request(9, 8), 400, 400, id="old size beyond the checkpoint"),
    pytest.param(request(0, 12), 409, 409, id="size not known"),
    pytest.param(request(3, 12), 409, 409, id="another size"),
    pytest.param(request(4, 6), 409, 409, id="rollback"),
    pytest.param(request(8, 20, fork_at=4), 422, 422, id="fork"),
    pytest.param(request(8, 8, fork_at=4), 409, 422, id="another root"),
    pytest.param(
        WitnessRequest(8, request(7, 12).proof, request(8, 12).note),
        422,
        422,
        id="another proof",
    ),
    pytest.param(
        WitnessRequest(
            8, (), sign_checkpoint(Checkpoint("log.example/x", 8, bytes(32)), LOG)
        ),
        404,
        404,
        id="another log",
    ),
    pytest.param(
        WitnessRequest(
            8,
            (),
            sign_checkpoint(
                Checkpoint(ORIGIN, 8, bytes(32)), SigningKey(ORIGIN, bytes(32))
            ),
        ),
        403,
        403,
        id="another key",
    ),
    pytest.param(WitnessRequest(8, (), b"no checkpoint\n"), 404, 400, id="no note"),
]


@pytest.mark.parametrize(("asked", "ours", "other"), REFUSED)
def test_both_refuse_with_the_status_of_tlog_witness(
    theirs: Theirs, asked: WitnessRequest, ours: int, other: int
) -> None:
    first = request(0, 8)
    state, line = OURS.consider(None, first, NOW * 1_000_000)
    assert theirs.ask(format_request(first)) == (200, line)

    with pytest.raises(WitnessRefusal) as caught:
        OURS.consider(state, asked, NOW * 1_000_000)
    status, body = theirs.ask(format_request(asked))

    assert (caught.value.status, status) == (ours, other)
    if caught.value.known_size >= 0:
        assert body == f"{caught.value.known_size}\n".encode()


def test_they_open_what_our_witness_cosigned() -> None:
    asked = request(0, 20)
    _, line = OURS.consider(None, asked, NOW * 1_000_000)

    result = aics_tlog.verify_checkpoint(
        aics_tlog.parse_note(asked.note + line),
        aics_tlog.parse_vkey(format_vkey(LOG.verifier())),
        [aics_tlog.parse_vkey(format_vkey(KEY.verifier()))],
        1,
        expected_origin=ORIGIN,
    )

    assert result.ok
    assert (result.size, result.witnesses) == (20, [KEY.name])
    assert result.timestamps == {KEY.name: NOW}


def test_we_open_what_they_signed_and_cosigned() -> None:
    head = aics_tlog.Checkpoint(origin=ORIGIN, size=20, root=bytes(32))
    log = Ed25519PrivateKey.from_private_bytes(LOG.seed)
    private = Ed25519PrivateKey.from_private_bytes(SEED)
    signed = aics_tlog.sign_checkpoint(head, log, ORIGIN)
    _, line = aics_tlog.sign_cosignature(private, KEY.name, NOW, ORIGIN, 20, bytes(32))
    note = aics_tlog.Note(signed.text, (*signed.signatures, line)).to_bytes()

    assert open_checkpoint(note, LOG.verifier(), ORIGIN).size == 20
    (found,) = open_cosignatures(note, [KEY.verifier()])
    assert (found.name, found.at) == (KEY.name, NOW * 1_000_000)


def test_both_read_and_write_requests_alike() -> None:
    for old, new in [(0, 0), (0, 9), (9, 9), (6, 200)]:
        asked = request(old, new)
        body = format_request(asked)
        other = protocol.parse_add_checkpoint_request(body)
        assert (other.old_size, other.proof, other.checkpoint) == (
            asked.old_size,
            asked.proof,
            asked.note,
        )
        assert (
            protocol.format_add_checkpoint_request(old, list(asked.proof), asked.note)
            == body
        )
        assert parse_request(body) == asked
