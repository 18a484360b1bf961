"""Who may be told of a case under an embargo."""

from dataclasses import replace

import pytest

from ringwall.raid.desk import RaidDesk
from ringwall.raid.embargo.standing import EMBARGO, object_id
from ringwall.raid.outgoing.silence import bound_to, may_know, silence_of
from tests.embargoed import LAB, PLAIN, active, proposed
from tests.office import DAY
from tests.raid_office import RaidOffice


def test_an_embargo_in_force_is_a_compartment_of_its_parties(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    case, _ = active(desk)
    rows, now = desk.acting.rows, raid_office.clock.now()
    bound = bound_to(rows, case, now)
    assert len(bound) == 1
    assert may_know(rows, case, LAB) == bound
    assert may_know(rows, case, "csirt.fr") == frozenset()
    assert bound_to(rows, case, now + 30 * DAY) == frozenset()


def test_what_is_only_proposed_binds_nobody(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    case, _ = proposed(desk)
    rows, now = desk.acting.rows, raid_office.clock.now()
    assert bound_to(rows, case, now) == frozenset()
    assert may_know(rows, case, LAB) == frozenset()
    assert may_know(rows, "case:c-aaaaaaaaaa", LAB) == frozenset()


def test_whom_the_terms_name_as_a_defender_may_be_told(desk: RaidDesk) -> None:
    case, _ = active(desk, replace(PLAIN, defenders=("csirt.fr",)))
    assert may_know(desk.acting.rows, case, "csirt.fr")
    assert not may_know(desk.acting.rows, case, "csirt.ee")


@pytest.mark.parametrize(
    ("way_out", "is_held"),
    [
        ("", True),
        ("consent", True),
        ("law", False),
        ("order", False),
        ("danger", False),
    ],
)
def test_law_order_and_danger_go_before_an_agreement(
    raid_office: RaidOffice, desk: RaidDesk, way_out: str, is_held: bool
) -> None:
    case, _ = active(desk)
    card = desk.acting.rows.card(EMBARGO, object_id(EMBARGO, case))
    now = raid_office.clock.now()
    assert bool(silence_of(card, case, now, way_out)) is is_held
    assert silence_of(None, case, now, way_out) == frozenset()
