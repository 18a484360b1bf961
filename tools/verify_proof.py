"""Check that an entry is in a log, with nothing but this file and `cryptography`.

    python verify_proof.py FILE.tlog-proof --vkey VKEY
        [--leaf FILE] [--origin TEXT] [--witness VKEY ...]

Exit 0: the holder of VKEY signed that the log ORIGIN had SIZE entries under ROOT, the
entry printed is number ENTRY of them, and each witness given cosigned: up to its time
it had seen no other history. Not that the entry is true nor, without witnesses, that
everyone was shown the same log. Exit 6: not shown. Exit 2: unusable options or files.

Formats: tlog-proof, tlog-checkpoint, signed-note, tlog-cosignature (Ed25519) of C2SP,
the tree of RFC 6962. Must never import anything of the program that made the proof.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MAX_ENTRY, MAX_NOTE, MAX_FILE = 65_535, 65_536, 163_840  # bytes
MAX_HASHES, MAX_SIGNATURES, MAX_NUMBER = 63, 100, 2**63 - 1
LOG, WITNESS = b"\x01", b"\x04"  # signature types of C2SP signed-note
NUMBER = re.compile("0|[1-9][0-9]{0,18}")
NAME = re.compile(r"[^\s+\x00-\x1f]+")

# Under a key of small order one signature fits many messages. These are the heights y
# of all such points of edwards25519 (RFC 8032 section 5.1), whatever their sign.
P = 2**255 - 19
Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
SMALL_ORDER = {0, 1, P - 1, Y8, P - Y8}


class Refused(Exception):
    """The file does not show what it claims."""


@dataclass(frozen=True)
class Key:
    """A public key, with the name and the four bytes by which a note calls it."""

    name: str
    ident: bytes
    public: bytes

    def check(self, message: bytes, signature: bytes) -> None:
        """Refuse a signature that is not this key's over exactly these bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            raise Refused(f"the signature of {self.name} does not fit") from None


def unbase64(text: str) -> bytes:
    """Return the bytes whose one canonical base64 this is, or raise ValueError."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("a text is not canonical base64")
    return data


def number(text: str) -> int:
    """Return a decimal number without leading zero, below 2^63."""
    if not NUMBER.fullmatch(text) or int(text) > MAX_NUMBER:
        raise Refused("a number is malformed")
    return int(text)


def read_vkey(text: str, kind: bytes) -> Key:
    """Return the key of this kind that the text `NAME+HASH+BASE64` holds."""
    if text.count("+") < 2:
        raise ValueError("a key is NAME+8 hex digits+base64")
    name, ident, encoded = text.split("+", 2)
    data = unbase64(encoded)
    if len(data) != 33 or data[:1] != kind or not NAME.fullmatch(name):
        raise ValueError(f"it is no Ed25519 key of signature type {kind[0]}")
    digest = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    if digest.hex() != ident:
        raise ValueError("its hash does not fit its name and key")
    height = int.from_bytes(data[1:], "little") & (2**255 - 1)
    if height >= P or height in SMALL_ORDER:
        raise ValueError("it is of small order or not canonical")
    return Key(name, digest, data[1:])


def split_note(note: bytes) -> tuple[bytes, list[tuple[str, bytes, bytes]]]:
    """Return the signed bytes and (name, key id, signature) of each line below."""
    if len(note) > MAX_NOTE or re.search(rb"[\x00-\x09\x0b-\x1f]", note):
        raise Refused("the note is too long or holds control characters")
    # The last empty line divides: the text itself may hold empty lines.
    head, blank, tail = note.decode().rpartition("\n\n")
    if not blank or not tail.endswith("\n") or note.startswith(b"\xef\xbb\xbf"):
        raise Refused("the note is not a text with signatures below")
    lines = []
    for line in tail[:-1].split("\n"):
        dash, name, encoded = line.split(" ") if line.count(" ") == 2 else ("", "", "")
        data = unbase64(encoded)
        if dash != "\u2014" or not NAME.fullmatch(name) or len(data) < 5:
            raise Refused("a signature line is malformed")
        lines.append((name, data[:4], data[4:]))
    if len(lines) > MAX_SIGNATURES:
        raise Refused("the note has too many signatures")
    return head.encode() + b"\n", lines


def open_note(note: bytes, keys: list[Key]) -> tuple[str, list[int]]:
    """Return the text that each key signed once, and when those after the first did."""
    text, lines = split_note(note)
    seconds = []
    for key in keys:
        made = [line[2] for line in lines if line[:2] == (key.name, key.ident)]
        if len(made) != 1:
            how = "signed twice" if made else "not signed"
            raise Refused(f"{how} by the key given, {key.name}")
        if key is keys[0]:
            key.check(text, made[0])
            continue
        second = int.from_bytes(made[0][:8], "big")
        key.check(b"cosignature/v1\ntime %d\n%b" % (second, text), made[0][8:])
        seconds.append(number(str(second)))
    return text.decode(), seconds


def root_above(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes:
    """Return the root to which a proof leads, by the steps of RFC 9162 2.1.3.2."""
    if index >= size:
        raise Refused(f"a log of {size} entries has no entry {index}")
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            raise Refused("the proof has too many hashes")
        if fn % 2 or fn == sn:
            r = hashlib.sha256(b"\x01" + p + r).digest()
            while fn and not fn % 2:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = hashlib.sha256(b"\x01" + r + p).digest()
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise Refused("the proof has too few hashes")
    return r


def read_head(head: str) -> tuple[int, list[bytes], bytes]:
    """Return index, hashes and extra data of the lines above the checkpoint."""
    header, *lines = head.split("\n")
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = unbase64(lines.pop(0)[6:])
        if not 0 < len(extra) <= MAX_ENTRY:
            raise Refused("the extra data is empty or too long")
    if header != "c2sp.org/tlog-proof@v1" or not lines or lines[0][:6] != "index ":
        raise Refused("it is no proof file")
    hashes = [unbase64(line) for line in lines[1:]]
    if len(hashes) > MAX_HASHES or any(len(given) != 32 for given in hashes):
        raise Refused("there are too many hashes, or one has not 32 bytes")
    return number(lines[0][6:]), hashes, extra


def check(data: bytes, keys: list[Key], origin: str, leaf: bytes | None) -> str:
    """Return in words what a proof file shows under these keys, the log's first."""
    head, blank, note = data.partition(b"\n\n")
    if len(data) > MAX_FILE or not blank:
        raise Refused("it is no proof file")
    index, hashes, extra = read_head(head.decode("ascii"))
    text, seconds = open_note(note, keys)
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or lines[0] != origin:
        raise Refused(f"what is signed is not the head of the log {origin}")
    size, root = number(lines[1]), unbase64(lines[2])
    entry = extra if leaf is None else leaf
    if leaf is None and not extra:
        raise Refused("the entry is not in the file: give it with --leaf")
    if root_above(index, size, hashlib.sha256(b"\0" + entry).digest(), hashes) != root:
        raise Refused(f"the entry is not number {index} of the log")
    found = f"log      {origin}\nentry    {index}\nsize     {size}\nroot     {lines[2]}"
    found += f"\nsigner   {keys[0].name}"
    for key, second in zip(keys[1:], seconds, strict=True):
        found += f"\ncosigner {key.name} at {instant(second)}"
    return f"{found}\ncontent\n{readable(entry)}"


def instant(second: int) -> str:
    """Return the time as RFC 3339, or bare seconds if no calendar has it."""
    try:
        return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (ValueError, OverflowError, OSError):
        return f"{second} s after 1970"


def readable(entry: bytes) -> str:
    """Return the entry, laid out if it is JSON that loses nothing by it."""
    text = entry.decode("utf-8", "backslashreplace")
    try:
        value = json.loads(text)
        if json.dumps(value, separators=(",", ":"), ensure_ascii=False) == text:
            text = json.dumps(value, indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        pass
    # The bar keeps an entry from looking like a line of this program.
    return "\n".join(f"  | {line}" for line in text.split("\n"))


def say(text: str) -> None:
    """Print, with escapes for what could steer a terminal or what it can't show."""
    coding = sys.stdout.encoding
    kept = (c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)
    shown = "".join(kept).encode(coding, "backslashreplace").decode(coding)
    sys.stdout.write(f"{shown}\n")


def main(arguments: list[str]) -> int:
    """Check what the command line says and return the exit code."""
    parser = argparse.ArgumentParser(description="Check that an entry is in a log.")
    parser.add_argument("file", type=Path, help="the .tlog-proof file")
    parser.add_argument("--vkey", required=True, help="public key of the log")
    parser.add_argument("--leaf", type=Path, help="file with the bytes of the entry")
    parser.add_argument("--origin", help="name of the log, if not that of its key")
    parser.add_argument("--witness", default=[], action="append", metavar="VKEY")
    given = parser.parse_args(arguments)
    try:
        keys = [read_vkey(given.vkey, LOG)]
        keys += [read_vkey(text, WITNESS) for text in given.witness]
    except ValueError as error:
        parser.error(f"a key is malformed: {error}")
    if len({key.public for key in keys}) != len(keys):
        parser.error("a key is given twice")
    try:
        data, leaf = given.file.read_bytes(), given.leaf and given.leaf.read_bytes()
    except OSError as error:
        parser.error(f"a file can't be read: {error.strerror}")
    try:
        found = check(data, keys, given.origin or keys[0].name, leaf)
    except (Refused, ValueError) as error:
        say(f"NOT SHOWN: {error}")
        return 6
    say(f"SHOWN: the entry is in the log\n{found}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
