"""What an import pulls in, and whose modules it finds.

That each floor imports only what lies below it is in `make check` (import-linter).
"""

import json
import subprocess
import sys
from importlib.metadata import packages_distributions

import pytest

# Each of these costs a start-up of the command line more than all it does itself.
HEAVY = {"casbin", "pydantic", "rich", "sqlalchemy", "structlog", "yaml"}


@pytest.mark.parametrize("name", ["ringwall", "ringwall.cli.main"])
def test_an_import_pulls_in_nothing_heavy(name: str) -> None:
    program = f"import json, sys, {name}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)) & HEAVY == set()


def test_only_pycasbin_provides_the_module_casbin() -> None:
    # The frozen distribution `casbin` installs the same files; with both, which
    # one is imported is an accident.
    assert packages_distributions()["casbin"] == ["pycasbin"]
