"""What a permit obliges to: the words that the concern `obligation` puts on it.

Must never leave one out because the question could not be evaluated.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from ringwall.base.errors import Fault, PolicyError
from ringwall.model.facts import Situation
from ringwall.model.tiers import Tier
from ringwall.pdp.asked_words import asked_words
from ringwall.policy.compiler import CompiledConcern

__all__ = ["OBLIGATION_UNKNOWN", "KeptAsset", "ObligationQuestion", "Obligations"]

OBLIGATION_UNKNOWN: Final = "obligation-unknown"
"""Stands for obligations that could not be worked out. It is no word of the policy, so
whoever denies on an obligation that it does not know denies."""

_REMEMBERED: Final = 4096  # more than there are actions, kinds and tiers


@dataclass(frozen=True, slots=True)
class KeptAsset:
    """All that an obligation may look at of an asset, so that it can be remembered."""

    kind: str
    tier: Tier


class ObligationQuestion(NamedTuple):
    """The request object of the concern: does a permit for this carry that?"""

    asset: KeptAsset
    action: str
    obligation: str


class Obligations:
    """Says what permits oblige to under one bundle; immutable.

    Args:
        compiled: the concern `obligation`.

    Raises:
        PolicyError: `facts-differ`, it reads more than kind, tier and action;
            `concern-incomplete`, it does not ask about action, kind or obligation in
            words; `obligation-lifted`, a row denies: nothing takes an obligation off
            again.
    """

    def __init__(self, compiled: CompiledConcern) -> None:
        compiled.bind({"asset": KeptAsset, "action": str, "obligation": str})
        _check_rows(compiled)
        self._decide = compiled.decide
        concern = compiled.concern
        self._words = sorted(asked_words(concern, "obligation"))
        self._actions = asked_words(concern, "action")
        self._kinds = asked_words(concern, "asset.kind")
        self._known = lru_cache(maxsize=_REMEMBERED)(self._asked)

    def of(self, situation: Situation) -> tuple[str, ...]:
        """Return the obligations of a permit, sorted; none if no row matches.

        Returns:
            `OBLIGATION_UNKNOWN` among them if the question can't be evaluated, or is
            about an action or a kind that the concern has no word for. Then the
            answer has to be a deny.
        """
        asset = situation.asset
        return self._known(situation.action, asset.kind, asset.tier)

    def _asked(self, action: str, kind: str, tier: Tier) -> tuple[str, ...]:
        if action not in self._actions or kind not in self._kinds:
            # No row can match a word that there is not, so none would be an error.
            return (OBLIGATION_UNKNOWN,)
        asset = KeptAsset(kind, tier)
        found = set()
        for word in self._words:
            outcome = self._decide(ObligationQuestion(asset, action, word))
            if outcome.error:
                found.add(OBLIGATION_UNKNOWN)
            elif outcome.permitted:
                found.add(word)
        return tuple(sorted(found))


def _check_rows(compiled: CompiledConcern) -> None:
    lifting = [rule for rule in compiled.concern.rules if rule.effect == "deny"]
    if lifting:
        message = "a row puts an obligation on a permit, and takes none off"
        raise PolicyError(
            "obligation-lifted",
            f"the row `{lifting[0].id}` would take an obligation off",
            next_step="narrow the rows that put it on instead",
            faults=tuple(
                Fault(rule.file, rule.line, 0, "obligation-lifted", message)
                for rule in lifting
            ),
        )
