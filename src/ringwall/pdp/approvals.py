"""What approvals come to, and which ones a request takes.

Asks the concern `quorum`, beside the pipeline. Must never count somebody twice, nor
take an approval for more than its rows say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from ringwall.model.facts import (
    UNKNOWN_AMOUNT,
    ApprovalFacts,
    AssetFacts,
    SiteFacts,
    Situation,
)
from ringwall.model.levels import Quorum
from ringwall.pdp.asked_words import asked_words
from ringwall.pdp.quorum_rows import QuorumRow, quorum_rows
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.outcome import Outcome

__all__ = ["MAX_SEATS", "Demand", "QuorumQuestion", "Quorums", "seats_of"]

MAX_SEATS: Final = 3
"""Most people of one role that a row can ask for."""

_CLASSES: Final[dict[str, type]] = {
    "grant": ApprovalFacts,
    "asset": AssetFacts,
    "site": SiteFacts,
    "action": str,
}
_WORDS: Final = (Quorum.TWO, Quorum.TWO_AND_EXECUTIVE)


class QuorumQuestion(NamedTuple):
    """The request object of the concern `quorum`."""

    grant: ApprovalFacts
    asset: AssetFacts
    site: SiteFacts
    action: str


@dataclass(frozen=True, slots=True)
class Demand:
    """One way to reach a quorum, for people.

    Attributes:
        quorum: what it reaches.
        seats: a role and how many of it, all of them together; none where the glass
            is broken.
        hours: how long the grant may hold.
        uses: how often it may be used; None if that is not limited.
        waited: whole hours from the request to the first use.
        rule: id of the row.
        place: `file:line` of the row.
    """

    quorum: Quorum
    seats: tuple[tuple[str, int], ...]
    hours: int
    uses: int | None
    waited: int
    rule: str
    place: str

    @property
    def told(self) -> str:
        """One line, e.g. `2 custodian AND 1 ciso, at most 72 h, 1 use`."""
        people = " AND ".join(f"{count} {role}" for role, count in self.seats)
        parts = [people or "nobody", f"at most {self.hours} h"]
        if self.uses is not None:
            parts.append(f"{self.uses} use{'' if self.uses == 1 else 's'}")
        if self.waited:
            parts.append(f"{self.waited} h after the request")
        return ", ".join(parts)


class Quorums:
    """Says what approvals come to under one bundle; immutable.

    Args:
        compiled: the concern `quorum`.

    Raises:
        PolicyError: `facts-differ`, it reads facts that don't exist;
            `concern-incomplete`, it lacks a column or asks for no seats;
            `quorum-too-weak`, see `quorum_rows`.
    """

    def __init__(self, compiled: CompiledConcern) -> None:
        compiled.bind(_CLASSES)
        concern = compiled.concern
        self._decide = compiled.decide
        self._seats = asked_words(concern, "grant.seats")
        self._rows: Mapping[str, QuorumRow] = quorum_rows(concern)

    def reached(self, approval: ApprovalFacts, situation: Situation) -> Quorum:
        """Return the highest quorum whose rows permit; none if no row does.

        A row that denies the lower quorum denies the higher one as well, and what
        can't be evaluated comes to nothing.

        Args:
            approval: what was approved; the word in it doesn't count, nor does a
                seat that no row could ask for.
            situation: what it is for: its asset, site and action count.
        """
        approval = replace(approval, seats=approval.seats & self._seats)
        two = self._asked(Quorum.TWO, approval, situation)
        if two.error or (two.rules and not two.permitted):
            return Quorum.NONE
        if self._asked(Quorum.TWO_AND_EXECUTIVE, approval, situation).permitted:
            return Quorum.TWO_AND_EXECUTIVE
        return Quorum.TWO if two.permitted else Quorum.NONE

    def demands(self, situation: Situation, manner: str) -> tuple[Demand, ...]:
        """Return each way to reach a quorum, the lower one first, in file order.

        Args:
            situation: what is to be approved: its asset, site and action count.
            manner: `approved` or `break-glass`.
        """
        # Whoever has every seat, no time, no use and waited for ever meets all that a
        # row says but its scope; so the engine itself says which rows are about it.
        most = ApprovalFacts(Quorum.NONE, manner, self._seats, 0, 0, UNKNOWN_AMOUNT)
        if not self.reached(most, situation):
            return ()
        return tuple(
            _demand(word, self._rows[rule])
            for word in _WORDS
            for outcome in [self._asked(word, most, situation)]
            for rule in (outcome.rules if outcome.permitted else ())
        )

    def _asked(
        self, word: Quorum, approval: ApprovalFacts, situation: Situation
    ) -> Outcome:
        asked = replace(approval, asked=word)
        site, action = situation.site, situation.action
        return self._decide(QuorumQuestion(asked, situation.asset, site, action))


def seats_of(filled: Mapping[str, int]) -> frozenset[str]:
    """Return the seats as a quorum is asked about them.

    Args:
        filled: in the seat of each role, how many people have approved.
    """
    return frozenset(
        f"{role}-{min(count, MAX_SEATS)}" for role, count in filled.items() if count > 0
    )


def _demand(word: Quorum, row: QuorumRow) -> Demand:
    place = f"{row.rule.file}:{row.rule.line}"
    return Demand(word, row.seats, row.hours, row.uses, row.waited, row.rule.id, place)
