"""Cases to be triaged in tests."""

from typing import Any

from ringwall.raid.desk import RaidDesk
from tests.raid_office import given, report_document, who

__all__ = ["MILD_ANSWERS", "assess", "opened"]

# What makes an ordinary case that is the sector's and scheduled.
MILD_ANSWERS = (
    *("cred=credible", "kind=realised-harm", "class=routine-failure", "auto=none"),
    *("uplift=below", "spread=one-organisation", "revers=full", "expl=none"),
    *("comp=below-1e25", "oc=oc1-2", "pub=no", "resp=active", "danger=no"),
    *("weights=no", "legal=none"),
)


def opened(desk: RaidDesk, **changes: Any) -> str:  # noqa: ANN401 - of a report
    """Return the id of a case that joan has opened for a report that ruth took in."""
    report = given(desk.acting, report_document(**changes))
    done = desk.screening.open(who("joan"), report, "B2")
    return next(str(e["id"]) for e in done.events if e["kind"] == "raid.case")


def assess(desk: RaidDesk, case: str, *answers: str, by: str = "dorothy") -> None:
    """Let somebody assess a case: as a mild one, but for some answers."""
    given_ = {one.partition("=")[0]: one for one in (*MILD_ANSWERS, *answers)}
    said = {"evidence": "seen in the log", "word": "likely"}
    desk.triage.assess(who(by), case, list(given_.values()), said)
