"""Who stands at a desk, whichever it is; the vault's own ways are in its tests."""

from pathlib import Path

import pytest
import typer

from ringwall.cli.desks import Desk, Room, at_desk
from tests.e2e.proving import new_key, token
from tests.e2e.raiding import as_person
from tests.e2e.running import Ringwall

SHOW = ("raid", "queue", "show")


def test_whoever_asks_has_to_say_who_they_are(raid: Ringwall) -> None:
    done = raid(*SHOW, "--via", "point:raid-desk")

    assert (done.code, done.out) == (2, "")
    assert "missing --subject" in done.err


def test_a_deny_is_told_on_stderr_with_its_exit_code(raid: Ringwall) -> None:
    done = raid.table(*SHOW, *as_person("ada"))

    assert (done.code, done.out) == (1, "")
    assert "DENY" in done.err
    assert "takes a role `raid-*`" in done.err


def test_a_deny_comes_in_the_format_that_was_asked_for(raid: Ringwall) -> None:
    done = raid(*SHOW, *as_person("ada"), "--format", "json")

    assert (done.code, done.out) == (1, "")
    assert '"decision": false' in done.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--token", "t", "--ssh-key", "k"], "one of --token, --session or --ssh-key"),
        (["--ssh-key", "k", "--authn", "mfa"], "leave --authn out"),
        (["--ssh-passphrase-file", "p"], "goes with --ssh-key"),
    ],
)
def test_ways_to_show_who_asks_that_do_not_go_together_are_refused(
    raid: Ringwall, words: list[str], told: str
) -> None:
    done = raid(*SHOW, "--subject", "user:joan", "--via", "point:raid-desk", *words)

    assert done.code == 2
    assert told in done.err


def test_what_shows_nothing_is_refused_and_on_record(
    raid: Ringwall, tmp_path: Path
) -> None:
    new_key(tmp_path / "mine.key")
    words = ("--subject", "user:joan", "--via", "point:raid-desk")

    by_key = raid(*SHOW, *words, "--ssh-key", tmp_path / "mine.key")
    by_token = raid(*SHOW, *words, "--token", token(tmp_path))

    assert {by_key.code, by_token.code} == {5}


def test_a_word_that_is_believed_is_told_to_be_one(raid: Ringwall) -> None:
    done = raid.table(*SHOW, *as_person("joan"))

    assert done.code == 0
    assert "identity" in done.err


def test_a_command_has_its_own_options_then_those_of_who_asks() -> None:
    def act(desk: Desk, item: str = "") -> None:
        """Do something."""

    def further(key: str = "") -> None:
        """Have an option."""

    app = typer.Typer()
    command = at_desk(Room("vault", options=further), "try", act, without=("purpose",))
    app.command("try")(command)
    names = list(command.__dict__["__signature__"].parameters)

    assert names[:2] == ["item", "subject"]
    assert names[-3:] == ["key", "folder", "fmt"]
    assert "purpose" not in names
    first, rule = (command.__doc__ or "").split("\n\n")
    assert first == "Do something."
    assert "--subject is RINGWALL_VAULT_TRY_SUBJECT, and so on" in rule


def test_help_of_a_desk_cuts_no_name_and_flows(ringwall: Ringwall) -> None:
    file, send = ("raid", "intake", "file"), ("raid", "route", "send")
    for words in (file, send):
        told = ringwall(*words, "--help").out

        own = f"RINGWALL_{'_'.join(words).upper()}_SUBJECT"
        assert f"--subject is {own}, and so on" in " ".join(told.split())
        assert "RINGWALL_INSTITUTE]" in told
        assert max(map(len, told.splitlines())) <= 80
    assert "\n it\n" not in ringwall(*file, "--help").out


def test_a_variable_that_help_does_not_show_is_read_all_the_same(
    raid: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("raid", "queue", "show", "--via", "point:raid-desk")
    assert raid(*words, "--authn", "hardware-fresh").code == 2

    monkeypatch.setenv("RINGWALL_RAID_QUEUE_SHOW_SUBJECT", "user:joan")

    assert raid(*words, "--authn", "hardware-fresh").code == 0
