"""The counter of exports: a case for one recipient, in the form that they read.

By the plan of the case and the package of the recipient, as a hand-over is. Nothing is
sent from here. Must never write for a recipient that no package could be sent to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ringwall.base.clock import format_instant
from ringwall.base.errors import ActRefused
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion
from ringwall.model.raid_release_kinds import ROUTABLE
from ringwall.raid.acting import READ, Acting
from ringwall.raid.exports.formats import Sources, written
from ringwall.raid.exports.standards import Standards, read_standards
from ringwall.raid.exports.techniques import (
    NO_CATALOGUE,
    Catalogue,
    check_release,
    resolved,
)
from ringwall.raid.exports.telling import Given, Telling, telling_of
from ringwall.raid.guards import OWED_BY_HOST
from ringwall.raid.intake.importing.atlas import read_names
from ringwall.raid.outgoing.silence import bound_to, may_know
from ringwall.raid.routed_case import routed_case
from ringwall.raid.routing.package import Package, pack
from ringwall.raid.routing.plan import PlannedRow, plan
from ringwall.raid.routing.recipients import Wanted, chosen_row
from ringwall.raid.routing.rows import Routes
from ringwall.raid.scene import unknown
from ringwall.raid.timing import starts_kept
from ringwall.shipped import shipped_path

__all__ = ["Asked", "Exported", "Exporting"]

_CASE: Final = "raid.case"
_CLOCK: Final = "raid.clock"
_DAY: Final = len("2026-11-23")
_SECONDS: Final = len("2026-11-23T12:00:00")
_ATLAS: Final = "atlas"
_AWARE: Final = ("aware", "model-involved")
_STARTED: Final = frozenset({"running", "met", "breached", "late-met"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be written for whom.

    Attributes:
        format: one of `FORMATS`.
        wanted: the recipient, as for a hand-over.
        stage: of a form; empty for all of it.
        submitted: day on which a form is submitted; empty if nobody said.
        catalogue: name and bytes of the file of ATLAS; empty for none.
    """

    format: str
    wanted: Wanted
    stage: str = ""
    submitted: str = ""
    catalogue: tuple[str, bytes] = ("", b"")


@dataclass(frozen=True, slots=True)
class Exported:
    """An export, and what the sender alone is told about it.

    Attributes:
        data: its bytes.
        case: id.
        recipient: id of the contact.
        name: of it.
        label: the highest of its facts, as a word.
        withheld: why facts were left out -> how many.
        odd: technique as written -> why it is not taken for checked.
    """

    data: bytes
    case: str
    recipient: str
    name: str
    label: str
    withheld: Mapping[str, int]
    odd: Mapping[str, str] = field(default_factory=dict)


class Exporting:
    """Where cases are written in the forms of others.

    Args:
        acting: puts the questions.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._standards: Standards = read_standards(shipped_path("raid") / "exports")

    @property
    def standards(self) -> Standards:
        """The tables that exports go by."""
        return self._standards

    def export(self, who: Who, case: str, asked: Asked) -> Exported:
        """Return a case for one recipient of its plan, in one format.

        Args:
            who: who asks.
            case: id.
            asked: what is to be written for whom.

        Raises:
            AccessDenied: the answer is no; the same for a case that is not there.
            UnknownItem: `unknown-case`, `recipient-unknown`.
            RequestError: `route-ambiguous`, `catalogue-not-pinned`.
            ActRefused: `case-not-routable`, `export-behind-barrier`,
                `export-takes-two`, `export-under-embargo`, `export-incomplete`, or as
                `chosen_row`.
            DeclarationError: as `read_names`.
        """
        case = self._acting.case(who, case, READ)
        self._acting.ask(who, READ, case)
        card = self._acting.rows.card(_CASE, case)
        if card is None:
            raise unknown(_CASE, case)
        if card.card["state"] not in ROUTABLE:
            raise ActRefused(
                "case-not-routable",
                f"`{case}` is {card.card['state']}: nothing of it is told to anybody",
                next_step="triage it first: `ringwall raid triage run CASE`",
            )
        catalogue = self._catalogue(*asked.catalogue)
        package, row, telling = self._told(card, asked.wanted)
        given = self._given(card, asked)
        sources = Sources(telling, given, self._standards, catalogue)
        return Exported(
            written(asked.format, sources),
            *(case, row.recipient, row.name, package.label.word, package.withheld),
            resolved(_techniques(telling), catalogue).odd,
        )

    def _told(
        self, card: RaidCard, wanted: Wanted
    ) -> tuple[Package, PlannedRow, Telling]:
        """Return what would be handed over, to whom; raise what speaks against it."""
        tables = self._acting.rules.routes
        facts = routed_case(self._acting.rows, card, wanted.told, tables)
        found = plan(facts, tables, self._acting.gate.clock.now())
        try:
            row = chosen_row(found, wanted)
        except ActRefused as refused:
            if refused.code == "recipient-barred":
                raise _behind_barrier(wanted.recipient) from refused
            raise
        if row.route.is_danger:
            raise ActRefused(
                "export-takes-two",
                f"`{row.recipient}` is warned of a danger to life by two persons",
                next_step="propose the warning: `ringwall raid route send`; the lead "
                "carries it with `ringwall raid second`",
            )
        self._refuse_silent(card.id, row.recipient)
        package = pack(facts, row, tables, self._acting.exercise)
        sectors = _sectors(telling_of(package, row, card.id), tables)
        exercise = self._acting.exercise
        return package, row, telling_of(package, row, card.id, sectors, exercise)

    def _refuse_silent(self, case: str, recipient: str) -> None:
        """Refuse whom the parties of an embargo did not agree to tell."""
        rows, now = self._acting.rows, self._acting.gate.clock.now()
        if not bound_to(rows, case, now) <= may_know(rows, case, recipient):
            raise ActRefused(
                "export-under-embargo",
                f"`{case}` is under an embargo, and `{recipient}` is no party of it",
                next_step="invite it (`ringwall raid party invite`), or wait until it "
                "is over: `ringwall raid embargo status CASE`",
            )

    def _catalogue(self, file: str, data: bytes) -> Catalogue:
        """Return the catalogue of a file; `NO_CATALOGUE` if none was given."""
        if not file:
            return NO_CATALOGUE
        pinned = self._standards.releases[_ATLAS]
        check_release(data, pinned, file)
        return Catalogue(pinned.version, read_names(data, file))

    def _given(self, card: RaidCard, asked: Asked) -> Given:
        now = format_instant(self._acting.gate.clock.now())
        return Given(
            at=f"{now[:_SECONDS]}Z",
            opened=str(card.card["opened"] or card.at)[:_DAY],
            origin=self._acting.gate.ground.origin,
            aware=self._aware(card.id),
            submitted=asked.submitted,
            stage=asked.stage,
            exercise=self._acting.exercise,
        )

    def _aware(self, case: str) -> dict[str, str]:
        """Return the days on which the institute became aware, by rules that it owes.

        When a reporter became aware is told to nobody; so clocks of others say nothing.
        """
        question = RaidQuestion(_CLOCK, equal={"case_id": case, "owed": OWED_BY_HOST})
        found: dict[str, str] = {}
        for clock in self._acting.rows.find(question):
            days = _days_aware(clock)
            if days and clock.card["state"] in _STARTED:
                rule = str(clock.card["rule"])
                found[rule] = min([*days, found.get(rule, days[0])])
        return found


def _days_aware(clock: RaidCard) -> list[str]:
    """Return the days of awareness that a clock is counted from.

    There are none of a stage that is counted from something else.
    """
    starts = starts_kept(clock)
    return [str(starts[name]["at"])[:_DAY] for name in _AWARE if name in starts]


def _sectors(telling: Telling, tables: Routes) -> tuple[str, ...]:
    """Return the sectors that the facts of a package name."""
    said = [one.fields.get("sector", "") for one in telling.reports]
    found = frozenset().union(*(tables.sectors_of(text) for text in said))
    return tuple(sorted(found))


def _techniques(telling: Telling) -> list[str]:
    return [
        line for one in telling.reports for line in one.fields.get("techniques", ())
    ]


def _behind_barrier(recipient: str) -> ActRefused:
    return ActRefused(
        "export-behind-barrier",
        f"`{recipient}` enforces: it is told of a single case through an exit alone",
        next_step="that takes a release under one of the four exits; else it is the "
        "duty of whoever reported (`ringwall raid clock card CASE`)",
    )
