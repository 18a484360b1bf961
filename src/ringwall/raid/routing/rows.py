"""The rows of the routing table, and those it names: functions, contacts, states.

Must never say of an enforcing function that it may be told of a case.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ringwall.raid.routing.conditions import Condition
from ringwall.raid.routing.enforcing import does_enforce
from ringwall.raid.routing.labels import Tlp
from ringwall.signing.ssh import SshKey

__all__ = [
    "OUTSIDE",
    "UNION",
    "Addressee",
    "Contact",
    "Duty",
    "Function",
    "Route",
    "Routes",
    "State",
]

UNION: Final = "EU"
"""In place of a state: a body of the Union, or outside all states."""
OUTSIDE: Final = "outside"
"""In place of a state: none of the Union or the EEA."""

_ALL_ENFORCE: Final = "E"
_PARTED: Final = re.compile(r"[,;/&]| and ")


@dataclass(frozen=True, slots=True)
class State:
    """A member state of the Union or of the EEA.

    Attributes:
        id: ISO 3166-1 code.
        name: English.
        group: `union` or `eea`.
        zone: of the IANA time zone database.
        languages: official ones, as BCP 47 tags.
    """

    id: str
    name: str
    group: str
    zone: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """What a body is there for, e.g. to run the CSIRT of a state.

    Attributes:
        id: of the function.
        name: of it.
        scope: `union`, `state` (one in each), `party` (named by the case) or
            `outside`.
        enforcement: `yes`, `no`, or `split`: bodies that do both.
        ceiling: highest label of what it may be told.
        silence_hours: after so long without a signed acceptance a hand-over lapses.
        note: where it comes from.
    """

    id: str
    name: str
    scope: str
    enforcement: str
    ceiling: Tlp
    silence_hours: int
    note: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A body that has a function.

    Attributes:
        id: of the contact, e.g. `csirt.de`.
        function: id of the function.
        state: code; `EU` for a body of the Union or outside all states.
        name: of the body.
        enforcement: of the body in this function; `split` if it does both.
        ceiling: lower than that of its function, or None.
        key: by which it signs what it has received; None if it is not known.
        channel: how a package reaches it; empty if it is not known.
        confidence: how far the row can be relied on.
        source: where it comes from.
        verified_on: day on which somebody checked it, `2026-11-22`; empty if nobody.
        verifier: who did; empty if nobody.
    """

    id: str
    function: str
    state: str
    name: str
    enforcement: str
    ceiling: Tlp | None
    key: SshKey | None
    channel: str
    confidence: str
    source: str
    verified_on: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Addressee:
    """A function that a route names.

    Attributes:
        function: id of the function.
        part: of the facts that it is told: `all`, `defence` or `summary`.
        when: only then; a condition that always holds if nothing is said.
    """

    function: str
    part: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Route:
    """A row: a risk, and who must hear of it.

    Attributes:
        id: of the row, permanent.
        risk: in words.
        when: it is this risk.
        owner: `raid`, `sector` or `joint`.
        primary: who takes the case over.
        copies: who gets a copy.
        aggregate: functions that only ever see statistics of it.
        role: `S` supports, `E` enforces (all its bodies stay behind the barrier), `M`
            mixed, `D` danger to life, `-` none.
        basis: in law or elsewhere.
        clocks: ids of the clock rules to show to the reporter.
        confidence: how far the row can be relied on.
        export_control: whether the transfer has to be checked first.
        note: what else is to be known.
    """

    id: str
    risk: str
    when: Condition
    owner: str
    primary: tuple[Addressee, ...]
    copies: tuple[Addressee, ...]
    aggregate: tuple[str, ...]
    role: str
    basis: str
    clocks: tuple[str, ...]
    confidence: str
    export_control: bool
    note: str

    @property
    def is_danger(self) -> bool:
        """Whether the row is that of an imminent danger to life."""
        return self.role == "D"


@dataclass(frozen=True, slots=True)
class Duty:
    """What the facts of a case say of a duty to report.

    Attributes:
        id: of a clock rule; of a value of `legal` where it is suspected.
        sort: `owed`: the clock is not owed where this certainly does not hold;
            `suspect`: that event is suspected where this certainly holds.
        when: it is so.
        confidence: how far the row can be relied on.
        note: the reading of the law that it rests on.
    """

    id: str
    sort: str
    when: Condition
    confidence: str
    note: str


@dataclass(frozen=True)
class Routes:
    """All tables.

    Attributes:
        routes: by id, in the order of the file.
        functions: by id.
        contacts: by id.
        states: by code.
        sectors: what a reporter may write, lower case -> id of the sector.
        sector_names: id of a sector -> its name.
        duties: by id.
    """

    routes: Mapping[str, Route]
    functions: Mapping[str, Function]
    contacts: Mapping[str, Contact]
    states: Mapping[str, State]
    sectors: Mapping[str, str]
    sector_names: Mapping[str, str]
    duties: Mapping[str, Duty]

    def sectors_of(self, text: str) -> frozenset[str]:
        """Return the sectors that somebody names; none if a word is in no row.

        Args:
            text: one or more names or aliases, in any case, with `,`, `/`, `;` or
                `and` between them.
        """
        named, unread = self.sectors_in(text)
        return frozenset() if unread else named

    def sectors_in(self, text: str) -> tuple[frozenset[str], tuple[str, ...]]:
        """Return the sectors that somebody names, and the words that are in no row.

        Args:
            text: as `sectors_of`.
        """
        whole = " ".join(text.lower().split())
        parts = [whole] if whole in self.sectors else _PARTED.split(whole)
        words = tuple(filter(None, map(str.strip, parts)))
        found = {word: self._sector(word) for word in words}
        named = frozenset(name for name in found.values() if name)
        return named, tuple(word for word in words if not found[word])

    def _sector(self, word: str) -> str:
        """Return the sector of a word; of its plain form where only that is there."""
        bare = word.removesuffix(" sector").removesuffix(" industry")
        forms = (word, bare, bare.removesuffix("s"), f"{bare}s")
        return next((self.sectors[one] for one in forms if one in self.sectors), "")

    def contacts_of(self, function: str, state: str) -> tuple[Contact, ...]:
        """Return who has a function in a state; none if nobody is known."""
        return tuple(
            contact
            for contact in self.contacts.values()
            if (contact.function, contact.state) == (function, state)
        )

    def is_behind_barrier(
        self, route: Route, function: str, contact: Contact | None
    ) -> bool:
        """Return whether a recipient must not be told of a single case.

        Judged as if it had a key of its own: where it lacks one, the plan says that
        this stands in the way. Where nobody is known of a function that is both, no
        part of it is known to be apart. A danger to life is the one route that leads
        past, and two persons open it.

        Args:
            route: that names the function.
            function: its id.
            contact: who has it; None if nobody is known.
        """
        if route.is_danger:
            return False
        flag = self.functions[function].enforcement
        own = contact.enforcement if contact is not None else "no"
        is_behind = does_enforce(flag, own, has_key=contact is not None)
        return route.role == _ALL_ENFORCE or is_behind
