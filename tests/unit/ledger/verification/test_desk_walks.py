"""Both desks are judged, each by its own rules, however the log is read."""

import pytest

from ringwall.ledger.verification.desk_walks import DeskWalks
from ringwall.ledger.verification.findings import Findings
from ringwall.ledger.verification.leaf_walk import Stretch
from ringwall.matters.containers import Containers
from ringwall.model.events import load_event
from tests.unit.ledger.verification import raid_log, vault_log
from tests.unit.ledger.verification.vault_log import cursor_of, rows

EVENTS = [
    vault_log.sealed("dec-seal")[1],
    raid_log.received("dec-in")[1],
    vault_log.permit("dec-other"),
]


@pytest.mark.parametrize("is_skimmed", [True, False])
def test_each_desk_tells_what_is_wrong_with_its_own(*, is_skimmed: bool) -> None:
    findings, entries = Findings(), rows(EVENTS)
    cursor = cursor_of(entries)
    walks = DeskWalks(cursor, findings, Containers)
    stretch = Stretch(0, len(entries), entries)
    if is_skimmed:
        walks.skim(stretch, entries[:2])
    else:
        walks.begin(stretch)
        for index, _, data in entries:
            walks.take(index, load_event(data))
    walks.finish(cursor)

    assert {(one.code, one.place) for one in findings.listed()} == {
        ("vault-permit-missing", "entry 0"),
        ("raid-permit-missing", "entry 1"),
    }
    assert walks.left_out == ""


def test_what_one_desk_leaves_out_is_said() -> None:
    entries = rows(EVENTS)
    walks = DeskWalks(cursor_of(entries), Findings(), None)
    walks.skim(Stretch(0, len(entries), entries), entries[:2])

    assert "the events of the vault" in walks.left_out
