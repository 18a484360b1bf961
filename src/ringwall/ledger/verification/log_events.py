"""What a log says of itself: its keys, its witnesses, what it may have forgotten.

Gathered from entries alone while they are walked through. Must never be filled from
a table.
"""

import re
from collections.abc import Iterable
from typing import Final

from ringwall.base.clock import parse_instant
from ringwall.base.errors import ConfigurationError, IntegrityError
from ringwall.ledger.event_keys import MATTERS
from ringwall.ledger.projections import project
from ringwall.ledger.publication.recorded_place import RecordedPlace, told_by
from ringwall.ledger.verification.findings import MAX_FINDINGS, Findings
from ringwall.ledger.verification.leaf_walk import LeafRow
from ringwall.model.events import Event, load_event
from ringwall.signing.cosigner_keys import CosignerVerifier, parse_cosigner_vkey
from ringwall.signing.keys import VerifierKey, parse_vkey
from ringwall.tlog.checkpoints import MAX_TREE_SIZE
from ringwall.tlog.epochs import Epochs

__all__ = ["LogEvents"]

_OWN: Final = re.compile(
    rb'"kind":"(?:institute\.(?:created|grown)|key\.rotated|log\.pruned|'
    rb'witness\.(?:added|removed|quorum)|anchor\.(?:begun|ended))"'
)
# The keys of canonical JSON are sorted, and of all kinds only a decision has this one.
# Whoever holds the key of the log could hide a kind of `_OWN` behind it: then a key
# stays unknown, a witness uncounted, a gap uncovered; nothing is believed for it.
_DECISION: Final = b'{"action":'
_CLOCKS_DIFFER: Final = 5 * 60 * 1_000_000
_CREATED: Final = "institute.created"
# What an institute is for good; only a tier may be added to it.
_FOR_GOOD: Final = ("name", "origin", "vkey")


class LogEvents:
    """Takes in the entries of a log in their order.

    Attributes:
        rotations: index and key of each rotation.
        witnesses: public keys of all witnesses there ever were.
        in_force: name -> key of the witnesses now.
        need: how many witnesses the quorum takes.
        mandatory: whether the log must not go on without them.
        seconds: how long they may take.
        laid_down: when this was laid down, as the event says it.
        anchor: what is on record of the second place, None if nothing.
        dated_back: of each matter that is dated well before what came before it.
        pruned_before: index before which an event says that entries lost their bytes.
        signed: size up to which the head is signed; what follows excuses nothing,
            since whoever can write the file can write it.
    """

    def __init__(self) -> None:
        self._created: Event | None = None
        self._before = 0
        self._others: list[tuple[int, str]] = []
        self.rotations: list[tuple[int, str]] = []
        self.witnesses: dict[bytes, CosignerVerifier] = {}
        self.in_force: dict[str, CosignerVerifier] = {}
        self.need = 0
        self.mandatory = False
        self.seconds = 0
        self.laid_down = ""
        self.anchor: RecordedPlace | None = None
        self.dated_back: list[int] = []
        self.pruned_before = 0
        self.signed = MAX_TREE_SIZE

    def skim(self, entries: Iterable[LeafRow], findings: Findings) -> None:
        """Take in what matters among entries that nobody else reads."""
        others = [row for row in entries if not row[2].startswith(_DECISION)]
        for index, _, data in others:
            if _OWN.search(data):
                try:
                    event = load_event(data)
                    project(index, event)
                except ValueError as error:
                    message = f"entry {index} is not an event: {error}"
                    findings.add_entry("entry-unreadable", index, message)
                else:
                    self.take(index, event)

    def take(self, index: int, event: Event) -> None:
        """Take in an event that has been read and projected without fault."""
        self._look_at_instant(index, event)
        match event["kind"]:
            case "institute.created" | "institute.grown":
                self._take_institute(index, event)
            case "key.rotated":
                self.rotations.append((index, event["vkey"]))
            case "log.pruned" if index < self.signed:
                # None says of itself, or of what comes later, that it may be gone.
                self.pruned_before = max(
                    self.pruned_before, min(event["before"], index)
                )
            case "witness.quorum":
                self.need, self.mandatory = event["need"], event["mandatory"]
                self.seconds, self.laid_down = event["seconds"], event["at"]
            case "witness.added":
                self._add_witness(event["name"], event["vkey"])
            case "witness.removed":
                self.in_force.pop(event["name"], None)
            case "anchor.begun" | "anchor.ended":
                self.anchor = told_by(index, event)
            case _:
                pass

    def _look_at_instant(self, index: int, event: Event) -> None:
        """Note a matter dated more than five minutes before what came before it."""
        try:
            at = parse_instant(event["at"])
        except ValueError:
            return  # whatever reads it has to judge that
        back = at < self._before - _CLOCKS_DIFFER
        if back and event["kind"] in MATTERS and len(self.dated_back) < MAX_FINDINGS:
            self.dated_back.append(index)
        self._before = at

    def judge_institute(self, findings: Findings) -> None:
        """Tell of each event that makes the institute another one."""
        for index, message in self._others:
            findings.at_entry(index)
            findings.hold("institute-changed", f"entry {index}", message)

    def uncovered(self, pruned: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return the stretches of pruned entries that no event covers."""
        before = self.pruned_before
        return [(max(one, before), end) for one, end in pruned if end > before]

    def epochs(self, verifier: VerifierKey, findings: Findings) -> Epochs:
        """Return the keys of the log over time, as far as the given one vouches.

        Args:
            verifier: the key that the checker trusts.
            findings: takes in `epochs-malformed`, or `wrong-key` if the log never
                had that key.
        """
        # Without a rotation there is one key, and the checker has it.
        if not self.rotations:
            return Epochs(verifier)
        try:
            first = "" if self._created is None else self._created["vkey"]
            epochs = Epochs(parse_vkey(first), self.rotations)
            epochs.trusted_from(verifier)
        except (ConfigurationError, IntegrityError) as error:
            unknown = error.code == "key-unknown"
            code = "wrong-key" if unknown else "epochs-malformed"
            findings.hold(code, "keys", error.message)
            return Epochs(verifier)
        return epochs

    def _take_institute(self, index: int, event: Event) -> None:
        """Take in what the institute is; entry 0, where it is sound, has said it."""
        if event["kind"] == _CREATED and index == 0:
            self._created = event
        elif len(self._others) == MAX_FINDINGS:
            return
        elif event["kind"] == _CREATED:
            message = "an institute is created once, by entry 0"
            self._others.append((index, message))
        elif self._created is not None:
            other = [n for n in _FOR_GOOD if event[n] != self._created[n]]
            if other:
                message = f"it grew, and its {', '.join(other)} became another"
                self._others.append((index, message))

    def _add_witness(self, name: str, vkey: str) -> None:
        try:
            verifier = parse_cosigner_vkey(vkey)
        except ConfigurationError:
            return  # it can't cosign anything
        self.in_force[name] = verifier
        self.witnesses[verifier.public] = verifier
