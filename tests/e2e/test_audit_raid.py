"""The incident desk in words: what was done and by whom, never a word of a case."""

import pytest

from ringwall.cli.audit_raid import RAID_WORDS, need_words
from ringwall.model.events import Event
from ringwall.model.raid_events import RAID_KINDS
from tests.raid_records import CASE, NEEDS, RAID, case_event


def test_each_kind_has_words() -> None:
    assert RAID_WORDS.keys() == RAID_KINDS


@pytest.mark.parametrize("event", [*RAID, *NEEDS], ids=lambda e: e["kind"] + e["act"])
def test_each_is_told_in_one_line_of_80_columns(event: Event) -> None:
    words = RAID_WORDS.get(event["kind"], need_words)(event)

    assert len(words) <= 80
    assert "\n" not in words
    private = {*event.get("said", {}).values(), event.get("reason")} - {None}
    assert private
    assert all(told not in words for told in private)


def test_an_act_is_told_with_its_object_its_case_and_its_states() -> None:
    told = {event["kind"]: RAID_WORDS[event["kind"]](event) for event in RAID}

    assert told["raid.case"] == f"{CASE}: open by user:ada, new"
    assert told["raid.link"] == (
        f"lnk-aaaaaaaaaaaaaaaa of {CASE}: link by user:ada, linked"
    )
    assessed = case_event(act="triage", before="new", after="triaged")
    assert RAID_WORDS["raid.case"](assessed) == (
        f"{CASE}: triage by user:ada, new to triaged"
    )
    noted = case_event(act="note", before="new", after="new")
    assert RAID_WORDS["raid.case"](noted) == f"{CASE}: note by user:ada, new"


def test_need_to_know_is_told_with_the_person_and_the_date() -> None:
    admitted, shut, dismissed, _ = map(need_words, NEEDS)

    assert admitted == (
        f"{CASE}: admit user:ada until 2027-01-15T09:00:00Z by user:grace"
    )
    assert shut == f"{CASE}: shut by user:grace"
    assert dismissed == f"{CASE}: dismiss user:ada by user:grace"
