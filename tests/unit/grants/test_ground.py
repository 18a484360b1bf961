"""The desk's ground follows the record, and never lets it go back."""

import pytest

from ringwall.base.errors import PolicyError
from ringwall.grants.desk import GrantsDesk
from ringwall.grants.ground import Terms, read_ground
from tests.example import NOON
from tests.office import EXPORT, Office, signed


def test_what_has_changed_since_is_all_that_is_read(office: Office) -> None:
    ledger = office.institute.ledger(writable=False)
    before = read_ground(ledger, NOON)
    name = office.opened()
    office.declare(dennis={"note": "moved"})

    after = read_ground(ledger, NOON + 1, before)
    whole = read_ground(ledger, NOON + 1)
    ledger.close()

    assert after.matters is before.matters
    assert after.request(name) == whole.request(name)
    assert after.facts.documents() == whole.facts.documents()
    assert (after.basis, after.policy) == (whole.basis, whole.policy)
    assert after.basis > before.basis


def kept(office: Office) -> Terms:
    """Return what is in force, read from its copy since others are on disk."""
    judge = office.institute.judge()
    return Terms(judge.decider, judge.catalogue.benchmark, judge.digest, is_kept=True)


def test_from_the_copy_only_what_mends_the_policies_is_asked_for(
    office: Office,
) -> None:
    terms = kept(office)

    with pytest.raises(PolicyError) as caught:
        terms.check_open("weights.export")

    assert caught.value.code == "policy-not-activated"
    terms.check_open("policy.change")
    terms._replace(is_kept=False).check_open("weights.export")


def test_a_desk_on_the_copy_gives_nothing_and_takes_away(office: Office) -> None:
    name, said = office.opened(), office.draft()
    terms = kept(office)
    ledger = office.institute.ledger(writable=True)
    desk = GrantsDesk(ledger, lambda: terms, office.clock)
    approval = desk.approval_of(name, "user:grace", "custodian")
    acts = (
        lambda: desk.draft(EXPORT),
        lambda: desk.file(said, signed("dennis", "request.opened", said)),
        lambda: desk.approve(approval, signed("grace", "request.approved", approval)),
    )
    before = office.last()

    for act in acts:
        with pytest.raises(PolicyError):
            act()
    assert office.last() == before
    no = desk.objection_of("request.refused", name, "user:grace", "there are enough")
    told, _ = desk.refuse(no, signed("grace", "request.refused", no))
    desk.close()

    assert told.standing.state.value == "refused"
