"""The plan of a case: who takes it, who gets a copy, and what still stands in the way.

Must never name an enforcing body but as the reporter's own duty or for statistics,
nor leave out a body since something is not known: it says what is missing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ringwall.base.clock import format_instant
from ringwall.raid.routing.conditions import Held, Holding
from ringwall.raid.routing.duties import owed
from ringwall.raid.routing.facts import CaseFacts
from ringwall.raid.routing.labels import Tlp
from ringwall.raid.routing.rows import (
    UNION,
    Addressee,
    Contact,
    Function,
    Route,
    Routes,
)

__all__ = [
    "CLEARED",
    "MAX_VERIFIED_DAYS",
    "Missing",
    "Plan",
    "PlannedRow",
    "ceiling_of",
    "is_verified",
    "plan",
]

MAX_VERIFIED_DAYS: Final = 180
"""A contact that was checked longer ago has to be checked again."""
CLEARED: Final = frozenset({"export-control", "two-persons"})
"""What stands in the way of sending until somebody does something for it."""


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A recipient by one route.

    Attributes:
        route: id of the row of the table.
        recipient: id of the contact; of the function and state if nobody is known.
        function: id of the function.
        state: code, `EU`, or empty if it is not known.
        name: of the body; of the function if nobody is known.
        role: `owner` (RAID itself), `primary`, `copy`, `duty` (the reporter's own:
            behind the barrier) or `aggregate` (statistics alone).
        part: of the facts: `all`, `defence` or `summary`.
        why: the facts that the route holds by.
        ceiling: highest label that the recipient may be told.
        blocks: what stands in the way of sending, in order.
        clocks: ids of the clock rules to show to the reporter: those of the route
            that are owed, or may be.
    """

    route: Route
    recipient: str
    function: str
    state: str
    name: str
    role: str
    part: str
    why: tuple[str, ...]
    ceiling: Tlp
    blocks: tuple[str, ...]
    clocks: tuple[str, ...] = ()

    @property
    def is_sendable(self) -> bool:
        """Whether a package may go there once what can be cleared is cleared."""
        return self.role in ("primary", "copy") and not set(self.blocks) - CLEARED


@dataclass(frozen=True, slots=True)
class Missing:
    """A row, or one of its recipients, that may hold.

    Attributes:
        route: the row.
        functions: ids of who would hear of it, in order.
        facts: what would settle it.
    """

    route: Route
    functions: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Who must hear of a case.

    Attributes:
        case: its id.
        label: of the case.
        is_owned: whether RAID owns it: then whoever is told gets a copy.
        rows: recipients, in the order of the table.
        missing: what may be to do besides.
        unread: sectors that were named and are in no row.
        unsettled: clock -> the facts that would settle whether it is owed.
    """

    case: str
    label: Tlp
    is_owned: bool
    rows: tuple[PlannedRow, ...]
    missing: tuple[Missing, ...]
    unread: tuple[str, ...]
    unsettled: Mapping[str, tuple[str, ...]]


def plan(case: CaseFacts, tables: Routes, now: int) -> Plan:
    """Return the plan of a case.

    Args:
        case: what is known of it.
        tables: in force.
        now: instant, for how long ago contacts were checked.
    """
    rows: list[PlannedRow] = []
    missing: list[Missing] = []
    held = {name: route.when.held(case.facts) for name, route in tables.routes.items()}
    certain = [
        route
        for name, route in tables.routes.items()
        if held[name].holding is Holding.YES
    ]
    # What the table gives to RAID stays with it until two persons decide otherwise.
    is_owned = case.standing.is_owned or (
        not case.standing.is_disowned
        and any(route.owner != "sector" for route in certain)
    )
    planner = _Planner(case, tables, now, is_owned)
    for name, route in tables.routes.items():
        if held[name].holding is Holding.OPEN:
            missing.append(Missing(route, _functions(route), held[name].missing))
        elif held[name].holding is Holding.YES:
            rows += planner.rows(route, held[name])
            missing += planner.open_addressees(route)
    standing = case.standing
    shown = {row.route.id: owed(row.route.clocks, case, tables) for row in rows}
    return Plan(
        *(standing.id, standing.label, is_owned),
        rows=tuple(replace(row, clocks=shown[row.route.id].clocks) for row in rows),
        missing=tuple(missing),
        unread=case.unread,
        unsettled={
            clock: facts
            for found in shown.values()
            for clock, facts in found.open.items()
        },
    )


def _functions(route: Route) -> tuple[str, ...]:
    named = (one.function for one in (*route.primary, *route.copies))
    return (*named, *route.aggregate)


@dataclass(frozen=True, slots=True)
class _Planner:
    case: CaseFacts
    tables: Routes
    now: int
    is_owned: bool

    def rows(self, route: Route, held: Held) -> Iterator[PlannedRow]:
        """Give the recipients of a row that holds."""
        if route.owner in ("raid", "joint"):
            yield _row(route, "RAID", "owner", held)
        for role, addressees in (("primary", route.primary), ("copy", route.copies)):
            for one in addressees:
                and_held = one.when.held(self.case.facts)
                why = Held(Holding.YES, (*held.why, *and_held.why))
                told = self._told(route, one, role, why)
                if and_held.holding is Holding.YES:
                    yield from told
                elif and_held.holding is Holding.OPEN:
                    # Nothing goes to whom is behind the barrier: to name it while it
                    # is open costs nobody anything, and not to may cost a deadline.
                    yield from (row for row in told if row.role == "duty")
        for function in route.aggregate:
            name = self.tables.functions[function].name
            yield _row(route, name, "aggregate", held, function)

    def open_addressees(self, route: Route) -> Iterator[Missing]:
        """Give those of its recipients that a missing fact decides on."""
        for one in (*route.primary, *route.copies):
            held = one.when.held(self.case.facts)
            if held.holding is Holding.OPEN:
                yield Missing(route, (one.function,), held.missing)

    def _told(
        self, route: Route, one: Addressee, role: str, held: Held
    ) -> Iterator[PlannedRow]:
        function = self.tables.functions[one.function]
        for state, contact in self._whom(route, one.function):
            barred = self.tables.is_behind_barrier(route, one.function, contact)
            place = "" if state == UNION else f".{state.lower() or 'unknown'}"
            yield PlannedRow(
                route,
                contact.id if contact is not None else one.function + place,
                one.function,
                state,
                contact.name if contact is not None else function.name,
                "duty" if barred else self._role(role),
                one.part,
                held.why,
                ceiling_of(function, contact),
                () if barred else self._blocks(route, function, state, contact),
            )

    @property
    def _is_outside(self) -> bool:
        return self.case.facts["eea"].values == {"no"}

    def _role(self, role: str) -> str:
        return "copy" if self.is_owned else role

    def _whom(self, route: Route, function: str) -> list[tuple[str, Contact | None]]:
        """Return the states and contacts of a function; None where nobody is known."""
        scope = self.tables.functions[function].scope
        if scope == "party":
            return self._party(function)
        places: tuple[str, ...] = (UNION,)
        if scope == "state":
            # Where no state is concerned, no state's body is; a danger is somebody's.
            nowhere = () if self._is_outside and not route.is_danger else ("",)
            places = self.case.states or nowhere
        found: list[tuple[str, Contact | None]] = []
        for state in places:
            contacts = self.tables.contacts_of(function, state)
            found += [(state, contact) for contact in contacts] or [(state, None)]
        return found

    def _party(self, function: str) -> list[tuple[str, Contact | None]]:
        """Return those contacts alone whom the reports of the case name."""
        named = {name.casefold() for name in self.case.developers}
        known = [
            contact
            for contact in self.tables.contacts_of(function, UNION)
            if contact.name.casefold() in named
        ]
        return [(UNION, contact) for contact in known] or [(UNION, None)]

    def _blocks(
        self, route: Route, function: Function, state: str, contact: Contact | None
    ) -> tuple[str, ...]:
        ceiling = ceiling_of(function, contact)
        checks = {
            "state-unknown": not state,
            "no-contact": contact is None,
            "unverified": contact is not None and not contact.verified_on,
            "stale": contact is not None and self._is_stale(contact),
            "keyless": contact is not None and contact.key is None,
            "ceiling": self.case.standing.label > ceiling,
            # 6.5, 10: the lead and a second person agree before it is told.
            "suspect": function.scope == "party" and self.case.may_be_suspect,
            "export-control": route.export_control,
            "two-persons": route.is_danger,
        }
        return tuple(name for name, stands in checks.items() if stands)

    def _is_stale(self, contact: Contact) -> bool:
        return bool(contact.verified_on) and not is_verified(contact, self.now)


def is_verified(contact: Contact, now: int) -> bool:
    """Return whether somebody has checked a contact of late.

    Args:
        contact: of the tables.
        now: instant.
    """
    if not contact.verified_on:
        return False
    today = date.fromisoformat(format_instant(now)[:10])
    days = (today - date.fromisoformat(contact.verified_on)).days
    return 0 <= days <= MAX_VERIFIED_DAYS


def ceiling_of(function: Function, contact: Contact | None) -> Tlp:
    """Return the highest label that a function, or who has it, may be told.

    Args:
        function: of the tables.
        contact: who has it; None if nobody is known.
    """
    if contact is None or contact.ceiling is None:
        return function.ceiling
    return min(function.ceiling, contact.ceiling)


def _row(
    route: Route, name: str, role: str, held: Held, function: str = "raid"
) -> PlannedRow:
    """Return a row to which nothing is sent."""
    return PlannedRow(
        *(route, function, function, UNION, name, role, "summary", held.why),
        ceiling=Tlp.CLEAR,
        blocks=(),
    )
