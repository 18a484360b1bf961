"""`audit`: its verbs work on one record, whatever is in it."""

from pathlib import Path

from ringwall.institute import Institute
from ringwall.model.disagreements import Disagreement
from ringwall.model.events import alarm_raised
from tests.e2e.running import PERMITTED, Ringwall


def raise_alarm(institute: Path, decision: str) -> int:
    """Record that two engines disagreed on a decision; return where it stands."""
    found = Disagreement("access", "permit by acc-031", "deny")
    ledger = Institute(institute).ledger(writable=True)
    (receipt,) = ledger.append(
        [alarm_raised(1_795_262_400_000_000, decision, "ab" * 32, found)]
    )
    ledger.close()
    return receipt.index


def test_an_alarm_is_verified_and_replayed_like_any_entry(
    ringwall: Ringwall, institute: Path, tmp_path: Path
) -> None:
    raise_alarm(institute, ringwall(*PERMITTED).json()["context"]["id"])

    assert ringwall("audit", "verify").json()["sound"]
    assert ringwall("audit", "replay", tmp_path / "new.db").json()["equal"]
