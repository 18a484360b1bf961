"""The words of `raid capacity`: each state of the desk's work has some."""

from tests.e2e.raiding import as_person, opened
from tests.e2e.running import Ringwall

NIELS = as_person("niels")


def test_a_load_with_hours_to_spare_says_when_what_waits_is_done(
    raid: Ringwall,
) -> None:
    opened(raid)

    done = raid.table("raid", "capacity", "now", *NIELS)

    assert "% of the hours that there are; what waits is done in 0." in done.out


def test_an_immediate_case_has_two_waits(raid: Ringwall) -> None:
    opened(raid, None)
    words = ("--arrivals", "urgent=4", "--analysts", "3")

    done = raid.table("raid", "capacity", "project", *words, *NIELS)
    told = " ".join(done.out.split())

    assert "if it interrupts other work;" in told
    assert "nights and weekends come on top unless somebody is on call" in told


def test_a_wait_without_end_is_said_so(raid: Ringwall) -> None:
    words = ("--arrivals", "urgent=4", "--analysts", "0")

    told = raid.table("raid", "capacity", "project", *words, *NIELS).out

    assert "an immediate case waits without end, 100.0% over 2 hours" in told


def test_nobody_there_for_what_waits_divides_nothing_by_zero(raid: Ringwall) -> None:
    opened(raid)
    none = ("--arrivals", "screening=0", "--arrivals", "unassessed=0")

    told = raid.table(
        *("raid", "capacity", "project", "--analysts", "0", *none, *NIELS),
    ).out

    assert "load     0% of the hours that there are; nobody is there for what" in told


def test_as_many_as_stand_on_the_register_take_no_remark(raid: Ringwall) -> None:
    done = raid.table("raid", "capacity", "now", "--analysts", "4", *NIELS)

    assert "on the register" in done.out
    assert "on the register" not in done.err
