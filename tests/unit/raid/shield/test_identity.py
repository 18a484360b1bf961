"""Who a reporter is: of one length, and never repeated in a refusal."""

from typing import Any

import pytest

from ringwall.base.errors import IntegrityError, RequestError
from ringwall.raid.shield.identity import (
    IDENTITY_BYTES,
    NOBODY,
    Identity,
    identity_of,
    pad_identity,
    parse_identity,
)
from tests.shielded import MARY


@pytest.mark.parametrize("identity", [NOBODY, MARY, Identity(about="é" * 2_000)])
def test_each_identity_is_as_long_and_reads_back(identity: Identity) -> None:
    padded = pad_identity(identity)

    assert len(padded) == IDENTITY_BYTES
    assert parse_identity(padded) == identity


def test_an_identity_is_read_as_it_was_given() -> None:
    data = MARY.model_dump(mode="json")

    assert identity_of(data) == MARY
    assert identity_of({}) == NOBODY


def test_one_that_fills_the_box_fits_and_one_byte_more_does_not() -> None:
    empty = len('{"about":"","name":null,"reach":["",""]}')
    room = IDENTITY_BYTES - 2 - empty - 1
    rest = "a" * (room - 500 + 1)
    data: dict[str, Any] = {"reach": ["b" * 500, "c"], "about": rest}
    shorter = {**data, "about": rest[1:]}

    fits = identity_of(shorter)
    assert len(pad_identity(fits)) == IDENTITY_BYTES
    with pytest.raises(RequestError) as error:
        identity_of(data)
    assert error.value.code == "identity-too-long"
    with pytest.raises(ValueError, match="an identity of"):
        pad_identity(Identity(reach=("b" * 500, "c"), about=rest))


@pytest.mark.parametrize(
    "data",
    [
        {"name": ""},
        {"name": "\u200b"},
        {"name": 7},
        {"nickname": "planted"},
        {"reach": "planted@reporter.example"},
        {"reach": ["x"] * 11},
        {"name": "\ud800planted"},
    ],
)
def test_a_refusal_repeats_nothing_that_was_given(data: dict[str, Any]) -> None:
    with pytest.raises(RequestError) as error:
        identity_of(data)

    told = f"{error.value} {error.value.next_step} {error.value.__cause__}"
    assert error.value.code == "identity-malformed"
    assert "planted" not in told
    assert error.value.__suppress_context__


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        pad_identity(MARY)[:-1],
        pad_identity(MARY)[:-1] + b"x",
        bytes(IDENTITY_BYTES),
        (9).to_bytes(2, "big") + b'{"who":1}'.ljust(IDENTITY_BYTES - 2, b"\0"),
    ],
)
def test_other_bytes_are_nobody(padded: bytes) -> None:
    with pytest.raises(IntegrityError) as error:
        parse_identity(padded)

    assert error.value.code == "identity-damaged"


def test_an_identity_shows_itself_to_nobody_by_accident() -> None:
    assert "Mary" not in f"{MARY!r}"
