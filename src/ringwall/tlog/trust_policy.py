"""Whom a verifier trusts: logs, witnesses and how many of them it takes.

The rules of C2SP tlog-policy as values; `trust_policy_file` is their text. Must
never let one public key, or one witness by two ways, count twice.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from ringwall.base.errors import IntegrityError
from ringwall.signing.cosigner_keys import CosignerVerifier
from ringwall.signing.keys import VerifierKey
from ringwall.signing.notes import open_note
from ringwall.tlog.checkpoints import Checkpoint, parse_checkpoint
from ringwall.tlog.cosignatures import Cosignature, open_cosignatures

__all__ = [
    "NO_QUORUM",
    "TrustPolicy",
    "TrustPolicyDraft",
    "TrustedLog",
    "TrustedWitness",
    "WitnessGroup",
    "check_quorum",
    "open_trusted",
]

NO_QUORUM = "none"
"""The quorum that asks for no cosignature at all; never the name of a witness."""

# Octets of an item: everything but white space, control characters and 0x7f.
_ITEM = re.compile(rb"[\x21-\x7e\x80-\xff]+")


@dataclass(frozen=True, slots=True)
class TrustedLog:
    """A log whose checkpoints are accepted.

    Attributes:
        verifier: the log's key; its name is the origin of the log.
        url: where the log is, empty if not said.
    """

    verifier: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class TrustedWitness:
    """A witness whose cosignatures are counted.

    Attributes:
        name: what the policy calls it; means nothing outside the policy.
        verifier: the witness's key.
        url: where the witness is, empty if not said.
    """

    name: str
    verifier: CosignerVerifier
    url: str = ""


@dataclass(frozen=True, slots=True)
class WitnessGroup:
    """A group that counts as one witness once enough of its members do.

    Attributes:
        name: what the policy calls it.
        threshold: how many members it takes, 1 up to all.
        members: names of witnesses and of groups defined before.
    """

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrustPolicy:
    """What makes a checkpoint valid: any listed log's signature and the quorum.

    Names are opaque octets; as text they are UTF-8 with `surrogateescape`.

    Args:
        logs: no public key twice; none if the log is known otherwise.
        witnesses: no public key and no name twice.
        groups: in an order in which each names only witnesses and groups before it;
            a name is a member of one group at most.
        quorum: name of a witness or a group, or `NO_QUORUM`.

    Raises:
        ValueError: something is not as said above.
    """

    logs: tuple[TrustedLog, ...]
    witnesses: tuple[TrustedWitness, ...]
    groups: tuple[WitnessGroup, ...]
    quorum: str
    # By key, since two witnesses may give their keys the same name.
    _names: dict[CosignerVerifier, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse what no policy file could say."""
        draft = TrustPolicyDraft()
        for log in self.logs:
            draft.add_log(log)
        for witness in self.witnesses:
            draft.add_witness(witness)
        for group in self.groups:
            draft.add_group(group)
        draft.set_quorum(self.quorum)
        by_key = {witness.verifier: witness.name for witness in self.witnesses}
        object.__setattr__(self, "_names", by_key)

    def is_met(self, cosigners: Collection[str]) -> bool:
        """Return whether these witnesses are enough.

        Args:
            cosigners: names in this policy of the witnesses that cosigned; a name
                that is no witness's, such as a group's, counts for nothing.
        """
        counted = {witness.name for witness in self.witnesses}.intersection(cosigners)
        # Members are defined before their group, so one pass is enough.
        for group in self.groups:
            if len(counted.intersection(group.members)) >= group.threshold:
                counted.add(group.name)
        return self.quorum == NO_QUORUM or self.quorum in counted

    def names_of(self, cosignatures: Iterable[Cosignature]) -> frozenset[str]:
        """Return what the policy calls those that made these, unknown ones left out."""
        return frozenset(
            self._names[line.cosigner]
            for line in cosignatures
            if line.cosigner in self._names
        )


class TrustPolicyDraft:
    """A policy that grows line by line; each is checked with all before it.

    Each method raises ValueError if the line can't stand there.
    """

    def __init__(self) -> None:
        self._logs: list[TrustedLog] = []
        self._witnesses: list[TrustedWitness] = []
        self._groups: list[WitnessGroup] = []
        self._quorum = ""
        # By public key, whatever the names: C2SP tlog-policy, "duplicate".
        self._log_keys: set[bytes] = set()
        self._witness_keys: set[bytes] = set()
        self._names: set[str] = set()
        self._members: set[str] = set()

    def add_log(self, log: TrustedLog) -> None:
        """Add a log that is accepted."""
        _check_item(log.url or "-")
        _add_key(log.verifier, self._log_keys)
        self._logs.append(log)

    def add_witness(self, witness: TrustedWitness) -> None:
        """Add a witness that groups and the quorum may then name."""
        _check_item(witness.url or "-")
        _add_key(witness.verifier, self._witness_keys)
        self._define(witness.name)
        self._witnesses.append(witness)

    def add_group(self, group: WitnessGroup) -> None:
        """Add a group of what has been named before."""
        if not 1 <= group.threshold <= len(group.members):
            raise ValueError(
                f"the group takes {group.threshold} of {len(group.members)} members"
            )
        for member in group.members:
            if member not in self._names:
                raise ValueError(f"the member `{member}` is not defined before")
            if member in self._members:
                raise ValueError(f"`{member}` is a member of a group already")
            self._members.add(member)
        self._define(group.name)
        self._groups.append(group)

    def set_quorum(self, name: str) -> None:
        """Say which witness or group it takes; once."""
        if self._quorum:
            raise ValueError("the quorum has been said before")
        if name != NO_QUORUM and name not in self._names:
            raise ValueError(f"the quorum `{name}` is not defined before")
        self._quorum = name

    def policy(self) -> TrustPolicy:
        """Return the policy; ValueError if nothing has said what the quorum is."""
        if not self._quorum:
            raise ValueError("no line says what the quorum is")
        return TrustPolicy(
            tuple(self._logs),
            tuple(self._witnesses),
            tuple(self._groups),
            self._quorum,
        )

    def _define(self, name: str) -> None:
        _check_item(name)
        if name == NO_QUORUM:
            raise ValueError(f"`{NO_QUORUM}` is the quorum of nobody and not a name")
        if name in self._names:
            raise ValueError(f"`{name}` is defined twice")
        self._names.add(name)


def check_quorum(note: bytes, policy: TrustPolicy) -> tuple[Cosignature, ...]:
    """Check that enough witnesses cosigned, whichever log the checkpoint is of.

    Returns:
        The cosignatures of the policy's witnesses, in the order of the lines.

    Raises:
        IntegrityError: `quorum-not-met`; or as `open_cosignatures`.
    """
    found = open_cosignatures(note, (item.verifier for item in policy.witnesses))
    names = policy.names_of(found)
    if not policy.is_met(names):
        raise IntegrityError(
            "quorum-not-met",
            f"{len(names)} known witnesses cosigned the checkpoint, too few or others "
            "than the quorum takes",
            next_step="ask more witnesses of the policy to cosign it",
        )
    return found


def open_trusted(
    note: bytes, policy: TrustPolicy
) -> tuple[Checkpoint, tuple[Cosignature, ...]]:
    """Return a checkpoint that is valid under the policy, with its cosignatures.

    Raises:
        IntegrityError: `signature-missing`, `signature-invalid`, `note-malformed` or
            `checkpoint-malformed` as `open_checkpoint`; `checkpoint-wrong-origin` if
            no key that signed has the origin as its name; `quorum-not-met`.
    """
    opened = open_note(note, [log.verifier for log in policy.logs])
    checkpoint = parse_checkpoint(opened.text)
    if checkpoint.origin not in opened.signers:
        raise IntegrityError(
            "checkpoint-wrong-origin",
            f"the checkpoint is of the log `{checkpoint.origin}`, signed by the key "
            f"of `{opened.signers[0]}`",
        )
    return checkpoint, check_quorum(note, policy)


def _add_key(key: VerifierKey | CosignerVerifier, keys: set[bytes]) -> None:
    if key.public in keys:
        raise ValueError(f"the public key of `{key.name}` is listed twice")
    keys.add(key.public)


def _check_item(item: str) -> None:
    data = item.encode("utf-8", "surrogateescape")
    # Read back, so that no two texts stand for the same octets.
    if not _ITEM.fullmatch(data) or data.decode("utf-8", "surrogateescape") != item:
        raise ValueError("a name or URL is one item without white space")
