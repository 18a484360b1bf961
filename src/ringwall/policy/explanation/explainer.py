"""Why a request is denied: the nearest rows, and what would turn the answer.

Reads the same compiled conditions that decide. Must never change an answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from ringwall.policy.concern import Concern
from ringwall.policy.explanation.change import AttributeChange, changes_of, mends_of
from ringwall.policy.explanation.failure import failure_of
from ringwall.policy.explanation.holding import Test
from ringwall.policy.explanation.near_rows import NearRows
from ringwall.policy.explanation.rowsets import RowSet
from ringwall.policy.outcome import FailedCondition, NearRow
from ringwall.policy.row_comments import RowComments, comments_of
from ringwall.policy.rows import Rule

__all__ = ["Explainer"]

_ROWS_TRIED = 64


class Explainer:
    """Explains the denies of one concern.

    What it knows of the rows is put together when it is first asked, then kept.

    Args:
        concern: whose rows.
        tests: one compiled test for each condition, in the same order.
        identifying: places of the conditions that say what a row is about: an
            attribute equals a column.
    """

    __slots__ = (
        "_concern",
        "_deny",
        "_failures",
        "_identifying",
        "_mends",
        "_near",
        "_tests",
    )

    def __init__(
        self, concern: Concern, tests: Sequence[Test], identifying: frozenset[int]
    ) -> None:
        self._concern = concern
        self._tests = tuple(tests)
        self._identifying = tuple(sorted(identifying))
        self._mends = mends_of(concern, identifying)
        self._failures = tuple(failure_of(concern, c) for c in concern.conditions)
        self._near: NearRows | None = None
        self._deny: tuple[Mapping[str, Rule], RowComments] | None = None

    def nearest(
        self, request: object, denying: Sequence[str], limit: int
    ) -> tuple[NearRow, ...]:
        """Return the rows that explain a deny.

        Args:
            request: that was denied without an error.
            denying: ids of the rows that deny it; empty for a default deny.
            limit: the most rows to return.
        """
        if denying:
            rules, comments = self._denying()
            found = [rules[rule] for rule in denying[:limit]]
            return tuple(_near_row(r, (), comments.above(r.line)) for r in found)
        near = self._rows()
        failing = near.failing(request)
        nearest = near.nearest(failing, self._identifying)
        return tuple(
            self._described(request, near.rules[number], _failed(failing, number))
            for number in islice(nearest, limit)
        )

    def changes(self, request: object) -> Iterator[tuple[AttributeChange, ...]]:
        """Give what would make a row match, the fewest attributes first.

        Each is to be tried by deciding again, since another row may then deny, and
        what meets one condition may break another. At most 64 rows are looked at.

        Args:
            request: that was denied without an error, by no row.
        """
        near = self._rows()
        failing = near.failing(request)
        paths = {at: mend.path for at, mend in self._mends.items()}
        for number in islice(near.changeable(failing, paths), _ROWS_TRIED):
            yield changes_of(
                self._concern.schema,
                request,
                near.rules[number].values,
                [self._mends[at] for at in _failed(failing, number)],
            )

    def _rows(self) -> NearRows:
        near = self._near
        if near is None:
            # Two threads may both come here; then both make the same.
            near = self._near = NearRows.of(self._concern, self._tests)
        return near

    def _denying(self) -> tuple[Mapping[str, Rule], RowComments]:
        deny = self._deny
        if deny is None:
            concern = self._concern
            rules = {rule.id: rule for rule in concern.rules if rule.effect == "deny"}
            deny = self._deny = rules, comments_of(concern)
        return deny

    def _described(self, request: object, rule: Rule, failed: Sequence[int]) -> NearRow:
        return _near_row(
            rule, tuple(self._failures[at](rule, request) for at in failed)
        )


def _failed(failing: Sequence[RowSet], number: int) -> list[int]:
    """Return the places of the conditions that a row fails."""
    return [at for at, rows in enumerate(failing) if rows >> number & 1]


def _near_row(
    rule: Rule, failed: tuple[FailedCondition, ...], about: str = ""
) -> NearRow:
    return NearRow(rule.id, rule.file, rule.line, rule.effect, failed, about)
