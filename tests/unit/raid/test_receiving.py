"""Hand-overs coming back."""

from typing import NamedTuple

import pytest

from ringwall.base.errors import ActRefused, RingwallError
from ringwall.gate.denied import AccessDenied
from ringwall.raid.desk import RaidDesk
from ringwall.raid.handing import Sent
from ringwall.raid.routing.recipients import Wanted
from ringwall.signing.ssh import SignatureInvalid
from tests.office import HOUR
from tests.raid_office import RaidOffice, who
from tests.routed import adopt_contacts, signed_receipt, triaged

VINT = who("vint")


class Pending(NamedTuple):
    """A case of which a package is on its way."""

    case: str
    sent: Sent

    def receipt(self) -> tuple[bytes, str]:
        """Return a good receipt and its signature."""
        name, digest = self.sent.handover, self.sent.package.digest
        return signed_receipt(name, digest, self.sent.row.recipient)


@pytest.fixture
def pending(desk: RaidDesk) -> Pending:
    """Return a case of which a package is on its way to a CSIRT."""
    adopt_contacts(desk, "csirt.de")
    case = triaged(desk)
    return Pending(case, desk.routes.send(VINT, case, Wanted("csirt.de")))


def state_of(desk: RaidDesk, name: str) -> str:
    kind = "raid.case" if name.startswith("case:") else "raid.handover"
    card = desk.acting.rows.card(kind, name)
    assert card is not None
    return str(card.card["state"])


def alarms(office: RaidOffice) -> list[tuple[str, str]]:
    return [
        (event["handover"], event["found"])
        for event in office.events("alarm.raised")
        if event["code"] == "handover-silent"
    ]


def test_a_case_is_handed_over_when_its_recipient_has_signed(
    raid_office: RaidOffice, desk: RaidDesk, pending: Pending
) -> None:
    done = desk.receiving.accept(VINT, pending.sent.handover, *pending.receipt())
    assert state_of(desk, pending.sent.handover) == "accepted"
    assert state_of(desk, pending.case) == "handed-over"
    assert [event["act"] for event in done.events] == ["accept", "hand-over"]
    said = done.events[0]["said"]
    assert said["accepted_by"] == "duty officer"
    assert said["signature"].startswith("-----BEGIN SSH SIGNATURE-----")
    assert alarms(raid_office) == []


def test_a_receipt_by_another_key_changes_nothing(
    desk: RaidDesk, pending: Pending
) -> None:
    name, digest = pending.sent.handover, pending.sent.package.digest
    receipt = signed_receipt(name, digest, "csirt.de", by="joan")
    with pytest.raises(SignatureInvalid) as caught:
        desk.receiving.accept(VINT, name, *receipt)
    assert caught.value.code == "signature-foreign"
    assert state_of(desk, name) == "sent"


@pytest.mark.parametrize(
    ("package", "recipient", "code"),
    [
        ("ab" * 32, "csirt.de", "receipt-of-another-package"),
        ("", "enisa", "receipt-of-another-recipient"),
    ],
)
def test_a_receipt_for_something_else_changes_nothing(
    desk: RaidDesk, pending: Pending, package: str, recipient: str, code: str
) -> None:
    name, digest = pending.sent.handover, package or pending.sent.package.digest
    with pytest.raises(ActRefused) as caught:
        desk.receiving.accept(VINT, name, *signed_receipt(name, digest, recipient))
    assert caught.value.code == code
    assert state_of(desk, pending.case) == "triaged"


def test_nobody_accepts_twice(desk: RaidDesk, pending: Pending) -> None:
    desk.receiving.accept(VINT, pending.sent.handover, *pending.receipt())
    with pytest.raises(ActRefused) as caught:
        desk.receiving.accept(VINT, pending.sent.handover, *pending.receipt())
    assert caught.value.code == "act-not-possible"


def test_a_recipient_whose_key_is_gone_can_t_accept(
    desk: RaidDesk, pending: Pending
) -> None:
    path = desk.acting.folder / "raid" / "routes" / "contacts.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text(
        "".join(line for line in lines if not line.startswith("csirt.de,")), "utf-8"
    )
    adopt_contacts(desk, "enisa")
    with pytest.raises(ActRefused) as caught:
        desk.receiving.accept(VINT, pending.sent.handover, *pending.receipt())
    assert caught.value.code == "recipient-keyless"


def test_a_copy_that_is_accepted_hands_nothing_over(desk: RaidDesk) -> None:
    adopt_contacts(desk, "enisa")
    case = triaged(desk)
    sent = desk.routes.send(VINT, case, Wanted("enisa"))
    assert sent.row.role == "copy"
    receipt = signed_receipt(sent.handover, sent.package.digest, "enisa")
    desk.receiving.accept(VINT, sent.handover, *receipt)
    assert state_of(desk, case) == "triaged"


def test_what_raid_came_to_own_meanwhile_is_not_handed_over(
    desk: RaidDesk, pending: Pending
) -> None:
    desk.triage.assess(
        who("dorothy"), pending.case, ["auto=shown"], {"evidence": "seen since"}
    )
    desk.triage.run(who("dorothy"), pending.case)
    assert state_of(desk, pending.case) == "owned"
    desk.receiving.accept(VINT, pending.sent.handover, *pending.receipt())
    assert state_of(desk, pending.sent.handover) == "accepted"
    assert state_of(desk, pending.case) == "owned"


def test_what_two_persons_gave_to_raid_meanwhile_is_not_handed_over(
    desk: RaidDesk, pending: Pending
) -> None:
    proposed = desk.deviating.deviate(
        who("dorothy"), pending.case, {"owner": "raid"}, "it evades its overseers"
    )
    desk.proposals.second(who("agnes"), proposed.events[0]["id"])
    before = state_of(desk, pending.case)
    desk.receiving.accept(VINT, pending.sent.handover, *pending.receipt())
    assert state_of(desk, pending.sent.handover) == "accepted"
    assert state_of(desk, pending.case) == before != "handed-over"


def test_a_refusal_raises_an_alarm(
    raid_office: RaidOffice, desk: RaidDesk, pending: Pending
) -> None:
    desk.receiving.refuse(VINT, pending.sent.handover, "not ours")
    assert state_of(desk, pending.sent.handover) == "refused"
    assert state_of(desk, pending.case) == "triaged"
    assert alarms(raid_office) == [(pending.sent.handover, "refused")]


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_refusal_takes_a_reason(
    desk: RaidDesk, pending: Pending, reason: str
) -> None:
    with pytest.raises(ActRefused) as caught:
        desk.receiving.refuse(VINT, pending.sent.handover, reason)
    assert caught.value.code == "reason-missing"
    assert caught.value.next_step


def test_scenario_15_a_csirt_that_never_answers(
    raid_office: RaidOffice, desk: RaidDesk, pending: Pending
) -> None:
    raid_office.clock.instant += 72 * HOUR - 1
    with pytest.raises(ActRefused) as caught:
        desk.receiving.lapse(VINT, pending.sent.handover)
    assert caught.value.code == "not-overdue"
    raid_office.clock.instant += 1
    (over,) = desk.routes.overdue(VINT)
    desk.receiving.lapse(VINT, over.id)
    assert state_of(desk, pending.sent.handover) == "lapsed"
    assert state_of(desk, pending.case) == "triaged"
    assert alarms(raid_office) == [(pending.sent.handover, "lapsed")]
    assert desk.routes.overdue(VINT) == []
    # Whoever answers now answers to nothing: it is sent anew.
    with pytest.raises(ActRefused) as caught:
        desk.receiving.accept(VINT, pending.sent.handover, *pending.receipt())
    assert caught.value.code == "act-not-possible"


def test_silence_of_a_second_primary_brings_the_case_back(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    adopt_contacts(desk, "csirt.de", "cert-eu")
    case = triaged(desk, entity="union-body")
    sent = desk.routes.send(VINT, case, Wanted("csirt.de"))
    other = desk.routes.send(VINT, case, Wanted("cert-eu"))
    receipt = signed_receipt(sent.handover, sent.package.digest, "csirt.de")
    desk.receiving.accept(VINT, sent.handover, *receipt)
    assert state_of(desk, case) == "handed-over"
    raid_office.clock.instant += 24 * HOUR
    done = desk.receiving.lapse(VINT, other.handover)
    acts = [event["act"] for event in done.events if "act" in event]
    assert acts == ["lapse", "return"]
    assert state_of(desk, case) == "triaged"
    assert alarms(raid_office) == [(other.handover, "lapsed")]


def test_who_took_a_case_over_may_give_it_back(
    desk: RaidDesk, pending: Pending
) -> None:
    desk.receiving.accept(VINT, pending.sent.handover, *pending.receipt())
    desk.receiving.give_back(VINT, pending.case, "they found it is not theirs")
    assert state_of(desk, pending.case) == "triaged"
    with pytest.raises(ActRefused) as caught:
        desk.receiving.give_back(VINT, pending.case, "once more")
    assert caught.value.code == "act-not-possible"


def test_only_a_routing_officer_records_what_came_back(
    desk: RaidDesk, pending: Pending
) -> None:
    for name in ("joan", "mileva"):
        with pytest.raises(AccessDenied):
            desk.receiving.accept(who(name), pending.sent.handover, *pending.receipt())


def test_a_hand_over_that_is_not_there_is_told_by_the_gates_no(
    desk: RaidDesk, pending: Pending
) -> None:
    with pytest.raises((AccessDenied, RingwallError)):
        desk.receiving.refuse(VINT, "hnd-aaaaaaaaaaaaaaaa", "not ours")
    assert state_of(desk, pending.case) == "triaged"
