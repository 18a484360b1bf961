from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError, RecordUnavailable
from ringwall.raid.intake.turns import turn_of


def test_one_has_the_turn_at_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "raid"
    with (
        turn_of(folder),
        pytest.raises(ConfigurationError) as error,
        turn_of(folder),
    ):
        pass
    assert error.value.code == "import-running"
    with turn_of(folder):
        assert (folder / "import.lock").exists()


def test_a_turn_ends_with_whatever_ends_it(tmp_path: Path) -> None:
    with pytest.raises(KeyError), turn_of(tmp_path):
        raise KeyError
    with turn_of(tmp_path):
        pass


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "raid").write_bytes(b"")
    with pytest.raises(RecordUnavailable) as error, turn_of(tmp_path / "raid"):
        pass
    assert error.value.code == "import-unwritable"
