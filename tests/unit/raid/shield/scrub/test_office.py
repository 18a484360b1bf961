"""Documents of office programs: their text stays, who wrote it goes."""

import zipfile
from io import BytesIO

import pytest

from ringwall.base.errors import ActRefused
from ringwall.raid.shield.scrub import office
from ringwall.raid.shield.scrub.office import scrub_office
from tests.unit.raid.shield.scrub.test_images import with_exif

NAME = "Mary Planted-Name"
CORE = f"<cp:coreProperties><dc:creator>{NAME}</dc:creator></cp:coreProperties>"
BODY = (
    f'<w:document><w:p w:rsidR="00A1" w14:paraId="77"><w:ins w:author="{NAME}" '
    f"w:date='2026-11-23T09:12:13Z'>it failed</w:ins></w:p></w:document>"
)
SETTINGS = (
    '<w:settings><w:rsids><w:rsid w:val="00A1"/></w:rsids>'
    f'<x15ac:absPath url="C:\\Users\\{NAME}\\"/></w:settings>'
)
RELS = (
    '<Relationships><Relationship Id="a" Type="http://x/thumbnail" '
    'Target="docProps/thumbnail.jpeg"/><Relationship Id="b" Target="word/d.xml"/>'
    "</Relationships>"
)
PARTS: dict[str, str | bytes] = {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": RELS,
    "docProps/core.xml": CORE,
    "docProps/app.xml": f"<Properties><Company>{NAME}</Company></Properties>",
    "docProps/custom.xml": f"<Properties>{NAME}</Properties>",
    "docProps/thumbnail.jpeg": with_exif("JPEG"),
    "word/document.xml": BODY,
    "word/settings.xml": SETTINGS,
    "word/media/image1.jpeg": with_exif("JPEG"),
}


def _packed(parts: dict[str, str | bytes]) -> bytes:
    into = BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr(zipfile.ZipInfo("word/"), b"")
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.comment = NAME.encode()
    return into.getvalue()


def _unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def test_who_wrote_a_document_is_taken_out_and_its_text_stays() -> None:
    done = scrub_office(_packed(PARTS))

    parts = _unpacked(done.data)
    assert NAME.encode() not in done.data + b"".join(parts.values())
    assert b"it failed" in parts["word/document.xml"]
    assert b"09:12" not in parts["word/document.xml"]
    assert b"00A1" not in parts["word/document.xml"] + parts["word/settings.xml"]
    assert "docProps/thumbnail.jpeg" not in parts
    assert b"thumbnail" not in parts["_rels/.rels"]
    assert b"word/d.xml" in parts["_rels/.rels"]
    assert done.suffix == ".docx"


def test_when_it_was_packed_and_on_what_is_taken_out() -> None:
    done = scrub_office(_packed(PARTS))

    with zipfile.ZipFile(BytesIO(done.data)) as archive:
        assert archive.comment == b""
        told = {
            (info.date_time, info.create_system, info.extra, info.comment)
            for info in archive.infolist()
        }
    assert told == {((1980, 1, 1, 0, 0, 0), 0, b"", b"")}
    assert scrub_office(_packed(PARTS)).data == done.data


@pytest.mark.parametrize(("folder", "suffix"), [("xl", ".xlsx"), ("ppt", ".pptx")])
def test_other_programs_documents_are_known_too(folder: str, suffix: str) -> None:
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        f"{folder}/main.xml": '<x date1904="1"/>',
    }

    done = scrub_office(_packed(parts))

    assert done.suffix == suffix
    assert _unpacked(done.data)[f"{folder}/main.xml"] == b'<x date1904="1"/>'


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("word/comments.xml", "<x/>", "comments"),
        ("word/people.xml", "<x/>", "comments"),
        ("word/vbaProject.bin", b"x", "programs or files"),
        ("word/embeddings/o.bin", b"x", "programs or files"),
        ("customXml/item1.xml", "<x/>", "data of its own"),
        ("xl/printerSettings/p1.bin", b"x", "data of its own"),
        ("word/media/image2.emf", b"x", "nobody knows"),
        ("word/image.png", b"x", "nobody knows"),
        ("word/media/image2.png", b"x", "picture can't be read"),
        ("word/a.xml", b"\xff\xfe<\0", "not UTF-8"),
        ("word/a.xml", b"<\0x>", "not plain XML"),
        ("word/a.xml", "<!DOCTYPE x>", "not plain XML"),
        ("word/a.rels", '<r Target="file:///C:/Users/x"/>', "points at files"),
    ],
)
def test_what_may_tell_more_is_refused(
    name: str, content: str | bytes, why: str
) -> None:
    with pytest.raises(ActRefused, match=why) as error:
        scrub_office(_packed({**PARTS, name: content}))

    assert error.value.code == "metadata-not-removable"


@pytest.mark.parametrize(
    "data",
    [
        b"PK\3\4",
        _packed({"a.xml": "<x/>"}),
        _packed({"word/a.xml": "<x/>"}),
        _packed({"[Content_Types].xml": "<Types/>"}),
    ],
)
def test_what_is_no_document_is_refused(data: bytes) -> None:
    with pytest.raises(ActRefused):
        scrub_office(data)


def test_one_name_for_two_parts_is_refused() -> None:
    into = BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("word/a.xml", "<x/>")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("word/a.xml", "<y/>")

    with pytest.raises(ActRefused, match="one name"):
        scrub_office(into.getvalue())


def test_an_archive_that_would_fill_the_memory_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = _packed({**PARTS, "word/a.xml": "x" * 2_000})
    monkeypatch.setattr(office, "MAX_FILE_BYTES", 1_999)
    with pytest.raises(ActRefused, match="too large"):
        scrub_office(bomb)

    monkeypatch.setattr(office, "_MOST_PARTS", 3)
    with pytest.raises(ActRefused, match="3 parts"):
        scrub_office(bomb)
