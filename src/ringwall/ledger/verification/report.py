"""What a verification has to say at its end.

Must never call a ledger sound of which anything was found.
"""

from dataclasses import dataclass

from ringwall.ledger.verification.claims import Fork, Signed
from ringwall.ledger.verification.findings import Finding

__all__ = ["Report"]


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found.

    Attributes:
        size: entries read.
        root: root recomputed from the leaf hashes, up to the first missing entry.
        signer: name of the key it was checked with.
        findings: empty if all is as recorded; of very many the first thousand.
        left_out: what was not looked at, in words.
        signed_size: how many entries the seal of the head covers, None without a
            good one.
        newest: the largest stored checkpoint that the leaves agree with.
        witnessed: the largest of them that has the quorum; None if none is asked for.
        first_bad: index of the first entry that is not as recorded.
        forks: pairs of signed notes that can't both be true.
    """

    size: int
    root: bytes
    signer: str
    findings: tuple[Finding, ...]
    left_out: tuple[str, ...] = ()
    signed_size: int | None = None
    newest: Signed | None = None
    witnessed: Signed | None = None
    first_bad: int | None = None
    forks: tuple[Fork, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings
