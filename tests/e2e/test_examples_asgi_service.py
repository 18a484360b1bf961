"""The guarded services do what their README shows."""

from tests.e2e.examples import check_example


def test_the_example_prints_what_its_readme_shows() -> None:
    check_example("asgi_service", own=("guarded.py",))
