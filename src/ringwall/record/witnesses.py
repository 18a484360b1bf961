"""The log's side of its witnesses: whom it asks, what it sends, what it takes back.

Must never store a cosignature that does not verify, nor ask for fewer witnesses than
was decided on record.
"""

from collections.abc import Callable
from typing import Final

from ringwall.base.clock import Clock
from ringwall.base.errors import (
    ConfigurationError,
    IntegrityError,
    UnknownItem,
)
from ringwall.ledger.asking.witnessing import (
    Witnessing,
    next_checkpoint,
    read_witnessing,
    witnessing_of,
)
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.publication.published import published_at, republish
from ringwall.ledger.tree import tree_of
from ringwall.model.events import (
    Event,
    witness_added,
    witness_quorum,
    witness_removed,
)
from ringwall.record.settling import record_settled
from ringwall.signing.cosigner_keys import CosignerVerifier, parse_cosigner_vkey
from ringwall.signing.notes import SignatureLine, parse_signature_lines
from ringwall.tlog.cosignatures import add_signatures, open_cosignatures
from ringwall.tlog.proofs import consistency_proof
from ringwall.tlog.witness_request import WitnessRequest, format_request

__all__ = ["LONGEST_LAG", "WitnessDesk"]

LONGEST_LAG: Final = 365 * 24 * 3600
"""Most seconds that a quorum may leave its witnesses."""

_MOST: Final = 32  # as many as C2SP tlog-policy asks every verifier to handle


class WitnessDesk:
    """Keeps the witnesses of a log.

    Args:
        ledger: opened for writing; for reading it can still be asked.
        clock: gives the instant of the events.
    """

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def read(self) -> Witnessing:
        """Return who is asked and what they have seen.

        Raises:
            IntegrityError: what is stored is not what was recorded.
        """
        return witnessing_of(self._ledger.store, self._ledger.keys)

    def add(self, name: str, vkey: str) -> int:
        """Ask a witness from now on; return the index of the event.

        Args:
            name: what the log calls it, at most 64 characters.
            vkey: its public key, C2SP type 0x04.

        Raises:
            ConfigurationError: `key-malformed` or `key-wrong-type`; `witness-taken`,
                the name or the key is asked already; `witness-is-the-log`;
                `witness-name`; `witnesses-too-many`.
        """
        key = parse_cosigner_vkey(vkey)
        if not name.isprintable() or not 0 < len(name) <= 64 or name != name.strip():
            raise ConfigurationError(
                "witness-name",
                "a witness has a printable name of 1 to 64 characters, no space at "
                "its ends",
                next_step="give it another, such as `city`",
            )

        def event(known: Witnessing) -> Event:
            _check_free(name, key, known)
            if key.public == self._ledger.verifier.public:
                raise ConfigurationError(
                    "witness-is-the-log",
                    "the log can't watch itself",
                    next_step="make a key with `ringwall audit witness new-key`",
                )
            if len(known.witnesses) >= _MOST:
                raise ConfigurationError(
                    "witnesses-too-many",
                    f"there are {_MOST} witnesses already",
                    next_step="remove one with `ringwall audit witness remove`",
                )
            return witness_added(self._clock.now(), name, vkey)

        return self._decided(event)

    def remove(self, name: str) -> int:
        """Ask a witness no longer; return the index of the event.

        Raises:
            UnknownItem: `unknown-witness`.
            ConfigurationError: `quorum-unreachable`, the others would be too few.
        """

        def event(known: Witnessing) -> Event:
            if name not in known.witnesses:
                raise _unknown(name, known)
            if known.need >= len(known.witnesses):
                raise _unreachable(known.need, len(known.witnesses) - 1)
            return witness_removed(self._clock.now(), name)

        return self._decided(event)

    def lay_down(self, need: int, seconds: int, *, mandatory: bool) -> int:
        """Say how many witnesses it takes; return the index of the event.

        Args:
            need: how many, 0 for none.
            seconds: after so long without them there is an alarm, at most a year.
            mandatory: whether nothing is permitted from then on.

        Raises:
            ConfigurationError: `quorum-unreachable`, there are not so many;
                `quorum-invalid`, a number is out of bounds.
        """
        if need < 0 or not 1 <= seconds <= LONGEST_LAG or (mandatory and not need):
            raise ConfigurationError(
                "quorum-invalid",
                f"a quorum takes 0 witnesses or more within 1 to {LONGEST_LAG} "
                "seconds, and one that is mandatory at least 1",
                next_step="e.g. `ringwall audit witness quorum 2 --within 3600`",
            )

        def event(known: Witnessing) -> Event:
            if need > len(known.witnesses):
                raise _unreachable(need, len(known.witnesses))
            return witness_quorum(self._clock.now(), need, seconds, mandatory=mandatory)

        return self._decided(event)

    def request(self, name: str, *, closing: bool = False) -> bytes:
        """Return what a witness is to be sent: C2SP tlog-witness `add-checkpoint`.

        It is about the newest checkpoint or, where the log has changed its key since
        the witness cosigned, about the one that closes that key's epoch: both keys
        have signed it, so it can be handed on from one to the other.

        Args:
            name: of the witness.
            closing: send that one even if the witness has cosigned it already.

        Raises:
            UnknownItem: `unknown-witness`; or `checkpoint-unknown`, none has been
                published yet.
            IntegrityError: what is stored is not what was recorded.
        """
        with self._ledger.store.reading() as connection:
            known = read_witnessing(connection, self._ledger.origin)
            if name not in known.witnesses:
                raise _unknown(name, known)
            old = known.seen[name].size if name in known.seen else 0
            newest = next_checkpoint(connection, old, closing=closing)
            if newest is None:
                raise UnknownItem(
                    "checkpoint-unknown",
                    "the log has published no checkpoint yet",
                    next_step="publish one with `ringwall audit checkpoint --now`",
                )
            reader = tree_of(connection, newest.size)
            proof = consistency_proof(old, newest.size, reader) if old else ()
        return format_request(WitnessRequest(old, proof, newest.note))

    def take(self, size: int, lines: bytes) -> tuple[str, ...]:
        """Join a witness's answer to the checkpoint that it was about.

        Args:
            size: of the checkpoint that was sent.
            lines: the answer: one signature line or more.

        Returns:
            The names of the witnesses whose cosignatures the checkpoint now has.

        Raises:
            UnknownItem: `checkpoint-unknown`, none of that size was published.
            IntegrityError: `note-malformed` or `signature-invalid`;
                `cosigner-unknown`, no line is by a witness on record.
            RecordUnavailable: the ledger can't be written.
        """
        written = {line.ref for line in _lines(lines)}
        with self._ledger.store.writing() as connection:
            known = read_witnessing(connection, self._ledger.origin)
            published = published_at(connection, size)
            if published is None:
                raise UnknownItem(
                    "checkpoint-unknown",
                    f"no checkpoint of {size} entries has been published",
                    next_step="give the size that the request was about",
                )
            names = {key.public: name for name, key in known.witnesses.items()}
            if not written & {(k.name, k.key_id) for k in known.witnesses.values()}:
                raise IntegrityError(
                    "cosigner-unknown",
                    "no line is by a witness on record",
                    next_step="see `ringwall audit witness ls`",
                )
            keys = list(known.witnesses.values())
            note = add_signatures(published.note, lines, keys)
            republish(connection, size, note)
            found = open_cosignatures(note, keys)
        return tuple(names[line.cosigner.public] for line in found)

    def _decided(self, event: Callable[[Witnessing], Event]) -> int:
        [receipt] = record_settled(self._ledger, lambda _: [event(self.read())])
        return receipt.index


def _lines(answer: bytes) -> tuple[SignatureLine, ...]:
    """Return the lines of an answer, none of them verified."""
    try:
        return parse_signature_lines(answer)
    except IntegrityError as error:
        error.next_step = (
            "give what the witness answered as it came: signature lines alone, such "
            "as `ringwall audit cosign` writes"
        )
        raise


def _check_free(name: str, key: CosignerVerifier, known: Witnessing) -> None:
    """Refuse a name and a key that are on record, and say which of them is."""
    holders = [
        held for held, own in known.witnesses.items() if own.public == key.public
    ]
    taken = []
    if name in known.witnesses:
        taken.append(f"there is a witness `{name}` already")
    if holders:
        taken.append(f"the key is that of `{holders[0]}`")
    if taken:
        raise ConfigurationError(
            "witness-taken",
            "; ".join(taken),
            next_step="see `ringwall audit witness ls`; remove the other one first to "
            "replace it",
        )


def _unknown(name: str, known: Witnessing) -> UnknownItem:
    names = ", ".join(known.witnesses) or "none"
    return UnknownItem(
        "unknown-witness",
        f"`{name[:64]}` is not a witness on record",
        next_step=f"on record: {names}",
    )


def _unreachable(need: int, there: int) -> ConfigurationError:
    return ConfigurationError(
        "quorum-unreachable",
        f"of the witnesses the quorum takes {need}, and there would be {there}",
        next_step="add witnesses, or lay down a lower quorum first",
    )
