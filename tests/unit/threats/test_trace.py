"""What the trace between threats and rules finds, and the page made of it."""

from collections.abc import Collection
from dataclasses import replace

from ringwall.base.errors import Fault
from ringwall.threats.catalogue import Catalogue, Place
from ringwall.threats.rows import Threat
from ringwall.threats.trace import Trace, index_markdown, trace_threats
from tests.unit.threats.sample import sample_catalogue

_TEST = "test_it_is_refused"


def _threat(
    name: str,
    rules: tuple[str, ...] = ("acc-001",),
    tests: tuple[str, ...] = (_TEST,),
    vector: str | None = "RUC-1",
) -> Threat:
    return Threat(
        id=name,
        vector=vector,
        about="somebody takes `a|b`",
        measures=(),
        rules=rules,
        tests=tests,
    )


def _catalogue(*threats: Threat) -> Catalogue:
    """Return the sample with other threats; the n-th stands in line n."""
    sample = sample_catalogue()
    model = sample.protected["model"].model_copy(update={"threats": threats})
    places = {
        ("threats", threat.id): Place("protected/model.yaml", line, 5)
        for line, threat in enumerate(threats, start=1)
    }
    return replace(
        sample, protected={"model": model}, places={**sample.places, **places}
    )


def _trace(
    *threats: Threat, rules: tuple[str, ...], tests: Collection[str] | None = None
) -> Trace:
    where = {rule: Place("p.csv", line, 0) for line, rule in enumerate(rules, 1)}
    # Some threat uses the other vector of the sample, so that no case trips on it.
    other = _threat("other", rules=rules[:1], vector="CEC-1")
    return trace_threats(_catalogue(*threats, other), where, tests)


def _fault(trace: Trace) -> Fault:
    (fault,) = trace.faults
    return fault


def test_a_full_trace_has_no_fault() -> None:
    trace = _trace(_threat("t-1"), rules=("acc-001",), tests={_TEST})
    assert trace.faults == ()
    assert trace.by_threat == {"t-1": ("acc-001",), "other": ("acc-001",)}
    assert trace.by_rule == {"acc-001": ("t-1", "other")}


def test_a_run_holds_the_rules_numbered_in_between() -> None:
    rules = ("acc-010", "acc-008", "acc-1000", "flow-009", "acc-009", "acc-099")
    trace = _trace(_threat("t-1", ("acc-008..acc-099", "acc-1000")), rules=rules)
    assert trace.by_threat["t-1"] == (
        "acc-008",
        "acc-009",
        "acc-010",
        "acc-099",
        "acc-1000",
    )
    assert _fault(trace).code == "rule-without-threat"
    assert "`flow-009`" in _fault(trace).message


def test_a_rule_named_twice_by_a_threat_counts_once() -> None:
    threat = _threat("t-1", ("acc-001..acc-002", "acc-002"))
    trace = _trace(threat, rules=("acc-001", "acc-002"))
    assert trace.by_rule["acc-002"] == ("t-1",)
    assert trace.faults == ()


def test_an_unknown_rule_is_found_where_its_threat_stands() -> None:
    trace = _trace(_threat("t-1", ("acc-001", "acc-002")), rules=("acc-001",))
    place = ("protected/model.yaml", 1, 5)
    message = "`t-1`: there is no rule `acc-002`"
    assert _fault(trace) == Fault(*place, "rule-unknown", message)
    assert trace.by_threat["t-1"] == ("acc-001",)


def test_a_run_needs_both_its_ends() -> None:
    trace = _trace(_threat("t-1", ("acc-001..acc-009",)), rules=("acc-001",))
    assert _fault(trace).code == "rule-unknown"
    assert "`acc-009`" in _fault(trace).message


def test_a_run_over_two_concerns_is_refused() -> None:
    rules = ("acc-001", "flow-002")
    trace = _trace(_threat("t-1", ("acc-001..flow-002", *rules)), rules=rules)
    assert _fault(trace).code == "rule-unknown"
    assert "no run" in _fault(trace).message


def test_a_run_from_or_to_a_rule_without_a_number_is_refused() -> None:
    rules = ("acc-001", "floor-site")
    for span in ("acc-001..floor-site", "floor-site..acc-001"):
        trace = _trace(_threat("t-1", (span, *rules)), rules=rules)
        assert _fault(trace).code == "rule-unknown"
        assert "no run" in _fault(trace).message


def test_an_empty_run_is_refused() -> None:
    rules = ("acc-001", "acc-002")
    for span in ("acc-002..acc-001", "acc-001..acc-001"):
        trace = _trace(_threat("t-1", (span, *rules)), rules=rules)
        assert _fault(trace).code == "rule-unknown"
        assert "empty" in _fault(trace).message


def test_a_threat_without_a_rule_is_found() -> None:
    trace = _trace(_threat("t-1", rules=()), rules=("acc-001",))
    assert (_fault(trace).code, _fault(trace).line) == ("threat-without-rule", 1)
    assert trace.by_threat["t-1"] == ()


def test_a_threat_without_a_test_is_found() -> None:
    trace = _trace(_threat("t-1", tests=()), rules=("acc-001",), tests={_TEST})
    assert (_fault(trace).code, _fault(trace).line) == ("threat-without-test", 1)


def test_an_unknown_test_is_found() -> None:
    threat = _threat("t-1", tests=("test_of_nothing", _TEST))
    trace = _trace(threat, rules=("acc-001",), tests={_TEST})
    assert (_fault(trace).code, _fault(trace).line) == ("test-unknown", 1)
    assert "`test_of_nothing`" in _fault(trace).message


def test_tests_are_taken_on_trust_where_none_are_given() -> None:
    threat = _threat("t-1", tests=("test_of_nothing",))
    assert _trace(threat, rules=("acc-001",)).faults == ()


def test_no_tests_at_all_are_not_the_same_as_tests_on_trust() -> None:
    trace = _trace(_threat("t-1"), rules=("acc-001",), tests=())
    assert {fault.code for fault in trace.faults} == {"test-unknown"}


def test_a_rule_that_no_threat_names_is_found_where_it_stands() -> None:
    trace = _trace(_threat("t-1"), rules=("acc-001", "floor-site"))
    message = "no threat says why there is `floor-site`"
    assert _fault(trace) == Fault("p.csv", 2, 0, "rule-without-threat", message)
    assert trace.by_rule["floor-site"] == ()


def test_a_vector_that_no_threat_uses_is_found() -> None:
    catalogue = _catalogue(_threat("t-1"), _threat("t-2", vector=None))
    trace = trace_threats(catalogue, {"acc-001": Place("p.csv", 1, 0)})
    assert _fault(trace).code == "vector-unused"
    place = catalogue.place("vectors", "CEC-1")
    assert _fault(trace) == Fault(*place, "vector-unused", "no threat uses `CEC-1`")


def test_the_page_gives_both_directions() -> None:
    rules = ("acc-001", "acc-003", "acc-002", "floor-site", "acc-004")
    named = ("acc-001..acc-003", "floor-site")
    page = index_markdown(_trace(_threat("t-1", named, vector=None), rules=rules))
    lines = page.splitlines()
    assert (
        "| t-1 | none | somebody takes \\`a\\|b\\` | acc-001..acc-003, floor-site "
        "| `test_it_is_refused` |"
    ) in lines
    after = lines[lines.index("## Why there is a rule") + 4 :]
    assert after == [
        "| acc-001 | t-1, other |",
        "| acc-002..acc-003 | t-1 |",
        "| acc-004 | none |",
        "| floor-site | t-1 |",
    ]


def test_a_run_of_the_page_names_no_rule_of_another_line() -> None:
    rules = ("acc-001", "acc-003", "acc-002")
    trace = _trace(
        _threat("t-1", ("acc-001", "acc-003")),
        _threat("t-2", ("acc-001", "acc-002")),
        rules=rules,
    )
    assert "acc-001..acc-003" not in index_markdown(trace)


def test_the_page_is_the_same_each_time() -> None:
    def page() -> str:
        return index_markdown(_trace(_threat("t-1"), rules=("acc-001", "acc-002")))

    assert page() == page()
    assert page().endswith("|\n")
