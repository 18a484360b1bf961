"""Releases: drafted, cleared by the label, signed by two, sent, answered or recalled.

The signatures are bound to the very bytes, and to whom they go. Must never send what
was changed since it was signed, nor delete what was sent.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from ringwall.base.canonical import dump_canonical
from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.errors import ActRefused
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.model.events import Event
from ringwall.model.raid_release_kinds import RELEASE, ROUTABLE
from ringwall.model.raid_release_laws import terms_of
from ringwall.raid.acting import Acting, Done
from ringwall.raid.guards import is_told
from ringwall.raid.handing import ROUTE
from ringwall.raid.ids import new_id
from ringwall.raid.intake.originals import Kept, Originals
from ringwall.raid.outgoing.release_judging import Judged, Judging
from ringwall.raid.outgoing.release_record import ReleaseRecord
from ringwall.raid.outgoing.release_text import Wanted, check_wanted
from ringwall.raid.routing.receipts import Awaited, check_receipt
from ringwall.raid.scene import Scene
from ringwall.raid.words import checked_text

__all__ = ["Released", "Releases"]

_CASE: Final = "raid.case"
_WRITE: Final = "raid.write"
_RECALL: Final = "ringwall-release-recall"
_OVERTAKEN: Final = "what would go has changed since it was signed: {}"


class Released(NamedTuple):
    """What came of an act on a release.

    Attributes:
        done: the act.
        release: id.
        data: bytes to be sent; empty where nothing goes.
        withheld: why facts were left out -> how many; for the approver alone.
        changed: what has changed since it was signed, so that it is a draft again.
    """

    done: Done
    release: str
    data: bytes = b""
    withheld: Mapping[str, int] = {}
    changed: tuple[str, ...] = ()


class Releases:
    """Where what leaves the desk is written, signed and sent.

    Args:
        acting: puts the questions and acts.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._kept = Originals(acting.folder)
        self._judging = Judging(acting.exercise)
        self._record = ReleaseRecord(acting)

    def draft(self, who: Who, case: str, wanted: Wanted) -> Released:
        """Write a release.

        Args:
            who: its author.
            case: id of the case that it tells of.
            wanted: what goes to whom.

        Raises:
            AccessDenied: the answer is no.
            RequestError: as `check_wanted`.
            UnknownItem: `unknown-case`, `recipient-unknown`.
            ActRefused: `case-not-routable`, `exit-unknown`.
            RecordUnavailable: `original-unwritable`.
        """
        case = self._acting.case(who, case, _WRITE)
        check_wanted(wanted, self._acting.rules.routes.states)
        name = new_id(RELEASE)

        def make(scene: Scene) -> list[Event]:
            _require_case(scene, name, case)
            judged = self._judging.judge(scene, name, case, wanted)
            changes = self._columns(name, case, wanted, judged)
            said = {"wanted": wanted.document(), "bytes": len(judged.written.data)}
            return [
                scene.event(*(RELEASE, name, "draft", None, changes, said), case=case)
            ]

        return Released(self._acting.act(who, _WRITE, case, make), name)

    def amend(self, who: Who, release: str, wanted: Wanted, reason: str) -> Released:
        """Write a release anew: whatever was signed of it is void.

        Args:
            who: its author from now on.
            release: id.
            wanted: what goes to whom.
            reason: in words.

        Raises:
            RingwallError: as `draft`; `reason-missing`, `act-not-possible`.
            UnknownItem: `unknown-release`.
        """
        name, case = self._record.of(release)
        check_wanted(wanted, self._acting.rules.routes.states)
        told = checked_text(reason, "reason")

        def make(scene: Scene) -> list[Event]:
            judged = self._judging.judge(scene, name, case, wanted)
            changes = self._columns(name, case, wanted, judged)
            said = {
                "wanted": wanted.document(),
                "bytes": len(judged.written.data),
                "reason": told,
            }
            scene.require("reason", name, holds=is_told(told))
            card = scene.card(RELEASE, name)
            return [scene.event(RELEASE, name, "amend", card, changes, said)]

        return Released(self._acting.act(who, _WRITE, case, make), name)

    def clear(self, who: Who, release: str) -> Released:
        """Hold a draft against the label of its recipient, and keep its bytes.

        Args:
            who: who does.
            release: id.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `unknown-release`.
            ActRefused: `barrier-shut`, with all that is missing; `release-changed`,
                the case has changed since it was written; `case-not-routable`;
                `act-not-possible`.
            RecordUnavailable: `original-unwritable`.
        """
        name, case = self._record.of(release)

        def make(scene: Scene) -> list[Event]:
            card = scene.card(RELEASE, name)
            _require_case(scene, name, case)
            judged = self._again(scene, card)
            _refuse_changed(card, judged)
            self._judging.require(judged, later=True)
            scene.require("may-go", name, holds=True)
            kept = self._kept.keep(judged.written.data)
            said = {"bytes": kept.bytes, "withheld": dict(judged.written.withheld)}
            return [scene.event(RELEASE, name, "clear", card, {}, said)]

        return Released(self._acting.act(who, _WRITE, case, make), name)

    def approve(self, who: Who, release: str) -> Released:
        """Put on record that two have signed for just these bytes and this recipient.

        Args:
            who: a release approver, with a grant of two that is bound to its terms.
            release: id.

        Raises:
            AccessDenied: the answer is no, e.g. `approval-missing` or `binds-differ`.
            UnknownItem: `unknown-release`.
            ActRefused: `release-changed`, `author-signs`, `case-not-routable`,
                `act-not-possible`. The grant is not used up then.
        """
        name, case = self._record.of(release)
        before = self._record.card(name)
        # Before the gate is asked: its permit uses up the grant.
        _check_state(before, "cleared", "approve")

        def make(scene: Scene) -> list[Event]:
            card = scene.card(RELEASE, name)
            _require_case(scene, name, case)
            signers = _signers(scene, case, str(card.card["terms"]))
            author = scene.natural(self._record.author(name))
            is_apart = author not in {scene.person, *signers}
            scene.require("not-the-author", name, holds=is_apart)
            is_same = not self._again(scene, card).changed(card)
            scene.require("as-cleared", name, holds=is_same)
            said = {"signers": sorted(signers)}
            return [scene.event(RELEASE, name, "approve", card, {}, said)]

        terms = str(before.card["terms"])
        done = self._acting.act(who, RELEASE, case, make, binds=terms)
        cleared = self._record.last(name, "clear")
        return Released(done, name, withheld=cleared.get("withheld", {}))

    def send(self, who: Who, release: str) -> Released:
        """Give out the bytes that were signed; nothing is sent by this.

        Where anything has changed since, the signatures are void and it is a draft
        again: `changed` says what, and nothing is given out.

        Args:
            who: the routing officer.
            release: id.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `unknown-release`; `original-missing`.
            ActRefused: `case-not-routable`, `act-not-possible`.
            IntegrityError: `original-differs`.
        """
        name, case = self._record.of(release)
        found: list[tuple[bytes, tuple[str, ...]]] = []

        def make(scene: Scene) -> list[Event]:
            card = scene.card(RELEASE, name)
            _check_state(card, "approved", "send")
            _require_case(scene, name, case)
            signers = self._record.last(name, "approve").get("signers", ())
            judged = self._again(scene, card, tuple(signers))
            changed = judged.changed(card)
            if changed:
                found[:] = [(b"", changed)]
                return [self._overtaken(scene, card, judged, changed)]
            scene.require("may-go", name, holds=True)
            scene.require("as-cleared", name, holds=True)
            size = self._record.last(name, "clear")["bytes"]
            data = self._kept.read(Kept(str(card.card["content"]), size))
            found[:] = [(data, ())]
            return [scene.event(RELEASE, name, "send", card, {}, {"bytes": size})]

        done = self._acting.act(who, ROUTE, case, make)
        data, changed = found[0]
        return Released(done, name, data, changed=changed)

    def acknowledge(
        self, who: Who, release: str, receipt: bytes, signature: str
    ) -> Released:
        """Put on record that the recipient has signed for it.

        Args:
            who: the routing officer.
            release: id.
            receipt: the statement, as it was signed.
            signature: armored, over just these bytes.

        Raises:
            AccessDenied: the answer is no.
            RingwallError: as `check_receipt`; `recipient-unknown`,
                `recipient-keyless`.
        """
        name, case = self._record.of(release)

        def make(scene: Scene) -> list[Event]:
            card = scene.card(RELEASE, name)
            key = self._judging.contact(scene, str(card.card["recipient"])).key
            if key is None:
                raise ActRefused(
                    "recipient-keyless",
                    "no key is on record by which its recipient could sign",
                    next_step="put it into raid/routes/contacts.csv, checked with them",
                )
            sent = scene.rows.events(about=name, act="send", newest=True, limit=1)
            at = parse_instant(sent[0].event["at"]) if sent else scene.now
            awaited = Awaited(
                *(name, str(card.card["content"]), str(card.card["recipient"])),
                *(at, scene.now),
            )
            found = check_receipt(receipt, signature, key, awaited)
            scene.require("signed", name, holds=True)
            said = {
                "accepted_by": found.accepted_by,
                "accepted_at": format_instant(found.at),
                "receipt": receipt.decode("utf-8"),
                "signature": signature,
            }
            return [scene.event(RELEASE, name, "acknowledge", card, {}, said)]

        return Released(self._acting.act(who, ROUTE, case, make), name)

    def recall(self, who: Who, release: str, reason: str) -> Released:
        """Call a release back: a message of its own, and nothing is deleted.

        Args:
            who: the routing officer.
            release: id.
            reason: in words, which its recipient reads.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `unknown-release`.
            ActRefused: `reason-missing`, `act-not-possible`.
        """
        name, case = self._record.of(release)
        told = checked_text(reason, "reason")
        found: list[bytes] = []

        def make(scene: Scene) -> list[Event]:
            card = scene.card(RELEASE, name)
            scene.require("reason", name, holds=is_told(told))
            document = {
                "v": 1,
                "kind": _RECALL,
                "release": name,
                "content": card.card["content"],
                "recipient": card.card["recipient"],
                "reason": told,
            }
            exercise = self._acting.exercise
            if exercise:
                document["exercise"] = exercise
            found[:] = [dump_canonical(document)]
            return [scene.event(RELEASE, name, "recall", card, {}, {"reason": told})]

        done = self._acting.act(who, ROUTE, case, make)
        return Released(done, name, found[0])

    def _again(
        self, scene: Scene, card: RaidCard, signers: tuple[str, ...] = ()
    ) -> Judged:
        """Return a release as it would go now."""
        wanted = self._record.wanted(card)
        return self._judging.judge(scene, card.id, card.case, wanted, signers)

    def _columns(
        self, name: str, case: str, wanted: Wanted, judged: Judged
    ) -> dict[str, str | int]:
        columns: dict[str, str | int] = {
            "recipient": wanted.recipient,
            "content": judged.written.digest,
            "label": judged.written.content.label.tlp.word,
            "exit": "" if wanted.claimed is None else wanted.claimed.exit,
        }
        return {**columns, "terms": terms_of(name, case, columns)}

    def _overtaken(
        self, scene: Scene, card: RaidCard, judged: Judged, changed: tuple[str, ...]
    ) -> Event:
        """Return the event by which the signatures of a release are void."""
        scene.require("reason", card.id, holds=True)
        changes = self._columns(card.id, card.case, judged.wanted, judged)
        said = {
            "wanted": judged.wanted.document(),
            "bytes": len(judged.written.data),
            "reason": _OVERTAKEN.format(", ".join(changed)),
            "changed": list(changed),
        }
        return scene.event(RELEASE, card.id, "amend", card, changes, said)


def _signers(scene: Scene, case: str, terms: str) -> frozenset[str]:
    """Return the natural persons who approved the grant that an act goes by."""
    requests = scene.ground.matters.requests.of(scene.by, RELEASE, case)
    return frozenset(
        scene.natural(approval.approver)
        for request in requests
        if request.binds == terms
        and any(use.decision == scene.decision for use in request.used)
        for approval in request.approvals
    )


def _require_case(scene: Scene, release: str, case: str) -> None:
    """Refuse what would tell of a case that is not worked on, or merged by now."""
    is_routable = scene.card(_CASE, case).card["state"] in ROUTABLE
    scene.require("case-routable", release, holds=is_routable)


def _check_state(card: RaidCard, wanted: str, act: str) -> None:
    state = card.card["state"]
    if state != wanted:
        raise ActRefused(
            "act-not-possible",
            f"`{card.id}` is {state}, and allows no `{act}`",
            next_step="docs/raid-states.md shows what may follow on what",
        )


def _refuse_changed(card: RaidCard, judged: Judged) -> None:
    if judged.written.digest != card.card["content"]:
        raise ActRefused(
            "release-changed",
            f"the case has changed since `{card.id}` was written",
            next_step="write it anew from what is known now: "
            f"`ringwall raid release amend {card.id} --reason TEXT`",
        )
