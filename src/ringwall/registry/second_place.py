"""The second place of the settings held against the one on record.

Must never let a log go on without the second place that it says it has.
"""

from typing import Final

from ringwall.base.errors import ConfigurationError
from ringwall.ledger.publication.anchor import ANEW, END
from ringwall.ledger.publication.recorded_place import place_of, recorded_place
from ringwall.ledger.store import Store
from ringwall.model.settings import Settings

__all__ = ["FOUND", "check_second_place", "named_place"]

FOUND: Final = "`ringwall.toml` names it"
"""Why a second place goes on record that nobody has put there by a command."""


def named_place(settings: Settings) -> str:
    """Return what the record would call the second place of the settings.

    Empty if they name none; see `place_of`.
    """
    return place_of(settings.anchor or "", settings.origin)


def check_second_place(store: Store, settings: Settings) -> bool:
    """Check that the settings name the second place that is on record.

    Args:
        store: of the log.
        settings: of the institute.

    Returns:
        Whether they name one and it is yet to be put on record.

    Raises:
        ConfigurationError: `anchor-not-configured`, they name none; or
            `anchor-differs`, they name another one.
        IntegrityError: what is stored is not what was recorded.
    """
    named, recorded = named_place(settings), recorded_place(store)
    if recorded is None or not recorded.place:
        return bool(named)
    if not named:
        raise ConfigurationError(
            "anchor-not-configured",
            f"entry {recorded.entry} says that the log has a second place, and "
            "`ringwall.toml` names none",
            next_step="put its `anchor` line back and find out who took it out; to go"
            f" on without a second place, run `{END}` with a --reason",
        )
    if named != recorded.place:
        raise ConfigurationError(
            "anchor-differs",
            "`ringwall.toml` names another second place than entry "
            f"{recorded.entry} is about",
            next_step="put its `anchor` line back as it was; to begin another one, "
            f"name a file that is not there and run `{ANEW}` with a --reason",
        )
    return False
