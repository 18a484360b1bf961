"""What comes of scrubbing: a working copy, or why there is none.

Must never pass a file on that is not understood: what can't be scrubbed is refused.
"""

from typing import Final, NamedTuple

from ringwall.base.errors import ActRefused, ConfigurationError

__all__ = ["MAX_FILE_BYTES", "Scrubbed", "not_installed", "not_scrubbed"]

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
"""Most bytes of a file that is scrubbed, and of all that is packed in it."""


class Scrubbed(NamedTuple):
    """A working copy.

    Attributes:
        data: its bytes.
        suffix: that its name may have; the name it came under tells too much.
        removed: what was taken out, in plain words, in order.
    """

    data: bytes
    suffix: str
    removed: tuple[str, ...]


def not_scrubbed(why: str, next_step: str = "") -> ActRefused:
    """Return the error of a file that there is no working copy of.

    Args:
        why: in plain words; must not repeat anything from the file.
        next_step: what its sender can do.
    """
    return ActRefused(
        "metadata-not-removable",
        f"what the file tells of its maker can't be taken out: {why}",
        next_step=next_step or "ask the reporter for a plain text, a picture or a PDF",
    )


def not_installed(package: str) -> ConfigurationError:
    """Return the error of a library that is needed and not there."""
    return ConfigurationError(
        "scrubber-missing",
        f"the package `{package}` is not installed, so no such file can be scrubbed",
        next_step="install `ringwall[files]`",
    )
