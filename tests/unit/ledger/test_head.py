"""The head: its seal vouches for the whole row, or it is not believed."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, insert

from ringwall.base.errors import IntegrityError
from ringwall.ledger.basis import TALLY_SIZE, Basis
from ringwall.ledger.head import Head, open_head, read_head, sign_head
from ringwall.ledger.rebuild import scratch_database
from ringwall.ledger.schema import HEAD
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
