"""The head: its seal vouches for the whole row, or it is not believed."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, insert

from ringwall.base.errors import IntegrityError
from ringwall.ledger.basis import TALLY_SIZE, Basis
from ringwall.ledger.head import (
    Head,
    Sealed,
    open_head,
    read_head,
    sign_head,
    tag_head,
)
from ringwall.ledger.rebuild import scratch_database
from ringwall.ledger.schema import HEAD
from ringwall.signing.keys import SigningKey
from ringwall.tlog.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from ringwall.tlog.frontier import Frontier
from ringwall.tlog.hashing import leaf_hash
from tests.fault.ledger_simulator import KEY, ORIGIN, OTHER_KEY, VERIFIER


def grown(size: int) -> Frontier:
    """Return a tree of some leaves."""
    frontier = Frontier()
    for number in range(size):
        frontier.append(leaf_hash(bytes([number])))
    return frontier


def head(size: int = 5, last: int = 3) -> Head:
    """Return the head of a tree whose basis is one event."""
    basis = Basis()
    basis.put_in_force([(last, leaf_hash(bytes([last])))])
    return sign_head(grown(size), basis, KEY, ORIGIN)


@pytest.fixture
def connection() -> Iterator[Connection]:
    """Give an empty database of a ledger's shape."""
    with scratch_database() as connection:
        yield connection


@pytest.mark.parametrize("size", [0, 1, 5, 64])
def test_a_signed_head_opens_as_its_tree(size: int) -> None:
    frontier = open_head(head(size), VERIFIER, ORIGIN)

    assert (frontier.size, frontier.root()) == (size, grown(size).root())


def test_the_basis_is_as_it_was_signed() -> None:
    basis = head().standing_basis()

    assert (basis.last, basis.tally) == (head().basis, head().tally)


@pytest.mark.parametrize(
    "field", ["size", "root", "frontier", "basis", "tally", "seal"]
)
def test_no_field_can_be_taken_from_another_signed_head(field: str) -> None:
    other = head(7, 4)
    mixed = head()._replace(**{field: getattr(other, field)})

    with pytest.raises(IntegrityError) as caught:
        open_head(mixed, VERIFIER, ORIGIN)
    assert caught.value.code == "head-differs"


def test_a_frontier_of_the_right_length_that_gives_another_root_is_refused() -> None:
    forged = head()._replace(frontier=bytes(64))

    with pytest.raises(IntegrityError) as caught:
        open_head(forged, VERIFIER, ORIGIN)
    assert caught.value.code == "head-differs"


def test_a_checkpoint_does_not_pass_for_a_seal() -> None:
    good = head()
    note = sign_checkpoint(Checkpoint(ORIGIN, good.size, good.root), KEY)

    with pytest.raises(IntegrityError) as caught:
        good._replace(seal=note).check_seal(VERIFIER, ORIGIN)
    assert caught.value.code == "head-differs"
    with pytest.raises(IntegrityError) as caught:
        open_checkpoint(good.seal, VERIFIER, ORIGIN)
    assert caught.value.code == "checkpoint-malformed"


def test_a_head_of_another_log_under_the_same_key_is_refused() -> None:
    other = sign_head(grown(5), Basis(), KEY, "other.example")

    with pytest.raises(IntegrityError) as caught:
        open_head(other, VERIFIER, ORIGIN)
    assert caught.value.code == "head-differs"


def test_a_head_that_another_key_signed_is_refused() -> None:
    other = sign_head(grown(5), Basis(), OTHER_KEY, ORIGIN)

    with pytest.raises(IntegrityError) as caught:
        open_head(other, VERIFIER, ORIGIN)
    assert caught.value.code == "signature-missing"


@pytest.mark.parametrize("size", [-1, 4, 2**63])
def test_a_size_that_its_frontier_does_not_fit_is_refused(size: int) -> None:
    with pytest.raises(IntegrityError) as caught:
        open_head(head()._replace(size=size), VERIFIER, ORIGIN)
    assert caught.value.code == "head-differs"


def test_a_tally_of_another_length_is_refused() -> None:
    with pytest.raises(IntegrityError) as caught:
        head()._replace(tally=bytes(TALLY_SIZE - 1)).standing_basis()
    assert caught.value.code == "head-differs"


def test_the_row_that_was_written_is_read(connection: Connection) -> None:
    connection.execute(insert(HEAD), head().row())

    assert read_head(connection) == head()


@pytest.mark.parametrize("count", [0, 2])
def test_there_is_exactly_one_head(connection: Connection, count: int) -> None:
    for one in range(count):
        connection.execute(insert(HEAD), {**head().row(), "one": one})

    with pytest.raises(IntegrityError, match=f"has {count} head rows") as caught:
        read_head(connection)
    assert caught.value.code == "head-differs"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("size", "five"),
        ("size", 1.5),
        ("basis", b"3"),
        *((name, value) for name in ("root", "seal") for value in ("x", 5)),
    ],
)
def test_a_field_of_another_type_is_refused(
    connection: Connection, field: str, value: object
) -> None:
    connection.execute(insert(HEAD), {**head().row(), field: value})

    with pytest.raises(IntegrityError, match="not of its type") as caught:
        read_head(connection)
    assert caught.value.code == "head-differs"


def tagged(before: int = 5, size: int = 8) -> Head:
    """Return the head of a tree that has grown since it was sealed."""
    return tag_head(grown(size), head(before), KEY, ORIGIN)


def test_a_tagged_head_is_sealed_as_far_as_its_seal_goes() -> None:
    grew = tagged()

    assert open_head(grew, VERIFIER, ORIGIN).size == 8
    assert grew.check_seal(VERIFIER, ORIGIN) == Sealed(5, grown(5).root())
    assert (grew.basis, grew.tally) == (head().basis, head().tally)
    grew.check_tag(KEY, ORIGIN)


def test_a_head_without_a_tag_is_sealed_as_a_whole() -> None:
    assert head().tag == b""
    assert head().check_seal(VERIFIER, ORIGIN) == Sealed(5, grown(5).root())
    head().check_tag(OTHER_KEY, ORIGIN)


@pytest.mark.parametrize("field", ["size", "root", "basis", "tally", "seal", "tag"])
def test_no_field_can_be_taken_from_another_tagged_head(field: str) -> None:
    other = tag_head(grown(9), head(7, 4), KEY, ORIGIN)
    mixed = tagged()._replace(**{field: getattr(other, field)})

    with pytest.raises(IntegrityError) as caught:
        mixed.check_tag(KEY, ORIGIN)
    assert caught.value.code == "head-differs"


@pytest.mark.parametrize(
    ("key", "origin"), [(OTHER_KEY, ORIGIN), (KEY, "other.example")]
)
def test_a_tag_of_another_log_is_refused(key: SigningKey, origin: str) -> None:
    forged = tag_head(grown(8), head(), key, origin)

    with pytest.raises(IntegrityError) as caught:
        forged.check_tag(KEY, ORIGIN)
    assert caught.value.code == "head-differs"


def test_two_heads_of_one_text_when_joined_have_two_tags() -> None:
    grew = tagged()
    shifted = grew._replace(root=grew.root + grew.tally[:1], tally=grew.tally[1:])

    with pytest.raises(IntegrityError) as caught:
        shifted.check_tag(KEY, ORIGIN)
    assert caught.value.code == "head-differs"


@pytest.mark.parametrize(
    "seal",
    [
        b"",
        b"ringwall seal\nlog\n",
        b"ringwall seal\nlog\nfive\nAAAA\n",
        b"ringwall seal\nlog\n5\n*\n",
        b"ringwall seal\nlog\n5\nAAAA\n",
        b"ringwall seal\nlog\n05\n" + b"A" * 43 + b"=\n",
        b"ringwall seal\nlog\n5\n\xff\n",
    ],
)
def test_a_seal_that_names_no_tree_is_refused(seal: bytes) -> None:
    with pytest.raises(IntegrityError) as caught:
        tagged()._replace(seal=seal).sealed()
    assert caught.value.code == "note-malformed"


@pytest.mark.parametrize("size", [-1, 4, 5, 2**63])
def test_a_tagged_head_is_larger_than_what_was_sealed(size: int) -> None:
    with pytest.raises(IntegrityError) as caught:
        tagged()._replace(size=size).check_seal(VERIFIER, ORIGIN)
    assert caught.value.code == "head-differs"


@pytest.mark.parametrize("field", ["basis", "tally"])
def test_a_seal_over_another_basis_is_refused(field: str) -> None:
    other = head(5, 4)
    mixed = tagged()._replace(**{field: getattr(other, field)})

    with pytest.raises(IntegrityError) as caught:
        mixed.check_seal(VERIFIER, ORIGIN)
    assert caught.value.code == "head-differs"


def test_a_whole_seal_beside_a_tag_is_refused() -> None:
    with pytest.raises(IntegrityError) as caught:
        open_head(head()._replace(tag=tagged().tag), VERIFIER, ORIGIN)
    assert caught.value.code == "head-differs"
