"""Releases are seen by who may know their case, and what is in their way is told."""

from collections.abc import Iterator

import pytest

from ringwall.gate.denied import AccessDenied
from ringwall.raid.desk import RaidDesk
from tests.raid_office import RaidOffice, who
from tests.release_office import FRENCH, drafted, staffed, without_key


@pytest.fixture
def desk(raid_office: RaidOffice) -> Iterator[RaidDesk]:
    staffed(raid_office)
    with raid_office.raid() as desk:
        yield desk


def test_what_is_in_the_way_is_told_as_it_stands_now(desk: RaidDesk) -> None:
    release, case = drafted(desk)
    seen = desk.released.show(who("joan"), release)
    assert (seen.card.case, seen.missing, seen.changed) == (case, (), ())
    assert seen.data

    without_key(desk, FRENCH)
    seen = desk.released.show(who("joan"), release)
    assert "recipient-keyless" in seen.missing
    assert "recipient-keyless" in seen.changed


def test_a_release_of_a_case_that_is_shut_is_not_listed(desk: RaidDesk) -> None:
    release, case = drafted(desk)
    assert [one.id for one in desk.released.listed(who("dorothy"))] == [release]
    desk.needs.shut(who("mileva"), case, "a source is at risk")

    assert desk.released.listed(who("dorothy")) == []
    with pytest.raises(AccessDenied):
        desk.released.show(who("dorothy"), release)
