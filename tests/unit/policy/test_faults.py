import pytest

from ringwall.base.errors import Fault, PolicyError
from ringwall.policy.dialect import MAX_FAULTS
from ringwall.policy.faults import Faults, shown


def _filled(count: int) -> Faults:
    faults = Faults()
    for number in range(count):
        faults.add(Fault("a.csv", number + 1, 0, "bad", "it is bad"))
    return faults


def test_one_fault_is_one_fault() -> None:
    error = _filled(1).refusal("concern `a`")

    assert error.code == "policy-refused"
    assert str(error) == "concern `a` is refused: 1 fault"
    assert [fault.line for fault in error.faults] == [1]


def test_all_faults_are_listed_at_once() -> None:
    assert len(_filled(MAX_FAULTS).refusal("it").faults) == MAX_FAULTS


def test_one_fault_more_ends_the_reading() -> None:
    faults = _filled(MAX_FAULTS)

    with pytest.raises(PolicyError) as caught:
        faults.add(Fault("b.csv", 7, 3, "bad", "it is bad"))

    error = caught.value
    assert error.code == "policy-refused"
    assert str(error) == "what was read is refused: over 1000 faults"
    *kept, last = error.faults
    assert len(kept) == MAX_FAULTS
    assert (last.file, last.line, last.code) == ("b.csv", 7, "more-faults")


def test_message_shows_what_a_terminal_would_act_on() -> None:
    faults = Faults()
    faults.add(Fault("a\t.csv", 1, 0, "bad", "`a\nb\u202ec\x1b` is b\u00e4d"))

    (fault,) = faults.refusal("it").faults
    assert fault.message == r"`a\nb\u202ec\x1b` is b" + "\u00e4d"
    assert fault.file == r"a\t.csv"
    assert shown("\udcff") == r"\udcff"
