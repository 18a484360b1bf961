"""The keyring: keys by name, made once, and nothing of a secret left in the open."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ringwall.base.clock import FixedClock
from ringwall.base.errors import (
    ConfigurationError,
    IntegrityError,
    RecordUnavailable,
    RequestError,
    RingwallError,
    UnknownItem,
)
from ringwall.vault.keys.keyring import KeyOptions, Keyring
from ringwall.vault.keys.unlocking import Secrets
from tests.unit.vault.keys.fake_token import FakeToken

NOON = 1_795_262_400_000_000
DATA = bytes(range(32))
FAST = KeyOptions(n=2**14, threshold=2, shares=3)
GIVEN = Secrets(passphrase="a horse that eats no hay at all")  # noqa: S106 - no secret


@pytest.fixture
def ring(tmp_path: Path) -> Keyring:
    """Return a keyring without keys, and without a folder."""
    return Keyring(tmp_path / "vault", FixedClock(NOON))


def _code(error: pytest.ExceptionInfo[RingwallError]) -> str:
    return error.value.code


def test_a_keyring_without_a_folder_has_no_keys(ring: Keyring) -> None:
    assert ring.names() == ()


def test_keys_are_listed_and_described(ring: Keyring) -> None:
    ring.make("b", "file")
    made = ring.make("a", "shares", options=FAST)

    assert ring.names() == ("a", "b")
    assert ring.describe("a") == made.description
    assert ring.describe("b").created == NOON
    assert len(made.shares) == 3
    assert made.shares[0] not in repr(made)


def test_what_is_no_key_in_the_folder_is_not_listed(ring: Keyring) -> None:
    ring.make("a", "file")
    for name in ("B.json", "note.txt", ".draft.json", "a.b.json"):
        (ring.folder / name).write_text("")

    assert ring.names() == ("a",)


def test_a_folder_that_is_none_is_told(ring: Keyring) -> None:
    ring.folder.write_text("")

    with pytest.raises(ConfigurationError) as caught:
        ring.names()

    assert _code(caught) == "keyring-unreadable"


def test_files_are_for_their_owner_alone(ring: Keyring) -> None:
    ring.make("a", "file")
    ring.make("b", "recipient")

    modes = {path.name: path.stat().st_mode & 0o777 for path in ring.folder.iterdir()}
    assert modes == dict.fromkeys(["a.json", "a.kek", "b.json", "b.private"], 0o600)
    assert ring.folder.stat().st_mode & 0o777 == 0o700


def test_no_secret_is_in_a_description(ring: Keyring) -> None:
    ring.make("a", "file")
    kek = (ring.folder / "a.kek").read_bytes()
    shares = ring.make("b", "shares", options=FAST).shares
    ring.make("c", "passphrase", GIVEN, FAST)
    ring.make("d", "recipient")
    seed = (ring.folder / "d.private").read_bytes()

    told = b"".join(path.read_bytes() for path in ring.folder.glob("*.json"))
    assert str(GIVEN.passphrase).encode() not in told
    assert not [share for share in shares if share.encode() in told]
    for secret in (kek, seed):
        assert secret not in told
        assert secret.hex().encode() not in told


@pytest.mark.parametrize("name", ["", "A", "../a", "a.json", "a" * 65])
def test_a_key_has_a_plain_name(ring: Keyring, name: str) -> None:
    with pytest.raises(ConfigurationError) as made:
        ring.make(name, "file")
    with pytest.raises(UnknownItem) as described:
        ring.describe(name)

    assert _code(made) == "key-name-malformed"
    assert _code(described) == "unknown-key"
    assert not ring.folder.exists()


def test_an_unknown_key_is_told_with_those_that_there_are(ring: Keyring) -> None:
    with pytest.raises(UnknownItem) as none:
        ring.provider("c")
    ring.make("a", "file")
    ring.make("b", "file")
    with pytest.raises(UnknownItem) as some:
        ring.provider("c")

    assert "there are: none" in none.value.next_step
    assert "`a`, `b`" in some.value.next_step


def test_a_kind_that_there_is_not_is_a_mistake(ring: Keyring) -> None:
    with pytest.raises(ValueError, match="`cloud`"):
        ring.make("a", "cloud")


@pytest.mark.parametrize("suffix", [".json", ".kek", ".private"])
def test_nothing_of_a_key_is_ever_written_over(ring: Keyring, suffix: str) -> None:
    ring.folder.mkdir()
    (ring.folder / f"a{suffix}").symlink_to("nowhere")

    for kind in ("file", "recipient", "shares"):
        with pytest.raises(ConfigurationError) as caught:
            ring.make("a", kind, options=FAST)
        assert _code(caught) == "key-exists"
    assert len(list(ring.folder.iterdir())) == 1


def test_a_folder_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordUnavailable) as caught:
        Keyring(tmp_path / "no" / "vault").make("a", "file")

    assert caught.value.code == "folder-unwritable"


def test_a_key_lacking_its_secret_asks_for_it_only_at_use(ring: Keyring) -> None:
    ring.make("a", "passphrase", GIVEN, FAST)
    ring.make("b", "shares", options=FAST)

    for name in ("a", "b"):
        provider = ring.provider(name)
        with pytest.raises(RequestError, match="the key needs"):
            provider.wrap(DATA, b"")


def test_a_key_file_that_others_may_read_is_not_used(ring: Keyring) -> None:
    ring.make("a", "file")
    (ring.folder / "a.kek").chmod(0o644)

    with pytest.raises(ConfigurationError) as caught:
        ring.provider("a").wrap(DATA, b"")

    assert _code(caught) == "key-file-exposed"


def test_a_key_file_in_place_of_another_is_found(ring: Keyring) -> None:
    ring.make("a", "file")
    ring.make("b", "file")
    (ring.folder / "b.kek").replace(ring.folder / "a.kek")

    with pytest.raises(IntegrityError) as caught:
        ring.provider("a").wrap(DATA, b"")

    assert _code(caught) == "key-wrong"


def test_a_key_file_that_is_gone_is_told(ring: Keyring) -> None:
    ring.make("a", "file")
    (ring.folder / "a.kek").unlink()

    with pytest.raises(ConfigurationError) as caught:
        ring.provider("a").wrap(DATA, b"")

    assert _code(caught) == "key-file-missing"


def _spoilt(data: bytes) -> Iterator[bytes]:
    yield b""
    yield data[:-1]
    yield data.replace(b'"name":"a"', b'"name":"b"')
    yield data.replace(b'"v":1', b'"v":2')
    yield data.replace(b'"n":16384', b'"n":16385')


def test_a_description_that_is_none_is_an_integrity_error(ring: Keyring) -> None:
    ring.make("a", "passphrase", GIVEN, FAST)
    path = ring.folder / "a.json"
    for data in list(_spoilt(path.read_bytes())):
        path.write_bytes(data)
        with pytest.raises(IntegrityError) as caught:
            ring.provider("a", GIVEN)
        assert _code(caught) == "key-description-malformed"


def test_a_description_that_others_may_write_is_not_taken(ring: Keyring) -> None:
    ring.make("a", "file")
    (ring.folder / "a.json").chmod(0o666)

    with pytest.raises(ConfigurationError) as caught:
        ring.describe("a")

    assert _code(caught) == "key-file-exposed"


def test_a_key_in_a_token_is_labelled_by_its_name_if_nothing_else_is_said(
    ring: Keyring, token: FakeToken, module: str
) -> None:
    options = KeyOptions(module=module, token=token.label)
    given = Secrets(pin=token.pin)
    ring.make("a", "pkcs11", given, options)
    ring.make("b", "pkcs11", given, replace(options, label="other"))

    assert [key.label for key in token.keys] == ["a", "other"]
    with pytest.raises(RequestError) as caught:
        ring.provider("a").wrap(DATA, b"")
    assert _code(caught) == "pin-missing"


def test_a_recipient_is_admitted_by_its_public_description(
    ring: Keyring, tmp_path: Path
) -> None:
    theirs = Keyring(tmp_path / "theirs")
    made = theirs.make("hub-south", "recipient").description
    data = (theirs.folder / "hub-south.json").read_bytes()

    assert ring.admit_recipient("hub-south", data) == made
    wrapped = ring.provider("hub-south").wrap(DATA, b"")

    assert theirs.has_private_part("hub-south")
    assert theirs.provider("hub-south").unwrap(wrapped, b"") == DATA
    assert not ring.has_private_part("hub-south")
    with pytest.raises(ConfigurationError) as caught:
        ring.provider("hub-south").unwrap(wrapped, b"")
    assert _code(caught) == "recipient-elsewhere"


def test_a_recipient_is_admitted_once(ring: Keyring, tmp_path: Path) -> None:
    theirs = Keyring(tmp_path / "theirs")
    theirs.make("hub-south", "recipient")
    data = (theirs.folder / "hub-south.json").read_bytes()
    ring.admit_recipient("hub-south", data)

    with pytest.raises(ConfigurationError) as caught:
        ring.admit_recipient("hub-south", data)

    assert _code(caught) == "key-exists"


def test_what_is_no_description_of_a_recipient_is_not_admitted(
    ring: Keyring, tmp_path: Path
) -> None:
    theirs = Keyring(tmp_path / "theirs")
    theirs.make("hub-south", "recipient")
    theirs.make("vault", "file")
    data = (theirs.folder / "hub-south.json").read_bytes()
    edited = json.loads(data)
    edited["check"] = "0" * 64
    forged = json.dumps(edited, sort_keys=True, separators=(",", ":")).encode() + b"\n"

    for name, given in (
        ("hub-north", data),
        ("vault", (theirs.folder / "vault.json").read_bytes()),
        ("hub-south", forged),
        ("hub-south", data + b" "),
        ("hub-south", b""),
    ):
        with pytest.raises(ConfigurationError) as caught:
            ring.admit_recipient(name, given)
        assert _code(caught) == "recipient-malformed"
    assert not ring.folder.exists()
