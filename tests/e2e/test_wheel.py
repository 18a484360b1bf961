"""A wheel works where there is no checkout: it carries what `init` hands out."""

import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Installation:
    """The wheel and a virtual environment that has it, far from any checkout."""

    wheel: Path
    programs: Path
    elsewhere: Path

    def run(self, *command: str) -> str:
        """Run a program of the environment and return what it printed."""
        return _run([str(self.programs / command[0]), *command[1:]], self.elsewhere)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    folder = tmp_path_factory.mktemp("wheel")
    wheel = _build(folder / "dist")
    programs = _install(wheel, folder / "venv")
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    return Installation(wheel, programs, elsewhere)


def test_the_wheel_carries_the_package_and_what_is_shipped_alone(
    installed: Installation,
) -> None:
    names = zipfile.ZipFile(installed.wheel).namelist()

    assert {name.split("/")[0] for name in names} == {
        "ringwall",
        f"ringwall-{_version(installed.wheel)}.dist-info",
    }
    assert "ringwall/py.typed" in names
    assert any(name.endswith("/licenses/LICENSE") for name in names)


@pytest.mark.parametrize(
    ("packaged", "original"),
    [
        ("policies", "policies"),
        ("threat_models", "threat_models"),
        ("watch", "watch"),
        ("raid", "raid"),
        ("examples/institute", "examples/institute"),
    ],
)
def test_the_wheel_carries_each_shipped_file_unchanged(
    installed: Installation, packaged: str, original: str
) -> None:
    prefix = f"ringwall/share/{packaged}/"
    with zipfile.ZipFile(installed.wheel) as archive:
        carried = {
            name.removeprefix(prefix): archive.read(name)
            for name in archive.namelist()
            if name.startswith(prefix)
        }

    assert carried
    assert carried == _contents(ROOT / original)


def test_the_installed_package_is_the_wheels_and_not_the_checkouts(
    installed: Installation,
) -> None:
    printed = installed.run("python", "-c", "import ringwall; print(ringwall.__file__)")

    assert Path(printed.strip()).is_relative_to(installed.programs.parent)


def test_init_outside_the_checkout_copies_the_shipped_policies(
    installed: Installation,
) -> None:
    installed.run("ringwall", "init", "my-institute")

    institute = installed.elsewhere / "my-institute"
    assert (institute / "ringwall.toml").is_file()
    assert _contents(institute / "policies") == _contents(ROOT / "policies")
    assert _contents(institute / "threat_models") == _contents(ROOT / "threat_models")
    assert _contents(institute / "watch") == _contents(ROOT / "watch")
    assert _contents(institute / "raid") == _contents(ROOT / "raid")


def _build(folder: Path) -> Path:
    # The build backend is among the development tools, so nothing is downloaded.
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation"]
    _run([*build, "--outdir", str(folder), str(ROOT)], ROOT)
    (wheel,) = folder.glob("*.whl")
    return wheel


def _install(wheel: Path, venv: Path) -> Path:
    """Install the wheel in a new environment and return the folder of programs.

    Its dependencies are borrowed from the environment of the tests. They come
    after its own packages, and a borrowed folder's `.pth` files are not read, so
    the checkout that is installed there stays out of sight.
    """
    _run([sys.executable, "-m", "venv", "--without-pip", str(venv)], venv.parent)
    paths = sysconfig.get_paths(vars={"base": str(venv), "platbase": str(venv)})
    packages, programs = Path(paths["purelib"]), Path(paths["scripts"])
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python")]
    options = ["install", "--quiet", "--no-deps", "--no-index"]
    _run([*pip, *options, str(wheel)], venv.parent)
    here = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "borrowed.pth").write_text("\n".join(sorted(here)) + "\n")
    return programs


def _contents(folder: Path) -> Mapping[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _version(wheel: Path) -> str:
    return wheel.name.split("-")[1]


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
