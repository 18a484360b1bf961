"""The tokens of a log held against what is disclosed: each is, or has been erased.

Counts and adds up instead of remembering: a log may hold a text for each entry. Must
never let a value pass that its token is not the commitment to.
"""

import json
import re
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Final

from ringwall.ledger.memory.disclosures import Disclosure, owner_of, tokens_in
from ringwall.ledger.printable import shown
from ringwall.ledger.verification.findings import Finding, Findings
from ringwall.model.events import Event

__all__ = ["DisclosureWalk", "erased_tokens"]

_ROWS: Final = "SELECT token, owner, salt, value FROM disclosure ORDER BY token"
_ERASED: Final = "SELECT tokens FROM erasure"
_ENTRIES: Final = "SELECT idx, entry FROM leaf ORDER BY idx"
_MARK: Final = b":~"
_PERSON: Final = "user:~"
_TEXT: Final = re.compile(r"text:~[A-Za-z0-9_-]{43}")


class DisclosureWalk:
    """Takes in the entries of a log, then looks at what is disclosed.

    Args:
        erased: tokens that the log says have been erased.
        findings: takes in what does not fit.
    """

    def __init__(self, erased: Iterable[str], findings: Findings) -> None:
        self._erased = frozenset(erased)
        self._findings = findings
        self._key = secrets.token_bytes(16)
        self._people: set[str] = set()
        self._texts = 0

    def take_decision(self, data: bytes, subject: str, purpose: str) -> None:
        """Take in a decision of which subject and purpose are known."""
        # Each token has one, and nothing else in it is one.
        marks = data.count(b"~")
        known = subject in self._people
        if marks == known and not purpose:
            return
        if marks == 2 and known and _TEXT.fullmatch(purpose):
            self._take_token(purpose, subject)
        else:
            owner = subject if subject.startswith(_PERSON) else ""
            self._take_tokens(data, owner)

    def take(self, data: bytes, event: Event) -> None:
        """Take in an event of whatever kind."""
        # What an erasure names is no longer to be disclosed.
        if _MARK in data and event["kind"] != "subject.erased":
            self._take_tokens(data, owner_of(event))

    def finish(self, cursor: sqlite3.Cursor) -> None:
        """Look at what is disclosed, now that all entries are known.

        Whoever prunes strikes what no entry names any more: so whatever is disclosed
        is named by an entry whose bytes are there, in a pruned log as in any other.

        Args:
            cursor: to the ledger's database.
        """
        people, texts, strangers = set(self._people), 0, False
        for row in cursor.execute(_ROWS):
            disclosure = Disclosure(*row)
            token = disclosure.token
            if self._check(disclosure):
                continue
            if not token.startswith(_PERSON):
                texts += self._weight(token, disclosure.owner)
            elif token in self._people:
                people.discard(token)
            else:
                strangers = True
        for token in sorted(people):
            self._tell("disclosure-missing", token, _MISSING)
        # A sum of keyed hashes: whoever does not know the key of this very run can't
        # find other texts with the same one.
        if strangers or texts != self._texts:
            self._compare(cursor)

    def _take_tokens(self, data: bytes, owner: str) -> None:
        for token in tokens_in(data):
            self._take_token(token, owner)

    def _take_token(self, token: str, owner: str) -> None:
        if token in self._erased:
            return
        if token.startswith(_PERSON):
            self._people.add(token)
        else:
            self._texts += self._weight(token, owner)

    def _weight(self, token: str, owner: str) -> int:
        seen = f"{token} {owner}".encode("utf-8", "surrogateescape")
        return int.from_bytes(blake2b(seen, key=self._key, digest_size=24).digest())

    def _check(self, row: Disclosure) -> bool:
        """Tell what is wrong with a row by itself; return whether to leave it there."""
        stored: tuple[object, ...] = row
        is_text = isinstance(stored[0], str) and isinstance(stored[1], str)
        if is_text and row.token in self._erased:
            message = "the log says that it has been erased, and it is here"
            self._tell("disclosure-unfounded", row.token, message)
            return True
        is_own = not is_text or not row.token.startswith(_PERSON)
        if not row.is_true or not (is_own or row.owner == row.token):
            self._tell("disclosure-changed", row.token, _CHANGED)
        return not isinstance(stored[0], str)

    def _compare(self, cursor: sqlite3.Cursor) -> None:
        """Name whom no entry names, and texts that are not as the entries have them.

        Only here, where something is wrong, are all of them held at once.
        """
        named, doubtful = self._named(cursor)
        known = self._people | self._erased
        for row in cursor.execute(_ROWS):
            token, owner = row[:2]
            if not isinstance(token, str) or token in known:
                continue
            recorded = named.pop(token, None)
            if recorded is None:
                if token not in doubtful:
                    self._tell("disclosure-unfounded", token, "no entry names it")
            elif recorded != owner and Disclosure(*row).is_true:
                message = f"it is kept for `{shown(owner)}`, the log says `{recorded}`"
                self._tell("disclosure-changed", token, message)
        for token in named:
            self._tell("disclosure-missing", token, _MISSING)

    def _named(self, cursor: sqlite3.Cursor) -> tuple[dict[str, str], set[str]]:
        """Return text -> owner as the entries have it, and what damaged ones name."""
        named: dict[str, str] = {}
        doubtful: set[str] = set()
        for index, data in _marked(cursor):
            if index in self._findings.doubtful:
                doubtful |= tokens_in(data)
                continue
            try:
                owner = owner_of(json.loads(data))
            except (RecursionError, ValueError):
                # Of very many damaged entries not all are findings.
                doubtful |= tokens_in(data)
                continue
            for token in tokens_in(data) - self._erased:
                if not token.startswith(_PERSON):
                    named[token] = owner
        return named, doubtful

    def _tell(self, code: str, token: object, message: str) -> None:
        place = f"table disclosure row {shown(token)}"
        self._findings.add_row(Finding(code, place, message))


def erased_tokens(cursor: sqlite3.Cursor) -> set[str]:
    """Return the tokens that the table of erasures names.

    The same walk compares that table with the entries, so a row that is wrong is
    found there.
    """
    erased: set[str] = set()
    for (tokens,) in cursor.execute(_ERASED):
        if isinstance(tokens, str):
            erased |= tokens_in(tokens)
    return erased


_MISSING: Final = "an entry names it, and nothing on record says what it stands for"
_CHANGED: Final = "the value kept for it is not the one that was recorded"


def _marked(cursor: sqlite3.Cursor) -> Iterator[tuple[int, bytes]]:
    for index, data in cursor.execute(_ENTRIES):
        if isinstance(data, bytes) and _MARK in data:
            yield index, data
