from ringwall.base.errors import Fault
from ringwall.policy.faults import Faults


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


def test_fifty_faults_are_all_listed() -> None:
    assert len(_filled(50).refusal("it").faults) == 50


def test_beyond_fifty_faults_the_rest_are_counted() -> None:
    error = _filled(73).refusal("it")

    assert str(error) == "it is refused: 73 faults"
    assert len(error.faults) == 51
    assert error.faults[-1] == Fault("a.csv", 0, 0, "more-faults", "and 23 more")
