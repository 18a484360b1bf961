"""The keys of a log over time: each signs the checkpoints of its own sizes alone.

Keys that are replaced and erased protect what was signed before. Must never accept a
checkpoint under a key that was not in force at its size, older or newer.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from ringwall.base.errors import ConfigurationError, IntegrityError
from ringwall.signing.keys import VerifierKey, format_vkey, parse_vkey
from ringwall.signing.notes import keyring, verified_lines
from ringwall.tlog.checkpoints import MAX_TREE_SIZE, Checkpoint, open_checkpoint

__all__ = ["Epoch", "Epochs"]


@dataclass(frozen=True, slots=True)
class Epoch:
    """The sizes of a log at which one key signs.

    Attributes:
        start: the key signs sizes above this; the first also size 0 itself.
        end: the last size it signs, None for the epoch that is still open.
        verifier: the key.
    """

    start: int
    end: int | None
    verifier: VerifierKey


class Epochs:
    """Which key of a log was in force at which size.

    The rules for whoever verifies:

    1. The first key is known from outside. Each later one is announced by an entry of
       the log, and every key, whoever held it, is used once and never again.
    2. The entry at index `i` that announces a key closes the epoch before it: the old
       key signs the tree of `i + 1` entries, which holds the announcement, as its last
       checkpoint (`check_seals`); the new key signs every larger tree. So there are no
       gaps, no overlaps and no epoch without a seal.
    3. A checkpoint counts only under the key in force at its size (`open_at`). Whoever
       steals the key of today can't sign yesterday's sizes again, which is how
       CVE-2023-31439 rewrote sealed journals; whoever finds an erased key can't go on.
    4. An unsealed epoch, or a checkpoint without a signature, is a fault, never a pass.
    5. Whoever holds a later key from outside trusts from that epoch on
       (`trusted_from`): checkpoints of earlier sizes say nothing to them by their
       signatures, only as beginnings of a tree that a trusted checkpoint has.

    Args:
        first: the key the log began with.
        rotations: index of the entry that announces a key and the text of the key, in
            the order of the log. That the entries are in the log and say so is for
            the caller to have verified.

    Raises:
        IntegrityError: `epochs-malformed`, an index is not above the one before it, a
            vkey is not sound or not of a log, or a key comes again.
    """

    __slots__ = ("_ends", "_epochs", "_ring")

    def __init__(
        self, first: VerifierKey, rotations: Iterable[tuple[int, str]] = ()
    ) -> None:
        ends: list[int] = []
        keys = [first]
        for index, vkey in rotations:
            if not 0 <= index < MAX_TREE_SIZE:
                raise _malformed(f"there is no entry {index} to announce a key")
            if ends and index < ends[-1]:
                raise _malformed(f"the key of entry {index} comes after a later one")
            ends.append(index + 1)
            keys.append(_announced(index, vkey))
        _check_unlike(keys)
        bounds = zip([0, *ends], [*ends, None], keys, strict=True)
        self._ends = ends
        self._epochs = tuple(Epoch(*bound) for bound in bounds)
        self._ring = keyring(keys)

    @property
    def epochs(self) -> tuple[Epoch, ...]:
        """The epochs in their order; the last one is open."""
        return self._epochs

    def epoch_at(self, size: int) -> Epoch:
        """Return the epoch in which checkpoints of this size are signed.

        Raises:
            ValueError: no tree has this size.
        """
        if not 0 <= size <= MAX_TREE_SIZE:
            raise ValueError("a tree size is below 2^63 and not negative")
        return self._epochs[bisect_left(self._ends, size)]

    def key_at(self, size: int) -> VerifierKey:
        """Return the key that signs checkpoints of this size.

        Raises:
            ValueError: no tree has this size.
        """
        return self.epoch_at(size).verifier

    def open_at(self, note: bytes, origin: str) -> Checkpoint:
        """Return the checkpoint if the key in force at its size has signed it.

        Lines of other keys are ignored, save that no line of any key of the log may
        be wrong.

        Raises:
            IntegrityError: `key-not-in-force`, only keys of other epochs signed it;
                `signature-missing`, no key of the log did; else as `open_checkpoint`.
        """
        refs = [line.ref for line in verified_lines(note, self._ring)]
        if not refs:
            raise IntegrityError(
                "signature-missing", "no key of the log signed the checkpoint"
            )
        checkpoint = open_checkpoint(note, self._ring[refs[0]], origin)
        key = self.key_at(checkpoint.size)
        if (key.name, key.key_id) not in refs:
            signer = self.trusted_from(self._ring[refs[0]])
            raise IntegrityError(
                "key-not-in-force",
                f"the checkpoint of {checkpoint.size} entries is signed by key "
                f"{signer + 1} of the log, not by the one in force at that size",
                next_step="keep the checkpoint and ask the log where it came from",
            )
        return checkpoint

    def check_seals(
        self, notes: Iterable[bytes], origin: str
    ) -> tuple[Checkpoint, ...]:
        """Return the last checkpoint of each closed epoch, signed by its own key.

        Args:
            notes: checkpoints of the log, those that close epochs among them; the
                others are opened as well.
            origin: name of the log.

        Raises:
            IntegrityError: `epoch-unsealed`, one of them is not there;
                `log-forked`, two of one size differ; or as `open_at`.
        """
        found: dict[int, Checkpoint] = {}
        for note in notes:
            seal = self.open_at(note, origin)
            if found.setdefault(seal.size, seal) != seal:
                raise IntegrityError(
                    "log-forked", f"the log has signed two trees of {seal.size} entries"
                )
        missing = [end for end in self._ends if end not in found]
        if missing:
            raise IntegrityError(
                "epoch-unsealed",
                f"no checkpoint of {missing[0]} entries closes the epoch of its key",
                next_step="ask the log for the checkpoints at which it changed keys",
            )
        return tuple(found[end] for end in self._ends)

    def trusted_from(self, verifier: VerifierKey) -> int:
        """Return the position of the key that an outsider holds: 0 for the first.

        Raises:
            IntegrityError: `key-unknown`, the log never announced such a key.
        """
        for position, epoch in enumerate(self._epochs):
            if epoch.verifier == verifier:
                return position
        raise IntegrityError(
            "key-unknown",
            f"the key `{format_vkey(verifier)}` is none that the log has had",
            next_step="compare it with the key that the institute publishes",
        )


def _announced(index: int, vkey: str) -> VerifierKey:
    try:
        return parse_vkey(vkey)
    except ConfigurationError as error:
        raise _malformed(f"the key of entry {index}: {error.message}") from error


def _check_unlike(keys: list[VerifierKey]) -> None:
    # By name and id as well: whoever announces keys could find two that share them, and
    # then a line would not say which of the two it is of.
    publics = {key.public for key in keys}
    refs = {(key.name, key.key_id) for key in keys}
    if len(publics) != len(keys) or len(refs) != len(keys):
        raise _malformed("a key of the log comes again")


def _malformed(message: str) -> IntegrityError:
    return IntegrityError("epochs-malformed", message)
