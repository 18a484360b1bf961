"""Clocks that go back, stand still and leap far ahead between the entries of a log.

Must never judge the order of entries by anything but their index.
"""

import json

from ringwall.base.clock import FixedClock, format_instant, parse_instant
from ringwall.ledger.asking.listing import listed_entries
from ringwall.ledger.asking.questions import Question
from ringwall.ledger.asking.spans import Window
from ringwall.ledger.committing.recovery import recover
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.store import Store
from tests.fault.campaign.logs import Log, asked, leave_killed, plain_log
from tests.fault.campaign.tally import Work
from tests.fault.ledger_simulator import AT, ORIGIN

__all__ = ["turn_clocks"]

_FAULT = "the clock turned between entries"
_SECOND = 1_000_000
_YEAR = 366 * 24 * 3600 * _SECOND
_LEAPS = (0, 1, -1, _SECOND, -_SECOND, -90 * _SECOND, _YEAR, -_YEAR, 9 * _YEAR)
_FAR = (parse_instant("1970-01-01T00:00:00Z"), parse_instant("9999-12-31T23:59:59Z"))
_ENTRIES = 56
_WINDOWS = 40


def turn_clocks(work: Work) -> None:
    """Write logs under a clock that leaps; verify them, and ask them by time."""
    rounds = max(2, work.rounds // 20)
    for number in range(rounds):
        log = plain_log(work.folder(), 8)
        instants = _written(work, log)
        told = log.told()
        order = _order(log)
        wrong = f"{sorted(told)}" if told else ""
        if order != instants:
            wrong = wrong or "the entries are not in the order in which they came"
        work.tally.judge(_FAULT, "sound, in the order of the log", wrong)
        _recover_earlier(work, log)
        _ask(work, log)
        work.tell(_FAULT, number + 1, rounds)


def _written(work: Work, log: Log) -> list[str]:
    """Append entries, the clock turned before each; return what it said."""
    instants = []
    clock = FixedClock(AT)
    with log.opened() as ledger:
        for number in range(_ENTRIES):
            leap = clock.now() + work.chance.choice(_LEAPS)
            clock = FixedClock(work.chance.choice((leap, leap, leap, *_FAR)))
            at = format_instant(min(max(clock.now(), _FAR[0]), _FAR[1]))
            instants.append(at)
            ledger.append([{**asked(1000 + number), "at": at}])
    return instants


def _order(log: Log) -> list[str]:
    rows = log.query("SELECT entry FROM leaf WHERE idx >= 8 ORDER BY idx")
    return [json.loads(entry)["at"] for (entry,) in rows][:_ENTRIES]


def _recover_earlier(work: Work, log: Log) -> None:
    """Recover with a clock that is far behind what the log says."""
    leave_killed(log)
    key = log.key
    ledger = Ledger(log.path, key.verifier(), ORIGIN, key)
    recovered = recover(ledger.store, key, ledger.keys, None, _FAR[0])
    ledger.close()
    told = log.told()
    wrong = f"{sorted(told)}" if told or recovered is None else ""
    work.tally.judge("a log recovered under a clock far behind", "sound", wrong)


def _ask(work: Work, log: Log) -> None:
    """Ask for windows of time; each entry in one has to be found, wherever it is."""
    store = Store(log.path, writable=False)
    rows = log.query("SELECT idx, entry FROM leaf ORDER BY idx DESC")
    said = [(index, json.loads(entry)["at"]) for index, entry in rows]
    edges = [parse_instant(at) for _, at in said]
    for _ in range(_WINDOWS):
        since, until = sorted(work.chance.sample(edges, 2))
        window = Window(since + work.chance.choice((-1, 0, 1)) if since else 0, until)
        wanted = [index for index, at in said if _is_in(window, at)]
        found = [one.index for one in listed_entries(store, Question(window=window))]
        wrong = f"{window}: {found} and not {wanted}" if found != wanted else ""
        work.tally.judge("a list of a stretch of time, clocks turned", "whole", wrong)


def _is_in(window: Window, at: str) -> bool:
    after = window.since is None or parse_instant(at) >= window.since
    return after and (window.until is None or parse_instant(at) < window.until)
