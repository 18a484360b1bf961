"""What a rule keeps of each subject, as long as the subject is not idle.

Pure. Must never grow without a bound: whoever makes up names makes up many.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeVar

__all__ = ["MAX_KEYS", "Dated", "Keyed", "most_of"]

MAX_KEYS: Final = 50_000
"""Of so many subjects something is kept; then the one idle for longest is dropped."""


_MOST_MARKS: Final = 400_000
_LEAST_KEYS: Final = 1000


def most_of(count: int) -> int:
    """Return of how many subjects a rule keeps so many entries each."""
    return max(_LEAST_KEYS, min(MAX_KEYS, _MOST_MARKS // count))


class Dated(Protocol):
    """Something that knows when it was asked for last."""

    asked: int


_State = TypeVar("_State", bound=Dated)


class Keyed(Generic[_State]):
    """Key -> state; a state that was not asked for so long is dropped.

    Args:
        make: gives the state of a new key.
        idle: microseconds; a state must mean nothing after that.
        most: states kept at most.
    """

    def __init__(
        self, make: Callable[[], _State], idle: int, most: int = MAX_KEYS
    ) -> None:
        self._make = make
        self._idle = idle
        self._most = most
        self._states: OrderedDict[str, _State] = OrderedDict()

    def __len__(self) -> int:
        """Return how many states are kept."""
        return len(self._states)

    def of(self, key: str, at: int) -> _State:
        """Return the state of a key, asked for at an instant."""
        states = self._states
        state = states.get(key)
        if state is None:
            # Only here, since what is not added to does not grow; and two at a time
            # get rid of all in the end.
            self._drop(at)
            state = states[key] = self._make()
        else:
            states.move_to_end(key)
        state.asked = at
        return state

    def _drop(self, at: int) -> None:
        states = self._states
        for _ in range(2):
            if not states:
                return
            oldest = next(iter(states.values()))
            if oldest.asked > at - self._idle and len(states) < self._most:
                return
            states.popitem(last=False)
