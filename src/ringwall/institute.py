"""An institute on disk, opened and wired: the only place where parts are put together.

    my-institute/ringwall.toml   policies/   threat_models/   keys/   ledger.db
"""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ringwall.base.clock import Clock, SystemClock
from ringwall.base.errors import ConfigurationError, PolicyError, RecordUnavailable
from ringwall.gate import gatekeeper
from ringwall.gate.ground import LoadedPolicies
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.replay import replay_ledger
from ringwall.ledger.store import Store
from ringwall.ledger.verify import Progress, Report, verify_ledger
from ringwall.model.declarations import document_of
from ringwall.model.events import institute_created, policy_activated
from ringwall.model.settings import (
    MAX_SETTINGS_BYTES,
    Settings,
    format_settings,
    parse_settings,
)
from ringwall.model.tiers import TierSetting
from ringwall.pdp.facts import FactBase
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.policy.bundle import Bundle, compile_bundle
from ringwall.policy.folder import read_bundle
from ringwall.registry.desk import RegistryDesk
from ringwall.shipped import shipped_path
from ringwall.signing.keys import (
    SigningKey,
    VerifierKey,
    dump_signing_key,
    format_vkey,
    generate_signing_key,
    parse_signing_key,
    parse_vkey,
)

if TYPE_CHECKING:
    from ringwall.ledger.rebuild import Difference

__all__ = ["SETTINGS_FILE", "Gatekeeper", "Institute", "find_institute"]

SETTINGS_FILE: Final = "ringwall.toml"
_KEY_FILE: Final = "log.key"
_VKEY_FILE: Final = "log.vkey"
_MAX_KEY_BYTES: Final = 1024


def find_institute(start: Path) -> Path:
    """Return the nearest folder with a `ringwall.toml`, from `start` upward.

    Raises:
        ConfigurationError: `institute-missing`.
    """
    for folder in (start, *start.parents):
        if (folder / SETTINGS_FILE).is_file():
            return folder
    raise ConfigurationError(
        "institute-missing",
        f"there is no `{SETTINGS_FILE}` in `{start}` or above it",
        next_step="name the institute with -C DIR, or make one with `ringwall init DIR`",
    )


class Institute:
    """An institute's folder.

    Args:
        folder: holds `ringwall.toml`.
        clock: where the present instant comes from.

    Raises:
        ConfigurationError: the settings can't be read or used.
    """

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self.folder = folder
        self.clock: Clock = clock or SystemClock()
        data = _read(folder / SETTINGS_FILE, MAX_SETTINGS_BYTES)
        self.settings = parse_settings(data, str(folder / SETTINGS_FILE))

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        tiers: TierSetting = "two",
        name: str = "",
        origin: str = "",
        clock: Clock | None = None,
    ) -> "Institute":
        """Make a new institute: settings, policies, threat models, keys, ledger.

        Args:
            folder: is made; may exist only if it is empty.
            tiers: how many tiers.
            name: for people; the folder's name if empty.
            origin: name of the log; made from the folder's name if empty.
            clock: where the present instant comes from.

        Raises:
            ConfigurationError: `folder-not-empty`, or a name is not allowed.
            RecordUnavailable: the folder can't be written.
        """
        clock = clock or SystemClock()
        slug = "".join(c if c.isalnum() and c.isascii() else "-" for c in folder.name)
        words = {
            "name": name or folder.name,
            "tiers": tiers,
            "origin": origin or f"ringwall.invalid/{slug.strip('-').lower() or 'log'}",
        }
        settings = parse_settings(
            format_settings(Settings.model_construct(**words)).encode(), SETTINGS_FILE
        )
        key = generate_signing_key(settings.origin)
        try:
            _make_folder(folder)
            for shipped in ("policies", "threat_models"):
                shutil.copytree(
                    shipped_path(shipped),
                    folder / shipped,
                    ignore=shutil.ignore_patterns(".*", "__pycache__"),
                )
            (folder / "keys").mkdir(mode=0o700)
            _write_private(folder / "keys" / _KEY_FILE, dump_signing_key(key))
            vkey = format_vkey(key.verifier())
            (folder / "keys" / _VKEY_FILE).write_text(vkey + "\n", encoding="ascii")
            first = institute_created(
                clock.now(), settings.name, tiers, settings.origin, vkey
            )
            path = folder / settings.store
            Ledger.create(path, key, settings.origin, [first]).close()
            # Last, so that a half-made folder is not taken for an institute.
            text = format_settings(settings)
            (folder / SETTINGS_FILE).write_text(text, encoding="utf-8")
        except OSError as error:
            raise RecordUnavailable(
                "folder-unwritable",
                f"`{folder}` can't be written: {error.strerror or error}",
                next_step="name a folder you may write, on a disk with free space",
            ) from error
        return cls(folder, clock)

    def verifier(self) -> VerifierKey:
        """Return the public key that checks the log's heads.

        Raises:
            ConfigurationError: `key-missing` or `key-malformed`.
        """
        return parse_vkey(self._key_text(_VKEY_FILE))

    def ledger(self, *, writable: bool) -> Ledger:
        """Return the ledger, its head and its first entry checked.

        Raises:
            ConfigurationError: a key or the ledger is missing, or
                `settings-differ` from what the ledger was created with.
            RecordUnavailable: it can't be opened for writing.
            IntegrityError: what is stored is not what was signed.
        """
        verifier = self.verifier()
        key = self._signing_key(verifier) if writable else None
        path = self.folder / self.settings.store
        ledger = Ledger(path, verifier, self.settings.origin, key)
        ledger.head()
        created = ledger.institute()
        for name in ("tiers", "origin"):
            if created[name] != getattr(self.settings, name):
                raise ConfigurationError(
                    "settings-differ",
                    f"`{SETTINGS_FILE}` says {name} = `{getattr(self.settings, name)}`, "
                    f"the ledger was created with `{created[name]}`",
                    next_step=f"put `{created[name]}` back",
                )
        return ledger

    def gatekeeper(self, point: str = "") -> "Gatekeeper":
        """Return the gate for an enforcement point, policies in force.

        A bundle on disk that differs from the one on record, and has no fault, is
        put in force by an event of its own first.

        Args:
            point: id of the enforcement point; that of the settings if empty.
        """
        ledger = self.ledger(writable=True)
        try:
            loaded = self.load()
            if loaded.decider is not None:
                self._activate(ledger, loaded.digest)
            point = point or self.settings.point or ""
            return Gatekeeper(ledger, self, self.clock, point)
        except BaseException:
            ledger.close()
            raise

    def registry(self, *, writable: bool = True) -> RegistryDesk:
        """Return the desk that takes declarations.

        Raises:
            PolicyError: the policies can't be used, so roles and tiers of a
                declaration can't be judged.
        """
        decider = self.decider()
        return RegistryDesk(self.ledger(writable=writable), decider, self.clock)

    def facts(self) -> FactBase:
        """Return the registry as it now is, for reading.

        Raises:
            IntegrityError: a row of the registry is not what the log says.
        """
        ledger = self.ledger(writable=False)
        try:
            documents = ledger.registry_since(-1).documents
        finally:
            ledger.close()
        return FactBase(
            {k: document_of(data) for k, data in documents.items() if data is not None}
        )

    def bundle(self) -> Bundle:
        """Return the policies on disk.

        Raises:
            PolicyError: they are refused, with every fault.
        """
        return read_bundle(self.folder / "policies")

    def decider(self) -> DecisionPoint:
        """Return a decision point on the policies on disk.

        Raises:
            PolicyError: they are refused, with every fault.
        """
        compiled = compile_bundle(self.bundle())
        return DecisionPoint(compiled.concerns, self.settings.tiers)

    def load(self) -> LoadedPolicies:
        """Return the policies on disk, or why they can't be used."""
        try:
            bundle = self.bundle()
            compiled = compile_bundle(bundle)
            decider = DecisionPoint(compiled.concerns, self.settings.tiers)
        except PolicyError as error:
            fault = str(error.faults[0]) if error.faults else error.message
            return LoadedPolicies(None, "", fault)
        return LoadedPolicies(decider, bundle.digest)

    def verify(
        self, vkey: str | None = None, progress: Progress | None = None
    ) -> Report:
        """Check the whole ledger against a public key.

        Args:
            vkey: text of the key the checker trusts; the folder's own if None.
            progress: told now and then how far it is.
        """
        verifier = self.verifier() if vkey is None else parse_vkey(vkey)
        store = Store(self.folder / self.settings.store, writable=False)
        try:
            return verify_ledger(store, verifier, self.settings.origin, progress)
        finally:
            store.close()

    def replay(
        self, target: Path, progress: Progress | None = None
    ) -> "tuple[int, tuple[Difference, ...]]":
        """Rebuild the ledger into a new file; return its size and what differs."""
        store = Store(self.folder / self.settings.store, writable=False)
        try:
            return replay_ledger(store, target, progress)
        finally:
            store.close()

    def _activate(self, ledger: Ledger, digest: str) -> None:
        if ledger.registry_since(-1).policy != digest:
            concerns = {c.name: c.digest for c in self.bundle().concerns.values()}
            ledger.append([policy_activated(self.clock.now(), digest, concerns)])

    def _signing_key(self, verifier: VerifierKey) -> SigningKey:
        path = self.folder / "keys" / _KEY_FILE
        try:
            key = parse_signing_key(self._key_text(_KEY_FILE))
        except ConfigurationError as error:
            raise RecordUnavailable(
                "signing-key-unusable",
                f"the record can't be signed: {error.message}",
                next_step=error.next_step or f"restore `{path}` from its safe copy",
            ) from error
        if key.verifier() != verifier:
            raise RecordUnavailable(
                "signing-key-differs",
                f"`{path}` is not the key that `{_VKEY_FILE}` belongs to",
                next_step=f"restore `{path}` from its safe copy",
            )
        if path.stat().st_mode & 0o077:
            raise RecordUnavailable(
                "signing-key-exposed",
                f"others than its owner may read `{path}`",
                next_step=f"run `chmod 600 {path}`, and find out who read it",
            )
        return key

    def _key_text(self, name: str) -> str:
        data = _read(self.folder / "keys" / name, _MAX_KEY_BYTES)
        try:
            return data.decode("ascii").removesuffix("\n")
        except UnicodeDecodeError:
            raise ConfigurationError(
                "key-malformed",
                f"`{self.folder / 'keys' / name}` is not ASCII text",
                next_step="restore it from its safe copy",
            ) from None


class Gatekeeper(gatekeeper.Gatekeeper):
    """A gatekeeper that opens from an institute's folder: what integrators use."""

    @classmethod
    def open(cls, folder: str | Path, *, point: str) -> "Gatekeeper":
        """Return the gate of an institute at one enforcement point.

        Args:
            folder: holds `ringwall.toml`.
            point: id of the enforcement point, as the registry knows it.

        Raises:
            ConfigurationError: the folder can't be used.
            RecordUnavailable: the ledger can't be written.
            IntegrityError: what is stored is not what was signed or recorded.
        """
        return Institute(Path(folder)).gatekeeper(point)


def _read(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as handle:
            data = handle.read(limit + 1)
    except OSError as error:
        raise ConfigurationError(
            "file-missing",
            f"`{path}` can't be read: {error.strerror or error}",
            next_step="restore it from a copy of the institute's folder",
        ) from error
    if len(data) > limit:
        raise ConfigurationError(
            "file-too-large", f"`{path}` is larger than {limit} bytes"
        )
    return data


def _make_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ConfigurationError(
            "folder-not-empty",
            f"`{folder}` is not empty",
            next_step="name a new folder",
        )


def _write_private(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
