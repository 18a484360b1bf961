"""Laws of witnesses: no fork and no rollback is cosigned, and a quorum is a count.

Histories are drawn: two logs with a common beginning, and requests in any order.
"""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.errors import ConfigurationError, IntegrityError
from ringwall.signing import CosignerVerifier, CosigningKey, SigningKey
from ringwall.tlog.checkpoints import (
    Checkpoint,
    format_checkpoint,
    open_checkpoint,
    sign_checkpoint,
)
from ringwall.tlog.cosignatures import add_signatures, cosign, open_cosignatures
from ringwall.tlog.hashing import node_hash
from ringwall.tlog.proofs import consistency_proof
from ringwall.tlog.trust_policy import (
    TrustedLog,
    TrustedWitness,
    TrustPolicy,
    WitnessGroup,
    open_trusted,
)
from ringwall.tlog.trust_policy_file import format_trust_policy, parse_trust_policy
from ringwall.tlog.witness import (
    Witness,
    WitnessState,
    format_state,
    parse_state,
)
from ringwall.tlog.witness_request import (
    WitnessRequest,
    format_request,
    parse_request,
)
from tests.oracle import merkle

ORIGIN = "log.example/ringwall"
LOG = SigningKey(ORIGIN, bytes(range(32)))
KEYS = [CosigningKey(f"w{n}.example/w", bytes([n] * 32)) for n in range(1, 7)]
KNOWN = [key.verifier() for key in KEYS]
WITNESS = Witness(ORIGIN, LOG.verifier(), KEYS[0])

Entries = tuple[bytes, ...]


def request_of(entries: Entries, old: int, new: int) -> WitnessRequest:
    """Return what a log of these entries sends to go from one size to another."""

    def node(level: int, index: int) -> bytes:
        if not level:
            return merkle.leaf(entries[index])
        return node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    head = Checkpoint(ORIGIN, new, merkle.root(entries[:new]))
    proof = consistency_proof(min(old, new), new, node)
    return WitnessRequest(old, proof, sign_checkpoint(head, LOG))


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[Entries, WitnessRequest]]:
    """Draw requests by a log and a fork of it, some with hashes of another's proof."""
    common = draw(st.integers(0, 12))
    branches = [
        tuple(b"%d" % n for n in range(common))
        + tuple(b"%s %d" % (name, n) for n in range(draw(st.integers(0, 12))))
        for name in (b"good", b"fork")
    ]
    requests = []
    proofs: list[tuple[bytes, ...]] = [()]
    sizes = {0}
    for _ in range(draw(st.integers(1, 25))):
        branch = draw(st.sampled_from(branches))
        # Mostly sizes that were asked for before, since a witness may be there.
        old = draw(st.sampled_from(sorted(sizes)) | st.integers(0, len(branch)))
        new = draw(st.integers(0, len(branch)))
        sizes.add(new)
        request = request_of(branch, old, new)
        if draw(st.integers(0, 5)) == 0:
            proof = draw(st.sampled_from(proofs))
            request = WitnessRequest(old, proof, request.note)
        proofs.append(request.proof)
        requests.append((branch[:new], request))
    return requests


def cosigned_of(history: list[tuple[Entries, WitnessRequest]]) -> list[Entries]:
    """Return the trees that the witness cosigned, its state kept as text."""
    kept: bytes | None = None
    trees = []
    for tree, request in history:
        state = None if kept is None else parse_state(kept)
        sent = parse_request(format_request(request))
        try:
            after, line = WITNESS.consider(state, sent, 0)
        except IntegrityError:
            continue
        kept = format_state(after)
        assert len(open_cosignatures(request.note + line, KNOWN)) == 1
        assert after.root == merkle.root(tree)
        trees.append(tree)
    return trees


@given(histories())
def test_what_one_witness_cosigns_is_one_history_that_only_grows(
    history: list[tuple[Entries, WitnessRequest]],
) -> None:
    trees = cosigned_of(history)

    for before, after in combinations(trees, 2):
        assert after[: len(before)] == before


@given(histories())
def test_an_honest_request_from_the_size_known_is_always_cosigned(
    history: list[tuple[Entries, WitnessRequest]],
) -> None:
    for tree in cosigned_of(history):
        grown = (*tree, b"one more")
        vkey = WitnessState(ORIGIN, _VKEY, len(tree), merkle.root(tree))
        after, _ = WITNESS.consider(vkey, request_of(grown, len(tree), len(grown)), 0)
        assert after.size == len(grown)


_VKEY = WITNESS.consider(None, request_of((), 0, 0), 0)[0].vkey


# --- notes -------------------------------------------------------------------

HEAD = Checkpoint(ORIGIN, 7, bytes(range(32)))
TEXT = format_checkpoint(HEAD)
COSIGNED = add_signatures(
    sign_checkpoint(HEAD, LOG),
    cosign(TEXT, KEYS[0], 5) + cosign(TEXT, KEYS[1], 6),
    KNOWN,
)
WHOLE = open_cosignatures(COSIGNED, KNOWN)
TWO_OF_TWO = TrustPolicy(
    (TrustedLog(LOG.verifier()),),
    (TrustedWitness("a", KNOWN[0]), TrustedWitness("b", KNOWN[1])),
    (WitnessGroup("g", 2, ("a", "b")),),
    "g",
)


@given(st.data())
def test_an_edited_cosigned_note_is_refused_or_says_no_more_than_before(
    data: st.DataObject,
) -> None:
    start = data.draw(st.integers(0, len(COSIGNED)))
    end = data.draw(st.integers(start, min(start + 6, len(COSIGNED))))
    note = COSIGNED[:start] + data.draw(st.binary(max_size=6)) + COSIGNED[end:]
    try:
        head = open_checkpoint(note, LOG.verifier(), ORIGIN)
        seen = open_cosignatures(note, KNOWN)
    except IntegrityError:
        return
    assert head == HEAD
    assert set(seen) <= set(WHOLE)


def test_each_bit_flip_of_a_note_whose_quorum_is_all_is_refused() -> None:
    assert open_trusted(COSIGNED, TWO_OF_TWO) == (HEAD, WHOLE)
    for place in range(len(COSIGNED)):
        for bit in range(8):
            damaged = bytearray(COSIGNED)
            damaged[place] ^= 1 << bit
            try:
                opened = open_trusted(bytes(damaged), TWO_OF_TWO)
            except IntegrityError:
                continue
            raise AssertionError(f"bit {bit} of byte {place} changes nothing: {opened}")


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=20))
def test_adding_keeps_the_latest_of_each_witness_in_any_order(
    additions: list[tuple[int, int]],
) -> None:
    note = sign_checkpoint(HEAD, LOG)
    for number, second in additions:
        note = add_signatures(note, cosign(TEXT, KEYS[number], second), KNOWN)

    latest: dict[CosignerVerifier, int] = {}
    for number, second in additions:
        latest[KNOWN[number]] = max(second, latest.get(KNOWN[number], 0))
    found = open_cosignatures(note, KNOWN)
    assert [(line.cosigner, line.at // 1_000_000) for line in found] == list(
        latest.items()
    )


# --- requests and policies ---------------------------------------------------


@given(st.binary(max_size=60) | st.from_regex(rb"old [0-9]{1,3}\n([A-Za-z=]{4}\n)*\n"))
def test_a_request_is_refused_or_prints_as_it_was(body: bytes) -> None:
    try:
        request = parse_request(body + b"\n")
    except IntegrityError:
        return
    assert format_request(request) == body + b"\n"


@st.composite
def policies(draw: st.DrawFn) -> TrustPolicy:
    """Draw a policy of six witnesses and groups of them, nested at will."""
    witnesses = tuple(
        TrustedWitness(f"w{n}", key, draw(st.sampled_from(["", "https://w.example/"])))
        for n, key in enumerate(KNOWN)
    )
    free = [witness.name for witness in witnesses]
    names = list(free)
    groups = []
    for number in range(draw(st.integers(0, 5))):
        members = draw(st.lists(st.sampled_from(free), min_size=1, unique=True))
        threshold = draw(st.integers(1, len(members)))
        groups.append(WitnessGroup(f"g{number}", threshold, tuple(members)))
        free = [*(name for name in free if name not in members), f"g{number}"]
        names.append(f"g{number}")
    quorum = draw(st.sampled_from([*names, "none"]))
    return TrustPolicy((TrustedLog(LOG.verifier()),), witnesses, tuple(groups), quorum)


def counts(name: str, policy: TrustPolicy, cosigners: frozenset[str]) -> bool:
    """Return whether a name has witnessed, by the definition, downwards."""
    for group in policy.groups:
        if group.name == name:
            met = [counts(member, policy, cosigners) for member in group.members]
            return sum(met) >= group.threshold
    return name in cosigners or name == "none"


@given(policies())
def test_a_quorum_is_met_by_exactly_the_sets_that_the_definition_names(
    policy: TrustPolicy,
) -> None:
    names = [witness.name for witness in policy.witnesses]
    for bits in range(2 ** len(names)):
        chosen = frozenset(n for place, n in enumerate(names) if bits >> place & 1)
        assert policy.is_met(chosen) is counts(policy.quorum, policy, chosen)


@given(policies(), st.data())
def test_one_more_witness_never_breaks_a_quorum(
    policy: TrustPolicy, data: st.DataObject
) -> None:
    names = [witness.name for witness in policy.witnesses]
    few = data.draw(st.sets(st.sampled_from(names)))
    more = few | data.draw(st.sets(st.sampled_from(names)))

    assert policy.is_met(more) or not policy.is_met(few)


@given(policies())
def test_a_policy_comes_back_from_its_text(policy: TrustPolicy) -> None:
    assert parse_trust_policy(format_trust_policy(policy)) == policy


@given(policies(), st.data())
def test_an_edited_policy_is_refused_or_reads_as_what_it_prints(
    policy: TrustPolicy, data: st.DataObject
) -> None:
    text = format_trust_policy(policy)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 8, len(text))))
    noise = data.draw(st.binary(max_size=3) | st.sampled_from([b"\n", b"any", b" "]))
    try:
        read = parse_trust_policy(text[:start] + noise + text[end:])
    except ConfigurationError:
        return
    assert parse_trust_policy(format_trust_policy(read)) == read
