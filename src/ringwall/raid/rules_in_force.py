"""Which rules the desk goes by: the adopted ones, else those that it was founded with.

Must never go by rules on disk that nobody adopted, nor by a copy that was changed.
"""

from functools import lru_cache
from pathlib import Path
from typing import Final

from ringwall.base.errors import ConfigurationError, DeclarationError, IntegrityError
from ringwall.ledger.asking.raid_rows import RaidRows
from ringwall.raid.rule_files import (
    RAID_FOLDER,
    digest_of,
    kept_folder,
    read_files,
)
from ringwall.raid.rulebook import Rulebook, read_rulebook
from ringwall.shipped import shipped_path

__all__ = ["RULES_ID", "folder_in_force", "rules_in_force"]

RULES_ID: Final = "raid:rules"
"""What the adopted rules are called on record."""

_DESK: Final = "raid.desk"


def rules_in_force(folder: Path, rows: RaidRows) -> Rulebook:
    """Return the rules that the desk goes by.

    Args:
        folder: the institute's.
        rows: say which were adopted.

    Raises:
        ConfigurationError: `raid-rules-not-adopted`, nobody adopted any, and those on
            disk are not the ones that come with this installation.
        DeclarationError: they can't be read.
        IntegrityError: `raid-rules-changed`, the kept copy of those adopted is not
            what is on record, or is gone.
    """
    return _rulebook(folder, _adopted(rows))


def folder_in_force(folder: Path, rows: RaidRows) -> tuple[Path, str]:
    """Return where the rules that the desk goes by are, and their digest.

    Raises:
        ConfigurationError, DeclarationError, IntegrityError: as `rules_in_force`.
    """
    return _place(folder, _adopted(rows))


def _adopted(rows: RaidRows) -> str:
    """Return the digest of the rules that were adopted; empty if none were."""
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
        return _as_founded(folder)
    place = kept_folder(folder, adopted)
    try:
        found = digest_of(read_files(place))
    except DeclarationError as error:
        raise _changed(place) from error
    if found != adopted:
        raise _changed(place)
    return place, adopted


def _as_founded(folder: Path) -> tuple[Path, str]:
    place = folder / RAID_FOLDER
    digest = digest_of(read_files(place))
    if digest != _shipped():
        raise ConfigurationError(
            "raid-rules-not-adopted",
            f"the rules in `{place}` are not those that the desk was founded with, and "
            "nobody has adopted them",
            next_step="look at them with `ringwall raid rules diff`, and put them in "
            "force with `ringwall raid rules adopt`",
        )
    return place, digest


@lru_cache(maxsize=1)
def _shipped() -> str:
    return digest_of(read_files(shipped_path("raid")))


def _changed(place: Path) -> IntegrityError:
    return IntegrityError(
        "raid-rules-changed",
        f"`{place}` does not hold the rules that are in force on record",
        next_step="put them back from a backup, or have the director adopt others with "
        "`ringwall raid rules adopt`",
    )
