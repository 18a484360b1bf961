"""What has to hold of a log after its writers came to a bad end.

No acknowledged entry is lost, none is torn, the next append works, and whatever is
stored without having been acknowledged lies where `log.recovered` says. Must never ask
the log itself what was acknowledged: the children have said it through a pipe.
"""

import json
from pathlib import Path

from ringwall.base.errors import RingwallError
from tests.fault.campaign.logs import Log, asked

__all__ = ["Survivors"]


class Survivors:
    """A log, and what of it has been acknowledged.

    Args:
        log: all in it so far was acknowledged.
        anchor: its second place, None if it has none.
    """

    def __init__(self, log: Log, anchor: Path | None = None) -> None:
        self.log = log
        self.anchor = anchor
        self._known = dict(self._stored())
        self._doubtful: set[int] = set()
        self.lost = 0
        self.reappeared = 0
        self._after = 0

    def acknowledge(self, receipts: list[tuple[int, str]]) -> None:
        """Take in receipts: index and leaf hash in hex."""
        self._known.update({int(index): leaf for index, leaf in receipts})

    def wrong_after(self) -> str:
        """Open the log again, append, and return what is wrong, empty if nothing."""
        before = dict(self._stored())
        missing = [i for i, leaf in self._known.items() if before.get(i) != leaf]
        if missing:
            return f"{len(missing)} acknowledged entries lost: {missing[:5]}"
        if wrong := self._unsound("before it was opened again"):
            return wrong
        try:
            with self.log.opened(anchor=self.anchor) as ledger:
                self._after += 1
                [receipt] = ledger.append([asked(10_000_000 + self._after)])
        except RingwallError as error:
            return f"can't be opened again: {error.code}: {error}"
        if receipt.index not in {len(before), len(before) + 1}:
            return f"the next entry is {receipt.index} after {len(before)}"
        self._take_recovered(len(before))
        after = dict(self._stored())
        self._known[receipt.index] = receipt.leaf.hex()
        unsaid = sorted(after.keys() - self._known.keys() - self._doubtful)
        if unsaid:
            return f"stored, not acknowledged and not named as such: {unsaid[:5]}"
        self.reappeared += len(before.keys() - self._known.keys())
        self._known.update(after)
        return self._unsound("after the next append")

    def _take_recovered(self, size: int) -> None:
        """Take in what the entries from a size on say of those before."""
        rows = self.log.query("SELECT idx, entry FROM leaf WHERE idx >= ?", size)
        for index, entry in rows:
            event = json.loads(entry)
            if event["kind"] == "log.recovered":
                # It is the opener's own, so nobody said it through a pipe.
                self._doubtful |= {*range(event["first"], event["size"]), index}

    def _stored(self) -> list[tuple[int, str]]:
        return self.log.query("SELECT idx, lower(hex(hash)) FROM leaf")

    def _unsound(self, when: str) -> str:
        told = self.log.told()
        return f"{sorted(told)} {when}" if told else ""
