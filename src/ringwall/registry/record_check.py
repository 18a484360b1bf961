"""Checking the record of an institute: the whole ledger, and what it has in force.

Must never write to what it checks, nor take the folder's own key where the checker
brings one.
"""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from ringwall.base.clock import Clock
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.replay import replay_ledger
from ringwall.ledger.row_difference import Difference
from ringwall.ledger.store import Store
from ringwall.ledger.verification.checking import Options, Progress
from ringwall.ledger.verification.report import Report
from ringwall.ledger.verification.verify import verify_ledger
from ringwall.matters.containers import Containers
from ringwall.registry.fact_check import with_facts
from ringwall.registry.institute_folder import key_at_hand, read_verifier
from ringwall.registry.opening import LedgerPlace
from ringwall.registry.second_place import named_place
from ringwall.signing.keys import parse_vkey

__all__ = ["check_record", "replay_record"]


def check_record(
    place: LedgerPlace, clock: Clock, vkey: str | None, options: Options | None
) -> Report:
    """Check the whole ledger against a public key.

    Args:
        place: where it is.
        clock: gives the instant of the check.
        vkey: text of a key of the log that the checker trusts; the folder's own if
            None.
        options: what else the checker brings along.

    Raises:
        ConfigurationError: `key-malformed`, or the folder can't be used.
        IntegrityError: `ledger-unreadable`.
    """
    verifier = read_verifier(place.folder) if vkey is None else parse_vkey(vkey)
    named, key = named_place(place.settings), key_at_hand(place.folder)
    told = replace(options or Options(), containers=Containers)
    told = told.of_institute(place.anchor, named, clock.now(), key)
    origin = place.settings.origin
    with closing(Ledger(place.path, verifier, origin)) as ledger:
        report = verify_ledger(ledger.store, verifier, origin, told)
        return report if told.log_only else with_facts(report, ledger)


def replay_record(
    place: LedgerPlace, target: Path, progress: Progress | None = None
) -> tuple[int, tuple[Difference, ...]]:
    """Rebuild the ledger into a new file; return its size and what differs.

    Args:
        place: where it is.
        target: the new file.
        progress: is told how far it is.
    """
    with closing(Store(place.path, writable=False)) as store:
        return replay_ledger(store, target, progress)
