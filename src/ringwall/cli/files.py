"""Files that a command is given or makes: read within bounds, written whole or not.

Must never write over a file that nobody said to write over.
"""

import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

__all__ = ["Output", "read_input"]


class Output(NamedTuple):
    """A file that is to be made.

    Attributes:
        path: where.
        mode: its permissions, as far as the umask grants them.
        force: whether it may be written over one that is there; None if the command
            has no such option.
    """

    path: Path
    mode: int = 0o644
    force: bool | None = None

    def check(self) -> None:
        """Refuse early what `write` would refuse.

        Raises:
            ConfigurationError: `output-exists`, there is a file already.
        """
        if not self.force and os.path.lexists(self.path):
            raise self._exists()

    def write(self, data: bytes) -> None:
        """Make the file in one step and durably.

        Raises:
            ConfigurationError: `output-exists`; or `output-unwritable`.
        """
        from ringwall.base.durable_file import flush_folder, replace_durably
        from ringwall.base.errors import ConfigurationError

        try:
            if self.force:
                replace_durably(self.path, data, self.mode)
                return
            draft = self.path.with_name(f".{self.path.name}.{token_hex(8)}")
            try:
                replace_durably(draft, data, self.mode)
                # Unlike a rename this does not go over what came there meanwhile.
                os.link(draft, self.path)
            finally:
                with suppress(OSError):
                    os.unlink(draft)
            flush_folder(self.path.parent)
        except FileExistsError:
            raise self._exists() from None
        except OSError as error:
            raise ConfigurationError(
                "output-unwritable",
                f"`{self.path}` can't be written: {error.strerror or error}",
                next_step="name a file in a folder that is there and can be written",
            ) from error

    def _exists(self) -> Exception:
        from ringwall.base.errors import ConfigurationError

        over = "" if self.force is None else ", or write over it with --force"
        return ConfigurationError(
            "output-exists",
            f"`{self.path}` is there already",
            next_step=f"name another file{over}",
        )


def read_input(path: Path, limit: int) -> bytes:
    """Return a file's bytes; at most one more than allowed, for the parser to refuse.

    Args:
        path: as a person named it.
        limit: most bytes that it may hold.

    Raises:
        RequestError: `input-unreadable`, it is no file that can be read.
    """
    from ringwall.base.errors import RequestError
    from ringwall.registry.regular_file import open_regular

    try:
        with open_regular(path) as file:
            data: bytes | None = file.read(limit + 1)
            has_size = os.fstat(file.fileno()).st_size > 0
    except OSError as error:
        raise RequestError(
            "input-unreadable",
            f"`{path}` can't be read: {error.strerror or error}",
            next_step="name a file that is there",
        ) from error
    # Files of the kernel call themselves regular, of no size; one that has nothing to
    # say gives back None rather than wait.
    if data is None or (data and not has_size):
        raise RequestError(
            "input-unreadable",
            f"`{path}` can't be read: it is not a regular file",
            next_step="name a file that lies on a disk",
        )
    return data
