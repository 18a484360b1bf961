"""The counter of briefs: one for each state, all on record in one transaction.

Must never give out a brief that is not on record, nor show what was left out to anybody
but who is permitted to brief.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from ringwall.base.clock import format_instant
from ringwall.base.errors import ActRefused, RequestError
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidQuestion
from ringwall.model.events import Event
from ringwall.model.raid_brief_kinds import BRIEF
from ringwall.model.raid_events import DESK
from ringwall.raid.acting import Acting, Done
from ringwall.raid.briefs.brief import Brief, Writer
from ringwall.raid.briefs.changes import Changes, changes_of
from ringwall.raid.briefs.gathering import (
    MEMBERS,
    STRANGER,
    Missed,
    briefed_cases,
    directory_of,
    reached,
)
from ringwall.raid.briefs.terms import BriefTerms, read_terms
from ringwall.raid.ids import new_id
from ringwall.raid.intake.originals import Kept, Originals
from ringwall.raid.scene import Scene
from ringwall.shipped import shipped_path

__all__ = ["ALL", "Briefed", "Briefing", "Made"]

ALL: Final = "all"
"""Instead of a state: each member state."""
_DAY: Final = len("2026-11-23")


class Made(NamedTuple):
    """A brief that is on record.

    Attributes:
        brief: the brief.
        changes: what differs from the last one of its recipient; None if there was
            none, or if nobody asked.
    """

    brief: Brief
    changes: Changes | None


class Briefed(NamedTuple):
    """What was briefed.

    Attributes:
        done: the act.
        made: of each state that could be reached, in order.
        missed: those that get none, and why.
    """

    done: Done
    made: tuple[Made, ...]
    missed: tuple[Missed, ...]


class Briefing:
    """Where states are briefed.

    Args:
        acting: puts the questions and acts.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._kept = Originals(acting.folder)
        self._terms: BriefTerms = read_terms(shipped_path("raid") / "briefs")

    def brief(self, who: Who, state: str, *, is_compared: bool = False) -> Briefed:
        """Write the briefs of one state or of all, and put them on record.

        Args:
            who: the liaison, with a grant of two.
            state: code, or `ALL`.
            is_compared: whether to say what differs from the last ones.

        Raises:
            AccessDenied: the answer is no.
            RequestError: `state-unknown`.
            ActRefused: `nobody-reached`, no state that was asked for has a contact
                that was checked of late and has a key; `government-unknown`, the
                registry has no government of the one that was asked for.
            RecordUnavailable: `original-unwritable`, or the log can't be written.
            IntegrityError: `original-differs`.
        """
        wanted = self._states(state)
        visible = self._acting.visible(who)
        found: list[Made] = []
        missed: list[Missed] = []

        def make(scene: Scene) -> list[Event]:
            found.clear()
            missed.clear()
            writer = Writer(
                briefed_cases(scene, visible),
                self._terms,
                directory_of(scene),
                date.fromisoformat(format_instant(scene.now)[:_DAY]),
                self._acting.exercise,
            )
            events: list[Event] = []
            for one in wanted:
                there = reached(scene, one, self._terms)
                if isinstance(there, Missed):
                    missed.append(there)
                    continue
                brief = writer.brief(there.recipient)
                before = self._last(there.contact.id) if is_compared else None
                changes = None if before is None else changes_of(before, brief.data)
                found.append(Made(brief, changes))
                events.append(self._event(scene, brief, there.contact.name))
            if not events:
                raise _nobody(missed)
            return events

        done = self._acting.act(who, BRIEF, DESK, make)
        return Briefed(done, tuple(found), tuple(missed))

    def _event(self, scene: Scene, brief: Brief, name: str) -> Event:
        """Keep a brief, and return its event."""
        kept = self._kept.keep(brief.data)
        card: Mapping[str, str | int] = {
            "recipient": brief.recipient,
            "content": kept.sha256,
            "label": brief.label.word,
            "reduced": int(brief.is_reduced),
        }
        said = {
            "name": name,
            "bytes": kept.bytes,
            "cases": brief.cases,
            "facts": brief.facts,
            "withheld": dict(brief.withheld),
        }
        return scene.event(BRIEF, new_id(BRIEF), "brief", None, card, said)

    def _last(self, recipient: str) -> bytes | None:
        """Return the last brief of a recipient; None if there was none."""
        asked = RaidQuestion(BRIEF, equal={"recipient": recipient}, order=("-idx",))
        found = self._acting.rows.find(asked)
        if not found:
            return None
        card = found[0]
        size = int(card.event["said"]["bytes"])
        return self._kept.read(Kept(str(card.card["content"]), size))

    def _states(self, state: str) -> Sequence[str]:
        """Return the codes of the states that are to be briefed, in order."""
        states = self._acting.rules.routes.states
        members = sorted(one.id for one in states.values() if one.group == MEMBERS)
        if state == ALL:
            return members
        if state.upper() not in members:
            raise RequestError(
                "state-unknown",
                f"`{state[:40]}` is no member state",
                next_step=f"one of {', '.join(members)}, or {ALL}",
            )
        return [state.upper()]


def _nobody(missed: Sequence[Missed]) -> ActRefused:
    told = missed[0].state if len(missed) == 1 else f"any of {len(missed)} states"
    if all(one.why == STRANGER for one in missed):
        return ActRefused(
            "government-unknown",
            f"the registry has no government of {told}: nothing was agreed with it",
            next_step="declare `gov:` and its code with an agreement and evidence of "
            "cybersecurity, and apply the file: `ringwall apply FILE`",
        )
    return ActRefused(
        "nobody-reached",
        f"nobody of {told} can be briefed: no contact has a key and was checked of "
        "late",
        next_step="put them into raid/routes/contacts.csv, and put it in force with "
        "`ringwall raid rules adopt`",
    )
