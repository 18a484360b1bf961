"""What the comments of policy.csv say about its rows: the officer's own words.

Comments are for people. Must never bear on an answer, nor on how fast a policy loads:
they are read from the file when somebody first asks why.
"""

from array import array
from bisect import bisect_right
from itertools import pairwise

from ringwall.policy.concern import Concern
from ringwall.policy.dialect import POLICY_FILE

__all__ = ["RowComments", "comments_of"]


class RowComments:
    """The block of comment lines that stands above each unbroken run of rows.

    A blank line ends a run: the rows below it that have no comment of their own are
    about nothing that is written.

    Args:
        text: all of a policy.csv that was read without a fault.
    """

    __slots__ = ("_starts", "_texts")

    def __init__(self, text: str) -> None:
        # Line from which on something else is said, and what: one text for each run.
        self._starts = array("I", [0])
        self._texts = [""]
        block: list[str] = []
        for number, (line, below) in enumerate(pairwise(text.split("\n")), 1):
            if not line:
                self._say(number + 1, "")
            elif line[0] == "#":
                block.append(line.lstrip("#").strip())
                if not below.startswith("#"):
                    self._say(number + 1, " ".join(filter(None, block)))
                    block = []

    def above(self, line: int) -> str:
        """Return what is said about the row on a 1-based line; empty if nothing is."""
        return self._texts[bisect_right(self._starts, line) - 1]

    def _say(self, start: int, text: str) -> None:
        self._starts.append(start)
        self._texts.append(text)


def comments_of(concern: Concern) -> RowComments:
    """Return what the comments of a concern say about its rows."""
    return RowComments(concern.files[POLICY_FILE].decode("utf-8"))
