"""The alarm that witnesses are overdue: on record once for each time that they are.

Must never wait for another process, nor go by what another gate may have done: what
counts is whether the alarm is on record.
"""

import logging
from typing import Final

from ringwall.base.errors import RecordUnavailable
from ringwall.gate.diary import Diary
from ringwall.ledger.asking.witnessing import Witnessing, last_overdue
from ringwall.ledger.file_lock import FileLock
from ringwall.ledger.ledger import Ledger
from ringwall.model.events import witnesses_overdue

__all__ = ["NOT_TOLD", "OverdueAlarm"]

NOT_TOLD: Final = -1
"""In place of an instant: no alarm is on record."""

_AT_ONCE: Final = 0.0


class OverdueAlarm:
    """Raises the alarm on one ledger; for one thread at a time.

    Args:
        ledger: opened for writing.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._diary = Diary()
        # Gates of several processes find out at the same moment.
        place = ledger.path.with_name(f"{ledger.path.name}-alarm-lock")
        self._lock = FileLock(place, _AT_ONCE)

    def raise_once(self, known: Witnessing, now: int) -> int:
        """Put the alarm on record, unless it is there since they are overdue.

        Args:
            known: whose deadline is over.
            now: the present instant.

        Returns:
            The instant of the alarm on record; `NOT_TOLD` if another process is
            about to raise it.

        Raises:
            RecordUnavailable: it can't be recorded.
            IntegrityError: what is stored is not what was recorded.
        """
        try:
            with self._lock.held():
                told = last_overdue(self._ledger.store)
                if told <= _deadline(known):
                    self._record(known, now)
                    told = now
        except RecordUnavailable as error:
            if error.code != "ledger-busy":
                raise
            return NOT_TOLD
        except OSError as error:
            raise RecordUnavailable(
                "record-unavailable",
                f"nothing can be written beside `{self._ledger.path}`: "
                f"{error.strerror}",
                next_step="make the institute folder writable and give it free space",
            ) from error
        finally:
            self._lock.forget()
        self._note(known, now)
        return told

    def _record(self, known: Witnessing, now: int) -> None:
        event = witnesses_overdue(
            now, _deadline(known), known.need, known.seconds, known.size
        )
        self._ledger.append([event])

    def _note(self, known: Witnessing, now: int) -> None:
        self._diary.note(
            logging.WARNING,
            "witnesses_overdue",
            need=known.need,
            witnesses=len(known.witnesses),
            late_seconds=(now - _deadline(known)) // 1_000_000,
            size=known.size,
        )


def _deadline(known: Witnessing) -> int:
    if known.deadline is None:
        raise ValueError("no witness is asked for, so none can be overdue")
    return known.deadline
