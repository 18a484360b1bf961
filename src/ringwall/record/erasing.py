"""Erasing a person: the words and the salts go, the entries and their proofs stay.

Must never erase whom decisions still rest on, nor leave the words in a file of the
ledger.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from ringwall.base.canonical import dump_canonical
from ringwall.base.clock import Clock
from ringwall.base.errors import ConfigurationError, RecordUnavailable, UnknownItem
from ringwall.ledger.ledger import Ledger, RegistryChanges
from ringwall.ledger.memory.disclosing import (
    kept_naming,
    naming,
    people_of,
    tokens_about,
)
from ringwall.ledger.memory.remains import files_with
from ringwall.model.events import Event, subject_erased
from ringwall.model.ids import parse_id
from ringwall.record.settling import record_settled

__all__ = ["Erasure", "erase_person"]

_AT_ONCE: Final = 1000  # tokens that fit one entry


class Erasure(NamedTuple):
    """What is erased, or would be.

    Attributes:
        person: id.
        tokens: pseudonyms under which the person stays in the entries.
        texts: how many other values go: documents, purposes, whatever names them.
        kept: how many texts of cases name them, and stay with their cases.
        entries: indices of the events; none if it was only looked at.
    """

    person: str
    tokens: tuple[str, ...]
    texts: int
    kept: int
    entries: tuple[int, ...] = ()


def erase_person(
    ledger: Ledger, person: str, reason: str, clock: Clock | None
) -> Erasure:
    """Erase all that the ledger keeps about a person, by an event of its own.

    Args:
        ledger: opened for writing; for reading it only says what would go.
        person: id, e.g. `user:ada`.
        reason: why; it goes on record, so it must not name a person.
        clock: None to only say what would go.

    Raises:
        ConfigurationError: `not-a-person`; `reason-missing` or `reason-names-person`;
            `person-on-record`, decisions still rest on what is known of them.
        UnknownItem: `unknown-person`, nothing is kept about them.
        RecordUnavailable: the ledger can't be written; or `erasure-unfinished`, the
            words are gone from the tables but a program that reads keeps an older
            state of the file alive.
        IntegrityError: what is stored is not what was recorded.
    """
    _check_words(person, reason)
    if clock is None:
        _check_not_in_force(person, ledger.registry_since(-1).documents)
        return _found(ledger, person)[0]
    looked: list[Erasure] = []

    def decide(changes: RegistryChanges) -> list[Event]:
        _check_not_in_force(person, changes.documents)
        erasure, tokens = _found(ledger, person)
        looked.append(erasure)
        return [subject_erased(clock.now(), part, reason) for part in _parts(tokens)]

    receipts = record_settled(ledger, decide)
    # What a case goes on saying is in the files, and can't be told from older states.
    if not looked[-1].kept:
        _check_gone(ledger, person)
    return looked[-1]._replace(entries=tuple(receipt.index for receipt in receipts))


def _check_words(person: str, reason: str) -> None:
    try:
        parse_id(person)
        is_person = person.startswith("user:")
    except ValueError:
        is_person = False
    if not is_person:
        raise ConfigurationError(
            "not-a-person",
            f"`{person[:140]}` is not the id of a person",
            next_step="name one such as user:ada; what is no person is not concealed",
        )
    if not reason.strip():
        raise ConfigurationError(
            "reason-missing", "an erasure needs a reason", next_step="give --reason"
        )
    if "user:" in reason or person.partition(":")[2] in re.split(
        r"[^a-z0-9._-]+", reason.lower()
    ):
        raise ConfigurationError(
            "reason-names-person",
            "the reason would keep what it is to erase",
            next_step="name the request by its number, not the person",
        )


def _check_not_in_force(
    person: str, documents: Mapping[str, dict[str, Any] | None]
) -> None:
    word = re.compile(rb'"' + re.escape(person.encode()) + rb'"')
    naming = [
        entity
        for entity, document in documents.items()
        if document is not None and word.search(dump_canonical(document))
    ]
    if naming:
        shown = ", ".join(sorted(naming)[:5])
        raise ConfigurationError(
            "person-on-record",
            f"decisions still rest on `{person}`: {shown} on record",
            next_step="change that with `ringwall apply`, or, once they have left "
            "(`ringwall people leave`), take them off by a file that says "
            f"`remove: [{person}]`; then erase",
        )


def _found(ledger: Ledger, person: str) -> tuple[Erasure, list[str]]:
    with ledger.store.reading() as connection:
        own = tuple(one.token for one in people_of(connection, person))
        tokens = tokens_about(connection, person)
        kept = kept_naming(connection, person)
    if not tokens:
        raise UnknownItem(
            "unknown-person",
            f"nothing is kept about `{person}`",
            next_step="look for the id with `ringwall audit ls --subject`",
        )
    return Erasure(person, own, len(tokens) - len(own), kept), tokens


def _parts(tokens: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(tokens), _AT_ONCE):
        yield tokens[start : start + _AT_ONCE]


def _check_gone(ledger: Ledger, person: str) -> None:
    """Search the very files: what they hold is what can be found."""
    places = files_with(ledger.path, naming(person))
    if places:
        raise RecordUnavailable(
            "erasure-unfinished",
            f"the person is erased, but `{places[0]}` still holds an older state that "
            "a program is reading",
            next_step="end that program, then write anything, such as `ringwall check`",
        )
