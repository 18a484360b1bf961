"""What is on record, as tests ask for it: by the way that `audit ls` goes."""

from collections.abc import Iterator

from ringwall.ledger.asking.listing import Listed, listed_entries
from ringwall.ledger.asking.questions import Question
from ringwall.ledger.ledger import Ledger

__all__ = ["newest_first"]


def newest_first(ledger: Ledger) -> Iterator[Listed]:
    """Give all entries but those pruned, from the last to the first."""
    return listed_entries(ledger.store, Question())
