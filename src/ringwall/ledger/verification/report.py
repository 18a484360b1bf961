"""What a verification has to say at its end.

Must never call a ledger sound of which anything was found.
"""

from dataclasses import dataclass, field

from ringwall.ledger.verification.claims import Compared, Fork, Signed
from ringwall.ledger.verification.findings import Finding
from ringwall.ledger.verification.quorum import Watch
from ringwall.ledger.verification.remedies import remedy

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
        met_by: names of those who cosigned it, as the policy or the record has them.
        first_bad: index of the first entry that is not as recorded.
        forks: pairs of signed notes that can't both be true.
        compared: the checkpoints from elsewhere that it was held against.
        watch: how the witnesses on record stand.
        warnings: what is no fault of the record and yet needs somebody's attention.
    """

    size: int
    root: bytes
    signer: str
    findings: tuple[Finding, ...]
    left_out: tuple[str, ...] = ()
    signed_size: int | None = None
    newest: Signed | None = None
    witnessed: Signed | None = None
    met_by: tuple[str, ...] = ()
    first_bad: int | None = None
    forks: tuple[Fork, ...] = ()
    compared: tuple[Compared, ...] = ()
    watch: Watch = field(default_factory=Watch)
    warnings: tuple[Finding, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def next_step(self) -> str:
        """What to do about the first finding; empty if nothing was found."""
        return remedy(self.findings[0]) if self.findings else ""

    def compared_with(self, place: str) -> Compared | None:
        """Return how a checkpoint from elsewhere did, None if there was none.

        Args:
            place: `FROM` or `SECOND` of `claims`.
        """
        return next((one for one in self.compared if one.place == place), None)
