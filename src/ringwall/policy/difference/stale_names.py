"""Rules and reasons that cases.yaml names and the concern beside it does not have.

Whoever deletes a row leaves such names behind. They don't stop a comparison; must never
be left out of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ringwall.policy.cases.case_file import Cases
from ringwall.policy.concern import Concern
from ringwall.policy.difference.known_cases import KnownCases

__all__ = ["StaleName", "stale_names"]


@dataclass(frozen=True, slots=True)
class StaleName:
    """A rule or a reason that a case expects and its side does not have.

    Attributes:
        concern: name of the concern.
        case: id of the case.
        side: where the case is written: "old" or "new".
        line: 1-based line of the case in that side's `cases.yaml`.
        what: "rule" or "reason".
        name: the id of the rule, or the code of the reason.
    """

    concern: str
    case: str
    side: str
    line: int
    what: str
    name: str


def stale_names(
    name: str,
    old: Concern | None,
    new: Concern | None,
    known: KnownCases | None = None,
) -> tuple[StaleName, ...]:
    """Return what the cases of two versions of a concern name in vain.

    Args:
        name: of the concern.
        old: the concern as it was; None if there was none.
        new: the concern as it is; None if there is none.
        known: cases that were read before, if any were.

    Returns:
        Those of the old side, then those of the new one, each in file order.

    Raises:
        PolicyError: the cases of a side are refused.
    """
    known = known or KnownCases()
    return tuple(
        found
        for side, concern in (("old", old), ("new", new))
        if concern is not None
        for found in _stale(name, side, concern, known.of(concern))
    )


def _stale(name: str, side: str, concern: Concern, cases: Cases) -> Iterator[StaleName]:
    rules = {rule.id for rule in concern.rules}
    codes = {condition.code for condition in concern.conditions}
    for case in cases.cases:
        for what, named, known in (
            ("rule", case.rules, rules),
            ("reason", case.why, codes),
        ):
            for text in dict.fromkeys(named or ()):
                if text not in known:
                    yield StaleName(name, case.id, side, case.line, what, text)
