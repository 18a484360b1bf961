"""`vault://` for fsspec: each open a decision of its own, and none of them kept.

Reads only. Must never keep a list or a byte, nor hand plaintext to what would write it
to a disk.
"""

import errno
import io
import os
import weakref
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from importlib import import_module
from typing import Any, Final, NamedTuple, NoReturn, Protocol

from fsspec.compression import compr
from fsspec.core import get_compression
from fsspec.spec import AbstractFileSystem
from fsspec.utils import stringify_path
from typing_extensions import Unpack, override

from ringwall.base.errors import ActRefused, RequestError, UnknownItem
from ringwall.gate.asker import Who
from ringwall.vault.opened_file import AHEAD, VaultFile

__all__ = ["VaultFileSystem"]

_PREFIX: Final = "vault://"
_USUAL: Final = "weights:"
_TEXT: Final = ("encoding", "errors", "newline")
# What another process can be told; a gate or a session is no such thing.
_WORDS: Final = (str, int, type(None))


class _Listed(Protocol):
    """What is needed of a file in a list."""

    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...


class _Desk(Protocol):
    """What is needed of the vault's desk."""

    def open(
        self, asset: str, file: str, *, action: str, ahead: int, **who: Unpack[Who]
    ) -> VaultFile: ...
    def files(
        self, asset: str, *, action: str, **who: Unpack[Who]
    ) -> Sequence[_Listed]: ...


class _Gate(Protocol):
    """What is needed of a gate."""

    @property
    def vault(self) -> _Desk: ...
    def close(self) -> None: ...


class _Kept(NamedTuple):
    """A gate of the file system's own, and the process that opened it."""

    gate: _Gate
    process: int


class VaultFileSystem(AbstractFileSystem):  # type: ignore[misc] # fsspec tells no types
    """The vault as a file system: `vault://aurora-2/model.safetensors`.

    A path is the id of an asset and the name of a file; a bare name means `weights:`.
    What a deny raises is `AccessDenied`, as everywhere, and no `PermissionError`. What
    is not there is a `FileNotFoundError`.

    Args:
        gate: stands before the vault, e.g. `Gatekeeper.open(...)`; or
        institute: folder of an institute, whose gate is opened at the
        point: with this id, on the key that lies below `keys/points/`. Only then can
            the file system be pickled, and each process opens a gate of its own, one
            that is forked as well; this one is to be kept until that is done.
        action: what an open amounts to, `weights.read` or `weights.load`.
        ahead: bytes that reading from front to back asks for at a time; 0 for just
            what is read.
        **who: `session`; or `subject` and `authn`; `purpose`, `present`, `grant`.

    Raises:
        ValueError: neither a gate nor an institute is given, or both.
    """

    protocol = "vault"
    # An instance kept by fsspec would be found again by whoever has the same words.
    cachable = False

    def __init__(
        self,
        gate: _Gate | None = None,
        *,
        institute: str = "",
        point: str = "",
        action: str = "weights.read",
        ahead: int = AHEAD,
        **who: Unpack[Who],
    ) -> None:
        super().__init__()
        if (gate is None) == (not institute):
            raise ValueError("either `gate` or `institute` and `point` are given")
        self._given = gate
        self._place = (institute, point)
        self._kept = None if gate else self._own_gate()
        self._action = action
        self._ahead = ahead
        self._who = who

    @classmethod
    @override
    def _strip_protocol(cls, path: Any) -> Any:
        """Return a path as asset and file: `weights:aurora-2/model.safetensors`."""
        if isinstance(path, list):
            return [cls._strip_protocol(one) for one in path]
        text: str = stringify_path(path).removeprefix(_PREFIX).strip("/")
        asset = text.partition("/")[0]
        return text if ":" in asset or not asset else _USUAL + text

    @override
    def open(
        self,
        path: str,
        mode: str = "rb",
        block_size: int | None = None,
        cache_options: object = None,
        compression: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Decide, and return a reader of a file.

        Args:
            path: asset and file; the file may be left out if there is one only.
            mode: `rb`, or `r` or `rt` for text.
            block_size: as `ahead`, for this open alone.
            cache_options: nothing is cached.
            compression: how the file is compressed, or `infer`.
            **kwargs: `encoding`, `errors` and `newline` of a text.

        Raises:
            AccessDenied: the answer is no; also later, of a range.
            ActRefused: `vault-read-only`, another mode.
            FileNotFoundError: there is no such file.
        """
        if mode not in {"r", "rt", "rb"}:
            _refuse_to_write()
        asset, name = self._split(path)
        ahead = self._ahead if block_size is None else block_size
        reader: Any = self._opened(asset, name, ahead).reader()
        kind = get_compression(name, compression)
        if kind is not None:
            reader = compr[kind](reader, mode="r")
        if mode == "rb":
            return reader
        return io.TextIOWrapper(
            reader, **{word: kwargs[word] for word in _TEXT if word in kwargs}
        )

    @override
    def _open(self, *_: object, **__: object) -> NoReturn:
        """Refuse: `open` has no need of it, but what keeps copies on disk does.

        The caches of fsspec (`simplecache`, `filecache`, `blockcache`) and the file
        systems that join others call it on the one below.

        Raises:
            ActRefused: `plaintext-on-disk`.
        """
        _refuse_copy()

    @override
    def cat_file(
        self, path: str, start: int | None = None, end: int | None = None, **_: object
    ) -> bytes:
        """Return the bytes of a file, or of one range of it and nothing more.

        For a moment there are twice as many in memory. What is large is read with
        `read_into` of a file of the vault, or taken from `gate.vault.path(...)` or
        `gate.vault.open_safetensors(...)`, which hold it once.
        """
        with closing(self._opened(*self._split(path), 0)) as file:
            first, last, _step = slice(start, end).indices(file.size)
            file.seek(first)
            return file.read(max(last - first, 0)) or b""

    @override
    def head(self, path: str, size: int = 1024) -> bytes:
        """Return the first bytes of a file."""
        return self.cat_file(path, 0, size)

    @override
    def tail(self, path: str, size: int = 1024) -> bytes:
        """Return the last bytes of a file."""
        return self.cat_file(path, -size, None)

    @override
    def ls(self, path: str, detail: bool = True, **_: object) -> list[Any]:
        """Return what lies right below a path, of one asset; a decision of its own."""
        entries = self._entries(path)
        stripped = self._strip_protocol(path)
        if entries.get(stripped, {}).get("type") == "file":
            found = [entries[stripped]]
        else:
            found = [entry for name, entry in entries.items() if _lies(name, stripped)]
        return found if detail else [entry["name"] for entry in found]

    @override
    def info(self, path: str, **_: object) -> dict[str, Any]:
        """Return name, size and type of a file or folder; a decision of its own."""
        entries = self._entries(path)
        return entries[self._strip_protocol(path)]

    @override
    def exists(self, path: str, **_: object) -> bool:
        """Return whether something is there; who may not know is denied."""
        return self._type(path) != ""

    @override
    def isfile(self, path: str) -> bool:
        """Return whether a file is there; who may not know is denied."""
        return self._type(path) == "file"

    @override
    def isdir(self, path: str) -> bool:
        """Return whether a folder is there; who may not know is denied."""
        return self._type(path) == "directory"

    @override
    def get_file(self, *_: object, **__: object) -> NoReturn:
        """Refuse.

        Raises:
            ActRefused: `plaintext-on-disk`.
        """
        _refuse_copy()

    get = download = get_file

    @override
    def pipe_file(self, *_: object, **__: object) -> NoReturn:
        """Refuse.

        Raises:
            ActRefused: `vault-read-only`.
        """
        _refuse_to_write()

    pipe = put = put_file = upload = write_bytes = write_text = pipe_file
    cp = cp_file = copy = move = mv = rename = touch = pipe_file
    _rm = delete = rm = rm_file = rmdir = pipe_file
    makedir = makedirs = mkdir = mkdirs = pipe_file

    @override
    def __reduce__(self) -> Any:
        """Refuse where there is more than words to carry.

        Raises:
            TypeError: there is a gate, a session or a secret.
        """
        self._check_words()
        return super().__reduce__()

    @override
    def to_dict(self, *, include_password: bool = True) -> dict[str, Any]:
        """Refuse as `pickle` is refused; so does `to_json`.

        Raises:
            TypeError: there is a gate, a session or a secret.
        """
        self._check_words()
        return dict(super().to_dict(include_password=include_password))

    @property
    def _gate(self) -> _Gate:
        """The gate: the one given, or this process's own."""
        if self._given is not None:
            return self._given
        # A worker forked from this process opens one that is its own, and leaves that
        # of the other as it is.
        if self._kept is None or self._kept.process != os.getpid():
            self._kept = self._own_gate()
        return self._kept.gate

    def _own_gate(self) -> _Kept:
        # By name: parts are put together on the floor above, and this is where fsspec
        # asks for a whole. The floor itself is no import of this one.
        kind = import_module("ringwall.institute").Gatekeeper
        institute, point = self._place
        gate: _Gate = kind.open(institute, point=point)
        weakref.finalize(self, gate.close)
        return _Kept(gate, os.getpid())

    def _check_words(self) -> None:
        options = [*self.storage_args, *self.storage_options.values()]
        for option in options:
            several = option if isinstance(option, list | tuple) else (option,)
            if not all(isinstance(one, _WORDS) for one in several):
                raise TypeError(
                    "a gate, a session or a secret stays with its process: make the "
                    "file system from `institute` and `point` to carry it elsewhere"
                )

    def _split(self, path: str) -> tuple[str, str]:
        """Return asset and file of a path.

        Raises:
            RequestError: `asset-missing`.
        """
        asset, _, name = self._strip_protocol(path).partition("/")
        if not asset:
            raise RequestError(
                "asset-missing",
                "a path in the vault begins with an asset",
                next_step="name one, as in `vault://aurora-2/model.safetensors`",
            )
        return asset, name

    def _opened(self, asset: str, name: str, ahead: int) -> VaultFile:
        with _not_found(f"{asset}/{name}"):
            return self._gate.vault.open(
                asset, name, action=self._action, ahead=ahead, **self._who
            )

    def _entries(self, path: str) -> dict[str, dict[str, Any]]:
        """Return all files and folders of the asset of a path, by name.

        Raises:
            FileNotFoundError: nothing is at the path itself.
        """
        asset, name = self._split(path)
        where = f"{asset}/{name}".rstrip("/")
        with _not_found(where):
            files = self._gate.vault.files(asset, action=self._action, **self._who)
        entries: dict[str, dict[str, Any]] = {}
        for file in files:
            whole = f"{asset}/{file.name}"
            for folder in _folders_of(whole):
                entries[folder] = {"name": folder, "size": 0, "type": "directory"}
            entries[whole] = {"name": whole, "size": file.size, "type": "file"}
        if where not in entries:
            raise FileNotFoundError(errno.ENOENT, "nothing in the vault", where)
        return entries

    def _type(self, path: str) -> str:
        """Return `file` or `directory`, empty where nothing is."""
        try:
            kind: str = self.info(path)["type"]
        except FileNotFoundError:
            return ""
        return kind


def _folders_of(name: str) -> Iterator[str]:
    """Give the folders above a file, up to its asset."""
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name


def _lies(name: str, folder: str) -> bool:
    """Return whether something lies right in a folder."""
    return name.rpartition("/")[0] == folder


@contextmanager
def _not_found(path: str) -> Iterator[None]:
    """Say of what is not on record what callers of a file system listen for."""
    try:
        yield
    except UnknownItem as error:
        raise FileNotFoundError(errno.ENOENT, error.message, path) from error


def _refuse_copy() -> NoReturn:
    raise ActRefused(
        "plaintext-on-disk",
        "this would put weights on a disk in the clear",
        next_step="read from `open`; or take `gate.vault.path(...)`, a file in memory",
    )


def _refuse_to_write() -> NoReturn:
    raise ActRefused(
        "vault-read-only",
        "nothing is written to the vault through a file system",
        next_step="put files in with `ringwall vault seal`",
    )
