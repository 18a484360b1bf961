"""`threat export`: what is written, where, and what is never written over."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from tests.e2e.running import Ringwall

FILES = {"oscal": "catalog.json", "stix": "bundle.json", "csv": "measures.csv"}


@pytest.mark.parametrize("form", FILES)
def test_each_form_is_written_and_listed_with_its_digest(
    ringwall: Ringwall, tmp_path: Path, form: str
) -> None:
    target = tmp_path / "new" / form

    done = ringwall("threat", "export", form, "--to", target)

    assert done.code == 0
    assert f"written to {target}" in done.err
    rows = {row["file"]: row for row in done.json()}
    assert FILES[form] in rows
    assert set(rows) == {path.name for path in target.iterdir()}
    for name, row in rows.items():
        data = (target / name).read_bytes()
        assert row["sha256"] == hashlib.sha256(data).hexdigest()
        assert row["bytes"] == len(data)


def test_the_shipped_threat_models_are_exported_whole(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    ringwall("threat", "export", "oscal", "--to", tmp_path)
    ringwall("threat", "export", "stix", "--to", tmp_path)

    counts = []
    for level in range(1, 6):
        profile = json.loads((tmp_path / f"profile-sl{level}.json").read_text())
        (imported,) = profile["profile"]["imports"]
        counts.append(len(imported["include-controls"][0]["with-ids"]))
    assert counts == [26, 66, 111, 152, 169]
    kinds = [
        item["type"]
        for item in json.loads((tmp_path / "bundle.json").read_text())["objects"]
    ]
    assert kinds.count("attack-pattern") == 38
    assert kinds.count("course-of-action") == 169


@pytest.mark.parametrize("form", FILES)
def test_writing_again_writes_the_same_bytes(
    ringwall: Ringwall, tmp_path: Path, form: str
) -> None:
    first = ringwall("threat", "export", form, "--to", tmp_path).json()
    again = ringwall("threat", "export", form, "--to", tmp_path)

    assert again.code == 0
    assert again.json() == first


def test_a_file_that_differs_is_left_and_nothing_is_written(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    mine = tmp_path / "vectors.csv"
    mine.write_text("my own notes")

    done = ringwall("threat", "export", "csv", "--to", tmp_path, "--format", "json")

    assert (done.code, done.out) == (3, "")
    assert done.error()["code"] == "export-differs"
    assert list(tmp_path.glob("*.csv")) == [mine]
    assert mine.read_text() == "my own notes"


def test_a_link_is_not_written_through(ringwall: Ringwall, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    target = tmp_path / "out"
    target.mkdir()
    (target / "bundle.json").symlink_to(elsewhere)

    done = ringwall("threat", "export", "stix", "--to", target)

    assert done.code == 3
    assert not elsewhere.exists()


@pytest.mark.parametrize("words", [("oscal",), ("pdf", "--to", "x"), ()])
def test_a_form_and_a_folder_have_to_be_named(
    ringwall: Ringwall, words: tuple[str, ...]
) -> None:
    done = ringwall("threat", "export", *words)

    assert (done.code, done.out) == (2, "")


@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_what_is_no_file_is_never_written_over(
    ringwall: Ringwall, tmp_path: Path, kind: str
) -> None:
    make = {"pipe": os.mkfifo, "folder": os.mkdir}[kind]
    target = tmp_path / "target"
    target.mkdir()
    make(target / "profile-sl5.json")

    done = ringwall("threat", "export", "oscal", "--to", target, "--format", "json")

    assert done.code == 3
    assert done.error()["code"] == "export-differs"
    assert [path.name for path in target.iterdir()] == ["profile-sl5.json"]


def test_a_target_that_is_no_folder_is_refused(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path)

    for name in ("file", "link"):
        done = ringwall(
            "threat", "export", "csv", "--to", tmp_path / name, "--format", "json"
        )
        assert (done.code, done.error()["code"]) == (3, "export-differs")
    done = ringwall(
        "threat", "export", "csv", "--to", tmp_path / "file" / "x", "--format", "json"
    )
    assert (done.code, done.error()["code"]) == (3, "export-unwritable")
