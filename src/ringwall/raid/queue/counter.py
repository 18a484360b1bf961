"""The counter of the queue: what is next, why, and where the capacity of a week ends.

Must never show, count or name a case that the asker has no need to know of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from ringwall.base.errors import ActRefused, RequestError, UnknownItem
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion
from ringwall.ledger.asking.raid_waiting import QueueTerms, Waiting
from ringwall.model.events import Event
from ringwall.model.raid_events import DESK
from ringwall.raid.acting import READ, Acting
from ringwall.raid.ids import parse_id
from ringwall.raid.linked import title_of
from ringwall.raid.queue.capacity import Capacity
from ringwall.raid.queue.cut import Cut, Staff, cut, staff_of
from ringwall.raid.queue.order import Lifted, lifted, terms_of, why_word
from ringwall.raid.queue.shortage import (
    Below,
    Front,
    below_of,
    drawn,
    looked,
    paged,
)
from ringwall.raid.queue.signing import SignedCut, covers, last_signed, sign_event
from ringwall.raid.scene import Scene
from ringwall.raid.timing import OPEN
from ringwall.raid.words import checked_text

__all__ = ["Place", "QueueCounter", "QueueRow", "Shortage", "Shown"]

_CASE: Final = "raid.case"
_REPORT: Final = "raid.report"
_DIRECT: Final = "raid.direct"
_NOT_HOST: Final = frozenset({"others", "self"})
_AHEAD: Final = 3
_MOST_PEOPLE: Final = 10_000
_MOST_HOURS: Final = 1_000_000


class QueueRow(NamedTuple):
    """An item as it is shown.

    Attributes:
        place: in the queue, from 1 on.
        item: of the queue.
        card: held against its entry.
        title: as it was given; empty if there is none.
        why: in a word.
    """

    place: int
    item: Waiting
    card: RaidCard
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A part of the queue.

    Attributes:
        rows: in order.
        total: items in the whole queue.
        line: place of the last item that the week's capacity is enough for in the
            order of the queue; of a long queue 0 if it lies behind the page.
        staff: for which the line was drawn.
        is_short: whether something is left undone.
        signed: the sign-off that covers the line; None if none does.
        decision: id of the permit.
    """

    rows: Sequence[QueueRow]
    total: int
    line: int
    staff: Staff
    is_short: bool
    signed: SignedCut | None
    decision: str


@dataclass(frozen=True, slots=True)
class Place:
    """Why an item stands where it stands.

    Attributes:
        row: the item.
        keys: as waiting has lifted them.
        outranked: by which key -> how many items stand before it.
        ahead: those just before it.
        others: open clocks of a case that the institute does not owe, which count for
            no place.
        total: items in the queue.
        decision: id of the permit.
    """

    row: QueueRow
    keys: Lifted
    outranked: Mapping[str, int]
    ahead: Sequence[QueueRow]
    others: int
    total: int
    decision: str


@dataclass(frozen=True, slots=True)
class Shortage:
    """A cut line, and what lies below it.

    Attributes:
        line: the cut line.
        first_below: what is first left undone in the order; None if nothing is.
        below: what the line leaves undone.
        bands: severity -> what harm is to be expected.
        signed: the sign-off that covers the line; None if none does.
        decision: id of the permit.
    """

    line: Cut
    first_below: Waiting | None
    below: Below
    bands: Mapping[int, str]
    signed: SignedCut | None
    decision: str


class QueueCounter:
    """Where it is asked what is to be worked on next.

    Args:
        acting: puts the questions.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    @property
    def capacity(self) -> Capacity:
        """What the desk can do, by the rules in force."""
        return self._acting.rules.capacity

    def show(self, who: Who, limit: int = 25, skip: int = 0) -> Shown:
        """Return a part of the queue, with the line of the week's capacity.

        Args:
            who: who asks.
            limit: how many at most.
            skip: how many to leave out, the first.

        Raises:
            AccessDenied: the answer is no.
        """
        decision = self._acting.ask(who, READ, DESK)
        capacity, now = self.capacity, self._acting.gate.clock.now()
        terms = terms_of(capacity, now, self._acting.visible(who))
        signed = last_signed(self._acting.rows, now)
        staff = self._staff(None, None, now)
        front = paged(self._acting.rows.queue, terms, capacity, staff, skip + limit)
        # Of a long queue only the page is looked at: `cut` looks further, and tells
        # what the reserve lifts.
        small = front.small if front.is_whole else None
        line = cut(capacity, staff, front.queue, small, front.total)
        if signed is not None and not covers(signed, line, front.first_below(line)):
            signed = None
        in_order = sum(placed.pool != "reserve" for placed in line.above)
        if not front.is_whole and in_order == len(front.queue):
            in_order = 0
        rows = self._rows(front.queue[skip : skip + limit], skip, now)
        return Shown(
            *(rows, front.total, in_order, staff, line.is_short, signed),
            decision.id,
        )

    def why(self, who: Who, text: str) -> Place:
        """Return why an item stands where it stands.

        Args:
            who: who asks.
            text: id of a case or report, with or without its prefix; of a report that
                is a copy, what stands for it is told.

        Raises:
            AccessDenied: the answer is no.
            RequestError: `id-malformed`.
            UnknownItem: `not-in-queue`, it is not there, or the asker has no need to
                know of it.
        """
        decision = self._acting.ask(who, READ, DESK)
        now = self._acting.gate.clock.now()
        terms = terms_of(self.capacity, now, self._acting.visible(who))
        queue = self._acting.rows.queue
        item = queue.one(terms, self._named(text))
        if item is None:
            raise UnknownItem(
                "not-in-queue",
                f"`{text[:40]}` does not wait in the queue",
                next_step="`ringwall raid queue show` lists what does",
            )
        outranked = queue.outranked(terms, item)
        place = sum(outranked.values())
        first = max(0, place - _AHEAD)
        [row] = self._rows([item], place, now)
        ahead = self._rows(queue.top(terms, place - first, first), first, now)
        keys = lifted(item.priority, item.owned, item.compute, item.reach, item.steps)
        others, total = self._not_owed(item), queue.count(terms)
        return Place(row, keys, outranked, ahead, others, total, decision.id)

    def cut(
        self, who: Who, people: int | None = None, hours: int | None = None
    ) -> Shortage:
        """Return where the capacity of a week ends, and what lies below.

        Args:
            who: who asks.
            people: so many work; as the rules say, or the last sign-off, if None.
            hours: so many are there for cases, whoever works them, in place of people.

        Raises:
            AccessDenied: the answer is no.
            RequestError: `people-malformed` or `hours-malformed`.
        """
        decision = self._acting.ask(who, READ, DESK)
        return self._shortage(who, people, hours, decision.id)

    def sign(
        self,
        who: Who,
        reason: str,
        people: int | None = None,
        hours: int | None = None,
    ) -> Shortage:
        """Answer for the cut line as it is.

        Args:
            who: who asks.
            reason: in words.
            people: as `cut`.
            hours: likewise.

        Raises:
            AccessDenied: the answer is no.
            RequestError: `people-malformed`, `hours-malformed`, `reason-missing`,
                `text-too-long` or `text-unreadable`.
            ActRefused: `nothing-to-sign`, all of the work fits.
        """
        words = checked_text(reason, "reason")
        if not words:
            raise RequestError(
                "reason-missing",
                "a cut line is signed with a reason",
                next_step="say why it has to be so: `--sign REASON`",
            )

        def make(scene: Scene) -> list[Event]:
            staff = self._staff(people, hours, scene.now)
            _, front, line = self._drawn(who, staff, scene.now)
            if not line.is_short:
                raise ActRefused(
                    "nothing-to-sign",
                    "all that waits fits into the week",
                    next_step="`ringwall raid queue show` lists it",
                )
            first = front.first_below(line)
            return [sign_event(scene, self.capacity, line, first, words)]

        done = self._acting.act(who, _DIRECT, DESK, make)
        return self._shortage(who, people, hours, done.decision)

    def _shortage(
        self, who: Who, people: int | None, hours: int | None, decision: str
    ) -> Shortage:
        now, rows = self._acting.gate.clock.now(), self._acting.rows
        staff = self._staff(people, hours, now)
        terms, front, line = self._drawn(who, staff, now)
        first, signed = front.first_below(line), last_signed(rows, now)
        if signed is not None and not covers(signed, line, first):
            signed = None
        below = below_of(rows, terms, line, now)
        return Shortage(line, first, below, self.capacity.bands, signed, decision)

    def _drawn(self, who: Who, staff: Staff, now: int) -> tuple[QueueTerms, Front, Cut]:
        capacity, queue = self.capacity, self._acting.rows.queue
        terms = terms_of(capacity, now, self._acting.visible(who))
        front = looked(queue, terms, capacity, staff)
        return terms, front, drawn(queue, terms, capacity, front, staff)

    def _staff(self, people: int | None, hours: int | None, now: int) -> Staff:
        """Return what there is: as told, as last signed, or as the rules say."""
        if hours is not None:
            if not 0 <= hours <= _MOST_HOURS:
                raise RequestError(
                    "hours-malformed",
                    f"{hours} hours are none that a week of the desk has",
                    next_step=f"give a number from 0 to {_MOST_HOURS:,}",
                )
            return Staff(hours * 60)
        if people is None:
            signed = last_signed(self._acting.rows, now)
            if signed is not None:
                return signed.staff
            return staff_of(self.capacity, self.capacity.people)
        if not 0 <= people <= _MOST_PEOPLE:
            raise RequestError(
                "people-malformed",
                f"{people} analysts are none that a desk has",
                next_step=f"give a number from 0 to {_MOST_PEOPLE:,}",
            )
        return staff_of(self.capacity, people)

    def _not_owed(self, item: Waiting) -> int:
        """Return how many clocks of an item are open that the host does not owe."""
        question = RaidQuestion(
            "raid.clock",
            equal={"case_id": item.id, "state": OPEN, "owed": _NOT_HOST},
        )
        return self._acting.rows.count(question)

    def _named(self, text: str) -> str:
        """Return the id of the item that stands for what is named.

        Raises:
            RequestError: `id-malformed`.
        """
        bare = text.strip().lower()
        if not bare.startswith(("r-", "report:")):
            return parse_id(_CASE, text)
        report = parse_id(_REPORT, text)
        card = self._acting.rows.card(_REPORT, report)
        if card is None or not card.card["alike"]:
            return report
        return str(card.card["alike"])

    def _rows(self, items: Sequence[Waiting], first: int, now: int) -> list[QueueRow]:
        """Return items with their cards and titles.

        What has moved since the order was read is left out: it stands elsewhere now.
        """
        rows, cards = self._acting.rows, dict[str, RaidCard]()
        for kind in (_CASE, _REPORT):
            ids = frozenset(one.id for one in items if f"raid.{one.kind}" == kind)
            if ids:
                found = rows.find(RaidQuestion(kind, equal={"id": ids}))
                cards |= {card.id: card for card in found}
        made = rows.first(list(cards))
        return [
            QueueRow(
                *(first + place, item, cards[item.id]),
                *(title_of(made.get(item.id)), why_word(item, now)),
            )
            for place, item in enumerate(items, 1)
            if item.id in cards and cards[item.id].index == item.entry
        ]
