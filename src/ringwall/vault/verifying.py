"""Verification of a container: the tag of every chunk, in spans that are on record.

What was interrupted goes on where it ended. Must never put a chunk on record as right
that was not looked at.
"""

import secrets
from dataclasses import dataclass
from typing import Final

from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.matters.containers import ContainerRecord
from ringwall.model.vault_events import vault_verified
from ringwall.vault.damage import alarmed
from ringwall.vault.opening import Opened
from ringwall.vault.progress import Progress

__all__ = ["Verified", "verify_opened"]

_SPAN: Final = 64 * 1024
"""Most chunks of one entry on record."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A verification that came to its end.

    Attributes:
        container: its id.
        run: name of the verification.
        first: chunk at which it began, or went on.
        total: chunks of the container, all of which were found right by now.
    """

    container: str
    run: str
    first: int
    total: int


class _Run:
    """One verification, from the chunk where it begins to where it ends."""

    def __init__(self, gate: Gatekeeper, opened: Opened, run: str, first: int) -> None:
        self._gate = gate
        self._container = opened.record.id
        self._subject = opened.permit.request.subject
        self._content = opened.content
        self.run = run
        self.total = opened.content.header.chunks
        self._recorded = self._right = first

    def go(self, progress: Progress | None) -> None:
        """Look at all chunks that are left; what was found right is put on record."""
        try:
            while self._right < self.total:
                self._look_at_span(progress)
        finally:
            # Whatever ended it: what was looked at needs no second look.
            self._record()

    def _look_at_span(self, progress: Progress | None) -> None:
        until = min(self._recorded + _SPAN, self.total)
        header = self._content.header

        def found(next_chunk: int) -> None:
            self._right = next_chunk
            if progress is not None:
                progress(min(next_chunk * header.chunk, header.bytes), header.bytes)

        with alarmed(self._gate, self._container):
            self._content.verify(self._right, until, found)
        self._record()

    def _record(self) -> None:
        if self._recorded == self._right:
            return
        said = {
            "run": self.run,
            "first": self._recorded,
            "until": self._right,
            "total": self.total,
            "subject": self._subject,
        }
        now = self._gate.clock.now()
        self._gate.record(lambda _: [vault_verified(now, self._container, said)])
        self._recorded = self._right


def verify_opened(
    gate: Gatekeeper,
    opened: Opened,
    *,
    resume: bool = True,
    progress: Progress | None = None,
) -> Verified:
    """Check the tag of every chunk of an open container, and close it.

    Args:
        gate: records.
        opened: the container.
        resume: go on where the latest verification of it was interrupted.
        progress: is told after each chunk.

    Raises:
        IntegrityError: a chunk is damaged; the alarm is on record.
        RecordUnavailable: what was found could not be recorded.
    """
    with opened.content:
        run, first = _begin(opened.record, opened.content.header.chunks, resume=resume)
        going = _Run(gate, opened, run, first)
        going.go(progress)
        return Verified(opened.record.id, run, first, going.total)


def _begin(record: ContainerRecord, total: int, *, resume: bool) -> tuple[str, int]:
    """Return the name of a verification and the chunk that it begins with."""
    latest = record.verifying
    if resume and latest is not None and latest.total == total:
        return latest.run, latest.until
    return f"ver-{secrets.token_hex(10)}", 0
