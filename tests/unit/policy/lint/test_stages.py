from ringwall.policy.bundle import parse_bundle
from ringwall.policy.lint.finding import Severity
from ringwall.policy.lint.stages import missing_concerns, unasked_concerns
from tests.unit.policy.sample import edited

BUNDLE = parse_bundle({"one": edited(), "two": edited(("row-", "other-"))})


def test_a_concern_that_every_request_passes_has_to_be_there() -> None:
    (finding,) = missing_concerns(BUNDLE, ["two", "three"])

    assert finding.severity is Severity.ADVICE
    assert str(finding.fault) == (
        "three/model.conf: concern-missing: there is no concern `three`, which every "
        "request passes; expected its folder, before an institute takes these policies"
    )


def test_a_concern_that_no_request_passes_is_named() -> None:
    (finding,) = unasked_concerns(BUNDLE, ["two", "three"])

    assert finding.severity is Severity.ADVICE
    assert str(finding.fault) == (
        "one/model.conf: concern-unasked: no stage of the pipeline asks the concern "
        "`one`; expected a program that asks it"
    )


def test_a_bundle_of_what_is_asked_needs_no_advice() -> None:
    assert list(missing_concerns(BUNDLE, ["one", "two"])) == []
    assert list(unasked_concerns(BUNDLE, ["one", "two"])) == []
