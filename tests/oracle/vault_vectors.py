"""Writes `docs/vectors/vault/`: containers with fixed keys, and faults of them.

A second writer, from `docs/vault-format.md` alone: shares no code with the product.
"""

import argparse
import base64
import hashlib
import hmac
import json
import unicodedata
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.oracle.vault_reader import MAGIC, canonical, hkdf

__all__ = ["FOLDER", "build", "faulty", "load_index"]

FOLDER = Path(__file__).parents[2] / "docs" / "vectors" / "vault"
SHORT = 64
# With an accent of its own, so that whoever forgets the form NFC has another key.
BY_HEART = "de\u0301ja vu in seven small words"


def fixed(name: str, length: int) -> bytes:
    """Return bytes that look random and depend on a name alone."""
    return hashlib.shake_256(f"ringwall vector {name}".encode()).digest(length)


def block(magic: bytes, value: dict[str, Any]) -> bytes:
    """Return a block of 4096 bytes."""
    text = canonical(value)
    return (magic + len(text).to_bytes(4, "big") + text).ljust(4096, b"\x00")


class Container:
    """One container of the vectors."""

    def __init__(self, name: str, plain: bytes, **words: str) -> None:
        self.name = name
        self.plain = plain
        self.data_key = fixed(f"{name} data key", 32)
        self.kek = fixed(f"{name} kek", 32)
        digits = base64.b32encode(fixed(f"{name} id", 13)).decode().lower()
        said: dict[str, Any] = {
            "v": 1,
            "container": f"box-{digits[:20]}",
            "asset": "weights:aurora-2",
            "file": "model.safetensors",
            "tier": "upper",
            "bytes": len(plain),
            "chunk": 4096,
            "nonce": fixed(f"{name} nonce", 7).hex(),
            "created": "2027-01-15T08:00:00Z",
            "copy_of": "",
            "recipient": "",
        }
        self.header = block(MAGIC, said | words)
        self.digest = hashlib.sha256(self.header).digest()
        self.slots = [bytes(4096), bytes(4096)]
        self.kind = "file"
        self.params: dict[str, Any] = {}
        self.passphrase = ""

    def slot(self, generation: int, key: str) -> bytes:
        """Return a slot."""
        words = {"generation": generation, "key": key, "kind": self.kind}
        context = b"ringwall-vault/1 wrap\x00" + self.digest + canonical(words)
        nonce = fixed(f"{self.name} wrap {generation}", 12)
        wrapped = nonce + AESGCM(self.kek).encrypt(nonce, self.data_key, context)
        said = {**words, "v": 1, "params": self.params}
        said["wrapped"] = base64.b64encode(wrapped).decode()
        key_of_slots = hkdf(self.data_key, b"ringwall-vault/1 slot")
        over = self.digest + canonical(said)
        mac = hmac.new(key_of_slots, over, "sha256").digest()
        return block(b"", {**said, "mac": base64.b64encode(mac).decode()})

    def under(self, passphrase: str) -> "Container":
        """Have the key made of a passphrase, and return itself."""
        salt = fixed(f"{self.name} salt", 16)
        words = {"n": 2**14, "r": 8, "p": 1}
        normal = unicodedata.normalize("NFC", passphrase).encode()
        self.kek = hashlib.scrypt(
            normal, salt=salt, dklen=32, maxmem=2**26, n=2**14, r=8, p=1
        )
        self.kind = "passphrase"
        self.params = words | {"salt": base64.b64encode(salt).decode()}
        self.passphrase = passphrase
        return self

    def having(self, *generations: int) -> "Container":
        """Fill slots and return itself."""
        for generation in generations:
            self.slots[1 - generation % 2] = self.slot(generation, f"key-{generation}")
        return self

    def bytes(self) -> bytes:
        """Return the whole container."""
        said = json.loads(self.header[20:].rstrip(b"\x00"))
        size, prefix = said["chunk"], bytes.fromhex(said["nonce"])
        pieces = [self.plain[i : i + size] for i in range(0, len(self.plain), size)]
        whole = self.header + self.slots[0] + self.slots[1]
        for i, piece in enumerate(pieces or [b""]):
            last = i == max(len(pieces), 1) - 1
            nonce = prefix + i.to_bytes(4, "big") + bytes([last])
            whole += AESGCM(self.data_key).encrypt(nonce, piece, self.digest)
        return whole

    def entry(self) -> dict[str, Any]:
        """Return what the index says of it."""
        newest = max(self.slots, key=lambda slot: b'"generation":2' in slot)
        said = {
            "data_key": self.data_key.hex(),
            "kek": self.kek.hex(),
            "bytes": len(self.plain),
            "sha256": hashlib.sha256(self.plain).hexdigest(),
            "header": self.digest.hex(),
            "slot": hashlib.sha256(newest).hexdigest(),
        }
        if len(self.plain) <= SHORT:
            said["plain"] = self.plain.hex()
        return said | ({"passphrase": self.passphrase} if self.passphrase else {})


def containers() -> list[Container]:
    """Return the containers that are whole."""
    parent = Container("three-chunks", b"").header[20:]
    original = json.loads(parent.rstrip(b"\x00"))["container"]
    copy = {"copy_of": original, "recipient": "site:north"}
    nested = {"asset": "checkpoint:aurora-2.step-7", "file": "1_Pooling/config.json"}
    late = {"created": "2027-01-15T08:00:00.000001Z", "tier": "lower"}
    return [
        Container("empty", b"", file="empty.txt").having(1),
        Container("one-byte", b"\x2a", **late).having(1),
        Container("one-chunk", fixed("one-chunk", 4096), **nested).having(1),
        Container("two-chunks", fixed("two-chunks", 4097), **copy).having(1),
        Container("three-chunks", fixed("three-chunks", 10_000)).having(1),
        Container("rewrapped", b"moved on\n").having(2),
        Container("two-slots", b"cut off\n").having(1, 2),
        Container("passphrase", b"by heart\n").under(BY_HEART).having(1),
    ]


def faults(made: dict[str, bytes]) -> dict[str, dict[str, Any]]:
    """Return what is to be refused, by name."""
    whole = made["three-chunks"]

    def put(start: int, data: bytes) -> dict[str, Any]:
        return {"at": start, "put": data.hex()}

    def word(old: str, new: str, start: int = 0) -> dict[str, Any]:
        assert len(old) == len(new)
        return put(whole.index(old.encode(), start), new.encode())

    def flip(start: int, of: str = "three-chunks") -> dict[str, Any]:
        return put(start, bytes([made[of][start] ^ 1]))

    def take(start: int, source: int, length: int, of: str = "") -> dict[str, Any]:
        edit: dict[str, Any] = {"at": start, "from": source, "length": length}
        return edit | ({"of": of} if of else {})

    ends = len(whole)
    first, second = 12288, 12288 + 4112
    header, chunk = "container-header-malformed", "container-chunk-damaged"
    slot, forged = "container-slot-malformed", "container-slot-forged"
    cut, more = "container-truncated", "container-extended"
    length = int.from_bytes(whole[4096:4100], "big")
    table: list[tuple[str, int, str, str, list[dict[str, Any]]]] = [
        ("magic", 2, header, "three-chunks", [flip(0)]),
        ("version-of-magic", 2, header, "three-chunks", [flip(15)]),
        ("header-length-too-long", 2, header, "three-chunks", [put(16, b"\0\0\x20\0")]),
        ("header-padding", 2, header, "three-chunks", [flip(4095)]),
        ("header-version", 2, header, "three-chunks", [word('"v":1', '"v":2')]),
        ("header-key-unknown", 2, header, "three-chunks", [word("tier", "tear")]),
        ("header-not-canonical", 2, header, "three-chunks", [word(",", " ")]),
        ("chunk-no-power", 2, header, "three-chunks", [word(":4096", ":4095")]),
        ("chunk-too-small", 2, header, "three-chunks", [word(":4096", ":2048")]),
        (
            "file-leads-out",
            2,
            header,
            "three-chunks",
            [word("model.safe", "../../../x")],
        ),
        ("asset-no-asset", 2, header, "three-chunks", [word("weights:", "persons:")]),
        ("nonce-capitals", 2, header, "three-chunks", [nonce_in_capitals(whole)]),
        ("created-no-date", 2, header, "three-chunks", [word("2027-01", "2027-13")]),
        (
            "tier-edited",
            6,
            "key-unwrap-failed",
            "three-chunks",
            [word("upper", "lower")],
        ),
        ("slot-padding", 3, slot, "three-chunks", [flip(8191)]),
        ("slot-empty-padding", 3, slot, "three-chunks", [flip(8192 + 4095)]),
        (
            "slot-length-short",
            3,
            slot,
            "three-chunks",
            [put(4096, (length - 1).to_bytes(4, "big"))],
        ),
        (
            "slot-missing",
            3,
            "container-slot-missing",
            "three-chunks",
            [{"at": 4096, "zeros": 4096}],
        ),
        (
            "slot-in-the-wrong-place",
            3,
            "container-slot-misplaced",
            "three-chunks",
            [take(8192, 4096, 4096), {"at": 4096, "zeros": 4096}],
        ),
        (
            "slot-a-before-slot-b",
            3,
            "container-slot-misplaced",
            "two-slots",
            [take(4096, 8192, 4096), flip(12287, "two-slots")],
        ),
        (
            "slot-of-another",
            6,
            "key-unwrap-failed",
            "three-chunks",
            [take(4096, 4096, 4096, "one-byte")],
        ),
        ("slot-mac", 6, forged, "three-chunks", [mac_edited(whole)]),
        ("old-slot-mac", 6, forged, "two-slots", [mac_edited(made["two-slots"])]),
        (
            "slot-key-renamed",
            6,
            "key-unwrap-failed",
            "three-chunks",
            [word("key-1", "key-9", 4096)],
        ),
        ("cut-in-the-header", 1, cut, "three-chunks", [{"length": 4000}]),
        ("cut-behind-the-slots", 1, cut, "three-chunks", [{"length": 12288}]),
        ("cut-at-a-chunk", 4, cut, "three-chunks", [{"length": second}]),
        ("cut-by-one", 4, cut, "three-chunks", [{"length": ends - 1}]),
        ("longer-by-one", 4, more, "three-chunks", [{"length": ends + 1}]),
        ("longer-by-a-chunk", 4, more, "three-chunks", [{"length": ends + 4112}]),
        ("chunk-bit", 8, chunk, "three-chunks", [flip(first)]),
        ("chunk-tag-bit", 8, chunk, "three-chunks", [flip(second - 1)]),
        ("last-tag-bit", 8, chunk, "three-chunks", [flip(ends - 1)]),
        (
            "chunks-swapped",
            8,
            chunk,
            "three-chunks",
            [take(first, second, 4112), take(second, first, 4112)],
        ),
        ("chunk-twice", 8, chunk, "three-chunks", [take(second, first, 4112)]),
        (
            "chunk-of-another",
            8,
            chunk,
            "three-chunks",
            [take(first, 12288, 4112, "one-chunk")],
        ),
        ("empty-chunk-bit", 7, chunk, "empty", [flip(len(made["empty"]) - 1, "empty")]),
    ]
    return {
        name: {"of": of, "edits": edits, "code": code, "step": step}
        for name, step, code, of, edits in table
    }


def nonce_in_capitals(whole: bytes) -> dict[str, Any]:
    """Return the edit that spells a nonce in capitals."""
    start = whole.index(b'"nonce":"') + 9
    return {"at": start, "put": whole[start : start + 14].upper().hex()}


def mac_edited(whole: bytes) -> dict[str, Any]:
    """Return the edit that makes another mac of that of slot A."""
    start = whole.index(b'"mac":"', 4096) + 7
    other = b"B" if whole[start : start + 1] == b"A" else b"A"
    return {"at": start, "put": other.hex()}


def faulty(fault: dict[str, Any], made: dict[str, bytes]) -> bytes:
    """Return a container with the edits of a fault; each is of the whole one."""
    whole = made[fault["of"]]
    edited = bytearray(whole)
    for edit in fault["edits"]:
        if "put" in edit:
            data = bytes.fromhex(edit["put"])
        elif "zeros" in edit:
            data = bytes(edit["zeros"])
        elif "from" in edit:
            source = made[edit.get("of", fault["of"])]
            data = source[edit["from"] : edit["from"] + edit["length"]]
        else:
            edited = bytearray(whole[: edit["length"]].ljust(edit["length"], b"\x00"))
            continue
        edited[edit["at"] : edit["at"] + len(data)] = data
    return bytes(edited)


def build() -> dict[str, bytes]:
    """Return each file of the folder by its name."""
    whole = containers()
    made = {one.name: one.bytes() for one in whole}
    index = {
        "containers": {one.name: one.entry() for one in whole},
        "faults": faults(made),
    }
    files = {f"{name}.vault": data for name, data in made.items()}
    text = json.dumps(index, indent=1) + "\n"
    return files | {"index.json": text.encode()}


def load_index() -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the index, and the containers by name, as they lie in the folder."""
    index: dict[str, Any] = json.loads((FOLDER / "index.json").read_bytes())
    names = index["containers"]
    return index, {name: (FOLDER / f"{name}.vault").read_bytes() for name in names}


def main() -> None:
    """Write the folder anew."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, data in build().items():
        (FOLDER / name).write_bytes(data)


if __name__ == "__main__":
    main()
