"""Laws of proofs, tiles and their files: the RFC's own, nothing else, nothing twice."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ringwall.base.errors import IntegrityError
from ringwall.signing import SigningKey
from ringwall.tlog import (
    MAX_TREE_SIZE,
    Checkpoint,
    ProofFile,
    Tile,
    TileNodes,
    check_consistency,
    check_inclusion,
    check_proof_file,
    consistency_proof,
    entries_path,
    format_bundle,
    format_proof_file,
    inclusion_proof,
    leaf_hash,
    new_tiles,
    parse_bundle,
    parse_entries_path,
    parse_proof_file,
    parse_tile_path,
    root_of,
    sign_checkpoint,
    tile_path,
    tiles_of,
)
from tests.oracle import merkle

ENTRIES = [b"entry %d" % number for number in range(130)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
MTH = merkle.mth_of(ENTRIES)
NEVER = b"never in any tree"

ORIGIN = "log.example/ringwall"
KEY = SigningKey(ORIGIN, bytes(range(32)))

sizes = st.one_of(
    st.integers(1, 600),
    # Next to a power of two is where trees change their shape.
    st.builds(
        lambda power, off: min(max(1, (1 << power) + off), MAX_TREE_SIZE),
        st.integers(1, 63),
        st.integers(-2, 2),
    ),
    st.integers(1, MAX_TREE_SIZE),
)


def reader(mth: merkle.MTH) -> Callable[[int, int], bytes]:
    """Return the node reader of a tree that the oracle knows."""
    return lambda level, index: mth(index << level, (index + 1) << level)


NODE = reader(MTH)


def holds(check: Callable[..., None], *given: object) -> bool:
    """Return whether a proof is accepted; only one error may say that it is not."""
    try:
        check(*given)
    except IntegrityError as error:
        code = error.code
    else:
        return True
    assert code == "proof-invalid"
    return False


def flip(data: bytes, bit: int) -> bytes:
    """Return the bytes with one bit changed."""
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def with_one_bit_flipped(hashes: Sequence[bytes], bit: int) -> list[bytes]:
    """Return the hashes with one bit of all of them changed."""
    data = flip(b"".join(hashes), bit)
    return [data[start : start + 32] for start in range(0, len(data), 32)]


# --- the twins, exhaustively and far out -------------------------------------


def test_each_inclusion_proof_up_to_130_leaves_is_that_of_the_recursion() -> None:
    for size in range(1, 131):
        top = root_of(size, NODE)
        assert top == MTH(0, size)
        for index in range(size):
            proof = inclusion_proof(index, size, NODE)
            assert list(proof) == merkle.inclusion(index, 0, size, MTH)
            check_inclusion(index, size, LEAVES[index], proof, top)


def test_each_consistency_proof_up_to_130_leaves_is_that_of_the_recursion() -> None:
    for new in range(1, 131):
        for old in range(1, new + 1):
            proof = consistency_proof(old, new, NODE)
            assert list(proof) == merkle.consistency(old, new, MTH)
            check_consistency(old, new, MTH(0, old), MTH(0, new), proof)


def test_no_proof_up_to_48_leaves_holds_at_another_place() -> None:
    for size in range(1, 49):
        for index in range(size):
            proof = inclusion_proof(index, size, NODE)
            shown = [
                place
                for place in range(size)
                if holds(
                    check_inclusion, place, size, LEAVES[index], proof, MTH(0, size)
                )
            ]
            assert shown == [index]


@given(sizes, st.data())
@example(MAX_TREE_SIZE, None)
@example(1 << 62, None)
def test_an_inclusion_proof_of_any_size_is_that_of_the_recursion(
    size: int, data: st.DataObject | None
) -> None:
    index = data.draw(st.integers(0, size - 1)) if data else size // 3
    mth = merkle.sparse_mth(b"common", [(index, b"entry"), (size // 2, b"middle")])
    entry = b"middle" if index == size // 2 else b"entry"

    proof = inclusion_proof(index, size, reader(mth))

    assert list(proof) == merkle.inclusion(index, 0, size, mth)
    top = root_of(size, reader(mth))
    assert top == mth(0, size)
    check_inclusion(index, size, leaf_hash(entry), proof, top)
    assert not holds(check_inclusion, index, size, leaf_hash(NEVER), proof, top)


@given(sizes, st.data())
@example(MAX_TREE_SIZE, None)
@example(1 << 62, None)
def test_a_consistency_proof_of_any_size_is_that_of_the_recursion(
    new: int, data: st.DataObject | None
) -> None:
    old = data.draw(st.integers(1, new)) if data else new // 3
    mth = merkle.sparse_mth(b"common", [(old - 1, b"last of old"), (old, b"next")])
    forked = merkle.sparse_mth(b"common", [(old - 1, NEVER), (old, b"next")])

    proof = consistency_proof(old, new, reader(mth))

    assert list(proof) == merkle.consistency(old, new, mth)
    check_consistency(old, new, mth(0, old), mth(0, new), proof)
    fork = (old, new, forked(0, old), mth(0, new), proof)
    assert not holds(check_consistency, *fork)


# --- nothing else is accepted ------------------------------------------------


@given(sizes, st.data())
def test_a_flipped_bit_anywhere_refuses_an_inclusion_proof(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    mth = merkle.sparse_mth(b"common", [(index, b"entry")])
    proof = inclusion_proof(index, size, reader(mth))
    given_hashes = (leaf_hash(b"entry"), mth(0, size), *proof)
    bit = data.draw(st.integers(0, 256 * len(given_hashes) - 1))

    leaf, top, *path = with_one_bit_flipped(given_hashes, bit)

    assert not holds(check_inclusion, index, size, leaf, path, top)


@given(sizes, st.data())
def test_a_flipped_bit_anywhere_refuses_a_consistency_proof(
    new: int, data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, new))
    mth = merkle.sparse_mth(b"common", [(old - 1, b"entry")])
    proof = consistency_proof(old, new, reader(mth))
    given_hashes = (mth(0, old), mth(0, new), *proof)
    bit = data.draw(st.integers(0, 256 * len(given_hashes) - 1))

    old_root, new_root, *path = with_one_bit_flipped(given_hashes, bit)

    assert not holds(check_consistency, old, new, old_root, new_root, path)


@given(sizes, st.data())
def test_a_proof_shows_its_leaf_at_one_place_only(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1) | st.integers())
    mth = merkle.sparse_mth(b"common", [(index, b"entry")])
    proof = inclusion_proof(index, size, reader(mth))
    moved = (other, size, leaf_hash(b"entry"), proof, mth(0, size))

    assert holds(check_inclusion, *moved) is (other == index)


@given(
    st.integers(-2, 200) | st.integers(),
    st.integers(-2, 200) | st.integers(),
    st.lists(st.binary(max_size=33), max_size=3),
    st.lists(st.binary(min_size=32, max_size=32), max_size=70),
)
def test_made_up_hashes_show_nothing(
    first: int, second: int, odd: list[bytes], proof: list[bytes]
) -> None:
    leaf, top, wrong = [*odd, b"", b"\x00" * 32, b"\x01" * 32][:3]

    if (first, second, leaf) != (0, 1, top):
        assert not holds(check_inclusion, first, second, leaf, [wrong, *proof], top)
    assert not holds(check_consistency, first, second, leaf, top, [wrong, *proof])


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_a_changed_proof_is_judged_as_by_the_steps_of_the_rfc(
    one: int, other: int, data: st.DataObject
) -> None:
    small, size = sorted((one, other))
    hashes = [*inclusion_proof(small - 1, size, NODE)]
    bridge = [*consistency_proof(small, size, NODE)]
    place, cut = data.draw(st.integers(0, 41)), data.draw(st.integers(0, 8))
    more = data.draw(st.lists(st.sampled_from([*hashes, *bridge, MTH(0, size)])))
    for proof in (hashes, bridge, hashes[:cut] + more, bridge[:cut] + more):
        shown = (place, size, LEAVES[small - 1], proof, MTH(0, size))
        assert holds(check_inclusion, *shown) is merkle.shows_inclusion(*shown)
        if place:
            begun = (place, size, MTH(0, small), MTH(0, size), proof)
            assert holds(check_consistency, *begun) is merkle.shows_consistency(*begun)


# --- tiles -------------------------------------------------------------------


@given(sizes, st.data())
def test_proofs_over_tiles_are_those_of_the_recursion(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    mth = merkle.sparse_mth(b"common", [(index, b"entry")])
    of_tree = reader(mth)

    def read(level: int, number: int) -> bytes:
        width = min(256, (size >> 8 * level) - 256 * number)
        first = 256 * number
        assert width > 0
        return b"".join(of_tree(8 * level, first + place) for place in range(width))

    nodes = TileNodes(size, read)

    assert root_of(size, nodes) == mth(0, size)
    proof = inclusion_proof(index, size, nodes)
    assert list(proof) == merkle.inclusion(index, 0, size, mth)


@given(st.integers(0, 200_000), st.integers(0, 200_000))
def test_growing_adds_the_tiles_that_were_not_there(one: int, other: int) -> None:
    old, new = sorted((one, other))
    before = set(tiles_of(old))

    assert list(new_tiles(old, new)) == [
        tile for tile in tiles_of(new) if tile not in before
    ]


@given(st.integers(0, 200_000))
def test_a_tree_has_each_tile_once_and_each_has_a_name_of_its_own(size: int) -> None:
    tiles = list(tiles_of(size))
    hashes = [size >> 8 * level for level in range(8)]

    assert len({tile_path(tile) for tile in tiles}) == len(tiles)
    for level, count in enumerate(hashes):
        widths = [tile.width for tile in tiles if tile.level == level]
        assert sum(widths) == count
        assert all(width == 256 for width in widths[:-1])


@given(st.integers(0, 7), st.integers(0, 2**55), st.integers(1, 256))
def test_a_tile_comes_back_from_its_path(level: int, index: int, width: int) -> None:
    try:
        tile = Tile(level, index, width)
    except ValueError:
        return

    assert parse_tile_path(tile_path(tile)) == tile
    if not level:
        assert parse_entries_path(entries_path(tile)) == tile


@st.composite
def tile_paths(draw: st.DrawFn) -> str:
    """Draw the path of a tile with one stretch of it replaced."""
    tile = Tile(0, draw(st.integers(0, 10**9)), draw(st.integers(1, 256)))
    path = draw(st.sampled_from([tile_path, entries_path]))(tile)
    start = draw(st.integers(0, len(path)))
    end = draw(st.integers(start, min(start + 4, len(path))))
    noise = draw(st.text("0123456789x/.p\n-\u0660", max_size=4))
    return path[:start] + noise + path[end:]


@given(tile_paths() | st.text(max_size=40))
def test_a_path_is_refused_or_prints_as_it_was(path: str) -> None:
    for parse, again in (
        (parse_tile_path, tile_path),
        (parse_entries_path, entries_path),
    ):
        try:
            tile = parse(path)
        except IntegrityError:
            continue
        assert again(tile) == path


# --- bundles and proof files -------------------------------------------------


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_the_entries_come_back_from_a_bundle(entries: list[bytes]) -> None:
    assert parse_bundle(format_bundle(entries), len(entries)) == tuple(entries)


@given(st.binary(max_size=40), st.integers(1, 8))
def test_noise_is_refused_or_is_the_one_bundle_of_its_entries(
    data: bytes, count: int
) -> None:
    try:
        entries = parse_bundle(data, count)
    except IntegrityError:
        return
    assert (len(entries), format_bundle(entries)) == (count, data)


proofs = st.builds(
    ProofFile,
    st.integers(0, MAX_TREE_SIZE - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
    st.binary(min_size=1, max_size=200),
    st.binary(max_size=200),
)
HEAD = Checkpoint(ORIGIN, 130, MTH(0, 130))
PROOF = format_proof_file(
    ProofFile(
        77, inclusion_proof(77, 130, NODE), sign_checkpoint(HEAD, KEY), ENTRIES[77]
    )
)


@st.composite
def edited_proofs(draw: st.DrawFn) -> bytes:
    """Draw the bytes of a good proof file with one stretch of them replaced."""
    start = draw(st.integers(0, len(PROOF)))
    end = draw(st.integers(start, min(start + 50, len(PROOF))))
    noise = st.binary(max_size=6) | st.text("\nAB=/ 0", max_size=6).map(str.encode)
    return PROOF[:start] + draw(noise) + PROOF[end:]


@given(proofs)
def test_a_proof_comes_back_from_its_file(proof: ProofFile) -> None:
    assert parse_proof_file(format_proof_file(proof)) == proof


@given(edited_proofs() | st.binary(max_size=100))
def test_a_proof_file_is_refused_or_prints_as_it_was(data: bytes) -> None:
    try:
        proof = parse_proof_file(data)
    except IntegrityError:
        return
    assert format_proof_file(proof) == data


@given(edited_proofs())
def test_an_edited_proof_file_shows_the_same_entry_or_nothing(data: bytes) -> None:
    try:
        proof = parse_proof_file(data)
        head = check_proof_file(proof, KEY.verifier(), ORIGIN)
    except IntegrityError:
        return
    # What is left to edit is the lines of keys that nobody here knows.
    assert (head, proof.index, proof.extra) == (HEAD, 77, ENTRIES[77])


def test_the_laws_of_the_files_rest_on_a_proof_that_holds() -> None:
    with pytest.raises(IntegrityError):
        check_proof_file(parse_proof_file(PROOF), KEY.verifier(), "another")
    assert check_proof_file(parse_proof_file(PROOF), KEY.verifier(), ORIGIN) == HEAD
