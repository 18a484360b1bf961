"""`raid attachment`: files come in scrubbed, and their originals open with the box."""

from pathlib import Path

import pytest

from tests.e2e.raiding import as_person, code_told
from tests.e2e.running import Ringwall
from tests.e2e.test_raid_identity import JOAN, _asked, _vote, shielded
from tests.unit.raid.shield.scrub.test_images import NAME, with_exif

__all__ = ["shielded"]


@pytest.fixture
def picture() -> bytes:
    data = with_exif("JPEG")
    Path("mary-planted.jpg").write_bytes(data)
    return data


def test_a_file_is_added_listed_saved_and_opened(
    raid: Ringwall, shielded: str, picture: bytes
) -> None:
    added = raid("raid", "attachment", "add", shielded, "mary-planted.jpg", *JOAN)
    assert added.code == 0, added.err
    name = added.json()["attachment"]
    table = raid.table("raid", "attachment", "ls", shielded, *JOAN)
    assert name in table.out
    assert "1 file" in table.err
    assert "planted" not in table.out
    save = ("raid", "attachment", "save", name)
    assert raid(*save, *JOAN).code == 2
    assert raid(*save, "-o", "copy.jpg", *JOAN).code == 0
    assert NAME.encode() not in Path("copy.jpg").read_bytes()
    assert code_told(raid(*save, "-o", "copy.jpg", *JOAN)) == "output-exists"

    request = _asked(raid, shielded)
    for number in (1, 3, 5):
        _vote(raid, request, number)
    Path("files").mkdir()
    own = ["--key", "joan.key", "--originals", "files"]
    opened = raid("raid", "identity", "open", request, *own, *JOAN)

    assert opened.code == 0, opened.err
    (place,) = opened.json()["originals"]
    assert Path(place).read_bytes() == picture
    again = ["--key", "joan.key", "--originals", "other"]
    Path("other").mkdir()
    told = raid.table("raid", "identity", "open", request, *again, *JOAN)
    assert f"other/{name}.original" in told.out.replace("\n", "")
    assert raid("audit", "verify").code == 0


@pytest.mark.usefixtures("shielded")
def test_a_file_for_a_code_that_was_never_given_is_refused(raid: Ringwall) -> None:
    Path("letter.txt").write_text("what I saw")
    done = raid("raid", "attachment", "send", "none", "letter.txt", *as_person("ruth"))

    assert code_told(done) == "receipt-unknown"


def test_what_cannot_be_scrubbed_is_kept_sealed_if_one_says_so(
    raid: Ringwall, shielded: str
) -> None:
    Path("odd.bin").write_bytes(b"\x00\x01")
    words = ("raid", "attachment", "add", shielded, "odd.bin")

    assert code_told(raid(*words, *JOAN)) == "metadata-not-removable"
    done = raid.table(*words, "--sealed-only", *JOAN)
    assert "sealed alone" in done.out
