"""Processes that work on a log until they are stopped, and say what they were told.

What a child has said is what was acknowledged: one write to a pipe, after the receipt.
Must never say an index before the append has returned.
"""

import ctypes
import fcntl
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final

from typing_extensions import override

__all__ = ["Child", "Say", "WaitingChild", "in_threads"]

Say = Callable[[object], None]
"""Says one value, in one piece."""

_SET_PTRACER: Final = 0x59616D61
_ANYBODY: Final = ctypes.c_ulong(-1)
_ROOM: Final = 1024 * 1024


class Child:
    """A forked process.

    Args:
        work: what it does; is given what it says things with.
    """

    def __init__(self, work: Callable[[Say], None]) -> None:
        said, say = os.pipe()
        # Room for all that it may say before anybody listens.
        fcntl.fcntl(said, fcntl.F_SETPIPE_SZ, _ROOM)
        self.pid = os.fork()
        if self.pid == 0:  # pragma: no cover - a process of its own, ended hard
            os.close(said)
            _live(work, say)
        os.close(say)
        self._said = os.fdopen(said, "rb")

    def lines(self) -> Iterator[Any]:
        """Give what it says, as long as it says it whole."""
        for line in self._said:
            if line.endswith(b"\n"):
                yield json.loads(line)

    def send(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send(signal.SIGKILL)

    def ended(self) -> int:
        """Listen no more and wait for its end.

        Returns:
            Its exit code, negative for a signal.
        """
        self._said.close()
        return self._reaped()

    def finish(self) -> list[Any]:
        """Return all that it says until it ends in peace."""
        said = list(self.lines())
        assert self.ended() == 0
        return said

    def _reaped(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class WaitingChild(Child):
    """A forked process that can wait for its parent.

    Another thread may listen to it, even beyond its end, and has to listen to the end.

    Args:
        work: what it does; is given what it says things with, and what it waits with
            until the parent tells it to go on.
    """

    def __init__(self, work: Callable[[Say, Callable[[], None]], None]) -> None:
        gone_on, self._go_on = os.pipe()

        def working(say: Say) -> None:  # pragma: no cover - only ever in a child
            os.close(self._go_on)
            work(say, lambda: _wait(gone_on))

        super().__init__(working)
        os.close(gone_on)

    @override
    def lines(self) -> Iterator[Any]:
        with self._said:
            yield from super().lines()

    def go_on(self) -> None:
        """Let it go on from where it waits."""
        with suppress(BrokenPipeError):  # it may have been killed while it waited
            os.write(self._go_on, b"x")

    @override
    def ended(self) -> int:
        code = self._reaped()
        os.close(self._go_on)
        return code


def _live(
    work: Callable[[Say], None], say: int
) -> None:  # pragma: no cover - only ever in a child
    """Do the work, then end without what the parent would do at its end."""
    lock = threading.Lock()

    def told(value: object) -> None:
        with lock:
            os.write(say, json.dumps(value).encode() + b"\n")

    code = 1
    try:
        # One that may write no more would leave half a file of compiled code.
        sys.dont_write_bytecode = True
        # So that a tracer which is no ancestor may look on.
        ctypes.CDLL(None).prctl(_SET_PTRACER, _ANYBODY, 0, 0, 0)
        work(told)
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it was, the parent has to see it
        traceback.print_exc()
    finally:
        os._exit(code)


def _wait(handle: int) -> None:  # pragma: no cover - only ever in a child
    os.read(handle, 1)


def in_threads(count: int, work: Callable[[int], None]) -> None:
    """Do something in many threads."""
    threads = [threading.Thread(target=work, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
