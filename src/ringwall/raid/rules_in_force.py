"""Which rules the desk goes by: the adopted ones, else those that it was founded with.

Both are on record by their digest, and kept in a copy. What lies in the institute's
folder is a draft until it is adopted. Must never go by a draft, nor by a copy that was
changed.
"""

from functools import lru_cache
from pathlib import Path
from typing import Final

from ringwall.base.errors import DeclarationError, IntegrityError
from ringwall.ledger.asking.raid_rows import RaidRows
from ringwall.raid.rule_files import RULES_ID as RULES_ID  # noqa: PLC0414 - the mark of a re-export
from ringwall.raid.rule_files import digest_of, kept_folder, read_files
from ringwall.raid.rulebook import Rulebook, read_rulebook
from ringwall.shipped import shipped_path

__all__ = ["folder_in_force", "rules_in_force"]

_DESK: Final = "raid.desk"
_SHIPPED: Final = "raid"


def rules_in_force(folder: Path, rows: RaidRows) -> Rulebook:
    """Return the rules that the desk goes by.

    Args:
        folder: the institute's.
        rows: say which were adopted.

    Raises:
        DeclarationError: they can't be read.
        IntegrityError: `raid-rules-changed`, the kept copy of those adopted is not
            what is on record, or is gone.
    """
    return _rulebook(folder, _adopted(rows))


def folder_in_force(folder: Path, rows: RaidRows) -> tuple[Path, str]:
    """Return where the rules that the desk goes by are, and their digest.

    Raises:
        DeclarationError, IntegrityError: as `rules_in_force`.
    """
    return _place(folder, _adopted(rows))


def _adopted(rows: RaidRows) -> str:
    """Return the digest of the rules on record; empty before the first act."""
    card = rows.card(_DESK, RULES_ID)
    return "" if card is None else str(card.card["digest"])


# Read anew for each digest, not for each act: what is in force does not change by what
# somebody does to its files.
@lru_cache(maxsize=8)
def _rulebook(folder: Path, adopted: str) -> Rulebook:
    place, digest = _place(folder, adopted)
    book = read_rulebook(place)
    if book.digest != digest:
        raise _changed(place)
    return book


def _place(folder: Path, adopted: str) -> tuple[Path, str]:
    if not adopted:
        # Nothing was done by any rules yet: the first act puts these on record.
        place = shipped_path(_SHIPPED)
        return place, digest_of(read_files(place))
    place = kept_folder(folder, adopted)
    try:
        found = digest_of(read_files(place))
    except DeclarationError as error:
        raise _changed(place) from error
    if found != adopted:
        raise _changed(place)
    return place, adopted


def _changed(place: Path) -> IntegrityError:
    return IntegrityError(
        "raid-rules-changed",
        f"`{place}` does not hold the rules that are in force on record",
        next_step="put them back from a backup, or have the director adopt the same "
        "again: `ringwall raid rules adopt --source DIR --reason TEXT`",
    )
