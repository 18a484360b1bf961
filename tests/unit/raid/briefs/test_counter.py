"""Briefs at the desk: by two, on record, with what is new, and reduced where due."""

import json
from collections.abc import Iterator

import pytest

from ringwall.gate.denied import AccessDenied
from ringwall.institute import Institute
from ringwall.model.declarations import dump_document
from ringwall.raid.briefs.counter import ALL
from ringwall.raid.desk import RaidDesk
from tests.brief_office import (
    FRENCH,
    brief_grant,
    briefed_case,
    with_contacts,
)
from tests.example import apply, declare
from tests.office import key_entry
from tests.raid_office import RaidOffice, refused, who
from tests.routed import adopt_contacts


@pytest.fixture
def desk(raid_office: RaidOffice) -> Iterator[RaidDesk]:
    institute = Institute(raid_office.folder, raid_office.clock)
    chien = dump_document(institute.facts().documents()["user:chien"])
    keyed = {"people": [{**chien, "keys": [key_entry("chien")]}]}
    apply(institute, declare(raid_office.folder.parent, json.dumps(keyed)))
    with raid_office.raid() as desk:
        yield desk


def test_a_state_is_briefed_by_two_and_it_is_on_record(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    with_contacts(desk)
    case = briefed_case(desk)
    with pytest.raises(AccessDenied):
        desk.briefing.brief(who("chien"), "FR")

    grant = brief_grant(raid_office)
    found = desk.briefing.brief(who("chien", grant=grant), "fr")

    [made] = found.made
    told = json.loads(made.brief.data)
    assert (told["state"], told["recipient"]) == ("FR", FRENCH)
    assert [one["case"] for one in told["cases"]] == [case]
    assert b"withheld" not in made.brief.data
    assert made.changes is None
    [event] = raid_office.events("raid.brief")
    assert event["card"]["content"] == made.brief.digest
    assert raid_office.institute.verify().findings == ()


def test_all_are_briefed_and_those_whom_nobody_reaches_are_named(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    with_contacts(desk)
    briefed_case(desk)
    grant = brief_grant(raid_office)

    found = desk.briefing.brief(who("chien", grant=grant), ALL)

    assert [one.brief.state for one in found.made] == ["FR", "PT"]
    assert len(found.missed) == 25
    # The example has the governments of Estonia, France and Portugal.
    assert [one for one in found.missed if one.why == "nobody-reached"] == [
        ("EE", "nobody-reached")
    ]
    full, reduced = (one.brief for one in found.made)
    assert (full.is_reduced, reduced.is_reduced) == (False, True)
    assert full.facts > reduced.facts
    assert {e["card"]["reduced"] for e in raid_office.events("raid.brief")} == {0, 1}


def test_what_is_new_since_the_last_brief_is_told(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    with_contacts(desk)
    grant = brief_grant(raid_office)
    liaison = who("chien", grant=grant)
    first = desk.briefing.brief(liaison, "FR", is_compared=True)
    assert first.made[0].changes is None
    case = briefed_case(desk)

    [made] = desk.briefing.brief(liaison, "FR", is_compared=True).made

    assert made.changes is not None
    assert {place[0] for place in made.changes.new} == {case}
    assert (made.changes.changed, made.changes.gone) == ((), ())
    [again] = desk.briefing.brief(liaison, "FR", is_compared=True).made
    assert again.brief.data == made.brief.data
    assert again.changes is not None
    assert again.changes.new == ()


def test_a_state_that_is_none_and_one_that_nobody_reaches_are_refused(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    grant = brief_grant(raid_office)
    brief, liaison = desk.briefing.brief, who("chien", grant=grant)

    assert refused(brief, liaison, "CH") == "state-unknown"
    assert refused(brief, liaison, "FR") == "nobody-reached"
    assert refused(brief, liaison, "DE") == "government-unknown"
    assert refused(brief, liaison, ALL) == "nobody-reached"


def test_a_state_whose_government_nobody_has_on_record_gets_no_brief_at_all(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    adopt_contacts(desk, "spoc.de")
    liaison = who("chien", grant=brief_grant(raid_office))

    assert refused(desk.briefing.brief, liaison, "DE") == "government-unknown"
    assert raid_office.events("raid.brief") == []
