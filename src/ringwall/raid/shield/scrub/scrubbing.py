"""Making the working copy of a file, whatever kind of file it is.

What kind it is follows from its bytes, never from its name. Must never pass on a file
whose kind it does not know.
"""

from typing import TYPE_CHECKING, Final

from ringwall.raid.shield.scrub.hushing import hush
from ringwall.raid.shield.scrub.mails import is_mail, scrub_mail
from ringwall.raid.shield.scrub.result import (
    MAX_FILE_BYTES,
    Scrubbed,
    not_installed,
    not_scrubbed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["scrub"]

_PICTURES: Final = (
    *(b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM"),
)
_PACKAGES: Final = {"PIL": "pillow"}
_TEXT_CONTROLS: Final = frozenset("\t\n\r\f")


def scrub(data: bytes) -> Scrubbed:
    """Return the working copy of a file.

    Args:
        data: of the file, as it came.

    Raises:
        ActRefused: `metadata-not-removable`, with the reason.
        ConfigurationError: `scrubber-missing`.
    """
    if len(data) > MAX_FILE_BYTES:
        raise not_scrubbed(f"it has more than {MAX_FILE_BYTES:,} bytes")
    try:
        maker = _maker_for(data)
    except ImportError as error:
        raise not_installed(_PACKAGES.get(f"{error.name}", f"{error.name}")) from None
    hush()
    return maker(data) if maker else _plain(data)


def _maker_for(data: bytes) -> "Callable[[bytes], Scrubbed] | None":
    """Return what makes the working copy; None for what may be plain text."""
    # Each library takes a while to load, and most files need none of them.
    is_webp = data.startswith(b"RIFF") and data[8:12] == b"WEBP"
    if data.startswith(_PICTURES) or is_webp:
        from ringwall.raid.shield.scrub.images import (  # noqa: PLC0415 - start-up time
            scrub_image,
        )

        return scrub_image
    # A PDF may have other bytes before it, and readers look for it.
    if b"%PDF-" in data[:1024]:
        from ringwall.raid.shield.scrub.pdfs import (  # noqa: PLC0415 - start-up time
            scrub_pdf,
        )

        return scrub_pdf
    if data.startswith(b"PK"):
        from ringwall.raid.shield.scrub.office import (  # noqa: PLC0415 - start-up time
            scrub_office,
        )

        return scrub_office
    return scrub_mail if is_mail(data) else None


def _plain(data: bytes) -> Scrubbed:
    """Return a plain text as it is: it has nothing but its words."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise not_scrubbed("nobody knows what kind of file it is") from None
    if any(char < " " and char not in _TEXT_CONTROLS for char in text):
        raise not_scrubbed("it has bytes in it that no text has")
    return Scrubbed(data, ".txt", ())
