"""Which importer a file is for, told by its shape where nobody names one.

Pure. Must never guess: what no importer knows is refused.
"""

from collections.abc import Callable, Mapping
from typing import Final

from ringwall.base.errors import Fault
from ringwall.raid.intake.bounded_json import refused
from ringwall.raid.intake.importing import aiid, atlas, avid
from ringwall.raid.intake.importing.records import Batch

__all__ = ["MAX_IMPORT_BYTES", "SCHEMES", "read_records"]

MAX_IMPORT_BYTES: Final = max(
    aiid.MAX_AIID_BYTES, atlas.MAX_ATLAS_BYTES, avid.MAX_AVID_BYTES
)
"""Largest file of any scheme."""

_READERS: Final[Mapping[str, Callable[[bytes, str], Batch]]] = {
    "aiid": aiid.read_aiid,
    "atlas": atlas.read_atlas,
    "avid": avid.read_avid,
}
SCHEMES: Final = tuple(_READERS)
"""Names of the importers."""
_LOOKED_AT: Final = 4096


def read_records(data: bytes, file: str, scheme: str = "") -> Batch:
    """Return the records of a file.

    Args:
        data: of the file.
        file: its name, for the faults.
        scheme: one of `SCHEMES`; empty to tell it by the file.

    Raises:
        DeclarationError: `report-refused`, as the importer says; or a fault
            `format-unknown`.
    """
    return _READERS[scheme or _scheme_of(data, file)](data, file)


def _scheme_of(data: bytes, file: str) -> str:
    start = data[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] in (b"{", b"["):
        return "avid"
    header = start.partition(b"\n")[0].decode("utf-8", "replace")
    if aiid.is_aiid(header):
        return "aiid"
    if b"\ncase-studies:" in data or start.startswith(b"case-studies:"):
        return "atlas"
    # What is an archive or no text at all is told as such by any of them.
    if not start.isascii() or b"\0" in start or start[:2] in (b"PK", b"BZ"):
        return "atlas"
    message = "neither ATLAS, AVID nor AIID-style records"
    raise refused(file, [Fault(file, 0, 0, "format-unknown", message)])
