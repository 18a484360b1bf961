"""The desks behind a gate, each made once, and never lent to another process."""

import os

import pytest

from ringwall.base.errors import ActRefused
from ringwall.institute import Gatekeeper


def test_each_desk_is_made_once(example_gate: Gatekeeper) -> None:
    assert example_gate.raid is example_gate.raid
    assert example_gate.vault is example_gate.vault
    assert example_gate.raid.acting.gate is example_gate


def test_no_desk_is_lent_to_a_process_that_did_not_open_the_gate(
    example_gate: Gatekeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = os.getpid() + 1
    monkeypatch.setattr(os, "getpid", lambda: other)

    for name in ("vault", "raid"):
        with pytest.raises(ActRefused) as caught:
            getattr(example_gate, name)
        assert caught.value.code == "gate-of-another-process"
        assert caught.value.next_step
