from ringwall.base.errors import Fault
from ringwall.policy.lint.finding import Finding, Severity


def test_a_finding_is_an_error_unless_said_otherwise() -> None:
    assert Finding(Fault("a", 1, 0, "row-dead", "it is")).severity is Severity.ERROR


def test_severities_are_plain_words() -> None:
    assert [str(severity) for severity in Severity] == ["error", "advice"]
