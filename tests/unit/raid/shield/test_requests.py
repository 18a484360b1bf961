"""Requests for an identity: ground, custodians, one asker, and the reporter is told."""

from collections.abc import Iterator

import pytest

from ringwall.base.clock import format_instant
from ringwall.base.errors import ActRefused, RequestError, RingwallError, UnknownItem
from ringwall.gate.denied import AccessDenied
from ringwall.raid.desk import RaidDesk
from ringwall.raid.shield.identity import NOBODY, Identity
from ringwall.raid.shield.opening import open_box
from ringwall.raid.shield.requests import LONGEST
from tests.example import NOON
from tests.raid_office import RaidOffice, code_of, refused, who
from tests.shield_office import asked, handed_in, passing, shield
from tests.shielded import HOUR, MARY, private_key


@pytest.fixture
def desk(raid_office: RaidOffice) -> Iterator[RaidDesk]:
    shield(raid_office)
    with raid_office.raid() as desk:
        yield desk


def _vote(desk: RaidDesk, request: str, *numbers: int) -> None:
    for number in numbers:
        desk.identities.vote(who(f"custodian-{number}"), request, passing(number))


def _state(desk: RaidDesk, request: str) -> str:
    return desk.requests.show(who("joan"), request).state


@pytest.mark.parametrize("identity", [MARY, NOBODY])
def test_three_custodians_open_a_box_to_the_asker_and_the_reporter_is_told(
    desk: RaidDesk, identity: Identity
) -> None:
    handed = handed_in(desk, identity)
    request = asked(desk, handed.taken.report)
    _vote(desk, request, 1, 4)
    assert _state(desk, request) == "open"
    _vote(desk, request, 5)
    assert _state(desk, request) == "granted"

    fetched = desk.identities.fetch(who("joan"), request)

    own = private_key("user:joan")
    found = open_box(fetched.box, fetched.terms, fetched.passed, own, NOON)
    assert found.identity == identity
    assert _state(desk, request) == "opened"
    (letter,) = desk.mailbox.read(who("ruth"), handed.receipt)
    assert "to warn them" in letter.text
    assert "Article 5 of the statute" in letter.text


def test_the_record_of_it_holds_and_names_nobody(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    handed = handed_in(desk)
    request = asked(desk, handed.taken.report)
    _vote(desk, request, 1, 2, 3)
    desk.identities.fetch(who("joan"), request)

    assert "Planted-Name" not in str(raid_office.events())
    assert raid_office.institute.verify().findings == ()


def test_where_the_law_forbids_it_the_reporter_is_not_told(desk: RaidDesk) -> None:
    handed = handed_in(desk)
    request = asked(desk, handed.taken.report, untold="yes")
    _vote(desk, request, 1, 2, 3)

    desk.identities.fetch(who("joan"), request)
    desk.identities.fetch(who("joan"), request)

    assert desk.mailbox.read(who("ruth"), handed.receipt) == ()
    assert desk.requests.show(who("joan"), request).untold


def test_a_request_that_too_many_refuse_is_refused_and_the_asker_sees_why(
    desk: RaidDesk,
) -> None:
    request = asked(desk, handed_in(desk).taken.report)
    for number in (1, 2):
        desk.identities.refuse(who(f"custodian-{number}"), request, "no such law")
        assert _state(desk, request) == "open"
    desk.identities.refuse(who("custodian-3"), request, "nor another")

    seen = desk.requests.show(who("joan"), request)

    assert seen.state == "refused"
    assert [voice.reason for voice in seen.voices] == [
        *("no such law", "no such law", "nor another"),
    ]
    assert {voice.act for voice in seen.voices} == {"refuse"}
    with pytest.raises(ActRefused) as error:
        desk.identities.fetch(who("joan"), request)
    assert code_of(error.value) == "identity-not-granted"
    assert "too few are left" in error.value.message


def test_a_custodian_decides_once(desk: RaidDesk) -> None:
    request = asked(desk, handed_in(desk).taken.report)
    _vote(desk, request, 1)

    with pytest.raises(ActRefused) as again:
        _vote(desk, request, 1)
    with pytest.raises(ActRefused) as other:
        desk.identities.refuse(who("custodian-1"), request, "on second thoughts")

    assert code_of(again.value) == code_of(other.value) == "voice-given"


@pytest.mark.parametrize("name", ["joan", "rosalind", "niels", "ruth", "hertha"])
def test_nobody_but_custodians_decides(desk: RaidDesk, name: str) -> None:
    request = asked(desk, handed_in(desk).taken.report)

    with pytest.raises(AccessDenied):
        desk.identities.vote(who(name), request, passing(1))
    with pytest.raises(AccessDenied):
        desk.identities.refuse(who(name), request, "no")


@pytest.mark.parametrize("name", ["ruth", "niels", "custodian-1", "hertha"])
def test_who_may_not_write_reports_does_not_ask_who_sent_them(
    desk: RaidDesk, name: str
) -> None:
    report = handed_in(desk).taken.report

    with pytest.raises(AccessDenied):
        asked(desk, report, by=name)


def test_only_the_asker_fetches_what_was_passed_on(desk: RaidDesk) -> None:
    request = asked(desk, handed_in(desk).taken.report)
    _vote(desk, request, 1, 2, 3)

    with pytest.raises(ActRefused) as error:
        desk.identities.fetch(who("dorothy"), request)

    assert code_of(error.value) == "not-the-asker"


def test_nothing_is_fetched_before_enough_have_agreed(desk: RaidDesk) -> None:
    request = asked(desk, handed_in(desk).taken.report)
    _vote(desk, request, 1, 2)

    with pytest.raises(ActRefused) as error:
        desk.identities.fetch(who("joan"), request)

    assert code_of(error.value) == "identity-not-granted"


def test_a_custodian_who_was_none_when_the_report_came_does_not_decide(
    desk: RaidDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ringwall.raid.shield.boxes import Boxes

    request = asked(desk, handed_in(desk).taken.report)
    whole = Boxes.read

    def without(self: Boxes, report: str, digest: str) -> object:
        box = whole(self, report, digest)
        return box._replace(shares=box.shares[1:])

    monkeypatch.setattr(Boxes, "read", without)
    with pytest.raises(ActRefused) as error:
        _vote(desk, request, 1)

    assert code_of(error.value) == "no-custodian-of-box"


def test_a_request_that_has_run_out_is_over(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    request = asked(
        *(desk, handed_in(desk).taken.report), until=format_instant(NOON + HOUR)
    )
    _vote(desk, request, 1, 2, 3)
    raid_office.clock.instant += HOUR

    assert _state(desk, request) == "expired"
    for act in (
        lambda: _vote(desk, request, 4),
        lambda: desk.identities.fetch(who("joan"), request),
    ):
        with pytest.raises(ActRefused) as error:
            act()
        assert code_of(error.value) == "identity-request-expired"


@pytest.mark.parametrize("votes", [(), (1, 2, 3)])
def test_that_a_request_has_run_out_goes_on_record_once(
    desk: RaidDesk, raid_office: RaidOffice, votes: tuple[int, ...]
) -> None:
    request = asked(
        *(desk, handed_in(desk).taken.report), until=format_instant(NOON + HOUR)
    )
    _vote(desk, request, *votes)
    early = refused(desk.identities.lapse, who("joan"), request)
    raid_office.clock.instant += HOUR
    with pytest.raises(AccessDenied):
        desk.identities.lapse(who("hertha"), request)

    desk.identities.lapse(who("joan"), request)

    assert early == "not-overdue"
    assert _state(desk, request) == "lapsed"
    again = refused(desk.identities.lapse, who("joan"), request)
    assert again == "act-not-possible"
    assert raid_office.institute.verify().findings == ()


def test_what_was_opened_does_not_run_out(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    request = asked(
        *(desk, handed_in(desk).taken.report), until=format_instant(NOON + HOUR)
    )
    _vote(desk, request, 1, 2, 3)
    desk.identities.fetch(who("joan"), request)
    raid_office.clock.instant += HOUR

    told = refused(desk.identities.lapse, who("joan"), request)

    assert told == "act-not-possible"
    assert _state(desk, request) == "opened"


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"purpose": " "}, "ground-missing"),
        ({"ground": ""}, "ground-missing"),
        ({"key": "AAAA"}, "key-malformed"),
        ({"until": "soon"}, "expiry-refused"),
        ({"until": format_instant(NOON)}, "expiry-refused"),
        ({"until": format_instant(NOON + LONGEST + HOUR)}, "expiry-refused"),
    ],
)
def test_a_request_without_its_parts_is_refused(
    desk: RaidDesk, other: dict[str, str], code: str
) -> None:
    report = handed_in(desk).taken.report

    with pytest.raises(RingwallError) as error:
        asked(desk, report, **other)

    assert code_of(error.value) == code
    assert desk.requests.listed(who("joan")) == []


def test_a_refusal_takes_a_reason(desk: RaidDesk) -> None:
    request = asked(desk, handed_in(desk).taken.report)

    with pytest.raises(RequestError) as error:
        desk.identities.refuse(who("custodian-1"), request, " ")

    assert code_of(error.value) == "reason-missing"


def test_a_request_about_somebody_and_about_nobody_look_the_same(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    """Events, rows and the box that is handed out: of one length, part by part."""
    sizes = []
    for identity in (MARY, NOBODY):
        before = len(raid_office.events())
        report = handed_in(desk, identity).taken.report
        request = asked(desk, report)
        _vote(desk, request, 1, 2, 3)
        fetched = desk.identities.fetch(who("joan"), request)
        events = raid_office.events()[before:]
        sizes.append(
            (
                [
                    len(str(event))
                    for event in events
                    if event["kind"] == "raid.identity"
                ],
                [len(part) for part in fetched.box if isinstance(part, bytes)],
                [len(one.sealed) for one in fetched.passed],
            )
        )

    assert sizes[0] == sizes[1]


def test_of_a_report_that_there_is_not_the_answer_is_the_same_no(
    desk: RaidDesk,
) -> None:
    with pytest.raises(AccessDenied) as error:
        asked(desk, "report:r-aaaaaaaaaa")
    with pytest.raises(AccessDenied) as other:
        desk.identities.vote(who("custodian-1"), "idr-aaaaaaaaaaaaaaaa", passing(1))
    with pytest.raises(AccessDenied):
        desk.requests.show(who("joan"), "idr-aaaaaaaaaaaaaaaa")

    assert code_of(error.value) == code_of(other.value)


def test_a_report_from_before_there_were_custodians_has_no_box(desk: RaidDesk) -> None:
    (first,) = desk.acting.rows.events(kind="raid.report", act="receive")

    with pytest.raises(UnknownItem) as error:
        asked(desk, first.event["id"])

    assert code_of(error.value) == "box-never"
