"""The mailbox of a report: a reporter writes and reads by their receipt, the desk too.

Whoever has the receipt is the reporter, and nobody asks for more. Must never say of a
code whether it was given out, nor of a report to its reporter what the desk keeps to
itself.
"""

from typing import Final, NamedTuple

from ringwall.base.errors import RequestError
from ringwall.gate.asker import Who
from ringwall.model.events import Event
from ringwall.model.raid_events import INBOX
from ringwall.raid.acting import READ, Acting, Done
from ringwall.raid.guards import is_told
from ringwall.raid.ids import new_id, parse_id
from ringwall.raid.scene import Scene
from ringwall.raid.shield.by_receipt import report_of
from ringwall.raid.words import MAX_NOTE, checked_text

__all__ = ["DESK_SIDE", "REPORTER_SIDE", "Letter", "Mailbox"]

REPORTER_SIDE: Final = "reporter"
"""Who wrote a letter: whoever has the receipt."""
DESK_SIDE: Final = "desk"
"""Likewise: the incident desk."""

_KIND: Final = "raid.message"
_REPORT: Final = "raid.report"
_INTAKE: Final = "raid.intake"
_WRITE: Final = "raid.write"


class Letter(NamedTuple):
    """A message.

    Attributes:
        side: `reporter` or `desk`.
        day: on which it was written; the hour would tell when somebody is awake.
        text: what it says.
    """

    side: str
    day: str
    text: str


class Mailbox:
    """Where reporters and the desk write to each other.

    Args:
        acting: puts the questions and acts.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def write(self, who: Who, receipt: str, text: str) -> Done:
        """Write to the desk as the reporter.

        Args:
            who: the clerk, or the service of a form.
            receipt: the code that was given out once.
            text: the message.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `receipt-unknown`; the same for what is no code.
            RequestError: `message-empty`, `text-too-long`.
        """
        words = _words(text)

        def make(scene: Scene) -> list[Event]:
            return [
                _letter(
                    scene, report_of(self._acting.rows, receipt), REPORTER_SIDE, words
                )
            ]

        return self._acting.act(who, _INTAKE, INBOX, make)

    def read(self, who: Who, receipt: str) -> tuple[Letter, ...]:
        """Return what was written on both sides, for the reporter.

        Args:
            who: the clerk, or the service of a form.
            receipt: the code that was given out once.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `receipt-unknown`; the same for what is no code.
        """
        self._acting.ask(who, _INTAKE, INBOX)
        return self._letters(report_of(self._acting.rows, receipt))

    def post(self, who: Who, report: str, text: str) -> Done:
        """Write to the reporter.

        Args:
            who: who writes for the desk.
            report: id.
            text: the message; the reporter reads all of it.

        Raises:
            AccessDenied: the answer is no.
            RequestError: `message-empty`, `text-too-long`.
            UnknownItem: `unknown-report`.
        """
        report = parse_id(_REPORT, report)
        words = _words(text)

        def make(scene: Scene) -> list[Event]:
            scene.card(_REPORT, report)
            return [_letter(scene, report, DESK_SIDE, words)]

        return self._acting.act(who, _WRITE, report, make)

    def show(self, who: Who, report: str) -> tuple[Letter, ...]:
        """Return what was written on both sides, for the desk.

        Args:
            who: who reads.
            report: id.

        Raises:
            AccessDenied: the answer is no.
        """
        report = parse_id(_REPORT, report)
        self._acting.ask(who, READ, report)
        return self._letters(report)

    def _letters(self, report: str) -> tuple[Letter, ...]:
        return tuple(
            Letter(
                str(one.event["card"]["side"]),
                str(one.event["at"])[: len("2026-11-23")],
                str(one.event["said"].get("text", "")),
            )
            for one in self._acting.rows.events(case=report, kind=_KIND)
        )


def _letter(scene: Scene, report: str, side: str, text: str) -> Event:
    card, said = {"side": side}, {"text": text}
    return scene.event(_KIND, new_id(_KIND), "post", None, card, said, case=report)


def _words(text: str) -> str:
    words = checked_text(text, "message", MAX_NOTE)
    if not is_told(words):
        raise RequestError(
            "message-empty",
            "the message says nothing",
            next_step="write what you want to say: `--text TEXT`",
        )
    return words
