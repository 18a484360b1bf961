import json

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.raid.intake.bounded_json import Bounds, byte_fault, read_json
from tests.raid_reports import codes_of

_SMALL = Bounds(max_bytes=100_000, max_depth=4, max_values=50)


def _codes(data: bytes, bounds: Bounds = _SMALL) -> list[str]:
    with pytest.raises(DeclarationError) as error:
        read_json(data, "report.json", bounds)
    assert error.value.exit_code == 3
    return codes_of(error)


def test_a_value_within_bounds_is_what_the_standard_parser_gives() -> None:
    value = {"a": [1, True, None, "é\u202e"], "b": {"c": "[[[[[["}}
    assert read_json(json.dumps(value).encode(), "f", _SMALL) == value


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"x" * 100_001, "file-too-large"),
        (b"\xef\xbb\xbf{}", "byte-order-mark"),
        (b" \n", "file-empty"),
        (b'{"a": "\xff"}', "not-utf8"),
        (b"{", "json-syntax"),
        (b"{} {}", "json-syntax"),
        (b'{"a": 1, "a": 2}', "json-duplicate-key"),
        (b'{"a": {"b": 1, "b": 1}}', "json-duplicate-key"),
        (b"[NaN]", "json-number"),
        (b"[-Infinity]", "json-number"),
        (b"[1.5]", "json-number"),
        (b"[1e999]", "json-number"),
        (b"[" + b"1" * 5000 + b"]", "json-number"),
        (b'["\\ud800"]', "json-surrogate"),
        (b'{"\\udfff": 1}', "json-surrogate"),
        (b"[" * 5 + b"]" * 5, "json-too-deep"),
        (b"[" * 90_000, "json-too-deep"),
        (b'{"a":' * 90_00 + b"1", "json-too-deep"),
        (b"[" + b"0," * 60 + b"0]", "json-too-many"),
        (b"[" + b"0," * 160 + b"0]", "json-too-many"),
        (b"[" + b"{}," * 60 + b"0]", "json-too-many"),
        (b"[]" * 40_000, "json-too-many"),
        (b"PK\x03\x04rest", "archive"),
        (b"\x1f\x8b\x08rest", "archive"),
        (b"BZh91AY", "archive"),
        (b"\xfd7zXZ\x00", "archive"),
        (b"7z\xbc\xaf\x27\x1c", "archive"),
        (b"\x28\xb5\x2f\xfd", "archive"),
        (b"Rar!\x1a", "archive"),
    ],
)
def test_what_is_out_of_bounds_is_refused_with_its_code(data: bytes, code: str) -> None:
    assert _codes(data) == [code]


def test_brackets_in_texts_are_no_nesting() -> None:
    assert read_json(b'["[[[[[[[[\\"[[[["]', "f", _SMALL) == ['[[[[[[[["[[[[']


def test_fractions_are_taken_where_the_bounds_allow_them() -> None:
    loose = Bounds(fractions=True)
    assert read_json(b"[0.25, 1e3]", "f", loose) == [0.25, 1000.0]
    assert _codes(b"[1e999]", loose) == ["json-number"]
    assert _codes(b"[0." + b"1" * 60 + b"]", loose) == ["json-number"]


def test_an_archive_is_told_with_what_to_do_instead() -> None:
    fault = byte_fault(b"PK\x05\x06", "mail.zip", 10)
    assert fault is not None
    assert fault.expected == "the files that are in it"


def test_a_syntax_error_has_its_line_and_column() -> None:
    with pytest.raises(DeclarationError) as error:
        read_json(b'{"a": 1,\n "b" 2}', "f", _SMALL)
    fault = error.value.faults[0]
    assert (fault.line, fault.column) == (2, 6)


def test_the_line_that_is_not_utf8_is_named() -> None:
    fault = byte_fault(b"one\ntwo\n\xff", "f", 100)
    assert fault is not None
    assert fault.line == 3


@pytest.mark.parametrize(
    "data",
    [
        b'"' + b'\\"' * 400_000,
        b'"' + b"\\a" * 400_000,
        b'"' * 800_001,
        b"\\" * 800_000,
        b"x" * 800_000,
        b'{"a' + b'\\"{' * 200_000,
    ],
)
def test_what_has_no_end_is_looked_at_once(data: bytes) -> None:
    # Looked at anew from each of its quotes, one of these took minutes.
    assert _codes(data, Bounds()) == ["json-syntax"]
