"""How much of what is on record, who vouches for it, and how far behind they are.

Counted from the tables, which only the verifier compares with the entries. Must never
be taken for a verification.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from ringwall.ledger.asking.covering import Seen, last_seen
from ringwall.ledger.asking.listing import pruned_before
from ringwall.ledger.asking.outcomes import outcomes_of
from ringwall.ledger.asking.questions import DECIDED
from ringwall.ledger.asking.spans import extent_of
from ringwall.ledger.committing.recovery import unacknowledged
from ringwall.ledger.founded import founded, last_of, with_entry
from ringwall.ledger.head import Head, read_head
from ringwall.ledger.memory.disclosing import disclosures_of
from ringwall.ledger.memory.disclosures import reveal_text
from ringwall.ledger.schema import QUORUM
from ringwall.ledger.statements import execute, fetch
from ringwall.ledger.store import Store
from ringwall.model.events import Event

__all__ = ["Decided", "Statistics", "count_entries"]

_TOP: Final = 10


@dataclass(frozen=True, slots=True)
class Decided:
    """What decisions came to.

    Attributes:
        effects: permit and deny -> how many.
        codes: code of the first reason -> how many; the most frequent ten.
        rules: id -> how many decisions name it; the most frequent ten.
        subjects: id -> how many decisions; the most frequent ten.
        subject_count: how many different subjects.
    """

    effects: Mapping[str, int]
    codes: Mapping[str, int]
    rules: Mapping[str, int]
    subjects: Mapping[str, int]
    subject_count: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """What is on record.

    Attributes:
        head: the last one, not verified.
        kinds: kind of event -> how many.
        decided: what decisions came to.
        first: the earliest instant that an entry states, to the second.
        last: the latest one.
        checkpoint: size at the last checkpoint, None if there is none.
        witnesses: what each witness has seen last, its cosignature verified.
        quorum: the event that says how many it takes, None if nobody has said.
        unclean: how often programs ended without closing the log.
        unsure: how many entries may never have been acknowledged.
        writers: how many programs have it open for writing, or had at their end.
        erased: how many tokens of erased people and texts.
        pruned: index before which entries may have lost their bytes.
        file_bytes: size of the file and of what is still to be folded into it.
    """

    head: Head
    kinds: Mapping[str, int]
    decided: Decided
    first: str
    last: str
    checkpoint: int | None
    witnesses: tuple[Seen, ...]
    quorum: Event | None
    unclean: int
    unsure: int
    writers: int
    erased: int
    pruned: int
    file_bytes: int


def count_entries(store: Store, origin: str) -> Statistics:
    """Return what is on record.

    Args:
        store: the file; opening it for reading is enough.
        origin: the log's name.

    Raises:
        IntegrityError: a row on which more than a count rests, or a checkpoint
            that a witness cosigned, is not what was recorded or signed.
    """
    with store.reading() as connection:
        decided = _decided(connection)
        kinds = dict(fetch(connection, _KINDS))
        if decided.effects:
            kinds[DECIDED] = sum(decided.effects.values())
        first, last = extent_of(connection)
        ranges = unacknowledged(connection)
        quorum = [founded("quorum", row) for row in connection.execute(_QUORUM)]
        return Statistics(
            head=read_head(connection),
            kinds=dict(sorted(kinds.items())),
            decided=decided,
            first=first,
            last=last,
            checkpoint=_number(connection, "SELECT max(size) FROM checkpoint"),
            witnesses=last_seen(connection, origin),
            quorum=quorum[0] if quorum else None,
            unclean=len(ranges),
            unsure=_covered(ranges),
            writers=_number(connection, "SELECT count(*) FROM writer") or 0,
            erased=_number(connection, _ERASED) or 0,
            pruned=pruned_before(connection),
            file_bytes=sum(
                path.stat().st_size
                for path in (store.path, store.path.with_name(store.path.name + "-wal"))
                if path.exists()
            ),
        )


def _covered(ranges: Sequence[range]) -> int:
    """Return how many numbers lie in one of the ranges at least."""
    found = end = 0
    for one in sorted(ranges, key=lambda one: one.start):
        found += max(0, one.stop - max(end, one.start))
        end = max(end, one.stop)
    return found


def _decided(connection: Connection) -> Decided:
    effects: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for outcome, count in outcomes_of(connection).items():
        effects[outcome.effect] += count
        codes[outcome.code] += count
        for rule in outcome.rules.split(" "):
            rules[rule] += count
    del codes[""], rules[""]
    subjects, subject_count = _subjects(connection)
    return Decided(
        effects=dict(effects),
        codes=dict(codes.most_common(_TOP)),
        rules=dict(rules.most_common(_TOP)),
        subjects=subjects,
        subject_count=subject_count,
    )


def _subjects(connection: Connection) -> tuple[Mapping[str, int], int]:
    """Return the most frequent subjects by id, and how many different ones there are.

    A person who has several tokens is one subject.
    """
    rows = fetch(connection, _SUBJECTS, _TOP)
    tokens = [str(token) for token, _, _ in rows]
    found = disclosures_of(connection, tokens)
    known = {token: disclosure.value for token, disclosure in found.items()}
    counted = {reveal_text(str(token), known): count for token, count, _ in rows}
    return counted, rows[0][2] if rows else 0


def _number(connection: Connection, query: str) -> int | None:
    value: int | None = execute(connection, query)[0][0]
    return value


_KINDS: Final = text("SELECT kind, count(*) FROM event GROUP BY kind")
_SUBJECTS: Final = text("""
SELECT max(subject), sum(number), count(*) OVER () FROM (
    SELECT subject, count(*) AS number FROM decision GROUP BY subject
) LEFT JOIN disclosure ON token = subject
GROUP BY coalesce(value, subject) ORDER BY 2 DESC, 1 LIMIT :top
""")
_QUORUM: Final = with_entry(QUORUM).where(last_of(QUORUM))
_ERASED: Final = "SELECT sum(json_array_length(tokens)) FROM erasure"
