"""Signatures by SSH keys: SSHSIG as `ssh-keygen -Y sign` makes them, Ed25519 only.

The format is OpenSSH's PROTOCOL.sshsig. Must never take a signature made for another
namespace, by another key, or in any but the one spelling of its bytes.
"""

import base64
import hmac
import re
from dataclasses import dataclass
from hashlib import sha256, sha512
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_ssh_private_key
from sshsig import InvalidSignature, check_signature

from ringwall.base.errors import ConfigurationError, IdentityUnproven
from ringwall.signing.base64text import decode_base64, encode_base64
from ringwall.signing.ed25519 import is_sound_point

__all__ = [
    "MAX_ARMORED",
    "NAMESPACE",
    "SignatureInvalid",
    "SshKey",
    "check_ssh_signature",
    "parse_public_key",
    "sign_ssh",
]

NAMESPACE: Final = "ringwall"
"""What all signatures are made for: `ssh-keygen -Y sign -n ringwall`."""
MAX_ARMORED: Final = 4096
"""Most characters of a signature."""

_TYPE: Final = b"ssh-ed25519"
_MAGIC: Final = b"SSHSIG"
_VERSION: Final = b"\x00\x00\x00\x01"
_HASHES: Final = {b"sha256": sha256, b"sha512": sha512}
_BEGIN: Final = "-----BEGIN SSH SIGNATURE-----\n"
_END: Final = "\n-----END SSH SIGNATURE-----"
_WIDTH: Final = 70  # of OpenSSH's lines
_MAX_WIDTH: Final = 76  # of MIME's (RFC 2045 section 6.8), as other programs write
_MAX_LINE: Final = 500
_MAX_PRIVATE: Final = 16 * 1024
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class SshKey:
    """The public half of an Ed25519 SSH key.

    Attributes:
        public: 32 bytes, the encoded point of RFC 8032.
    """

    public: bytes

    @property
    def blob(self) -> bytes:
        """The key in the form of the wire (RFC 8709 section 4)."""
        return _string(_TYPE) + _string(self.public)

    @property
    def fingerprint(self) -> str:
        """`SHA256:...` as `ssh-keygen -l` prints it."""
        digest = base64.b64encode(sha256(self.blob).digest()).decode("ascii")
        return "SHA256:" + digest.rstrip("=")


class SignatureInvalid(IdentityUnproven):
    """A signature does not show that its key was used on these bytes, for us."""


def parse_public_key(line: str) -> SshKey:
    """Return the key of a line as `ssh-keygen` writes into a `.pub` file.

    Args:
        line: type, base64 and, maybe, a comment, without a newline.

    Raises:
        ValueError: it is no Ed25519 public key, or one under which a signature would
            prove nothing.
    """
    if len(line) > _MAX_LINE or not line.isascii() or not line.isprintable():
        raise ValueError("it is not one line of at most 500 ASCII characters")
    kind, _, rest = line.partition(" ")
    if kind != _TYPE.decode():
        raise ValueError("it is not of the type `ssh-ed25519`")
    blob = decode_base64(rest.partition(" ")[0])
    frame = _string(_TYPE) + _KEY_BYTES.to_bytes(4, "big")
    public = blob[len(frame) :]
    if not blob.startswith(frame) or len(public) != _KEY_BYTES:
        raise ValueError("the key in it has not the form of an Ed25519 key")
    if not is_sound_point(public):
        raise ValueError("the key in it is no sound point of the curve")
    return SshKey(public)


def check_ssh_signature(
    message: bytes, armored: str, key: SshKey, *, namespace: str = NAMESPACE
) -> None:
    """Check that a signature over exactly these bytes is this key's.

    Args:
        message: what was signed.
        armored: at most 4096 characters, from BEGIN to END; one newline may follow.
        key: who has to have signed.
        namespace: what it has to have been made for.

    Raises:
        SignatureInvalid: `signature-malformed`, it has another form than an SSHSIG
            of an Ed25519 key; `signature-elsewhere`, it was made for another
            namespace; `signature-foreign`, by another key; `signature-invalid`, it
            is not over this message.
    """
    blob, made_for, algorithm, signature = _opened(_dearmored(armored))
    if not hmac.compare_digest(made_for, namespace.encode()):
        raise _refused(
            "signature-elsewhere", "the signature was made for another namespace"
        )
    if not hmac.compare_digest(blob, key.blob):
        raise _refused("signature-foreign", "the signature is by another key")
    # The library gets our own printing of what was read: it skips what it can't place.
    spelled = _armored(blob, algorithm, signature, namespace)
    try:
        check_signature(message, spelled, namespace)
    except InvalidSignature:
        raise _refused(
            "signature-invalid", "the signature is not over these bytes"
        ) from None


def sign_ssh(
    message: bytes,
    private_key: bytes,
    passphrase: bytes | None = None,
    *,
    namespace: str = NAMESPACE,
) -> str:
    """Return the armored SSHSIG that `ssh-keygen -Y sign -n ringwall` would print.

    The library `sshsig` only checks: the frame is put together here.

    Args:
        message: what to sign.
        private_key: an OpenSSH private key file, Ed25519.
        passphrase: of the file, None if it has none.
        namespace: what the signature is made for.

    Raises:
        ConfigurationError: `ssh-key-unusable`; no part of the file is shown.
    """
    if len(private_key) > _MAX_PRIVATE:
        raise _unusable("the file is too large for a private key")
    try:
        key = load_ssh_private_key(private_key, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # INVARIANT: no `from`: the cause may carry secret text.
        raise _unusable(
            "the file is no OpenSSH private key, or the passphrase is not its own"
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _unusable("the private key is not of the type `ssh-ed25519`")
    public = SshKey(key.public_key().public_bytes_raw())
    signature = key.sign(_signed(message, b"sha512", namespace))
    return _armored(public.blob, b"sha512", signature, namespace)


def _signed(message: bytes, algorithm: bytes, namespace: str) -> bytes:
    """Return what the key signs (PROTOCOL.sshsig, section 3)."""
    digest = _HASHES[algorithm](message).digest()
    parts = (namespace.encode(), b"", algorithm, digest)
    return _MAGIC + b"".join(map(_string, parts))


def _armored(blob: bytes, algorithm: bytes, signature: bytes, namespace: str) -> str:
    """Return the text of a signature (PROTOCOL.sshsig, sections 1 and 2)."""
    inner = _string(_TYPE) + _string(signature)
    parts = (blob, namespace.encode(), b"", algorithm, inner)
    data = _MAGIC + _VERSION + b"".join(map(_string, parts))
    text = encode_base64(data)
    lines = (text[at : at + _WIDTH] for at in range(0, len(text), _WIDTH))
    return _BEGIN + "\n".join(lines) + _END + "\n"


def _dearmored(text: str) -> bytes:
    if len(text) > MAX_ARMORED:
        raise _malformed(f"it has more than {MAX_ARMORED} characters")
    body = text.removesuffix("\n")
    if not body.startswith(_BEGIN) or not body.endswith(_END):
        raise _malformed("it does not run from BEGIN SSH SIGNATURE to END")
    lines = body[len(_BEGIN) : -len(_END)].split("\n")
    widths = {len(line) for line in lines[:-1]} or {_WIDTH}
    if len(widths) > 1 or not len(lines[-1]) <= max(widths) <= _MAX_WIDTH:
        raise _malformed("its lines are not of one length of at most 76")
    try:
        return decode_base64("".join(lines))
    except ValueError:
        raise _malformed("it is not canonical base64") from None


_FRAME: Final = re.compile(
    rb"SSHSIG\x00\x00\x00\x01"
    rb"\x00\x00\x00\x33(?P<blob>\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20.{32})"
    rb"\x00\x00\x00(?P<length>[\x01-\x40])(?P<rest>.*)",
    re.DOTALL,
)
_REST: Final = re.compile(
    # A reserved string that is empty, the hash, and the signature in its own frame.
    rb"\x00\x00\x00\x00\x00\x00\x00\x06(?P<hash>sha256|sha512)"
    rb"\x00\x00\x00\x53\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x40(?P<signature>.{64})",
    re.DOTALL,
)


def _opened(data: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Return key blob, namespace, hash and signature of a whole SSHSIG."""
    frame = _FRAME.fullmatch(data)
    if frame is None:
        raise _malformed("it is not the signature of an Ed25519 key")
    length, rest = frame["length"][0], frame["rest"]
    parts = _REST.fullmatch(rest[length:])
    if parts is None:
        raise _malformed("its parts are not those of an Ed25519 signature")
    return frame["blob"], rest[:length], parts["hash"], parts["signature"]


def _string(data: bytes) -> bytes:
    """Return a string of the SSH wire format (RFC 4251 section 5)."""
    return len(data).to_bytes(4, "big") + data


def _malformed(what: str) -> SignatureInvalid:
    return _refused("signature-malformed", f"the signature is malformed: {what}")


def _refused(code: str, message: str) -> SignatureInvalid:
    return SignatureInvalid(
        code,
        message,
        next_step="sign the text as it was given with `ssh-keygen -Y sign "
        f"-n {NAMESPACE} -f KEY`, with the Ed25519 key that is on record",
    )


def _unusable(what: str) -> ConfigurationError:
    return ConfigurationError(
        "ssh-key-unusable",
        f"the SSH key can't be used: {what}",
        next_step="make one with `ssh-keygen -t ed25519`",
    )
