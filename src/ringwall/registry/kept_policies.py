"""Copies of the policies and threat models that were put in force, one for each digest.

They let the policies in force decide on their own change while other ones lie on
disk. Must never be believed unread: whoever uses a copy compares its digest.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from typing import Final

from ringwall.base.durable_file import flush_folder, replace_durably
from ringwall.base.errors import PolicyError, RecordUnavailable, RingwallError
from ringwall.base.plain_folder import list_folder, read_plain
from ringwall.model.tiers import TierSetting
from ringwall.registry.judge import Judge
from ringwall.registry.judge_folder import POLICIES, THREAT_MODELS, read_judge

__all__ = ["KEPT_FOLDER", "keep_copy", "kept_folder", "put_back", "read_kept"]

KEPT_FOLDER: Final = "in_force"
"""Folder of the copies in an institute's folder."""

_PARTS: Final = (POLICIES, THREAT_MODELS)
_DIGITS: Final = 16
# The readers have refused what is larger than they allow, and read again what is kept.
_MOST_NAMES: Final = 256
_MOST_BYTES: Final = 64 * 1024 * 1024


def kept_folder(folder: Path, digest: str) -> Path:
    """Return where the copy of what has a digest is, whether or not it is there."""
    return folder / KEPT_FOLDER / digest[:_DIGITS]


def keep_copy(folder: Path, source: Path, judge: Judge) -> None:
    """Keep a copy of what a judge was read from, unless there is one.

    Args:
        folder: of the institute.
        source: the folder that the judge was read from.
        judge: what it holds.

    Raises:
        PolicyError: `policy-changed-meanwhile`, the folder holds something else now.
        RecordUnavailable: `policy-copy-unwritable`.
    """
    place = kept_folder(folder, judge.digest)
    if _is_copy(place, judge):
        return
    draft = place.with_name(f".{place.name}.{token_hex(8)}")
    try:
        draft.mkdir(parents=True)
        for name, data in _files_of(source):
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            _write(draft / name, data)
        if not _is_copy(draft, judge):
            raise PolicyError(
                "policy-changed-meanwhile",
                "the policies or threat models changed while they were read",
                next_step="look at what is in the folder, then run it again",
            )
        _take_place(draft, place)
    except OSError as error:
        raise RecordUnavailable(
            "policy-copy-unwritable",
            f"no copy of the policies can be kept in `{place}`: "
            f"{error.strerror or error}",
            next_step="give the folder space and permissions, then run it again",
        ) from error
    finally:
        rmtree(draft, ignore_errors=True)


def read_kept(folder: Path, digest: str, tiers: TierSetting) -> Judge:
    """Return what has a digest, read from its copy.

    Args:
        folder: of the institute.
        digest: of what is in force, as the record has it.
        tiers: how many tiers the institute has.

    Raises:
        PolicyError: `policy-copy-unusable`, there is no copy of just that.
    """
    place = kept_folder(folder, digest)
    try:
        judge = read_judge(place, tiers)
    except RingwallError as error:
        raise _unusable(place, error.message) from error
    if judge.digest != digest:
        raise _unusable(place, "it is another one than is on record")
    return judge


def put_back(folder: Path, judge: Judge) -> tuple[str, ...]:
    """Make the policies and threat models on disk those of a kept copy.

    What has a name that starts with a dot, and a `README.md` beside the folders of
    the concerns, stays as it is.

    Args:
        folder: of the institute.
        judge: what is in force, kept before.

    Returns:
        The files that were changed, made or taken away, named from the folder.

    Raises:
        PolicyError: `policy-copy-unusable`, or `policy-not-restored`, something else
            is in the way there.
        RecordUnavailable: `policy-unwritable`.
    """
    tiers = judge.decider.setting
    read_kept(folder, judge.digest, tiers)
    wanted = dict(_files_of(kept_folder(folder, judge.digest)))
    try:
        changed = [*_written(folder, wanted), *_taken_away(folder, wanted)]
    except OSError as error:
        raise RecordUnavailable(
            "policy-unwritable",
            f"the policies in `{folder}` can't be written: {error.strerror or error}",
            next_step="give the folder space and permissions, then run it again",
        ) from error
    if not _is_copy(folder, judge):
        raise PolicyError(
            "policy-not-restored",
            f"something else in `{folder}` stands in the way of what is in force",
            next_step="move `policies` and `threat_models` away, then run it again",
        )
    return tuple(sorted(changed))


def _is_copy(place: Path, judge: Judge) -> bool:
    try:
        return read_judge(place, judge.decider.setting).digest == judge.digest
    except RingwallError:
        return False


def _files_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Give the plain files that the readers look at, named from the folder."""
    for part in _PARTS:
        for path in _plain_files(folder / part):
            yield str(path.relative_to(folder)), read_plain(path, _MOST_BYTES)


def _plain_files(folder: Path) -> Iterator[Path]:
    """Give the files of a folder and of the folders in it; links are none."""
    for path in list_folder(folder, _MOST_NAMES):
        if path.is_symlink():
            continue
        if path.is_file() and path.name != "README.md":
            yield path
        elif path.is_dir():
            inner = list_folder(path, _MOST_NAMES)
            yield from (p for p in inner if p.is_file() and not p.is_symlink())


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _take_place(draft: Path, place: Path) -> None:
    """Put a whole copy where it belongs; a damaged one there gives way."""
    with suppress(FileNotFoundError):
        place.rename(draft.with_name(f"{draft.name}.damaged"))
    draft.rename(place)
    rmtree(draft.with_name(f"{draft.name}.damaged"), ignore_errors=True)
    flush_folder(place.parent)


def _written(folder: Path, wanted: dict[str, bytes]) -> Iterator[str]:
    for name, data in wanted.items():
        path = folder / name
        with suppress(OSError):
            if read_plain(path, len(data)) == data:
                continue
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_durably(path, data)
        yield name


def _taken_away(folder: Path, wanted: dict[str, bytes]) -> Iterator[str]:
    for part in _PARTS:
        for path in list(_plain_files(folder / part)):
            name = str(path.relative_to(folder))
            if name not in wanted:
                path.unlink()
                yield name
                with suppress(OSError):  # holds something else
                    path.parent.rmdir()


def _unusable(place: Path, why: str) -> PolicyError:
    return PolicyError(
        "policy-copy-unusable",
        f"`{place}` is no copy of the policies in force: {why}",
        next_step="put the policies that are in force back into the institute's "
        "folder from a backup and run `ringwall policy activate`, which keeps a copy",
    )
