"""Laws of the tree: the fast frontier is the slow recursion, at any size."""

from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.errors import IntegrityError
from ringwall.tlog import (
    MAX_TREE_SIZE,
    Checkpoint,
    Frontier,
    format_checkpoint,
    leaf_hash,
    parse_checkpoint,
)
from tests.oracle import merkle

entries = st.lists(st.binary(max_size=40), max_size=80)
some_entries = st.lists(st.binary(max_size=40), min_size=1, max_size=80)
hashes = st.binary(min_size=32, max_size=32)
origins = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff").filter(
        lambda ch: ch >= " "
    ),
    min_size=1,
    max_size=40,
)
sizes = st.integers(0, MAX_TREE_SIZE)


@st.composite
def checkpoint_texts(draw: st.DrawFn) -> str:
    """Draw the text of a checkpoint with one stretch of it replaced."""
    head = Checkpoint("log.example", draw(sizes), draw(hashes))
    text = format_checkpoint(head)
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(start + 4, len(text))))
    noise = draw(st.text("\n0123456789+-_ =/AB\u0667", max_size=3))
    return text[:start] + noise + text[end:]


def grown(frontier: Frontier, leaves: list[bytes]) -> Frontier:
    """Return the same frontier with the entries appended."""
    for entry in leaves:
        frontier.append(leaf_hash(entry))
    return frontier


@given(entries)
def test_the_root_is_that_of_the_recursion(leaves: list[bytes]) -> None:
    assert grown(Frontier(), leaves).root() == merkle.root(leaves)


@given(entries)
def test_the_size_is_the_number_of_leaves_and_the_dump_one_hash_per_bit(
    leaves: list[bytes],
) -> None:
    frontier = grown(Frontier(), leaves)

    assert frontier.size == len(leaves)
    assert len(frontier.dump()) == 32 * len(leaves).bit_count()


@given(entries, entries)
def test_loading_a_dump_is_as_if_nothing_had_happened(
    before: list[bytes], after: list[bytes]
) -> None:
    frontier = grown(Frontier(), before)
    loaded = grown(Frontier.load(frontier.size, frontier.dump()), after)

    assert loaded.dump() == grown(frontier, after).dump()
    assert loaded.root() == merkle.root(before + after)


@given(entries, entries)
def test_a_copy_that_grows_leaves_the_original_alone(
    before: list[bytes], after: list[bytes]
) -> None:
    frontier = grown(Frontier(), before)

    copy = grown(frontier.copy(), after)

    assert copy.root() == merkle.root(before + after)
    assert frontier.root() == merkle.root(before)


@given(sizes, st.binary(max_size=300))
def test_only_a_dump_of_the_right_length_is_loaded(size: int, data: bytes) -> None:
    fits = len(data) == 32 * size.bit_count()
    try:
        loaded = Frontier.load(size, data)
    except ValueError:
        assert not fits
    else:
        assert fits
        assert (loaded.size, loaded.dump()) == (size, data)


@given(some_entries, st.data())
def test_another_entry_anywhere_gives_another_root(
    leaves: list[bytes], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves[:place], leaves[place] + b"\x00", *leaves[place + 1 :]]

    assert grown(Frontier(), changed).root() != grown(Frontier(), leaves).root()


@given(some_entries, st.data())
def test_a_missing_entry_anywhere_gives_another_root(
    leaves: list[bytes], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(leaves) - 1))
    shorter = leaves[:place] + leaves[place + 1 :]

    assert grown(Frontier(), shorter).root() != grown(Frontier(), leaves).root()


@given(st.lists(st.binary(max_size=40), min_size=2, max_size=80, unique=True))
def test_another_order_gives_another_root(leaves: list[bytes]) -> None:
    reordered = leaves[::-1]

    assert grown(Frontier(), reordered).root() != grown(Frontier(), leaves).root()


@given(origins, sizes, hashes)
def test_parsing_a_printed_checkpoint_gives_it_back(
    origin: str, size: int, root: bytes
) -> None:
    head = Checkpoint(origin, size, root)

    assert parse_checkpoint(format_checkpoint(head)) == head


@given(checkpoint_texts())
def test_a_text_is_refused_or_prints_as_it_was(text: str) -> None:
    try:
        head = parse_checkpoint(text)
    except IntegrityError:
        return
    assert format_checkpoint(head) == text
