"""Size of a file, and that the tests have the shape of the product.

The lists of exceptions are compared with `==`: an entry that is no longer needed
fails as well, so that a list can only shrink.
"""

from pathlib import Path

from tests.architecture.sources import ROOT, modules

MAX_LINES = 400

# Modules whose only tests are elsewhere, and test files that mirror no module.
WITHOUT_A_TEST_FILE: set[str] = set()
WITHOUT_A_MODULE: set[str] = set()


def test_no_file_of_the_product_is_over_400_lines() -> None:
    long = {
        str(module.path): count
        for module in modules()
        if (count := len(module.text.splitlines())) > MAX_LINES
    }

    assert long == {}


def test_each_module_has_its_test_file() -> None:
    untested = {
        str(module.path)
        for module in modules()
        if module.path.name not in {"__init__.py", "__main__.py"}
        and not any(place.is_file() for place in _places(module.path))
    }

    assert untested == WITHOUT_A_TEST_FILE


def test_each_test_file_has_its_module() -> None:
    unit = ROOT / "tests" / "unit"
    expected = {_mirror(module.path) for module in modules()}
    orphans = {
        str(path.relative_to(unit))
        for path in unit.rglob("test_*.py")
        if path not in expected
    }

    assert orphans == WITHOUT_A_MODULE


def _places(module: Path) -> list[Path]:
    """Return where the tests of a module may be.

    A face is tried from outside, as a person uses it, so `tests/e2e` will do too.
    """
    places = [_mirror(module)]
    if module.parts[0] == "cli":
        places.append(ROOT / "tests" / "e2e" / f"test_{module.name}")
    return places


def _mirror(module: Path) -> Path:
    return ROOT / "tests" / "unit" / module.parent / f"test_{module.name}"
