"""Which ids stand for one natural person."""

from typing import Any

from ringwall.model.declarations import Document, document_of
from ringwall.pdp.natural_persons import (
    accounts_of,
    natural_person,
    natural_persons,
)
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


def test_a_service_counts_for_who_runs_it_and_is_one_of_their_accounts() -> None:
    data = (
        {"id": "user:bea"},
        {"id": "user:ann", "account_of": "user:bea"},
        {"id": "service:batch", "operator": "user:bea"},
        {"id": "service:lost", "operator": "user:gone"},
    )
    documents: dict[str, Document] = {
        one["id"]: document_of({"organisation": "org:institute", **one}) for one in data
    }
    found = natural_persons(documents)

    assert natural_person("service:batch", documents, found) == "user:ann"
    assert natural_person("user:bea", documents, found) == "user:ann"
    assert natural_person("service:lost", documents, found) == "user:gone"
    assert natural_person("user:nobody", documents, found) == "user:nobody"
    assert accounts_of(documents, found) == {
        "user:ann": ("user:bea", "user:ann", "service:batch"),
        "user:gone": ("service:lost",),
    }
