"""The formats of exports by their names, each with what writes it.

Must never write from anything but a telling.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ringwall.raid.exports.avid import avid_reports
from ringwall.raid.exports.csaf import csaf_advisory
from ringwall.raid.exports.document import case_export
from ringwall.raid.exports.forms import filled_form
from ringwall.raid.exports.misp import misp_event
from ringwall.raid.exports.standards import FORMS, Standards
from ringwall.raid.exports.stix import stix_bundle
from ringwall.raid.exports.techniques import Catalogue
from ringwall.raid.exports.telling import Given, Telling

__all__ = ["FORMATS", "Sources", "written"]


@dataclass(frozen=True, slots=True)
class Sources:
    """What an export is made of.

    Attributes:
        telling: what is told.
        given: what else it has.
        standards: the tables of the program.
        catalogue: of techniques, or `NO_CATALOGUE`.
    """

    telling: Telling
    given: Given
    standards: Standards
    catalogue: Catalogue


def _form(name: str) -> Callable[[Sources], bytes]:
    return lambda of: filled_form(name, of.telling, of.given, of.standards)


_WRITERS: Final[Mapping[str, Callable[[Sources], bytes]]] = {
    "stix": lambda of: stix_bundle(of.telling, of.given, of.standards, of.catalogue),
    "misp": lambda of: misp_event(of.telling, of.given, of.standards),
    "avid": lambda of: avid_reports(of.telling),
    **{name: _form(name) for name in FORMS},
    "csaf": lambda of: csaf_advisory(of.telling, of.given, of.standards),
    "json": lambda of: case_export(of.telling, of.given),
}
FORMATS: Final = tuple(_WRITERS)
"""Names of the formats."""


def written(name: str, sources: Sources) -> bytes:
    """Return an export: the same sources give the same bytes.

    Args:
        name: one of `FORMATS`.
        sources: what it is made of.

    Raises:
        ActRefused: `export-incomplete`, what the format has to have is not told.
    """
    return _WRITERS[name](sources)
