"""The cases of the concerns that are compared, each file read once.

A comparison looks at the same cases again and again, and to read them is what takes
its time. Must never hand out cases of other files than those asked about.
"""

from ringwall.policy.cases.case_file import Cases
from ringwall.policy.cases.cases import parse_cases
from ringwall.policy.concern import Concern
from ringwall.policy.dialect import CASES_FILE, MODEL_FILE

__all__ = ["KnownCases"]


class KnownCases:
    """Remembers the cases of concerns for as long as one comparison takes."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: dict[tuple[bytes | None, ...], Cases] = {}

    def of(self, concern: Concern, place: str | None = None) -> Cases:
        """Return the cases of a concern, stale names and all.

        Args:
            concern: whose model and cases are looked at, unless the same were before.
            place: the folder, as faults shall name it; by default the concern's name.

        Raises:
            PolicyError: `policy-refused`, see `cases.parse_cases`; each time anew.
        """
        # Rows don't come in: only names that are not stale would be looked up there.
        key = (concern.files.get(MODEL_FILE), concern.files.get(CASES_FILE))
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = parse_cases(concern, place, allow_stale=True)
        return found
