"""Histories of planted reporters at one desk, step by step and in any order.

Whatever is returned or raised is kept as text, to be searched. Must never tell a
reporter's own words to the desk but through the box and the files they hand in.
"""

import json
import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Final

from typing_extensions import override

from ringwall.base.errors import RingwallError
from ringwall.raid.desk import RaidDesk
from ringwall.raid.exports.counter import Asked
from ringwall.raid.exports.formats import FORMATS
from ringwall.raid.intake.receipts import new_receipt
from ringwall.raid.lists import Wanted as Listed
from ringwall.raid.outgoing.release_text import Wanted
from ringwall.raid.routing.recipients import Wanted as Body
from ringwall.raid.shield.identity import NOBODY, identity_of
from ringwall.raid.shield.opening import open_box, pass_on
from ringwall.raid.shield.requests import Passing
from tests.brief_office import brief_grant
from tests.example import NOON
from tests.planted_files import files_of
from tests.planting import Planted
from tests.raid_office import RaidOffice, report_document, who
from tests.release_office import FRENCH, release_grant
from tests.routed import ASSESSED
from tests.shield_office import asked, passing
from tests.shielded import private_key

__all__ = ["History", "Played", "play"]

_TITLE: Final = 40
_Deed = Callable[["History"], object]


@dataclass
class Played:
    """What came of histories.

    Attributes:
        people: who was planted.
        told: all that was returned, raised or logged, as text.
        acts: how many acts were tried.
        refused: how many of them were refused.
        opened: how many boxes were opened, each to who is in it.
        sent: id of a report -> who is in its box.
    """

    people: list[Planted] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    acts: int = 0
    refused: int = 0
    opened: int = 0
    sent: dict[str, Planted] = field(default_factory=dict)


class _Kept(logging.Handler):
    # Keeps what is logged, as an operator would see it.
    def __init__(self, into: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._into = into
        self.setFormatter(logging.Formatter())

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self._into.append(self.format(record))


def play(
    desk: RaidDesk, office: RaidOffice, people: Sequence[Planted], chance: Random
) -> Played:
    """Play histories, one beside the other, and return what came of them.

    Args:
        desk: as `at_desk` lends it.
        office: of its institute.
        people: a history is played of each.
        chance: by which all is drawn.
    """
    played = Played()
    # Files are made before anything is kept of what is logged: who makes them logs too.
    running = [
        History(desk, office, one, Random(chance.getrandbits(64)), played)
        for one in people
    ]
    log = logging.getLogger()
    keeper, level = _Kept(played.told), log.level
    log.addHandler(keeper)
    log.setLevel(logging.DEBUG)
    try:
        while running:
            at = chance.randrange(len(running))
            if running[at].is_over():
                running.pop(at)
    finally:
        log.removeHandler(keeper)
        log.setLevel(level)
    played.told += [json.dumps(event) for event in office.events()]
    played.told.append(repr(office.institute.verify().findings))
    return played


class History:
    """What befalls one report, and who sent it.

    Args:
        desk: where.
        office: of its institute.
        planted: who sends it.
        chance: by which it is drawn.
        played: takes what comes of it.
    """

    def __init__(
        self,
        desk: RaidDesk,
        office: RaidOffice,
        planted: Planted,
        chance: Random,
        played: Played,
    ) -> None:
        self.desk, self.office, self.chance, self.played = desk, office, chance, played
        self.planted = planted
        played.people.append(planted)
        self.report = self.case = self.request = self.file = ""
        self.receipt = new_receipt()
        self.files = files_of(planted)
        self._left = chance.randint(5, 12)

    def is_over(self) -> bool:
        """Do one thing, and return whether it was the last."""
        deed: _Deed = _hand_in if not self.report else self._drawn()
        self.played.acts += 1
        try:
            self.played.told.append(repr(deed(self)))
        except RingwallError as error:
            self.played.refused += 1
            lines = traceback.format_exception(error)
            said = [error.message, error.next_step, repr(error), repr(error.faults)]
            self.played.told.append("\n".join([*said, *lines]))
        self._left -= 1
        return self._left < 0

    def _drawn(self) -> _Deed:
        return self.chance.choices(_DEEDS, _WEIGHTS)[0]


def _document(history: History) -> dict[str, Any]:
    told = "".join(history.chance.choice("qxyc ") for _ in range(_TITLE - 4))
    return report_document(title=f"Case{told}", consent={"authorities": "yes"})


def _hand_in(history: History) -> object:
    """Hand in a report, at times of somebody unnamed, or by who may not."""
    chance, desk = history.chance, history.desk
    identity = history.planted.identity if chance.random() < 0.85 else NOBODY
    clerk = who("ruth" if chance.random() < 0.95 else "hertha")
    document = _document(history)
    if chance.random() < 0.05:
        document.pop("narrative")
    if chance.random() < 0.5:
        handed = desk.intake.hand_in(clerk, document, identity)
    else:
        data = json.dumps(document).encode()
        handed = desk.intake.hand_in_file(clerk, data, "report.json", identity)
    history.report, history.receipt = handed.taken.report, handed.receipt
    if identity is not NOBODY:
        history.played.sent[history.report] = history.planted
    return handed


def _misnamed(history: History) -> object:
    """Say who one is in a form that is none."""
    name = history.planted.name
    wrong: dict[str, Any] = history.chance.choice(
        [
            {"name": [name]},
            {name: "name"},
            {"name": name, "nick": name},
            {"about": f"{name}\n" * 400},
            {"reach": name},
            {"name": name + "\x00"},
            {"reach": [history.planted.mail] * 11},
        ]
    )
    return identity_of(wrong)


def _screened(history: History) -> object:
    screening, report = history.desk.screening, history.report
    acts: list[Callable[[], object]] = [
        lambda: screening.validate(who("joan"), report, "B2"),
        lambda: screening.invalidate(who("joan"), report, "spam"),
        lambda: screening.reopen(who("joan"), report, "seen again"),
        lambda: screening.defer(who("joan"), report, "2026-12-01", "later"),
        lambda: screening.close(who("joan"), report, "told"),
    ]
    return history.chance.choice(acts)()


def _opened(history: History) -> object:
    done = history.desk.screening.open(who("joan"), history.report, "B2")
    history.case = next(e["id"] for e in done.events if e["kind"] == "raid.case")
    return done


def _triaged(history: History) -> object:
    desk, case = history.desk, history.case or _case_of(history)
    by = who("dorothy")
    done = desk.triage.assess(by, case, ASSESSED, {"evidence": "seen"})
    return done, desk.triage.run(by, case)


def _case_of(history: History) -> str:
    _opened(history)
    return history.case


def _attached(history: History) -> object:
    """Hand in a file that tells who made it, at the desk or by the receipt."""
    data = history.chance.choice(history.files)
    if history.chance.random() < 0.15:
        # A file that is cut off: what is said of it must not quote it.
        data = data[: history.chance.randint(len(data) // 2, len(data))]
    sealed = history.chance.random() < 0.3
    files = history.desk.attachments
    if history.chance.random() < 0.5:
        done = files.send(who("ruth"), history.receipt, data, sealed_only=sealed)
    else:
        done = files.add(who("joan"), history.report, data, sealed_only=sealed)
    history.file = str(done.events[0]["id"])
    return done


def _copied(history: History) -> object:
    files = history.desk.attachments
    listed = files.listed(who("joan"), history.report)
    copy = files.working_copy(who("joan"), history.file or "att-aaaaaaaaaaaaaaaa")
    return listed, copy.decode("latin-1")


def _wrote(history: History) -> object:
    mailbox, chance = history.desk.mailbox, history.chance
    receipt = history.receipt if chance.random() < 0.8 else new_receipt()
    acts: list[Callable[[], object]] = [
        lambda: mailbox.write(who("ruth"), receipt, "it happened again"),
        lambda: mailbox.read(who("ruth"), receipt),
        lambda: mailbox.post(who("joan"), history.report, "which one?"),
        lambda: mailbox.show(who("joan"), history.report),
        lambda: history.desk.intake.status(who("ruth"), receipt),
    ]
    return chance.choice(acts)()


def _asked(history: History) -> object:
    """Ask who it was: rightly, or in one of many wrong ways."""
    words = history.chance.choice(
        [
            *({}, {}, {}, {"untold": "yes"}),
            {"ground": ""},
            {"key": "none"},
            {"by": "ruth"},
            {"by": "ada"},
            {"until": "2020-01-01T00:00:00Z"},
        ]
    )
    there = history.chance.random() < 0.9
    report = history.report if there else "report:r-aaaaaaaaaa"
    found = asked(history.desk, report, **words)
    history.request = found
    return found


def _voted(history: History) -> object:
    """Have some custodians decide, one of them at times with another's key."""
    chance, identities = history.chance, history.desk.identities
    request = history.request or asked(history.desk, history.report)
    history.request = request
    told: list[object] = []
    for number in chance.sample(range(1, 6), chance.choice((1, 3, 3))):
        custodian = who(f"custodian-{number}")
        if chance.random() < 0.08:
            told.append(identities.refuse(custodian, request, "no law says so"))
        is_wrong = chance.random() < 0.05
        share = _mistaken(number) if is_wrong else passing(number)
        told.append(identities.vote(custodian, request, share))
    return told, history.desk.requests.show(who("joan"), request)


def _mistaken(number: int) -> Passing:
    """Return how a custodian passes on what they open with the key of the next."""
    name, key = (f"user:custodian-{one}" for one in (number, number % 5 + 1))
    own = private_key(key)
    return lambda box, terms, now: pass_on(box, name, own, terms, now)


def _fetched(history: History) -> object:
    """Have the asker open the box, and look whether the right one is in it."""
    if not history.request:
        _voted(history)
    done = history.desk.identities.fetch(who("joan"), history.request)
    own = private_key("user:joan")
    if history.chance.random() < 0.1:
        own = private_key("user:dorothy")
    opened = open_box(done.box, done.terms, done.passed, own, NOON)
    sent = history.played.sent.get(done.terms.report)
    assert opened.identity == (NOBODY if sent is None else sent.identity)
    history.played.opened += 1
    found = history.desk.attachments.originals(done.terms.report, opened.slot)
    # Originals are for the asker alone, as the identity is: that is what was asked.
    return done, opened, [one.id for one in found]


def _erased(history: History) -> object:
    by = who(history.chance.choice(("niels", "niels", "joan")))
    return history.desk.erasing.erase(by, history.report, "they asked for it")


def _read(history: History) -> object:
    desk, joan = history.desk, who("joan")
    case = history.case or "case:c-aaaaaaaaaa"
    acts: list[Callable[[], object]] = [
        lambda: desk.reading.show(joan, history.report),
        lambda: desk.timelines.show(joan, case),
        lambda: desk.queue.show(joan),
        lambda: desk.lists.ls(joan, Listed("reports")),
        lambda: desk.intake.original(joan, history.report).decode(),
        lambda: desk.requests.listed(who("custodian-1")),
        lambda: desk.routes.plan(joan, case),
        lambda: desk.statistics.stats(joan),
    ]
    return history.chance.choice(acts)()


def _exported(history: History) -> object:
    case = history.case or "case:c-aaaaaaaaaa"
    name = history.chance.choice(FORMATS)
    wanted = Asked(name, Body("csirt.de", route="R02"))
    return history.desk.exports.export(who("joan"), case, wanted)


def _handed_over(history: History) -> object:
    case = history.case or "case:c-aaaaaaaaaa"
    wanted = replace(Body("csirt.de"), route="R02")
    return history.desk.routes.send(who("vint"), case, wanted)


def _released(history: History) -> object:
    """Write a release and, where it is clear, have two sign it and send it."""
    desk, case = history.desk, history.case or "case:c-aaaaaaaaaa"
    found = desk.releases.draft(who("joan"), case, Wanted(FRENCH))
    cleared = desk.releases.clear(who("joan"), found.release)
    terms = str(cleared.done.events[0]["card"]["terms"])
    grant = release_grant(history.office, case, terms)
    desk.releases.approve(who("elinor", grant=grant), found.release)
    return cleared, desk.releases.send(who("vint"), found.release)


def _inquired(history: History) -> object:
    inquiries = history.desk.inquiries
    letter = f"Who sent {history.report}?\n".encode()
    sender = history.chance.choice(("police.de", "somebody"))
    done = inquiries.receive(who("ruth"), letter, sender)
    name = str(done.events[0]["id"])
    if history.chance.random() < 0.5:
        return inquiries.answer(who("vint"), name)
    return inquiries.decline(who("vint"), name, "no law says so")


def _briefed(history: History) -> object:
    grant = brief_grant(history.office)
    return history.desk.briefing.brief(who("chien", grant=grant), "FR")


def _published(history: History) -> object:
    return history.desk.publishing.aggregate(who("elinor"))


_DRAWN: Final[tuple[tuple[_Deed, int], ...]] = (
    *((_opened, 6), (_triaged, 4), (_screened, 4), (_attached, 8), (_copied, 4)),
    *((_wrote, 8), (_asked, 6), (_voted, 5), (_fetched, 8), (_erased, 2)),
    *((_read, 6), (_exported, 3), (_handed_over, 2), (_released, 2)),
    *((_inquired, 2), (_briefed, 1), (_published, 1), (_misnamed, 4), (_hand_in, 2)),
)
_DEEDS: Final = [deed for deed, _ in _DRAWN]
_WEIGHTS: Final = [weight for _, weight in _DRAWN]
