"""What the decision point answers: an outcome, its rules and every reason.

A decision is never a bare bool, and a deny never lacks a reason.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ringwall.model.requests import AccessRequest

__all__ = ["Change", "Decision", "Effect", "Reason", "Receipt", "Stage", "Verdict"]


class Effect(StrEnum):
    """The two answers."""

    PERMIT = "permit"
    DENY = "deny"


class Stage(StrEnum):
    """The step of the pipeline that a reason comes from."""

    POLICY = "policy"
    IDENTITY = "identity"
    RATE = "rate"
    FACTS = "facts"
    CLASSIFICATION = "classification"
    ELIGIBILITY = "eligibility"
    FLOW = "flow"
    ACCESS = "access"
    RELEASE = "release"
    TRAINING = "training"
    RAID_CASES = "raid_cases"
    QUORUM = "quorum"
    FLOOR = "floor"
    GRANT = "grant"
    BUDGET = "budget"
    OBLIGATION = "obligation"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition that stood in the way.

    Attributes:
        stage: the step that found it.
        code: stable kebab-case name.
        message: one sentence for an officer.
        rule: id of the row it belongs to, empty where there is none.
        place: `file:line` of that row, empty where there is none.
        condition: name of the failed condition, empty where there is none.
        seen: the value found, as text.
        needed: the value that would have served, as text.
    """

    stage: Stage
    code: str
    message: str
    rule: str = ""
    place: str = ""
    condition: str = ""
    seen: str = ""
    needed: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that would have to be otherwise for a deny to become a permit.

    Attributes:
        attribute: the fact as policies name it, e.g. `session.authentication`.
        seen: what it is, as text.
        needed: what would serve, as text; of a set, what it lacks.
    """

    attribute: str
    seen: str
    needed: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision point's answer, before it is on record.

    Attributes:
        effect: permit or deny.
        rules: ids of the rows that decided, by stage, in file order.
        reasons: why not; empty for a permit.
        explicit: a row of a policy forbids it; otherwise nothing permits it.
        change: the fewest facts that would turn a deny, all of them together; empty
            for a permit, and where none are known to.
        rests_on: the exceptions without which a permit would have been a deny, one
            line each; empty for a deny.
        grant: id of the request whose grant a permit uses; empty for none.
        obligations: what goes with a permit, sorted; empty for a deny.
    """

    effect: Effect
    rules: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    explicit: bool = False
    change: tuple[Change, ...] = ()
    rests_on: tuple[str, ...] = ()
    grant: str = ""
    obligations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where in the log an entry stands.

    Attributes:
        index: 0-based position of the entry.
        leaf: RFC 6962 leaf hash, 32 bytes.
        size: size of the tree that the commit produced.
    """

    index: int
    leaf: bytes
    size: int


# What a caller can do something about, and the code that tells of it.
_MENDABLE: Final = {
    "grant.quorum": "approval-missing",
    "session.authentication": "authentication-insufficient",
}
_REFUSED: Final = ("not-permitted",)
# These tell nothing of the asset: who asks has proven nothing yet, is too fast, or
# would be let in; or nobody would be. Of a budget the code alone is told, not whose it
# is, nor how much others have drawn.
_TOLD_AS_THEY_ARE: Final = frozenset(
    {Stage.IDENTITY, Stage.RATE, Stage.BUDGET, Stage.OBLIGATION, Stage.RECORD}
)


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer with its place in the record.

    Attributes:
        id: `dec-` and 20 letters or digits, ordered by time.
        at: instant of the decision.
        request: the question.
        verdict: effect, rules and reasons.
        receipt: where it is recorded; None only for a deny that could not be.
        basis: index of the last fact or policy event it was made on.
        policy: digest of the policy bundle, hex.
        obligations: what the caller has to carry out with a permit; the gate has
            seen to the others.
        settled: index of the last fact or policy event once it was recorded: that of
            a grant or amount it used up, or its basis.
    """

    id: str
    at: int
    request: AccessRequest
    verdict: Verdict
    receipt: Receipt | None
    basis: int
    policy: str
    obligations: tuple[str, ...] = ()
    settled: int = -1

    @property
    def permitted(self) -> bool:
        """Whether the answer is permit."""
        return self.verdict.effect is Effect.PERMIT

    def __bool__(self) -> bool:
        """Return whether the answer is permit: whoever forgets to look fails closed."""
        return self.permitted

    def caller_reasons(self) -> tuple[str, ...]:
        """Return the codes that may be told to the caller.

        Only what the caller can mend in an otherwise permitted request is named
        (a proof of identity, stronger authentication, an approval, an amount that is
        within the budgets, an obligation);
        all else is `not-permitted`, the same whether or not the asset exists. Why a
        grant does not count is for officers: a caller is told `approval-missing`.
        """
        if self.permitted:
            return ()
        reasons = self.verdict.reasons
        stages = {reason.stage for reason in reasons}
        if stages and stages <= _TOLD_AS_THEY_ARE:
            return tuple(dict.fromkeys(reason.code for reason in reasons))
        if stages == {Stage.GRANT}:
            return ("approval-missing",)
        needed = {change.attribute for change in self.verdict.change}
        if not needed <= _MENDABLE.keys():
            return _REFUSED
        return tuple(sorted(_MENDABLE[item] for item in needed)) or _REFUSED
