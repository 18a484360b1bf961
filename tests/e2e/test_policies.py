"""Which policies a verb of `policy` reads."""

from pathlib import Path

import pytest

from tests.e2e.running import ROOT, Ringwall

SHIPPED = ROOT / "policies"


def test_policies_are_read_without_an_institute(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    assert ringwall("policy", "lint", "--policies", SHIPPED).code == 0
    assert ringwall("policy", "lint").code == 3


def test_a_folder_that_is_not_there_exits_3(ringwall: Ringwall) -> None:
    done = ringwall("policy", "lint", "--policies", "nowhere")

    assert (done.code, done.out) == (3, "")
    assert "policy-unreadable" in done.err


@pytest.mark.parametrize("verb", ["table", "test"])
def test_a_concern_that_is_not_there_exits_2(ringwall: Ringwall, verb: str) -> None:
    done = ringwall("policy", verb, "nothing")

    assert (done.code, done.out) == (2, "")
    assert "`nothing` is not one of the concerns access, " in done.err
