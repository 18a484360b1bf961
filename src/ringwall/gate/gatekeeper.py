"""The gatekeeper: decides, records, and only then answers.

INVARIANT: a permit leaves it only with a receipt; see `answering`.
"""

from collections.abc import Callable, Collection, Sequence
from typing import ParamSpec, Self, TypeVar

from typing_extensions import Unpack

from ringwall.base.clock import Clock
from ringwall.gate.admitting import admitted, too_fast
from ringwall.gate.answering import Answering
from ringwall.gate.decoys import DecoyWatch
from ringwall.gate.denied import AccessDenied
from ringwall.gate.ground import Ground, PolicySource
from ringwall.gate.guard import Doorkeeper, check_action, guard_function
from ringwall.gate.ids import new_decision_id
from ringwall.gate.raid_recording import MakeRaid, RaidRecording
from ringwall.gate.rates import Admission, Rates
from ringwall.gate.recording import Made, Recording
from ringwall.gate.request_reader import Words, request_from_words
from ringwall.gate.sampling import Sampler
from ringwall.gate.session import Session
from ringwall.gate.sign_in import SignIn
from ringwall.gate.streaming import RECHECK
from ringwall.gate.verdicts import Question
from ringwall.ledger.asking.raid_rows import RaidRows
from ringwall.ledger.ledger import Ledger
from ringwall.model.decisions import Decision, Receipt
from ringwall.model.identity import Proof
from ringwall.model.requests import AccessRequest, Reach

__all__ = ["Gatekeeper"]

_P = ParamSpec("_P")
_R = TypeVar("_R")


class Gatekeeper:
    """Checks requests at one enforcement point; shared by all threads.

    Args:
        ledger: opened for writing.
        source: the policies.
        clock: gives the instant of each decision.
        point: id of the enforcement point it speaks for; a request may name
            another only through `check_request`.
        sampler: has some decisions made twice; None to make each once.
        watch: knows the decoys; None where their key is not at hand.

    Raises:
        IntegrityError: the registry is not what the log says.
    """

    def __init__(  # noqa: PLR0913 - what it is put together from, once
        self,
        ledger: Ledger,
        source: PolicySource,
        clock: Clock,
        point: str = "",
        sampler: Sampler | None = None,
        *,
        watch: DecoyWatch | None = None,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._point = point
        self._sampler = sampler
        self._point_key = ""
        self._rates = Rates()
        self._answering = Answering(ledger, source, watch or DecoyWatch(None))
        self._recording = Recording(self._answering)
        self._raid = RaidRecording(self._answering, RaidRows(ledger.store))
        self._sign_in = SignIn(self._answering, clock, point)

    @property
    def ground(self) -> Ground:
        """The facts and policy that the next decision starts from."""
        return self._answering.ground

    @property
    def actions(self) -> Collection[str]:
        """Those that the policies know; empty while they can't be used."""
        return () if self.ground.decider is None else self.ground.decider.actions

    @property
    def point(self) -> str:
        """Id of the enforcement point that it speaks for."""
        return self._point

    @property
    def clock(self) -> Clock:
        """What gives the instant of each decision."""
        return self._clock

    def check(  # noqa: PLR0913 - the words of one question, by name only
        self,
        *,
        subject: str,
        action: str,
        resource: str,
        authn: str = "none",
        purpose: str = "",
        amount: int | None = None,
        present: Sequence[str] = (),
        grant: str = "",
        binds: str = "",
        handles: Sequence[str] = (),
        continues: str = "",
        reach: Reach | None = None,
    ) -> Decision:
        """Decide, record and return the answer.

        Args:
            subject: id of the person or service, proven by the caller.
            action: e.g. `weights.read`.
            resource: id of the asset.
            authn: how the session was proven: none, password, mfa, hardware or
                hardware-fresh.
            purpose: why, at most 500 characters; recorded.
            amount: bytes that are to leave through the point; a permit takes them
                off the budgets. Not stated, they count as more than any budget.
            present: ids of the other people who are there.
            grant: id of the request under whose grant it is asked; empty for any.
            binds: hex digest of what it is done with; empty for nothing.
            handles: obligations that the caller will carry out, e.g. `watermark`.
            continues: id of the permit that a stream began with, of which this is the
                next look: nothing is used up twice.
            reach: the bytes of a container that it is for: a permit puts on record,
                beside itself, that it was opened or, as the next look, what was read.

        Returns:
            The decision. Without a receipt it is always a deny: the record could
            not be made.

        Raises:
            RequestError: a word is malformed; nothing was asked or recorded.
        """
        request = request_from_words(
            subject=subject,
            action=action,
            resource=resource,
            point=self._point,
            authn=authn,
            purpose=purpose,
            amount=amount,
            present=present,
            grant=grant,
            binds=binds,
            handles=handles,
            continues=continues,
            reach=reach,
        )
        return self.check_request(request)

    def check_request(self, request: AccessRequest) -> Decision:
        """Decide, record and return the answer to a request already read.

        Who asks too fast is told so on record once within a minute, and then without.
        """
        question, admission = self._question(request)
        if question.too_fast is None or admission.is_first:
            return self._raid.noted(self._answering.answer(question))
        if self._answering.is_decoy(question):
            # On record with its alarm; whoever asks is told the same as of any other.
            self._answering.answer(question)
        return self._answering.refused(question, question.too_fast)

    async def acheck(self, **words: Unpack[Words]) -> Decision:
        """As `check`, for a coroutine: its event loop goes on meanwhile.

        Whoever is cancelled while waiting has no answer, though there may be one on
        record.
        """
        request = request_from_words(point=self._point, **words)
        return await self.acheck_request(request)

    async def acheck_request(self, request: AccessRequest) -> Decision:
        """As `check_request`, for a coroutine."""
        question, admission = self._question(request)
        if question.too_fast is None or admission.is_first:
            return await self._answering.answer_later(question)
        if self._answering.is_decoy(question):
            await self._answering.answer_later(question)
        return self._answering.refused(question, question.too_fast)

    def require(self, **words: Unpack[Words]) -> Decision:
        """As `check`, but raise `AccessDenied`, carrying the decision, on a deny."""
        decision = self.check(**words)
        if not decision.permitted:
            raise AccessDenied(decision)
        return decision

    async def arequire(self, **words: Unpack[Words]) -> Decision:
        """As `require`, for a coroutine."""
        decision = await self.acheck(**words)
        if not decision.permitted:
            raise AccessDenied(decision)
        return decision

    def guard(
        self,
        *,
        action: str,
        resource: str,
        subject: str = "subject",
        authn: str = "authn",
        recheck: int = RECHECK,
    ) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
        """Return a decorator that requires a permit before each call.

        Args:
            action: the action that a call amounts to.
            resource: name of the parameter that holds the asset's id.
            subject: name of the parameter that holds the subject's id.
            authn: name of the parameter that holds the authentication level; a
                function without it is asked with `none`.
            recheck: seconds after which a generator is decided again, 1 to 3600.

        Raises:
            TypeError: at decoration, if the function lacks a named parameter.
            ValueError: at decoration, if `recheck` is out of range, or no policy knows
                the action.
        """
        check_action(action, self.actions)

        def decorate(function: Callable[_P, _R]) -> Callable[_P, _R]:
            names = {"subject": subject, "resource": resource, "authn": authn}
            doorkeeper = Doorkeeper(
                lambda values: self.require(action=action, **values),
                lambda values: self.arequire(action=action, **values),
                lambda _: self._clock.now(),
                recheck,
            )
            return guard_function(function, names, doorkeeper)

        return decorate

    def open_session(
        self,
        *,
        token: str = "",
        statement: bytes = b"",
        signature: str = "",
        subject: str = "",
    ) -> Proof:
        """Verify a proof of identity, once, and put the session it opens on record.

        Args:
            token: a JWT of a provider of identity on record; or
            statement: canonical JSON as `pdp.opening.session_statement` makes it,
            signature: signed by its subject with a registered SSH key, armored.
            subject: whose token it has to be; whoever it names if empty.

        Raises:
            IdentityUnproven: with a code of its own for each way to prove nothing;
                the refusal is on record.
            RecordUnavailable: the session could not be put on record.
            ValueError: neither a token nor a statement is given, or both.
        """
        if bool(token) == bool(statement):
            raise ValueError("a session is opened by a token or by a signed statement")
        if token:
            return self._sign_in.by_token(token, subject)
        return self._sign_in.by_statement(statement, signature)

    def session(  # noqa: PLR0913 - the ways to show who asks, by name only
        self,
        *,
        token: str = "",
        statement: bytes = b"",
        signature: str = "",
        subject: str = "",
        authn: str = "none",
        recheck: int = RECHECK,
    ) -> Session:
        """Open a session: a context manager with `check`, `require`, `stream`, ...

        Args:
            token: as `open_session`, like
            statement: and
            signature: here.
            subject: id of who asks. Without token and statement it is a word: taken
                only from a point that vouches for its users, or where the institute
                says on record that words will do.
            authn: how the caller says the session was proven, beside a mere word.
            recheck: seconds after which streams are decided again, 1 to 3600.

        Raises:
            IdentityUnproven: as `open_session`.
            RecordUnavailable: as `open_session`.
            ValueError: nothing says who asks; or `recheck` is out of range.
        """
        if not token and not statement:
            if not subject:
                raise ValueError("a session needs a token, a statement or a subject")
            return Session(self, None, subject, recheck, authn)
        proof = self.open_session(
            token=token, statement=statement, signature=signature, subject=subject
        )
        return Session(self, proof, recheck=recheck)

    def prove_point(self, sign: Callable[[bytes], str]) -> None:
        """Have the enforcement point show that it is itself, by signing a challenge.

        Args:
            sign: gives the armored SSHSIG, namespace `ringwall`, over bytes.

        Raises:
            IdentityUnproven: it has no key on record, or did not sign with it; the
                refusal is on record, and each decision goes on to say no.
        """
        self._point_key = self._sign_in.point_key(sign)

    def record(self, make: Made) -> list[Receipt]:
        """Put events of the vault on record, on the ground that they were made on.

        For desks above the gate. They give `vault.sealed`, `.rewrapped`, `.destroyed`
        and `.verified`, and the alarm `container-damaged`; what was opened or read the
        gate records itself, with its decision.

        Args:
            make: gives the events on a ground, none to record nothing, or raises what
                speaks against it. Asked anew where facts have changed meanwhile; it
                must not ask the gate itself.

        Returns:
            The receipts of the events: they are durable, and in `ground`.

        Raises:
            ValueError: an event is of another kind, or the decision that it names is
                not the permit of its subject for this act, or was used before.
            UnknownItem: `unknown-decision`, it names none.
            RecordUnavailable: they could not be recorded.
            IntegrityError: the registry is not what the log says.
        """
        return self._recording.record(make)

    @property
    def raid_rows(self) -> RaidRows:
        """The rows of the incident desk; whoever reads them asks the gate before."""
        return self._raid.rows

    def record_raid(self, make: MakeRaid) -> list[Receipt]:
        """Put one transaction of the incident desk on record; as `record`.

        Args:
            make: gives its events, all under one permit, and what they were made on.

        Returns:
            The receipts of the events: they are durable.

        Raises:
            ValueError: an event is of another kind, its permit is none for it or was
                used before, or somebody carries what they proposed.
            ActRefused: `admitted-self`, `admitted-unknown`.
            UnknownItem: `unknown-decision`, it names none.
            RecordUnavailable, IntegrityError: as `record`.
        """
        return self._raid.record(make)

    def refresh(self) -> None:
        """Take in what has landed on the ledger since the last decision.

        Raises:
            IntegrityError: the registry is not what the log says.
        """
        self._answering.refresh(self.ground)

    def __enter__(self) -> Self:
        """Return the gate itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the gate."""
        self.close()

    def close(self) -> None:
        """Commit what is pending and let go of the ledger."""
        self._ledger.close()

    def _question(self, request: AccessRequest) -> tuple[Question, Admission]:
        now = self._clock.now()
        # Drawn once: that facts changed meanwhile gives nobody a second draw.
        is_sampled = self._sampler is not None and self._sampler.draws()
        sampler = self._sampler if is_sampled else None
        facts, proven = self.ground.facts, bool(self._point_key)
        admission = admitted(self._rates, request, facts, now, is_point_proven=proven)
        question = Question(
            request,
            new_decision_id(now),
            now,
            sampler,
            too_fast(admission),
            # What it has proven, it has proven of itself alone.
            self._point_key if request.point == self._point else "",
        )
        return question, admission
