"""The sessions of a web service: one for each token, up to the token's end.

A token is opened once, whoever comes with it at the same time; its nonce is then on
record, so no other gate takes it. Must never keep a token, only its digest.
"""

import asyncio
import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from typing import Final, Protocol

from ringwall.gate.session import AskingGate, Session
from ringwall.model.identity import Proof

__all__ = ["OpeningGate", "TokenSessions"]

_MOST: Final = 16_384
_OPENERS: Final = 8


class OpeningGate(AskingGate, Protocol):
    """A gate that proves who asks."""

    def open_session(self, *, token: str = "") -> Proof:
        """Return what a token proves, once and on record."""
        ...


class TokenSessions:
    """Opens and keeps sessions; shared by threads and event loops.

    Args:
        gate: proves who asks.
        recheck: seconds after which a stream of a session is decided again.
        most: sessions that are kept; of one that had to go, the token is refused.
    """

    def __init__(self, gate: OpeningGate, recheck: int, most: int = _MOST) -> None:
        self._gate = gate
        self._recheck = recheck
        self._most = most
        self._guard = threading.Lock()
        self._kept: OrderedDict[bytes, tuple[Session, int]] = OrderedDict()
        self._opening: dict[bytes, Future[Session]] = {}
        self._openers = ThreadPoolExecutor(_OPENERS, "ringwall-session")

    async def session_of(self, token: str) -> Session:
        """Return the session of a token, opened if it is new.

        Raises:
            IdentityUnproven: the token proves nothing, or was used elsewhere.
            RecordUnavailable: the session can't be recorded.
        """
        digest = sha256(token.encode()).digest()
        with self._guard:
            kept = self._kept.get(digest)
            if kept is not None:
                session, until = kept
                if session.now() < until:
                    self._kept.move_to_end(digest)
                    return session
                del self._kept[digest]
            opening = self._opening.get(digest)
            if opening is None:
                opening = self._openers.submit(self._open, token, digest)
                self._opening[digest] = opening
        # Who is cancelled must not take the session from those who wait for it, too.
        return await asyncio.shield(asyncio.wrap_future(opening))

    def _open(self, token: str, digest: bytes) -> Session:
        try:
            proof = self._gate.open_session(token=token)
            session = Session(self._gate, proof, recheck=self._recheck)
            with self._guard:
                self._kept[digest] = session, proof.until
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            return session
        finally:
            with self._guard:
                # Under the lock it was put there before this ran.
                self._opening.pop(digest, None)
