"""Who says at the desk that they sign what, and what else is told of that.

Must never be taken for proven: a refusal tells of who was claimed to sign.
"""

from typing import Final, NamedTuple

from ringwall.grants.ground import DeskGround
from ringwall.matters.touches import DecoySight, Touch
from ringwall.model.events import Event
from ringwall.model.matter_events import proof_refused

__all__ = ["Claim"]

# Who refuses or takes back asks for nothing.
_ASKING: Final = frozenset({"request", "approval"})


class Claim(NamedTuple):
    """A statement that somebody puts before the desk.

    Attributes:
        what: `request`, `approval`, `refusal` or `revocation`.
        subject: id of who is said to sign it.
        request: id of the request that it is or is about.
        resource: id of what is asked for; that of the request on record if empty.
    """

    what: str
    subject: str
    request: str
    resource: str = ""

    def refused(self, now: int, code: str) -> Event:
        """Return the event that it was not taken."""
        said = {
            "what": self.what,
            "code": code,
            "subject": self.subject,
            "point": "",
            "about": self.request,
        }
        return proof_refused(now, said)

    def touch(self, ground: DeskGround, sight: DecoySight) -> list[Event]:
        """Return what is recorded beside it if it asks for a decoy.

        Args:
            ground: the record.
            sight: tells decoys.

        Raises:
            UnknownItem: `unknown-request`.
        """
        if self.what not in _ASKING:
            return []
        asked = self.resource or ground.request(self.request).resource
        touch = Touch(ground.now, self.subject, asked, request=self.request)
        same_file = ground.facts.same_file(asked)
        return sight.events_of(touch, ground.matters.decoys, same_file)
