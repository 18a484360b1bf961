"""That facts are missing is a reason to deny."""

from ringwall.model.decisions import Reason, Stage
from ringwall.pdp.missing import FactMissing


def test_what_is_missing_carries_its_reason() -> None:
    missing = FactMissing("unknown-site", "`site:x` is not on record")

    assert str(missing) == "`site:x` is not on record"
    assert missing.reason == Reason(
        Stage.FACTS, "unknown-site", "`site:x` is not on record"
    )
