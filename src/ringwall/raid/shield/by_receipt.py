"""Finding a report by the receipt that was given out for it.

Whoever has the receipt is the reporter, and nobody asks for more. Must never say of a
code whether it was given out.
"""

from typing import Final

from ringwall.base.errors import UnknownItem
from ringwall.ledger.asking.raid_rows import RaidQuestion, RaidRows
from ringwall.raid.intake.receipts import digest_of

__all__ = ["report_of"]

_REPORT: Final = "raid.report"
# No digest is this; asked for where no code is, so that it takes as long.
_NO_DIGEST: Final = "-"


def report_of(rows: RaidRows, receipt: str) -> str:
    """Return the report of a receipt; as long for a code that there is not.

    Args:
        rows: of the desk.
        receipt: the code that was given out once.

    Raises:
        UnknownItem: `receipt-unknown`; the same for what is no code.
    """
    digest = digest_of(receipt) or _NO_DIGEST
    found = rows.find(RaidQuestion(_REPORT, equal={"receipt": digest}, limit=1))
    if not found:
        raise UnknownItem(
            "receipt-unknown",
            "no report has this receipt",
            next_step="compare it with what was given out, letter by letter; a "
            "code that is lost can't be had again",
        )
    return found[0].id
