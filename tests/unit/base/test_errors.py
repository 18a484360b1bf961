"""The family of errors and how a fault reads."""

import pytest

from ringwall.base.errors import (
    ActRefused,
    CasesFailed,
    ConfigurationError,
    DeclarationError,
    Fault,
    IdentityUnproven,
    IntegrityError,
    PolicyError,
    RecordUnavailable,
    RequestError,
    RingwallError,
    UnknownItem,
    first_faults,
)


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault("a.yaml", 3, 7, "bad", "it is wrong"), "a.yaml:3:7: bad: it is wrong"),
        (Fault("a.yaml", 3, 0, "bad", "it is wrong"), "a.yaml:3: bad: it is wrong"),
        (Fault("a.yaml", 0, 0, "bad", "it is wrong"), "a.yaml: bad: it is wrong"),
        (Fault("a.yaml", 0, 9, "bad", "it is wrong"), "a.yaml: bad: it is wrong"),
        (
            Fault("a.yaml", 3, 7, "bad", "it is wrong", "`x`"),
            "a.yaml:3:7: bad: it is wrong; expected `x`",
        ),
    ],
)
def test_a_fault_names_its_place_as_far_as_it_is_known(fault: Fault, text: str) -> None:
    assert str(fault) == text


@pytest.mark.parametrize(
    ("kind", "exit_code"),
    [
        (RingwallError, 70),
        (ActRefused, 1),
        (ConfigurationError, 3),
        (DeclarationError, 3),
        (PolicyError, 3),
        (CasesFailed, 4),
        (IdentityUnproven, 5),
        (IntegrityError, 6),
        (RecordUnavailable, 8),
        (RequestError, 2),
        (UnknownItem, 2),
    ],
)
def test_an_error_has_the_exit_code_of_its_kind(
    kind: type[RingwallError], exit_code: int
) -> None:
    error = kind("some-code", "what happened")

    assert error.exit_code == exit_code
    assert isinstance(error, RingwallError)


def test_an_error_carries_what_a_caller_needs() -> None:
    fault = Fault("a.yaml", 1, 1, "bad", "it is wrong")
    error = PolicyError("policy-refused", "no", next_step="mend it", faults=(fault,))

    assert (error.code, error.message, str(error)) == ("policy-refused", "no", "no")
    assert (error.next_step, error.faults) == ("mend it", (fault,))


def test_an_error_may_have_neither_next_step_nor_faults() -> None:
    error = UnknownItem("some-code", "what happened")

    assert (error.next_step, error.faults) == ("", ())


def test_of_many_faults_the_first_are_told_and_how_many_more_there_are() -> None:
    faults = [Fault("a.csv", line, 0, "bad", "it is wrong") for line in range(1, 6)]

    assert first_faults(faults, 5) == tuple(faults)
    assert first_faults([], 5) == ()
    *kept, last = first_faults(faults, 3)
    assert kept == faults[:3]
    assert str(last) == "a.csv: more-faults: and 2 more"
