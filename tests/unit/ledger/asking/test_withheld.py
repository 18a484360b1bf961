"""Tokens without a disclosure: erased if the log says so, else missing."""

from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.ledger.asking.withheld import Withheld, withheld_of
from tests.unit.ledger.asked_log import asked_log, erase, token_of


def test_only_what_the_log_says_is_erased_is_taken_for_that(tmp_path: Path) -> None:
    file = asked_log(tmp_path)
    ada, bob = token_of(file, "user:ada"), token_of(file, "user:bob")
    erase(file, ada)

    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        found = withheld_of(connection, [ada, bob])
        none = withheld_of(connection, [])

    assert found == {ada: Withheld.ERASED, bob: Withheld.MISSING}
    assert none == {}


def test_the_beginning_of_a_token_is_not_the_token(tmp_path: Path) -> None:
    file = asked_log(tmp_path)
    ada = token_of(file, "user:ada")
    erase(file, ada)

    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        assert withheld_of(connection, [ada[:-1]]) == {ada[:-1]: Withheld.MISSING}


def test_an_erasure_that_no_entry_says_is_found(tmp_path: Path) -> None:
    file = asked_log(tmp_path)
    ada, bob = token_of(file, "user:ada"), token_of(file, "user:bob")
    erase(file, ada)
    file.edit("UPDATE erasure SET tokens = ?", f'["{bob}"]')

    with (
        file.opened(writable=False) as ledger,
        ledger.store.reading() as connection,
        pytest.raises(IntegrityError) as caught,
    ):
        withheld_of(connection, [bob])

    assert caught.value.code == "table-differs"
