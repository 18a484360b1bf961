"""Every bit of every stored byte, one at a time: found, or nothing is said otherwise.

Of the ledger file, of an exported folder of tiles, of a proof. Must never take for
unchanged what has not been read again.
"""

import multiprocessing
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ringwall.base.errors import RingwallError
from ringwall.ledger.verification.checking import Options
from tests.fault.campaign.logs import Log, content_of, dump, rich_log
from tests.fault.campaign.outsider import (
    checked_proof,
    exported,
    proof_of,
    read_folder,
    standalone,
)
from tests.fault.campaign.tally import MISMATCH, Work

__all__ = ["flip_bits", "flip_each", "kept_reader", "read_outcome"]

FILE = "a bit of `ledger.db`"
_Wrong = list[tuple[int, str]]
_SPAN = 32768
# Of bits that change nothing, one in so many is also shown to the whole verifier.
_CONFIRMED = 64
# The header says by these two bytes that there is a write-ahead log beside the file.
_JOURNAL = range(18 * 8, 20 * 8)


@dataclass(frozen=True)
class _Share:
    """What one process flips.

    Attributes:
        source: the log.
        folder: for its own copy.
        bits: which.
    """

    source: Path
    folder: Path
    bits: range


class _Flipper:
    """Flips bits of its own copy of a log, each back again."""

    def __init__(self, share: _Share) -> None:
        share.folder.mkdir(exist_ok=True)
        self._log = Log(share.source).copy(share.folder)
        self._bytes = self._log.path.read_bytes()
        self._memory = bytearray(self._bytes)
        # A database in memory has no write-ahead log, so it must not say so.
        self._memory[18] = self._memory[19] = 1
        self._content = content_of(self._log.path)
        self._handle = os.open(self._log.path, os.O_RDWR)
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        self._is_used = False
        assert content_of(bytes(self._memory)) == self._content

    def close(self) -> None:
        os.close(self._handle)
        self._connection.close()

    def outcome(self, bit: int) -> str:
        """Return what becomes of one bit; in brackets what must not.

        Whether SQLite still reads the very same is asked first, but next to a byte
        that counts: there the verifier will find it anyhow.
        """
        if not self._is_used and bit not in _JOURNAL and self._reads_same(bit):
            same = "same content"
            return self._verified(bit) if bit % _CONFIRMED == 0 else same
        found = self._verified(bit)
        self._is_used = found != "same content"
        return found

    def _reads_same(self, bit: int) -> bool:
        self._memory[bit >> 3] ^= 1 << (bit & 7)
        try:
            self._connection.deserialize(bytes(self._memory))
            return dump(self._connection) == self._content
        except (sqlite3.Error, UnicodeDecodeError, MemoryError):
            return False
        finally:
            self._memory[bit >> 3] ^= 1 << (bit & 7)

    def _verified(self, bit: int) -> str:
        place, old = bit >> 3, self._bytes[bit >> 3]
        os.pwrite(self._handle, bytes([old ^ 1 << (bit & 7)]), place)
        try:
            report = self._log.verify()
            if not report.is_sound:
                return "found"
            return "same content" if self._says_same() else "(not found)"
        except RingwallError as error:
            return f"refused: {error.code}"
        except Exception as error:  # noqa: BLE001 - whatever it is, a verifier must not
            return f"({type(error).__name__}: {error})"
        finally:
            os.pwrite(self._handle, bytes([old]), place)

    def _says_same(self) -> bool:
        try:
            return content_of(self._log.path) == self._content
        except sqlite3.Error:
            return False


def flip_bits(work: Work) -> None:
    """Flip bits of a ledger, of its export and of a proof from it."""
    log = rich_log(work.folder())
    flip_file(work, log)
    # What has been pruned can't be exported, so the outsiders get another one.
    log = rich_log(work.folder(), is_pruned=False)
    folder = exported(log, work.folder() / "tiles")
    for name, data in sorted(folder.items()):

        def read(changed: bytes, name: str = name) -> object:
            return read_folder({**folder, name: changed})

        kind = name.partition("/")[0]
        fault = f"a bit of the export: {'a tile' if kind == 'tile' else kind}"
        fault = fault.replace("a tile", "a bundle" if "entries" in name else "a tile")
        flip_each(work, fault, data, read)
    proof = proof_of(log, 40)
    flip_each(work, "a bit of a `.tlog-proof`", proof, checked_proof)
    fault = "a bit of a `.tlog-proof`, by `tools/verify_proof.py`"
    flip_each(work, fault, proof, standalone)
    flip_each(work, "a bit of a stored checkpoint", log.newest(), kept_reader(log))


def flip_file(work: Work, log: Log) -> None:
    """Flip the bits of the ledger file itself, on as many cores as there are."""
    total = log.path.stat().st_size * 8
    shares = [
        _Share(
            log.path,
            work.place / f"bits-{number % work.cores}",
            range(start, min(start + _SPAN, total), work.step),
        )
        for number, start in enumerate(range(0, total, _SPAN))
    ]
    for done, (counts, wrong) in enumerate(_flipped(work, shares), 1):
        for outcome, count in counts.items():
            work.tally.add(FILE, outcome, count)
        for bit, found in wrong:
            how = f"byte {bit >> 3} bit {bit & 7} {found}"
            work.tally.mismatch(FILE, how)
        work.tell(FILE, done * _SPAN, len(shares) * _SPAN)


def _flipped(
    work: Work, shares: Sequence[_Share]
) -> Iterator[tuple[Counter[str], _Wrong]]:
    if work.cores == 1:
        yield from map(_flip, shares)
        return
    with multiprocessing.get_context("fork").Pool(work.cores) as pool:
        yield from pool.imap_unordered(_flip_apart, shares)


def _flip_apart(share: _Share) -> tuple[Counter[str], _Wrong]:
    """Flip in a folder of the process's own, since spans are given out as they come."""
    folder = share.folder.with_name(f"bits-{os.getpid()}")
    return _flip(_Share(share.source, folder, share.bits))


def _flip(share: _Share) -> tuple[Counter[str], _Wrong]:
    counts: Counter[str] = Counter()
    wrong: _Wrong = []
    with closing(_Flipper(share)) as flipper:
        for bit in share.bits:
            outcome = flipper.outcome(bit)
            if outcome.startswith("("):
                wrong.append((bit, outcome))
            else:
                counts[outcome] += 1
    return counts, wrong


def flip_each(
    work: Work, fault: str, data: bytes, read: Callable[[bytes], Any]
) -> None:
    """Flip the bits of some bytes; whoever reads them must refuse or say the same.

    Args:
        work: whose step it goes by.
        fault: what it is called in the report.
        data: the good bytes.
        read: returns what they say or raises a RingwallError.
    """
    good = read(data)
    total = len(data) * 8
    for bit in range(0, total, work.step):
        changed = bytearray(data)
        changed[bit >> 3] ^= 1 << (bit & 7)
        outcome = read_outcome(read, bytes(changed), good)
        wrong = "" if outcome != MISMATCH else f"bit {bit} of {total}"
        work.tally.judge(fault, outcome, wrong)
    work.tell(fault, total, total)


def read_outcome(read: Callable[[bytes], Any], data: bytes, good: object) -> str:
    """Return what becomes of changed bytes: refused, the same content, or wrong."""
    try:
        said = read(data)
    except RingwallError as error:
        return f"refused: {error.code}"
    return "same content" if said == good else MISMATCH


def kept_reader(log: Log) -> Callable[[bytes], Any]:
    """Return what holds a checkpoint that somebody kept against a log."""

    def read(note: bytes) -> object:
        report = log.verify(Options(kept=note))
        if not report.is_sound:
            raise RingwallError(report.findings[0].code, "found")
        return report.root

    return read
