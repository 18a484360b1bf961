"""A witness of one log, as a state machine: what it has seen decides what it signs.

The checks of C2SP tlog-witness without the HTTP around them. Must never cosign a
checkpoint that does not continue the largest one cosigned before.
"""

import hmac
from dataclasses import dataclass, replace

from ringwall.base.canonical import dump_canonical, load_canonical
from ringwall.base.errors import ConfigurationError, IntegrityError
from ringwall.signing.cosigner_keys import CosigningKey
from ringwall.signing.keys import VerifierKey, format_vkey, parse_vkey
from ringwall.tlog.checkpoints import (
    Checkpoint,
    format_checkpoint,
    open_checkpoint,
    parse_checkpoint,
)
from ringwall.tlog.cosignatures import cosign
from ringwall.tlog.hashing import EMPTY_ROOT
from ringwall.tlog.proofs import check_consistency
from ringwall.tlog.witness_request import WitnessRequest

__all__ = [
    "Witness",
    "WitnessRefusal",
    "WitnessState",
    "format_state",
    "parse_state",
]

_MICROSECONDS = 1_000_000
_MAX_ORIGIN = 4096  # bytes; well within what `load_canonical` reads back
_FIELDS = {"origin", "root", "size", "vkey"}


@dataclass(frozen=True, slots=True)
class WitnessState:
    """What a witness remembers of a log: the largest checkpoint it cosigned.

    Args:
        origin: name of the log, at most 4096 bytes of UTF-8.
        vkey: text of the log's key that the checkpoint was verified with.
        size: leaves of the checkpoint.
        root: 32-byte root of the checkpoint.

    Raises:
        ValueError: origin, size or root are none that a checkpoint could have.
        ConfigurationError: `key-malformed` or `key-wrong-type`, the vkey.
    """

    origin: str
    vkey: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        """Refuse what could not have been cosigned."""
        Checkpoint(self.origin, self.size, self.root)
        if len(self.origin.encode("utf-8")) > _MAX_ORIGIN:
            raise ValueError(f"an origin to witness has at most {_MAX_ORIGIN} bytes")
        parse_vkey(self.vkey)

    def under(self, verifier: VerifierKey) -> "WitnessState":
        """Return the state with another key of the log to verify it with from now on.

        Not a thing for a witness to do unasked: someone has to have seen that the log
        announced the key in an entry within this very state (see `epochs`).
        """
        return replace(self, vkey=format_vkey(verifier))


class WitnessRefusal(IntegrityError):
    """The witness does not cosign what it was asked to.

    Args:
        code: stable kebab-case name.
        message: one line for a person.
        status: the HTTP status that C2SP tlog-witness has for it.
        known_size: size of the latest checkpoint cosigned, where the answer has to
            tell it, so that the log can ask again from there; else -1.
    """

    def __init__(
        self, code: str, message: str, *, status: int, known_size: int = -1
    ) -> None:
        super().__init__(code, message)
        self.status = status
        self.known_size = known_size


@dataclass(frozen=True, slots=True)
class Witness:
    """Who cosigns for one log.

    Args:
        origin: name of the log.
        verifier: the key that the log's checkpoints are verified with.
        key: the witness's own key.

    Raises:
        ConfigurationError: `witness-is-the-log`, the two keys are one.
    """

    origin: str
    verifier: VerifierKey
    key: CosigningKey

    def __post_init__(self) -> None:
        """Refuse a witness that adds nothing to what the log says itself."""
        if self.key.verifier().public == self.verifier.public:
            raise ConfigurationError(
                "witness-is-the-log",
                f"the witness `{self.key.name}` has the key of the log it would watch",
                next_step="make the witness a key of its own, kept elsewhere",
            )

    def consider(
        self, state: WitnessState | None, request: WitnessRequest, at: int
    ) -> tuple[WitnessState, bytes]:
        """Return the state that follows and the line that cosigns the checkpoint.

        The caller must make the new state durable before it hands out the line, and
        let no other request be considered between reading the old state and that:
        else two requests may each be answered with what the other has overtaken.
        A state that has been lost must not be replaced by None under the same key;
        whoever cosigned once and forgets can be shown another history.

        Args:
            state: what was kept last for this log; None if it was never cosigned.
            request: what the log sends.
            at: the present instant; the line states it in whole seconds.

        Raises:
            WitnessRefusal: 404 `witness-origin-unknown`; 403 `signature-missing`
                or `signature-invalid`; 400 `note-malformed`, `checkpoint-malformed`
                or `witness-old-size-beyond`; 409 `witness-size-differs`, which
                tells the known size, or `log-forked`; 422 `proof-invalid`.
            IntegrityError: `witness-state-differs`, the state is of another log or
                another key of it.
            ValueError: the instant is before the epoch.
        """
        self._check_state(state)
        checkpoint = self._open(request)
        known = self._known(state)
        _check_size(request.old_size, known, checkpoint)
        _check_growth(request.proof, known, checkpoint)
        line = cosign(format_checkpoint(checkpoint), self.key, at // _MICROSECONDS)
        vkey = format_vkey(self.verifier)
        return WitnessState(self.origin, vkey, checkpoint.size, checkpoint.root), line

    def _check_state(self, state: WitnessState | None) -> None:
        kept = (self.origin, format_vkey(self.verifier))
        if state is not None and (state.origin, state.vkey) != kept:
            raise IntegrityError(
                "witness-state-differs",
                f"the state is of the log `{state.origin}` under the key "
                f"`{state.vkey}`, not of `{kept[0]}` under `{kept[1]}`",
                next_step="after a change of key that the log announced, take over "
                "the state; else find out whose state it is",
            )

    def _open(self, request: WitnessRequest) -> Checkpoint:
        if request.claimed_origin != self.origin:
            raise WitnessRefusal(
                "witness-origin-unknown",
                # Not with the origin it claims: anyone may have written that.
                f"the checkpoint is not of the log `{self.origin}`",
                status=404,
            )
        try:
            return open_checkpoint(request.note, self.verifier, self.origin)
        except IntegrityError as error:
            unsigned = error.code in {"signature-invalid", "signature-missing"}
            raise WitnessRefusal(
                error.code, error.message, status=403 if unsigned else 400
            ) from error

    def _known(self, state: WitnessState | None) -> Checkpoint:
        """Return the largest checkpoint cosigned; before the first, the empty tree."""
        if state is None:
            return Checkpoint(self.origin, 0, EMPTY_ROOT)
        return Checkpoint(state.origin, state.size, state.root)


def format_state(state: WitnessState) -> bytes:
    """Return the state as a line of canonical JSON, its newline included.

    The size is text: 2^63 - 1 is no integer that JSON carries safely.
    """
    root = format_checkpoint(Checkpoint(state.origin, state.size, state.root))
    fields = {
        "origin": state.origin,
        "root": root.split("\n")[2],
        "size": str(state.size),
        "vkey": state.vkey,
    }
    return dump_canonical(fields) + b"\n"


def parse_state(data: bytes) -> WitnessState:
    """Return the state that exactly these bytes are.

    Raises:
        IntegrityError: `state-malformed`, any deviation from what `format_state`
            would write.
    """
    try:
        fields = load_canonical(data.removesuffix(b"\n"))
    except ValueError as error:
        raise _malformed(str(error)) from error
    texts = [value for value in fields.values() if isinstance(value, str)]
    if fields.keys() != _FIELDS or len(texts) != len(_FIELDS):
        raise _malformed("the state is not origin, root, size and vkey as text")
    try:
        head = parse_checkpoint(
            f"{fields['origin']}\n{fields['size']}\n{fields['root']}\n"
        )
        state = WitnessState(head.origin, fields["vkey"], head.size, head.root)
    except (IntegrityError, ConfigurationError, ValueError) as error:
        raise _malformed(str(error)) from error
    if format_state(state) != data:
        raise _malformed("the state does not end in one newline")
    return state


def _check_size(old_size: int, known: Checkpoint, checkpoint: Checkpoint) -> None:
    if old_size > checkpoint.size:
        raise WitnessRefusal(
            "witness-old-size-beyond",
            f"the old size {old_size} is above that of the checkpoint, "
            f"{checkpoint.size}",
            status=400,
        )
    if old_size != known.size:
        raise WitnessRefusal(
            "witness-size-differs",
            f"the proof starts at {old_size} entries, the latest checkpoint cosigned "
            f"has {known.size}",
            status=409,
            known_size=known.size,
        )


def _check_growth(
    proof: tuple[bytes, ...], known: Checkpoint, checkpoint: Checkpoint
) -> None:
    same = hmac.compare_digest(known.root, checkpoint.root)
    if known.size == checkpoint.size and not same:
        raise WitnessRefusal(
            "log-forked",
            f"the log has signed two trees of {known.size} entries",
            status=409,
        )
    try:
        _check_proof(proof, known, checkpoint)
    except IntegrityError as error:
        raise WitnessRefusal(error.code, error.message, status=422) from error


def _check_proof(
    proof: tuple[bytes, ...], known: Checkpoint, checkpoint: Checkpoint
) -> None:
    # Every tree begins with the empty one: there is nothing to prove.
    if not known.size:
        if proof:
            raise IntegrityError("proof-invalid", "a proof from size 0 is empty")
        return
    check_consistency(known.size, checkpoint.size, known.root, checkpoint.root, proof)


def _malformed(message: str) -> IntegrityError:
    return IntegrityError("state-malformed", message)
