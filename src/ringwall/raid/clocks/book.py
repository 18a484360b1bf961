"""All clock rules, the places they are counted at, and what makes one suspected.

Must never be made but by `reader`, which has checked every row.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import Final

from ringwall.base.canonical import dump_canonical
from ringwall.raid.clocks.places import Jurisdiction
from ringwall.raid.clocks.rule import ClockRule, Stage

__all__ = ["ClockBook", "Condition"]

_STATES: Final = frozenset({"state", "eea"})
_UNION: Final = "EU"


@dataclass(frozen=True, slots=True)
class Condition:
    """What has to stand in a report.

    Attributes:
        field: of the report; `always` holds for each.
        values: any of them will do.
    """

    field: str
    values: frozenset[str]


@dataclass(frozen=True)
class ClockBook:
    """The rules.

    Attributes:
        rules: id -> rule, in the order of the file.
        places: code -> place.
        triggers: rule id -> alternatives, each a set of conditions.
        holidays_digest: SHA-256 of the table of holidays, in hexadecimal.
    """

    rules: Mapping[str, ClockRule]
    places: Mapping[str, Jurisdiction]
    triggers: Mapping[str, tuple[tuple[Condition, ...], ...]]
    holidays_digest: str

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all of it, in hexadecimal."""
        return sha256(
            dump_canonical(
                {
                    "holidays": self.holidays_digest,
                    "places": [[one.code, one.zone] for one in self.places.values()],
                    "rules": [one.digest for one in self.rules.values()],
                    "triggers": {
                        rule: [
                            [[one.field, *sorted(one.values)] for one in conditions]
                            for conditions in sets
                        ]
                        for rule, sets in self.triggers.items()
                    },
                }
            )
        ).hexdigest()

    def places_of(
        self, rule: ClockRule, states: Iterable[str]
    ) -> tuple[Jurisdiction, ...]:
        """Return where the recipients of a rule sit.

        Args:
            rule: the rule.
            states: codes of the states of the case; those that are not known here are
                left out.

        Returns:
            The states, or the one place of the rule. Where no state is known, all
            member states with no holidays: nothing is added at the end then.
        """
        if rule.at == "state":
            return self.states_named(states)
        if rule.at == "host":
            return (self.places[_UNION],)
        return tuple(place for place in self.places.values() if place.sort == rule.at)

    def states_named(self, states: Iterable[str]) -> tuple[Jurisdiction, ...]:
        """Return the states of some codes; of none that is known, all member states.

        Args:
            states: codes; those that are not known here are left out.
        """
        codes = [code.upper() for code in states]
        named = [self.places[code] for code in codes if code in self.places]
        found = tuple(place for place in named if place.sort in _STATES)
        return found or self._anywhere

    def following(self, rule: str, stage: str) -> list[tuple[ClockRule, Stage]]:
        """Return the stages that the meeting of one arms, itself if it recurs."""
        key = f"{rule}:{stage}"
        return [
            (one, step)
            for one in self.rules.values()
            for step in one.stages
            if key in step.follows
            or (step.recurs and (one.id, step.name) == (rule, stage))
        ]

    @cached_property
    def _anywhere(self) -> tuple[Jurisdiction, ...]:
        zones = {
            place.zone: replace(place, code="", name="any member state", holidays={})
            for place in self.places.values()
            if place.sort == "state"
        }
        return tuple(zones.values())
