"""Ids, dates and bytes that all exports share."""

import json
from uuid import UUID

import pytest

from ringwall.threats.interchange import Naming, json_bytes, newest_day, sources
from tests.threat_rows import catalogue


def test_an_id_follows_from_the_catalogue_and_the_name() -> None:
    naming = Naming(catalogue())

    assert naming.uuid("a") == Naming(catalogue()).uuid("a")
    assert naming.uuid("a") != naming.uuid("b")
    assert naming.uuid("a") != Naming(catalogue(digest="cd" * 32)).uuid("a")
    assert UUID(naming.uuid("a")).version == 5


def test_the_newest_day_is_looked_for_in_every_table() -> None:
    rows = catalogue()
    assert newest_day(rows) == "2026-11-21"

    tier = rows.tiers["third"]
    late = tier.needs[0].model_copy(update={"date": "2027-01-01"})
    tiers = {**rows.tiers, "third": tier.model_copy(update={"needs": (late,)})}
    changed = type(rows)(**{**vars(rows), "tiers": tiers})

    assert newest_day(changed) == "2027-01-01"


def test_each_source_is_told_once() -> None:
    assert sources(catalogue()) == ("a book",)


def test_json_is_readable_and_ends_with_a_newline() -> None:
    data = json_bytes({"b": "ü", "a": [1]})

    assert data == '{\n  "b": "ü",\n  "a": [\n    1\n  ]\n}\n'.encode()
    assert json.loads(data) == {"a": [1], "b": "ü"}


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_bytes({"a": float("nan")})
