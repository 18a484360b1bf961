"""A release is judged by how all stands now: signatures, recipient, compartments."""

from collections.abc import Iterator

import pytest

from ringwall.base.errors import ActRefused
from ringwall.raid.desk import RaidDesk
from ringwall.raid.outgoing.claimed import Claimed
from ringwall.raid.outgoing.release_judging import Judging
from ringwall.raid.outgoing.release_text import Wanted
from ringwall.raid.scene import Scene
from tests.raid_office import RaidOffice, who
from tests.release_office import FRENCH, staffed
from tests.routed import adopt_contacts, triaged

LAW = Claimed("law", provision="Article 90", binds="the institute is a provider")
NAME = "rel-aaaaaaaaaaaaaaaa"


@pytest.fixture
def desk(raid_office: RaidOffice) -> Iterator[RaidDesk]:
    staffed(raid_office)
    with raid_office.raid() as desk:
        yield desk


def _scene(desk: RaidDesk, case: str) -> Scene:
    acting = desk.acting
    decision = acting.ask(who("joan"), "raid.read", case)
    now = acting.gate.clock.now()
    told = (now, decision.id, "user:joan", acting.gate.ground, acting.rows)
    return Scene(*told, lambda: acting.rules)


def test_an_exit_takes_two_persons_once_it_is_signed(desk: RaidDesk) -> None:
    adopt_contacts(desk, "police.fr")
    case = triaged(desk)
    scene, judging = _scene(desk, case), Judging("")
    wanted = Wanted("police.fr", claimed=LAW)

    assert judging.judge(scene, NAME, case, wanted).missing == ()
    alone = judging.judge(scene, NAME, case, wanted, ("user:elinor",))
    assert alone.missing == ("exit-lacks-persons",)
    with pytest.raises(ActRefused):
        judging.require(alone, later=False)
    judging.require(alone, later=True)
    both = judging.judge(scene, NAME, case, wanted, ("user:elinor", "user:rosalind"))
    judging.require(both, later=False)


def test_a_body_of_the_union_needs_no_government(desk: RaidDesk) -> None:
    adopt_contacts(desk, FRENCH)
    path = desk.acting.folder / "raid" / "routes" / "contacts.csv"
    text = path.read_text("utf-8")
    french = next(line for line in text.splitlines() if line.startswith(FRENCH))
    union = french.replace(FRENCH, "cert-eu", 1).replace(",csirt,FR,", ",cert-eu,EU,")
    lines = [one for one in text.splitlines() if not one.startswith("cert-eu,")]
    path.write_text("".join(f"{line}\n" for line in [*lines, union]), "utf-8")
    adopt_contacts(desk, "csirt.ee")
    case = triaged(desk)

    found = Judging("").judge(_scene(desk, case), NAME, case, Wanted("cert-eu"))
    assert found.missing == ()
    assert found.body.state == "EU"
