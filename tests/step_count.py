"""Steps of an act, in order: what a watch on a quiet machine could tell apart at best.

Counted are calls of the product, and calls out of it to what reads, decides or seals.
Wall clocks are no measure here: they tell of the machine.
"""

import gc
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

__all__ = ["steps_of"]

_OWN: Final = "ringwall"


def steps_of(act: Callable[[], object]) -> list[str]:
    """Return the steps of an act by name, each as often as it was taken.

    Args:
        act: is done once.
    """
    steps: list[str] = []

    def note(frame: FrameType, event: str, what: Any) -> None:  # noqa: ANN401 - of sys
        module = frame.f_globals.get("__name__", "")
        if not module.startswith(_OWN):
            return
        if event == "call":
            steps.append(f"{module}.{frame.f_code.co_qualname}")
        elif event == "c_call":
            steps.append(f"{module} > {getattr(what, '__qualname__', what)}")

    before = sys.getprofile()
    # What the collector runs in between is no step of the act.
    gc.disable()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(before)
        gc.enable()
    return steps
