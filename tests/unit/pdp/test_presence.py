"""Who else is there is counted by heads, not by ids."""

from dataclasses import replace

import pytest

from ringwall.model.declarations import Document
from ringwall.pdp.presence import people_present
from tests.property.grant_world import key_line
from tests.unit.pdp.scene import FROM, NOW, UNTIL, ask, edited, institute

KEY = {"key": key_line("shared"), "from": FROM, "until": UNTIL}
LOGIN = {"provider": "idp:house", "subject": "ada"}


def account(name: str, **fields: object) -> Document:
    """Return a person like ada under another id."""
    return edited("user:ada", id=f"user:{name}", **fields)


def count(*others: str, changes: tuple[Document, ...], subject: str = "") -> int:
    known = institute(*changes)
    request = replace(ask(), present=others)
    if subject:
        request = replace(request, subject=subject)
    return people_present(request, known.asset(request.resource, NOW), known, NOW)


def test_a_colleague_counts_once_under_any_number_of_accounts() -> None:
    bob = account("bob"), account("bob2", account_of="user:bob"), account("cal")

    assert count("user:bob", "user:bob2", changes=bob) == 1
    assert count("user:bob2", changes=bob) == 1
    assert count("user:bob", "user:bob2", "user:cal", changes=bob) == 2


def test_of_two_accounts_the_one_that_may_see_it_is_enough() -> None:
    bob = (
        account("bob", compartments=["other"]),
        account("bob2", account_of="user:bob"),
    )

    assert count("user:bob", changes=bob) == 0
    assert count("user:bob", "user:bob2", changes=bob) == 1


@pytest.mark.parametrize(
    "changes",
    [
        (account("ada2", account_of="user:ada"),),
        (account("ada2", keys=[KEY]), edited("user:ada", keys=[KEY])),
        (account("ada2", logins=[LOGIN]), edited("user:ada", logins=[LOGIN])),
    ],
)
def test_nobody_is_their_own_second_pair_of_eyes(
    changes: tuple[Document, ...],
) -> None:
    assert count("user:ada2", changes=changes) == 0
    assert count("user:ada", changes=changes, subject="user:ada2") == 0


def test_who_runs_a_service_is_not_beside_it_by_any_account() -> None:
    both = account("ada2", account_of="user:ada"), account("bob")

    service = "service:runner"
    assert count("user:ada", "user:ada2", changes=both, subject=service) == 0
    assert count("user:ada2", "user:bob", changes=both, subject=service) == 1
