"""PDF: its pages in a new file, without who wrote it, when and with what.

Rewritten by pikepdf, which leaves behind whatever no page leads to, so that earlier
versions of the document are gone too. Must never pass on a file within the file, a
signature or a script.
"""

from io import BytesIO
from typing import Any, Final

import pikepdf

from ringwall.base.errors import ActRefused
from ringwall.raid.shield.scrub.images import scrub_image
from ringwall.raid.shield.scrub.result import Scrubbed, not_scrubbed

__all__ = ["scrub_pdf"]

_TELLING: Final = frozenset(
    {
        *("/Metadata", "/PieceInfo", "/LastModified", "/CreationDate", "/ModDate"),
        *("/Author", "/Creator", "/Producer", "/Thumb", "/CreatorInfo", "/User"),
        *("/OpenAction", "/AA", "/Info", "/Collection", "/SpiderInfo"),
    }
)
_OF_A_NOTE: Final = frozenset({"/T", "/M", "/RC", "/NM"})
_REFUSED: Final = {
    "/EmbeddedFiles": "there are files in it",
    "/EF": "there are files in it",
    "/AF": "there are files in it",
    "/JavaScript": "there are scripts in it",
    "/JS": "there are scripts in it",
    "/XFA": "it is a form with a document of its own in it",
    "/ByteRange": "it is signed",
    "/Encrypt": "it is encrypted",
}
_FILMS: Final = frozenset({"/RichMedia", "/3D", "/Sound", "/Movie", "/Screen"})
_MOST_DEEP: Final = 100
_JPEG_MARKS: Final = (b"Exif\0", b"ns.adobe.com", b"Photoshop", b"\xff\xfe", b"JFXX")
_JPX_MARKS: Final = (b"uuid", b"xml ")


def scrub_pdf(data: bytes) -> Scrubbed:
    """Return a document's pages in a new file.

    Args:
        data: of a PDF.

    Raises:
        ActRefused: `metadata-not-removable`, it can't be read, is encrypted or signed,
            or has files, scripts or pictures in it that can't be scrubbed.
    """
    try:
        with pikepdf.open(BytesIO(data)) as document:
            if document.is_encrypted:
                raise not_scrubbed(_REFUSED["/Encrypt"])
            return _rewritten(document)
    except pikepdf.PasswordError as error:
        raise not_scrubbed(_REFUSED["/Encrypt"]) from error
    except ActRefused:
        raise
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, KeyError) as error:
        raise not_scrubbed("the document can't be read") from error


def _rewritten(document: Any) -> Scrubbed:  # noqa: ANN401 - a library's own
    removed: set[str] = set()
    if "/Info" in document.trailer:
        removed.add("properties of the document")
        del document.trailer["/Info"]
    for thing in [document.trailer, *document.objects]:
        _strip(thing, removed, 0)
    into = BytesIO()
    document.save(
        into,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )
    removed.add("earlier versions and what no page leads to")
    return Scrubbed(into.getvalue(), ".pdf", tuple(sorted(removed)))


def _strip(thing: Any, removed: set[str], depth: int) -> None:  # noqa: ANN401 - as above
    """Take out of a thing, and of what stands in it, whatever tells of its maker."""
    if depth > _MOST_DEEP:
        raise not_scrubbed("it is nested too deep")
    if isinstance(thing, pikepdf.Array):
        children = list(thing)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        _strip_keys(thing, removed)
        children = [thing[key] for key in thing.keys()]  # noqa: SIM118 - a library's
    else:
        return
    if isinstance(thing, pikepdf.Stream):
        _strip_picture(thing, removed)
    for child in children:
        # What stands under a number of its own comes by itself.
        if not getattr(child, "is_indirect", True):
            _strip(child, removed, depth + 1)


def _strip_keys(thing: Any, removed: set[str]) -> None:  # noqa: ANN401 - as above
    keys = set(thing.keys())
    for key in sorted(keys & _REFUSED.keys()):
        raise not_scrubbed(_REFUSED[key])
    is_note = "/Subtype" in keys and "/Rect" in keys
    if is_note and str(thing["/Subtype"]) in _FILMS:
        raise not_scrubbed("there is sound or film in it")
    for key in sorted(keys & _TELLING):
        removed.add("properties of the document")
        del thing[key]
    for key in sorted(keys & _OF_A_NOTE) if is_note else ():
        removed.add("who wrote notes in it, and when")
        del thing[key]


def _strip_picture(stream: Any, removed: set[str]) -> None:  # noqa: ANN401 - as above
    filters = stream.get("/Filter")
    names = [str(one) for one in filters] if _is_list(filters) else [str(filters)]
    if "/DCTDecode" not in names and "/JPXDecode" not in names:
        return
    raw = stream.read_raw_bytes()
    if len(names) > 1:
        raise not_scrubbed("a picture in it is packed more than once")
    if names == ["/JPXDecode"]:
        if any(mark in raw for mark in _JPX_MARKS):
            raise not_scrubbed("a picture in it tells of its maker")
        return
    if not any(mark in raw for mark in _JPEG_MARKS):
        return
    if str(stream.get("/ColorSpace")) not in {"/DeviceRGB", "/DeviceGray"}:
        raise not_scrubbed("a picture in it tells of its maker")
    stream.write(scrub_image(raw).data, filter=pikepdf.Name.DCTDecode)
    removed.add("all but the pixels of pictures")


def _is_list(value: Any) -> bool:  # noqa: ANN401 - as above
    return isinstance(value, pikepdf.Array)
