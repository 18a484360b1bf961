"""What watch rules find, the slow way: each row looks at all the rows before it.

Obvious rather than fast. Knows nothing of rings, steps and what is dropped.
"""

from collections.abc import Callable, Mapping, Sequence

from ringwall.ledger.asking.passed import Seen
from ringwall.watch.rules import BreadthRule, DenialsRule

__all__ = ["breadth_found", "denials_found"]

_MINUTE = 60_000_000
_HOUR = 60 * _MINUTE


def denials_found(
    rule: DenialsRule, rows: Sequence[Seen], persons: Mapping[str, str]
) -> list[tuple[int, ...]]:
    """Return the entries of each finding; clocks must never go back in `rows`.

    Args:
        rule: what to look for.
        rows: those of the log.
        persons: subject -> the one who answers for it; others stand for themselves.
    """

    def is_about_subject(row: Seen) -> bool:
        is_claim = row.code.partition("-")[0] == "identity"
        return rule.by == "subject" and not is_claim and row.code != "point-unproven"

    counted = [row for row in rows if row.effect == "deny"]
    return _found(
        counted,
        lambda row: (
            persons.get(row.subject, row.subject)
            if is_about_subject(row)
            else row.point
        ),
        rule.minutes * _MINUTE,
        lambda before: before[-rule.count :] if len(before) >= rule.count else [],
    )


def breadth_found(
    rule: BreadthRule, rows: Sequence[Seen], persons: Mapping[str, str]
) -> list[tuple[int, ...]]:
    """Return the entries of each finding; as `denials_found`."""

    def enough(before: list[Seen]) -> list[Seen]:
        latest = {row.resource: row for row in before}
        if len(latest) < rule.count:
            return []
        newest = sorted(latest.values(), key=lambda row: row.entry)
        return newest[-rule.count :]

    counted = [row for row in rows if row.effect == "permit"]
    return _found(
        counted,
        lambda row: persons.get(row.subject, row.subject),
        rule.hours * _HOUR,
        enough,
    )


def _found(
    rows: Sequence[Seen],
    key_of: Callable[[Seen], str],
    window: int,
    enough: Callable[[list[Seen]], list[Seen]],
) -> list[tuple[int, ...]]:
    """Return the entries of each finding, in the order of their last ones.

    Args:
        rows: those that can count.
        key_of: gives what a row is counted by.
        window: microseconds.
        enough: gives those of the rows of a window that make a finding, if any.
    """
    found = []
    told: dict[str, int] = {}
    for number, row in enumerate(rows):
        key = key_of(row)
        if key in told and row.at < told[key] + window:
            continue
        within = [
            other
            for other in rows[: number + 1]
            if key_of(other) == key and other.at > row.at - window
        ]
        made = enough(within)
        if made:
            told[key] = row.at
            found.append(tuple(other.entry for other in made))
    return found
