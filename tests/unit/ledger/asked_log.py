"""A log that is asked many questions: some hundred entries of all sorts, one seed."""

from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from ringwall.base.clock import format_instant
from ringwall.model.events import Event, log_recovered, subject_erased
from tests.fault.ledger_simulator import (
    AT,
    LedgerFile,
    amount,
    creation,
    decision,
    fact,
    grounded,
)

SIZE: Final = 400
SUBJECTS: Final = ("user:ada", "user:bob", "service:trainer")
ASSETS: Final = ("weights:aurora-1", "weights:aurora-2")
ACTIONS: Final = ("weights.read", "weights.copy")
CODES: Final = ("", "level-insufficient", "not-screened")
RULES: Final = ("acc-021", "acc-022", "elig-001")
RARE: Final = {"rule": "acc-999", "code": "code-rare", "subject": "user:rare"}
_SECOND: Final = 1_000_000


def asked_events() -> list[Event]:
    """Return the entries; clocks go back now and then, and stop at whole seconds."""
    random = Random(5)
    events: list[Event] = [creation()]
    at = AT
    while len(events) < SIZE:
        at += random.choice((0, 1, 250_000, _SECOND, -5 * _SECOND, 9 * _SECOND))
        if random.random() < 0.2:
            at -= at % _SECOND
        events.append(_event(random, len(events), at))
    return grounded(events)


def asked_log(folder: Path) -> LedgerFile:
    """Return a ledger that holds them, closed."""
    file = LedgerFile(folder, [creation()])
    file.path.write_bytes(_asked_bytes())
    return file


def token_of(file: LedgerFile, person: str) -> str:
    """Return the token of a person."""
    query = "SELECT token FROM disclosure WHERE value = ? AND owner = token"
    [(token,)] = file.query(query, f'"{person}"'.encode())
    return str(token)


def erase(file: LedgerFile, *tokens: str) -> None:
    """Put on record that what tokens stand for has been erased, and erase it."""
    with file.opened() as ledger:
        ledger.append([subject_erased(AT, sorted(tokens), "asked for")])


@cache
def _asked_bytes() -> bytes:
    with TemporaryDirectory() as folder:
        return LedgerFile(Path(folder), asked_events()).path.read_bytes()


def _event(random: Random, number: int, at: int) -> Event:
    if number == 123:
        return _decision(random, at, RARE["code"], RARE["rule"], RARE["subject"])
    if number == 300:
        return log_recovered(at, 250, 260, ["pid 12"])
    if number % 40 == 7:
        return {**fact(random.choice(SUBJECTS[:2])), "at": format_instant(at)}
    if number % 9 == 4:
        subject = random.choice(SUBJECTS)
        return amount(f"dec-{number}", number, subject=subject, at=at)
    code, rule = random.choice(CODES), random.choice(RULES)
    return _decision(random, at, code, rule, random.choice(SUBJECTS))


def _decision(random: Random, at: int, code: str, rule: str, subject: str) -> Event:
    said = decision(f"dec-{random.randrange(10**9)}", code)
    reasons = [{**reason, "rule": rule} for reason in said["reasons"]]
    return {
        **said,
        "at": format_instant(at),
        "subject": subject,
        "action": random.choice(ACTIONS),
        "resource": random.choice(ASSETS),
        "rules": [] if code else sorted({rule, random.choice(RULES)}),
        "reasons": reasons,
    }
