"""Documents of office programs (OOXML): their text, without who wrote it.

The archive is packed anew from the parts that are known. Must never pass on a part of
which it can't be said what is in it, nor one that names a person elsewhere than where
names are looked for.
"""

import re
import zipfile
from io import BytesIO
from typing import Final

from ringwall.raid.shield.scrub.images import scrub_image
from ringwall.raid.shield.scrub.result import MAX_FILE_BYTES, Scrubbed, not_scrubbed

__all__ = ["scrub_office"]

_MOST_PARTS: Final = 5_000
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_SUFFIXES: Final = {"word/": ".docx", "xl/": ".xlsx", "ppt/": ".pptx"}
_REFUSED: Final = (
    (
        re.compile(r"comment|people|person|revision|usernames|threaded", re.I),
        "comments",
    ),
    (re.compile(r"embed|activex|vba|macro|ole", re.I), "programs or files"),
    (re.compile(r"customxml|printersettings|signature|label", re.I), "data of its own"),
)
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff")
_MARKUP: Final = (".xml", ".rels")
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/metadata"
_DOCUMENT: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_EMPTY: Final = {
    "docProps/core.xml": (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/core-properties"/>'
    ),
    "docProps/app.xml": (
        f'{_XML}<Properties xmlns="{_DOCUMENT}/extended-properties"/>'
    ),
    "docProps/custom.xml": (
        f'{_XML}<Properties xmlns="{_DOCUMENT}/custom-properties"/>'
    ),
}
_THUMBNAIL: Final = re.compile(r"<Relationship\b[^>]*/thumbnail[\"'][^>]*/>")
_LOCAL: Final = re.compile(r"Target\s*=\s*[\"'](?:file:|[A-Za-z]:|\\\\|//)", re.I)
_NAMES: Final = re.compile(
    r"\b((?:\w+:)?(?:author|initials|userId|userName|lastModifiedBy|providerId"
    r"|reservationPassword|date|dateUtc))(\s*=\s*)(\"[^\"]*\"|'[^']*')"
)
_SESSIONS: Final = re.compile(
    r"\s(?:\w+:)?(?:rsid\w*|paraId|textId|documentId|revIDLastSave)\s*=\s*"
    r"(?:\"[^\"]*\"|'[^']*')"
)
_SESSION_LISTS: Final = re.compile(
    r"<(\w+:)?rsids\b.*?</(?:\w+:)?rsids>|<\w+:absPath\b[^>]*/>"
    r"|<\w+:docId\b[^>]*/>|<\w+:revisionPtr\b[^>]*/>",
    re.DOTALL,
)
_DOCTYPE: Final = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.I)


def scrub_office(data: bytes) -> Scrubbed:
    """Return a document of an office program, packed anew.

    Args:
        data: of a `.docx`, `.xlsx` or `.pptx`.

    Raises:
        ActRefused: `metadata-not-removable`, it is no such document, or has comments,
            programs, other files, or parts in it that nobody knows.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = _parts_of(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise not_scrubbed("the document can't be unpacked") from error
    suffix = _suffix_of(parts)
    into = BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system, info.external_attr = 0, 0
            archive.writestr(info, _scrubbed(name, content), zipfile.ZIP_DEFLATED)
    told = ("all but the pixels of pictures", "names and dates of authors")
    return Scrubbed(
        into.getvalue(), suffix, (*told, "properties of the document", "sessions")
    )


def _parts_of(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Return the parts that go into the working copy, in the archive's order."""
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > _MOST_PARTS:
        raise not_scrubbed(f"it has more than {_MOST_PARTS:,} parts")
    if sum(info.file_size for info in infos) > MAX_FILE_BYTES:
        raise not_scrubbed("it is too large once it is unpacked")
    names = [info.filename for info in infos]
    if len(set(names)) < len(names):
        raise not_scrubbed("two parts of it have one name")
    return {
        info.filename: archive.read(info)
        for info in infos
        if not info.filename.startswith("docProps/thumbnail")
    }


def _suffix_of(parts: dict[str, bytes]) -> str:
    for folder, suffix in _SUFFIXES.items():
        is_one = any(name.startswith(folder) for name in parts)
        if is_one and "[Content_Types].xml" in parts:
            return suffix
    raise not_scrubbed("it is no document that is known")


def _scrubbed(name: str, content: bytes) -> bytes:
    """Return a part as it stands in the working copy."""
    if name in _EMPTY:
        return _EMPTY[name].encode()
    for pattern, what in _REFUSED:
        if pattern.search(name):
            raise not_scrubbed(
                f"it has {what} in it",
                "ask the reporter to take them out, or for a PDF",
            )
    lower = name.lower()
    if lower.endswith(_PICTURES) and "/media/" in lower:
        return scrub_image(content).data
    if not lower.endswith(_MARKUP):
        raise not_scrubbed("it has a part that nobody knows")
    return _markup(content)


def _markup(content: bytes) -> bytes:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise not_scrubbed("a part of it is not UTF-8") from error
    if _DOCTYPE.search(text) or "\0" in text:
        raise not_scrubbed("a part of it is not plain XML")
    if _LOCAL.search(text):
        raise not_scrubbed("it points at files where it was written")
    bare = _THUMBNAIL.sub("", text)
    bare = _SESSION_LISTS.sub("", bare)
    bare = _SESSIONS.sub("", bare)
    return _NAMES.sub(_emptied, bare).encode()


def _emptied(match: re.Match[str]) -> str:
    is_date = match[1].rpartition(":")[2] in {"date", "dateUtc"}
    return f'{match[1]}{match[2]}"{"1980-01-01T00:00:00Z" if is_date else ""}"'
