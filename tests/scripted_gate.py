"""A gate whose answers a test writes, where the real one would take an institute.

It stands for the far side of what is tested: the record and the provider of identity.
"""

from typing import TYPE_CHECKING

from ringwall.base.clock import FixedClock
from ringwall.base.errors import IdentityUnproven
from ringwall.model.decisions import Decision, Effect, Reason, Receipt, Stage, Verdict
from ringwall.model.identity import Proof
from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest
from tests.example import NOON

if TYPE_CHECKING:
    from collections.abc import Callable

SECOND = 1_000_000
DENY = Reason(Stage.ACCESS, "no-role", "no role of theirs has the power")


def proof_of(subject: str, until: int = NOON + 3600 * SECOND) -> Proof:
    """Return what a token of a subject proves."""
    return Proof(
        method="token",
        session="ses-1",
        subject=subject,
        point="point:trainer",
        provider="idp:main",
        key="thumbprint",
        at=NOON,
        until=until,
        level=Authentication.HARDWARE,
        fresh_until=NOON + 60 * SECOND,
    )


class ScriptedGate:
    """Permits until it is told a reason; keeps what it was asked.

    Attributes:
        reasons: why it denies; empty to permit.
        asked: the requests, in order.
        opened: the tokens that it was shown, in order.
        proofs: token -> what it proves.
        before: runs before each answer.
        is_recorded: whether its answers have a receipt.
    """

    def __init__(self) -> None:
        self.point = "point:trainer"
        self.clock = FixedClock(NOON)
        self.reasons: tuple[Reason, ...] = ()
        self.asked: list[AccessRequest] = []
        self.opened: list[str] = []
        self.proofs: dict[str, Proof] = {}
        self.before: Callable[[], None] = lambda: None
        self.is_recorded = True

    def check_request(self, request: AccessRequest) -> Decision:
        """Return the answer that the test wrote."""
        self.before()
        self.asked.append(request)
        effect = Effect.DENY if self.reasons else Effect.PERMIT
        verdict = Verdict(effect, reasons=self.reasons)
        receipt = Receipt(len(self.asked), bytes(32), len(self.asked) + 1)
        return Decision(
            f"dec-{len(self.asked):020}",
            self.clock.now(),
            request,
            verdict,
            receipt if self.is_recorded else None,
            0,
            "",
        )

    async def acheck_request(self, request: AccessRequest) -> Decision:
        """As `check_request`."""
        return self.check_request(request)

    def open_session(self, *, token: str = "") -> Proof:
        """Return what a token proves; refuse one that is unknown or was shown."""
        self.before()
        if token not in self.proofs or token in self.opened:
            code = "token-replayed" if token in self.opened else "token-forged"
            raise IdentityUnproven(code, "the token proves nothing")
        self.opened.append(token)
        return self.proofs[token]

    def pass_seconds(self, seconds: int) -> None:
        """Let time pass."""
        self.clock.instant += seconds * SECOND
