"""Files of the desk that somebody changed or took away: `audit verify` finds each."""

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from ringwall.base.clock import FixedClock
from ringwall.institute import Institute
from ringwall.ledger.verification.kept_walk import PACKAGE, REPORT, RULES
from ringwall.model.events import subject_erased
from ringwall.raid.intake.originals import Originals
from ringwall.raid.kept_files import KeptOnDisk
from ringwall.raid.rule_files import digest_of, keep_files, read_files
from ringwall.raid.shield.box import seal_box
from ringwall.raid.shield.boxes import Boxes
from ringwall.shipped import shipped_path
from tests.example import NOON
from tests.raid_office import RaidOffice, report_document, who
from tests.raid_reports import intake_of
from tests.routed import adopt_contacts
from tests.shielded import MARY, custodians

RULES_FOLDER: Final = Path(__file__).resolve().parents[3] / "raid"
_RECEIVED: Final = (
    "SELECT entry FROM leaf JOIN raid ON raid.idx = leaf.idx "
    "WHERE raid.kind = 'raid.report'"
)


def test_what_is_kept_is_right(tmp_path: Path) -> None:
    kept = Originals(tmp_path).keep(b"as it came")
    place = keep_files(tmp_path, read_files(RULES_FOLDER))
    files = KeptOnDisk(tmp_path)

    assert [files.fault(what, *kept) for what in (REPORT, PACKAGE)] == ["", ""]
    assert files.fault(RULES, place.name, 0) == ""


@pytest.mark.parametrize("what", [REPORT, PACKAGE])
def test_an_original_is_missing_or_changed(tmp_path: Path, what: str) -> None:
    kept = Originals(tmp_path).keep(b"as it came")
    files = KeptOnDisk(tmp_path)
    [path] = tmp_path.glob("raid/originals/*/*")
    path.chmod(0o600)

    path.write_bytes(b"as it come")
    assert files.fault(what, *kept) == "changed"
    path.write_bytes(b"as it came, and more")
    assert files.fault(what, *kept) == "changed"
    path.unlink()
    assert files.fault(what, *kept) == "missing"
    path.symlink_to("/dev/zero")
    assert files.fault(what, *kept) == "changed"


def test_a_box_is_missing_or_changed(tmp_path: Path) -> None:
    report = "report:r-aaaaaaaaaa"
    box = seal_box(report, MARY, custodians())
    (digest,) = Boxes(tmp_path).keep([box])
    files = KeptOnDisk(tmp_path)
    [path] = tmp_path.glob("raid/boxes/*/*")
    whole = path.read_bytes()

    assert files.fault_of_box(report, digest) == ""
    assert files.fault_of_box(report, "b" * 64) == "changed"
    path.write_bytes(whole[:-1])
    assert files.fault_of_box(report, digest) == "changed"
    path.unlink()
    assert files.fault_of_box(report, digest) == "missing"


def test_rules_are_missing_or_changed(tmp_path: Path) -> None:
    place = keep_files(tmp_path, read_files(RULES_FOLDER))
    files = KeptOnDisk(tmp_path)
    capacity = place / "desk" / "capacity.yaml"

    capacity.write_text(capacity.read_text() + "# a note\n")
    assert files.fault(RULES, place.name, 0) == "changed"
    capacity.unlink()
    shutil.rmtree(place / "triage")
    assert files.fault(RULES, place.name, 0) == "changed"
    shutil.rmtree(place)
    assert files.fault(RULES, place.name, 0) == "missing"


@pytest.fixture(scope="module")
def worked(raid_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an institute whose desk has kept a report and rules."""
    folder = tmp_path_factory.mktemp("kept") / "institute"
    shutil.copytree(raid_folder, folder)
    office = RaidOffice(folder)
    with intake_of(office) as intake:
        intake.hand_in(who("ruth"), report_document())
    with office.raid() as desk:
        adopt_contacts(desk, "csirt.de")
    return folder


def _one(folder: Path, pattern: str) -> Path:
    [path] = folder.glob(pattern)
    return path


def _adopted(folder: Path) -> Path:
    """Return the copy of the rules that came after those of the founding."""
    founded = digest_of(read_files(shipped_path("raid")))
    [path] = [p for p in folder.glob("raid/kept/*") if p.name != founded]
    return path


def _forget(folder: Path) -> None:
    """Take the original of a report away, and write others over the rules."""
    _one(folder, "raid/originals/*/*").unlink()
    path = _adopted(folder) / "desk" / "capacity.yaml"
    path.write_text(path.read_text() + "# a note\n")


def _unfound(folder: Path) -> None:
    """Take the copy away that the desk was founded with."""
    for path in folder.glob("raid/kept/*"):
        if path != _adopted(folder):
            shutil.rmtree(path)


def _swap(folder: Path) -> None:
    """Write another original, and take the rules away."""
    _one(folder, "raid/originals/*/*").write_bytes(b"{}")
    shutil.rmtree(_adopted(folder))


@pytest.mark.parametrize(
    ("forge", "codes"),
    [
        (lambda _: None, []),
        (_forget, ["original-missing", "raid-rules-changed"]),
        (_unfound, ["raid-rules-missing"]),
        (_swap, ["original-changed", "raid-rules-missing"]),
    ],
    ids=["nothing", "forget", "unfound", "swap"],
)
def test_verifying_finds_what_was_done_to_the_files_of_the_desk(
    worked: Path, tmp_path: Path, forge: Callable[[Path], None], codes: list[str]
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(worked, folder)
    forge(folder)

    report = Institute(folder, FixedClock(NOON)).verify()

    assert [one.code for one in report.findings] == codes
    assert report.is_sound is not bool(codes)
    assert not report.left_out
    if codes:
        assert "bring it back from a copy" in report.next_step


def test_an_original_that_the_log_has_forgotten_is_not_missed(
    worked: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(worked, folder)
    institute = Institute(folder, FixedClock(NOON))
    with closing(institute.ledger(writable=True)) as ledger:
        with ledger.store.reading() as stored:
            rows = stored.exec_driver_sql(_RECEIVED).all()
        [token] = [json.loads(entry)["said"]["concealed"] for (entry,) in rows]
        ledger.append([subject_erased(NOON, [token], "a court said so")])
    _one(folder, "raid/originals/*/*").unlink()

    assert institute.verify().is_sound
