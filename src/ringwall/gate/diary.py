"""The operators' diary: what the gate did, one JSON object a line.

For running the service; evidence is in the ledger. Must never hold a secret, a
purpose text or anything of a person but the pseudonymous id. Silent unless the
program around it gives the logger `ringwall`, or one above it, a handler.
"""

import logging
from contextlib import suppress
from typing import Any, Final

import structlog

from ringwall.model.decisions import Decision, Reason, Receipt
from ringwall.model.disagreements import Disagreement

__all__ = ["DIARY", "Diary", "open_diary"]

DIARY: Final = "ringwall"
"""Name of the standard library's logger that the diary is rendered to."""


class Diary:
    """What one gate writes in; what goes wrong here must not change an answer."""

    def __init__(self) -> None:
        self._logger = open_diary()
        self._is_noted = logging.getLogger(DIARY).isEnabledFor

    def note(self, level: int, event: str, **words: object) -> None:
        """Write a line."""
        if not self._is_noted(level):
            return  # asked first: to find out below costs more than a decision
        with suppress(Exception):
            self._logger.log(level, event, **words)

    def note_answer(
        self, answer: Decision, receipt: Receipt, found: tuple[Disagreement, ...]
    ) -> None:
        """Tell of a decision, and of each disagreement found while it was made."""
        self.note(
            logging.INFO,
            "decision_made",
            decision=answer.id,
            effect=answer.verdict.effect.value,
            subject=answer.request.subject,
            action=answer.request.action,
            resource=answer.request.resource,
            entry=receipt.index,
        )
        for item in found:
            self.note(
                logging.ERROR,
                "engines_disagree",
                decision=answer.id,
                concern=item.concern,
                compiled=item.compiled,
                casbin=item.casbin,
            )

    def note_obstacle(
        self, before: Reason | None, found: Reason | None, policy: str
    ) -> None:
        """Tell, once, that policies stand in the way of every permit."""
        if found is not None and found != before:
            self.note(
                logging.WARNING,
                "policies_unusable",
                code=found.code,
                message=found.message,
                policy=policy,
            )


def open_diary() -> Any:  # noqa: ANN401 - structlog types its bound loggers as Any
    """Return the logger; it renders to the standard library's logger `ringwall`."""
    logger = logging.getLogger(DIARY)
    # Without any handler, logging would print warnings to stderr as a last resort.
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    return structlog.wrap_logger(
        logger,
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
