"""A statement is signed with a key at hand, whose passphrase is never asked for."""

from pathlib import Path

import pytest

from tests.e2e.requesting import ASKED
from tests.e2e.running import Ringwall
from tests.office import private_key


def test_a_key_that_can_not_be_used_is_refused_without_being_shown(
    asking: Ringwall, institute: Path
) -> None:
    (institute / "bad.key").write_text("secret stuff")

    done = asking("request", "new", *ASKED, "--key", "bad.key")

    assert done.code == 3
    assert "ssh-key-unusable" in done.err
    assert "secret stuff" not in done.err


def test_a_passphrase_comes_from_a_file_or_the_environment(
    asking: Ringwall, institute: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (institute / "locked.key").write_bytes(private_key("dennis", b"open sesame"))
    (institute / "words").write_text("open sesame\n")
    words = ("request", "new", *ASKED, "--key", "locked.key")

    assert asking(*words).code == 3
    assert asking(*words, "--passphrase-file", "words").code == 0
    monkeypatch.setenv("RINGWALL_KEY_PASSPHRASE", "open sesame")
    assert asking(*words).code == 0
