"""The barrier and the contacts of the routing tables."""

from dataclasses import replace

import pytest

from ringwall.raid.routing.rows import Routes
from tests.routed import TABLES


@pytest.mark.parametrize(
    ("route", "function", "contact", "barred"),
    [
        ("R01", "enisa", "enisa", False),
        ("R02", "csirt", "csirt.de", False),  # its body does both, its function not
        ("R05", "ai-office", "ai-office", True),
        ("R12", "eeas", "eeas", True),  # the row as a whole enforces
        ("R15", "police", "", True),
        ("R19", "era", "era", True),
        ("R29", "compute-contact", "", True),
        ("R30", "police", "", False),  # two persons lead past
    ],
)
def test_who_enforces_is_behind_the_barrier(
    route: str, function: str, contact: str, barred: bool
) -> None:
    found = TABLES.contacts[contact] if contact else None
    row = TABLES.routes[route]
    assert TABLES.is_behind_barrier(row, function, found) is barred


def test_a_body_that_does_both_comes_out_by_a_contact_of_its_supporting_part() -> None:
    row, contact = TABLES.routes["R10"], TABLES.contacts["euratom"]
    assert TABLES.is_behind_barrier(row, "euratom", contact)
    apart = replace(contact, enforcement="no")
    assert not TABLES.is_behind_barrier(row, "euratom", apart)


def test_a_contact_that_enforces_is_behind_it_whatever_its_function() -> None:
    contact = replace(TABLES.contacts["csirt.de"], enforcement="yes")
    assert TABLES.is_behind_barrier(TABLES.routes["R02"], "csirt", contact)


@pytest.mark.parametrize(
    ("text", "sectors"),
    [
        ("Hospital", {"health"}),
        ("ENERGY", {"energy"}),
        ("banks, trains", {"finance", "rail"}),
        ("banks, bees", set()),
        ("", set()),
    ],
)
def test_sectors_are_named_by_any_of_their_words(text: str, sectors: set[str]) -> None:
    assert TABLES.sectors_of(text) == sectors


def test_contacts_are_found_by_function_and_state() -> None:
    found = [contact.id for contact in TABLES.contacts_of("csirt", "ES")]
    assert found == ["csirt.es.ccn-cert", "csirt.es.incibe-cert"]
    assert TABLES.contacts_of("csirt", "NO") == ()
    assert isinstance(TABLES, Routes)
