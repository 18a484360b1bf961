"""Whoever has the key of the log writes events of the desk: verification tells.

On an institute that took reports in, opened, merged and parted cases, armed a clock and
changed need-to-know, to which one forged piece after the other is appended.
"""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from ringwall.base.clock import FixedClock
from ringwall.institute import Gatekeeper, Institute
from ringwall.ledger.asking.raid_rows import RaidRows
from ringwall.ledger.verification.checking import Options
from ringwall.ledger.verification.report import Report
from ringwall.model.events import BASIS_KINDS, Event
from ringwall.record.pruning import LEAST_AGE, prune_log
from tests.e2e.running import Ringwall
from tests.example import NOON
from tests.raid_history import (
    CASE,
    CLOCK,
    OTHER,
    PROPOSAL,
    REPORT,
    act,
    needed,
    noted,
    opened,
    permit,
    recorded,
)
from tests.raid_office import RaidOffice, found_raid
from tests.recorded import newest_first

SECOND: Final = "report:r-bbbbbbbbbb"
STRANGE: Final = "case:c-zzzzzzzzzz"
DAY: Final = 86_400_000_000
WHOLE, LOG_ONLY = Options(), Options(log_only=True)
DEPTHS = pytest.mark.parametrize("options", [WHOLE, LOG_ONLY])
NEW: Final = "dec-" + "7" * 20
START: Final = "2026-11-21T10:00:00Z"
YEAR: Final = LEAST_AGE + 10**9


def by_two(gate: Gatekeeper, name: str, words: str, **columns: str) -> None:
    """Have one person propose something of the case, and another carry it."""
    under = permit(gate, "joan", "raid.write", CASE)
    said: dict[str, Any] = {"what": "merge", "binds": "0" * 64, "case": CASE}
    recorded(gate, act("raid.proposal", name, "propose - open", **said, **under))
    under = permit(gate, "rosalind", "raid.approve", CASE)
    carried = act("raid.proposal", name, "carry open carried", **said, **under)
    card: dict[str, Any] = {"team": "raid-desk", "authors": "user:joan", **columns}
    recorded(gate, carried, act("raid.case", CASE, words, **card, **under))


def worked(office: RaidOffice) -> None:
    """Have people do at the desk what an act of theirs is forged of below."""
    with office.gate() as gate:
        opened(gate)
        opened(gate, OTHER, SECOND)
        recorded(gate, noted(gate))
        under = permit(gate, "ole", "raid.arm", CASE)
        words: dict[str, Any] = {"case": CASE, "rule": "NIS2-23", **under}
        recorded(gate, act("raid.clock", CLOCK, "arm - armed", **words))
        by_two(gate, PROPOSAL, "merge new merged", was="new", redirect=OTHER)
        by_two(gate, "prp-" + "b" * 16, "unmerge merged new")
        needed(gate, CASE, "admit", "user:chien", NOON + DAY)
        under = permit(gate, "ole", "raid.arm", CASE)
        words = {"case": CASE, "rule": "NIS2-23", "start": START, **under}
        recorded(gate, act("raid.clock", CLOCK, "start armed running", **words))


@pytest.fixture(scope="module")
def kept(institute_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an institute with a history; not to be changed."""
    folder = tmp_path_factory.mktemp("forged") / "institute"
    shutil.copytree(institute_folder, folder)
    found_raid(folder)
    with closing(RaidOffice(folder)) as office:
        worked(office)
    return folder


@pytest.fixture
def own(kept: Path, tmp_path: Path) -> Institute:
    """Return a copy of it."""
    shutil.copytree(kept, tmp_path / "institute")
    return Institute(tmp_path / "institute", FixedClock(NOON))


def history(institute: Institute) -> list[Event]:
    """Return all that is on record, the oldest first."""
    with closing(institute.ledger(writable=False)) as ledger:
        return [entry.event for entry in newest_first(ledger)][::-1]


def told(report: Report) -> set[str]:
    """Return the codes of what was found."""
    return {found.code for found in report.findings}


class Forger:
    """Has the key of the log, and what was recorded before."""

    def __init__(self, institute: Institute) -> None:
        self._institute = institute
        self.events = history(institute)

    def last(self, kind: str, **said: object) -> Event:
        """Return the last event of a kind that says something."""
        return next(
            event
            for event in reversed(self.events)
            if event["kind"] == kind
            and all(event.get(name) == value for name, value in said.items())
        )

    def permit(self, action: str, resource: str = CASE, **changes: str) -> Event:
        """Return a decision under a new name: that of the last such, changed."""
        old = self.last("decision.made", action=action, effect="permit")
        moved = [n for n, e in enumerate(self.events) if e["kind"] in BASIS_KINDS]
        return {**old, "id": NEW, "resource": resource, "basis": moved[-1], **changes}

    def append(self, transactions: list[list[Event]]) -> None:
        """Append as a program of the institute would, one transaction at a time."""
        with closing(self._institute.ledger(writable=True)) as ledger:
            for events in transactions:
                ledger.append(events)


Forgery = Callable[[Forger], list[list[Event]]]


def note(forger: Forger, **changes: object) -> Event:
    """Return a note on the case under a new permit, and what else is said of it."""
    return {**forger.last("raid.case", act="note"), "decision": NEW, **changes}


def stated(event: Event, before: str, what: str, after: str) -> Event:
    """Return an event of another act, its row in the state that this leads to."""
    card = {**event["card"], "state": after}
    return {**event, "from": before, "act": what, "to": after, "card": card}


def clock(forger: Forger, what: str, after: str, **card: str) -> Event:
    """Return an act on the clock that runs, under a new permit."""
    event = stated(forger.last("raid.clock"), "running", what, after)
    return {**event, "decision": NEW, "card": {**event["card"], **card}}


def merged(forger: Forger, **changes: object) -> Event:
    """Return that the case was merged, under a new permit."""
    return {**forger.last("raid.case", act="merge"), "decision": NEW, **changes}


def _into(forger: Forger, case: str, **columns: object) -> Event:
    """Return that the case was merged into some case, its row otherwise changed."""
    event = merged(forger)
    return {**event, "card": {**event["card"], "redirect": case, **columns}}


def carried(forger: Forger, **changes: object) -> Event:
    """Return that a new proposal was carried, under a new permit."""
    old = forger.last("raid.proposal", act="carry")
    return {**old, "decision": NEW, "id": "prp-" + "c" * 16, **changes}


def proposed(forger: Forger, **changes: object) -> list[Event]:
    """Return a permit, and that something was proposed under it."""
    old = forger.last("raid.proposal", act="propose")
    name = "dec-" + "8" * 20
    words = {"id": "prp-" + "c" * 16, "decision": name}
    return [{**forger.permit("raid.write"), "id": name}, {**old, **words, **changes}]


def opened_by(forger: Forger, person: str) -> Event:
    """Return the permit to approve of somebody."""
    return forger.permit("raid.approve", subject=person)


FORGERIES: Final[dict[str, tuple[Forgery, str]]] = {
    "noted beside nothing": (lambda f: [[note(f)]], "raid-permit-missing"),
    "noted once more": (
        lambda f: [[f.last("raid.case", act="note")]],
        "raid-permit-reused",
    ),
    "noted on a permit to read": (
        lambda f: [[{**f.permit("raid.write"), "action": "raid.read"}], [note(f)]],
        "raid-permit-missing",
    ),
    "noted on a permit for another case": (
        lambda f: [[f.permit("raid.write", OTHER)], [note(f)]],
        "raid-permit-missing",
    ),
    "noted on the permit to open cases": (
        lambda f: [[f.permit("raid.write", "case:desk")], [note(f)]],
        "raid-permit-missing",
    ),
    "noted on the permit of another": (
        lambda f: [[f.permit("raid.write", subject="user:vint")], [note(f)]],
        "raid-permit-missing",
    ),
    "noted on a permit that comes later": (
        lambda f: [[note(f)], [f.permit("raid.write")]],
        "raid-permit-missing",
    ),
    "noted on a case that never was": (
        lambda f: [
            [f.permit("raid.write", STRANGE)],
            [note(f, id=STRANGE, case=STRANGE)],
        ],
        "raid-move-impossible",
    ),
    "noted from another state": (
        lambda f: [
            [f.permit("raid.write")],
            [stated(note(f), "triaged", "note", "triaged")],
        ],
        "raid-move-impossible",
    ),
    "resolved at once": (
        lambda f: [
            [f.permit("raid.write")],
            [stated(note(f), "new", "resolve", "resolved")],
        ],
        "raid-move-impossible",
    ),
    "opened under an id that is used": (
        lambda f: [
            [f.permit("raid.write", "case:desk")],
            [{**f.last("raid.case", act="open"), "decision": NEW}],
        ],
        "raid-move-impossible",
    ),
    "a report that came in twice": (
        lambda f: [
            [f.permit("raid.intake", "report:inbox")],
            [{**f.last("raid.report", act="receive", id=REPORT), "decision": NEW}],
        ],
        "raid-move-impossible",
    ),
    "merged by one person": (
        lambda f: [[opened_by(f, "user:rosalind")], [merged(f)]],
        "raid-person-alone",
    ),
    "merged by who proposed it": (
        lambda f: [
            proposed(f),
            [opened_by(f, "user:joan")],
            [carried(f, by="user:joan"), merged(f, by="user:joan")],
        ],
        "raid-person-alone",
    ),
    "merged into itself": (
        lambda f: [
            proposed(f),
            [opened_by(f, "user:rosalind")],
            [carried(f), _into(f, CASE)],
        ],
        "raid-merge-broken",
    ),
    "merged away from whose own it is": (
        lambda f: [
            proposed(f),
            [opened_by(f, "user:rosalind")],
            [carried(f), _into(f, OTHER, owned=1)],
        ],
        "raid-merge-broken",
    ),
    "carried what nobody proposed": (
        lambda f: [[opened_by(f, "user:rosalind")], [carried(f), merged(f)]],
        "raid-move-impossible",
    ),
    "parted into another state": (
        lambda f: [
            proposed(f),
            [opened_by(f, "user:rosalind")],
            [
                carried(f),
                stated(
                    {**f.last("raid.case", act="unmerge"), "decision": NEW},
                    *("merged", "unmerge", "resolved"),
                ),
            ],
        ],
        "raid-move-impossible",
    ),
    "a clock that ran without a start": (
        lambda f: [
            [f.permit("raid.arm")],
            [clock(f, "meet", "met", start="")],
        ],
        "raid-clock-unstarted",
    ),
    "a clock voided without a grant": (
        lambda f: [[f.permit("raid.arm")], [clock(f, "void", "void")]],
        "raid-permit-missing",
    ),
    "a clock of another case": (
        lambda f: [
            [f.permit("raid.arm", OTHER)],
            [{**clock(f, "meet", "met"), "case": OTHER}],
        ],
        "raid-move-impossible",
    ),
    "need-to-know beside nothing": (
        lambda f: [[{**f.last("raid.need", act="admit"), "decision": NEW}]],
        "raid-permit-missing",
    ),
    "need-to-know on the permit to open cases": (
        lambda f: [
            [f.permit("raid.write", "case:desk", subject="user:mileva")],
            [{**f.last("raid.need", act="admit"), "decision": NEW}],
        ],
        "raid-permit-missing",
    ),
}


@DEPTHS
def test_nothing_is_found_in_what_was_done_as_it_should_be(
    kept: Path, options: Options
) -> None:
    institute = Institute(kept, FixedClock(NOON))
    kinds = {event["kind"] for event in history(institute)}

    assert {"raid.report", "raid.case", "raid.link", "raid.clock"} <= kinds
    assert {"raid.proposal", "raid.need"} <= kinds
    assert institute.verify(None, options).is_sound


@pytest.mark.parametrize("name", FORGERIES)
def test_what_the_gate_never_writes_is_found(own: Institute, name: str) -> None:
    forge, code = FORGERIES[name]
    forger = Forger(own)
    size = len(forger.events)
    forger.append(forge(forger))

    for options in (WHOLE, LOG_ONLY):
        report = own.verify(None, options)
        assert code in told(report)
        places = [found.place.removeprefix("entry ") for found in report.findings]
        assert all(int(place) >= size for place in places)
        assert "rotate-key" in report.next_step


@pytest.mark.parametrize("depth", [(), ("--log-only",)])
def test_an_officer_is_told(
    own: Institute, depth: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    forger = Forger(own)
    forger.append(FORGERIES["noted beside nothing"][0](forger))

    words = ("--institute", own.folder, "audit", "verify", *depth)
    done = Ringwall(capsys)(*words, "--format", "json")
    assert done.code == 6
    assert "raid-permit-missing" in done.out + done.err
    assert "rotate-key" in done.out + done.err


@DEPTHS
def test_a_permit_and_all_that_goes_with_it_is_not_told_apart(
    own: Institute, options: Options
) -> None:
    # Whoever forges the decision as well: that is for the witnesses of who asked.
    forger = Forger(own)
    forger.append([[forger.permit("raid.write")], [note(forger)]])

    assert own.verify(None, options).is_sound


@DEPTHS
def test_of_permits_that_were_pruned_nothing_is_held_against_anybody(
    own: Institute, options: Options
) -> None:
    with closing(own.ledger(writable=True)) as ledger:
        [event] = [ledger.entry(ledger.head().size - 1).event]
        ledger.append([{**event, "at": "2028-11-21T12:00:00Z"}])
        late = FixedClock(NOON + YEAR)
        pruned = prune_log(ledger, NOON + 10**8, "a year is over", late)

    found = own.verify(None, options).findings
    assert pruned.entries > 10
    assert not {f.code for f in found} & {"raid-permit-missing", "raid-permit-reused"}
    with closing(own.ledger(writable=False)) as ledger:
        rows = ledger.store
        assert RaidRows(rows).card("raid.case", CASE) is not None
        assert len(RaidRows(rows).events(case=CASE)) > 5
