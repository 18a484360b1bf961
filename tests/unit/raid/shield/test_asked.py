"""Requests as they stand: shown to askers and custodians, and to nobody else."""

import pytest

from ringwall.gate.denied import AccessDenied
from ringwall.raid.ids import new_id
from ringwall.raid.shield.asked import voices_of
from tests.raid_office import RaidOffice, who
from tests.shield_office import UNTIL, asked, handed_in, passing, shield


def test_asker_and_custodian_see_what_is_asked_and_on_what_ground(
    raid_office: RaidOffice,
) -> None:
    shield(raid_office)
    with raid_office.raid() as desk:
        report = handed_in(desk).taken.report
        request = asked(desk, report)
        desk.identities.vote(who("custodian-2"), request, passing(2))

        for name in ("joan", "custodian-1"):
            seen = desk.requests.show(who(name), request)
            assert (seen.asker, seen.purpose) == ("user:joan", "to warn them")
            assert seen.ground == "Article 5 of the statute"
            assert (seen.expires, seen.needed, seen.untold) == (UNTIL, 3, False)
            assert (seen.report, seen.state) == (report, "open")
            (voice,) = seen.voices
            assert (voice.custodian, voice.act) == ("user:custodian-2", "vote")
            assert [one.id for one in desk.requests.listed(who(name))] == [request]
            assert "share" not in str(seen)
        assert len(voices_of(desk.acting.rows, request)) == 1
        assert voices_of(desk.acting.rows, new_id("raid.identity")) == []


@pytest.mark.parametrize("name", ["hertha", "niels"])
def test_others_see_nothing_of_it(raid_office: RaidOffice, name: str) -> None:
    shield(raid_office)
    with raid_office.raid() as desk:
        request = asked(desk, handed_in(desk).taken.report)

        with pytest.raises(AccessDenied):
            desk.requests.show(who(name), request)
        with pytest.raises(AccessDenied):
            desk.requests.listed(who(name))
