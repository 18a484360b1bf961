"""Who stands at the vault's desk: by words, or by what they show."""

from pathlib import Path

import pytest

from ringwall.institute import Institute
from tests.e2e.proving import new_key, sign, token
from tests.e2e.running import Ringwall
from tests.e2e.sealing import ASSET, READER
from tests.office import key_entry, keyed, private_key

LIST = ["vault", "read", ASSET, "--tensors"]


@pytest.fixture
def strict(proven: Ringwall) -> Ringwall:
    """The command line of an institute that takes nobody's word, with a container."""
    hardware = {"keys": [{**key_entry("grace"), "hardware": True}]}
    Path("keyed.yaml").write_text(keyed(Institute(Path()).facts(), grace=hardware))
    assert proven("apply", "keyed.yaml").code == 0
    Path("grace.key").write_bytes(private_key("grace"))
    assert proven("vault", "init-key", "main", "--provider", "file").code == 0
    Path("config.json").write_bytes(b"{}")
    done = proven(
        *("vault", "seal", "config.json", "--asset", ASSET, "--subject", "user:grace"),
        *("--via", "point:trainer", "--ssh-key", "grace.key"),
    )
    assert done.code == 0, done.err
    return proven


READ = [
    *("vault", "verify", ASSET, "config.json", "--subject", "user:ada"),
    *("--via", "point:trainer"),
]


def test_a_key_at_hand_shows_who_asks(strict: Ringwall) -> None:
    done = strict(*READ, "--ssh-key", "ada.key")

    assert (done.code, done.json()["sound"]) == (0, True)


def test_a_token_and_a_statement_show_who_asks(
    strict: Ringwall, tmp_path: Path
) -> None:
    by_token = strict(*READ, "--token", token(tmp_path))
    words = ["--subject", "user:ada", "--via", "point:trainer"]
    assert strict("session", "new", "said.json", *words).code == 0
    sign(Path("said.json"), Path("ada.key"))
    by_statement = strict(*READ, "--session", "said.json")

    assert (by_token.code, by_statement.code) == (0, 0)


def test_a_word_is_a_recorded_deny_and_exits_5_at_the_desk(strict: Ringwall) -> None:
    done = strict.table(*READ, "--authn", "hardware-fresh")

    assert (done.code, done.out) == (5, "")
    assert "DENY" in done.err
    assert "show who asks: --ssh-key, --session or --token" in done.err
    assert "identity: claimed" not in done.err


def test_the_key_of_somebody_else_opens_nothing(
    strict: Ringwall, tmp_path: Path
) -> None:
    new_key(tmp_path / "mine.key")

    done = strict(*READ, "--ssh-key", tmp_path / "mine.key")

    assert (done.code, done.out) == (5, "")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--token", "t", "--ssh-key", "k"], "one of --token, --session or --ssh-key"),
        (["--ssh-key", "k", "--authn", "mfa"], "leave --authn out"),
        (["--ssh-passphrase-file", "p"], "--ssh-passphrase-file goes with --ssh-key"),
        (["--subject", ""], "missing --subject"),
        (["--via", ""], "missing --via"),
    ],
)
def test_words_that_do_not_go_together_exit_2(
    vault: Ringwall, words: list[str], told: str
) -> None:
    done = vault(*LIST, *READER[:4], *words)

    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert "run `ringwall vault read --help`" in done.err


@pytest.mark.parametrize(
    "words",
    [("--subject", "Ada"), ("--purpose", "x" * 501), ("--grant", "req-1")],
)
def test_a_malformed_word_exits_2(vault: Ringwall, words: tuple[str, str]) -> None:
    done = vault(*LIST, *READER, *words)

    assert (done.code, done.out) == (2, "")
    assert "request-malformed" in done.err


def test_the_settings_name_the_point(vault: Ringwall) -> None:
    with Path("ringwall.toml").open("a") as settings:
        settings.write('point = "point:trainer"\n')

    assert vault(*LIST, *READER[:2], *READER[4:]).code == 0


def test_a_word_that_was_taken_is_said_for_people_alone(vault: Ringwall) -> None:
    people = vault.table(*LIST, *READER)
    program = vault(*LIST, *READER)

    assert "who asks was not proven" in people.err
    assert program.err == ""


def test_a_passphrase_that_nobody_can_be_asked_for_exits_2(
    vault: Ringwall, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a horse that eats no hay at all\n")
    secret.chmod(0o600)
    given = ["--vault-passphrase-file", secret]
    making = ["vault", "init-key", "slow", "--provider", "passphrase", *given]
    assert vault(*making).code == 0
    (tmp_path / "notes.txt").write_bytes(b"notes")
    sealing = [
        *("vault", "seal", tmp_path / "notes.txt", "--asset", ASSET),
        *("--key", "slow", *READER),
    ]
    sealing = [str(word).replace("user:ada", "user:grace") for word in sealing]

    without = vault(*sealing)
    done = vault(*sealing, *given)

    assert (without.code, done.code) == (2, 0)
    assert "give --vault-passphrase-file FILE" in without.err
