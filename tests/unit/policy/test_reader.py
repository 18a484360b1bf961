import pytest

from ringwall.base.errors import PolicyError
from ringwall.policy.reader import FILE_LIMITS, digest_files, parse_concern
from tests.conformance.policy_vectors import base_files
from tests.unit.policy.sample import edited, faults_of


def test_faults_of_both_files_are_found_at_once() -> None:
    faults = faults_of(
        edited(
            ("kind = wrong-kind, the", "kind = Wrong, the"),
            ("read, deny", "read, Deny"),
        )
    )

    assert [(fault.file, fault.code) for fault in faults] == [
        ("base/model.conf", "reason-malformed"),
        ("base/policy.csv", "value-unknown"),
    ]


def test_rows_are_checked_for_their_form_even_without_a_model() -> None:
    faults = faults_of(edited(("p.kind =", "p.kin ="), ("read, deny", "read,deny")))

    assert {"type-missing", "type-unused", "field-separator"} == {
        f.code for f in faults
    }


def test_missing_files_are_both_named() -> None:
    faults = faults_of({})

    assert [(fault.file, fault.code) for fault in faults] == [
        ("base/model.conf", "file-missing"),
        ("base/policy.csv", "file-missing"),
    ]


@pytest.mark.parametrize("name", sorted(FILE_LIMITS))
def test_too_large_file_is_refused_unread(name: str) -> None:
    files = base_files() | {name: b"\n" * (FILE_LIMITS[name] + 1)}

    assert [fault.code for fault in faults_of(files)] == ["file-too-large"]


def test_cases_and_readme_are_kept_as_they_are() -> None:
    files = base_files() | {"cases.yaml": b"}{", "README.md": b"\xff"}

    assert parse_concern("base", files).files == files


def test_faults_name_the_folder_they_are_given() -> None:
    with pytest.raises(PolicyError) as caught:
        parse_concern("base", {}, "some/where")

    assert caught.value.faults[0].file == "some/where/model.conf"


@pytest.mark.parametrize("name", ["", "Access", "a b", "../x", "9x"])
def test_name_of_a_concern_is_a_plain_word(name: str) -> None:
    with pytest.raises(ValueError, match="is not the name of a concern"):
        parse_concern(name, base_files())


def test_digest_changes_with_every_byte_and_every_name() -> None:
    digest = digest_files({"a": b"x", "b": b"y"})

    assert digest == digest_files({"b": b"y", "a": b"x"})
    assert digest != digest_files({"a": b"x", "b": b"z"})
    assert digest != digest_files({"a": b"x", "c": b"y"})
    assert digest != digest_files({"a": b"xy", "b": b""})
    assert len(digest) == 64
