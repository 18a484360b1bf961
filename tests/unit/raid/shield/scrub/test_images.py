"""Pictures: their pixels stay, all else goes."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from ringwall.base.errors import ActRefused
from ringwall.raid.shield.scrub.images import scrub_image

NAME = "Mary Planted-Name"
_ARTIST = 0x013B
_ORIENTATION = 0x0112


def picture(kind: str, mode: str = "RGB", **how: Any) -> bytes:  # noqa: ANN401 - Pillow's
    """Return a picture of 4 x 2 pixels, the left half of which is dark."""
    drawn = Image.new(mode, (4, 2), 1 if mode in {"1", "P"} else None)
    into = BytesIO()
    drawn.save(into, kind, **how)
    return into.getvalue()


def with_exif(kind: str) -> bytes:
    """Return a picture that says who made it, and that it lies on its side."""
    exif = Image.Exif()
    exif[_ARTIST] = NAME
    exif[_ORIENTATION] = 6
    return picture(kind, exif=exif.tobytes())


@pytest.mark.parametrize(("kind", "suffix"), [("JPEG", ".jpg"), ("WEBP", ".png")])
def test_who_took_a_picture_is_taken_out_and_it_stands_upright(
    kind: str, suffix: str
) -> None:
    data = with_exif(kind)
    assert NAME.encode() in data

    done = scrub_image(data)

    assert NAME.encode() not in done.data
    assert done.suffix == suffix
    with Image.open(BytesIO(done.data)) as seen:
        assert seen.size == (2, 4)
        assert not seen.getexif()
        assert not {"exif", "comment", "icc_profile", "xmp"} & seen.info.keys()


def test_texts_in_a_png_and_what_hangs_on_at_the_end_are_taken_out() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", NAME)
    told.add_itxt("Comment", NAME)
    data = picture("PNG", pnginfo=told) + NAME.encode()

    done = scrub_image(data)

    assert NAME.encode() not in done.data
    with Image.open(BytesIO(done.data)) as seen:
        assert seen.size == (4, 2)
        assert seen.info == {}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_each_way_to_store_pixels_can_be_read(mode: str) -> None:
    done = scrub_image(picture("PNG", mode))

    with Image.open(BytesIO(done.data)) as seen:
        assert seen.size == (4, 2)
        assert seen.mode in {"L", "RGB", "RGBA"}


def test_pixels_of_a_png_stay_as_they_were() -> None:
    drawn = Image.effect_noise((8, 8), 50).convert("RGB")
    into = BytesIO()
    drawn.save(into, "PNG")

    done = scrub_image(into.getvalue())

    with Image.open(BytesIO(done.data)) as seen:
        assert seen.tobytes() == drawn.tobytes()


def test_a_transparent_palette_stays_transparent() -> None:
    done = scrub_image(picture("PNG", "P", transparency=1))

    with Image.open(BytesIO(done.data)) as seen:
        assert seen.mode == "RGBA"


def test_a_picture_that_moves_is_refused() -> None:
    frames = [Image.new("L", (2, 2), shade) for shade in (0, 200)]
    into = BytesIO()
    frames[0].save(into, "GIF", save_all=True, append_images=frames[1:])

    with pytest.raises(ActRefused, match="several frames"):
        scrub_image(into.getvalue())


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", picture("PNG")[:40]])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(ActRefused) as error:
        scrub_image(data)

    assert error.value.code == "metadata-not-removable"


def _huge(width: int) -> bytes:
    """Return the start of a bitmap of so many pixels squared, without its pixels."""
    about = width.to_bytes(4, "little") * 2 + b"\1\0\x18\0" + bytes(24)
    head = b"BM" + bytes(8) + (54).to_bytes(4, "little")
    return head + (40).to_bytes(4, "little") + about


@pytest.mark.parametrize("width", [7_500, 10_000, 20_000])
def test_a_picture_that_would_fill_the_memory_is_refused(width: int) -> None:
    with pytest.raises(ActRefused) as error:
        scrub_image(_huge(width))

    assert error.value.code == "metadata-not-removable"
