"""`vault init-key`, `vault keys`: keys of each kind, and what they must not leave."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ringwall.vault.keys.keyring import Keyring
from ringwall.vault.keys.unlocking import Secrets
from tests.e2e.running import Ringwall, run_program

WORDS = "a horse that eats no hay at all"
INIT = ("vault", "init-key")
SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
DATA = bytes(range(32))


@pytest.fixture
def keyring(institute: Path) -> Keyring:
    """Return the keyring of the example institute."""
    return Keyring(institute / "keys" / "vault")


def _works(keyring: Keyring, name: str, given: Secrets | None = None) -> bool:
    provider = keyring.provider(name, given)
    return provider.unwrap(provider.wrap(DATA, b"here"), b"here") == DATA


def test_a_key_in_a_file_is_made_and_listed(
    ringwall: Ringwall, keyring: Keyring
) -> None:
    made = ringwall(*INIT, "vault-2027", "--provider", "file")
    (listed,) = ringwall("vault", "keys").json()

    assert made.json()["kind"] == "file"
    assert ".kek" in made.err
    assert (listed["name"], listed["kind"]) == ("vault-2027", "file")
    assert listed["told"] == "opens here"
    assert listed["fault"] == ""
    assert _works(keyring, "vault-2027")


def test_without_keys_the_list_says_so(ringwall: Ringwall) -> None:
    assert ringwall("vault", "keys").json() == []
    people = ringwall.table("vault", "keys")
    assert people.out.startswith("no keys")
    assert "next: ringwall vault init-key NAME --provider KIND" in people.err


def test_a_passphrase_comes_from_a_file_or_its_variable(
    ringwall: Ringwall,
    institute: Path,
    keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (institute / "words").write_text(f"{WORDS}\n")
    (institute / "words").chmod(0o600)
    kind = ("--provider", "passphrase")

    made = ringwall(*INIT, "one", *kind, "--vault-passphrase-file", "words")
    monkeypatch.setenv("RINGWALL_VAULT_PASSPHRASE_FILE", "words")
    again = ringwall(*INIT, "two", *kind)

    assert (made.code, again.code) == (0, 0)
    assert WORDS not in made.out + made.err
    assert ringwall("vault", "keys").json()[0]["told"] == "scrypt n=131072 r=8 p=1"
    assert _works(keyring, "two", Secrets(passphrase=WORDS))


def test_a_passphrase_that_is_made_is_printed_once(
    ringwall: Ringwall, keyring: Keyring
) -> None:
    made = ringwall(*INIT, "one", "--provider", "passphrase", "--generate")
    passphrase = made.json()["passphrase"]

    assert len(passphrase) == 34
    assert "nowhere else" in made.err
    assert _works(keyring, "one", Secrets(passphrase=passphrase))
    kept = b"".join(path.read_bytes() for path in keyring.folder.iterdir())
    assert passphrase.encode() not in kept


def test_a_weak_passphrase_is_refused(ringwall: Ringwall, institute: Path) -> None:
    (institute / "words").write_text("open sesame\n")
    (institute / "words").chmod(0o600)
    words = ("--provider", "passphrase", "--vault-passphrase-file", "words")

    done = ringwall(*INIT, "one", *words)

    assert done.code == 3
    assert "passphrase-weak" in done.err
    assert "sesame" not in done.err


def test_where_nobody_can_be_asked_the_option_is_named() -> None:
    done = run_program(*INIT, "one", "--provider", "passphrase")

    assert done.code == 3  # there is no institute either
    assert "passphrase" not in done.err


def test_a_passphrase_is_not_asked_of_a_pipe(institute: Path) -> None:
    done = run_program(
        *INIT, "one", "--provider", "passphrase", folder=institute, stdin=b"words\n"
    )

    assert done.code == 2
    assert "--vault-passphrase-file" in done.err


def test_shares_are_printed_once_and_any_two_open(
    ringwall: Ringwall, keyring: Keyring
) -> None:
    numbers = ("--threshold", 2, "--shares", 3)

    made = ringwall(*INIT, "custodians", "--provider", "shares", *numbers)
    shares = made.json()["shares"]

    assert len(shares) == 3
    assert "hand each custodian one share" in made.err
    assert _works(keyring, "custodians", Secrets(shares=shares[1:]))
    assert ringwall("vault", "keys").json()[0]["told"] == "2 of 3 custodians"
    kept = b"".join(path.read_bytes() for path in keyring.folder.iterdir())
    assert not [share for share in shares if share.encode() in kept]


def test_a_table_tells_each_share_apart(ringwall: Ringwall) -> None:
    numbers = ("--threshold", 2, "--shares", 3)

    shown = ringwall.table(*INIT, "custodians", "--provider", "shares", *numbers).out

    assert shown.startswith("custodians: 2 of 3 custodians\n")
    assert all(f"share {number} " in shown for number in (1, 2, 3))


def test_shares_go_into_files_for_custodians_and_not_to_the_screen(
    ringwall: Ringwall, keyring: Keyring, tmp_path: Path
) -> None:
    folder = tmp_path / "shares"
    words = ("--threshold", 2, "--shares", 3, "--share-folder", folder)

    made = ringwall(*INIT, "custodians", "--provider", "shares", *words)
    files = [Path(path) for path in made.json()["share_files"]]

    assert [path.name for path in files] == [f"custodians-{n}.share" for n in (1, 2, 3)]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    shares = [path.read_text().strip() for path in files]
    assert not [share for share in shares if share in made.out + made.err]
    assert _works(keyring, "custodians", Secrets(shares=shares[:2]))


def test_shares_are_not_put_into_the_institute_nor_over_anything(
    ringwall: Ringwall, institute: Path, keyring: Keyring, tmp_path: Path
) -> None:
    words = ("--provider", "shares", "--threshold", 2, "--shares", 3, "--share-folder")

    inside = ringwall(*INIT, "one", *words, institute / "keys" / "shares")
    over = ringwall(*INIT, "one", *words, tmp_path)

    assert (inside.code, over.code) == (2, 3)
    assert "outside the institute" in inside.err
    assert "output-unwritable" in over.err
    assert keyring.names() == ()


def test_a_key_that_was_not_made_leaves_no_folder_for_shares(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    folder = tmp_path / "shares"
    words = ("--threshold", 4, "--shares", 3)

    bare = ringwall(*INIT, "one", "--provider", "shares", *words)
    done = ringwall(
        *INIT, "one", "--provider", "shares", *words, "--share-folder", folder
    )

    assert (bare.code, done.code) == (3, 3)
    assert "key-option-refused" in done.err
    assert not folder.exists()


def test_a_recipient_s_public_part_is_carried_over(
    ringwall: Ringwall, institute: Path, tmp_path: Path
) -> None:
    made = ringwall(*INIT, "hub-south", "--provider", "recipient").json()
    there = tmp_path / "there"
    assert ringwall("init", there).code == 0
    words = ("--provider", "recipient", "--public", made["file"], "-C", there)

    taken = ringwall(*INIT, "hub-south", *words)
    listed = ringwall("vault", "keys", "-C", there).json()

    assert taken.json()["fingerprint"] == made["fingerprint"]
    assert "by another way" in taken.err
    assert listed[0]["told"] == "opens at the recipient"
    assert ringwall("vault", "keys").json()[0]["told"] == "opens here"
    assert sorted(path.name for path in (there / "keys" / "vault").iterdir()) == [
        "hub-south.json"
    ]
    wrapped = Keyring(there / "keys" / "vault").provider("hub-south").wrap(DATA, b"")
    ours = Keyring(institute / "keys" / "vault").provider("hub-south")
    assert ours.unwrap(wrapped, b"") == DATA


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("file", "--generate"), "--generate goes with --provider passphrase"),
        (("file", "--threshold", "2"), "--threshold goes with --provider shares"),
        (("shares", "--public", "x"), "--public goes with --provider recipient"),
        (("recipient", "--token", "x"), "--token goes with --provider pkcs11"),
        (("shares", "--threshold", "2"), "--provider shares needs --shares"),
        (("pkcs11", "--token", "x"), "--provider pkcs11 needs --module"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    ringwall: Ringwall, keyring: Keyring, words: tuple[str, ...], told: str
) -> None:
    done = ringwall(*INIT, "one", "--provider", *words)

    assert done.code == 2
    assert told in done.err
    assert keyring.names() == ()


def test_no_key_is_made_twice(ringwall: Ringwall) -> None:
    assert ringwall(*INIT, "one", "--provider", "file").code == 0

    done = ringwall(*INIT, "one", "--provider", "recipient", "--format", "json")

    assert done.code == 3
    assert done.error()["code"] == "key-exists"


def test_a_description_that_was_changed_is_listed_as_a_fault(
    ringwall: Ringwall, keyring: Keyring
) -> None:
    ringwall(*INIT, "one", "--provider", "file")
    ringwall(*INIT, "two", "--provider", "file")
    path = keyring.folder / "one.json"
    described = json.loads(path.read_bytes())
    path.write_text(json.dumps(described))

    listed = ringwall("vault", "keys")

    assert listed.code == 6
    assert [row["fault"] for row in listed.json()] == ["key-description-malformed", ""]


def test_a_key_is_born_in_softhsm(institute: Path, tmp_path: Path) -> None:
    tool = shutil.which("softhsm2-util")
    if tool is None or not SOFTHSM.exists():
        pytest.skip("SoftHSM (package softhsm2) is not installed")
    (tmp_path / "tokens").mkdir()
    conf = tmp_path / "softhsm2.conf"
    conf.write_text(
        f"directories.tokendir = {tmp_path / 'tokens'}\nlog.level = ERROR\n"
    )
    environment = {"SOFTHSM2_CONF": str(conf)}
    label = ["--label", "soft", "--so-pin", "87654321", "--pin", "123456"]
    command = [tool, "--init-token", "--free", *label]
    subprocess.run(
        command, check=True, capture_output=True, env={**os.environ, **environment}
    )
    (tmp_path / "pin").write_text("123456\n")
    (tmp_path / "pin").chmod(0o600)
    words = ("--provider", "pkcs11", "--module", SOFTHSM, "--token", "soft")
    pin = ("--vault-pin-file", tmp_path / "pin")

    def run(*given: object) -> tuple[int, str]:
        done = run_program(*given, folder=institute, environment=environment)
        return done.code, done.out + done.err

    code, told = run(*INIT, "one", *words, *pin)
    assert code == 0
    assert "123456" not in told
    code, told = run(*INIT, "two", *words, "--label", "one", *pin)
    assert code == 3
    assert "hsm-key-exists" in told
    (tmp_path / "pin").write_text("000000\n")
    code, told = run(*INIT, "three", *words, *pin)
    assert code == 6
    assert "key-wrong" in told
    code, told = run("vault", "keys")
    assert [row["told"] for row in json.loads(told)] == ["soft/one"]
