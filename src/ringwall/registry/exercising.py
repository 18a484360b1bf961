"""A copy of an institute to exercise on: its people and rules, none of its records.

The copy has keys and a log of its own, whose origin says that it is an exercise's.
Must never take a record, a secret key or a file of the vault along.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from ringwall.base.errors import ConfigurationError, Fault
from ringwall.model.declarations import Document
from ringwall.model.places import Point
from ringwall.model.settings import EXERCISE, Settings
from ringwall.pdp.facts import FactBase
from ringwall.registry.founding import make_folder, new_settings
from ringwall.registry.judge import Judge
from ringwall.registry.judge_folder import POLICIES, THREAT_MODELS
from ringwall.registry.kept_policies import kept_folder
from ringwall.registry.opening import LedgerPlace
from ringwall.registry.proposal import FieldPath

__all__ = ["Copy", "CopySheet", "copied", "exercise_settings", "found"]

_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", re.ASCII)
# So many characters has the name of an institute at most.
_LONGEST_NAME: Final = 500


class Copy(NamedTuple):
    """A copy that is to be made.

    Attributes:
        folder: may exist only if it is empty.
        name: of the exercise.
        now: instant.
    """

    folder: Path
    name: str
    now: int


def exercise_settings(real: Settings, name: str, folder: Path) -> Settings:
    """Return the settings of an exercise.

    Args:
        real: of the institute that it is a copy of.
        name: of the exercise: 1 to 40 small letters, digits and hyphens.
        folder: where it will be.

    Raises:
        ConfigurationError: `exercise-name-malformed`; `exercise-of-exercise`; or
            `settings-invalid`.
    """
    if real.exercise:
        raise ConfigurationError(
            "exercise-of-exercise",
            f"this is the exercise `{real.exercise}` itself",
            next_step="copy the institute that it was made from",
        )
    if not _NAME.fullmatch(name):
        raise ConfigurationError(
            "exercise-name-malformed",
            f"`{name[:60]}` is no name of an exercise",
            next_step="take up to 40 small letters, digits and hyphens: autumn-2027",
        )
    shown = f"EXERCISE {name}: {real.name}"[:_LONGEST_NAME]
    made = new_settings(folder, real.tiers, shown, f"{real.origin}{EXERCISE}{name}")
    return made.model_copy(update={"point": real.point})


def found(
    real: LedgerPlace, judge: Judge, parts: Mapping[str, Path], copy: Copy
) -> None:
    """Make the folder of an exercise, with the policies in force and a log of its own.

    Args:
        real: of the institute that it is a copy of.
        judge: what is in force there.
        parts: folder in the copy -> what it is copied from, besides the policies, the
            threat models and what `watch` goes by.
        copy: what is to be made.

    Raises:
        ConfigurationError: as `exercise_settings`; `folder-not-empty`.
        RecordUnavailable: `folder-unwritable`, or the ledger can't be made.
    """
    settings = exercise_settings(real.settings, copy.name, copy.folder)
    place = kept_folder(real.folder, judge.digest) if judge.is_kept else real.folder
    sources = {
        **{part: place / part for part in (POLICIES, THREAT_MODELS)},
        "watch": real.folder / "watch",
        **parts,
    }
    make_folder(copy.folder, settings, copy.now, sources)


def copied(facts: FactBase) -> tuple[Document, ...]:
    """Return what a copy of an institute declares.

    Who has left is nobody in it, and enforcement points have no key there: the secret
    ones stay where they are.

    Args:
        facts: of the institute.
    """
    return tuple(
        _without_key(document)
        for name, document in sorted(facts.documents().items())
        if facts.left_at(facts.natural_person(name)) is None
    )


def _without_key(document: Document) -> Document:
    if not isinstance(document, Point):
        return document
    return document.model_copy(update={"key": None, "vouches": False})


@dataclass(frozen=True)
class CopySheet:
    """What a copy declares, as a sheet of the registry.

    Attributes:
        told: the documents.
    """

    told: tuple[Document, ...]

    def documents(self) -> Iterator[tuple[Document, FieldPath]]:
        """Give each document with its place."""
        for number, document in enumerate(self.told):
            yield document, (number,)

    def removals(self) -> Iterator[tuple[str, FieldPath]]:
        """Give nothing: a new institute has nothing to remove."""
        return iter(())

    def fault(self, path: FieldPath, code: str, message: str, expected: str) -> Fault:
        """Return a fault of the institute that is copied."""
        document = self.told[int(path[0])]
        place = f"`{document.id}` on record"
        return Fault(place, 0, 0, code, message, expected)
