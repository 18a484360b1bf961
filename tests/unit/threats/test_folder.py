"""Threat models on disk: what is read, and what is never followed or read."""

import os
from itertools import pairwise
from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.model.levels import Domain, SecurityLevel
from ringwall.shipped import shipped_path
from ringwall.threats.cross_check import domain_of
from ringwall.threats.fields import CLASSES
from ringwall.threats.files import MAX_FILE_BYTES
from ringwall.threats.folder import read_catalogue
from tests.unit.threats.sample import PROTECTED, sample_catalogue, sample_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder that holds the sample."""
    for name, text in sample_files().items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def refused(folder: Path) -> DeclarationError:
    with pytest.raises(DeclarationError) as caught:
        read_catalogue(folder)
    assert caught.value.faults
    return caught.value


def test_a_folder_is_read_as_its_files(folder: Path) -> None:
    catalogue = read_catalogue(folder)

    assert catalogue.digest == sample_catalogue().digest
    assert catalogue.place("powers", "copies").file == str(folder / "powers.yaml")


def test_a_readme_and_hidden_names_are_not_looked_at(folder: Path) -> None:
    (folder / "README.md").write_bytes(b"\xff")
    (folder / ".cache").mkdir()
    (folder / "protected" / "README.md").write_text("words")

    assert read_catalogue(folder).digest == sample_catalogue().digest


def test_a_fault_names_the_file_as_it_lies_on_disk(folder: Path) -> None:
    (folder / "powers.yaml").write_text("powers: []\n")

    error = refused(folder)

    assert error.code == "threat-models-refused"
    assert error.faults[0].file == str(folder / "powers.yaml")


@pytest.mark.parametrize("name", ["powers.yaml", PROTECTED])
def test_a_link_is_not_followed(folder: Path, name: str) -> None:
    real = folder / ".real"
    (folder / name).rename(real)
    (folder / name).symlink_to(real)

    error = refused(folder)

    assert error.code == "threat-models-unreadable"
    assert name in error.message


def test_a_folder_of_threat_models_behind_a_link_is_not_followed(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "protected").rename(tmp_path / ".elsewhere")
    (folder / "protected").symlink_to(tmp_path / ".elsewhere")

    codes = {fault.code for fault in refused(folder).faults}

    assert codes == {"file-unknown", "file-missing"}


def test_a_special_file_is_not_read(folder: Path) -> None:
    (folder / "powers.yaml").unlink()
    os.mkfifo(folder / "powers.yaml")

    assert "not a regular file" in refused(folder).message


def test_a_folder_in_the_place_of_a_file_is_not_read(folder: Path) -> None:
    (folder / "powers.yaml").unlink()
    (folder / "powers.yaml").mkdir()

    assert "not a regular file" in refused(folder).message


def test_a_file_that_is_not_ours_is_refused_unread(folder: Path) -> None:
    os.mkfifo(folder / "notes.txt")
    os.mkfifo(folder / "protected" / "notes.txt")

    faults = refused(folder).faults

    assert [fault.code for fault in faults] == ["file-unknown", "file-unknown"]


def test_no_more_of_a_file_is_read_than_is_allowed(folder: Path) -> None:
    (folder / "powers.yaml").write_bytes(b"#" * (3 * MAX_FILE_BYTES))

    (fault,) = refused(folder).faults

    assert fault.code == "file-too-large"
    assert fault.message == f"{MAX_FILE_BYTES + 1} bytes, more than {MAX_FILE_BYTES}"


def test_many_large_files_are_not_all_read(folder: Path) -> None:
    for number in range(9):
        large = folder / "protected" / f"x{number}.yaml"
        large.write_bytes(b"#" * MAX_FILE_BYTES)

    error = refused(folder)

    assert error.code == "threat-models-unreadable"
    assert "bytes in all" in error.message


def test_a_folder_of_many_names_is_not_listed(folder: Path) -> None:
    for number in range(90):
        (folder / f"x{number}").touch()

    assert "names in one folder" in refused(folder).message


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    error = refused(tmp_path / "nowhere")

    assert (error.code, error.exit_code) == ("threat-models-unreadable", 3)
    assert "no such file" in error.message


def test_the_shipped_catalogue_has_all_classes_levels_vectors_and_measures() -> None:
    catalogue = read_catalogue(shipped_path("threat_models"))
    added = [
        sum(measure.level == level for measure in catalogue.measures.values())
        for level in list(SecurityLevel)[1:]
    ]

    assert len(catalogue.actors) == 5
    assert len(catalogue.levels) == 5
    assert len(catalogue.categories) == 9
    assert len(catalogue.vectors) == 38
    assert len(catalogue.measures) == 169
    assert added == [26, 40, 45, 41, 17]


def test_the_shipped_scores_add_up_as_in_the_source() -> None:
    vectors = read_catalogue(shipped_path("threat_models")).vectors.values()
    sums = [sum(v.feasibility[actor] for v in vectors) for actor in CLASSES]
    first = [
        next((actor for actor, score in v.feasibility.items() if score > 1), None)
        for v in vectors
    ]

    assert sums == [51, 60, 101, 131, 161]
    assert [first.count(actor) for actor in CLASSES] == [10, 5, 14, 8, 1]
    assert sum(v.fast_moving for v in vectors) == 7


def test_the_shipped_vectors_out_of_reach_of_syndicates_are_nine() -> None:
    vectors = read_catalogue(shipped_path("threat_models")).vectors.values()
    out_of_reach = [v.id for v in vectors if v.feasibility["OC3"] == 1]

    assert len(out_of_reach) == 9
    assert all(v.feasibility["OC5"] > 1 for v in vectors)


def test_each_shipped_domain_has_a_measure_at_each_level() -> None:
    measures = read_catalogue(shipped_path("threat_models")).measures.values()
    cells = {(measure.domain, measure.level) for measure in measures}

    assert len(cells) == len(Domain) * 5
    assert all(domain_of(measure.id) is measure.domain for measure in measures)


def test_a_class_that_does_better_is_answered_by_a_measure_of_its_level() -> None:
    catalogue = read_catalogue(shipped_path("threat_models"))
    unanswered = [
        f"{vector.id} in the hands of OC{number}"
        for vector in catalogue.vectors.values()
        for number, (below, score) in enumerate(
            pairwise(vector.feasibility.scores()), 2
        )
        if score > below
        and number not in {int(m.level) for m in catalogue.countering[vector.id]}
    ]

    assert unanswered == []


def test_the_shipped_powers_are_those_of_a_hundred_fifty_and_twenty() -> None:
    powers = read_catalogue(shipped_path("threat_models")).powers

    assert {power.id: power.limit for power in powers.values()} == {
        "bounded-code": 100,
        "direct-access": 50,
        "copies": 20,
    }


def test_a_shipped_ladder_never_falls_back_to_asking_for_nothing() -> None:
    levels = read_catalogue(shipped_path("threat_models")).levels.values()
    ladders = [level.ladder.parameters() for level in levels]

    for lower, upper in pairwise(ladders):
        asked = {name for name, value in lower.items() if value is not None}
        assert asked <= {name for name, value in upper.items() if value is not None}
    assert set(ladders[-1].values()).isdisjoint({None})
