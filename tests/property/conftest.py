"""Laws run at full speed: a line that only a drawn example visits is not covered.

Coverage counts what the named tests reach. Counting the laws, too, would make
them several times slower and let a lucky example stand in for a test.
"""

from typing import TYPE_CHECKING

import coverage
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True, scope="module")
def _uncounted() -> "Iterator[None]":
    counting = coverage.Coverage.current()
    if counting is not None:
        counting.stop()
    yield
    if counting is not None:
        counting.start()
