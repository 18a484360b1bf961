from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError
from ringwall.shipped import ShippedName, shipped_path

NAMES: tuple[ShippedName, ...] = (
    "policies",
    "threat_models",
    "watch",
    "raid",
    "examples",
)


@pytest.mark.parametrize("name", NAMES)
def test_this_installation_has_each_shipped_folder(name: ShippedName) -> None:
    found = shipped_path(name)

    assert found.is_dir()
    assert found.name == name
    assert found.is_absolute()


def test_a_packaged_folder_goes_before_the_one_of_a_checkout(tmp_path: Path) -> None:
    package = _checkout(tmp_path)
    packaged = package / "share" / "policies"
    packaged.mkdir(parents=True)

    assert shipped_path("policies", package=package) == packaged


def test_a_checkout_answers_with_its_own_folder(tmp_path: Path) -> None:
    package = _checkout(tmp_path)

    assert shipped_path("policies", package=package) == tmp_path / "policies"


def test_a_folder_outside_a_checkout_is_never_taken_for_ours(tmp_path: Path) -> None:
    package = _checkout(tmp_path)
    (tmp_path / "pyproject.toml").unlink()

    with pytest.raises(ConfigurationError, match="`policies`") as caught:
        shipped_path("policies", package=package)

    assert caught.value.code == "installation-incomplete"
    assert caught.value.next_step


def test_a_checkout_without_the_folder_is_refused(tmp_path: Path) -> None:
    package = _checkout(tmp_path)

    with pytest.raises(ConfigurationError) as caught:
        shipped_path("threat_models", package=package)

    assert caught.value.code == "installation-incomplete"


def _checkout(root: Path) -> Path:
    """Lay out a checkout that has `policies/` alone and return its package."""
    (root / "pyproject.toml").touch()
    (root / "policies").mkdir()
    package = root / "src" / "ringwall"
    package.mkdir(parents=True)
    return package
