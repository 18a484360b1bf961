"""Techniques, held against the release that is pinned."""

from hashlib import sha256

import pytest

from ringwall.base.errors import RequestError
from ringwall.raid.exports.standards import Release
from ringwall.raid.exports.techniques import NO_CATALOGUE, check_release, resolved
from tests.exported import CATALOGUE, STANDARDS
from tests.raid_reports import data_folder


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("AML.T0051", ""),
        ("AML.T0051 LLM Prompt Injection", ""),
        ("AML.T0051.000 Direct", ""),
        ("AML.T0051 Phishing", "ATLAS 1.0.0 calls it `LLM Prompt Injection`"),
        ("AML.T0099 Phishing", "not in ATLAS 1.0.0"),
        ("T1566", "no id of a technique"),
        ("AML.TA0051 LLM Prompt Injection", "no id of a technique"),
    ],
)
def test_id_and_name_have_to_agree_with_the_catalogue(line: str, why: str) -> None:
    found = resolved([line], CATALOGUE)

    assert found.odd == ({line: why} if why else {})
    if not why:
        entity, name = found.known[line]
        assert line.startswith(entity)
        assert CATALOGUE.names[entity] == name


def test_without_a_catalogue_nothing_is_taken_for_right() -> None:
    found = resolved(["AML.T0051"], NO_CATALOGUE)

    assert (found.known, found.odd) == ({}, {"AML.T0051": "not checked"})


def test_the_pinned_release_is_known_by_its_digest() -> None:
    pinned = Release("atlas", "1.0.0", sha256(b"release").hexdigest())

    check_release(b"release", pinned, "ATLAS.yaml")
    with pytest.raises(RequestError, match=r"is not ATLAS 1\.0\.0") as caught:
        check_release(b"Release", pinned, "ATLAS.yaml")

    assert caught.value.code == "catalogue-not-pinned"
    assert pinned.sha256 in caught.value.next_step


def test_the_release_that_is_pinned_is_the_one_that_was_read() -> None:
    data = (data_folder() / "atlas" / "ATLAS.yaml").read_bytes()

    check_release(data, STANDARDS.releases["atlas"], "ATLAS.yaml")
