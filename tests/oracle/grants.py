"""What approvals are worth, read off the whole list of events, again for each use.

From the design alone: keeps no state and remembers no signature. Imports nothing of
`ringwall`.
"""

import base64
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from tests.oracle.quorum_rows import Approved, Rules, reached
from tests.oracle.registered import LEVELS, Data, in_date
from tests.oracle.sshsig import canonical, is_signed, public_of, statement

__all__ = [
    "Asked",
    "Case",
    "approval_counts",
    "counted",
    "dated",
    "effective",
    "quorum_of",
]

PERSONNEL = {"lower": 1, "upper": 4, "third": 5}
CAPS = (
    ("insider-training", "training_months", 2),
    ("integrity-test", "integrity_months", 3),
)
ALWAYS = {"from": "0001-01-01T00:00:00Z", "until": "9999-12-31T00:00:00Z"}
Event = Mapping[str, Any]


class Case(NamedTuple):
    """All that is known at one instant.

    Attributes:
        events: in the order of the log, as `dated` gives them.
        documents: as they are now, by id.
        rules: in force.
        origin: of the institute's log.
        now: the instant, microseconds.
        edits: id -> how many events there were when its document was last changed.
    """

    events: list[Event]
    documents: Mapping[str, Data]
    rules: Rules
    origin: str
    now: int
    edits: Mapping[str, int]

    @property
    def moment(self) -> datetime:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.now)


class Asked(NamedTuple):
    """A question, and the level of the site that it is put at."""

    subject: str
    action: str
    resource: str
    purpose: str
    binds: str
    grant: str
    kind: str
    level: int


# --- people -------------------------------------------------------------------


def signed_by(case: Case, person: str, event: Event, *moments: datetime) -> bool:
    """Return whether a key of a person, in date at each moment, signed an event."""
    keys = case.documents.get(person, {}).get("keys", [])
    return person.startswith("user:") and all(
        any(
            in_date(key, moment)
            and is_signed(statement(event), event["signature"], public_of(key["key"]))
            for key in keys
        )
        for moment in moments
    )


def when(event: Event) -> datetime:
    """Return the instant that stands in an event."""
    return datetime.fromisoformat(event["at"])


def dated(events: list[Event]) -> list[Event]:
    """Return events none of which is dated before the one that it follows."""
    found: list[Event] = []
    for event in events:
        late = found and when(event) < when(found[-1])
        found.append({**event, "at": found[-1]["at"]} if late else event)
    return found


def same_people(documents: Mapping[str, Data], person: str) -> set[str]:
    """Return all ids of a natural person: joined by accounts, keys and logins."""
    marks_of = {
        name: _marks(name, document)
        for name, document in documents.items()
        if name.startswith("user:")
    }
    found, marks, before = {person}, {person}, 0
    while len(marks) > before:
        before = len(marks)
        for name, own in marks_of.items():
            if own & marks:
                found.add(name)
                marks |= own
    return found


def _marks(name: str, document: Data) -> set[str]:
    return {
        name,
        *([document["account_of"]] if document.get("account_of") else []),
        *(key["key"].split(" ")[1] for key in document.get("keys", [])),
        *(f"{one['provider']} {one['subject']}" for one in document.get("logins", [])),
    }


def effective(case: Case, person: str) -> Data:
    """Return a person's document with what is on record of them worked into it."""
    document = case.documents[person]
    leavers = {e["person"] for e in case.events if e["kind"] == "person.left"}
    left = leavers and leavers & same_people(case.documents, person)
    suspended = {"suspended": True} if left else {}
    if "screening" not in document:
        return {**document, **suspended}
    level = LEVELS[personnel_level(case, person, case.moment)]
    return {
        **document,
        **suspended,
        "screening": {**document["screening"], **ALWAYS, "level": level},
    }


def is_of_the_house(case: Case, person: str) -> bool:
    """Return whether somebody is an active natural person of the institute."""
    if not person.startswith("user:") or person not in case.documents:
        return False
    document = effective(case, person)
    employer = case.documents.get(document["organisation"], {})
    return (
        not document.get("suspended")
        and not employer.get("suspended")
        and employer.get("relation") == "institute"
    )


def holds(case: Case, person: str, role: str) -> bool:
    roles = set(case.documents[person].get("roles", []))
    return bool(roles & case.rules.roles.get(role, {role}))


def is_cleared(case: Case, person: str, asset: Data, moment: datetime) -> bool:
    """Return whether somebody is screened for a tier, and in the compartments."""
    own = set(case.documents[person].get("compartments", []))
    needed = PERSONNEL[asset["tier"]]
    cleared = personnel_level(case, person, moment) >= needed
    return cleared and set(asset.get("compartments", [])) <= own


def personnel_level(case: Case, person: str, moment: datetime) -> int:
    """Return how far somebody is screened, trained and tested at a moment."""
    programme = programme_of(case)
    screening = case.documents[person].get("screening")
    if not screening or not counts_as_screened(case, person, moment):
        return 0
    last = last_duty(case, person, "screening", moment)
    spans = [screening, *([last] if last else [])]
    if not any(lasts(span, programme, "screening_months", moment) for span in spans):
        return 0
    level = LEVELS.index(screening["level"])
    for duty, months, cap in CAPS:
        last = last_duty(case, person, duty, moment)
        failed = last is not None and last["outcome"] != "passed"
        shown = last is not None and lasts(last, programme, months, moment)
        if failed or (programme and not shown):
            level = min(level, cap)
    return level


def counts_as_screened(case: Case, person: str, moment: datetime) -> bool:
    """Return whether a screening was not failed since, nor is an outsider's own."""
    last = last_duty(case, person, "screening", moment)
    if last is not None and last["outcome"] != "passed":
        return False
    document = case.documents[person]
    employer = case.documents.get(document["organisation"], {})
    own = document["screening"]["assessor"] == document["organisation"]
    return employer.get("relation") == "institute" or not own


def programme_of(case: Case) -> Data:
    """Return the months that the institute has set, empty if it has set none."""
    for document in case.documents.values():
        if document.get("relation") == "institute":
            programme: Data = document.get("programme", {})
            return programme
    return {}


def last_duty(case: Case, person: str, duty: str, moment: datetime) -> Event | None:
    """Return the last record of a duty that had begun by a moment."""
    told = [
        event
        for event in case.events
        if event["kind"] == "duty.recorded"
        and event["duty"] == duty
        and begins(event) <= moment
    ]
    ids = same_people(case.documents, person) if told else set()
    own = [event for event in told if event["person"] in ids]
    # What was passed counts unless something failed that was recorded before it, and
    # begins later.
    counting = [
        event
        for number, event in enumerate(own)
        if event["outcome"] != "passed"
        or all(begins(event) >= begins(other) for other in failures(own[:number]))
    ]
    return counting[-1] if counting else None


def failures(duties: list[Event]) -> list[Event]:
    """Return those duties that were not passed."""
    return [duty for duty in duties if duty["outcome"] != "passed"]


def begins(duty: Event) -> datetime:
    """Return when a duty counts from; a failure does at once."""
    start = datetime.fromisoformat(duty["from"])
    return start if duty["outcome"] == "passed" else min(start, when(duty))


def lasts(span: Data, programme: Data, months: str, moment: datetime) -> bool:
    """Return whether a span holds, for so many months of the calendar at most."""
    start = datetime.fromisoformat(span["from"])
    if not in_date(span, moment):
        return False
    return not programme or moment < later(start, programme[months])


def later(start: datetime, months: int) -> datetime:
    """Return the same day some months later, or the last one of a shorter month."""
    count = start.year * 12 + start.month - 1 + months
    year, month = divmod(count, 12)
    for day in (start.day, 30, 29, 28):
        try:
            return start.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise ValueError(start)


def are_next_to_each_other(case: Case, one: str, other: str) -> bool:
    """Return whether two are one natural person, or one reports to the other."""
    documents = case.documents
    ones, others = same_people(documents, one), same_people(documents, other)

    def report_to(people: set[str], chiefs: set[str]) -> bool:
        return any(documents.get(p, {}).get("manager") in chiefs for p in people)

    return bool(ones & others) or report_to(ones, others) or report_to(others, ones)


def approver_may(case: Case, opened: Event, approval: Event, moment: datetime) -> bool:
    """Return whether somebody may approve a request in their seat, at a moment."""
    approver = approval["approver"]
    asset = case.documents.get(opened["resource"], {})
    return (
        opened["subject"] in case.documents
        and "tier" in asset
        and is_of_the_house(case, approver)
        and holds(case, approver, approval["seat"])
        and not are_next_to_each_other(case, approver, opened["subject"])
        and is_cleared(case, approver, asset, moment)
    )


# --- requests -----------------------------------------------------------------


def digest_of(document: Data) -> str:
    return sha256(canonical(document)).hexdigest()


def found(case: Case, request: str) -> tuple[int, Event] | None:
    """Return where a request was opened first, and how."""
    for index, event in enumerate(case.events):
        if event["kind"] == "request.opened" and event["id"] == request:
            return index, event
    return None


def counted(case: Case, request: str) -> list[Event]:
    """Return the approvals of a request that count now, one for each natural person."""
    known = found(case, request)
    if known is None:
        return []
    index, opened = known
    valid: list[Event] = []
    for place, event in enumerate(case.events):
        if (
            place <= index
            or event["kind"] != "request.approved"
            or event["request"] != request
        ):
            continue
        if approval_counts(case, opened, event, place) and not any(
            event["approver"] in same_people(case.documents, other["approver"])
            for other in valid
        ):
            valid.append(event)
    return valid


def approval_counts(case: Case, opened: Event, approval: Event, index: int) -> bool:
    """Return whether one approval is by who may, over this request as all was."""
    if approval["digest"] != sha256(statement(opened)).hexdigest():
        return False
    if approval["origin"] != case.origin:
        return False
    seen = {
        "approver": approval["approver"],
        "resource": opened["resource"],
        "subject": opened["subject"],
    }
    for part, entity in seen.items():
        if entity not in case.documents:
            return False
        if digest_of(case.documents[entity]) != approval["facts"][part]:
            return False
        if case.edits.get(entity, 0) > index:
            return False
    approver, moments = approval["approver"], (when(approval), case.moment)
    return signed_by(case, approver, approval, *moments) and all(
        approver_may(case, opened, approval, moment) for moment in moments
    )


def quorum_of(case: Case, request: str, asked: Asked) -> int:
    """Return what a request is worth for a question: 0, 1 or 2 of `QUORUMS`."""
    place = found(case, request)
    if place is None or not may_be_used(case, *place, asked):
        return 0
    opened = place[1]
    start, until, at = (
        datetime.fromisoformat(opened[key]) for key in ("from", "until", "at")
    )
    approved = Approved(
        manner=opened["manner"],
        action=opened["action"],
        kind=asked.kind,
        tier=case.documents[opened["resource"]]["tier"],
        site=asked.level,
        lasts=until - start,
        # Of what a clock that went back has put later, nothing was waited.
        waited=max(case.moment - at, timedelta()),
        uses=opened["uses"],
        seats=Counter(event["seat"] for event in counted(case, request)),
    )
    return reached(case.rules, approved)


def may_be_used(case: Case, index: int, opened: Event, asked: Asked) -> bool:
    """Return whether nothing stands in the way of a request but, maybe, approvals."""
    letters = base64.b32encode(sha256(statement(opened)).digest()).decode().lower()
    start, until = (datetime.fromisoformat(opened[key]) for key in ("from", "until"))
    told = [e for e in case.events[index:] if e.get("request") == opened["id"]]
    kinds = Counter(event["kind"] for event in told)
    named = asked.grant == opened["id"] and not asked.purpose
    return (
        opened["id"] == f"req-{letters[:20]}"
        and opened["origin"] == case.origin
        and all(
            getattr(asked, name) == opened[name]
            for name in ("subject", "action", "resource", "binds")
        )
        and (asked.purpose == opened["purpose"] or named)
        and start <= case.moment < until
        and start - when(opened) <= timedelta(days=30)
        and not kinds["request.refused"]
        and not kinds["grant.revoked"]
        and (not opened["uses"] or kinds["grant.spent"] < opened["uses"])
        and signed_by(case, opened["subject"], opened, case.moment)
        and not (opened["manner"] == "break-glass" and is_hindered(case, opened))
    )


# --- broken glass -------------------------------------------------------------


def is_hindered(case: Case, opened: Event) -> bool:
    """Return whether a review of broken glass of this subject or resource is open."""
    own = same_people(case.documents, opened["subject"])
    for event in case.events:
        if event["kind"] != "review.opened" or event["what"] != "break-glass":
            continue
        place = found(case, event["about"])
        resource = place[1]["resource"] if place else ""
        concerned = event["subject"] in own or resource == opened["resource"]
        if concerned and not is_closed(case, event):
            return True
    return False


def is_closed(case: Case, review: Event) -> bool:
    """Return whether somebody else, who may, has closed a review with their own key."""
    subject = same_people(case.documents, review["subject"])
    return any(
        event["kind"] == "review.decided"
        and event["review"] == review["id"]
        and event["outcome"] == "closed"
        and event["origin"] == case.origin
        and event["by"] not in subject
        and may_review(case, event["by"])
        and not reports_to(case, event["by"], subject)
        and not was_gone(case, index, event["by"])
        and signed_by(case, event["by"], event, when(event))
        for index, event in enumerate(case.events)
    )


def reports_to(case: Case, person: str, chiefs: set[str]) -> bool:
    """Return whether somebody reports to one of these, by any account."""
    own = same_people(case.documents, person)
    return any(case.documents[one].get("manager") in chiefs for one in own)


def was_gone(case: Case, index: int, person: str) -> bool:
    """Return whether somebody had left before an event, by any account."""
    gone = {e["person"] for e in case.events[:index] if e["kind"] == "person.left"}
    return bool(gone and gone & same_people(case.documents, person))


def may_review(case: Case, person: str) -> bool:
    """Return whether somebody is of the institute and answers for its security."""
    if not person.startswith("user:") or person not in case.documents:
        return False
    document = case.documents[person]
    employer = case.documents.get(document["organisation"], {})
    offices = {"security-officer", "ciso"} & set(document.get("roles", []))
    suspended = document.get("suspended", False)
    of_the_house = employer.get("relation") == "institute" and not suspended
    return of_the_house and bool(offices)
