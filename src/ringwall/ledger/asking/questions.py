"""What somebody may ask the log for, and who is meant by the name of a subject.

Must never leave out an entry that is asked for because a person has several tokens.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, text

from ringwall.ledger.asking.outcomes import Outcome
from ringwall.ledger.asking.spans import Window
from ringwall.ledger.memory.disclosing import people_of
from ringwall.ledger.statements import fetch

__all__ = ["DECIDED", "LEFT", "Question", "is_token", "tokens_of"]

DECIDED: Final = "decision.made"
"""The kind of which there are very many."""
LEFT: Final = "amount.left"
"""The other kind that names a subject and a resource."""

_TOKEN: Final = re.compile(r"user:~[A-Za-z0-9_-]{4,43}")
_PERSON: Final = "user:"


@dataclass(frozen=True, slots=True)
class Question:
    """Which entries are asked for; what is empty is not asked.

    Attributes:
        window: when they say that they happened.
        kind: of the event.
        subject: id, or for a person who has been erased a token or how it begins.
        resource: id of the asset.
        action: that was asked for.
        effect: permit or deny.
        code: of the first reason of a decision.
        rule: id of one that a decision names.
    """

    window: Window = field(default_factory=Window)
    kind: str = ""
    subject: str = ""
    resource: str = ""
    action: str = ""
    effect: str = ""
    code: str = ""
    rule: str = ""

    @property
    def asks_outcome(self) -> bool:
        """Whether only decisions can be meant."""
        return any((self.action, self.effect, self.code, self.rule))

    @property
    def asks_parties(self) -> bool:
        """Whether only decisions and what left with them can be meant."""
        return self.asks_outcome or bool(self.subject or self.resource)

    @property
    def asks_all(self) -> bool:
        """Whether every entry is meant."""
        return self.window.is_open and not self.kind and not self.asks_parties

    @property
    def can_find(self) -> bool:
        """Whether an entry of the kind that is asked for can be what is asked for."""
        kinds = {DECIDED} if self.asks_outcome else {DECIDED, LEFT}
        return not self.kind or not self.asks_parties or self.kind in kinds

    def takes(self, outcome: Outcome) -> bool:
        """Return whether decisions of this outcome are asked for."""
        return (
            self.effect in {"", outcome.effect}
            and self.code in {"", outcome.code}
            and self.action in {"", outcome.action}
            and (not self.rule or self.rule in outcome.rules.split(" "))
        )

    def fits(self, said: Mapping[str, Any], subjects: frozenset[str]) -> bool:
        """Return whether an entry is one of those asked for.

        Args:
            said: what its rows in the tables say, and its kind.
            subjects: those meant, by their tokens if they are people.
        """
        if self.asks_outcome:
            if said["kind"] != DECIDED:
                return False
            if not self.takes(Outcome(*(said[name] for name in Outcome._fields))):
                return False
        return (
            self.kind in {"", said["kind"]}
            and self.resource in {"", said.get("resource")}
            and (not self.subject or said.get("subject") in subjects)
            and self.window.holds(said["at"])
        )


def is_token(subject: str) -> bool:
    """Return whether a subject is the token of a person, or how one begins."""
    return bool(_TOKEN.fullmatch(subject))


def tokens_of(connection: Connection, subject: str) -> frozenset[str]:
    """Return what a subject is called in the entries, of which there may be several.

    Args:
        connection: to the ledger's database.
        subject: id, token or beginning of a token; empty for nobody.

    Raises:
        IntegrityError: as `people_of`.
    """
    if is_token(subject):
        rows = fetch(connection, _DISCLOSED, subject, subject + "~")
        found = {token for (token,) in rows}
        for (tokens,) in fetch(connection, _ERASED, subject):
            found |= {one for one in json.loads(tokens) if one.startswith(subject)}
        return frozenset(found | {subject})
    if subject.startswith(_PERSON):
        return frozenset(one.token for one in people_of(connection, subject))
    return frozenset({subject} - {""})


_DISCLOSED: Final = text(
    "SELECT token FROM disclosure WHERE token >= :first AND token < :end"
)
_ERASED: Final = text("SELECT tokens FROM erasure WHERE instr(tokens, :start) > 0")
