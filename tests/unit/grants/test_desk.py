"""The desk takes what is signed by whom it names, on the state it was looked at on."""

from dataclasses import asdict
from typing import Any

import pytest

from ringwall.base.errors import (
    ActRefused,
    PolicyError,
    RecordUnavailable,
    RequestError,
    UnknownItem,
)
from ringwall.grants.desk import GrantsDesk
from ringwall.grants.ground import Terms
from ringwall.matters.statements import request_id, statement_of
from tests.example import NOON
from tests.office import (
    EXPORT,
    GLASS,
    HOUR,
    QUORUM,
    Office,
    refused_code,
    signed,
)

MISSING = "req-" + "a" * 20


def test_a_request_that_its_quorum_approves_lets_one_export_through(
    office: Office,
) -> None:
    name = office.opened()

    states = [office.approve(name, *who).standing.told for who in QUORUM]
    decisions = [office.use() for _ in range(2)]

    assert states == [
        "lacks 1 custodian AND 1 ciso",
        "lacks 1 ciso",
        "once more until 2026-11-22T12:00:00Z",
    ]
    assert [decision.permitted for decision in decisions] == [True, False]
    assert decisions[0].verdict.grant == name
    assert office.state(name) == "spent"


def test_a_draft_says_what_is_to_be_signed_and_records_nothing(office: Office) -> None:
    before = office.last()

    with office.desk() as desk:
        one, other = desk.draft(EXPORT), desk.draft(EXPORT)

    assert office.last() == before
    assert one.statement == statement_of("request.opened", one.said)
    assert one.said["from"] == "2026-11-21T12:00:00Z"
    assert len(bytes.fromhex(one.said["nonce"])) == 16
    assert request_id(one.said) != request_id(other.said)
    assert {demand.told for way in one.ways for demand in way.demands} == {
        "2 custodian AND 1 ciso, at most 72 h, 1 use"
    }


def test_a_request_that_is_filed_is_on_record_with_its_signature(
    office: Office,
) -> None:
    said = office.draft()

    told = office.file(said)

    event = office.last()
    assert event["kind"] == "request.opened"
    assert (event["id"], event["purpose"]) == (request_id(said), EXPORT.purpose)
    assert told.request.is_whole
    assert told.standing.state.value == "open"


@pytest.mark.parametrize(
    "spoil", [{"purpose": "short"}, {"uses": -1}, {"until": "tomorrow"}, {"more": 1}]
)
def test_a_malformed_request_is_a_fault_of_the_text_and_records_nothing(
    office: Office, spoil: dict[str, Any]
) -> None:
    said = {**office.draft(), **spoil}
    before = office.last()

    with office.desk() as desk, pytest.raises(RequestError) as caught:
        desk.file(said, "")

    assert caught.value.code == "request-malformed"
    assert office.last() == before


def test_approvals_are_void_once_the_facts_have_changed(office: Office) -> None:
    name = office.granted()
    office.declare(dennis={"note": "moved to another team"})

    told = office.told(name)

    assert told.standing.state.value == "open"
    assert told.standing.judgement is not None
    assert {code for _, code, _ in told.standing.judgement.void} == {"facts-changed"}
    assert not office.use().permitted
    for who, seat in QUORUM:
        office.approve(name, who, seat)
    assert office.use().permitted


def test_an_approver_who_lapses_takes_their_approval_along(office: Office) -> None:
    name = office.granted()
    office.declare(marian={"suspended": True})

    assert office.state(name) == "open"
    assert not office.use().permitted


def test_what_is_not_on_record_can_not_be_answered(office: Office) -> None:
    for act in (office.told, office.state):
        with pytest.raises(UnknownItem) as caught:
            act(MISSING)
        assert caught.value.code == "unknown-request"
    with pytest.raises(UnknownItem):
        office.approve(MISSING, "grace", "custodian")
    with pytest.raises(UnknownItem):
        office.refuse(MISSING, "grace")


def test_a_request_is_judged_by_the_policies_in_force_only(office: Office) -> None:
    ledger = office.institute.ledger(writable=False)
    judge = office.institute.judge()
    terms = Terms(judge.decider, judge.catalogue.benchmark, "0" * 64)
    desk = GrantsDesk(ledger, lambda: terms, office.clock)

    with pytest.raises(PolicyError) as caught:
        desk.draft(EXPORT)
    desk.close()

    assert caught.value.code == "policy-not-activated"


def test_a_change_that_overtakes_an_approval_is_looked_at_again(
    office: Office,
) -> None:
    name = office.opened()
    desk = office.institute.grants()
    said = desk.approval_of(name, "user:grace", "custodian")
    signature = signed("grace", "request.approved", said)
    plain = desk._ground
    moved: list[str] = []

    def ground() -> Any:  # noqa: ANN401 - as it is
        found = plain()
        if not moved:
            moved.append("once")
            office.declare(grace={"suspended": True})
        return found

    desk._ground = ground  # type: ignore[method-assign] # lets a fact land in between
    with pytest.raises(ActRefused) as caught:
        desk.approve(said, signature)
    desk.close()

    assert caught.value.code == "facts-changed"
    assert office.told(name).request.approvals == ()


def test_a_record_that_never_settles_is_given_up(office: Office) -> None:
    said = office.draft()
    desk = office.institute.grants()
    plain, count = desk._ground, iter(range(99))

    def ground() -> Any:  # noqa: ANN401 - as it is
        found = plain()
        office.declare(john={"note": f"the {next(count)}th"})
        return found

    desk._ground = ground  # type: ignore[method-assign] # lets facts land in between
    with pytest.raises(RecordUnavailable) as caught:
        desk.file(said, signed("dennis", "request.opened", said))
    desk.close()

    assert caught.value.code == "facts-unsettled"


def test_requests_are_listed_the_newest_first(office: Office) -> None:
    names = [office.opened(), office.opened(purpose="another copy for the site")]

    with office.desk() as desk:
        found = desk.ls()

    assert [told.request.id for told in found] == names[::-1]


def test_glass_is_broken_without_approvals_where_a_row_foresees_it(
    office: Office,
) -> None:
    said = office.draft(**asdict(GLASS))

    told = office.file(said)

    assert told.standing.state.value == "granted"
    assert refused_code(office.refuse, told.request.id, "grace") == "seat-not-asked"
    assert refused_code(office.approve, told.request.id, "grace", "custodian") == (
        "seat-not-asked"
    )
    assert [office.use(GLASS).permitted for _ in range(2)] == [True, False]


def test_a_wish_lasts_no_longer_than_it_says(office: Office) -> None:
    name = office.granted(until=NOON + 2 * HOUR)
    office.clock.instant = NOON + 2 * HOUR

    assert office.state(name) == "expired"
    assert not office.use().permitted
    assert refused_code(office.approve, name, "grace", "custodian") == "request-closed"
