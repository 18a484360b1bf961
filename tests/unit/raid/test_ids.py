"""Ids are random and permanent, and may be written without their prefix."""

import pytest

from ringwall.base.errors import RequestError
from ringwall.raid.ids import SHORT, id_of, new_id, parse_id


def test_an_id_tells_its_kind_and_nothing_else() -> None:
    kinds = [kind for kind in SHORT if kind != "raid.desk"]
    ids = {new_id(kind) for kind in kinds for _ in range(50)}

    assert len(ids) == 50 * len(kinds)
    assert all(parse_id(kind, new_id(kind)) for kind in kinds)
    assert len(new_id("raid.case")) == len("case:c-") + 10
    assert len(new_id("raid.clock")) == len("clk-") + 16


def test_one_thing_has_one_id_whoever_names_it() -> None:
    one = id_of("raid.handover", "case:c-mfzwizltmr", "csirt.de")

    assert parse_id("raid.handover", one) == one
    assert one == id_of("raid.handover", "case:c-mfzwizltmr", "csirt.de")
    assert one != id_of("raid.handover", "case:c-mfzwizltm", "rcsirt.de")
    assert one != id_of("raid.handover", "case:c-mfzwizltmr", "csirt.fr")
    assert one[4:] != id_of("raid.link", "case:c-mfzwizltmr", "csirt.de")[4:]


@pytest.mark.parametrize(
    "text", ["c-mfzwizltmr", "case:c-mfzwizltmr", " CASE:C-MFZWIZLTMR ", "C-mfzwizltmr"]
)
def test_a_case_is_written_with_or_without_its_prefix(text: str) -> None:
    assert parse_id("raid.case", text) == "case:c-mfzwizltmr"


def test_an_id_without_a_prefix_is_taken_as_it_is() -> None:
    assert parse_id("raid.link", "LNK-mfzwizltmrqw2zlt") == "lnk-mfzwizltmrqw2zlt"


@pytest.mark.parametrize(
    "text",
    ["", "c-", "c-mfzwizltm", "c-mfzwizltmrr", "c-mfzwizltm1", "r-mfzwizltmr", "\x1b"],
)
def test_what_is_no_id_of_the_kind_is_refused(text: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse_id("raid.case", text)

    assert caught.value.code == "id-malformed"
    assert "case:c-mfzwizltmr" in caught.value.next_step
    assert "ringwall raid ls cases" in caught.value.next_step
