"""A second reader of containers, written from `docs/vault-format.md` and slow.

Shares no code with `ringwall.vault`: whole files in memory, one step after another in
the order of section 5. `Refused` has the number of the step that failed.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = [
    "Refused",
    "Slot",
    "Structure",
    "may_be_derived",
    "open_under",
    "read_all",
    "structure",
]

MAGIC = bytes.fromhex("72696e6777616c6c2d7661756c740001")
KINDS = (
    "weights|checkpoint|secret|data|eval|code|programme|report|case|interface|dataset"
    "|run|room|record"
)
Rule = Callable[[object], bool]
NAME = r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?"
WORDS = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z"


class Refused(Exception):
    """A container is refused.

    Attributes:
        step: of section 5.
    """

    def __init__(self, step: int, why: str) -> None:
        super().__init__(f"step {step}: {why}")
        self.step = step


@dataclass
class Slot:
    """A filled slot."""

    said: dict[str, Any]
    digest: str

    def bare(self) -> bytes:
        """Return what the mac is over, behind the header's digest."""
        return canonical({k: v for k, v in self.said.items() if k != "mac"})

    def context(self, header_digest: bytes) -> bytes:
        """Return what the wrap is bound to."""
        words = {k: self.said[k] for k in ("generation", "key", "kind")}
        return b"ringwall-vault/1 wrap\x00" + header_digest + canonical(words)


@dataclass
class Structure:
    """What steps 1 to 4 find."""

    data: bytes
    header: dict[str, Any]
    header_digest: bytes
    slots: list[Slot]
    chunks: int


def canonical(value: object) -> bytes:
    """Return the JSON of the restricted form; floats are looked for elsewhere."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def structure(data: bytes) -> Structure:
    """Take steps 1 to 4."""
    need(len(data) >= 12304, 1, "shorter than any container")
    header = parse(data[:4096], MAGIC, HEADER, 2)
    slots = []
    for place in (0, 1):
        block = data[4096 * (place + 1) : 4096 * (place + 2)]
        if block == bytes(4096):
            continue
        said = parse(block, b"", SLOT, 3)
        need(said["generation"] % 2 == 1 - place, 3, "in the wrong place")
        slots.append(Slot(said, hashlib.sha256(block).hexdigest()))
    need(bool(slots), 3, "no slot")
    slots.sort(key=lambda slot: -slot.said["generation"])
    generations = [slot.said["generation"] for slot in slots]
    need(generations[0] - generations[-1] <= 1, 3, "generations apart")
    chunks = max(1, (header["bytes"] + header["chunk"] - 1) // header["chunk"])
    need(len(data) == 12288 + header["bytes"] + 16 * chunks, 4, "another length")
    digest = hashlib.sha256(data[:4096]).digest()
    return Structure(data, header, digest, slots, chunks)


def read_all(data: bytes, unwrap: Callable[[Slot, bytes], bytes]) -> bytes:
    """Return the whole file; `unwrap` gives the data key of a slot and its context."""
    found = structure(data)
    slot = found.slots[0]
    key = unwrap(slot, slot.context(found.header_digest))
    need(len(key) == 32, 6, "no data key")
    slot_key = hkdf(key, b"ringwall-vault/1 slot")
    for one in found.slots:
        mac = hmac.new(slot_key, found.header_digest + one.bare(), "sha256").digest()
        need(mac == base64.b64decode(one.said["mac"]), 6, "the mac does not hold")
    plain = b""
    size = found.header["chunk"]
    for i in range(found.chunks):
        start = 12288 + i * (size + 16)
        end = min(start + size + 16, len(data))
        last = b"\x01" if i == found.chunks - 1 else b"\x00"
        nonce = bytes.fromhex(found.header["nonce"]) + i.to_bytes(4, "big") + last
        try:
            plain += AESGCM(key).decrypt(nonce, data[start:end], found.header_digest)
        except InvalidTag:
            raise Refused(8 if found.header["bytes"] else 7, f"chunk {i}") from None
    return plain


def open_under(kek: bytes) -> Callable[[Slot, bytes], bytes]:
    """Return what unwraps data keys under a key of 32 bytes, section 7."""

    def unwrap(slot: Slot, context: bytes) -> bytes:
        blob = base64.b64decode(slot.said["wrapped"])
        try:
            return AESGCM(kek).decrypt(blob[:12], blob[12:], context)
        except (InvalidTag, ValueError):
            raise Refused(6, "does not unwrap") from None

    return unwrap


def may_be_derived(params: dict[str, Any]) -> bool:
    """Return whether a reader begins with scrypt under these, section 7."""
    rules = {"n": whole(2, 2**20), "p": whole(1, 16), "r": whole(1, 32)}
    rules["salt"] = is_base64(16, 16)
    if params.keys() != rules.keys():
        return False
    if not all(rule(params[key]) for key, rule in rules.items()):
        return False
    n, r, p = (int(params[key]) for key in "nrp")
    is_possible = n.bit_count() == 1 and n < 2 ** (16 * r)
    return is_possible and 128 * n * r <= 2**30 and n * r * p <= 2**24


def hkdf(key: bytes, info: bytes) -> bytes:
    """Return 32 bytes by RFC 5869 with SHA-256 and no salt."""
    extracted = hmac.new(bytes(32), key, "sha256").digest()
    return hmac.new(extracted, info + b"\x01", "sha256").digest()


def parse(
    block: bytes, magic: bytes, rules: dict[str, Rule], step: int
) -> dict[str, Any]:
    """Return the object in a block."""
    need(block[: len(magic)] == magic, step, "magic")
    start = len(magic) + 4
    length = int.from_bytes(block[len(magic) : start], "big")
    need(start + length <= 4096, step, "JSON too long")
    text, rest = block[start : start + length], block[start + length :]
    need(rest == bytes(len(rest)), step, "padding")
    try:
        value = json.loads(text.decode("utf-8"), parse_float=refuse_number)
        need(canonical(value) == text, step, "not canonical")
    except (ValueError, RecursionError) as error:
        raise Refused(step, str(error)) from None
    need(isinstance(value, dict), step, "no object")
    need(value.keys() == rules.keys(), step, "keys")
    for key, rule in rules.items():
        need(rule(value[key]), step, key)
    if "chunk" in rules:
        need(value["bytes"] <= value["chunk"] * 2**32, step, "too many chunks")
    found: dict[str, Any] = value
    return found


def need(holds: object, step: int, why: str) -> None:
    """Refuse unless something holds."""
    if not holds:
        raise Refused(step, why)


def refuse_number(text: str) -> None:
    """Refuse a number with a fraction or an exponent."""
    raise ValueError(f"{text} is no integer")


def text_like(pattern: str, most: int, *, may_be_empty: bool = False) -> Rule:
    """Return the rule of a text."""
    form = re.compile(pattern, re.ASCII)

    def rule(value: object) -> bool:
        if not isinstance(value, str) or len(value) > most:
            return False
        return (may_be_empty and not value) or form.fullmatch(value) is not None

    return rule


def _is_in(value: int, least: int, most: int) -> bool:
    return not isinstance(value, bool) and least <= value <= most


def whole(least: int, most: int) -> Rule:
    """Return the rule of an integer."""
    return lambda value: isinstance(value, int) and _is_in(value, least, most)


def is_instant(value: object) -> bool:
    """Return whether this is an instant in its one spelling."""
    if not isinstance(value, str) or not re.fullmatch(INSTANT, value, re.ASCII):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return int(value[11:13]) < 24 and not value.endswith(".000000Z")


def is_file(value: object) -> bool:
    """Return whether this names a file of an asset."""
    if not isinstance(value, str) or len(value) > 200:
        return False
    segments = value.split("/")
    form = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)
    return all(form.fullmatch(one) and one.strip(".") for one in segments)


def is_base64(least: int, most: int) -> Rule:
    """Return the rule of base64 of so many bytes."""

    def rule(value: object) -> bool:
        if not isinstance(value, str):
            return False
        try:
            data = base64.b64decode(value.encode("ascii"), validate=True)
        except ValueError:
            return False
        is_exact = base64.b64encode(data).decode() == value
        return is_exact and least <= len(data) <= most

    return rule


def are_params(value: object) -> bool:
    """Return whether these are params of a slot."""
    if not isinstance(value, dict) or len(value) > 16:
        return False
    name = text_like(r"[a-z][a-z0-9_-]*", 64)
    number, text = whole(0, 2**53 - 1), text_like(r"(?s:.*)", 1024)
    return all(name(k) and (number(v) or text(v)) for k, v in value.items())


SIZES = {2**n for n in range(12, 25)}
IS_ONE = whole(1, 1)
IS_BOX = text_like("box-[a-z2-7]{20}", 24)
HEADER: dict[str, Rule] = {
    "v": IS_ONE,
    "container": IS_BOX,
    "asset": text_like(f"({KINDS}):{NAME}", 128),
    "file": is_file,
    "tier": text_like(WORDS, 64),
    "bytes": whole(0, 2**53 - 1),
    "chunk": lambda value: (
        type(value) is int and value in {2**n for n in range(12, 25)}
    ),
    "nonce": text_like("[0-9a-f]{14}", 14),
    "created": is_instant,
    "copy_of": text_like("box-[a-z2-7]{20}", 24, may_be_empty=True),
    "recipient": text_like(f"site:{NAME}", 128, may_be_empty=True),
}
SLOT: dict[str, Rule] = {
    "v": IS_ONE,
    "generation": whole(1, 2**53 - 1),
    "key": text_like(NAME, 64),
    "kind": text_like(WORDS, 64),
    "params": are_params,
    "wrapped": is_base64(1, 2048),
    "mac": is_base64(32, 32),
}
