"""Whoever has the key of the log writes of embargoes what no gate does: it is found.

On an institute with an embargo in force, to which one forged piece after the other is
appended, each beside a permit that it could have been recorded under.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from ringwall.base.clock import FixedClock
from ringwall.institute import Institute
from ringwall.ledger.verification.checking import Options
from ringwall.model.events import BASIS_KINDS, Event
from tests.embargoed import active, invited, led
from tests.example import NOON
from tests.fault.test_forged_raid import Forger, told
from tests.raid_office import RaidOffice, found_raid, who
from tests.routed import triaged

WHOLE, LOG_ONLY = Options(), Options(log_only=True)
BROKEN: Final = "raid-embargo-broken"
NEW: Final = "dec-" + "7" * 20
FAR: Final = "2028-06-01T12:00:00Z"


@pytest.fixture(scope="module")
def kept(institute_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an institute with embargoes; not to be changed."""
    folder = tmp_path_factory.mktemp("forged") / "institute"
    shutil.copytree(institute_folder, folder)
    found_raid(folder)
    office = RaidOffice(folder)
    with office.raid() as desk:
        # The last case told of has one in force, the one before none, and a party.
        triaged(desk)
        invited(desk, led(desk))
        case, _ = active(desk)
        desk.matters.tell(who("joan"), case, ["aware"], "", "they wrote back")
    office.close()
    return folder


@pytest.fixture
def own(kept: Path, tmp_path: Path) -> Institute:
    """Return a copy of it."""
    shutil.copytree(kept, tmp_path / "institute")
    return Institute(tmp_path / "institute", FixedClock(NOON))


def permit(forger: Forger, action: str, case: str, name: str = NEW) -> Event:
    """Return a permit of the lead, or of whoever was permitted that before."""
    old = forger.last("decision.made", effect="permit", action="raid.embargo")
    moved = [n for n, e in enumerate(forger.events) if e["kind"] in BASIS_KINDS]
    words = {"id": name, "resource": case, "action": action, "basis": moved[-1]}
    return {**old, **words}


def changed(event: Event, act: str, after: str, **card: object) -> Event:
    """Return the next act on an object, under the new permit of the lead."""
    row = {**event["card"], "state": after, **card}
    moved = {"from": event["to"], "act": act, "to": after, "card": row}
    return {**event, **moved, "by": "user:rosalind", "decision": NEW}


def on(forger: Forger, action: str, *events: Event) -> list[list[Event]]:
    """Return a permit for an act on the case with the embargo, and the act."""
    case = forger.last("raid.embargo")["case"]
    return [[permit(forger, action, case)], list(events)]


def out(forger: Forger, **bits: int) -> Event:
    """Return that it was told that the matter is out."""
    return changed(forger.last("raid.matter"), "tell", "known", **bits)


def ended(forger: Forger, cause: str) -> Event:
    """Return that the embargo ended."""
    return changed(forger.last("raid.embargo"), "end", "exited", cause=cause)


def offered(forger: Forger, **card: object) -> Event:
    """Return that other terms were proposed for the embargo."""
    words: dict[str, Any] = {"offer": "c" * 64, "offer_ends": "2026-12-24T12:00:00Z"}
    return changed(forger.last("raid.embargo"), "revise", "revise", **(words | card))


def accepted(offer: Event) -> Event:
    """Return that what was proposed was put in force, under another permit."""
    row = offer["card"]
    terms = {"terms": row["offer"], "ends": row["offer_ends"]}
    gone: dict[str, Any] = {"offer": "", "offer_ends": "", **terms}
    return {**changed(offer, "accept", "active", **gone), "decision": f"{NEW[:-1]}8"}


def without_consent(forger: Forger) -> list[list[Event]]:
    """Return that terms were accepted to which nobody consented."""
    offer = offered(forger)
    second = permit(forger, "raid.embargo", offer["case"], f"{NEW[:-1]}8")
    return [*on(forger, "raid.embargo", offer), [second], [accepted(offer)]]


def told_to_no_end(forger: Forger) -> list[list[Event]]:
    """Return that the matter came out, and its end in a transaction of its own."""
    second = permit(forger, "raid.write", out(forger)["case"], f"{NEW[:-1]}8")
    late = {**ended(forger, "public"), "decision": f"{NEW[:-1]}8"}
    return [*on(forger, "raid.write", out(forger, public=1)), [second], [late]]


def begun_though_out(forger: Forger) -> list[list[Event]]:
    """Return that one was proposed for a matter that is out, in a case without one."""
    cases = {event["case"] for event in forger.events if event["kind"] == "raid.party"}
    (case,) = cases - {forger.last("raid.embargo")["case"]}
    first = forger.last("raid.embargo", act="propose")
    known = forger.last("raid.matter", case=case)
    told_out = changed(known, "tell", "known", misuse=1)
    name = f"{NEW[:-1]}8"
    offer = {**first, "id": "emb-" + "c" * 16, "case": case, "decision": name}
    return [
        [permit(forger, "raid.write", case)],
        [told_out],
        [permit(forger, "raid.embargo", case, name)],
        [offer],
    ]


def in_no_case(forger: Forger) -> list[list[Event]]:
    """Return that one was proposed for a case that nobody works on."""
    first = forger.last("raid.embargo", act="propose")
    case = "case:c-zzzzzzzzzz"
    offer = {**first, "id": "emb-" + "d" * 16, "case": case, "decision": NEW}
    return [[permit(forger, "raid.embargo", case)], [offer]]


def resolved(forger: Forger) -> list[list[Event]]:
    """Return that the case was resolved while its embargo is in force."""
    case = forger.last("raid.embargo")["case"]
    whole = changed(forger.last("raid.case", id=case), "resolve", "resolved")
    return on(forger, "raid.write", whole)


def merged(forger: Forger) -> list[list[Event]]:
    """Return that another case was merged into that with the embargo."""
    case = forger.last("raid.embargo")["case"]
    other = next(
        event
        for event in reversed(forger.events)
        if event["kind"] == "raid.case" and event["case"] != case
    )
    words = {"redirect": case, "was": other["to"]}
    gone = changed(other, "merge", "merged", **words)
    return [[permit(forger, "raid.approve", other["id"])], [gone]]


def too_long(forger: Forger) -> list[list[Event]]:
    """Return that terms were proposed of above a year, which nobody can sign for."""
    return on(forger, "raid.embargo", offered(forger, offer_ends=FAR))


FORGERIES: Final[dict[str, Callable[[Forger], list[list[Event]]]]] = {
    "in force although the matter is public": lambda f: on(
        f, "raid.write", out(f, public=1)
    ),
    "in force although the recipe is public": lambda f: on(
        f, "raid.write", out(f, uplift=1)
    ),
    "in force although misuse was seen": lambda f: on(
        f, "raid.write", out(f, misuse=1)
    ),
    "its end missing in the transaction of the tell": told_to_no_end,
    "proposed although the matter is out": begun_though_out,
    "accepted without consent": without_consent,
    "expired before its time": lambda f: on(f, "raid.embargo", ended(f, "expired")),
    "ended for what is not so": lambda f: on(f, "raid.embargo", ended(f, "public")),
    "ended though nobody agreed": lambda f: on(f, "raid.embargo", ended(f, "agreed")),
    "ended for nothing": lambda f: on(f, "raid.embargo", ended(f, "")),
    "longer than a year": too_long,
    "in a case that nobody works on": in_no_case,
    "its case resolved": resolved,
    "its case merged": merged,
    "taken back by one": lambda f: on(f, "raid.write", out(f, aware=0)),
}


@pytest.mark.parametrize("options", [WHOLE, LOG_ONLY])
def test_nothing_is_found_in_an_embargo_as_it_should_be(
    kept: Path, options: Options
) -> None:
    assert Institute(kept, FixedClock(NOON)).verify(None, options).is_sound


@pytest.mark.parametrize("name", FORGERIES)
def test_what_no_gate_writes_of_an_embargo_is_found(own: Institute, name: str) -> None:
    forger = Forger(own)
    size = len(forger.events)
    forger.append(FORGERIES[name](forger))

    for options in (WHOLE, LOG_ONLY):
        report = own.verify(None, options)
        assert BROKEN in told(report)
        places = [found.place.removeprefix("entry ") for found in report.findings]
        assert all(int(place) >= size for place in places)
        assert report.next_step


def test_what_the_matter_ends_in_its_own_transaction_is_sound(own: Institute) -> None:
    forger = Forger(own)
    told_out = out(forger, public=1)
    forger.append(on(forger, "raid.write", told_out, ended(forger, "public")))

    for options in (WHOLE, LOG_ONLY):
        assert BROKEN not in told(own.verify(None, options))
