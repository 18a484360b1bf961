"""Reports and cases of the RAID desk as assets: looked up one by one, when asked for.

Whether somebody is in the compartment of a case rests on need-to-know, a matter of
record, and on who they are. Must never let what a row of the desk says widen that.
"""

import re
from collections.abc import Mapping
from typing import Final, Protocol

from ringwall.matters.needs import Needs
from ringwall.model.facts import AssetFacts
from ringwall.model.ids import asset_kind
from ringwall.model.levels import Capability
from ringwall.model.raid_events import DESK, INBOX
from ringwall.model.tiers import Tier
from ringwall.pdp.annex import Annexed, Asker

__all__ = ["CaseAnnex", "CaseCards", "case_compartment"]

_RAID: Final = "raid"
_KEPT: Final = re.compile(r"(report:r|case:c)-[a-z2-7]{10}", re.ASCII)
_WHOLE: Final = frozenset({INBOX, DESK})
_CASE: Final = "raid.case"
_REPORT: Final = "raid.report"
_NOTHING: Final = frozenset[str]()
# Whoever keeps the door of a case stands at it, even once it is shut to them.
_AT_THE_DOOR: Final = "raid.compartment"


class _Card(Protocol):
    @property
    def card(self) -> Mapping[str, str | int]: ...


class CaseCards(Protocol):
    """Where the latest row of a report or case is found."""

    def card(self, kind: str, name: str) -> _Card | None:
        """Return the row, held against its own entry; None if there is none."""
        ...


def case_compartment(case: str) -> str:
    """Return the compartment of a case: its id without the prefix."""
    return case.partition(":")[2]


class CaseAnnex:
    """The desk's reports and cases, and who is in the compartment of which.

    Args:
        cards: the rows of the desk.
        needs: need-to-know, as the record tells it; grows with the log.
    """

    def __init__(self, cards: CaseCards, needs: Needs) -> None:
        self._cards = cards
        self._needs = needs

    def keeps(self, entity: str) -> bool:
        """Return whether an id is of the form that the desk gives."""
        return entity in _WHOLE or _KEPT.fullmatch(entity) is not None

    def whole(self, entity: str) -> str:
        """Return the id of the inbox for a report, of the desk for a case."""
        return INBOX if entity.startswith("report:") else DESK

    def look(self, entity: str, asker: Asker) -> Annexed | None:
        """Return a report or case as an asker may see it, None if there is none.

        One lookup for each, and for one that there is not.

        Args:
            entity: id.
            asker: who would reach it.

        Raises:
            IntegrityError: its row is not what its entry says.
        """
        if entity in _WHOLE:
            return Annexed(_asset(entity, frozenset({_RAID})), _NOTHING)
        if entity.startswith("report:"):
            found = self._cards.card(_REPORT, entity)
            if found is None:
                return None
            return Annexed(_asset(entity, frozenset({_RAID})), _NOTHING)
        found = self._cards.card(_CASE, entity)
        if found is None:
            return None
        own = case_compartment(entity)
        authors = _authors(str(found.card["authors"]), asker)
        facts = _asset(entity, frozenset({_RAID, own}), authors)
        inside = self._is_inside(entity, str(found.card["team"]), asker)
        return Annexed(facts, frozenset({own}) if inside else _NOTHING)

    def _is_inside(self, case: str, team: str, asker: Asker) -> bool:
        if asker.accounts and self._needs.opened_to(
            case, asker.id, asker.now, asker.accounts
        ):
            return True
        is_of_team = team in asker.compartments
        if asker.action == _AT_THE_DOOR:
            return is_of_team or not team
        return is_of_team and not self._needs.is_shut(case)


def _authors(told: str, asker: Asker) -> frozenset[str]:
    """Return who wrote a case; nobody escapes that by a further account."""
    authors = frozenset(told.split())
    if authors.isdisjoint(asker.accounts):
        return authors
    return authors | {asker.id}


def _asset(
    entity: str, compartments: frozenset[str], authors: frozenset[str] = _NOTHING
) -> AssetFacts:
    return AssetFacts(
        id=entity,
        kind=asset_kind(entity),
        tier=Tier.UPPER,
        compartments=compartments,
        compute=0,
        capability=Capability.NONE,
        content=_RAID,
        authors=authors,
    )
