"""Traces of secrets in bytes: as they are, encoded, packed, or hashed.

Text is looked for among letters and digits alone, in one case: so spaces, other
spellings, UTF-16 and quoting hide nothing. Bytes are unpacked first, layer by layer.
Must never import what it searches.
"""

import hashlib
import re
import zlib
from bz2 import BZ2Decompressor
from collections.abc import Iterable, Iterator, Mapping
from lzma import LZMADecompressor, LZMAError
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "HASHES",
    "WINDOW",
    "Hit",
    "Net",
    "Search",
    "compact",
    "digests_of",
    "packed_fixed",
    "text_traces",
]

WINDOW: Final = 12
"""So many letters and digits of a secret, in order, are found."""
HASHES: Final = (
    *("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256"),
    *("blake2b", "blake2s", "blake2b-32"),
)
"""Hash functions whose digests are looked for, by the name in `hashlib`."""

_KEY: Final = 8
_MOST_KEY: Final = (1 << 64) - 1
_SIEVE_BITS: Final = 24
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_END: Final = np.full(8, 255, np.uint8)
_DEPTH: Final = 3
_RUN: Final = 16
_MOST_OUT: Final = 1 << 20
_STEP: Final = 64
_ESCAPED: Final = re.compile(
    rb"=\r?\n|(?:=|%|\\x|\\u00)([0-9A-Fa-f]{2})|&#x([0-9A-Fa-f]{2});"
)
_MAGIC: Final = re.compile(rb"\x1f\x8b\x08|BZh[1-9]1AY|\xfd7zXZ\x00|PK\x03\x04")
_ZIP_HEAD: Final = 30
_GONE: Final = bytes(
    byte for byte in range(256) if not (byte < 128 and chr(byte).isalnum())
)
_LOWER: Final = bytes(range(256)).lower()

_Bytes = NDArray[np.uint8]
_Words = NDArray[np.uint64]


class _Stream(Protocol):
    """What unpacks a stream, piece by piece."""

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes:
        """Return what is in a piece."""
        ...


class _Code(NamedTuple):
    # A text code: value of each byte (255 for none), symbols and bytes of a group.
    values: _Bytes
    symbols: int
    size: int


class Hit(NamedTuple):
    """A trace that was found.

    Attributes:
        where: it was found, e.g. the path of a file.
        how: by which steps the bytes were unpacked.
        what: secret it is of.
    """

    where: str
    how: str
    what: str


def _code(alphabets: Iterable[str], symbols: int, size: int) -> _Code:
    values = np.full(256, 255, np.uint8)
    for alphabet in alphabets:
        for value, char in enumerate(alphabet):
            values[ord(char)] = value
    return _Code(values, symbols, size)


_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS: Final = "0123456789"
_CODES: Final[Mapping[str, _Code]] = {
    "base64": _code(
        [f"{_LETTERS}{_LETTERS.lower()}{_DIGITS}{end}" for end in ("+/", "-_")], 4, 3
    ),
    "base32": _code([f"{text}234567" for text in (_LETTERS, _LETTERS.lower())], 8, 5),
    "hex": _code([f"{_DIGITS}ABCDEF", f"{_DIGITS}abcdef"], 2, 1),
}


class Net:
    """Patterns that are looked for at every place of some bytes, in one pass.

    Args:
        patterns: bytes, at least eight of each -> what they are of.
    """

    def __init__(self, patterns: Mapping[bytes, str]) -> None:
        self._told = list(patterns.values())
        rests = [pattern[_KEY:] for pattern in patterns]
        keys = np.frombuffer(b"".join(p[:_KEY] for p in patterns), "<u8")
        order = np.argsort(keys, kind="stable")
        self._keys: _Words = keys[order]
        self._order = order
        self._rests = rests if any(rests) else []
        self._sieve = np.zeros(1 << _SIEVE_BITS, np.bool_)
        self._sieve[self._places(keys)] = True

    def found(self, data: bytes) -> Iterator[tuple[int, str]]:
        """Give where a pattern stands, and what it is of.

        Args:
            data: any bytes.
        """
        for start in range(min(_KEY, len(data) - _KEY + 1)):
            count = (len(data) - start) // _KEY
            words: _Words = np.frombuffer(data, "<u8", count, start)
            likely = np.flatnonzero(self._sieve[self._places(words)])
            first = np.searchsorted(self._keys, words[likely])
            # What is past the last key is not it either.
            same = self._keys[np.minimum(first, len(self._keys) - 1)] == words[likely]
            for at, index in zip(likely[same], first[same], strict=True):
                yield from self._at(data, int(at) * _KEY + start, int(index))

    def _at(self, data: bytes, place: int, first: int) -> Iterator[tuple[int, str]]:
        key = self._keys[first]
        while first < len(self._keys) and self._keys[first] == key:
            index = int(self._order[first])
            if not self._rests or data.startswith(self._rests[index], place + _KEY):
                yield place, self._told[index]
            first += 1

    @staticmethod
    def _places(words: _Words) -> NDArray[np.int64]:
        mixed: _Words = (words * _MIX) >> np.uint64(64 - _SIEVE_BITS)
        return mixed.astype(np.int64)


class Search:
    """Looks for secrets in bytes, whatever they are packed in.

    Args:
        texts: as `text_traces` gives them; looked for among letters and digits.
        raw: patterns that are looked for as they are, such as digests.
    """

    def __init__(self, texts: Mapping[bytes, str], *raw: Net) -> None:
        self._texts = Net(texts)
        self._raw = raw

    def hits(self, where: str, data: bytes) -> list[Hit]:
        """Return each secret of which there is a trace, once for each way.

        Args:
            where: the bytes are.
            data: the bytes.
        """
        found: dict[Hit, None] = {}
        for how, layer in _layers(data, _DEPTH):
            for _, what in self._texts.found(compact(layer)):
                found[Hit(where, how, what)] = None
            for net in self._raw:
                for _, what in net.found(layer):
                    found[Hit(where, how, what)] = None
        return list(found)


def compact(data: bytes) -> bytes:
    """Return letters and digits alone, in lower case."""
    return data.translate(_LOWER, _GONE)


def text_traces(told: str, *texts: str) -> dict[bytes, str]:
    """Return what shows that texts stand somewhere: parts of them, both ways round.

    Args:
        told: whose they are.
        *texts: each of `WINDOW` letters and digits at least. Of one of digits alone
            nothing less than all of it is a trace: numbers are everywhere.

    Raises:
        ValueError: a text is too short to be known again.
    """
    found: dict[bytes, str] = {}
    for text in texts:
        plain = compact(text.encode())
        if len(plain) < WINDOW:
            raise ValueError(f"{len(plain)} letters are too few")
        width = len(plain) if plain.isdigit() else WINDOW
        for way in (plain, plain[::-1]):
            for start in range(len(way) - width + 1):
                found[way[start : start + width]] = told
    return found


def digests_of(data: bytes) -> Iterator[bytes]:
    """Give the first bytes of each digest: one that was cut short is found as well."""
    for name in HASHES:
        if name == "blake2b-32":
            yield hashlib.blake2b(data, digest_size=32).digest()[:_KEY]
        else:
            yield hashlib.new(name, data, usedforsecurity=False).digest()[:_KEY]


def packed_fixed(text: bytes) -> Iterator[bytes]:
    """Give how deflate's fixed code has parts of a text, at each place of a bit.

    A stream without a header, such as raw deflate has, is found by this alone. A part
    that stood in it before is left out: what is drawn repeats nothing.

    Args:
        text: ASCII.
    """
    # RFC 1951 3.2.6: bytes up to 143 are 8 bits from 00110000, highest bit first; and
    # a byte is filled from its lowest bit.
    bits = "".join(format(0x30 + byte, "08b") for byte in text)
    whole = int(bits[::-1], 2)
    for start in range(len(bits) - 8 * _KEY + 1):
        yield (whole >> start & _MOST_KEY).to_bytes(_KEY, "little")


def _layers(data: bytes, depth: int, how: str = "plain") -> Iterator[tuple[str, bytes]]:
    """Give bytes as they are, and what can be unpacked from them."""
    if len(data) < _KEY:
        return
    yield how, data
    if depth == 0:
        return
    for step, layer in _unpacked(data):
        yield from _layers(layer, depth - 1, f"{how} > {step}")


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    plain, count = _ESCAPED.subn(_unescaped, data)
    if count:
        yield "unescaped", plain
    for name, code in _CODES.items():
        kept = _runs(data, code.values)
        for skip in range(code.symbols) if len(kept) > len(_END) else ():
            yield name, _decoded(kept[skip:], code)
    streams = [out for out in _inflated(data) if len(out) >= _KEY]
    if streams:
        yield "unpacked", b"\0".join(streams)


def _unescaped(match: re.Match[bytes]) -> bytes:
    digits = match[1] or match[2]
    return bytes.fromhex(digits.decode()) if digits else b""


def _runs(data: bytes, values: _Bytes) -> _Bytes:
    """Return the values of long runs of a code's symbols, one apart from the next."""
    read: _Bytes = values[np.frombuffer(data, np.uint8)]
    edges = np.flatnonzero(np.diff(np.concatenate(([True], read == 255, [True]))))
    starts, ends = edges[::2], edges[1::2]
    is_long = ends - starts >= _RUN
    turns = np.zeros(len(read) + 2, np.int8)
    turns[starts[is_long]] += 1
    turns[ends[is_long] + 1] -= 1
    kept = np.cumsum(turns[:-1], dtype=np.int8) > 0
    # Room for the last group, where nothing fills it up.
    return np.append(np.append(read, np.uint8(255))[kept], _END)


def _decoded(values: _Bytes, code: _Code) -> bytes:
    groups = len(values) // code.symbols
    each = values[: groups * code.symbols].reshape(groups, code.symbols)
    bits = 8 * code.size // code.symbols
    # What is no symbol, such as what fills up the last group, is nought.
    each = np.where(each == 255, np.uint8(0), each)
    total: _Words = np.zeros(groups, np.uint64)
    for column in range(code.symbols):
        total = (total << np.uint64(bits)) | each[:, column].astype(np.uint64)
    out = np.empty((groups, code.size), np.uint8)
    for column in range(code.size):
        shift = np.uint64(8 * (code.size - 1 - column))
        out[:, column] = (total >> shift).astype(np.uint8)
    return out.tobytes()


def _inflated(data: bytes) -> Iterator[bytes]:
    """Give what each stream holds that has a header, as far as it can be read."""
    yield _drained(zlib.decompressobj(-15), data, 0)
    for at in _zlib_heads(data):
        yield _drained(zlib.decompressobj(), data, at)
    for match in _MAGIC.finditer(data):
        at = match.start()
        if match[0].startswith(b"PK"):
            name, extra = (
                int.from_bytes(data[at + low : at + low + 2], "little")
                for low in (26, 28)
            )
            at += _ZIP_HEAD + name + extra
            yield _drained(zlib.decompressobj(-15), data, at)
        elif match[0].startswith(b"\x1f"):
            yield _drained(zlib.decompressobj(31), data, at)
        elif match[0].startswith(b"BZh"):
            yield _drained(BZ2Decompressor(), data, at)
        else:
            yield _drained(LZMADecompressor(), data, at)


def _zlib_heads(data: bytes) -> list[int]:
    """Return where a header is as RFC 1950 2.2 has it, without a dictionary."""
    read = np.frombuffer(data, np.uint8)
    method, flags = read[:-1].astype(np.uint16), read[1:].astype(np.uint16)
    is_head = (method & 15) == 8
    is_head &= (method >> 4) <= 7
    is_head &= (method * 256 + flags) % 31 == 0
    is_head &= (flags & 32) == 0
    return [int(at) for at in np.flatnonzero(is_head)]


def _drained(stream: Any, data: bytes, at: int) -> bytes:  # noqa: ANN401 - of zlib
    """Return what comes out of a stream before it ends or breaks."""
    reader: _Stream = stream
    out: list[bytes] = []
    size, step = 0, _STEP
    try:
        while at < len(data) and size < _MOST_OUT:
            got = reader.decompress(data[at : at + step], _MOST_OUT)
            out.append(got)
            size += len(got)
            at += step
            # What is no stream breaks at once: only what goes on is read in earnest.
            step = min(step * 4, 1 << 16)
    except (zlib.error, OSError, EOFError, LZMAError, ValueError):
        pass
    return b"".join(out)
