"""Who is to be told, as the routing tables have them."""

from dataclasses import replace

from ringwall.raid.outgoing.bodies import body_of
from ringwall.raid.routing.labels import Tlp
from tests.example import NOON
from tests.raid_office import DAY
from tests.routed import verified


def test_a_contact_is_told_as_its_function_and_itself_may_be() -> None:
    tables = verified("csirt.de")
    contact = tables.contacts["csirt.de"]
    body = body_of(contact, tables, NOON)
    assert (body.contact, body.state, body.own) == ("csirt.de", "DE", "split")
    assert body.function == tables.functions["csirt"].enforcement
    assert body.ceiling == tables.functions["csirt"].ceiling
    assert body.has_key
    assert body.is_attested
    low = body_of(replace(contact, ceiling=Tlp.GREEN), tables, NOON)
    assert low.ceiling == Tlp.GREEN


def test_who_was_not_checked_of_late_is_not_attested() -> None:
    tables = verified("csirt.de")
    contact = tables.contacts["csirt.de"]
    assert not body_of(contact, tables, NOON + 180 * DAY).is_attested
    assert not body_of(contact, tables, NOON - 30 * DAY).is_attested
    never = replace(contact, verified_on="", key=None)
    body = body_of(never, tables, NOON)
    assert not body.is_attested
    assert not body.has_key


def test_a_body_that_does_both_is_in_front_with_a_key_of_its_own_alone() -> None:
    tables = verified("csirt.de")
    contact = tables.contacts["csirt.de"]
    assert not body_of(contact, tables, NOON).enforces
    assert body_of(replace(contact, key=None), tables, NOON).enforces
