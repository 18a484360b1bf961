"""Embargoes longer than half a year, for which two sign."""

from dataclasses import replace

import pytest

from ringwall.gate.denied import AccessDenied
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.raid.desk import RaidDesk
from ringwall.raid.embargo.approvers import APPROVERS_FILE
from ringwall.raid.embargo.counter import Wanted
from ringwall.raid.embargo.lengths import is_allowed
from ringwall.raid.embargo.limits import Limits
from ringwall.raid.embargo.standing import EMBARGO, object_id
from ringwall.signing.ssh import parse_public_key
from tests.embargoed import (
    LEAD,
    NIELS,
    OUTSIDER,
    active,
    allowed,
    card_of,
    longer,
    proposed,
    said_by,
    state_of,
)
from tests.office import DAY, public_line
from tests.raid_office import RaidOffice, adopted, refused, who

KEY = parse_public_key(public_line("outsider"))


def revised(desk: RaidDesk, case: str, until: str) -> None:
    wanted = Wanted("the mending takes long", (f"{until} 12:00 Europe/Berlin",))
    desk.embargoes.revise(LEAD, case, wanted)


def test_above_half_a_year_the_director_and_somebody_from_outside_sign(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    case = longer(desk)
    assert refused(desk.embargoes.accept, LEAD, case) == "embargo-unsigned"
    done = desk.lengths.allow(NIELS, case, allowed(desk, case))
    row = card_of(desk, case)
    assert (row["allowed"], row["approver"]) == (row["offer"], KEY.fingerprint)
    assert (done.events[0]["by"], row["state"]) == ("user:niels", "revise")
    said = done.events[0]["said"]
    assert (said["by"], said["approver"]) == ("the bureau", OUTSIDER)
    assert said["signature"] != said["own"]

    desk.embargoes.accept(LEAD, case)
    row = card_of(desk, case)
    assert (row["state"], row["ends"]) == ("active", "2027-07-29T12:00:00Z")
    assert raid_office.institute.verify().is_sound


def test_nobody_signs_for_more_than_a_year(desk: RaidDesk) -> None:
    case = longer(desk, 365)
    wanted = Wanted("for ever", ("2027-11-22 12:00 Europe/Berlin",))
    found = refused(desk.embargoes.revise, LEAD, case, wanted)
    assert found == "embargo-too-long"


def test_what_was_signed_is_of_just_the_terms_that_are_proposed(
    desk: RaidDesk,
) -> None:
    case = longer(desk)
    old = allowed(desk, case)
    desk.lengths.allow(NIELS, case, old)
    revised(desk, case, "2027-08-02")
    party = str(desk.parties.ls(who("joan"), case)[0].id)
    said_by(desk, party, "accept", str(card_of(desk, case)["offer"]))
    assert refused(desk.embargoes.accept, LEAD, case) == "embargo-unsigned"
    assert refused(desk.lengths.allow, NIELS, case, old) == "offer-not-signed"
    # What is put in force again is signed for again, or the same.
    desk.lengths.allow(NIELS, case, allowed(desk, case))
    desk.embargoes.accept(LEAD, case)
    assert state_of(desk, case) == "active"


def test_neither_signs_for_the_other(desk: RaidDesk) -> None:
    case = longer(desk)
    allow = desk.lengths.allow
    for theirs, own in (("niels", "niels"), ("rosalind", "niels")):
        signed = allowed(desk, case, theirs, own)
        assert refused(allow, NIELS, case, signed) == "signature-foreign"
    for own in ("outsider", "rosalind"):
        signed = allowed(desk, case, own=own)
        assert refused(allow, NIELS, case, signed) == "signature-foreign"
    torn = replace(allowed(desk, case), own="torn")
    assert refused(allow, NIELS, case, torn) == "signature-foreign"
    of_another = allowed(desk, case, act="accept")
    assert refused(allow, NIELS, case, of_another) == "statement-of-another"
    early = allowed(desk, case, at="2026-11-20T12:00:00Z")
    assert refused(allow, NIELS, case, early) == "statement-time-odd"
    strange = replace(allowed(desk, case), approver="bureau:other")
    assert refused(allow, NIELS, case, strange) == "approver-unknown"
    assert card_of(desk, case)["allowed"] == ""


@pytest.mark.parametrize("name", ["rosalind", "joan", "elinor"])
def test_nobody_inside_and_no_party_signs_from_outside(
    desk: RaidDesk, name: str
) -> None:
    case = longer(desk, key=name)
    signed = allowed(desk, case, name)
    assert refused(desk.lengths.allow, NIELS, case, signed) == "approver-inside"


def test_who_does_not_direct_allows_nothing(desk: RaidDesk) -> None:
    case = longer(desk)
    for name in ("rosalind", "joan", "elinor"):
        with pytest.raises(AccessDenied):
            desk.lengths.allow(who(name), case, allowed(desk, case, own=name))


def test_an_approver_who_was_taken_off_the_rules_has_signed_for_nothing(
    desk: RaidDesk,
) -> None:
    case = longer(desk)
    desk.lengths.allow(NIELS, case, allowed(desk, case))
    path = desk.acting.folder / "raid" / "desk" / APPROVERS_FILE
    path.write_text("id,key,source,confidence\n", "utf-8")
    adopted(desk, "they signed for too much")
    assert refused(desk.embargoes.accept, LEAD, case) == "embargo-unsigned"


def test_what_is_short_or_over_or_not_proposed_needs_nobodys_leave(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    case = longer(desk)
    signed = allowed(desk, case)
    revised(desk, case, "2026-12-20")
    short = allowed(desk, case)
    assert refused(desk.lengths.allow, NIELS, case, short) == "embargo-short-enough"
    desk.embargoes.reject(LEAD, case)
    none = allowed(desk, case)
    assert refused(desk.lengths.allow, NIELS, case, none) == "offer-not-signed"
    revised(desk, case, "2027-08-01")
    raid_office.clock.instant += 46 * DAY
    assert refused(desk.lengths.allow, NIELS, case, signed) == "embargo-over"


def test_a_first_term_is_nothing_to_sign_for(desk: RaidDesk) -> None:
    longer(desk)
    case, _ = proposed(desk)
    signed = allowed(desk, case)
    assert refused(desk.lengths.allow, NIELS, case, signed) == "act-not-possible"


def test_who_leads_is_not_the_director_who_signs(
    desk: RaidDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = longer(desk)
    signed = allowed(desk, case)
    facts = type(desk.acting.gate.ground.facts)
    monkeypatch.setattr(facts, "natural_person", lambda *_: "user:one")
    found = refused(desk.lengths.allow, NIELS, case, signed)
    assert found == "director-leads"


def test_what_was_allowed_is_told_of_what_was_signed_for_alone(
    desk: RaidDesk,
) -> None:
    case, _ = active(desk)
    found = desk.acting.rows.card(EMBARGO, object_id(EMBARGO, case))
    assert found is not None
    limits = Limits(approvers={OUTSIDER: KEY})

    def row(**changes: str) -> RaidCard:
        assert found is not None
        words = {"offer": "b" * 64, "offer_ends": "2027-08-01T10:00:00Z"}
        return replace(found, card={**found.card, **words, **changes})

    signed = {"allowed": "b" * 64, "approver": KEY.fingerprint}
    assert not is_allowed(row(), limits)
    assert is_allowed(row(offer_ends="2027-05-20T12:00:00Z"), limits)
    assert not is_allowed(row(offer_ends="2027-05-20T12:00:01Z"), limits)
    assert is_allowed(row(**signed), limits)
    assert not is_allowed(row(**signed), Limits())
    assert not is_allowed(row(**{**signed, "allowed": "c" * 64}), limits)
    assert not is_allowed(row(**{**signed, "approver": ""}), limits)
