"""What is wrong with stored checkpoints, told once for many in a row.

Must never put together what is wrong in different ways, nor pass over a good one.
"""

from ringwall.ledger.verification.findings import Findings

__all__ = ["StoredFaults"]


class StoredFaults:
    """Takes in checkpoints in the order of their sizes.

    Args:
        findings: takes in what is wrong with them.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._fault: tuple[str, str] | None = None
        self._sizes: list[int] = []

    def hold(self, code: str, size: int, message: str) -> None:
        """Take in what is wrong with a checkpoint.

        Args:
            code: stable kebab-case name.
            size: under which it is stored.
            message: what is wrong, for an officer.
        """
        if self._fault != (code, message):
            self.tell()
        self._fault = code, message
        # Of those between the first and the last only the number is told.
        self._sizes.append(size)

    def tell(self) -> None:
        """Tell what was taken in: the next checkpoint is good, or there is none."""
        if self._fault is None:
            return
        code, message = self._fault
        first, last, count = self._sizes[0], self._sizes[-1], len(self._sizes)
        place = f"checkpoint {first}"
        if count > 1:
            place = f"checkpoints {first} to {last} ({count})"
        self._findings.hold(code, place, message)
        self._fault, self._sizes = None, []
