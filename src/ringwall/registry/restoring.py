"""The policies in force wherever they are, and putting them back on disk.

Must never give out what is not on record as in force.
"""

from contextlib import suppress
from dataclasses import replace

from ringwall.base.errors import DeclarationError, PolicyError
from ringwall.ledger.ledger import Ledger
from ringwall.registry.judge import Judge
from ringwall.registry.judge_folder import read_judge
from ringwall.registry.kept_policies import put_back, read_kept
from ringwall.registry.opening import LedgerPlace, open_for_reading

__all__ = ["judge_in_force", "restore_policies"]


def judge_in_force(place: LedgerPlace, ledger: Ledger) -> Judge:
    """Return the policies and threat models in force: from disk, else their copy.

    Args:
        place: of the institute's ledger.
        ledger: says what is in force.

    Raises:
        PolicyError: `policy-copy-unusable`, they are in neither place.
        IntegrityError: the registry is not what the log says.
    """
    in_force = ledger.registry_since(-1).policy
    with suppress(DeclarationError, PolicyError):
        judge = read_judge(place.folder, place.settings.tiers)
        if judge.digest == in_force:
            return judge
    kept = read_kept(place.folder, in_force, place.settings.tiers)
    return replace(kept, is_kept=True)


def restore_policies(place: LedgerPlace) -> tuple[str, ...]:
    """Put the policies and threat models in force back on disk.

    Returns:
        The files that changed.

    Raises:
        PolicyError: `policy-copy-unusable`, there is no copy of them; or as
            `put_back`.
        RecordUnavailable: as `put_back`.
        IntegrityError: the registry is not what the log says.
    """
    ledger = open_for_reading(place)
    try:
        in_force = ledger.registry_since(-1).policy
    finally:
        ledger.close()
    return put_back(
        place.folder, read_kept(place.folder, in_force, place.settings.tiers)
    )
