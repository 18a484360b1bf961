"""Files of the vault in memory, under a path: for loaders that take nothing else.

Each is decrypted into a memfd, then sealed: nobody writes to it, grows or shrinks it.
Must never put a byte of plaintext on a disk, nor where the kernel may put it on one.
"""

import fcntl
import mmap
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from ringwall.base.errors import ActRefused, ConfigurationError, UnknownItem
from ringwall.model.container_names import parse_file_name
from ringwall.vault.locked_pages import LockedPages, read_swaps
from ringwall.vault.opened_file import VaultFile

__all__ = ["Shelter", "memory_folder", "memory_path"]

_NAME: Final = "ringwall-vault"
_NOEXEC: Final = 0x0008  # MFD_NOEXEC_SEAL of Linux 6.3; Python has no name for it
_FLAGS: Final = os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING
_SEALS: Final = (
    fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
)


@dataclass(frozen=True, slots=True)
class Shelter:
    """Under which conditions plaintext is put into a file in memory.

    Attributes:
        swap: `refused`, where the machine has a swap area the pages are locked, or it
            does not happen; `accepted`, the caller answers for it, as where the swap
            area is encrypted under a key that no boot keeps.
        for_children: the path names this process, so that programs started by it can
            open it, too; without, whoever opens it means themselves.
        swaps: says which swap areas are in use.
    """

    swap: Literal["refused", "accepted"] = "refused"
    for_children: bool = False
    swaps: Callable[[], tuple[str, ...]] = read_swaps

    def __post_init__(self) -> None:
        """Refuse another word for `swap`.

        Raises:
            ValueError: it is one.
        """
        if self.swap not in {"refused", "accepted"}:
            raise ValueError("`swap` is `refused` or `accepted`")

    def may_swap(self) -> bool:
        """Return whether pages have to be locked; if nobody knows, they have to."""
        if self.swap == "accepted":
            return False
        try:
            return bool(self.swaps())
        except OSError:
            return True

    def path(self, handle: int) -> str:
        """Return the path of a descriptor."""
        process = os.getpid() if self.for_children else "self"
        return f"/proc/{process}/fd/{handle}"


@contextmanager
def memory_path(file: VaultFile, shelter: Shelter | None = None) -> Iterator[str]:
    """Give the path of a file in memory that holds a file of the vault.

    The whole file is one range of the open. It is gone after the `with`; what a loader
    has mapped by then stays mapped. The path works within this process; see `Shelter`.

    Args:
        file: open; it is closed as soon as it is read.
        shelter: the conditions; no swap and this process alone if None.

    Raises:
        AccessDenied: no permit for the whole of it.
        ActRefused: `memory-may-swap`; or `memory-short`, it is larger than the memory.
        IntegrityError: the container is damaged.
    """
    shelter = shelter or Shelter()
    with ExitStack() as stack:
        yield shelter.path(_sheltered(file, shelter, stack))


@contextmanager
def memory_folder(
    files: Iterable[VaultFile], shelter: Shelter | None = None
) -> Iterator[Path]:
    """Give a folder of links to files in memory, for loaders that take a folder.

    It lies among the temporary files and holds links alone, with the names of the
    files. A process that is killed leaves links to nothing.

    Args:
        files: of one asset, each opened when its turn comes and closed once read.
        shelter: as of `memory_path`.

    Raises:
        UnknownItem: `files-missing`, there are none.
        ConfigurationError: `files-collide`, a name is that of a folder as well.
        AccessDenied: as `memory_path`, like
        ActRefused: and
        IntegrityError: here.
    """
    shelter = shelter or Shelter()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=_NAME)))
        for file in files:
            with closing(file):
                link = _place(folder, file.name)
                os.symlink(shelter.path(_sheltered(file, shelter, stack)), link)
        if not os.listdir(folder):
            raise UnknownItem(
                "files-missing",
                "there is no file in the vault to make a folder of",
                next_step="see `ringwall vault ls` for what is in the vault",
            )
        yield folder


def _place(folder: Path, name: str) -> Path:
    """Return where in a folder a link goes, its folder made.

    Raises:
        ConfigurationError: `files-collide`.
    """
    link = folder / parse_file_name(name)
    try:
        link.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _collision(name) from error
    if os.path.lexists(link):
        raise _collision(name)
    return link


def _collision(name: str) -> ConfigurationError:
    return ConfigurationError(
        "files-collide",
        f"`{name}` can't lie in one folder with the asset's other files",
        next_step="open the files one by one, with `path(asset, file)`",
    )


def _sheltered(file: VaultFile, shelter: Shelter, stack: ExitStack) -> int:
    """Return the descriptor of a sealed file in memory; the stack lets go of it."""
    with closing(file):
        handle = _new_memory()
        stack.callback(os.close, handle)
        if file.size:
            _make_room(handle, file)
            if shelter.may_swap():
                stack.enter_context(_locked(handle, file))
            _fill(handle, file)
        fcntl.fcntl(handle, fcntl.F_ADD_SEALS, _SEALS)
    return handle


def _new_memory() -> int:
    """Return a new file in memory that nobody runs, and only its owner opens."""
    try:
        handle = os.memfd_create(_NAME, _FLAGS | _NOEXEC)
    except OSError:
        # A kernel before 6.3 knows nothing of it.
        handle = os.memfd_create(_NAME, _FLAGS)
    os.fchmod(handle, 0o400)
    return handle


def _make_room(handle: int, file: VaultFile) -> None:
    """Give it its length.

    Raises:
        ActRefused: `memory-short`.
    """
    there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    # Found out page by page, this would end the process, and others with it.
    if file.size > there:
        raise ActRefused(
            "memory-short",
            f"`{file.name}` has {file.size} bytes, the machine a memory of {there}",
            next_step="read it piece by piece, with `open` or `open_safetensors`",
        )
    os.truncate(handle, file.size)


def _locked(handle: int, file: VaultFile) -> LockedPages:
    """Return its pages, locked.

    Raises:
        ActRefused: `memory-may-swap`.
    """
    try:
        return LockedPages(handle, file.size)
    except OSError as error:
        raise ActRefused(
            "memory-may-swap",
            f"the {file.size} bytes of `{file.name}` might be written to a swap area: "
            "the machine has one, and the memory can't be locked",
            next_step="raise RLIMIT_MEMLOCK, switch swap off, or, where it is "
            "encrypted, pass `Shelter(swap='accepted')`",
        ) from error


def _fill(handle: int, file: VaultFile) -> None:
    """Decrypt into it, in one range and without a second copy."""
    before = sys.exception()
    pages = mmap.mmap(handle, file.size)
    pages.madvise(mmap.MADV_DONTDUMP)
    with suppress(OSError):
        pages.madvise(mmap.MADV_HUGEPAGE)
    view = memoryview(pages)
    try:
        file.read_into(0, view)
    except BaseException as error:
        # First of all: whoever keeps the error may keep the mapping with it.
        with suppress(OSError):
            pages.madvise(mmap.MADV_REMOVE)
        _clear_frames(error, before)
        with suppress(BufferError):
            view.release()
            pages.close()
        raise
    view.release()
    pages.close()


def _clear_frames(error: BaseException | None, before: BaseException | None) -> None:
    """Let an error hold no piece of the memory, which could not be closed then.

    Args:
        error: just caught; what it came of is gone through as well,
        before: up to what the caller was handling already, which is theirs.
    """
    while error is not None and error is not before:
        traceback.clear_frames(error.__traceback__)
        error = error.__context__
