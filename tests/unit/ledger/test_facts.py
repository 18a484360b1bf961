"""Facts: what an entry declares, or a refusal that names the entry."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.ledger.facts import entities_of, facts_of
from ringwall.model.events import Event, fact_declared, fact_removed
from ringwall.model.parties import Organisation
from tests.fault.ledger_simulator import AT, LedgerFile, creation

HUB = {"id": "org:hub", "relation": "institute"}


def declared(entity: str, document: Mapping[str, Any]) -> Event:
    """Return an event that declares a document as an entity."""
    return {**fact_declared(AT, dict(HUB)), "id": entity, "document": dict(document)}


def on_record(folder: Path, *events: Event) -> LedgerFile:
    """Return a log with some facts on record."""
    return LedgerFile(folder, (creation(), *events))


def refused(file: LedgerFile) -> IntegrityError:
    """Return why the facts of a log can't be read."""
    with file.opened(writable=False) as ledger:
        documents = ledger.registry_since(-1).documents
        with pytest.raises(IntegrityError) as caught:
            facts_of(ledger.store, documents)
    assert caught.value.code == "fact-malformed"
    return caught.value


def test_facts_are_read_as_what_they_declare(tmp_path: Path) -> None:
    file = on_record(
        tmp_path,
        declared("org:hub", HUB),
        declared("org:old", {**HUB, "id": "org:old"}),
        fact_removed(AT, "org:old"),
    )
    with file.opened(writable=False) as ledger:
        documents = ledger.registry_since(-1).documents
        facts = facts_of(ledger.store, documents)
        entities = entities_of(ledger.store, documents)

    hub = Organisation.model_validate(HUB)
    assert facts == {"org:hub": hub, "org:old": None}
    assert entities == {"org:hub": hub}


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"id": "org:hub"},
        {"id": "org:hub", "relation": "owner"},
        {"id": "planet:x", "relation": "institute"},
        {"id": 5, "relation": "institute"},
        {**HUB, "more": "\x1b[31m"},
    ],
)
def test_what_is_no_entity_is_refused_by_its_entry(
    tmp_path: Path, document: Mapping[str, Any]
) -> None:
    error = refused(on_record(tmp_path, declared("org:hub", document)))

    assert error.message == "entry 1 declares what is no entity as `org:hub`"


@pytest.mark.parametrize("document", [5, [], "user:eve", {}])
def test_a_concealed_document_that_is_none_is_refused(
    tmp_path: Path, document: object
) -> None:
    event = {**declared("user:eve", {}), "document": document}
    error = refused(on_record(tmp_path, event))

    assert error.message == "entry 1 declares what is no entity as `user:eve`"


def test_what_is_declared_as_another_entity_is_refused(tmp_path: Path) -> None:
    error = refused(on_record(tmp_path, declared("org:\x1bother", HUB)))

    assert error.message.startswith("entry 1 declares another entity as `org:")
    assert error.message.isprintable()


def test_a_fact_that_has_gone_meanwhile_is_refused_without_a_place(
    tmp_path: Path,
) -> None:
    file = on_record(tmp_path)
    with file.opened(writable=False) as ledger, pytest.raises(IntegrityError) as caught:
        facts_of(ledger.store, {"org:hub": {}})
    assert caught.value.message == ("an entry declares what is no entity as `org:hub`")
