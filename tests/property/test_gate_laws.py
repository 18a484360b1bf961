"""Laws of the gate: nobody gets in without a record that says the same."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.clock import FixedClock
from ringwall.base.errors import RequestError
from ringwall.gate.request_reader import request_from_json
from ringwall.institute import Gatekeeper, Institute
from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest
from ringwall.model.values import is_printable
from tests.example import NOON, declared

FACTS = {doc.id: doc for file in declared() for doc, _ in file.documents()}


def ids(*prefixes: str) -> st.SearchStrategy[str]:
    """Draw an id of the example, or one that is not on record."""
    known = sorted(entity for entity in FACTS if entity.startswith(prefixes))
    return st.sampled_from([*known, f"{prefixes[0]}not-there"])


requests = st.builds(
    AccessRequest,
    st.sampled_from(["user:ada", "user:grace"]) | ids("user:", "service:", "org:"),
    st.sampled_from(
        ["weights.read", "weights.infer", "research.read", "raid.read", "no.such"]
    ),
    st.sampled_from(["weights:aurora-2", "weights:pico-1"])
    | ids("weights:", "dataset:", "eval:", "code:", "report:"),
    st.sampled_from(["point:trainer"]) | ids("point:", "site:"),
    st.sampled_from(Authentication),
    st.text(max_size=20).filter(is_printable),
)
json_values: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["subject", "action", "resource", "context", "type", "id", "name"]
            )
            | st.text(max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def institute(
    institute_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Institute:
    folder = tmp_path_factory.mktemp("laws") / "institute"
    shutil.copytree(institute_folder, folder)
    return Institute(folder, FixedClock(NOON))


@pytest.fixture(scope="module")
def gate(institute: Institute) -> Iterator[Gatekeeper]:
    with institute.gatekeeper("point:trainer") as opened:
        yield opened


@pytest.fixture(scope="module")
def closed(institute: Institute) -> Gatekeeper:
    opened = institute.gatekeeper("point:trainer")
    opened.close()
    return opened


@given(requests)
def test_each_answer_is_on_record_just_as_it_was_given(
    institute: Institute, gate: Gatekeeper, request: AccessRequest
) -> None:
    decision = gate.check_request(request)

    assert decision.receipt is not None
    ledger = institute.ledger(writable=False)
    recorded = ledger.entry(decision.receipt.index)
    ledger.close()
    assert recorded.leaf == decision.receipt.leaf
    event = recorded.event
    assert (event["id"], event["kind"]) == (decision.id, "decision.made")
    assert (event["effect"] == "permit") == decision.permitted
    assert (event["subject"], event["resource"]) == (request.subject, request.resource)
    assert bool(decision.verdict.reasons) != decision.permitted
    assert bool(decision.verdict.rules) or not decision.permitted


@given(requests)
def test_a_closed_gate_permits_nothing(
    closed: Gatekeeper, request: AccessRequest
) -> None:
    decision = closed.check_request(request)

    assert not decision.permitted
    assert decision.receipt is None
    assert [reason.code for reason in decision.verdict.reasons] == ["audit-unavailable"]


@given(json_values)
def test_any_json_is_a_request_or_is_refused_as_malformed(value: object) -> None:
    try:
        request_from_json(value, "point:trainer")
    except RequestError as error:
        refusal = error
    else:
        return

    assert refusal.code == "request-malformed"
    assert is_printable(refusal.message)
