"""The door of the desk: who sent a report is split off here, before anything is kept.

Once custodians are in force every report gets a box, by whatever way it comes and
whether or not anybody said who they are. Must never let an identity past that there is
nobody to seal to.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final

from ringwall.base.errors import (
    ConfigurationError,
    DeclarationError,
    IntegrityError,
)
from ringwall.raid.acting import Acting
from ringwall.raid.rules_in_force import folder_in_force
from ringwall.raid.shield.box import seal_box
from ringwall.raid.shield.boxes import Boxes
from ringwall.raid.shield.custodians import Custodians, read_custodians
from ringwall.raid.shield.identity import NOBODY, Identity

__all__ = ["Door"]

_OWN_RULES: Final = "desk"


class Door:
    """Where identities are sealed; shared by all threads.

    Args:
        acting: knows the institute, and which rules are in force.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self.boxes = Boxes(acting.folder)

    def custodians(self) -> Custodians:
        """Return the custodians in force.

        Raises:
            ConfigurationError: `custodians-missing`.
            DeclarationError, IntegrityError: they can't be read.
        """
        place, digest = folder_in_force(self._acting.folder, self._acting.rows)
        return _custodians(place, digest)

    @property
    def is_shielding(self) -> bool:
        """Whether there are custodians to whom the next report is sealed."""
        try:
            self.custodians()
        except (ConfigurationError, DeclarationError, IntegrityError):
            return False
        return True

    @contextmanager
    def sealing(
        self, reports: Sequence[str], identities: Mapping[str, Identity]
    ) -> Iterator[Callable[[], Mapping[str, str]]]:
        """Have a box of each report kept while it is put on record.

        Where that fails the boxes are destroyed again: nobody is left in a box of a
        report that there is not.

        Args:
            reports: their ids.
            identities: id of a report -> who sent it; nobody for one that is not named.

        Yields:
            What keeps the boxes, once, and returns id of a report -> digest of its box;
            to be called when their sender is known to be allowed. It returns nothing
            while nobody is custodian. If then somebody said who they are it raises as
            `custodians`; else RecordUnavailable `box-unwritable` at most.
        """
        made: dict[str, str] = {}
        tried: list[str] = []

        def keep() -> Mapping[str, str]:
            if reports and not tried:
                custodians = self._for(identities)
                if custodians is not None:
                    boxes = [
                        seal_box(one, identities.get(one, NOBODY), custodians)
                        for one in reports
                    ]
                    tried.extend(reports)
                    made.update(zip(reports, self.boxes.keep(boxes), strict=True))
            return made

        is_on_record = False
        try:
            yield keep
            is_on_record = True
        finally:
            for report in () if is_on_record else tried:
                self.boxes.erase(report)

    def _for(self, identities: Mapping[str, Identity]) -> Custodians | None:
        """Return to whom boxes are sealed; None where there is nobody and no need."""
        try:
            return self.custodians()
        except (ConfigurationError, DeclarationError, IntegrityError):
            # A report is taken in whatever the rules are; an identity is not.
            if any(one != NOBODY for one in identities.values()):
                raise
            return None


# Read anew for each set of rules, not for each report.
@lru_cache(maxsize=8)
def _custodians(place: Path, digest: str) -> Custodians:  # noqa: ARG001 - part of the key
    return read_custodians(place / _OWN_RULES)
