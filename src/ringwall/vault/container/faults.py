"""What is wrong with a container, as an error with a code of its own.

Must never tell a byte of what a container holds.
"""

from pathlib import Path

from ringwall.base.errors import ActRefused, ConfigurationError, IntegrityError

__all__ = ["busy", "damaged", "unreadable", "unwritable"]


def damaged(code: str, path: Path, what: str) -> IntegrityError:
    """Return the error of a container that is not as it was sealed."""
    return IntegrityError(
        code,
        f"`{path}` {what}",
        next_step="nothing was delivered; put back an intact copy of this container, "
        "and find out who changed it",
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
