"""The custodians: read strictly, and never so that RAID's own could open a box."""

from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError, DeclarationError
from ringwall.raid.shield.custodians import (
    CUSTODIANS_FILE,
    Custodians,
    parse_custodians,
    read_custodians,
)
from ringwall.raid.shield.sealing import fingerprint_of
from tests.shielded import custodians, custodians_yaml


def _codes(data: bytes) -> list[str]:
    with pytest.raises(DeclarationError) as error:
        parse_custodians(data, CUSTODIANS_FILE)
    assert error.value.code == "custodians-refused"
    return [fault.code for fault in error.value.faults]


def test_custodians_are_read_as_they_are_named(tmp_path: Path) -> None:
    (tmp_path / CUSTODIANS_FILE).write_bytes(custodians_yaml())

    found = read_custodians(tmp_path)

    assert found == custodians()
    assert found.people[0].fingerprint == fingerprint_of(found.people[0].public)


def test_without_a_file_nobody_has_been_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as error:
        read_custodians(tmp_path)

    assert error.value.code == "custodians-missing"
    assert "raid/desk/custodians.yaml" in str(error.value.next_step)
    assert "rules adopt" in str(error.value.next_step)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / CUSTODIANS_FILE).mkdir()

    with pytest.raises(DeclarationError) as error:
        read_custodians(tmp_path)

    assert [fault.code for fault in error.value.faults] == ["custodians-unreadable"]


@pytest.mark.parametrize(
    ("own", "outside", "threshold"), [(3, 2, 3), (3, 0, 2), (2, 9, 2)]
)
def test_a_set_that_raid_could_open_alone_is_refused(
    own: int, outside: int, threshold: int
) -> None:
    data = custodians_yaml(custodians(threshold, own, outside))

    assert _codes(data) == ["raid-could-open-alone"]


def test_so_many_insiders_that_one_from_outside_is_needed_will_do() -> None:
    found = custodians(3, 2, 1)

    assert parse_custodians(custodians_yaml(found), CUSTODIANS_FILE) == found


def test_more_needed_than_named_is_refused() -> None:
    assert _codes(custodians_yaml(custodians(5, 1, 3))) == ["too-few-custodians"]


@pytest.mark.parametrize("part", ["person", "public"])
def test_nobody_and_no_key_stands_twice(part: str) -> None:
    first, second, *rest = custodians().people
    twin = second._replace(**{part: getattr(first, part)})

    data = custodians_yaml(Custodians(3, (first, twin, *rest)))

    assert _codes(data) == ["duplicate-custodian"]


def test_a_key_that_is_none_is_told_with_its_place() -> None:
    data = custodians_yaml().replace(b'key: "', b'key: "AAAA', 1)

    with pytest.raises(DeclarationError) as error:
        parse_custodians(data, CUSTODIANS_FILE)

    fault = error.value.faults[0]
    assert (fault.code, fault.line) == ("key-malformed", 4)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"threshold: 3", b"threshold: 1", "wrong-value"),
        (b"unit: raid", b"unit: desk", "unknown-word"),
        (b"person: user:", b"person: ", "wrong-value"),
        (b"version: 1", b"version: 1\nspare: 2", "unknown-key"),
        (b"version: 1\n", b"", "missing-key"),
    ],
)
def test_a_file_of_another_shape_is_refused(old: bytes, new: bytes, code: str) -> None:
    assert code in _codes(custodians_yaml().replace(old, new, 1))
