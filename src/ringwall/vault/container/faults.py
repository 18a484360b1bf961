"""What is wrong with a container, as an error with a code of its own.

Must never tell a byte of what a container holds.
"""

from pathlib import Path

from ringwall.base.errors import ActRefused, ConfigurationError, IntegrityError
from ringwall.ledger.open_files import is_ledger_file

__all__ = ["busy", "damaged", "refuse_ledger", "unreadable", "unwritable"]


def refuse_ledger(path: Path) -> None:
    """Return unless a file of an open ledger stands where a container should.

    To be asked before it is opened: to close it again would let go of SQLite's locks.

    Raises:
        IntegrityError: `ledger-in-the-way`.
    """
    if is_ledger_file(path):
        what = "is a file of the ledger, which is open here"
        raise damaged("ledger-in-the-way", path, what)


def damaged(code: str, path: Path, what: str) -> IntegrityError:
    """Return the error of a container that is not as it was sealed."""
    return IntegrityError(
        code,
        f"`{path}` {what}",
        next_step="throw away what was read of it before, put back an intact copy of "
        "this container, and find out who changed it",
    )


def unreadable(path: Path, error: OSError) -> IntegrityError:
    """Return the error of a container that the disk does not give back."""
    return IntegrityError(
        "container-unreadable",
        f"`{path}` can't be read: {error.strerror or error}",
        next_step="check the permissions of the folder, then the disk",
    )


def unwritable(path: Path, error: OSError) -> ConfigurationError:
    """Return the error of a container that can't be written where it should be."""
    return ConfigurationError(
        "container-unwritable",
        f"`{path}` can't be written: {error.strerror or error}",
        next_step="check the folder, its permissions and the room on its disk",
    )


def busy(path: Path) -> ActRefused:
    """Return the error of a container that another process is writing."""
    return ActRefused(
        "container-busy",
        f"another process is writing `{path}`",
        next_step="wait until it is done",
    )
