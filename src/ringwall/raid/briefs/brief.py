"""A brief: of all cases, exactly the facts that the contact of a state may be told.

The same facts on the same day are the same bytes. Must never hold, count or hint at
what was left out: that is for who approves alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import ActRefused
from ringwall.raid.briefs.cases import BriefedCase, has_agreed
from ringwall.raid.briefs.terms import BriefTerms
from ringwall.raid.outgoing.barrier import Content, Recipient, may_go
from ringwall.raid.routing.facts import POINTS
from ringwall.raid.routing.labels import Tlp
from ringwall.raid.routing.package import Offer, offered
from ringwall.raid.shield.small_sets import Known, check_set

__all__ = ["FORMAT", "NOTE", "Brief", "Writer", "of_developer"]

FORMAT: Final = "ringwall-brief"
"""What a brief calls itself."""
NOTE: Final = (
    "more is known than may be told while no attestation of cybersecurity that the "
    "institute's policies accept is in date"
)
"""What a reduced brief says where that may be said."""

_LAPSED: Final = "attestation-lapsed"
_SMALL: Final = "too-few-reporters"
_EMBARGO: Final = "embargo"
_RAID: Final = "raid"
_REPORTER: Final = "reporter"


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief, and what who approves it alone is told.

    Attributes:
        state: code.
        recipient: id of the contact.
        data: canonical JSON.
        digest: SHA-256 of it, hex.
        label: the highest of its facts.
        cases: how many it tells of.
        facts: how many it tells.
        is_reduced: whether the attestation of the state has lapsed.
        withheld: why facts were left out -> how many.
    """

    state: str
    recipient: str
    data: bytes
    digest: str
    label: Tlp
    cases: int
    facts: int
    is_reduced: bool
    withheld: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes briefs on one day.

    Attributes:
        cases: of which briefs may tell.
        terms: what briefs go by.
        directory: of people who could have reported.
        day: on which it is written.
        exercise: name of the exercise that all is part of; empty for none.
    """

    cases: Sequence[BriefedCase]
    terms: BriefTerms
    directory: Sequence[Known]
    day: date
    exercise: str = ""

    def brief(self, recipient: Recipient) -> Brief:
        """Return the brief for one recipient.

        Args:
            recipient: contact of a state, as it stands; one whose attestation has
                lapsed gets a reduced brief.
        """
        reduced = not recipient.is_attested
        ceiling = recipient.ceiling
        if reduced:
            ceiling = min(ceiling, self.terms.reduced)
        told: list[dict[str, Any]] = []
        withheld: Counter[str] = Counter()
        labels = [Tlp.CLEAR]
        is_noted = False
        for case in sorted(self.cases, key=lambda one: one.facts.standing.id):
            judge = _Judge(case, recipient, ceiling, self)
            facts = []
            for offer, why in judge.judged():
                if why:
                    withheld[why] += 1
                    is_noted |= why == _LAPSED and offer.label <= self.terms.note
                    continue
                labels.append(offer.label)
                facts.append(_told(offer, case))
            if facts:
                told.append(self._case(case, facts))
        days = timedelta(days=self.terms.days)
        document = {
            "v": 1,
            "kind": FORMAT,
            "state": recipient.state,
            "recipient": recipient.contact,
            "on": self.day.isoformat(),
            "expires": (self.day + days).isoformat(),
            "label": max(labels).word,
            "reduced": reduced,
            "note": NOTE if is_noted else "",
            "cases": told,
            **({"exercise": self.exercise} if self.exercise else {}),
        }
        data = dump_canonical(document)
        return Brief(
            state=recipient.state,
            recipient=recipient.contact,
            data=data,
            digest=sha256(data).hexdigest(),
            label=max(labels),
            cases=len(told),
            facts=len(labels) - 1,
            is_reduced=reduced,
            withheld=dict(withheld),
        )

    def _case(self, case: BriefedCase, facts: Sequence[Any]) -> dict[str, Any]:
        """Return what is told of a case: facts, what to do, deadlines."""
        name = case.facts.standing.id
        points = {one["name"]: one["value"] for one in facts if one["about"] == name}
        advice = [
            one.do
            for one in self.terms.advice
            if one.value in points.get(one.point, ())
        ]
        # A deadline has the label of the case, as the points have.
        deadlines = [one._asdict() for one in case.deadlines] if points else []
        return {
            "case": name,
            "facts": facts,
            "do": list(dict.fromkeys(advice)),
            "deadlines": deadlines,
        }


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges the facts of one case for one recipient."""

    case: BriefedCase
    recipient: Recipient
    ceiling: Tlp
    writer: Writer

    def judged(self) -> Iterator[tuple[Offer, str]]:
        """Give each fact that is known, and why it is withheld; or ""."""
        terms = self.writer.terms
        concerned = self.recipient.state in self.case.concerned(self.ceiling)
        part = terms.concerned if concerned else terms.others
        barred: dict[Tlp, str] = {}
        agreed = {one.id: has_agreed(one) for one in self.case.facts.reports}
        for offer in offered(self.case.facts, part, is_party=False):
            if _is_open(offer, self.case):
                continue
            if offer.label not in barred:
                barred[offer.label] = self._barred(offer)
            small = "" if agreed.get(offer.about) else self._small(offer)
            # The last is named where nothing else speaks against it.
            above = _LAPSED if self._is_above(offer) else ""
            yield offer, offer.why_not or barred[offer.label] or small or above

    def _is_above(self, offer: Offer) -> bool:
        return not self.recipient.is_attested and offer.label > self.ceiling

    def _barred(self, offer: Offer) -> str:
        """Return why nothing with the label of a fact may go; a lapse apart."""
        case = self.case
        if case.is_embargoed and self.recipient.contact not in case.defenders:
            return _EMBARGO
        label = case.label(offer.label, self.ceiling)
        name = case.facts.standing.id
        content = Content(name, label, frozenset({offer.name}))
        # A lapse is for `_is_above`: it reduces a brief, and does not forbid it.
        attested = replace(self.recipient, is_attested=True)
        missing = may_go(content, attested)
        return missing[0] if missing else ""

    def _small(self, offer: Offer) -> str:
        """Return why a fact points to too few people; or ""."""
        if offer.name != "systems" or offer.value == "unknown":
            return ""
        try:
            for system in offer.value:
                facts = {"organisation": of_developer(system.get("developer", ""))}
                check_set(facts, self.writer.directory)
        except ActRefused:
            return _SMALL
        return ""


def of_developer(name: str) -> str:
    """Return the id that an organisation of this name has on record.

    Args:
        name: of a developer, as a report says it.
    """
    return f"org:{'-'.join(name.lower().split())}"


def _is_open(offer: Offer, case: BriefedCase) -> bool:
    """Return whether a decision point leaves every value open: nothing is known."""
    is_point = offer.about == case.facts.standing.id
    return is_point and len(offer.value) == len(POINTS[offer.name])


def _told(offer: Offer, case: BriefedCase) -> dict[str, Any]:
    """Return a fact as it is told: its owner alone may lower its label."""
    is_point = offer.about == case.facts.standing.id
    return {
        "about": offer.about,
        "name": offer.name,
        "label": offer.label.word,
        "owner": _RAID if is_point else _REPORTER,
        "value": offer.value,
    }
