"""A request stands as it would be judged now, in a word and a sentence."""

import json
from dataclasses import asdict, replace

import pytest

from ringwall.model.declarations import dump_document
from tests.example import NOON, apply, declare
from tests.office import DAY, EXPORT, GLASS, HOUR, QUORUM, REASON, Office


def told(office: Office, name: str) -> tuple[str, str]:
    standing = office.told(name).standing
    return standing.state.value, standing.told


def test_a_new_request_lacks_every_seat(office: Office) -> None:
    name = office.opened()

    assert told(office, name) == ("open", "lacks 2 custodian AND 1 ciso")


def test_an_approved_request_is_granted_until_it_ends(office: Office) -> None:
    name = office.granted()

    assert told(office, name) == ("granted", "once more until 2026-11-22T12:00:00Z")
    assert office.told(name).standing.usable == NOON
    office.clock.instant = NOON + DAY
    assert told(office, name) == ("expired", "ended at 2026-11-22T12:00:00Z")


def test_a_request_that_starts_later_waits_once_it_is_approved(office: Office) -> None:
    name = office.opened(start=NOON + HOUR)
    assert told(office, name)[0] == "open"
    for who, seat in QUORUM:
        office.approve(name, who, seat)

    standing = office.told(name).standing

    assert standing.state.value == "waiting"
    assert standing.told == "approved; counts from 2026-11-21T13:00:00Z"
    assert standing.usable == NOON + HOUR
    assert not office.use().permitted
    office.clock.instant = NOON + HOUR
    assert office.state(name) == "granted"
    assert office.use().permitted


def test_what_will_have_lapsed_by_then_is_not_promised(office: Office) -> None:
    name = office.opened(start=NOON + HOUR)
    for who, seat in QUORUM:
        office.approve(name, who, seat)
    screening = {
        "level": "SL4",
        "assessor": "institute security office",
        "from": "2026-02-15T00:00:00Z",
        "until": "2026-11-21T12:30:00Z",
    }
    other = office.opened(start=NOON + HOUR, purpose="another copy for the site")
    office.declare(cleo={"screening": screening})
    for who, seat in QUORUM:
        office.approve(other, who, seat)

    assert office.state(name) == "open"
    assert office.state(other) == "open"


def test_a_grant_that_is_used_up_is_spent(office: Office) -> None:
    name = office.granted()
    assert office.use().permitted

    assert told(office, name) == ("spent", "used once, as granted")


def test_a_counted_grant_tells_what_is_left(office: Office) -> None:
    name = office.granted(action="weights.copy", uses=3)
    assert told(office, name)[1].startswith("3 times more until")

    assert office.use(replace(EXPORT, action="weights.copy")).permitted

    assert told(office, name)[1].startswith("2 times more until")


def test_a_grant_that_is_not_counted_tells_only_its_end(office: Office) -> None:
    known = office.institute.facts().documents()["weights:aurora-1"]
    document = {**dump_document(known), "need_to_know": True}
    text = json.dumps({"assets": [document]})
    apply(office.institute, declare(office.institute.folder.parent, text))
    wish = replace(EXPORT, action="weights.read", subject="user:ada", uses=0)
    assert not office.use(wish).permitted

    name = office.opened(action="weights.read", subject="user:ada", uses=0)
    office.approve(name, "grace", "custodian")
    office.approve(name, "radia", "security-officer")

    assert told(office, name) == (
        "granted",
        "as often as wanted until 2026-11-22T12:00:00Z",
    )
    assert [office.use(wish).permitted for _ in range(2)] == [True, True]


@pytest.mark.parametrize("end", ["refused", "revoked"])
def test_what_somebody_ended_says_who_and_why(office: Office, end: str) -> None:
    name = office.opened()
    if end == "refused":
        office.refuse(name, "grace")
        assert told(office, name) == ("refused", f"refused by user:grace: {REASON}")
    else:
        office.revoke(name, "dennis")
        assert told(office, name) == ("revoked", f"taken back by user:dennis: {REASON}")


def test_what_was_taken_back_after_its_use_says_so(office: Office) -> None:
    name = office.granted()
    assert office.use().permitted
    office.revoke(name, "dennis")

    assert told(office, name) == (
        "revoked",
        f"used once, then taken back by user:dennis: {REASON}",
    )


def test_a_grant_of_whoever_lost_the_right_is_void(office: Office) -> None:
    name = office.granted()
    office.declare(dennis={"roles": ["evaluator"]})

    assert told(office, name) == (
        "void",
        "it would be denied now, whatever was approved",
    )


def test_a_request_whose_key_is_gone_is_void(office: Office) -> None:
    name = office.granted()
    office.declare(dennis={"keys": []})

    state, why = told(office, name)

    assert state == "void"
    assert "not signed it with a key on record" in why


def test_a_second_glass_is_void_until_somebody_has_looked(office: Office) -> None:
    first, second = (office.draft(**asdict(GLASS)) for _ in range(2))
    name = office.file(first).request.id
    other = office.file(second).request.id
    assert office.state(other) == "granted"

    assert office.use(GLASS).permitted

    states = {office.state(name), office.state(other)}
    assert states == {"spent", "void"}


def test_a_grant_that_binds_nothing_stands_by_itself(office: Office) -> None:
    name = office.opened(
        subject="user:marian",
        action="policy.change",
        resource="record:policies",
        binds="ab" * 32,
    )

    assert told(office, name)[0] == "open"
    assert "raid-director" in told(office, name)[1]
