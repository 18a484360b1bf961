"""The original of a file: opened with its slot alone, its length telling little."""

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.raid.shield.sealed_file import open_file, padded_length, seal_file
from ringwall.raid.shield.sealing import public_of
from tests.shielded import REPORT, private_key

OWN = private_key("slot")
SLOT = public_of(OWN)
NAME = "att-aaaaaaaaaaaaaaaa"
DATA = b"\x89PNG Mary Planted-Name"


def test_the_private_key_of_the_slot_opens_it() -> None:
    for data in (DATA, b"x", DATA * 5_000, DATA + b"\0\0"):
        assert open_file(seal_file(data, SLOT, REPORT, NAME), OWN, REPORT, NAME) == data


@pytest.mark.parametrize(
    ("private", "report", "name"),
    [
        (private_key("other"), REPORT, NAME),
        (OWN, "report:r-bbbbbbbbbb", NAME),
        (OWN, REPORT, "att-bbbbbbbbbbbbbbbb"),
    ],
    ids=["key", "report", "file"],
)
def test_nothing_else_opens_it(private: bytes, report: str, name: str) -> None:
    sealed = seal_file(DATA, SLOT, REPORT, NAME)

    with pytest.raises(IntegrityError) as error:
        open_file(sealed, private, report, name)
    assert error.value.code == "attachment-not-opened"
    assert "Planted" not in str(error.value)


@pytest.mark.parametrize("at", [0, 600, 1_160, -1])
def test_a_changed_byte_is_found(at: int) -> None:
    sealed = bytearray(seal_file(DATA, SLOT, REPORT, NAME))
    sealed[at] ^= 1

    for broken in (bytes(sealed), bytes(sealed[:at]), b""):
        with pytest.raises(IntegrityError):
            open_file(broken, OWN, REPORT, NAME)


def test_nothing_of_it_can_be_read_and_two_share_nothing() -> None:
    one, other = (seal_file(DATA * 50, SLOT, REPORT, NAME) for _ in range(2))

    assert b"Planted" not in one
    assert one[:64] != other[:64]
    assert one[-64:] != other[-64:]


def test_lengths_are_rounded_up_by_an_eighth_at_most() -> None:
    kinds = set()
    for length in range(1, 40_000):
        padded = padded_length(length)
        assert length <= padded <= length * 1.125
        kinds.add(padded)
    assert len(kinds) < 200
    assert padded_length(2**26 - 5) == 2**26


def test_files_of_nearly_one_length_are_of_one_length_sealed() -> None:
    lengths = {
        len(seal_file(b"x" * size, SLOT, REPORT, NAME)) for size in range(9_000, 9_200)
    }
    assert len(lengths) == 1
