"""Publishing at once: the whole log, in the second place before it is stored."""

from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError, RecordUnavailable
from ringwall.ledger.publication.anchor import (
    Anchor,
    begin_anchor,
    held_in,
    read_anchor,
)
from ringwall.ledger.publication.published import (
    Published,
    last_published,
    newest_published,
)
from ringwall.ledger.publication.publishing import publish_head
from ringwall.tlog.checkpoints import open_checkpoint
from tests.fault.ledger_simulator import KEY, ORIGIN, VERIFIER, LedgerFile


@pytest.fixture
def unpublished(file: LedgerFile) -> LedgerFile:
    """Return a log whose checkpoints are gone."""
    file.edit("DELETE FROM checkpoint")
    return file


def test_the_whole_log_is_published_and_stored(unpublished: LedgerFile) -> None:
    with unpublished.opened() as ledger:
        published = publish_head(ledger.store, KEY, ledger.keys, None)
        with ledger.store.reading() as connection:
            assert last_published(connection) == published
        head = ledger.head()

    checkpoint = open_checkpoint(published.note, VERIFIER, ORIGIN)
    assert (checkpoint.size, checkpoint.root) == (head.size, head.root)


def test_one_that_is_there_already_is_taken_as_it_is(file: LedgerFile) -> None:
    [(size, note)] = file.query("SELECT size, note FROM checkpoint")

    with file.opened() as ledger:
        published = publish_head(ledger.store, KEY, ledger.keys, None)

    assert published == Published(size, note)


def test_one_that_the_log_did_not_sign_is_refused(file: LedgerFile) -> None:
    file.edit("UPDATE checkpoint SET note = ?", b"note")

    with file.opened() as ledger, pytest.raises(IntegrityError) as caught:
        publish_head(ledger.store, KEY, ledger.keys, None)

    assert caught.value.code == "note-malformed"


def test_the_second_place_has_it_first(unpublished: LedgerFile, tmp_path: Path) -> None:
    with unpublished.opened() as ledger:
        anchor = Anchor(tmp_path / "anchor", held_in(ledger.store, ledger.keys))
        with pytest.raises(RecordUnavailable) as caught:
            publish_head(ledger.store, KEY, ledger.keys, anchor)
        assert caught.value.code == "anchor-missing"
        with ledger.store.reading() as connection:
            assert newest_published(connection) is None

        first = publish_head(ledger.store, KEY, ledger.keys, None)
        begin_anchor(anchor.path, first.note)
        unpublished.edit("DELETE FROM checkpoint")
        assert publish_head(ledger.store, KEY, ledger.keys, anchor) == first

    assert read_anchor(anchor.path) == first.note
