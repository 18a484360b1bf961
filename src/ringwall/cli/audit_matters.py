"""Events of requests, sessions, people, reviews, decoys and the vault in words.

One line of 80 columns each; the rest is for `audit show`. Must never tell more of a
decoy than that there is one.
"""

import textwrap
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from ringwall.cli.audit_raid import need_words
from ringwall.cli.terminal import counted

if TYPE_CHECKING:
    from ringwall.model.events import Event

__all__ = ["MATTER_WORDS"]

_WIDTH: Final = 80
_LEAST: Final = 24


def _opened(event: "Event") -> str:
    asked = f"{event['subject']} {event['action']} {event['resource']}"
    glass = "glass broken: " if event["manner"] == "break-glass" else "asked: "
    return f"{glass}{event['id']}: {asked}"


def _session_ended(event: "Event") -> str:
    which = event["id"] or "all sessions"
    return f"ended: {which} of {event['subject']}, {event['reason']}"


def _duty(event: "Event") -> str:
    told = f"{event['duty']} {event['outcome']}"
    return f"duty of {event['person']}: {told}, until {event['until']}"


def _review(event: "Event") -> str:
    if event["what"] == "break-glass":
        return f"review {event['id']}: {event['subject']} broke glass, {event['about']}"
    told = f"power of {event['subject']}, due {event['due']}"
    return f"review {event['id']}: {told}"


def _finding(event: "Event") -> str:
    about = f"{event['subject']}, {counted(event['count'], 'entry')}"
    return f"found, {event['severity']}: {event['rule']} of {about}"


def _report(event: "Event") -> str:
    about = " ".join(filter(None, (event["subject"], event["resource"])))
    head = f"report by {event['source']}{about and f' of {about}'}: "
    # Only the words are cut, never an id or what stands for a person.
    room = max(_LEAST, _WIDTH - len(head))
    return head + textwrap.shorten(event["told"], room, placeholder=" ...")


def _refused(event: "Event") -> str:
    by = f" by {event['subject']}" if event["subject"] else ""
    at = f" at {event['point']}" if event["point"] else ""
    about = f" {event['about']}" if event["about"] else ""
    return f"{event['what']}{about}{by}{at} refused: {event['code']}"


def _sealed(event: "Event") -> str:
    if event["copy_of"]:
        return f"copied: {event['container']} for {event['recipient']}"
    told = f"sealed: {event['container']} of {event['asset']} {event['file']}"
    # A long file name goes whole: a part of one may be the name of another.
    return textwrap.shorten(told, _WIDTH, placeholder=" ...")


def _rewrapped(event: "Event") -> str:
    key = f"{event['key_kind']} {event['key']}"
    return f"rewrapped: {event['container']} with {key}, slot {event['generation']}"


def _verified(event: "Event") -> str:
    span = f"chunks {event['first']} to {event['until'] - 1} of {event['total']}"
    return f"verified: {event['container']}, {span}"


def _read(event: "Event") -> str:
    span = f"bytes {event['start']} to {event['stop']}"
    return f"read: {event['container']}, {span} by {event['subject']}"


MATTER_WORDS: Final[Mapping[str, Callable[["Event"], str]]] = {
    "request.opened": _opened,
    "request.approved": lambda e: (
        f"approved: {e['request']} by {e['approver']} as {e['seat']}"
    ),
    "request.refused": lambda e: f"refused: {e['request']} by {e['by']}",
    "grant.revoked": lambda e: f"revoked: {e['request']} by {e['by']}",
    "grant.spent": lambda e: f"used: {e['request']} in {e['decision']}",
    "session.opened": lambda e: (
        f"session {e['id']} of {e['subject']} at {e['point']}, by {e['method']}"
    ),
    "session.ended": _session_ended,
    "person.left": lambda e: f"left: {e['person']}, said {e['by']}",
    "duty.recorded": _duty,
    "review.opened": _review,
    "review.decided": lambda e: f"review {e['review']}: {e['outcome']} by {e['by']}",
    "tests.planned": lambda e: (
        f"tests planned: {e['id']} for {counted(len(e['people']), 'person')}"
    ),
    "tests.drawn": lambda e: (
        f"tests drawn: {e['plan']} slot {e['slot']}, "
        f"{counted(len(e['people']), 'person')}"
    ),
    "decoy.placed": lambda e: f"a decoy was placed by {e['by']}",
    "decoy.lifted": lambda e: f"a decoy was lifted by {e['by']}",
    "vault.sealed": _sealed,
    "vault.rewrapped": _rewrapped,
    "vault.destroyed": lambda e: f"destroyed: {e['container']} by {e['subject']}",
    "vault.verified": _verified,
    "vault.opened": lambda e: f"opened: {e['container']} in {e['decision']}",
    "vault.read": _read,
    "raid.need": need_words,
    "proof.refused": _refused,
    "finding.recorded": _finding,
    "report.filed": _report,
    "notice.sent": lambda e: (
        f"told of {e['decision']} of {e['subject']}, as {e['obligation']} demands"
    ),
}
"""Kind of event -> its words."""
