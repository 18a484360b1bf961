"""How the embargo of a case stands: its rows."""

from ringwall.model.events import Event
from ringwall.raid.desk import RaidDesk
from ringwall.raid.embargo.standing import (
    EMBARGO,
    is_expired,
    is_in_force,
    known_matter,
    lasting,
    matter_cause,
    object_id,
    parties_of,
    terms_said,
    unmet,
)
from ringwall.raid.scene import Scene
from tests.embargoed import active, card_of, proposed
from tests.office import DAY
from tests.raid_office import RaidOffice, refused, who

JOAN = who("joan")


def owned(desk: RaidDesk, case: str) -> None:
    """Give a case to RAID, past the counter of triage."""

    def make(scene: Scene) -> list[Event]:
        scene.require("raid-owned", case, holds=True)
        card = scene.card("raid.case", case)
        return [scene.event("raid.case", case, "own", card, {}, {})]

    desk.acting.act(who("dorothy"), "raid.assess", case, make)


def test_an_embargo_binds_until_its_end_and_no_longer(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    case, _ = active(desk)
    name = object_id(EMBARGO, case)
    card = desk.acting.rows.card(EMBARGO, name)
    assert card is not None
    ends = lasting(card)
    assert ends is not None
    assert is_in_force(card, ends - 1)
    assert not is_in_force(card, ends)
    assert (is_expired(card, ends - 1), is_expired(card, ends)) == (False, True)
    assert not is_in_force(None, ends)
    assert not is_expired(None, ends)
    # A case is resolved by nobody before that.
    lead = who("rosalind")
    owned(desk, case)
    desk.cases.coordinate(lead, case)
    resolve = desk.cases.resolve
    assert refused(resolve, lead, case, "what we learned") == "embargo-active"
    raid_office.clock.instant += 14 * DAY
    done = resolve(lead, case, "what we learned")
    assert [event.get("act") for event in done.events] == ["resolve", "end", None]
    ended = desk.acting.rows.card(EMBARGO, name)
    assert ended is not None
    assert lasting(ended) is None


def test_rows_of_a_case_are_found_with_their_terms(desk: RaidDesk) -> None:
    case, _ = proposed(desk)
    rows, offer = desk.acting.rows, str(card_of(desk, case)["offer"])
    said = terms_said(rows, object_id(EMBARGO, case), offer)
    assert said["purpose"] == "time to mend the service"
    assert terms_said(rows, object_id(EMBARGO, case), "ab" * 32) == {}
    parties = parties_of(rows, case)
    assert unmet(parties, offer) == parties
    matter = known_matter(rows, case)
    assert (matter["recoverable"], matter_cause(matter)) == ("service-side", "")
