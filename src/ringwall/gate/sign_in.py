"""Opening a session: who it is has been shown, once, and that is on record.

A proof is used for one session only, whichever gate it is shown to. Must never open
one that is not on record first.
"""

import logging
import secrets
from collections import defaultdict
from collections.abc import Callable
from typing import Final, NamedTuple

from ringwall.base.clock import Clock, format_instant
from ringwall.base.errors import IdentityUnproven, RecordUnavailable
from ringwall.gate.answering import Answering
from ringwall.gate.rates import Rates
from ringwall.ledger.ledger import StaleBasis
from ringwall.model.events import Event
from ringwall.model.identity import Proof
from ringwall.model.matter_events import proof_refused, session_opened
from ringwall.pdp.facts import FactBase
from ringwall.pdp.opening import (
    Opening,
    check_session_statement,
    check_session_token,
    claimed_subject,
)
from ringwall.pdp.point_proof import check_point_answer, point_challenge

__all__ = ["SignIn"]

_ATTEMPTS: Final = 64
_NONCE_BYTES: Final = 16
_Check = Callable[[FactBase, Opening], Proof]


# Whoever shows a proof for the second time has one that was true: each is on record.
_ALWAYS: Final = frozenset({"token-replayed"})


class _Refusals(NamedTuple):
    """How many refusals of a code a minute are put on record; the diary tells of all.

    Else whoever has no proof at all could fill the disk. Each code is counted by
    itself, so that a flood of garbage hides no forgery and no foreign token.
    """

    per_person: int = 20
    in_all: int = 60


class _Openings(NamedTuple):
    """How many sessions a minute are opened where the point sets no rate of its own."""

    per_person: int = 60
    in_all: int = 60_000


class SignIn:
    """Opens sessions at one enforcement point; shared by all threads.

    Args:
        answering: what the gate decides on.
        clock: gives the instant.
        point: id of the enforcement point.
    """

    def __init__(self, answering: Answering, clock: Clock, point: str) -> None:
        self._answering = answering
        self._clock = clock
        self._point = point
        self._refusals: defaultdict[str, Rates] = defaultdict(Rates)
        self._openings = Rates()

    def by_token(self, token: str, subject: str = "") -> Proof:
        """Open a session with a token of a provider on record.

        Args:
            token: a JWT.
            subject: id of who presents it; whose login it is if empty.

        Raises:
            IdentityUnproven: it proves nothing; or was used before: `token-replayed`;
                or opens one session too many within a minute: `person-rate-exceeded`,
                `point-rate-exceeded`.
            RecordUnavailable: it could not be put on record.
        """

        def check(facts: FactBase, opening: Opening) -> Proof:
            return check_session_token(token, subject, facts, opening)

        return self._open(check, subject)

    def by_statement(self, statement: bytes, signature: str) -> Proof:
        """Open a session with a statement that its subject has signed.

        Args:
            statement: as `pdp.opening.session_statement` makes it.
            signature: armored SSHSIG.

        Raises:
            IdentityUnproven: as `by_token`.
            RecordUnavailable: it could not be put on record.
        """

        def check(facts: FactBase, opening: Opening) -> Proof:
            return check_session_statement(statement, signature, facts, opening)

        return self._open(check, claimed_subject(statement))

    def point_key(self, sign: Callable[[bytes], str]) -> str:
        """Have the point itself sign a challenge; return its key's fingerprint.

        Args:
            sign: gives the armored signature over bytes.

        Raises:
            IdentityUnproven: the point has no key on record, or has not signed with
                it; the refusal is on record.
        """
        facts, now = self._answering.ground.facts, self._clock.now()
        nonce = secrets.token_urlsafe(_NONCE_BYTES)
        origin = self._answering.ground.origin
        challenge = point_challenge(origin, self._point, nonce, now)
        try:
            return check_point_answer(challenge, sign(challenge), facts)
        except IdentityUnproven as error:
            self._refuse("point", error, "", now)
            raise

    def _open(self, check: _Check, claimed: str) -> Proof:
        is_counted = False
        for _ in range(_ATTEMPTS):
            ground = self._answering.ground
            opening = Opening(ground.origin, self._point, self._clock.now())
            try:
                proof = check(ground.facts, opening)
                _check_unused(ground.matters.sessions.is_used(proof.nonce, proof.until))
            except IdentityUnproven as error:
                self._refuse("session", error, claimed, opening.now)
                raise
            if not is_counted:
                self._count(proof, ground.facts, opening.now)
                is_counted = True
            event = _opened(proof, opening.now)
            try:
                [receipt] = self._answering.ledger.append([event], ground.basis)
            except StaleBasis:
                self._answering.refresh(ground)
                continue
            moved = [(receipt.index, receipt.leaf, event)]
            self._answering.advance(ground, moved)
            return proof
        raise RecordUnavailable(
            "facts-unsettled", "facts changed faster than a session could be opened"
        )

    def _count(self, proof: Proof, facts: FactBase, now: int) -> None:
        """Count a session that is about to be opened, by whatever account of a person.

        Raises:
            IdentityUnproven: it is one too many; within a minute the first is on
                record, of the others the diary tells.
        """
        limits = facts.rate(self._point) or _Openings()
        person = facts.natural_person(proof.subject)
        admitted = self._openings.admits(person, self._point, limits, now)
        if not admitted.code:
            return
        error = IdentityUnproven(
            admitted.code,
            "more sessions were opened within a minute than the point lets through",
            next_step=f"go on in an open session, or sign in again in "
            f"{admitted.seconds} s",
        )
        if admitted.is_first:
            self._refuse("session", error, proof.subject, now)
        else:
            self._note("session", error)
        raise error

    def _refuse(
        self, what: str, error: IdentityUnproven, claimed: str, now: int
    ) -> None:
        """Put a refusal on record, unless there were too many of it within a minute."""
        self._note(what, error)
        if error.code not in _ALWAYS:
            rates = self._refusals[error.code]
            if rates.admits(claimed, self._point, _Refusals(), now).code:
                return
        said = {
            "what": what,
            "code": error.code,
            "subject": claimed,
            "point": self._point,
            "about": "",
        }
        self._answering.ledger.append([proof_refused(now, said)])

    def _note(self, what: str, error: IdentityUnproven) -> None:
        self._answering.diary.note(
            logging.WARNING, "proof_refused", what=what, code=error.code
        )


def _check_unused(is_used: bool) -> None:  # noqa: FBT001 - the only thing it is told
    if is_used:
        raise IdentityUnproven(
            "token-replayed",
            "this proof has opened a session before",
            next_step="sign in again and use the new token or statement",
        )


def _opened(proof: Proof, now: int) -> Event:
    said = {
        "nonce": proof.nonce,
        "subject": proof.subject,
        "point": proof.point,
        "method": proof.method,
        "provider": proof.provider or proof.key,
        "until": format_instant(proof.until),
    }
    return session_opened(now, proof.session, said)
