import json

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.raid.intake.importing import records
from ringwall.raid.intake.importing.choosing import SCHEMES, read_records
from tests.raid_reports import codes_of, table_of

_AVID = json.dumps(
    {"metadata": {"report_id": "A"}, "description": {"value": "x"}}
).encode()
_ATLAS = b"id: ATLAS\ncase-studies:\n- id: A\n  name: n\n  summary: s\n"


@pytest.mark.parametrize(
    ("data", "scheme"),
    [
        (_AVID, "avid"),
        (b"[" + _AVID + b"]", "avid"),
        (_ATLAS, "atlas"),
        (_ATLAS.partition(b"\n")[2], "atlas"),
        (table_of("1,2015,t,d,,,,"), "aiid"),
    ],
)
def test_an_importer_is_told_by_the_file(data: bytes, scheme: str) -> None:
    batch = read_records(data, "f")
    assert batch.scheme == scheme
    assert len(batch.records) == 1
    assert read_records(data, "f", scheme) == batch


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"hello\n", "format-unknown"),
        (b"", "format-unknown"),
        (b"PK\x03\x04", "archive"),
        (b"\x1f\x8b\x08", "archive"),
        (b"\x00", "yaml-syntax"),
    ],
)
def test_what_no_importer_knows_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(DeclarationError) as error:
        read_records(data, "f")
    assert codes_of(error) == [code]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_file_of_another_scheme_is_refused_or_has_bad_records(scheme: str) -> None:
    others = {"avid": _ATLAS, "atlas": table_of("1,2,t,d,,,,"), "aiid": _AVID}
    with pytest.raises(DeclarationError):
        read_records(others[scheme], "f", scheme)


@pytest.mark.parametrize(
    "data",
    [
        b"[" + b",".join([_AVID] * 3) + b"]",
        b"\n".join([_AVID] * 3),
        b"case-studies:\n" + b"- id: A\n  name: n\n  summary: s\n" * 3,
        table_of(*["1,2015,t,d,,,,"] * 3),
    ],
)
def test_of_more_records_than_memory_has_room_for_the_first_are_read(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "MOST_RECORDS", 2)
    batch = read_records(data, "f")
    assert len(batch.records) == 2
    assert [fault.code for fault in batch.faults] == ["too-many-records"]
