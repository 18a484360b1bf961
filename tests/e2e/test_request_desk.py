"""The desk is open for one command, and let go of behind it."""

from pathlib import Path

import pytest

from ringwall.cli.request_desk import grants_desk
from ringwall.institute import Institute


@pytest.mark.usefixtures("ringwall")
def test_a_desk_that_was_closed_leaves_nothing_open(institute: Path) -> None:
    opened = Institute(institute)

    with grants_desk(opened) as desk:
        assert desk.ls() == ()
    with grants_desk(opened, writable=False) as again:
        assert again.ls() == ()
