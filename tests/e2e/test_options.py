"""Options that commands share."""

from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError
from ringwall.cli.options import Format, examples, open_institute


def test_an_institute_is_the_one_named(institute: Path) -> None:
    assert open_institute(institute).settings.name == "institute"


def test_an_institute_is_the_nearest_upward(
    institute: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = institute / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)

    assert open_institute(None).folder == institute


def test_a_folder_without_settings_is_no_institute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in (None, tmp_path, tmp_path / "none"):
        with pytest.raises(ConfigurationError) as refusal:
            open_institute(folder)
        assert refusal.value.code == "institute-missing"
        assert "ringwall init" in refusal.value.next_step


def test_examples_are_lines_to_copy() -> None:
    assert examples("why last") == "Examples\n\n  $ ringwall why last"


def test_there_are_four_formats() -> None:
    assert [form.value for form in Format] == ["table", "json", "ndjson", "csv"]
