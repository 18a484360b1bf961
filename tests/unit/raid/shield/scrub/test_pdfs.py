"""PDF: its pages stay, who wrote them goes."""

from io import BytesIO
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from ringwall.base.errors import ActRefused
from ringwall.raid.shield.scrub.pdfs import scrub_pdf
from tests.unit.raid.shield.scrub.test_images import picture, with_exif

NAME = "Mary Planted-Name"


def _document(change: Any = None) -> bytes:  # noqa: ANN401 - a function or nothing
    document = pikepdf.new()
    document.add_blank_page(page_size=(200, 200))
    if change:
        change(document)
    into = BytesIO()
    document.save(into)
    return into.getvalue()


def _plain(data: bytes) -> bytes:
    """Return a document with nothing packed, so that words in it can be seen."""
    with pikepdf.open(BytesIO(data)) as document:
        into = BytesIO()
        document.save(
            into,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        )
    return into.getvalue()


def _annotate(document: pikepdf.Pdf, **more: Any) -> None:  # noqa: ANN401 - pikepdf's
    note = Dictionary(
        Type=Name.Annot,
        Subtype=more.pop("Subtype", Name.Text),
        Rect=Array([0, 0, 9, 9]),
        Contents=String("it is wrong here"),
        T=String(NAME),
        M=String("D:20261123"),
        **more,
    )
    document.pages[0].obj["/Annots"] = Array([note])


def _with_everything(document: pikepdf.Pdf) -> None:
    document.docinfo["/Author"] = NAME
    with document.open_metadata() as told:
        told["dc:creator"] = [NAME]
    page = document.pages[0].obj
    page["/PieceInfo"] = Dictionary(App=Dictionary(Private=String(NAME)))
    page["/LastModified"] = String("D:20261123")
    document.Root["/AA"] = Dictionary(WC=Dictionary(S=Name.Named))
    _annotate(document)


def test_who_wrote_a_document_is_taken_out_and_its_text_stays() -> None:
    data = _document(_with_everything)
    assert NAME.encode() in _plain(data)

    done = scrub_pdf(data)

    seen = _plain(done.data)
    assert NAME.encode() not in seen
    assert b"D:2026" not in seen
    assert b"it is wrong here" in seen
    assert done.suffix == ".pdf"
    assert "who wrote notes in it, and when" in done.removed
    with pikepdf.open(BytesIO(done.data)) as document:
        assert len(document.pages) == 1
        assert "/Info" not in document.trailer


def test_an_earlier_version_in_the_file_is_left_behind() -> None:
    """A line that was taken off the page is still in the file until it is rewritten."""

    def change(document: pikepdf.Pdf) -> None:
        document.pages[0].Contents = document.make_stream(f"({NAME}) Tj".encode())

    data = _document(change)
    with pikepdf.open(BytesIO(data)) as document:
        number = document.pages[0].Contents.objgen[0]
        document.pages[0].Contents = document.make_stream(b"() Tj")
        into = BytesIO()
        document.save(into)
    hidden = into.getvalue().replace(b"%%EOF", f"{number} 0 obj({NAME})%%EOF".encode())

    assert NAME.encode() not in _plain(scrub_pdf(hidden).data)


def test_the_same_document_gives_the_same_bytes() -> None:
    data = _document(_with_everything)

    assert scrub_pdf(data).data == scrub_pdf(data).data


def _put(key: str, value: Any) -> Any:  # noqa: ANN401 - pikepdf's
    def change(document: pikepdf.Pdf) -> None:
        document.Root[key] = value

    return change


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_put("/Names", Dictionary(EmbeddedFiles=Dictionary())), "files in it"),
        (_put("/Names", Dictionary(JavaScript=Dictionary())), "scripts in it"),
        (_put("/AF", Array([])), "files in it"),
        (_put("/AcroForm", Dictionary(XFA=String("x"))), "a form"),
        (_put("/X", Array([Dictionary(ByteRange=Array([0]))])), "signed"),
        (lambda pdf: _annotate(pdf, Subtype=Name.Sound), "sound or film"),
        (
            lambda pdf: _annotate(
                pdf, Subtype=Name.FileAttachment, FS=Dictionary(EF=Dictionary())
            ),
            "files in it",
        ),
    ],
)
def test_what_may_hide_more_is_refused(change: Any, why: str) -> None:  # noqa: ANN401 - pikepdf's
    with pytest.raises(ActRefused, match=why) as error:
        scrub_pdf(_document(change))

    assert error.value.code == "metadata-not-removable"


def test_an_encrypted_document_is_refused() -> None:
    for owner, user in (("x", ""), ("x", "y")):
        document = pikepdf.new()
        document.add_blank_page()
        into = BytesIO()
        document.save(into, encryption=pikepdf.Encryption(owner=owner, user=user))

        with pytest.raises(ActRefused, match="encrypted"):
            scrub_pdf(into.getvalue())


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"no document"])
def test_what_is_no_document_is_refused(data: bytes) -> None:
    with pytest.raises(ActRefused):
        scrub_pdf(data)


def test_what_is_nested_without_end_is_refused() -> None:
    def change(document: pikepdf.Pdf) -> None:
        inner = Array([])
        for _ in range(150):
            inner = Array([inner])
        document.Root["/Deep"] = inner

    with pytest.raises(ActRefused, match="nested too deep"):
        scrub_pdf(_document(change))


def _with_picture(
    raw: bytes,
    packed: Any,  # noqa: ANN401 - pikepdf's
    space: Any = Name.DeviceRGB,  # noqa: ANN401 - pikepdf's
) -> bytes:
    def change(document: pikepdf.Pdf) -> None:
        shown = document.make_stream(raw)
        shown.write(raw, filter=packed)
        shown["/Type"], shown["/Subtype"] = Name.XObject, Name.Image
        shown["/ColorSpace"] = space
        pictures = Dictionary(P=shown)
        document.pages[0].obj["/Resources"] = Dictionary(XObject=pictures)

    return _document(change)


def test_a_picture_in_a_document_is_scrubbed_too() -> None:
    data = _with_picture(with_exif("JPEG"), Name.DCTDecode)
    assert NAME.encode() in data

    done = scrub_pdf(data)

    assert NAME.encode() not in _plain(done.data)
    assert "all but the pixels of pictures" in done.removed


def test_a_picture_that_tells_nothing_stays_as_it_is() -> None:
    raw = picture("JPEG")
    jpx = b"\0\0\0\x0cjP  ...."
    for data in (
        _with_picture(raw, Name.DCTDecode),
        _with_picture(jpx, Name.JPXDecode),
    ):
        done = scrub_pdf(data)
        assert "all but the pixels of pictures" not in done.removed


@pytest.mark.parametrize(
    ("raw", "packed", "space"),
    [
        (with_exif("JPEG"), Name.DCTDecode, Name.DeviceCMYK),
        (b"\0\0\0\x0cjP  uuid....", Name.JPXDecode, Name.DeviceRGB),
        (b"x", Array([Name.ASCIIHexDecode, Name.DCTDecode]), Name.DeviceRGB),
    ],
)
def test_a_picture_that_can_not_be_scrubbed_is_refused(
    raw: bytes,
    packed: Any,  # noqa: ANN401 - pikepdf's
    space: Any,  # noqa: ANN401 - pikepdf's
) -> None:
    with pytest.raises(ActRefused, match="a picture in it"):
        scrub_pdf(_with_picture(raw, packed, space))
