"""`vault`: its verbs are one group, found by its help."""

from tests.e2e.running import Ringwall


def test_the_group_tells_its_verbs(ringwall: Ringwall) -> None:
    told = ringwall("vault", "--help")

    assert told.code == 0
    for verb in ("init-key", "keys"):
        assert f" {verb} " in told.out
