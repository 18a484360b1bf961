"""An institute of two tiers that grows a third: first on record, then in its settings.

Must never take a tier away, nor let the settings say what is not on record yet.
"""

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from secrets import token_hex
from typing import Final, NamedTuple

from ringwall.base.clock import Clock
from ringwall.base.durable_file import flush_folder
from ringwall.base.errors import ConfigurationError, IntegrityError, RecordUnavailable
from ringwall.ledger.ledger import Ledger, StaleBasis
from ringwall.model.events import Event, institute_grown
from ringwall.model.settings import Settings, format_settings, parse_settings
from ringwall.registry.founding import SETTINGS_FILE, VKEY_FILE
from ringwall.registry.regular_file import write_new
from ringwall.signing.keys import VerifierKey

__all__ = [
    "COMMAND",
    "Growth",
    "check_key",
    "check_settings",
    "grow_institute",
    "grown_text",
    "write_settings",
]

COMMAND: Final = "ringwall tier add third"
"""What an officer runs."""

_ATTEMPTS: Final = 8
_GROWN: Final = "three"
_LINE: Final = re.compile(rb"""^(\s*tiers\s*=\s*)(["'])two\2""", re.MULTILINE)


class Growth(NamedTuple):
    """What is to be done for an institute to have three tiers, or was done.

    Attributes:
        record: whether it is not on record.
        file: whether the settings don't say so.
        entry: index of the event that says it now; -1 if none was appended.
    """

    record: bool
    file: bool
    entry: int = -1


def grow_institute(
    ledger: Ledger, path: Path, data: bytes, clock: Clock | None
) -> Growth:
    """Record that an institute has three tiers, then say so in its settings.

    What was done before is not done again, so that it mends what was broken off.

    Args:
        ledger: opened for writing, if there is a clock.
        path: of the `ringwall.toml`.
        data: what that file holds.
        clock: gives the instant of the event; None only to say what would be done.

    Raises:
        ConfigurationError: `settings-invalid`, the data can't be used.
        RecordUnavailable: the event or the file could not be written.
        IntegrityError: what is stored is not what was signed or recorded.
    """
    text = grown_text(data)
    growth = Growth(ledger.institute()["tiers"] != _GROWN, text != data)
    if clock is None:
        return growth
    growth = _recorded(ledger, growth, clock)
    if growth.file:
        write_settings(path, text)
    return growth


def _recorded(ledger: Ledger, plan: Growth, clock: Clock) -> Growth:
    for _ in range(_ATTEMPTS):
        # The basis comes first, so that of two who grow it at once only one does.
        basis = ledger.registry_since(-1).basis
        latest = ledger.institute()
        if latest["tiers"] == _GROWN:
            return plan._replace(record=False)
        try:
            (receipt,) = ledger.append([institute_grown(clock.now(), latest)], basis)
        except StaleBasis:
            continue
        return plan._replace(entry=receipt.index)
    raise RecordUnavailable(
        "facts-unsettled", "the record changed faster than the institute could grow"
    )


def check_key(verifier: VerifierKey, known: Collection[VerifierKey]) -> None:
    """Check that the public key in a folder is one that the log has had.

    Args:
        verifier: the key.
        known: those on record.

    Raises:
        IntegrityError: `key-not-on-record`.
    """
    if verifier not in known:
        raise IntegrityError(
            "key-not-on-record",
            f"`{VKEY_FILE}` is no key that the ledger was created with or changed to",
            next_step="restore the folder, and find out who changed the keys",
        )


def check_settings(settings: Settings, recorded: Event, names: Sequence[str]) -> None:
    """Check that settings are those on record.

    Args:
        settings: of the file.
        recorded: the latest event that says what the institute is.
        names: of the settings to compare.

    Raises:
        ConfigurationError: `settings-differ`.
    """
    for name in names:
        said, known = getattr(settings, name), recorded[name]
        if said == known:
            continue
        step = f"put `{known}` back"
        if (name, known) == ("tiers", _GROWN):
            step = f"run `{COMMAND}`: it mends the file"
        elif name == "tiers":
            step += f"; to have three, run `{COMMAND}`"
        raise ConfigurationError(
            "settings-differ",
            f"the settings say {name} = `{said}`, the ledger says `{known}`",
            next_step=step,
        )


def grown_text(data: bytes) -> bytes:
    """Return the text of settings with three tiers, all else as it was.

    Comments stay where `tiers` stands on a line of its own, as it does in a file
    that was not written in an unusual way.

    Args:
        data: of a `ringwall.toml`.

    Raises:
        ConfigurationError: `settings-invalid`, the data can't be used.
    """
    settings = parse_settings(data, SETTINGS_FILE)
    if settings.tiers == _GROWN:
        return data
    wanted = settings.model_copy(update={"tiers": _GROWN})
    edited = _LINE.sub(rb"\1\2three\2", data, count=1)
    try:
        if parse_settings(edited, SETTINGS_FILE) == wanted:
            return edited
    except ConfigurationError:
        pass
    return format_settings(wanted).encode()


def write_settings(path: Path, data: bytes) -> None:
    """Put other settings in place of a file in one step, durably.

    Args:
        path: of the `ringwall.toml`; a link stays one.
        data: what it is to hold.

    Raises:
        RecordUnavailable: `folder-unwritable`; the file is as it was.
    """
    place = path.resolve()
    draft = place.with_name(f".{place.name}.{token_hex(8)}")
    try:
        try:
            write_new(draft, data.decode())
            draft.chmod(place.stat().st_mode & 0o777)
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)
        flush_folder(place.parent)
    except OSError as error:
        raise RecordUnavailable(
            "folder-unwritable",
            f"`{path}` can't be written: {error.strerror or error}",
            next_step=f"make its folder writable, then run `{COMMAND}` again",
        ) from error
