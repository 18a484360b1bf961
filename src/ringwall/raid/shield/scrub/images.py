"""Pictures: the pixels as they are seen, in a new file, and nothing else.

Decoded and written anew by Pillow, so that place, camera, time, previews and whatever
was hung on at the end stay behind. Must never be slipped a picture so large that it
fills the memory, nor one with more than one frame.
"""

import warnings
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from ringwall.base.errors import ActRefused
from ringwall.raid.shield.scrub.result import Scrubbed, not_scrubbed

__all__ = ["scrub_image"]

_FORMATS: Final = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")
_MOST_PIXELS: Final = 50_000_000
_QUALITY: Final = 95
_MODES: Final = {"1": "L", "L": "L", "I;16": "L", "LA": "RGBA", "RGBA": "RGBA"}


def scrub_image(data: bytes) -> Scrubbed:
    """Return a picture's pixels in a new file: a JPEG stays one, others become PNG.

    Args:
        data: of a picture.

    Raises:
        ActRefused: `metadata-not-removable`, it can't be read, is too large, or has
            several frames.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return _redrawn(data)
    except (OSError, ValueError, SyntaxError, EOFError, Warning) as error:
        raise not_scrubbed("the picture can't be read") from error
    except Image.DecompressionBombError as error:
        raise _too_large() from error


def _redrawn(data: bytes) -> Scrubbed:
    with Image.open(BytesIO(data), formats=_FORMATS) as picture:
        if picture.width * picture.height > _MOST_PIXELS:
            raise _too_large()
        if getattr(picture, "n_frames", 1) > 1:
            raise not_scrubbed("the picture has several frames")
        is_jpeg = picture.format == "JPEG"
        has_alpha = "transparency" in picture.info or picture.mode in {"PA", "RGBa"}
        mode = "RGBA" if has_alpha else _MODES.get(picture.mode, "RGB")
        upright = ImageOps.exif_transpose(picture).convert(mode)
    # Made of the pixels alone: what hangs on the old picture can't follow.
    bare = Image.frombytes(mode, upright.size, upright.tobytes())
    into = BytesIO()
    if is_jpeg:
        bare.save(into, "JPEG", quality=_QUALITY)
    else:
        bare.save(into, "PNG")
    told = ("all but the pixels of the picture",)
    return Scrubbed(into.getvalue(), ".jpg" if is_jpeg else ".png", told)


def _too_large() -> ActRefused:
    return not_scrubbed(f"the picture has more than {_MOST_PIXELS:,} pixels")
