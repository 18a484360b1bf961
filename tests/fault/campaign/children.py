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

__all__ = ["Child", "Say", "in_threads"]

Say = Callable[[object], None]
"""Says one value, in one piece."""

_SET_PTRACER: Final = 0x59616D61
_ANYBODY: Final = ctypes.c_ulong(-1)
_ROOM: Final = 1024 * 1024


class Child:
    """A forked process.

    Args:
        work: what it does; is given what it says things with, and what it waits with
            until the parent tells it to go on.
    """

    def __init__(self, work: Callable[[Say, Callable[[], None]], None]) -> None:
        said, say = os.pipe()
        # Room for all that it may say before anybody listens.
        fcntl.fcntl(said, fcntl.F_SETPIPE_SZ, _ROOM)
        gone_on, go_on = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:  # pragma: no cover - a process of its own, ended hard
            os.close(said)
            os.close(go_on)
            _live(work, say, gone_on)
        os.close(say)
        os.close(gone_on)
        self._said = os.fdopen(said, "rb")
        self._go_on = go_on

    def lines(self) -> Iterator[Any]:
        """Give what it says, as long as it says it whole."""
        with self._said:
            for line in self._said:
                if line.endswith(b"\n"):
                    yield json.loads(line)

    def go_on(self) -> None:
        """Let it go on from where it waits."""
        with suppress(BrokenPipeError):  # it may have been killed while it waited
            os.write(self._go_on, b"x")

    def send(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send(signal.SIGKILL)

    def ended(self) -> int:
        """Wait for its end; return its exit code, negative for a signal."""
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self._go_on)
        return code


def _live(
    work: Callable[[Say, Callable[[], None]], None], say: int, gone_on: int
) -> None:  # pragma: no cover - only ever in a child
    """Do the work, then end without what the parent would do at its end."""
    lock = threading.Lock()

    def told(value: object) -> None:
        with lock:
            os.write(say, json.dumps(value).encode() + b"\n")

    code = 1
    try:
        sys.dont_write_bytecode = True
        # So that a tracer which is no ancestor may look on.
        ctypes.CDLL(None).prctl(_SET_PTRACER, _ANYBODY, 0, 0, 0)
        work(told, lambda: _wait(gone_on))
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
