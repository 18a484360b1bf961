"""The vault's desk: what is asked of it, in Python's words.

Each act is a decision of the gate at hand, on record before anything is done. Must
never give out a data key, nor a byte that no permit carries.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from typing_extensions import Unpack

from ringwall.base.errors import RequestError
from ringwall.gate.asker import Asker, Who
from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.matters.containers import ContainerRecord
from ringwall.model.container_names import parse_file_name
from ringwall.model.requests import Reach
from ringwall.vault import verifying
from ringwall.vault.copying import Copied, Copying, CopyOrder
from ringwall.vault.damage import Watched
from ringwall.vault.destroying import Destroyed, Destroying
from ringwall.vault.inventory import Finding, Inventory
from ringwall.vault.keys.keyring import Keyring
from ringwall.vault.keys.provider import KeyProvider
from ringwall.vault.keys.unlocking import Secrets
from ringwall.vault.memory_file import Shelter, memory_folder, memory_path
from ringwall.vault.mending import Mending
from ringwall.vault.opened_file import AHEAD, Ask, Named, VaultFile
from ringwall.vault.opening import Opened, Opening, Wanted
from ringwall.vault.places import Places
from ringwall.vault.progress import Progress
from ringwall.vault.release import Releases
from ringwall.vault.rewrapping import Rewrapped, Rewrapping
from ringwall.vault.sealing import Order, Sealed, Sealing
from ringwall.vault.shelf import Shelf
from ringwall.vault.tensors import Tensors
from ringwall.vault.verifying import Verified

__all__ = ["FileInfo", "Vault"]

_READ: Final = "weights.read"
_LOAD: Final = "weights.load"


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A file of an asset, as whoever may reach it is told.

    Attributes:
        name: within the asset.
        size: bytes.
        container: id.
        sealed: instant.
    """

    name: str
    size: int
    container: str
    sealed: int


class Vault:
    """The containers of one institute, at one enforcement point.

    Shared by all threads. Each method that takes words of who asks takes `session=`,
    or `subject=` and `authn=`; and `purpose=`, `present=` and `grant=`.

    Args:
        gate: decides and records.
        folder: of the institute.
        secrets: what opens key-encryption keys; None for those that need none.
    """

    def __init__(
        self, gate: Gatekeeper, folder: Path, secrets: Secrets | None = None
    ) -> None:
        self._gate = gate
        self._secrets = secrets
        self._places = Places(folder)
        self._shelf = Shelf(gate, self._places)
        self._mending = Mending(gate, self._places)
        self._releases = Releases(gate.point, gate.clock, self._provider)
        self._opening = Opening(gate, self._shelf, self._releases)
        self._derived: dict[str, KeyProvider] = {}
        self.keyring = Keyring(folder / "keys" / "vault", gate.clock)

    def open(
        self,
        asset: str,
        file: str = "",
        *,
        action: str = _READ,
        ahead: int = AHEAD,
        **who: Unpack[Who],
    ) -> VaultFile:
        """Open a file of the vault; its bytes are asked for as they are read.

        Args:
            asset: id.
            file: name within the asset; empty for the only one, or for
                `model.safetensors`.
            action: `weights.read`, which hands bytes out and takes them off the
                budgets; or `weights.load` into a process that keeps them within.
            ahead: bytes that reading from front to back asks for at a time; 0 to ask
                for what is read and nothing more.
            **who: who asks.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `file-unknown`.
            RequestError: `file-ambiguous`, `action-not-reading`, `asker-missing`,
                `session-foreign`; or a word is malformed.
            IntegrityError: the container is not the one on record, or damaged; or the
                secret of its key is wrong.
            ActRefused: `container-gone`.
        """
        _check_reading(action)
        if type(ahead) is not int or ahead < 0:
            raise ValueError("`ahead` is a number of bytes, 0 or more")
        asker = Asker(self._gate, who)
        opened = self._opening.open(asker, Wanted(asset, file, action))
        record = opened.record
        named = Named(record.file, record.asset, record.id, record.bytes)
        content = Watched(opened.content, self._gate, record.id)
        return VaultFile(named, content, _ranges(asker, opened), ahead)

    def open_safetensors(
        self, asset: str, file: str = "", *, action: str = _READ, **who: Unpack[Who]
    ) -> Tensors:
        """Open a safetensors file: its header at once, each tensor as it is read.

        Args:
            asset: id.
            file: name within the asset; as of `open`.
            action: as of `open`.
            **who: who asks.

        Raises:
            RingwallError: as `open`, or as `Tensors`.
        """
        opened = self.open(asset, file, action=action, ahead=0, **who)
        try:
            return Tensors(opened)
        except BaseException:
            opened.close()
            raise

    @contextmanager
    def path(
        self,
        asset: str,
        file: str = "",
        *,
        action: str = _READ,
        shelter: Shelter | None = None,
        **who: Unpack[Who],
    ) -> Iterator[str]:
        """Give the path of a file in memory, for loaders that take nothing else.

        Args:
            asset: id.
            file: name within the asset; as of `open`.
            action: as of `open`.
            shelter: under which conditions; see `memory_path`.
            **who: who asks.

        Raises:
            RingwallError: as `open`, or as `memory_path`.
        """
        opened = self.open(asset, file, action=action, ahead=0, **who)
        with closing(opened), memory_path(opened, shelter) as path:
            yield path

    @contextmanager
    def folder(
        self,
        asset: str,
        *,
        action: str = _READ,
        shelter: Shelter | None = None,
        **who: Unpack[Who],
    ) -> Iterator[Path]:
        """Give a folder of links to all files of an asset, in memory; as `path`."""
        files = (
            self.open(asset, info.name, action=action, ahead=0, **who)
            for info in self.files(asset, action=action, **who)
        )
        with memory_folder(files, shelter) as folder:
            yield folder

    def files(
        self, asset: str, *, action: str = _READ, **who: Unpack[Who]
    ) -> tuple[FileInfo, ...]:
        """Return the files of an asset, by name; a decision of its own.

        Args:
            asset: id.
            action: `weights.read` or `weights.load`.
            **who: who asks.

        Raises:
            AccessDenied: the answer is no.
            RequestError: as `open`.
        """
        _check_reading(action)
        Asker(self._gate, who).require(action=action, resource=asset, amount=0)
        records = self._gate.ground.matters.containers.of(asset)
        kept = [one for one in records if one.state == "kept" and not one.is_copy]
        files = [FileInfo(one.file, one.bytes, one.id, one.at) for one in kept]
        return tuple(sorted(files, key=lambda info: info.name))

    def seal(  # noqa: PLR0913 - what may be said of it, by name
        self,
        source: Path,
        asset: str,
        *,
        key: str,
        file: str = "",
        replace: bool = False,
        progress: Progress | None = None,
        **who: Unpack[Who],
    ) -> Sealed:
        """Put a file into the vault, sealed.

        Args:
            source: the file; it stays where it is, as it is.
            asset: id of the asset that it belongs to.
            key: name of the key-encryption key.
            file: name within the asset; that of the source if empty.
            replace: take the place of the container that has that name.
            progress: is told bytes done and bytes in all.
            **who: who asks.

        Raises:
            RequestError: `file-name-malformed`; or as `Sealing.seal`.
            UnknownItem: `unknown-key`.
            RingwallError: as `Sealing.seal`.
        """
        name = _file_name(file or source.name)
        asker = Asker(self._gate, who)
        order = Order(source, asset, name, replace, progress=progress)
        sealing = Sealing(self._gate, self._places, self._mending)
        return sealing.seal(asker, order, self._provider(key))

    def rewrap(
        self, asset: str, file: str = "", *, to_key: str, **who: Unpack[Who]
    ) -> Rewrapped:
        """Give the data key of a container to another key; its data stays as it is.

        Args:
            asset: id.
            file: name within the asset; as of `open`.
            to_key: name of the other key.
            **who: who asks.

        Raises:
            UnknownItem: `unknown-key`.
            RingwallError: as `Rewrapping.rewrap`.
        """
        rewrapping = Rewrapping(self._gate, self._shelf, self._mending, self._opening)
        asker = Asker(self._gate, who)
        return rewrapping.rewrap(asker, asset, file, self._provider(to_key))

    def copy(  # noqa: PLR0913 - what may be said of it, by name
        self,
        asset: str,
        file: str = "",
        *,
        to: str,
        target: Path,
        key: str,
        progress: Progress | None = None,
        **who: Unpack[Who],
    ) -> Copied:
        """Make a copy for a site: a container of its own, under a grant that it uses.

        Args:
            asset: id.
            file: name within the asset; as of `open`.
            to: id of the site.
            target: name of the new container, where nothing is yet.
            key: name of the key that wraps its data key, such as the recipient's.
            progress: is told bytes done and bytes in all.
            **who: who asks.

        Raises:
            UnknownItem: `unknown-key`, `unknown-site`.
            RingwallError: as `Copying.copy`.
        """
        copying = Copying(self._gate, self._shelf, self._opening)
        order = CopyOrder(asset, file, to, target, progress)
        return copying.copy(Asker(self._gate, who), order, self._provider(key))

    def verify(
        self,
        asset: str,
        file: str = "",
        *,
        resume: bool = True,
        progress: Progress | None = None,
        **who: Unpack[Who],
    ) -> Verified:
        """Check the tag of every chunk of a container; nothing of it is handed out.

        Args:
            asset: id.
            file: name within the asset; as of `open`.
            resume: go on where the latest verification was interrupted.
            progress: is told bytes done and bytes in all.
            **who: who asks.

        Raises:
            IntegrityError: a chunk is damaged; the alarm is on record.
            RingwallError: as `open`.
        """
        wanted = Wanted(asset, file, _READ)
        opened = self._opening.open(Asker(self._gate, who), wanted)
        return verifying.verify_opened(
            self._gate, opened, resume=resume, progress=progress
        )

    def destroy(
        self, container: str, *, copy: Path | None = None, **who: Unpack[Who]
    ) -> Destroyed:
        """Destroy a container; see `Destroying.destroy`."""
        destroying = Destroying(self._gate, self._places)
        return destroying.destroy(Asker(self._gate, who), container, copy)

    def inventory(self) -> Sequence[ContainerRecord]:
        """Return every container there ever was, copies and all, the oldest first."""
        self._gate.refresh()
        return self._gate.ground.matters.containers.all()

    def verify_inventory(
        self, folder: Path | None = None, *, site: str = ""
    ) -> tuple[Finding, ...]:
        """Hold what lies on disk against the record; no key is needed.

        Args:
            folder: of the containers; the institute's vault if None.
            site: id of the site whose copies are in the folder; empty for the
                institute's own containers.

        Raises:
            ConfigurationError: `folder-unreadable`.
        """
        self._gate.refresh()
        containers = self._gate.ground.matters.containers
        inventory = Inventory(containers, self._places, site)
        return inventory.check(self._places.root if folder is None else folder)

    def _provider(self, name: str) -> KeyProvider:
        # What people have typed is asked for once, and worked out once.
        provider = self._derived.get(name)
        provider = provider or self.keyring.provider(name, self._secrets)
        if provider.kind in {"passphrase", "shares"}:
            self._derived[name] = provider
        return provider


def _ranges(asker: Asker, opened: Opened) -> Ask:
    """Return what asks for a range of an open file: the next look of its permit."""
    permit, record = opened.permit, opened.record
    action = permit.request.action

    def ask(amount: int, start: int, stop: int) -> object:
        return asker.require(
            action=action,
            resource=record.asset,
            # What is loaded stays within the process: nothing leaves.
            amount=amount if action == _READ else 0,
            reach=Reach(record.id, start, stop),
            continues=permit.id,
        )

    return ask


def _check_reading(action: str) -> None:
    if action not in {_READ, _LOAD}:
        raise RequestError(
            "action-not-reading",
            f"nothing is opened for `{action[:40]}`",
            next_step="ask for weights.read or weights.load",
        )


def _file_name(text: str) -> str:
    try:
        return parse_file_name(text)
    except ValueError as error:
        raise RequestError(
            "file-name-malformed",
            str(error),
            next_step="name it with `file=`, e.g. model.safetensors",
        ) from None
