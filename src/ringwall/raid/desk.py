"""The incident desk of one institute, at one enforcement point: all its counters.

Each counter is made when it is first asked for. Must never act but through `Acting`.
"""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.raid.acting import Acting

if TYPE_CHECKING:
    from ringwall.raid.briefs.counter import Briefing
    from ringwall.raid.cases import Cases
    from ringwall.raid.clock_desk import ClockDesk
    from ringwall.raid.deviating import Deviating
    from ringwall.raid.drills.counter import Drills
    from ringwall.raid.embargo.counter import Embargoes
    from ringwall.raid.embargo.lengths import Lengths
    from ringwall.raid.embargo.matters import Matters
    from ringwall.raid.embargo.parties import Parties
    from ringwall.raid.embargo.showing import Showing
    from ringwall.raid.exports.counter import Exporting
    from ringwall.raid.handing import Handing
    from ringwall.raid.intake.alike.finding import Alike
    from ringwall.raid.intake.desk import Intake
    from ringwall.raid.links import Links
    from ringwall.raid.lists import Lists
    from ringwall.raid.merging import Merging
    from ringwall.raid.needs import NeedToKnow
    from ringwall.raid.outgoing.inquiries import Inquiries
    from ringwall.raid.outgoing.publishing import Publishing
    from ringwall.raid.outgoing.release_seeing import ReleasesSeen
    from ringwall.raid.outgoing.releases import Releases
    from ringwall.raid.proposals import Proposals
    from ringwall.raid.queue.counter import QueueCounter
    from ringwall.raid.reading import Reading
    from ringwall.raid.receiving import Receiving
    from ringwall.raid.rules import RulesCounter
    from ringwall.raid.screening import Screening
    from ringwall.raid.shield.asked import RequestsSeen
    from ringwall.raid.shield.attachments import Attachments
    from ringwall.raid.shield.erasing import Erasing
    from ringwall.raid.shield.mailbox import Mailbox
    from ringwall.raid.shield.requests import IdentityRequests
    from ringwall.raid.statistics import Statistics
    from ringwall.raid.timeline import Timelines
    from ringwall.raid.triaging import Triage
    from ringwall.raid.workload.counter import WorkloadCounter

__all__ = ["RaidDesk"]


class RaidDesk:
    """Where incidents are taken in, linked, triaged, routed and timed.

    Shared by all threads. Each act takes who asks first: `session=`, or `subject=` and
    `authn=`, as a mapping (`Who`).

    Args:
        gate: decides and records.
        folder: of the institute.
        exercise: name of the exercise that all is part of; empty for none.
        host: name of the institute.

    Attributes:
        acting: what all counters act through.
    """

    def __init__(
        self, gate: Gatekeeper, folder: Path, exercise: str = "", host: str = ""
    ) -> None:
        self.acting = Acting(gate, folder, exercise, host)

    # Each is imported when it is first asked for: most commands need one of them, and
    # the tables of triage and clocks take a while to load.

    @cached_property
    def cases(self) -> "Cases":
        """Where cases are worked on."""
        from ringwall.raid.cases import Cases  # noqa: PLC0415 - start-up time

        return Cases(self.acting)

    @cached_property
    def screening(self) -> "Screening":
        """Where reports are screened, deferred and closed."""
        from ringwall.raid.screening import Screening  # noqa: PLC0415 - start-up time

        return Screening(self.acting)

    @cached_property
    def alike(self) -> "Alike":
        """What finds reports that say nearly the same."""
        from ringwall.raid.intake.alike.finding import (  # noqa: PLC0415 - start-up time
            Alike,
        )

        return Alike(self.acting.rows, self.acting.folder / "raid")

    @cached_property
    def intake(self) -> "Intake":
        """Where reports are taken in."""
        from ringwall.raid.intake.desk import Intake  # noqa: PLC0415 - start-up time

        return Intake(self.acting, self.alike)

    @cached_property
    def reading(self) -> "Reading":
        """Where a report is read."""
        from ringwall.raid.reading import Reading  # noqa: PLC0415 - start-up time

        return Reading(self.acting)

    @cached_property
    def links(self) -> "Links":
        """Where reports are linked to cases."""
        from ringwall.raid.links import Links  # noqa: PLC0415 - start-up time

        return Links(self.acting, self.alike)

    @cached_property
    def merging(self) -> "Merging":
        """Where cases are merged, and parted again."""
        from ringwall.raid.merging import Merging  # noqa: PLC0415 - start-up time

        return Merging(self.acting)

    @cached_property
    def clocks(self) -> "ClockDesk":
        """Where clocks are armed, started and met."""
        from ringwall.raid.clock_desk import ClockDesk  # noqa: PLC0415 - start-up time

        return ClockDesk(self.acting)

    @cached_property
    def triage(self) -> "Triage":
        """Where cases are assessed and triaged."""
        from ringwall.raid.triaging import Triage  # noqa: PLC0415 - start-up time

        return Triage(self.acting)

    @cached_property
    def deviating(self) -> "Deviating":
        """Where deviations from the tables are proposed."""
        from ringwall.raid.deviating import Deviating  # noqa: PLC0415 - start-up time

        return Deviating(self.acting)

    @cached_property
    def proposals(self) -> "Proposals":
        """Where a second person carries or refuses what a first one proposed."""
        from ringwall.raid.carriers import carriers  # noqa: PLC0415 - start-up time
        from ringwall.raid.proposals import Proposals  # noqa: PLC0415 - start-up time

        return Proposals(self.acting, carriers(self.acting))

    @cached_property
    def needs(self) -> "NeedToKnow":
        """Where need-to-know of a case is given and taken."""
        from ringwall.raid.needs import NeedToKnow  # noqa: PLC0415 - start-up time

        return NeedToKnow(self.acting)

    @cached_property
    def timelines(self) -> "Timelines":
        """Where a case is shown whole."""
        from ringwall.raid.timeline import Timelines  # noqa: PLC0415 - start-up time

        return Timelines(self.acting)

    @cached_property
    def queue(self) -> "QueueCounter":
        """Where it is asked what is to be worked on next."""
        from ringwall.raid.queue.counter import (  # noqa: PLC0415 - start-up time
            QueueCounter,
        )

        return QueueCounter(self.acting)

    @cached_property
    def workload(self) -> "WorkloadCounter":
        """Where it is asked how many people the work takes."""
        from ringwall.raid.workload.counter import (  # noqa: PLC0415 - start-up time
            WorkloadCounter,
        )

        return WorkloadCounter(self.acting)

    @cached_property
    def matters(self) -> "Matters":
        """Where it is told what is so of the matter of a case."""
        from ringwall.raid.embargo.matters import (  # noqa: PLC0415 - start-up time
            Matters,
        )

        return Matters(self.acting)

    @cached_property
    def embargoes(self) -> "Embargoes":
        """Where embargoes are run."""
        from ringwall.raid.embargo.counter import (  # noqa: PLC0415 - start-up time
            Embargoes,
        )

        return Embargoes(self.acting)

    @cached_property
    def lengths(self) -> "Lengths":
        """Where it is allowed that an embargo lasts longer than half a year."""
        from ringwall.raid.embargo.lengths import (  # noqa: PLC0415 - start-up time
            Lengths,
        )

        return Lengths(self.acting)

    @cached_property
    def parties(self) -> "Parties":
        """Where parties of embargoes are invited, and say what they consent to."""
        from ringwall.raid.embargo.parties import (  # noqa: PLC0415 - start-up time
            Parties,
        )

        return Parties(self.acting)

    @cached_property
    def embargo_views(self) -> "Showing":
        """Where it is asked how embargoes stand."""
        from ringwall.raid.embargo.showing import (  # noqa: PLC0415 - start-up time
            Showing,
        )

        return Showing(self.acting)

    @cached_property
    def rules(self) -> "RulesCounter":
        """Where the rules of the desk are compared and adopted."""
        from ringwall.raid.rules import RulesCounter  # noqa: PLC0415 - start-up time

        return RulesCounter(self.acting)

    @cached_property
    def statistics(self) -> "Statistics":
        """Where it is told how well the desk does."""
        from ringwall.raid.statistics import Statistics  # noqa: PLC0415 - start-up time

        return Statistics(self.acting)

    @cached_property
    def inquiries(self) -> "Inquiries":
        """Where it is put on record what enforcers ask, and what they are told."""
        from ringwall.raid.outgoing.inquiries import (  # noqa: PLC0415 - start-up time
            Inquiries,
        )

        return Inquiries(self.acting)

    @cached_property
    def briefing(self) -> "Briefing":
        """Where states are briefed."""
        from ringwall.raid.briefs.counter import (  # noqa: PLC0415 - start-up time
            Briefing,
        )

        return Briefing(self.acting)

    @cached_property
    def releases(self) -> "Releases":
        """Where what leaves the desk is written, signed by two and sent."""
        from ringwall.raid.outgoing.releases import (  # noqa: PLC0415 - start-up time
            Releases,
        )

        return Releases(self.acting)

    @cached_property
    def released(self) -> "ReleasesSeen":
        """Where releases are looked at."""
        from ringwall.raid.outgoing.release_seeing import (  # noqa: PLC0415 - start-up time
            ReleasesSeen,
        )

        return ReleasesSeen(self.acting)

    @cached_property
    def publishing(self) -> "Publishing":
        """Where statistics for everybody are made."""
        from ringwall.raid.outgoing.publishing import (  # noqa: PLC0415 - start-up time
            Publishing,
        )

        return Publishing(self.acting)

    @cached_property
    def lists(self) -> "Lists":
        """Where reports, cases, clocks and hand-overs are listed."""
        from ringwall.raid.lists import Lists  # noqa: PLC0415 - start-up time

        return Lists(self.acting)

    @cached_property
    def routes(self) -> "Handing":
        """Where cases are routed, and packages are made for recipients."""
        from ringwall.raid.handing import Handing  # noqa: PLC0415 - start-up time

        return Handing(self.acting)

    @cached_property
    def receiving(self) -> "Receiving":
        """Where it is put on record what became of hand-overs."""
        from ringwall.raid.receiving import Receiving  # noqa: PLC0415 - start-up time

        return Receiving(self.acting)

    @cached_property
    def exports(self) -> "Exporting":
        """Where cases are written in the forms of others."""
        from ringwall.raid.exports.counter import (  # noqa: PLC0415 - start-up time
            Exporting,
        )

        return Exporting(self.acting)

    @cached_property
    def identities(self) -> "IdentityRequests":
        """Where it is asked who sent a report, and decided on."""
        from ringwall.raid.shield.requests import (  # noqa: PLC0415 - start-up time
            IdentityRequests,
        )

        return IdentityRequests(self.acting)

    @cached_property
    def requests(self) -> "RequestsSeen":
        """Where it is seen what became of requests for identities."""
        from ringwall.raid.shield.asked import (  # noqa: PLC0415 - start-up time
            RequestsSeen,
        )

        return RequestsSeen(self.acting)

    @cached_property
    def mailbox(self) -> "Mailbox":
        """Where reporters and the desk write to each other."""
        from ringwall.raid.shield.mailbox import (  # noqa: PLC0415 - start-up time
            Mailbox,
        )

        return Mailbox(self.acting)

    @cached_property
    def attachments(self) -> "Attachments":
        """Where files of reports are kept: sealed, and as working copies."""
        from ringwall.raid.shield.attachments import (  # noqa: PLC0415 - start-up time
            Attachments,
        )

        return Attachments(self.acting)

    @cached_property
    def erasing(self) -> "Erasing":
        """Where the boxes of reporters are destroyed."""
        from ringwall.raid.shield.erasing import (  # noqa: PLC0415 - start-up time
            Erasing,
        )

        return Erasing(self.acting)

    @cached_property
    def drills(self) -> "Drills":
        """Where drills are played, on a copy that is marked as an exercise."""
        from ringwall.raid.drills.counter import Drills  # noqa: PLC0415 - start-up time

        return Drills(self.acting, self.alike)
