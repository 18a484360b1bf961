"""Who stands at a desk above the gate, and the questions that are put for them.

Each question goes through the gate and onto the record. Must never let somebody else
than the gate at hand answer one.
"""

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict

from typing_extensions import Unpack

from ringwall.base.errors import RequestError
from ringwall.gate.denied import AccessDenied
from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.gate.session import Session
from ringwall.model.decisions import Decision
from ringwall.model.requests import Reach

__all__ = ["Asker", "Question", "Who"]


class Who(TypedDict, total=False):
    """Who asks, and what for.

    Attributes:
        session: within which it is asked; or
        subject: id of who asks, where words are taken, and
        authn: how the caller says that it was proven.
        purpose: why.
        present: ids of the other people who are there.
        grant: id of the request under whose grant it is asked; empty for any.
    """

    session: Session | None
    subject: str
    authn: str
    purpose: str
    present: Sequence[str]
    grant: str


class Question(TypedDict):
    """What is asked; see `Gatekeeper.check`."""

    action: str
    resource: str
    amount: NotRequired[int | None]
    reach: NotRequired[Reach | None]
    continues: NotRequired[str]
    binds: NotRequired[str]
    handles: NotRequired[Sequence[str]]


class Asker:
    """Puts the questions of one subject to one gate.

    Args:
        gate: answers.
        who: who asks.

    Raises:
        RequestError: `asker-missing`, neither a session nor a subject is given, or
            both; `session-foreign`, the session is of another gate, or is none.
    """

    def __init__(self, gate: Gatekeeper, who: Who) -> None:
        self._gate = gate
        words = dict[str, Any](who)
        self._session: Session | None = words.pop("session", None)
        if (self._session is None) == (not words.get("subject")):
            raise RequestError(
                "asker-missing",
                "either a session or a subject says who asks, and not both",
                next_step="give `session=` of this gate, or `subject=` and `authn=`",
            )
        if self._session is not None:
            _check_own(self._session, gate)
            words = {name: words[name] for name in words.keys() & _WITHIN}
        self._words = words

    @property
    def subject(self) -> str:
        """Id of who asks."""
        if self._session is not None:
            return self._session.subject
        subject: str = self._words["subject"]
        return subject

    @property
    def purpose(self) -> str:
        """Why it is asked."""
        purpose: str = self._words.get("purpose", "")
        return purpose

    def begun(self, action: str, resource: str, binds: str = "") -> str:
        """Return the id of the last permit that a grant of theirs was used for.

        What is on record and was not finished on disk is finished under that permit.

        Args:
            action: of the act.
            resource: id of the asset.
            binds: what the act is bound to.

        Returns:
            Empty if there is none.
        """
        permits = self._permits(action, resource, binds)
        return permits[-1] if permits else ""

    def interrupted(self, action: str, resource: str, binds: str = "") -> str:
        """Return the id of a permit that used a grant, and that nothing came of.

        The act goes on under it: a grant is not used up by what broke. As `begun`.
        """
        containers = self._gate.ground.matters.containers
        for permit in self._permits(action, resource, binds):
            if not containers.is_carried_out(permit):
                return permit
        return ""

    def _permits(self, action: str, resource: str, binds: str) -> list[str]:
        """Return the permits that used a grant here, the oldest first."""
        requests = self._gate.ground.matters.requests
        uses = [
            use
            for request in requests.of(self.subject, action, resource)
            for use in request.used
            if request.binds == binds and use.point == self._gate.point
        ]
        return [use.decision for use in sorted(uses, key=lambda use: use.index)]

    def require(self, **question: Unpack[Question]) -> Decision:
        """Put a question and return the permit.

        Raises:
            AccessDenied: the answer is no; it carries the decision.
            RequestError: a word is malformed; nothing was asked.
            IdentityUnproven: `session-closed`.
        """
        if self._session is not None:
            decision = self._session.check(**self._words, **question)
        else:
            decision = self._gate.check(**self._words, **question)
        if not decision.permitted:
            raise AccessDenied(decision)
        return decision


_WITHIN = frozenset({"purpose", "present", "grant"})


def _check_own(session: Session, gate: Gatekeeper) -> None:
    """Raise unless it is the gate at hand that a session asks."""
    # Whoever could pass an object of their own would be asked by it, not by the gate.
    if type(session) is not Session or not session.is_of(gate):
        raise RequestError(
            "session-foreign",
            "the session was not opened at the gate of this desk",
            next_step="open one with `gate.session(...)` of the same gate",
        )
