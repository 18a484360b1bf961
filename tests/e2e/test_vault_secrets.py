"""Secrets of the vault's keys: from files or a terminal, never from an argument."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from ringwall.base.errors import ConfigurationError, RequestError
from ringwall.cli.exits import Misuse
from ringwall.cli.vault_secrets import Unlocking, read_secret
from tests.e2e.running import PROGRAM, Screen

WORDS = "a horse that eats no hay at all"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file that holds a secret."""
    path = tmp_path / "secret"
    path.write_text(f"{WORDS}\n")
    path.chmod(0o600)
    return path


def test_files_are_read_when_a_key_needs_them(file: Path) -> None:
    given = Unlocking("ringwall vault read", file, file, (file, file)).secrets()

    assert given.take_passphrase() == WORDS
    assert given.take_pin() == WORDS
    assert given.take_shares(2) == (WORDS, WORDS)


def test_nothing_is_read_before_it_is_needed(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    given = Unlocking("ringwall vault read", gone, gone, (gone,)).secrets()

    with pytest.raises(RequestError) as caught:
        given.take_pin()

    assert caught.value.code == "input-unreadable"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_may_read_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)

    with pytest.raises(ConfigurationError) as caught:
        read_secret(file)

    assert caught.value.code == "secret-exposed"


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"one\ntwo\n", b"one\r\n", b"\xff", b"\0", b"a" * 5000]
)
def test_a_file_that_is_not_one_line_of_text_is_refused(
    file: Path, data: bytes
) -> None:
    file.write_bytes(data)

    with pytest.raises(RequestError) as caught:
        read_secret(file)

    assert caught.value.code == "secret-malformed"


def test_where_there_is_nobody_to_ask_the_option_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = Unlocking("ringwall vault read").secrets()
    for stdin, stderr in ((Screen(), sys.stderr), (sys.stdin, Screen())):
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(sys, "stderr", stderr)
        with pytest.raises(Misuse, match="--vault-passphrase-file FILE"):
            given.take_passphrase()
        with pytest.raises(Misuse, match="--vault-pin-file FILE"):
            given.take_pin()
        with pytest.raises(Misuse, match="share 1 of 3: give --share-file FILE"):
            given.take_shares(3)


def test_on_a_terminal_each_share_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, bool, bool]] = []

    def answer(text: str, *, hide_input: bool, **how: bool) -> str:
        asked.append((text, hide_input, how["confirmation_prompt"]))
        return f"answer {len(asked)}"

    monkeypatch.setattr(sys, "stdin", Screen())
    monkeypatch.setattr(sys, "stderr", Screen())
    monkeypatch.setattr(typer, "prompt", answer)
    given = Unlocking("ringwall vault read").secrets(new=True)

    assert given.take_shares(2) == ("answer 1", "answer 2")
    assert given.take_passphrase() == "answer 3"
    assert asked == [
        ("share 1 of 2 of the vault's key", True, False),
        ("share 2 of 2 of the vault's key", True, False),
        ("passphrase of the vault's key", True, True),
    ]


def test_a_passphrase_typed_on_a_terminal_does_not_appear_there(
    institute: Path,
) -> None:
    main, terminal = pty.openpty()
    process = subprocess.Popen(
        [PROGRAM, "vault", "init-key", "typed", "--provider", "passphrase"],
        cwd=institute,
        env={"TERM": "dumb"},
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    shown = b""
    for _ in range(2):
        # The blank comes once the terminal is silent; what is typed before is lost.
        while not shown.endswith(b": "):
            shown += os.read(main, 1024)
        os.write(main, f"{WORDS}\n".encode())
        shown += os.read(main, 1024)
    out, _err = process.communicate(timeout=60)
    os.close(main)

    assert process.returncode == 0
    assert (institute / "keys" / "vault" / "typed.json").exists()
    assert WORDS.encode() not in shown + out
