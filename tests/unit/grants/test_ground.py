"""The desk's ground follows the record, and never lets it go back."""

from ringwall.grants.ground import read_ground
from tests.example import NOON
from tests.office import Office


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
