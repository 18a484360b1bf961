"""The desk that takes requests, approvals, refusals and revocations.

Each is signed by whom it names, checked against the state it is recorded on, and
appended only if that state still holds. A proof that is refused is on record before
anybody is told. Must never write what it would not count at the moment of use.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import Any, Final, NamedTuple

from ringwall.base.clock import Clock, format_instant
from ringwall.base.errors import RecordUnavailable, RequestError, RingwallError
from ringwall.grants.approving import approval_refusal
from ringwall.grants.asking import ways_to_ask
from ringwall.grants.claim import Claim
from ringwall.grants.ground import DeskGround, Terms, TermsSource, read_ground
from ringwall.grants.objecting import refusing_refusal, revoking_refusal
from ringwall.grants.said import check_said
from ringwall.grants.signing import SignedText, opening_refusal
from ringwall.grants.standing import Standing, standing_of
from ringwall.grants.ways import Way
from ringwall.ledger.ledger import Ledger, StaleBasis
from ringwall.matters.judging import pin_of
from ringwall.matters.requests import GrantRequest
from ringwall.matters.scene import Scene
from ringwall.matters.statements import request_id, statement_of
from ringwall.matters.touches import DecoySight
from ringwall.model.decisions import Receipt
from ringwall.model.events import Event
from ringwall.model.matter_events import (
    grant_revoked,
    request_approved,
    request_opened,
    request_refused,
)

__all__ = ["Draft", "GrantsDesk", "Told", "Wish"]

# Others go on deciding meanwhile: sessions that open move what it rests on, too.
_ATTEMPTS: Final = 64
_NONCE_BYTES: Final = 16
_Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to ask for.

    Attributes:
        subject: id of who asks.
        action: e.g. `weights.export`.
        resource: id of the asset.
        purpose: why, at least ten characters.
        until: instant at which the grant ends.
        manner: `approved` or `break-glass`.
        uses: how often it may be used; 0 for as often as wanted.
        start: instant from which it may be used; now if 0.
        binds: hex digest of what alone it is for; or empty.
    """

    subject: str
    action: str
    resource: str
    purpose: str
    until: int
    manner: str = "approved"
    uses: int = 1
    start: int = 0
    binds: str = ""


class Draft(NamedTuple):
    """A request that nobody has signed yet.

    Attributes:
        said: what it says.
        statement: the bytes to be signed.
        ways: where it could be used, and the approvals that it takes.
    """

    said: dict[str, Any]
    statement: bytes
    ways: tuple[Way, ...]


class Told(NamedTuple):
    """A request and how it stands."""

    request: GrantRequest
    standing: Standing


class GrantsDesk:
    """Takes requests and what others say to them.

    Args:
        ledger: opened for writing; for reading it can still draft, list and show.
        terms: gives the policies and threat models at hand.
        clock: gives the instant of each act.
        sight: tells decoys: who asks for one, or approves it, is told of.
    """

    def __init__(
        self,
        ledger: Ledger,
        terms: TermsSource,
        clock: Clock,
        sight: DecoySight | None = None,
    ) -> None:
        self._ledger = ledger
        self._terms = terms
        self._clock = clock
        self._sight = sight or DecoySight(None)
        self._known: Terms | None = None
        self._seen: DeskGround | None = None

    def draft(self, wish: Wish) -> Draft:
        """Return a request to be signed by who asks; nothing is recorded.

        Raises:
            RequestError: `request-malformed`.
            ActRefused: as `ways_to_ask`.
            PolicyError: `policy-not-activated`.
        """
        ground = self._ground()
        said = {
            "subject": wish.subject,
            "action": wish.action,
            "resource": wish.resource,
            "purpose": wish.purpose,
            "manner": wish.manner,
            "uses": wish.uses,
            "from": format_instant(wish.start or ground.now),
            "until": format_instant(wish.until),
            "binds": wish.binds,
            "nonce": token_hex(_NONCE_BYTES),
            "origin": ground.origin,
        }
        said = check_said("request.opened", said)
        ways = ways_to_ask(said, self._scene(ground, wish.action))
        return Draft(said, statement_of("request.opened", said), ways)

    def file(self, said: _Said, signature: str) -> tuple[Told, Receipt]:
        """Put a request on record that who asks has signed.

        Raises:
            RequestError: `request-malformed`.
            IdentityUnproven: `request-not-own`, `request-foreign`, `key-lapsed`,
                `key-unknown`, `signature-invalid`.
            ActRefused: `request-replayed`, `review-open`; or as `ways_to_ask`.
            PolicyError: `policy-not-activated`.
            RecordUnavailable: it could not be made durable.
        """
        said = check_said("request.opened", said)
        about = request_id(said)

        def refusal(ground: DeskGround) -> RingwallError | None:
            scene = self._scene(ground, said["action"])
            return opening_refusal(said, signature, ground, scene)

        def event(now: int) -> Event:
            return request_opened(now, about, said, signature)

        claim = Claim("request", said["subject"], about, said["resource"])
        receipt = self._append(claim, refusal, event)
        return self.show(about), receipt

    def approval_of(self, name: str, approver: str, seat: str) -> dict[str, Any]:
        """Return what somebody says who approves a request, as the facts now are.

        Args:
            name: id of the request.
            approver: id of who approves.
            seat: the role in which they do.

        Raises:
            UnknownItem: `unknown-request`.
            RequestError: `request-malformed`.
            ActRefused: `facts-missing`, one of the two or the asset is not there.
        """
        ground = self._ground()
        request = ground.request(name)
        pinned = _pinned(request, approver, ground)
        said = {
            "request": request.id,
            "digest": request.digest,
            "approver": approver,
            "seat": seat,
            "facts": pinned,
            "origin": ground.origin,
        }
        return check_said("request.approved", said)

    def approve(self, said: _Said, signature: str) -> tuple[Told, Receipt]:
        """Put an approval on record that its approver has signed.

        Raises:
            UnknownItem: `unknown-request`.
            RequestError: `request-malformed`.
            IdentityUnproven: `request-foreign`, `signer-unknown`, `key-lapsed`,
                `key-unknown`, `signature-invalid`.
            ActRefused: the approver may not, with the code of
                `approver_faults`; `request-closed`, `facts-changed`,
                `approval-of-another`, `seat-not-asked`, `approved-already`.
            PolicyError: `policy-not-activated`.
            RecordUnavailable: it could not be made durable.
        """
        said = check_said("request.approved", said)
        signed = SignedText(statement_of("request.approved", said), signature)

        def refusal(ground: DeskGround) -> RingwallError | None:
            request = ground.request(said["request"])
            scene = self._scene(ground, request.action)
            return approval_refusal(request, said, signed, scene)

        def event(now: int) -> Event:
            return request_approved(now, said, signature)

        claim = Claim("approval", said["approver"], said["request"])
        receipt = self._append(claim, refusal, event)
        return self.show(said["request"]), receipt

    def objection_of(
        self, kind: str, name: str, by: str, reason: str
    ) -> dict[str, Any]:
        """Return what somebody says who refuses a request, or takes a grant back.

        Args:
            kind: `request.refused` or `grant.revoked`.
            name: id of the request.
            by: id of who does.
            reason: why, at least ten characters.

        Raises:
            UnknownItem: `unknown-request`.
            RequestError: `request-malformed`.
        """
        ground = self._ground()
        request = ground.request(name).id
        said = {"request": request, "by": by, "reason": reason, "origin": ground.origin}
        return check_said(kind, said)

    def refuse(self, said: _Said, signature: str) -> tuple[Told, Receipt]:
        """Put on record that somebody who could approve a request says no.

        Raises:
            UnknownItem: `unknown-request`.
            RequestError: `request-malformed`.
            IdentityUnproven: as `approve`.
            ActRefused: as `approve`; whoever can't approve can't refuse.
            RecordUnavailable: it could not be made durable.
        """
        said = check_said("request.refused", said)
        signed = SignedText(statement_of("request.refused", said), signature)

        def refusal(ground: DeskGround) -> RingwallError | None:
            request = ground.request(said["request"])
            return refusing_refusal(request, said, signed, self._scene(ground))

        def event(now: int) -> Event:
            return request_refused(now, said, signature)

        claim = Claim("refusal", said["by"], said["request"])
        receipt = self._append(claim, refusal, event)
        return self.show(said["request"]), receipt

    def revoke(self, said: _Said, signature: str) -> tuple[GrantRequest, Receipt]:
        """Put on record that a grant is taken back, whatever policies are in force.

        Raises:
            UnknownItem: `unknown-request`.
            RequestError: `request-malformed`.
            IdentityUnproven: as `approve`.
            ActRefused: `revoker-not-entitled`, `request-closed`.
            RecordUnavailable: it could not be made durable.
        """
        said = check_said("grant.revoked", said)
        signed = SignedText(statement_of("grant.revoked", said), signature)

        def refusal(ground: DeskGround) -> RingwallError | None:
            request = ground.request(said["request"])
            return revoking_refusal(request, said, signed, ground)

        def event(now: int) -> Event:
            return grant_revoked(now, said, signature)

        claim = Claim("revocation", said["by"], said["request"])
        receipt = self._append(claim, refusal, event)
        return self._ground().request(said["request"]), receipt

    def show(self, name: str) -> Told:
        """Return a request and how it stands now.

        Raises:
            UnknownItem: `unknown-request`.
            PolicyError: `policy-not-activated`.
        """
        ground = self._ground()
        request = ground.request(name)
        return Told(request, standing_of(request, self._scene(ground)))

    def ls(self) -> tuple[Told, ...]:
        """Return every request there ever was, the newest first, and how it stands.

        Raises:
            PolicyError: `policy-not-activated`.
        """
        ground = self._ground()
        scene = self._scene(ground)
        found = reversed(ground.matters.requests.all())
        return tuple(Told(one, standing_of(one, scene)) for one in found)

    def close(self) -> None:
        """Let go of the ledger."""
        self._ledger.close()

    def _ground(self) -> DeskGround:
        self._seen = read_ground(self._ledger, self._clock.now(), self._seen)
        return self._seen

    def _scene(self, ground: DeskGround, action: str = "") -> Scene:
        """Return what is judged on.

        Args:
            ground: the record.
            action: what a request is for that somebody gets something by; or empty.

        Raises:
            PolicyError: `policy-not-activated`.
        """
        if self._known is None or self._known.digest != ground.policy:
            self._known = self._terms()
        if action:
            self._known.check_open(action)
        return ground.scene(self._known)

    def _append(
        self,
        claim: Claim,
        refusal: Callable[[DeskGround], RingwallError | None],
        event: Callable[[int], Event],
    ) -> Receipt:
        """Append what is not refused on the very state that it was looked at on.

        Raises:
            RingwallError: the refusal, once it is on record.
            RecordUnavailable: `facts-unsettled`, or the record can't be written.
        """
        for _ in range(_ATTEMPTS):
            ground = self._ground()
            refused = refusal(ground)
            touch = claim.touch(ground, self._sight)
            if refused is not None:
                self._ledger.append([claim.refused(ground.now, refused.code), *touch])
                raise refused
            try:
                return self._ledger.append([event(ground.now), *touch], ground.basis)[0]
            except StaleBasis:
                continue
        raise RecordUnavailable(
            "facts-unsettled", "the registry changed faster than it could be looked at"
        )


def _pinned(request: GrantRequest, approver: str, ground: DeskGround) -> dict[str, str]:
    named = {
        "approver": approver,
        "resource": request.resource,
        "subject": request.subject,
    }
    pins = {part: pin_of(entity, ground.facts) for part, entity in named.items()}
    for part, entity in named.items():
        if not pins[part]:
            raise RequestError(
                "facts-missing",
                f"`{entity[:128]}` is not on record",
                next_step="look at the request with `ringwall request show "
                f"{request.id}`",
            )
    return pins
