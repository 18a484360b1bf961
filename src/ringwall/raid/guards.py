"""What must hold beside the state before an act: each guard, and how its no is told.

The names are those of `raid_states`. Must never look anything up: who asks brings the
facts, and an act whose guards nobody judged is no act (`Scene.event`).
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from ringwall.base.errors import ActRefused
from ringwall.raid.outer_guards import OUTER, Guard

__all__ = [
    "GUARDS",
    "OWED_BY_HOST",
    "UNDONE_CLOCKS",
    "apart",
    "demand",
    "is_credibility",
    "is_grave",
    "is_told",
]


OWED_BY_HOST: Final = "host"
"""Who owes what a clock runs for: the institute itself."""
UNDONE_CLOCKS: Final[frozenset[str | int]] = frozenset({"armed", "running"})
"""States of a clock in which what it runs for is neither done nor known as missed."""

GUARDS: Final[Mapping[str, Guard]] = {
    "schema-minimum": Guard(
        "report-below-minimum",
        "a report needs a title and a narrative",
        "`ringwall schema raid-report` shows what a report says",
    ),
    "credibility-assessed": Guard(
        "credibility-missing",
        "a report is validated with its credibility, on the Admiralty scale",
        "say how reliable the source is (A to F) and how credible the content (1 to "
        "6), e.g. `--credibility B2`",
    ),
    "second-if-grave": Guard(
        "second-person-needed",
        "the report tells of death, weapons, weights, what RAID owns or the institute "
        "itself, so that it is set aside by two persons",
        "propose it with a reason; a lead carries it with `ringwall raid second`",
    ),
    "new-evidence": Guard(
        "evidence-missing",
        "a report that was set aside is taken up again for new evidence",
        "say with --reason what is new",
    ),
    "in-triaged-case": Guard(
        "case-not-triaged",
        "a report is accepted by the triage of a case that it is linked to",
        "triage the case first: `ringwall raid triage run CASE`",
    ),
    "review-date": Guard(
        "review-date-missing",
        "a report is deferred to a date, on which it is looked at again",
        "name one that is to come: `--until 2026-12-24`",
    ),
    "no-host-clock": Guard(
        "host-clock-open",
        "a deadline of the institute itself runs for it, so it can't wait",
        "meet it or have it voided first: `ringwall raid clock list`",
    ),
    "feedback": Guard(
        "feedback-missing",
        "a report is closed once its reporter was told, or could not be reached",
        "say with --feedback what they were told, or `--feedback unreachable`",
    ),
    "two-persons": Guard(
        "second-person-needed",
        "this takes a second person",
        "propose it; a lead carries it with `ringwall raid second`",
    ),
    "reason": Guard("reason-missing", "this takes a reason", "give one with --reason"),
    "as-it-was": Guard(
        "state-not-restored",
        "a case that was merged away comes back as it was, and no other way",
        "undo the merge with `ringwall raid unmerge CASE`",
    ),
    "points-valued": Guard(
        "points-not-valued",
        "each decision point has to have a value, or be unknown in so many words",
        "`ringwall raid assess CASE` shows which one lacks it",
    ),
    "assessor-apart": Guard(
        "assessor-is-clerk",
        "whoever took in a report of the case, by whatever account, does not assess it",
        "have another analyst assess it",
    ),
    "raid-owned": Guard(
        "not-raid-owned",
        "the triage does not give the case to RAID",
        "`ringwall raid triage explain CASE` shows what decided",
    ),
    "not-raid-owned": Guard(
        "raid-owned",
        "the case is RAID's own, whatever its route",
        "two persons can decide otherwise: `ringwall raid triage deviate`",
    ),
    "accepted": Guard(
        "handover-not-accepted",
        "a case is handed over when its recipient has accepted it, signed",
        "record the receipt: `ringwall raid route accept HANDOVER --receipt FILE`",
    ),
    "lead-named": Guard(
        "lead-missing",
        "a case is coordinated by somebody",
        "name who leads it first: `ringwall raid lead CASE PERSON`",
    ),
    "host-clocks-done": Guard(
        "host-clock-open",
        "a deadline of the institute itself is neither met nor marked as breached",
        "`ringwall raid clock list CASE` shows which one",
    ),
    "clocks-ended": Guard(
        "clock-open",
        "a deadline about it, whoever owes it, is armed or running, and nothing could "
        "be done about it any more",
        "`ringwall raid clock list CASE` shows which one",
    ),
    "embargo-not-active": Guard(
        "embargo-active",
        "an embargo on the case is active",
        "end it first, on record",
    ),
    "lessons": Guard(
        "lessons-missing",
        "a case is resolved with what was learned from it",
        "say it with --lessons",
    ),
    "rule-sourced": Guard(
        "rule-unsourced",
        "a clock follows a rule with a source",
        "`ringwall raid rules lint` shows which one lacks it",
    ),
    "start-sourced": Guard(
        "start-unsourced",
        "a clock starts at an instant that somebody can show",
        "give the instant, the evidence and where that comes from",
    ),
    "not-an-exercise": Guard(
        "clock-of-an-exercise",
        "what was demonstrated and not suffered starts no clock for serious incidents",
        "if harm was done, assess the case anew",
    ),
    "only-earlier": Guard(
        "clock-start-later",
        "a start is corrected to an earlier one alone",
        "void the clock, which takes two persons, and arm it anew",
    ),
    "in-time": Guard(
        "deadline-passed",
        "the deadline has passed",
        "record the breach first: `ringwall raid clock due --record`",
    ),
    "overdue": Guard(
        "not-overdue",
        "its limit has not passed yet",
        "wait until it has",
    ),
    "recipient-fit": Guard(
        "recipient-unfit",
        "the recipient may not be given this",
        "`ringwall raid route plan CASE` shows who may",
    ),
    "not-raid-owned-or-copy": Guard(
        "raid-owned",
        "what RAID owns is not handed over; others get a copy",
        "send it as a copy",
    ),
    "signed": Guard(
        "receipt-unsigned",
        "a hand-over is accepted by a receipt that its recipient signed",
        "have the recipient sign it",
    ),
    **OUTER,
    "another-person": Guard(
        "same-person",
        "what one person proposes another one carries, and not by a second account",
        "have somebody else carry it",
    ),
    "unchanged": Guard(
        "proposal-outdated",
        "what the proposal was made on has changed since, or its time is over",
        "propose it anew",
    ),
}
"""Name of a guard -> how it is told that it does not hold."""

_CREDIBILITY: Final = re.compile("[A-F][1-6]")
_GRAVE_HARMS: Final = frozenset({"death"})
_GRAVE_WEIGHTS: Final = frozenset({"stolen", "self-exfiltrated"})
# Whole words and their ordinary endings. A doubt takes a second person, no more.
_GRAVE_WORDS: Final = re.compile(
    r"\b(?:death|dead|died|dies|dying|fatal|fatality|fatalities|kill|kills|killed|"
    r"killing|suicide|murder|murdered|weapon|weapons|weaponi[sz]\w*|bomb|bombs|"
    r"explosive|explosives|nerve agent|toxin|toxins|pathogen|pathogens|bioweapon\w*|"
    r"chemical agent|chemical agents|nuclear|radiological|cbrn|weights|exfiltrat\w*|"
    r"self-replicat\w*)\b",
    re.IGNORECASE,
)


def demand(guard: str, *, holds: bool, about: str = "") -> None:
    """Raise unless a guard holds.

    Args:
        guard: its name in `raid_states`.
        holds: whether it does.
        about: id of what it is about; stands before the message.

    Raises:
        ActRefused: it does not, with the code of `GUARDS`.
    """
    told = GUARDS[guard]
    if not holds:
        message = f"`{about}`: {told.message}" if about else told.message
        raise ActRefused(told.code, message, next_step=told.next_step)


def is_credibility(grade: str) -> bool:
    """Tell whether a grade is one of the Admiralty scale, e.g. `B2`."""
    return _CREDIBILITY.fullmatch(grade) is not None


def is_grave(document: Mapping[str, Any], card: Mapping[str, str | int]) -> bool:
    """Tell whether a report mentions death, weapons, weights or what RAID owns.

    Args:
        document: the report.
        card: its row; `owned` and `imminent` are what a first look gave.
    """
    typed = (
        not _GRAVE_HARMS.isdisjoint(_words(document.get("harms")))
        or not _GRAVE_WEIGHTS.isdisjoint(_words(document.get("weights")))
        or "shown" in _words(document.get("behaviour"))
        or bool(card["owned"] or card["imminent"])
    )
    return typed or any(_GRAVE_WORDS.search(text) for text in _texts(document))


def apart(assessor: str, clerks: Collection[str]) -> bool:
    """Tell whether an assessor is none of those who took in the reports of a case.

    Args:
        assessor: the natural person.
        clerks: likewise.
    """
    return assessor not in clerks


def is_told(text: str) -> bool:
    """Tell whether something is said at all: marks that nobody sees say nothing."""
    return any(character.isalnum() for character in text)


def _words(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _texts(value: object) -> Iterable[str]:
    """Give each text in a document, its keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
