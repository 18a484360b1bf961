"""The guarded library does what its README shows."""

from tests.e2e.examples import check_example


def test_the_example_prints_what_its_readme_shows() -> None:
    check_example("library_guard", own=("guarded.py",))
