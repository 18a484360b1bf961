"""Judging a release as it would go now: its bytes, its recipient, the barrier.

Must never judge by how the recipient stood when it was written.
"""

from typing import Final, NamedTuple

from ringwall.base.errors import UnknownItem
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.raid.embargo.standing import EMBARGO, object_id
from ringwall.raid.outgoing.barrier import Recipient, Way, may_go
from ringwall.raid.outgoing.bodies import body_of
from ringwall.raid.outgoing.claimed import ground_of
from ringwall.raid.outgoing.eligible import is_eligible
from ringwall.raid.outgoing.exits import Exit
from ringwall.raid.outgoing.refusals import PERSONS, check_may_go, exit_in_force
from ringwall.raid.outgoing.release_text import Wanted, Written, write
from ringwall.raid.outgoing.silence import may_know, silence_of
from ringwall.raid.routed_case import routed_case
from ringwall.raid.routing.facts import NOTHING_TOLD
from ringwall.raid.routing.rows import Contact
from ringwall.raid.scene import Scene

__all__ = ["Judged", "Judging"]

_CASE: Final = "raid.case"
_STATE: Final = "state"
_PARTY: Final = "party"


class Judged(NamedTuple):
    """A release as it would go now.

    Attributes:
        wanted: what is to be told to whom.
        written: its bytes.
        body: who is to be told, as it stands now.
        way: past the barrier; None if nobody names one.
        missing: codes of what stands in the way, all of it, but for the signatures.
    """

    wanted: Wanted
    written: Written
    body: Recipient
    way: Way | None
    missing: tuple[str, ...]

    def changed(self, card: RaidCard) -> tuple[str, ...]:
        """Return what of a release is no longer as it was signed.

        Args:
            card: its row.
        """
        is_same = self.written.digest == card.card["content"]
        return (*(() if is_same else ("content",)), *self.missing)


class Judging:
    """Judges releases.

    Args:
        exercise: name of the exercise that all is part of; empty for none.
    """

    def __init__(self, exercise: str) -> None:
        self._exercise = exercise

    def judge(
        self,
        scene: Scene,
        release: str,
        case: str,
        wanted: Wanted,
        signers: tuple[str, ...] = (),
    ) -> Judged:
        """Return a release as it would go now.

        Args:
            scene: of the act.
            release: id.
            case: id.
            wanted: what is to be told to whom.
            signers: natural persons who have signed it; none as long as nobody has.

        Raises:
            UnknownItem: `unknown-case`, `recipient-unknown`.
            ActRefused: `exit-unknown`.
        """
        tables = scene.rules.routes
        contact = self.contact(scene, wanted.recipient)
        facts = routed_case(scene.rows, scene.card(_CASE, case), NOTHING_TOLD, tables)
        function = tables.functions[contact.function]
        body = _standing(scene, contact, body_of(contact, tables, scene.now), case)
        claimed, way_out = wanted.claimed, None
        if claimed is not None:
            way_out = exit_in_force(scene.rules.exits, claimed.exit)
        written = write(
            facts,
            wanted,
            body,
            release=release,
            way_out=way_out,
            compartments=_compartments(scene, case, way_out),
            is_party=function.scope == _PARTY,
            exercise=self._exercise,
        )
        way = None
        if claimed is not None and way_out is not None:
            persons = signers or (scene.person,)
            way = Way(way_out, ground_of(scene, claimed, facts, contact, persons))
        missing = may_go(written.content, body, way)
        if not signers:
            missing = tuple(one for one in missing if one != PERSONS)
        return Judged(wanted, written, body, way, missing)

    @staticmethod
    def require(judged: Judged, *, later: bool) -> None:
        """Refuse what the barrier does not let go, with all that is missing.

        Args:
            judged: the release.
            later: whether the signatures are still to come.

        Raises:
            ActRefused: `barrier-shut`.
        """
        later_codes = (PERSONS,) if later else ()
        check_may_go(judged.written.content, judged.body, judged.way, later_codes)

    @staticmethod
    def contact(scene: Scene, recipient: str) -> Contact:
        """Return a recipient as the tables in force have it.

        Raises:
            UnknownItem: `recipient-unknown`.
        """
        contact = scene.rules.routes.contacts.get(recipient)
        if contact is None:
            raise UnknownItem(
                "recipient-unknown",
                f"`{recipient[:60]}` is no contact of the routing tables",
                next_step="`ringwall raid route contacts` shows them; put it into "
                "raid/routes/contacts.csv",
            )
        return contact


def _standing(scene: Scene, contact: Contact, body: Recipient, case: str) -> Recipient:
    """Return a recipient with what the policies say of its state, and its embargoes."""
    function = scene.rules.routes.functions[contact.function]
    is_attested = body.is_attested and (
        function.scope != _STATE or is_eligible(scene.ground, contact.state, scene.now)
    )
    held = may_know(scene.rows, case, contact.id)
    return Recipient(
        *(body.contact, body.function, body.own, body.ceiling, held),
        *(body.state, body.has_key, is_attested),
    )


def _compartments(scene: Scene, case: str, way_out: Exit | None) -> frozenset[str]:
    """Return the compartments that what is told of a case belongs to."""
    embargo = scene.maybe(EMBARGO, object_id(EMBARGO, case))
    name = "" if way_out is None else way_out.id
    shut = {case} if scene.ground.matters.needs.is_shut(case) else frozenset[str]()
    return silence_of(embargo, case, scene.now, name) | shut
