"""Files of planted reporters: each tells who made it, where people don't look."""

from email.message import EmailMessage
from io import BytesIO
from typing import Any, Final

import pikepdf
from PIL import Image, PngImagePlugin

from ringwall.base.canonical import dump_canonical
from tests.planting import Planted

__all__ = ["files_of"]

_ARTIST: Final = 0x013B


def files_of(planted: Planted) -> list[bytes]:
    """Return a photo, a picture, pages, a mail and a file of no known kind."""
    makers = (_photo, _picture, _pages, _mail, _odd)
    return [make(planted) for make in makers]


def _photo(planted: Planted) -> bytes:
    exif = Image.Exif()
    exif[_ARTIST] = planted.name
    return _drawn("JPEG", exif=exif.tobytes())


def _picture(planted: Planted) -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", planted.name)
    told.add_itxt("Comment", planted.mail, zip=True)
    return _drawn("PNG", pnginfo=told) + planted.name.encode()


def _drawn(kind: str, **how: Any) -> bytes:  # noqa: ANN401 - Pillow's
    into = BytesIO()
    Image.new("RGB", (4, 2)).save(into, kind, **how)
    return into.getvalue()


def _pages(planted: Planted) -> bytes:
    document = pikepdf.new()
    document.add_blank_page(page_size=(200, 200))
    document.docinfo["/Author"] = planted.name
    into = BytesIO()
    document.save(into)
    return into.getvalue()


def _mail(planted: Planted) -> bytes:
    mail = EmailMessage()
    mail["Received"] = f"from {planted.mail.partition('@')[2]} by mx; Mon, 23 Nov 2026"
    mail["From"] = f"{planted.name} <{planted.mail}>"
    mail["To"] = "raid@institute.example"
    mail["Subject"] = "It happened"
    mail.set_content("it failed\n")
    return mail.as_bytes()


def _odd(planted: Planted) -> bytes:
    """Return a file of which no copy can be made: it is refused, or kept sealed."""
    return b"\x00\x01" + dump_canonical(planted.identity.model_dump(mode="json"))
