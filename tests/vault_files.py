"""Files of the vault that lie in a test's memory, and what was asked for them."""

from typing_extensions import override

from ringwall.gate.denied import AccessDenied
from ringwall.model.decisions import Decision, Effect, Reason, Stage, Verdict
from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest
from ringwall.vault.opened_file import Content, Named, VaultFile

__all__ = ["InMemory", "Questions", "opened"]


class InMemory(Content):
    """Bytes that are there already.

    Args:
        data: the bytes.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.is_closed = False

    @override
    def read_into(self, start: int, buffer: memoryview) -> None:
        assert not self.is_closed
        buffer[:] = self.data[start : start + len(buffer)]

    @override
    def close(self) -> None:
        self.is_closed = True


class Questions(list[tuple[int, int]]):
    """The ranges that were asked for; from some amount on the answer is no.

    Args:
        budget: bytes that may leave in all.
    """

    def __init__(self, budget: int = 1 << 62) -> None:
        super().__init__()
        self.left = budget

    def ask(self, amount: int, start: int, stop: int) -> None:
        """Note a question, and raise once the budget is spent."""
        self.append((start, stop))
        if amount > self.left:
            raise AccessDenied(_denied())
        self.left -= amount


def opened(
    data: bytes,
    questions: Questions | None = None,
    name: str = "model.safetensors",
    *,
    size: int | None = None,
) -> VaultFile:
    """Return an open file of the vault that holds `data`, `size` being what it says."""
    told = len(data) if size is None else size
    named = Named(name, "weights:w", "box-aaaaaaaaaaaaaaaaaaaa", told)
    asked = Questions() if questions is None else questions
    return VaultFile(named, InMemory(data), asked.ask, 0)


def _denied() -> Decision:
    words = ("user:ada", "weights.read", "weights:w", "point:p", Authentication.MFA)
    reason = Reason(Stage.FLOW, "monthly-amount-exceeded", "it is used up")
    verdict = Verdict(Effect.DENY, (), (reason,))
    return Decision("dec-1", 0, AccessRequest(*words), verdict, None, 0, "")
