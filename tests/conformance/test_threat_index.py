"""Each shipped rule answers a threat, each threat is answered, and the page says so."""

import pytest

from ringwall.model.ids import ASSET_KINDS
from ringwall.threats.trace import Trace, index_markdown
from tests.conformance.threat_index import PAGE, shipped_rules, shipped_trace


@pytest.fixture(scope="module")
def trace() -> Trace:
    return shipped_trace()


def test_every_rule_answers_a_threat_and_every_threat_is_answered(trace: Trace) -> None:
    assert [str(fault) for fault in trace.faults] == []
    assert set(trace.by_rule) == set(shipped_rules())
    assert len(trace.by_rule) > 400
    assert len(trace.by_threat) > 60


def test_every_vector_threatens_something(trace: Trace) -> None:
    feared = {threat.vector for threat in trace.catalogue.threats.values()}

    assert set(trace.catalogue.vectors) <= feared


def test_a_threat_of_a_vector_names_a_measure_against_it(trace: Trace) -> None:
    catalogue = trace.catalogue
    for threat in catalogue.threats.values():
        if threat.vector is not None:
            countering = {measure.id for measure in catalogue.countering[threat.vector]}
            assert countering & set(threat.measures), threat.id


def test_every_kind_of_asset_is_protected_from_something(trace: Trace) -> None:
    kinds = {kind for row in trace.catalogue.protected.values() for kind in row.kinds}

    assert kinds == set(ASSET_KINDS.values())


def test_the_index_of_threats_is_the_page_in_docs(trace: Trace) -> None:
    anew = "write it anew with `python -m tests.conformance.threat_index`"

    assert PAGE.read_text("utf-8") == index_markdown(trace), anew
