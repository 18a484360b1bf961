"""Making an institute's folder: settings, copies of what is shipped, keys, ledger.

The settings come last and in one step, so that a half-made folder is not taken
for an institute. Must never touch a folder that holds anything already.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from ringwall.base.errors import ConfigurationError, RecordUnavailable
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.publication.anchor import begin_anchor, check_free
from ringwall.ledger.publication.published import last_published
from ringwall.ledger.store import Store
from ringwall.model.events import anchor_begun, institute_created
from ringwall.model.settings import Settings, format_settings, parse_settings
from ringwall.model.values import is_printable
from ringwall.registry.judge_folder import read_judge
from ringwall.registry.kept_policies import keep_copy
from ringwall.registry.policy_event import activation_of
from ringwall.registry.regular_file import write_new
from ringwall.registry.second_place import FOUND, named_place
from ringwall.shipped import shipped_path
from ringwall.signing.keys import dump_signing_key, format_vkey, generate_signing_key

__all__ = ["KEY_FILE", "SETTINGS_FILE", "VKEY_FILE", "make_folder", "new_settings"]

SETTINGS_FILE: Final = "ringwall.toml"
"""What makes a folder an institute's."""

KEY_FILE: Final = "log.key"
"""Name of the secret key that signs the log's heads, in `keys/`."""

VKEY_FILE: Final = "log.vkey"
"""Name of the public key that checks them, in `keys/`."""

_SHIPPED: Final[Mapping[str, Path]] = MappingProxyType({})


def new_settings(
    folder: Path, tiers: str, name: str, origin: str, anchor: Path | None = None
) -> Settings:
    """Return the settings of a new institute; what is empty is made up.

    Args:
        folder: where it will be.
        tiers: `two` or `three`.
        name: for people; the folder's name if empty.
        origin: name of the log; made from the folder's name if empty.
        anchor: the file that will be its second place; None for none.

    Raises:
        ConfigurationError: `settings-invalid`, one of them is not allowed.
    """
    given = os.path.basename(os.path.abspath(folder))  # of `.` and `..`, too
    shown = "".join(c if is_printable(c) else " " for c in given).strip()
    slug = "".join(c if c.isalnum() and c.isascii() else "-" for c in given.lower())
    words: dict[str, Any] = {
        "name": name or shown or "institute",
        "tiers": tiers,
        "origin": origin or f"ringwall.invalid/{slug.strip('-')[:100] or 'log'}",
        # Seen from wherever: the folder may be moved, the other disk stays.
        "anchor": None if anchor is None else os.path.abspath(anchor),
    }
    text = format_settings(Settings.model_construct(**words))
    try:
        return parse_settings(text.encode("utf-8", "surrogatepass"), SETTINGS_FILE)
    except ConfigurationError as error:
        raise ConfigurationError(
            "settings-invalid",
            f"an institute can't be set up so: {error.faults[0].message}",
            next_step="give another number of tiers, name, origin or second place",
        ) from None


def make_folder(
    folder: Path, settings: Settings, now: int, sources: Mapping[str, Path] = _SHIPPED
) -> None:
    """Make the folder of a new institute, with keys and a ledger of its own.

    The policies and threat models that come with it are in force from the start.

    Args:
        folder: may exist only if it is empty.
        settings: what the institute is.
        now: instant of the first event.
        sources: folder in the new one, e.g. `policies` or `raid/clocks` -> what it is
            copied from in place of what is shipped.

    Raises:
        ConfigurationError: `folder-not-empty`; `anchor-in-use`; or
            `installation-incomplete`.
        RecordUnavailable: `folder-unwritable`, or the ledger or its second place
            can't be made.
    """
    if settings.anchor is not None:
        check_free(Path(settings.anchor))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise ConfigurationError(
                "folder-not-empty",
                f"`{folder}` is not empty",
                next_step="name a new folder",
            )
        _fill(folder, settings, now, sources)
    except OSError as error:
        raise RecordUnavailable(
            "folder-unwritable",
            f"`{folder}` can't be written: {_why(error)}",
            next_step="name a folder you may write, on a disk with free space",
        ) from error


def _why(error: OSError) -> str:
    """Return one line; what copies a folder tells a list of all that failed."""
    if isinstance(error, shutil.Error):
        return str(error.args[0][0][2])
    return error.strerror or str(error)


def _fill(
    folder: Path, settings: Settings, now: int, sources: Mapping[str, Path]
) -> None:
    unwanted = shutil.ignore_patterns(".*", "__pycache__")
    for shipped in ("policies", "threat_models", "watch", "raid"):
        shutil.copytree(shipped_path(shipped), folder / shipped, ignore=unwanted)
    for part, source in sources.items():
        shutil.rmtree(folder / part)
        shutil.copytree(source, folder / part, ignore=unwanted)
    key = generate_signing_key(settings.origin)
    vkey = format_vkey(key.verifier())
    (folder / "keys").mkdir(mode=0o700)
    write_new(folder / "keys" / KEY_FILE, dump_signing_key(key) + "\n", mode=0o600)
    write_new(folder / "keys" / VKEY_FILE, vkey + "\n")
    first = institute_created(now, settings.name, settings.tiers, settings.origin, vkey)
    events = [first]
    if settings.anchor is not None:
        events.append(anchor_begun(now, FOUND, named_place(settings)))
    judge = read_judge(folder, settings.tiers)
    keep_copy(folder, folder, judge)
    events.append(activation_of(judge, now))
    Ledger.create(folder / settings.store, key, settings.origin, events).close()
    if settings.anchor is not None:
        _begin_anchor(Path(settings.anchor), folder / settings.store)
    draft = folder / f".{SETTINGS_FILE}"
    write_new(draft, format_settings(settings))
    draft.rename(folder / SETTINGS_FILE)


def _begin_anchor(path: Path, ledger: Path) -> None:
    store = Store(ledger, writable=False)
    try:
        with store.reading() as connection:
            note = last_published(connection).note
    finally:
        store.close()
    begin_anchor(path, note)
