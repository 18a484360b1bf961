"""A folder of tables is read whole, or refused with every fault."""

import shutil
from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.base.yaml_tree import MAX_FAULTS
from ringwall.raid.triage.reading import parse_triage, read_triage
from ringwall.threats.folder import read_catalogue
from tests.triage_tables import FOLDER, edited, faults_of, files, shipped

ROOT = Path(__file__).resolve().parents[4]


def test_the_shipped_tables_are_read() -> None:
    tables = read_triage(FOLDER)

    assert tables.version == "1"
    assert len(tables.digest) == 64


def test_the_digest_follows_every_file() -> None:
    base = parse_triage(files(), "t").digest

    changed = edited("suggest.csv", "it replicates itself", "it replicates")

    assert parse_triage(files(), "elsewhere").digest == base
    assert parse_triage(changed, "t").digest != base


def test_a_folder_that_lacks_a_table_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "triage"
    shutil.copytree(FOLDER, folder)
    (folder / "legal.csv").unlink()

    with pytest.raises(DeclarationError) as caught:
        read_triage(folder)

    assert [fault.code for fault in caught.value.faults] == ["table-missing"]
    assert "legal.csv" in caught.value.faults[0].file


def _codes(name: str, old: str, new: str) -> set[str]:
    return {fault.code for fault in faults_of(edited(name, old, new))}


def test_a_hole_is_refused_with_the_row_before_it() -> None:
    line = files()["main.csv"].decode().splitlines()[700]

    [fault] = faults_of(edited("main.csv", line + "\n", ""))

    assert fault.code == "hole"
    assert fault.line == 700
    assert "no row for cred=" in fault.message


def test_a_double_is_refused_with_both_rows() -> None:
    lines = files()["harm.csv"].decode().splitlines()
    double = lines[5].replace("h05", "h99")

    found = faults_of(edited("harm.csv", lines[5], f"{lines[5]}\n{double}"))

    assert [fault.code for fault in found] == ["double-row"]
    assert "lines 6 and 7" in found[0].message


def test_a_double_of_the_main_table_is_refused() -> None:
    lines = files()["main.csv"].decode().splitlines()
    double = lines[9].replace("m0009", "m9999")

    found = faults_of(edited("main.csv", lines[9], f"{lines[9]}\n{double}"))

    assert [fault.code for fault in found] == ["double-row"]


def test_an_id_that_stands_twice_is_refused() -> None:
    assert _codes("main.csv", "m0002,", "m0001,") == {"duplicate-row"}


def test_an_unknown_word_is_refused() -> None:
    assert "unknown-word" in _codes("main.csv", ",decline,", ",ignore,")
    assert "unknown-word" in _codes("legal.csv", ",240,yes,", ",240,perhaps,")
    assert "unknown-word" in _codes("suggest.csv", "w01,auto,", "w01,mood,")
    assert "unknown-word" in _codes("suggest.csv", "self replicat*", "self .*")
    assert "unknown-word" in _codes("overrides.csv", "immediate,,S4", "+1,+1,S4")


def test_a_malformed_condition_is_refused() -> None:
    assert "bad-condition" in _codes("overrides.csv", "danger>=imminent", "danger")


@pytest.mark.parametrize("hours", ["soon", "-1", "10000", "²"])
def test_hours_have_to_be_a_number(hours: str) -> None:
    assert "wrong-number" in _codes("legal.csv", ",240,yes,", f",{hours},yes,")


def test_tables_without_a_version_are_refused() -> None:
    changed = {**files(), "version.csv": b"version,date,what\n"}

    assert [fault.code for fault in faults_of(changed)] == ["no-version"]


def test_many_faults_are_counted() -> None:
    data = files()["main.csv"].replace(b",sector,", b",nobody,")

    found = faults_of({**files(), "main.csv": data})

    assert found[-1].code == "more-faults"
    assert len(found) == MAX_FAULTS + 1


def test_rows_in_another_order_are_the_same_tables() -> None:
    head, *rows = files()["main.csv"].decode().splitlines()
    data = "\n".join([head, *reversed(rows)]) + "\n"

    tables = parse_triage({**files(), "main.csv": data.encode()}, "t")

    assert {k: r.words for k, r in tables.main.items()} == {
        k: r.words for k, r in shipped().main.items()
    }


def test_a_threshold_is_of_a_class_that_there_is_with_a_source_and_once() -> None:
    row = "c06,cyber,gdm-cyber-1,"

    assert "unknown-word" in _codes("thresholds.csv", row, "c06,mood,gdm-cyber-1,")
    assert "duplicate-row" in _codes(
        "thresholds.csv", row, "c06,cyber,openai-cyber-high,"
    )
    assert "duplicate-row" in _codes("thresholds.csv", row, "c06,cyber,,")
    assert "unknown-word" in _codes("thresholds.csv", 'threshold",OWN', 'threshold",')


def test_each_threshold_is_one_that_the_threat_models_hold_in_force() -> None:
    found = read_catalogue(ROOT / "threat_models").capabilities

    named = {one for ones in read_triage(FOLDER).thresholds.values() for one in ones}

    assert named <= {name for name, one in found.items() if one.valid_until is None}
    assert set(read_triage(FOLDER).thresholds) >= {"cbrn", "cyber", "loss-of-control"}
