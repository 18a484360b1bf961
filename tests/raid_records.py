"""One event of each kind of the incident desk, and what makes more of them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ringwall.base.clock import format_instant
from ringwall.model.decisions import Effect, Verdict
from ringwall.model.events import Event, decision_made
from ringwall.model.raid_events import (
    CARDS,
    DESK,
    INBOX,
    RAID_ACTIONS,
    Act,
    raid_event,
    raid_need,
)
from ringwall.model.raid_permits import digest_bound
from ringwall.model.raid_release_kinds import RELEASE
from ringwall.model.raid_release_laws import terms_of
from ringwall.model.raid_shield_kinds import ERASE
from ringwall.model.requests import AccessRequest

__all__ = [
    "AT",
    "CASE",
    "NEEDS",
    "RAID",
    "REPORT",
    "WHOLE",
    "blank",
    "case_event",
    "lawful",
    "need",
    "object_event",
    "report_event",
]

AT: Final = 1_800_000_000_000_000
"""Instant of all of them."""
CASE: Final = "case:c-aaaaaaaaaa"
"""Id of the case that they are about."""
REPORT: Final = "report:r-aaaaaaaaaa"
"""Id of its report."""
_UNTIL: Final = format_instant(AT + 3600 * 1_000_000)
_HEX: Final = "ab" * 32
_PROPOSAL: Final = "raid.proposal"
_GRACE: Final = "user:grace"


def blank(kind: str, columns: Mapping[str, str | int]) -> dict[str, str | int]:
    """Return a card in which nothing stands but some columns."""
    return {**{name: of() for name, of in CARDS[kind].items()}, **columns}


def object_event(
    kind: str, act: Act, columns: Mapping[str, str | int], said: Mapping[str, Any]
) -> Event:
    """Return the event of an act; its card has the state after the act."""
    card = blank(kind, {"state": act.after, **columns})
    return raid_event(kind, AT, act, card, said)


def case_event(
    case: str = CASE,
    act: str = "open",
    before: str = "",
    after: str = "new",
    **columns: str | int,
) -> Event:
    """Return the event of an act on a case, of the team of the desk."""
    done = Act(case, case, act, before, after, "user:ada", "dec-1")
    said = {"title": f"what became of {case}"}
    return object_event("raid.case", done, {"team": "raid-desk", **columns}, said)


def report_event(report: str = REPORT, **columns: str | int) -> Event:
    """Return the event that a report was taken in."""
    act = Act(report, "", "receive", "", "received", "user:ada", "dec-1")
    said = {"title": "a model left its sandbox", "by": "somebody outside"}
    return object_event("raid.report", act, columns, said)


def need(act: str, person: str = "", until: str = "", case: str = CASE) -> Event:
    """Return the event that need-to-know of a case is given or taken."""
    said = {"person": person, "until": until, "reason": "it concerns them"}
    return raid_need(AT, case, act, ("user:grace", "dec-2"), said)


def lawful(events: Iterable[Event]) -> list[Event]:
    """Return events of the desk, each behind a permit of its own that it names.

    What goes with a proposal that is carried stands behind it, under the same permit.
    """
    told: list[Event] = []
    permit = ""
    for number, event in enumerate(events):
        if not told or told[-1].get("act") != "carry":
            permit = f"dec-of-{event['kind']}-{number}"
            request = AccessRequest(event["by"], *_asked(event), "point:desk")
            ground: dict[str, Any] = {"basis": 0, "policy": ""}
            verdict = Verdict(Effect.PERMIT)
            told.append(decision_made(AT, permit, request, verdict, ground))
        told.append({**event, "decision": permit})
    return told


def _asked(event: Event) -> tuple[str, str]:
    """Return the action and the asset of a permit for an event."""
    if event["kind"] == _PROPOSAL and not event["case"]:
        # A box: the director proposes it.
        is_new = event["act"] == "propose"
        return ("raid.direct" if is_new else "raid.approve"), DESK
    action, where = RAID_ACTIONS[event["kind"], event["act"]][0]
    places = {"inbox": INBOX, "desk": DESK, "case": event["case"]}
    return action, places.get(where) or event["id"]


def _erased() -> tuple[Event, ...]:
    """Return the events by which two destroy a box."""
    name, binds = "prp-" + "b" * 16, digest_bound({"report": REPORT, "box": _HEX})
    card = {"what": ERASE, "binds": binds, "until": _UNTIL}
    steps = (("propose", "", "open", "user:ada"), ("carry", "open", "carried", _GRACE))
    box = Act("box-" + "a" * 16, REPORT, "erase", "", "erased", _GRACE, "dec-1")
    return (
        *(
            object_event(
                _PROPOSAL, Act(name, "", act, before, after, by, "dec-1"), card, {}
            )
            for act, before, after, by in steps
        ),
        object_event("raid.box", box, {"digest": _HEX}, {}),
    )


def _of_case(
    kind: str, name: str, act: str, after: str, columns: Mapping[str, str | int]
) -> Event:
    done = Act(name, CASE, act, "", after, "user:ada", "dec-1")
    return object_event(kind, done, columns, {"reason": "it belongs to the case"})


def _released() -> Event:
    """Return the event by which a release is drafted, bound to its terms."""
    columns = {
        "recipient": "csirt.fr",
        "content": _HEX,
        "label": "amber",
        "exit": "",
    }
    name = "rel-" + "a" * 16
    terms = {"terms": terms_of(name, CASE, columns)}
    return _of_case(RELEASE, name, "draft", "draft", {**columns, **terms})


_TRIAGED: Final = case_event(
    act="triage",
    before="new",
    after="triaged",
    lead="user:grace",
    authors="user:ada user:grace",
    states="DE FR",
)
RAID: Final[tuple[Event, ...]] = (
    report_event(
        received=format_instant(AT), channel="file", source="atlas:CS-1", digest=_HEX
    ),
    case_event(lead="user:grace", authors="user:ada user:grace", states="DE FR"),
    _of_case(
        *("raid.link", "lnk-" + "a" * 16, "link", "linked"),
        {"report": REPORT, "type": "same-event", "score": 87},
    ),
    _of_case(
        *("raid.clock", "clk-" + "a" * 16, "arm", "armed"),
        {"rule": "aia-73-2", "version": "1", "owed": "others", "worst": _UNTIL},
    ),
    _of_case(
        *("raid.handover", "hnd-" + "a" * 16, "send", "sent"),
        {"route": "nis2", "recipient": "csirt", "package": _HEX, "limit": _UNTIL},
    ),
    _of_case(
        *("raid.proposal", "prp-" + "a" * 16, "propose", "open"),
        {"what": "merge", "binds": _HEX, "until": _UNTIL},
    ),
    object_event(
        "raid.desk",
        Act("raid:rules", "", "found", "", "adopted", "user:ada", "dec-1"),
        {"digest": _HEX},
        {"reason": "the tables of the spring"},
    ),
    object_event(
        "raid.drill",
        Act("drl-" + "a" * 16, "", "begin", "", "running", "user:ada", "dec-1"),
        {"script": "a-drill", "digest": _HEX},
        {"text": "what happens when"},
    ),
    object_event(
        "raid.identity",
        Act("idr-" + "a" * 16, REPORT, "ask", "", "open", "user:ada", "dec-1"),
        {"purpose": _HEX, "key": _HEX, "expires": _UNTIL, "needed": 3},
        {"purpose": "to warn them", "ground": "Article 5"},
    ),
    object_event(
        "raid.message",
        Act("msg-" + "a" * 16, REPORT, "post", "", "posted", "user:ada", "dec-1"),
        {"side": "desk"},
        {"text": "we have read it"},
    ),
    object_event(
        "raid.box",
        Act("box-" + "a" * 16, REPORT, "erase", "", "erased", "user:ada", "dec-1"),
        {"digest": _HEX},
        {"reason": "the reporter asked for it"},
    ),
    object_event(
        "raid.attachment",
        Act("att-" + "a" * 16, REPORT, "add", "", "kept", "user:ada", "dec-1"),
        {"digest": _HEX},
        {"suffix": ".png"},
    ),
    _released(),
    object_event(
        "raid.brief",
        Act("brf-" + "a" * 16, "", "brief", "", "briefed", "user:ada", "dec-1"),
        {"recipient": "spoc.fr", "content": _HEX, "label": "amber"},
        {"name": "the point of contact"},
    ),
    object_event(
        "raid.inquiry",
        Act("inq-" + "a" * 16, "", "inquire", "", "received", "user:ada", "dec-1"),
        {"recipient": "police.de", "letter": _HEX},
        {"name": "the police"},
    ),
    object_event(
        "raid.matter",
        Act("mtr-" + "a" * 16, CASE, "tell", "", "known", "user:ada", "dec-1"),
        {"aware": 1, "recoverable": "released"},
        {"evidence": "their own letter"},
    ),
    object_event(
        "raid.embargo",
        Act("emb-" + "a" * 16, CASE, "propose", "", "proposed", "user:ada", "dec-1"),
        {"offer": _HEX, "offer_ends": "2026-12-04T11:00:00Z"},
        {"purpose": "time to mend"},
    ),
    object_event(
        "raid.party",
        Act("pty-" + "a" * 16, CASE, "invite", "", "invited", "user:ada", "dec-1"),
        {"who": "lab:example", "necessary": 1, "zone": "Europe/Berlin"},
        {"key": "ssh-ed25519 AAAA"},
    ),
)
"""One event of each kind that moves no basis."""

WHOLE: Final[tuple[Event, ...]] = tuple(
    one
    for event in RAID
    for one in (
        # What is released tells of a case that somebody works on.
        *([_TRIAGED] if event["kind"] == RELEASE else ()),
        # A box is destroyed by two.
        *(_erased() if event["kind"] == "raid.box" else (event,)),
    )
)
"""The same as a log that breaks no law."""

NEEDS: Final[tuple[Event, ...]] = (
    need("admit", "user:ada", _UNTIL),
    need("shut"),
    need("dismiss", "user:ada"),
    need("unshut"),
)
"""One of each act of need-to-know."""
