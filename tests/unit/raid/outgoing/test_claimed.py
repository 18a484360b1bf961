"""What is claimed for an exit; what the desk holds of it is tested with inquiries."""

from ringwall.model.events import Event
from ringwall.raid.desk import RaidDesk
from ringwall.raid.outgoing.claimed import LEGAL_OFFICER, Claimed, ground_of
from ringwall.raid.outgoing.exits import Ground
from ringwall.raid.scene import Scene
from tests.raid_office import ROLES, given, who
from tests.routed import TABLES, case_facts


def grounds(desk: RaidDesk, claimed: Claimed, *by: str) -> Ground:
    """Return what is on record for an exit, of a case that has no report."""
    found: list[Ground] = []

    def make(scene: Scene) -> list[Event]:
        facts, contact = case_facts(reports=[]), TABLES.contacts["ai-office"]
        found.append(ground_of(scene, claimed, facts, contact, by))
        return []

    given(desk.acting)
    desk.acting.act(who("joan"), "raid.read", "case:desk", make)
    return found[0]


def test_a_claim_is_kept_whole() -> None:
    claimed = Claimed("consent", "a", "b", "c", ("msg-1", "msg-2"))
    assert Claimed.of(claimed.document()) == claimed


def test_nothing_is_met_that_nobody_told(desk: RaidDesk) -> None:
    ground = grounds(desk, Claimed("law", provision=" ", binds="\u200b", order="-"))
    assert ground.met == {"consent-stands"}
    assert ground.persons == frozenset()


def test_the_legal_officer_is_who_claims_first(desk: RaidDesk) -> None:
    officer = next(f"user:{name}" for name, of in ROLES.items() if of == LEGAL_OFFICER)
    claimed = Claimed("order", order="1 O 1/27")
    first = grounds(desk, claimed, officer, "user:joan")
    assert first.met >= {"order", "legal-officer"}
    assert first.persons == {officer, "user:joan"}
    for others in (("user:joan", officer), ("user:nobody",)):
        assert "legal-officer" not in grounds(desk, claimed, *others).met
