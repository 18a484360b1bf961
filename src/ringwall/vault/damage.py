"""Damage to containers: put on record before anybody is told.

Must never let a fault that was found go by because it could not be recorded.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ringwall.base.errors import IntegrityError, RecordUnavailable
from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.model.vault_events import container_damaged
from ringwall.vault.opened_file import Content

__all__ = ["Watched", "alarmed", "raise_alarm"]


class Watched:
    """The content of an open container; damage that is found goes on record, once.

    Args:
        content: gives the bytes.
        gate: records.
        container: id.
    """

    def __init__(self, content: Content, gate: Gatekeeper, container: str) -> None:
        self._content = content
        self._gate = gate
        self._container = container
        self._is_told = False

    def read_into(self, start: int, buffer: memoryview) -> None:
        """Fill a buffer with the bytes from `start`, or zero it and raise.

        Raises:
            IntegrityError: the container is damaged.
        """
        try:
            self._content.read_into(start, buffer)
        except IntegrityError as error:
            if not self._is_told:
                self._is_told = True
                raise_alarm(self._gate, self._container, error.code)
            raise

    def close(self) -> None:
        """Forget the data key."""
        self._content.close()


@contextmanager
def alarmed(gate: Gatekeeper, container: str) -> Iterator[None]:
    """Raise the alarm on record if what happens within finds a container damaged.

    Args:
        gate: of the institute.
        container: id of the one that should be there.

    Raises:
        IntegrityError: what was found, whether or not it could be recorded.
    """
    try:
        yield
    except IntegrityError as error:
        raise_alarm(gate, container, error.code)
        raise


def raise_alarm(gate: Gatekeeper, container: str, found: str) -> None:
    """Put it on record that a container is damaged, if that can be recorded.

    Whoever can stop the record must not pass for a sound container by that.

    Args:
        gate: records.
        container: id of the one that should be there.
        found: code of the fault.
    """
    event = container_damaged(gate.clock.now(), container, found)
    with suppress(RecordUnavailable, IntegrityError):
        gate.record(lambda _: [event])
