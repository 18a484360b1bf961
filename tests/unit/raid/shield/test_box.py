"""The box of a report: of one size, salted, and opened by its key alone."""

import base64
import json
import zlib
from typing import Any

import pytest

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import IntegrityError
from ringwall.raid.shield.box import (
    Box,
    digest_of,
    format_box,
    parse_box,
    seal_box,
    share_context,
    unlock,
)
from ringwall.raid.shield.identity import NOBODY, Identity
from ringwall.raid.shield.sealing import open_sealed
from ringwall.raid.shield.shares import combine, parse_share
from tests.shielded import MARY, REPORT, boxed, custodians, private_key


def _key_of(box: Box) -> bytes:
    shares = [
        parse_share(
            open_sealed(
                held.sealed,
                private_key(held.custodian),
                share_context(box.report, held.custodian),
            )
        )
        for held in box.shares
    ]
    commitments = {at: held.commitment for at, held in enumerate(box.shares, 1)}
    return combine(shares, box.threshold, commitments, box.report)


@pytest.mark.parametrize("identity", [MARY, NOBODY])
def test_the_shares_of_the_custodians_open_a_box(identity: Identity) -> None:
    box = boxed(identity)

    assert unlock(box, _key_of(box)).identity == identity


def test_a_box_reads_back() -> None:
    box = boxed()

    assert parse_box(format_box(box), REPORT) == box


def test_boxes_are_of_one_size_and_shape_whoever_is_inside() -> None:
    one, other = (json.loads(format_box(boxed(who))) for who in (MARY, NOBODY))

    def shape(value: Any) -> Any:  # noqa: ANN401 - JSON data
        if isinstance(value, dict):
            return {name: shape(part) for name, part in value.items()}
        if isinstance(value, list):
            return [shape(part) for part in value]
        return len(value) if isinstance(value, str) else value

    assert shape(one) == shape(other)


def test_nothing_of_who_is_inside_can_be_read_from_a_box() -> None:
    data = format_box(boxed())
    told = json.loads(data)
    raw = b"".join(
        base64.b64decode(part)
        for part in (told["text"], *(share["sealed"] for share in told["shares"]))
    )

    for word in (b"Mary", b"planted", b"5550123", b"laboratory"):
        assert word not in data
        assert word not in raw
        assert base64.b64encode(word)[:-4] not in data
    # What can't be told from chance can't be packed either.
    assert len(zlib.compress(raw, 9)) >= len(raw)


def test_two_boxes_of_one_reporter_share_nothing() -> None:
    one, other = boxed(), boxed()

    assert digest_of(format_box(one)) != digest_of(format_box(other))
    assert one.salt != other.salt
    assert {held.commitment for held in one.shares}.isdisjoint(
        held.commitment for held in other.shares
    )


@pytest.mark.parametrize("part", ["key", "text", "threshold", "commitment"])
def test_a_box_that_was_changed_does_not_open(part: str) -> None:
    box = boxed()
    key = _key_of(box)
    first, *rest = box.shares
    changed = {
        "text": box._replace(text=box.text[:-1] + bytes([box.text[-1] ^ 1])),
        "threshold": box._replace(threshold=2),
        "commitment": box._replace(shares=(first._replace(commitment="0" * 64), *rest)),
    }.get(part, box)

    with pytest.raises(IntegrityError) as error:
        unlock(changed, bytes(32) if part == "key" else key)

    assert error.value.code == "box-damaged"


def test_the_box_of_another_report_is_refused() -> None:
    with pytest.raises(IntegrityError) as error:
        parse_box(format_box(boxed(report="report:r-bbbbbbbbbb")), REPORT)

    assert error.value.code == "box-damaged"


def _without(name: str) -> dict[str, Any]:
    told = json.loads(format_box(boxed()))
    del told[name]
    return dict(told)


@pytest.mark.parametrize(
    "change",
    [
        {"salt": "AAAA"},
        {"text": "AAAA"},
        {"text": 7},
        {"threshold": 1},
        {"threshold": 6},
        {"shares": []},
        {"shares": ["x"]},
        {"v": 2},
        {"spare": 1},
    ],
)
def test_what_is_not_whole_is_no_box(change: dict[str, Any]) -> None:
    told = json.loads(format_box(boxed())) | change

    with pytest.raises(IntegrityError):
        parse_box(dump_canonical(told), REPORT)


def test_a_box_with_a_part_missing_or_doubled_is_none() -> None:
    box = boxed()
    cut = box.shares[0]._replace(sealed=b"x")
    faulty = [
        dump_canonical(_without("salt")),
        b"no box",
        b"x" * 100_000,
        format_box(box._replace(shares=(cut, *box.shares[1:]))),
        format_box(box._replace(shares=(*box.shares, box.shares[0]))),
    ]
    for data in faulty:
        with pytest.raises(IntegrityError):
            parse_box(data, REPORT)


def test_a_custodian_gets_a_share_that_is_bound_to_report_and_person() -> None:
    box = seal_box(REPORT, MARY, custodians())
    held = box.shares[0]

    with pytest.raises(ValueError, match="sealed"):
        open_sealed(
            held.sealed,
            private_key(held.custodian),
            share_context("report:r-bbbbbbbbbb", held.custodian),
        )
