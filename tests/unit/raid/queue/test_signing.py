from ringwall.model.events import Event
from ringwall.model.raid_events import DESK
from ringwall.raid.desk import RaidDesk
from ringwall.raid.queue.cut import Staff, cut, staff_of
from ringwall.raid.queue.signing import SignedCut, covers, grave, last_signed
from ringwall.raid.scene import Scene
from tests.example import NOON
from tests.raid_office import who
from tests.waiting import CAPACITY, item

TWO = staff_of(CAPACITY, 2)
SIGNED = SignedCut("raid:cut-1", "user:niels", NOON, NOON + 1, TWO, 1, 1, (), "few")


def test_nothing_left_undone_is_not_grave_at_all() -> None:
    assert grave(None) == ()
    assert grave(None) < grave(item(priority=0))


def test_what_is_graver_goes_by_the_keys_of_the_queue() -> None:
    order = [
        item(priority=1),
        item(priority=1, ago=15),
        item(priority=4, owned=1),
        item(imminent=1, priority=0),
        item(host_days=1, priority=0),
    ]

    told = [grave(one) for one in order]

    assert told == sorted(told)
    assert len(set(told)) == 5


def test_a_sign_off_covers_what_is_no_graver_with_no_fewer_people() -> None:
    signed = SIGNED._replace(gravest=grave(item(priority=2)))
    two = cut(CAPACITY, staff_of(CAPACITY, 2), [], [], 1)
    one = cut(CAPACITY, staff_of(CAPACITY, 1), [], [], 1)

    assert covers(signed, two, item(priority=2))
    assert covers(signed, two, None)
    assert not covers(signed, two, item(priority=3))
    assert not covers(signed, one, item(priority=2))
    for minutes, holds in ((TWO.minutes, True), (TWO.minutes - 1, False)):
        hours = cut(CAPACITY, Staff(minutes), [], [], 1)
        assert covers(signed, hours, None) is holds


def test_a_sign_off_that_lost_its_words_counts_for_nothing(desk: RaidDesk) -> None:
    def make(scene: Scene) -> list[Event]:
        card = {"digest": "0" * 64}
        name = "raid:cut-0000000000000000"
        return [scene.event("raid.desk", name, "cut", None, card, {})]

    assert last_signed(desk.acting.rows, NOON) is None
    desk.acting.act(who("niels"), "raid.direct", DESK, make)
    assert last_signed(desk.acting.rows, NOON) is None
