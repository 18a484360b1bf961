"""Which ids stand for one natural person."""

from typing import Any

from ringwall.model.declarations import Document, document_of
from ringwall.pdp.natural_persons import natural_persons
from tests.property.grant_world import key_line

DATES = {"from": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"}


def persons(*documents: dict[str, Any]) -> dict[str, str]:
    named: dict[str, Document] = {
        data["id"]: document_of({"organisation": "org:institute", **data})
        for data in documents
    }
    return natural_persons(named)


def key(name: str) -> dict[str, Any]:
    return {"key": key_line(name), **DATES}


def test_everybody_is_somebody_else_unless_it_is_said() -> None:
    found = persons({"id": "user:ann"}, {"id": "user:bea"})

    assert found == {"user:ann": "user:ann", "user:bea": "user:bea"}


def test_accounts_keys_and_logins_join_and_do_so_in_chains() -> None:
    login = {"provider": "idp:house", "subject": "abc"}
    found = persons(
        {"id": "user:dot", "account_of": "user:cal"},
        {"id": "user:cal", "keys": [key("shared")]},
        {"id": "user:bea", "keys": [{"key": key_line("shared") + " at work", **DATES}]},
        {"id": "user:ann", "logins": [login]},
        {"id": "user:bob", "logins": [login]},
        {"id": "user:eve", "logins": [{**login, "provider": "idp:other"}]},
        {"id": "user:fay", "logins": [login], "account_of": "user:eve"},
    )

    assert found == {
        **dict.fromkeys(("user:bea", "user:cal", "user:dot"), "user:bea"),
        **dict.fromkeys(("user:ann", "user:bob", "user:eve", "user:fay"), "user:ann"),
    }


def test_an_account_of_somebody_unknown_stands_for_itself() -> None:
    found = persons(
        {"id": "user:bea", "account_of": "user:ann"},
        {"id": "user:cal", "account_of": "user:ann"},
    )

    assert found == {"user:bea": "user:bea", "user:cal": "user:bea"}


def test_what_is_no_person_is_left_out() -> None:
    documents: dict[str, Document] = {
        "org:institute": document_of({"id": "org:institute", "relation": "institute"})
    }

    assert natural_persons(documents) == {}
