"""Names of the things in an export."""

import pytest
import stix2

from ringwall.raid.exports.naming import json_bytes, observable_id, own_uuid


def test_an_id_follows_from_the_name_and_its_parts_do_not_run_together() -> None:
    assert own_uuid("a", "bc") == own_uuid("a", "bc")
    assert own_uuid("a", "bc") != own_uuid("ab", "c")
    assert own_uuid("a")[14] == "5"


@pytest.mark.parametrize(
    "told",
    [
        {"name": "Rota"},
        {"name": "Rota", "vendor": "Ex\u00e4mple & \u201cSons\u201d"},
        {"name": "Rota", "vendor": "Example", "version": "2.1"},
    ],
)
def test_an_observable_has_the_id_that_oasis_gives_it(told: dict[str, str]) -> None:
    assert observable_id("software", told) == stix2.v21.Software(**told).id


def test_a_document_is_ascii_whatever_is_in_it() -> None:
    data = json_bytes({"a": "\u202e\u00e9\x1b"})

    assert data.isascii()
    assert b"\x1b" not in data
    assert data.endswith(b"}\n")
    with pytest.raises(ValueError, match="JSON"):
        json_bytes(float("nan"))
