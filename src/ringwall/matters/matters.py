"""All matters of a log in one place: each event goes to the folds that it concerns.

Shared by all threads and growing with the log; folds replace values whole. Must never
forget an event, nor take one in out of turn.
"""

import threading
from collections.abc import Callable
from typing import Any

from ringwall.base.clock import format_instant, parse_instant
from ringwall.matters.containers import Containers
from ringwall.matters.decoys import Decoys
from ringwall.matters.draws import Draws
from ringwall.matters.needs import Needs
from ringwall.matters.people import People
from ringwall.matters.requests import Requests
from ringwall.matters.reviews import Reviews
from ringwall.matters.sessions import Sessions

__all__ = ["Matters"]

_Fold = Callable[[int, dict[str, Any]], None]


class Matters:
    """What is in hand, as the record tells it so far; new ones know of nothing."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._latest = 0
        self.requests = Requests()
        self.sessions = Sessions()
        self.people = People()
        self.reviews = Reviews()
        self.draws = Draws()
        self.decoys = Decoys()
        self.containers = Containers()
        self.needs = Needs()
        self._of_kind: dict[str, tuple[_Fold, ...]] = {
            "request.opened": (self.requests.take_in,),
            "request.approved": (self.requests.take_in,),
            "request.refused": (self.requests.take_in,),
            "grant.revoked": (self.requests.take_in,),
            "grant.spent": (self.requests.take_in,),
            "session.opened": (self.sessions.take_in,),
            "session.ended": (self.sessions.take_in,),
            "person.left": (self.people.take_in, self.sessions.take_in),
            "duty.recorded": (self.people.take_in,),
            "review.opened": (self.reviews.take_in, self.people.take_in),
            "review.decided": (self.reviews.take_in, self.people.take_in),
            "tests.planned": (self.draws.take_in,),
            "tests.drawn": (self.draws.take_in,),
            "decoy.placed": (self.decoys.take_in,),
            "decoy.lifted": (self.decoys.take_in,),
            "vault.sealed": (self.containers.take_in,),
            "vault.rewrapped": (self.containers.take_in,),
            "vault.destroyed": (self.containers.take_in,),
            "vault.verified": (self.containers.take_in,),
            "raid.need": (self.needs.take_in,),
        }

    def take_in(self, index: int, event: dict[str, Any]) -> None:
        """Take in an event, in the order of the log.

        Args:
            index: of its entry.
            event: in plain words; of a kind of `MATTER_KINDS`. Its instant counts as
                no earlier than that of any before it: whoever writes the record must
                not date a request back, to have it wait less.
        """
        folds, told = self._of_kind[event["kind"]], event
        with self._guard:
            at = parse_instant(event["at"])
            if at < self._latest:
                event = {**event, "at": format_instant(self._latest)}
            self._latest = max(at, self._latest)
            for fold in folds:
                # Sessions see for themselves which dates are made up.
                fold(index, told if fold == self.sessions.take_in else event)
