"""That what a question names has no usable facts on record: a reason to deny.

Must never carry facts that stand in for the missing ones.
"""

from ringwall.model.decisions import Reason, Stage

__all__ = ["FactMissing"]


class FactMissing(Exception):
    """What the question names has no usable facts on record.

    Args:
        code: stable kebab-case name of the reason to deny.
        message: for an officer.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.reason = Reason(Stage.FACTS, code, message)
