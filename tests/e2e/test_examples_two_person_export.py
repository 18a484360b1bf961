"""`examples/two_person_export` does what its README says, with real SSH keys."""

import shutil

import pytest

from tests.e2e.examples import check_example


@pytest.mark.skipif(
    shutil.which("ssh-keygen") is None, reason="the program ssh-keygen is not here"
)
def test_an_export_happens_once_when_its_quorum_has_signed() -> None:
    check_example("two_person_export", ("exporter.py",))
