"""The operators' diary: what the gate did, one JSON object a line.

For running the service; evidence is in the ledger. Must never hold a secret, a
purpose text or anything of a person but the pseudonymous id. Silent unless the
program around it gives the logger `ringwall`, or one above it, a handler.
"""

import logging
from typing import Any, Final

import structlog

__all__ = ["DIARY", "open_diary"]

DIARY: Final = "ringwall"
"""Name of the standard library's logger that the diary is rendered to."""


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
