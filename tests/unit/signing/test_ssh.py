"""SSH signatures: those of `ssh-keygen` are taken, ours by it, and nothing else."""

import base64
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.errors import ConfigurationError, IdentityUnproven
from ringwall.signing.ssh import (
    MAX_ARMORED,
    NAMESPACE,
    SignatureInvalid,
    SshKey,
    check_ssh_signature,
    parse_public_key,
    sign_ssh,
)

KEYGEN = shutil.which("ssh-keygen")
needs_keygen = pytest.mark.skipif(KEYGEN is None, reason="ssh-keygen is not installed")
MESSAGE = b'{"what":"session"}'
PRIVATE = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)


def private_file(key: Ed25519PrivateKey, passphrase: bytes | None = None) -> bytes:
    locked = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, locked)


def public_line(key: Ed25519PrivateKey) -> str:
    data = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return data.decode() + " a comment"


KEY = parse_public_key(public_line(PRIVATE))
SIGNATURE = sign_ssh(MESSAGE, private_file(PRIVATE))


def keygen(*words: str, message: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    assert KEYGEN is not None
    return subprocess.run(
        [KEYGEN, *words], input=message, capture_output=True, check=False
    )


def signed_by_keygen(folder: Path, *options: str, namespace: str = "ringwall") -> str:
    """Return what `ssh-keygen -Y sign` prints for MESSAGE with the key PRIVATE."""
    file = folder / "key"
    file.write_bytes(private_file(PRIVATE))
    file.chmod(0o600)
    words = ("-Y", "sign", "-n", namespace, "-f", str(file), *options)
    done = keygen(*words, message=MESSAGE)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


def refusal(armored: str, message: bytes = MESSAGE, key: SshKey = KEY) -> str:
    with pytest.raises(SignatureInvalid) as caught:
        check_ssh_signature(message, armored, key)
    assert caught.value.exit_code == IdentityUnproven.exit_code == 5
    assert "ssh-keygen -Y sign -n ringwall" in caught.value.next_step
    return caught.value.code


def dearmored(armored: str) -> bytes:
    return base64.b64decode("".join(armored.strip().split("\n")[1:-1]))


def armored(data: bytes, width: int = 70) -> str:
    text = base64.b64encode(data).decode()
    lines = [text[at : at + width] for at in range(0, len(text), width)]
    begin, end = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
    return "\n".join([begin, *lines, end, ""])


def test_the_signature_is_that_of_its_key_over_its_message() -> None:
    check_ssh_signature(MESSAGE, SIGNATURE, KEY)
    check_ssh_signature(MESSAGE, SIGNATURE.removesuffix("\n"), KEY)


@needs_keygen
@pytest.mark.parametrize("hashed", ["sha256", "sha512"])
def test_signatures_of_ssh_keygen_are_taken(tmp_path: Path, hashed: str) -> None:
    signature = signed_by_keygen(tmp_path, "-O", f"hashalg={hashed}")

    check_ssh_signature(MESSAGE, signature, KEY)

    assert hashed.encode() in dearmored(signature)


@needs_keygen
def test_our_signature_is_the_one_of_ssh_keygen_to_the_byte(tmp_path: Path) -> None:
    assert signed_by_keygen(tmp_path) == SIGNATURE


@needs_keygen
def test_ssh_keygen_takes_our_signature(tmp_path: Path) -> None:
    allowed, file = tmp_path / "allowed", tmp_path / "signature"
    allowed.write_text(f"ada {public_line(PRIVATE)}\n")
    file.write_text(SIGNATURE)
    words = ("-Y", "verify", "-n", "ringwall", "-f", str(allowed), "-I", "ada")

    good = keygen(*words, "-s", str(file), message=MESSAGE)
    bad = keygen(*words, "-s", str(file), message=MESSAGE + b".")

    assert good.returncode == 0, good.stderr
    assert bad.returncode != 0


@needs_keygen
def test_a_signature_for_another_namespace_is_refused(tmp_path: Path) -> None:
    signature = signed_by_keygen(tmp_path, namespace="git")

    assert refusal(signature) == "signature-elsewhere"


@needs_keygen
def test_an_rsa_signature_of_ssh_keygen_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "rsa"
    made = keygen("-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", str(file))
    assert made.returncode == 0, made.stderr
    words = ("-Y", "sign", "-n", "ringwall", "-f", str(file))
    signature = keygen(*words, message=MESSAGE).stdout.decode()

    assert refusal(signature) == "signature-malformed"
    with pytest.raises(ValueError, match="type `ssh-ed25519`"):
        parse_public_key((tmp_path / "rsa.pub").read_text().strip())


@needs_keygen
def test_the_fingerprint_is_that_of_ssh_keygen(tmp_path: Path) -> None:
    file = tmp_path / "key.pub"
    file.write_text(public_line(PRIVATE) + "\n")

    assert keygen("-l", "-f", str(file)).stdout.decode().split()[1] == KEY.fingerprint


def test_a_signature_over_another_message_is_refused() -> None:
    assert refusal(SIGNATURE, MESSAGE + b" ") == "signature-invalid"


def test_a_signature_by_another_key_is_refused() -> None:
    signature = sign_ssh(MESSAGE, private_file(OTHER))

    assert refusal(signature) == "signature-foreign"


def test_a_signature_that_names_our_key_but_is_by_another_is_refused() -> None:
    other = parse_public_key(public_line(OTHER))
    data = dearmored(sign_ssh(MESSAGE, private_file(OTHER)))

    assert refusal(armored(data.replace(other.blob, KEY.blob))) == "signature-invalid"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:0],
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: "x\n" + text,
        lambda text: text + "trailing",
        lambda text: text + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("SSH SIGNATURE", "PGP SIGNATURE"),
        lambda text: text.replace("\n-----END", "\n\n-----END"),
        lambda text: text.replace("U1NI", "U1N\nI", 1),
        lambda text: text.replace("U1NI", "U1N ", 1),
        lambda text: text.replace("U1NI", "U1Né", 1),
        lambda text: text[: MAX_ARMORED + 1] + "A" * MAX_ARMORED,
        lambda text: armored(dearmored(text), 77),
        lambda text: armored(dearmored(text)[:-1]),
        lambda text: armored(dearmored(text) + b"\x00"),
        lambda text: armored(dearmored(text)[:60]),
        lambda text: armored(text[:0].encode()),
        lambda text: armored(dearmored(text).replace(b"\x00\x01", b"\x00\x02", 1)),
        lambda text: armored(dearmored(text).replace(b"sha512", b"sha384")),
        lambda text: armored(dearmored(text).replace(b"sha512", b"SHA512")),
        lambda text: armored(dearmored(text).replace(b"ed25519", b"ed25518")),
    ],
)
def test_a_signature_in_any_other_form_is_refused(change: Callable[[str], str]) -> None:
    assert refusal(change(SIGNATURE)) == "signature-malformed"


@pytest.mark.parametrize("width", [64, 76])
def test_lines_may_be_as_long_as_other_programs_make_them(width: int) -> None:
    check_ssh_signature(MESSAGE, armored(dearmored(SIGNATURE), width), KEY)


def test_lines_are_never_as_long_as_they_like() -> None:
    assert refusal(armored(dearmored(SIGNATURE), 4000)) == "signature-malformed"


@given(st.integers(0, 8 * len(dearmored(SIGNATURE)) - 1))
def test_no_bit_of_a_signature_can_be_flipped(place: int) -> None:
    data = bytearray(dearmored(SIGNATURE))
    data[place // 8] ^= 1 << place % 8

    assert refusal(armored(bytes(data))) in {
        "signature-malformed",
        "signature-elsewhere",
        "signature-foreign",
        "signature-invalid",
    }


@given(st.binary(max_size=300))
def test_a_message_of_any_bytes_can_be_signed(message: bytes) -> None:
    check_ssh_signature(message, sign_ssh(message, private_file(PRIVATE)), KEY)


def test_a_private_key_may_have_a_passphrase() -> None:
    locked = private_file(PRIVATE, b"correct horse")

    assert sign_ssh(MESSAGE, locked, b"correct horse") == SIGNATURE


RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
    Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()
)


@pytest.mark.parametrize(
    ("file", "passphrase"),
    [
        (b"", None),
        (b"not a key", None),
        (b"x" * 20_000, None),
        (private_file(PRIVATE)[:-60], None),
        (private_file(PRIVATE, b"correct horse"), None),
        (private_file(PRIVATE, b"correct horse"), b"wrong"),
        (private_file(PRIVATE), b"needless"),
        (RSA, None),
    ],
)
def test_a_file_that_is_no_ed25519_private_key_is_refused(
    file: bytes, passphrase: bytes | None
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        sign_ssh(MESSAGE, file, passphrase)

    assert caught.value.code == "ssh-key-unusable"
    assert caught.value.__cause__ is None


BODY = public_line(PRIVATE).split()[1]


def line_of(public: bytes) -> str:
    return "ssh-ed25519 " + base64.b64encode(SshKey(public).blob).decode()


def test_a_key_line_needs_no_comment() -> None:
    assert parse_public_key(f"ssh-ed25519 {BODY}") == KEY
    assert KEY.public == PRIVATE.public_key().public_bytes_raw()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "type `ssh-ed25519`"),
        ("ssh-ed25519", "form of an Ed25519 key"),
        (f"ssh-ed25519  {BODY}", "form of an Ed25519 key"),
        (f" ssh-ed25519 {BODY}", "type `ssh-ed25519`"),
        (f"ssh-ed25519 {BODY}\n", "one line"),
        (f"ssh-ed25519 {BODY} caf\u00e9", "one line"),
        (f"ssh-ed25519 {BODY} {'x' * 500}", "one line"),
        (f"ssh-ed25519 {BODY[:-2]}", "Incorrect padding|base64|form"),
        (f"ssh-ed25519 {BODY}====", "base64|padding|data"),
        (f"sk-ssh-ed25519@openssh.com {BODY}", "type `ssh-ed25519`"),
        (line_of(b"\x01" * 31), "form of an Ed25519 key"),
        (line_of(b"\x01" + b"\x00" * 31), "no sound point"),
        (line_of(b"\x00" * 32), "no sound point"),
    ],
)
def test_a_line_that_is_no_sound_ed25519_key_is_refused(line: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_public_key(line)


def test_a_signature_for_another_purpose_is_checked_for_that_one_alone() -> None:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    public = SshKey(key.public_key().public_bytes_raw())
    signature = sign_ssh(b"x", private, namespace="ringwall-handover")
    check_ssh_signature(b"x", signature, public, namespace="ringwall-handover")
    for namespace in (NAMESPACE, "ringwall-handove", "ringwall-handover2"):
        with pytest.raises(SignatureInvalid) as caught:
            check_ssh_signature(b"x", signature, public, namespace=namespace)
        assert caught.value.code == "signature-elsewhere"
