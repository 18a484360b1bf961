"""One question, one transaction; one answer for what is shut and what is not there."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.gate.denied import AccessDenied
from ringwall.ledger.asking.raid_rows import RaidRows
from ringwall.model.raid_events import DESK
from ringwall.raid.acting import READ
from ringwall.raid.desk import RaidDesk
from ringwall.raid.ids import new_id, parse_id
from tests.raid_office import RaidOffice, opened_case, who

WRITE = "raid.write"
OFFICER = who("mileva")
_Act = Callable[[str], object]


def merged(desk: RaidDesk) -> tuple[str, str]:
    (_, case), (_, other) = opened_case(desk), opened_case(desk)
    merge(desk, case, other)
    return case, other


def merge(desk: RaidDesk, case: str, other: str) -> None:
    done = desk.merging.merge(who("joan"), case, other, "one event")
    desk.proposals.second(who("rosalind"), done.events[0]["id"])


def test_an_act_is_one_decision_and_its_events_name_it(
    raid_office: RaidOffice,
) -> None:
    with raid_office.raid() as desk:
        _, case = opened_case(desk)
        before = len(raid_office.events())
        done = desk.cases.note(who("joan"), case, "hello")

        decision, note = raid_office.events()[before:]
    assert (decision["kind"], decision["id"]) == ("decision.made", done.decision)
    assert decision["action"] == WRITE
    assert note["decision"] == done.decision
    assert len(done.receipts) == 1


def test_what_is_asked_and_denied_makes_nothing(raid_office: RaidOffice) -> None:
    with raid_office.raid() as desk:
        _, case = opened_case(desk)
        with pytest.raises(AccessDenied):
            desk.cases.note(who("ruth"), case, "hello")

    assert [event["act"] for event in raid_office.events("raid.case")] == ["open"]


@pytest.mark.parametrize("person", ["joan", "signe", "vint", "ruth", "hertha"])
def test_a_case_that_is_shut_is_answered_as_one_that_is_not_there(
    desk: RaidDesk, person: str
) -> None:
    _, case = opened_case(desk)
    desk.needs.shut(OFFICER, case, "weights are abroad")
    nothing = new_id("raid.case")
    acts: dict[str, _Act] = {
        "note": lambda name: desk.cases.note(who(person), name, "hello"),
        "show": lambda name: desk.timelines.show(who(person), name),
        "candidates": lambda name: desk.links.of_case(who(person), name),
        "merge": lambda name: desk.merging.merge(who(person), name, case, "same"),
        "unmerge": lambda name: desk.merging.unmerge(who(person), name, "two"),
    }

    for act in acts.values():
        told = []
        for name in (case, nothing):
            with pytest.raises(AccessDenied) as caught:
                act(name)
            told.append((caught.value.code, caught.value.decision.caller_reasons()))
        assert told[0] == told[1] == ("access-denied", ("not-permitted",))


def test_a_command_goes_on_with_the_successor_of_a_merged_case(
    desk: RaidDesk,
) -> None:
    case, other = merged(desk)
    _, last = opened_case(desk)
    assert desk.acting.case(who("joan"), case, WRITE) == other
    merge(desk, other, last)

    assert desk.acting.case(who("joan"), case.removeprefix("case:"), WRITE) == last
    assert desk.acting.case(who("joan"), last, WRITE) == last
    nothing = new_id("raid.case")
    assert desk.acting.case(who("joan"), nothing, WRITE) == nothing


def test_where_a_case_went_is_told_to_nobody_who_may_not_know_of_it(
    desk: RaidDesk,
) -> None:
    case, other = merged(desk)

    with pytest.raises(AccessDenied) as caught:
        desk.acting.case(who("ruth"), case, WRITE)

    assert other not in str(caught.value)
    assert caught.value.decision.request.resource == case


def test_merges_that_go_in_a_circle_are_no_record_of_this_desk(
    desk: RaidDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, other = merged(desk)
    real = RaidRows.card

    def forged(rows: RaidRows, kind: str, name: str) -> object:
        card = real(rows, kind, name)
        if card is None or kind != "raid.case":
            return card
        row = {**card.card, "state": "merged"}
        row["redirect"] = other if name == case else case
        return replace(card, card=row)

    # As a forger of rows and entries would have it: `card` finds them in a circle.
    monkeypatch.setattr(RaidRows, "card", forged)
    with pytest.raises(IntegrityError) as caught:
        desk.acting.case(who("joan"), case, WRITE)
    assert caught.value.code == "redirect-loop"


@pytest.mark.parametrize("person", ["dorothy", "ole"])
def test_where_a_case_went_is_not_told_to_whom_that_one_is_shut(
    desk: RaidDesk, person: str
) -> None:
    (_, case), (_, other) = opened_case(desk), opened_case(desk)
    done = desk.merging.merge(who("joan"), case, other, "one event")
    desk.proposals.second(who("rosalind"), str(done.events[0]["id"]))
    assert desk.acting.case(who(person), case, "raid.read") == other
    desk.needs.shut(OFFICER, other, "weights are abroad")

    told = []
    for name in (case, new_id("raid.case")):
        with pytest.raises(AccessDenied) as caught:
            desk.timelines.show(who(person), name)
        told.append((caught.value.code, caught.value.decision.caller_reasons()))

    assert told[0] == told[1] == ("access-denied", ("not-permitted",))
    denied = caught.value.decision.request.resource
    assert other not in denied


def test_what_is_not_there_belongs_to_a_case_that_is_not_there(desk: RaidDesk) -> None:
    report, case = opened_case(desk)
    [link] = [e.event["id"] for e in desk.acting.rows.events(kind="raid.link")]

    stand_in = desk.acting.case_of("raid.clock", new_id("raid.clock"))

    assert desk.acting.case_of("raid.link", link) == case
    assert parse_id("raid.case", stand_in) == stand_in
    assert desk.acting.rows.card("raid.case", stand_in) is None
    assert report


def test_what_is_open_to_somebody_goes_by_team_name_and_time(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    _, other = opened_case(desk)
    acting = desk.acting
    assert acting.may_know(who("dorothy"), case)
    desk.needs.shut(OFFICER, case, "weights are abroad")
    desk.needs.admit(OFFICER, case, "user:joan", "2026-12-01", "knows the model")

    assert acting.may_know(who("joan"), case)
    assert acting.may_know(who("joan-2"), case)
    assert not acting.may_know(who("dorothy"), case)
    assert acting.may_know(who("dorothy"), other)
    assert not acting.may_know(who("dorothy"), new_id("raid.case"))
    assert not acting.may_know(who("signe"), other)
    assert acting.visible(who("joan")).named == {case}
    nobody = acting.visible({"subject": "svc:nothing", "authn": "none"})
    assert (nobody.teams, nobody.named) == (frozenset(), frozenset())


def test_an_answer_of_the_gate_is_a_permit_or_raises(desk: RaidDesk) -> None:
    assert desk.acting.ask(who("joan"), READ, DESK).permitted
    with pytest.raises(AccessDenied):
        desk.acting.ask(who("signe"), READ, DESK)


DAILY = ("raid.read", "raid.write", "raid.assess", "raid.arm")
COUNTS = (
    ("joan", "raid.write", "report"),
    ("rosalind", "raid.approve", "case"),
    ("mileva", "raid.compartment", "case"),
    ("vint", "raid.route", "case"),
    ("niels", "raid.direct", "desk"),
)


@pytest.mark.parametrize("action", DAILY)
def test_an_analyst_works_on_a_case_with_a_key_that_was_shown_this_day(
    desk: RaidDesk, action: str
) -> None:
    _, case = opened_case(desk)
    plain = {**who("joan"), "authn": "hardware"}

    assert desk.acting.ask(plain, action, case).permitted  # type: ignore[arg-type]  # as `who` gives it


@pytest.mark.parametrize(("name", "action", "what"), COUNTS)
def test_what_counts_takes_a_fresh_proof(
    desk: RaidDesk, name: str, action: str, what: str
) -> None:
    report, case = opened_case(desk)
    named = {"report": report, "case": case, "desk": "case:desk"}[what]
    plain = {**who(name), "authn": "hardware"}

    assert desk.acting.ask(who(name), action, named).permitted
    with pytest.raises(AccessDenied) as caught:
        desk.acting.ask(plain, action, named)  # type: ignore[arg-type]  # as `who` gives it
    assert caught.value.decision.caller_reasons() == ("authentication-insufficient",)
