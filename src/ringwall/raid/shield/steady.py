"""An answer that takes as long whatever there is to be said.

Must never tell by its time whether what was asked for is there.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ["STEP", "steady"]

STEP: Final = 0.05
"""Seconds: a no takes a few milliseconds, a little more where there is something."""


@contextmanager
def steady(
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Have what is done end on a whole step of time, well or badly.

    Args:
        clock: seconds.
        sleep: waits so many of them.
    """
    started = clock()
    try:
        yield
    finally:
        sleep(STEP - (clock() - started) % STEP)
