"""Releases: written, cleared, signed by two for their very bytes, sent, recalled."""

from collections.abc import Iterator
from hashlib import sha256

import pytest

from ringwall.base.canonical import load_canonical
from ringwall.base.errors import ActRefused, RingwallError
from ringwall.gate.denied import AccessDenied
from ringwall.raid.desk import RaidDesk
from ringwall.raid.embargo.standing import PARTY, object_id
from ringwall.raid.outgoing.claimed import Claimed
from ringwall.raid.outgoing.release_text import Wanted
from tests.embargoed import LEAD, PLAIN, active, card_of, invited, led, said_by
from tests.raid_office import RaidOffice, opened_case, refused, who
from tests.release_office import (
    FRENCH,
    approved,
    cleared,
    drafted,
    release_grant,
    staffed,
    without_key,
)
from tests.routed import adopt_contacts, signed_receipt, triaged

JOAN, VINT = who("joan"), who("vint")
LAW = Claimed("law", provision="Article 90", binds="the institute is a provider")


@pytest.fixture
def desk(raid_office: RaidOffice) -> Iterator[RaidDesk]:
    staffed(raid_office)
    with raid_office.raid() as desk:
        yield desk


def _state(desk: RaidDesk, release: str) -> str:
    return str(desk.released.show(JOAN, release).card.card["state"])


def _sound(office: RaidOffice) -> bool:
    return office.institute.verify().findings == ()


def test_a_release_goes_from_draft_to_acknowledged(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    release, case = approved(desk, raid_office)

    sent = desk.releases.send(VINT, release)

    told = load_canonical(sent.data)
    assert (told["release"], told["case"], told["recipient"]) == (release, case, FRENCH)
    assert told["facts"]
    card = desk.released.show(JOAN, release).card.card
    assert sha256(sent.data).hexdigest() == card["content"]
    receipt, signature = signed_receipt(release, str(card["content"]), FRENCH)
    desk.releases.acknowledge(VINT, release, receipt, signature)
    assert _state(desk, release) == "acknowledged"
    assert [one.id for one in desk.released.listed(JOAN)] == [release]
    assert _sound(raid_office)


def test_what_was_withheld_is_counted_for_the_approver_alone(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    release, case, terms = cleared(desk)
    assert desk.released.show(JOAN, release).withheld is None
    seen = desk.released.show(who("elinor"), release)

    grant = release_grant(raid_office, case, terms)
    found = desk.releases.approve(who("elinor", grant=grant), release)

    assert found.withheld
    assert found.withheld == seen.withheld
    assert b"withheld" not in desk.releases.send(VINT, release).data


def test_without_a_grant_that_is_bound_to_it_nobody_approves(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    release, case, _ = cleared(desk)

    with pytest.raises(AccessDenied):
        desk.releases.approve(who("elinor"), release)
    other = release_grant(raid_office, case, "ab" * 32)
    with pytest.raises(AccessDenied) as denied:
        desk.releases.approve(who("elinor", grant=other), release)
    codes = [reason.code for reason in denied.value.decision.verdict.reasons]
    assert "binds-differ" in codes
    assert _state(desk, release) == "cleared"


def test_a_grant_for_a_release_names_its_content(raid_office: RaidOffice) -> None:
    with pytest.raises(RingwallError) as error:
        raid_office.opened(
            subject="user:elinor", action="raid.release", resource="case:c-aaaaaaaaaa"
        )
    assert error.value.code == "binds-missing"


def test_what_was_changed_after_it_was_signed_is_a_draft_again(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    release, case = approved(desk, raid_office)
    desk.triage.assess(
        who("dorothy"), case, ["danger=imminent"], {"evidence": "it was seen"}
    )

    found = desk.releases.send(VINT, release)

    assert (found.data, found.changed) == (b"", ("content",))
    assert _state(desk, release) == "draft"
    assert refused(desk.releases.send, VINT, release) == "act-not-possible"
    # Who found it out did not write it.
    assert desk.released.show(JOAN, release).author == "user:joan"
    assert _sound(raid_office)


def test_a_recipient_whose_key_is_gone_is_sent_nothing(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    release, _ = approved(desk, raid_office)
    without_key(desk, FRENCH)

    found = desk.releases.send(VINT, release)

    assert "recipient-keyless" in found.changed
    assert "attestation-lapsed" in found.changed
    assert found.data == b""
    with pytest.raises(ActRefused) as error:
        desk.releases.clear(JOAN, release)
    assert "no key of its own is on record" in error.value.message
    assert "contacts.csv" in error.value.next_step


@pytest.mark.parametrize("recipient", ["csirt.pt", "csirt.de"])
def test_a_state_whose_evidence_lapsed_or_that_nobody_knows_is_told_nothing(
    desk: RaidDesk, recipient: str
) -> None:
    adopt_contacts(desk, recipient)
    case = triaged(desk)
    release = desk.releases.draft(JOAN, case, Wanted(recipient)).release

    with pytest.raises(ActRefused) as error:
        desk.releases.clear(JOAN, release)
    assert error.value.code == "barrier-shut"
    assert desk.released.show(JOAN, release).missing == ("attestation-lapsed",)


def test_one_that_enforces_is_told_by_an_exit_alone(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    adopt_contacts(desk, "police.fr")
    case = triaged(desk)
    to = "police.fr"
    release = desk.releases.draft(JOAN, case, Wanted(to, part="all")).release
    with pytest.raises(ActRefused) as error:
        desk.releases.clear(JOAN, release)
    assert "it enforces" in error.value.message
    empty = Claimed("law", provision="Article 90")
    desk.releases.amend(JOAN, release, Wanted(to, claimed=empty), "by law")
    with pytest.raises(ActRefused) as lacking:
        desk.releases.clear(JOAN, release)
    assert "nothing shows that the provision binds" in lacking.value.message

    desk.releases.amend(JOAN, release, Wanted(to, claimed=LAW), "by law")
    terms = str(desk.releases.clear(JOAN, release).done.events[0]["card"]["terms"])
    grant = release_grant(raid_office, case, terms)
    approve = desk.releases.approve(who("elinor", grant=grant), release)
    sent = desk.releases.send(VINT, release)

    told = load_canonical(sent.data)
    assert told["exit"] == "law"
    named = desk.acting.rules.exits["law"].fields
    assert set(told["facts"]) <= named
    assert approve.withheld["exit"] > 0
    assert b"Narrative" not in sent.data
    assert _sound(raid_office)


def test_a_caveat_keeps_it_from_other_states(desk: RaidDesk) -> None:
    release, _ = drafted(desk, Wanted(FRENCH, states=("DE",)))

    with pytest.raises(ActRefused) as error:
        desk.releases.clear(JOAN, release)
    assert "other states alone" in error.value.message


def test_a_case_that_is_shut_leaves_in_no_release(desk: RaidDesk) -> None:
    release, case = drafted(desk)
    desk.needs.shut(who("mileva"), case, "a source is at risk")
    until = "2026-12-24"
    desk.needs.admit(who("mileva"), case, "user:joan", until, "writes it")

    with pytest.raises(ActRefused) as error:
        desk.releases.clear(JOAN, release)
    assert "a compartment that it is not in" in error.value.message
    desk.needs.unshut(who("mileva"), case, "over")
    desk.releases.clear(JOAN, release)


def test_advice_goes_along_with_the_label_of_its_case(desk: RaidDesk) -> None:
    release, _ = drafted(desk, Wanted(FRENCH, part="summary", advice="Patch now."))

    seen = desk.released.show(JOAN, release)

    assert load_canonical(seen.data)["advice"] == "Patch now."
    assert seen.card.card["label"] == "amber"


def test_an_author_does_not_sign(desk: RaidDesk, raid_office: RaidOffice) -> None:
    release, case, terms = cleared(desk)
    grant = raid_office.opened(
        subject="user:elinor",
        action="raid.release",
        resource=case,
        purpose="work on incidents",
        binds=terms,
        until=raid_office.clock.now() + 86_400_000_000,
    )
    raid_office.approve(grant, "rosalind", "raid-lead")
    raid_office.approve(grant, "barbara", "raid-release-approver")
    # A lead writes it anew, the same to the byte, and is one of those who signed.
    wanted = Wanted(FRENCH)
    desk.releases.amend(who("rosalind"), release, wanted, "in my own name")
    desk.releases.clear(JOAN, release)

    with pytest.raises(ActRefused) as error:
        desk.releases.approve(who("elinor", grant=grant), release)
    assert error.value.code == "author-signs"


def test_a_release_is_recalled_by_a_message_and_stays(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    release, _ = approved(desk, raid_office)
    assert refused(desk.releases.recall, VINT, release, "wrong") == "act-not-possible"
    sent = desk.releases.send(VINT, release)
    assert refused(desk.releases.recall, VINT, release, " ") == "reason-missing"

    found = desk.releases.recall(VINT, release, "the state was wrong")

    told = load_canonical(found.data)
    assert told["content"] == sha256(sent.data).hexdigest()
    assert told["reason"] == "the state was wrong"
    assert _state(desk, release) == "recalled"
    assert desk.released.show(JOAN, release).data == b""
    assert _sound(raid_office)


def test_what_is_recalled_in_an_exercise_says_so(
    desk: RaidDesk, raid_office: RaidOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, _ = approved(desk, raid_office)
    desk.releases.send(VINT, release)
    monkeypatch.setattr(desk.acting, "exercise", "autumn")

    found = desk.releases.recall(VINT, release, "the drill is over")
    assert load_canonical(found.data)["exercise"] == "autumn"


def test_receipts_of_others_are_refused(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    release, _ = approved(desk, raid_office)
    desk.releases.send(VINT, release)
    content = str(desk.released.show(JOAN, release).card.card["content"])
    for told, code in (
        ((release, "ab" * 32, FRENCH), "receipt-of-another-package"),
        ((release, content, "csirt.ee"), "receipt-of-another-recipient"),
    ):
        receipt, signature = signed_receipt(*told)
        found = refused(desk.releases.acknowledge, VINT, release, receipt, signature)
        assert found == code


def test_the_states_of_a_release_are_kept_to(desk: RaidDesk) -> None:
    release, case = drafted(desk)
    assert refused(desk.releases.approve, who("elinor"), release) == "act-not-possible"
    assert refused(desk.releases.send, VINT, release) == "act-not-possible"
    desk.releases.clear(JOAN, release)
    assert refused(desk.releases.clear, JOAN, release) == "act-not-possible"
    again = (JOAN, release, Wanted(FRENCH), " ")
    assert refused(desk.releases.amend, *again) == "reason-missing"
    desk.triage.assess(who("dorothy"), case, ["danger=imminent"], {"evidence": "x"})
    desk.releases.amend(JOAN, release, Wanted(FRENCH), "new facts")
    desk.releases.clear(JOAN, release)


def test_a_draft_that_the_case_has_overtaken_is_not_cleared(desk: RaidDesk) -> None:
    release, case = drafted(desk)
    desk.triage.assess(who("dorothy"), case, ["danger=imminent"], {"evidence": "x"})

    assert refused(desk.releases.clear, JOAN, release) == "release-changed"
    assert desk.released.show(JOAN, release).changed == ("content",)


def test_what_is_not_there_is_refused(desk: RaidDesk) -> None:
    adopt_contacts(desk, FRENCH)
    case = triaged(desk)
    draft = desk.releases.draft
    assert refused(draft, JOAN, case, Wanted("csirt.xx")) == "recipient-unknown"
    assert refused(draft, JOAN, case, Wanted(FRENCH, part="half")) == "part-unknown"
    for states in (("ZZ",), ("FR", "fr")):
        caveat = Wanted(FRENCH, states=states)
        assert refused(draft, JOAN, case, caveat) == "state-unknown"
    for advice in ("look \u202eyawa", "\x1b[2Jgone", "a\u200bb"):
        told = Wanted(FRENCH, advice=advice)
        assert refused(draft, JOAN, case, told) == "advice-unprintable"
    draft(JOAN, case, Wanted(FRENCH, advice="first\nthen", states=("FR", "BE")))
    odd = Wanted(FRENCH, claimed=Claimed("luck"))
    assert refused(draft, JOAN, case, odd) == "exit-unknown"
    for act in (desk.releases.clear, desk.released.show):
        with pytest.raises(AccessDenied):
            act(JOAN, "rel-" + "a" * 16)


def test_nothing_is_released_of_a_case_that_nobody_has_triaged(desk: RaidDesk) -> None:
    adopt_contacts(desk, FRENCH)
    _, case = opened_case(desk)

    wanted = Wanted(FRENCH)
    assert refused(desk.releases.draft, JOAN, case, wanted) == "case-not-routable"


def _merged(desk: RaidDesk, case: str, into: str) -> None:
    done = desk.merging.merge(JOAN, case, into, "it is one matter")
    desk.proposals.second(who("agnes"), done.events[0]["id"])


def test_what_was_signed_of_a_case_that_was_merged_is_not_sent(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    """An embargo on the case that stays keeps the matter of both."""
    release, case = approved(desk, raid_office)
    stays = led(desk)
    _merged(desk, case, stays)
    party = invited(desk, stays)
    desk.embargoes.propose(LEAD, stays, PLAIN)
    said_by(desk, party, "accept", str(card_of(desk, stays)["offer"]))
    desk.embargoes.accept(LEAD, stays)

    assert refused(desk.releases.send, VINT, release) == "case-not-routable"
    assert _state(desk, release) == "approved"
    assert _sound(raid_office)


def test_of_a_case_that_was_merged_nothing_is_cleared_nor_signed(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    release, case, terms = cleared(desk)
    draft = desk.releases.draft(JOAN, case, Wanted(FRENCH)).release
    _merged(desk, case, triaged(desk))

    assert refused(desk.releases.clear, JOAN, draft) == "case-not-routable"
    grant = release_grant(raid_office, case, terms)
    found = refused(desk.releases.approve, who("elinor", grant=grant), release)
    assert found == "case-not-routable"


def test_a_release_is_recalled_whatever_became_of_its_case(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    release, case = approved(desk, raid_office)
    desk.releases.send(VINT, release)
    _merged(desk, case, triaged(desk))

    assert desk.releases.recall(VINT, release, "it was too much").data
    assert _state(desk, release) == "recalled"


def test_who_may_not_is_refused(desk: RaidDesk, raid_office: RaidOffice) -> None:
    release, case = approved(desk, raid_office)
    with pytest.raises(AccessDenied):
        desk.releases.send(JOAN, release)
    with pytest.raises(AccessDenied):
        desk.releases.draft(VINT, case, Wanted(FRENCH))
    with pytest.raises(AccessDenied):
        desk.released.show(who("ruth"), release)


def test_a_recipient_that_has_lost_its_key_signs_for_nothing(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    release, _ = approved(desk, raid_office)
    desk.releases.send(VINT, release)
    content = str(desk.released.show(JOAN, release).card.card["content"])
    without_key(desk, FRENCH)

    words = signed_receipt(release, content, FRENCH)
    found = refused(desk.releases.acknowledge, VINT, release, *words)
    assert found == "recipient-keyless"


def test_under_an_embargo_only_its_parties_are_told(desk: RaidDesk) -> None:
    adopt_contacts(desk, FRENCH, "csirt.ee")
    case, _ = active(desk)
    invited(desk, case, FRENCH)
    other = desk.releases.draft(JOAN, case, Wanted("csirt.ee")).release
    release = desk.releases.draft(JOAN, case, Wanted(FRENCH)).release

    for name in (release, other):
        with pytest.raises(ActRefused) as error:
            desk.releases.clear(JOAN, name)
        assert "a compartment that it is not in" in error.value.message
    party = object_id(PARTY, case, FRENCH)
    said_by(desk, party, "accept", str(card_of(desk, case)["terms"]))
    desk.releases.clear(JOAN, release)
    with pytest.raises(ActRefused):
        desk.releases.clear(JOAN, other)


def test_what_law_asks_for_no_embargo_holds_back(desk: RaidDesk) -> None:
    adopt_contacts(desk, "police.fr")
    case, _ = active(desk)
    law = Wanted("police.fr", claimed=LAW)
    release = desk.releases.draft(JOAN, case, law).release
    assert desk.releases.clear(JOAN, release).withheld is not None
