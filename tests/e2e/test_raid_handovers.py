"""`raid route accept`, `refuse`, `return`, `ls` and `overdue`."""

from pathlib import Path

import pytest

from ringwall.institute import Institute
from tests.e2e.raiding import as_person, code_told
from tests.e2e.running import Ringwall
from tests.raid_office import POINT, who
from tests.routed import adopt_contacts, signed_receipt, triaged

VINT = as_person("vint")


@pytest.fixture
def pending(raid: Ringwall) -> tuple[str, str, str]:
    """Return a case of which a package is on its way, hand-over and digest."""
    assert raid is not None
    from ringwall.raid.routing.recipients import Wanted

    with Institute(Path()).gatekeeper(POINT) as gate:
        adopt_contacts(gate.raid, "csirt.de")
        case = triaged(gate.raid)
        sent = gate.raid.routes.send(who("vint"), case, Wanted("csirt.de"))
        at = gate.clock.now()
    data, signature = signed_receipt(
        sent.handover, sent.package.digest, "csirt.de", at=at
    )
    Path("receipt.json").write_bytes(data)
    Path("receipt.json.sig").write_text(signature, "ascii")
    return case, sent.handover, sent.package.digest


def test_a_signed_receipt_hands_the_case_over(
    raid: Ringwall, pending: tuple[str, str, str]
) -> None:
    case, name, _ = pending
    accept = ("raid", "route", "accept", name)

    nothing = raid(*accept, *VINT)
    done = raid(*accept, "--receipt", "receipt.json", *VINT)

    assert (nothing.code, "missing --receipt FILE" in nothing.err) == (2, True)
    assert done.code == 0, done.err
    assert done.json() == [
        {"object": name, "act": "accept", "state": "accepted"},
        {"object": case, "act": "hand-over", "state": "handed-over"},
    ]
    back = raid("raid", "route", "return", case, "--reason", "not theirs", *VINT)
    assert back.json() == [{"object": case, "act": "return", "state": "triaged"}]


def test_a_receipt_that_nobody_signed_is_refused(
    raid: Ringwall, pending: tuple[str, str, str]
) -> None:
    _, name, _ = pending
    Path("other.sig").write_text("nothing", "ascii")
    words = (name, "--receipt", "receipt.json", "--signature", "other.sig")

    done = raid("raid", "route", "accept", *words, *VINT)

    assert (done.code, code_told(done)) == (5, "signature-malformed")


def test_a_refusal_raises_an_alarm(
    raid: Ringwall, pending: tuple[str, str, str]
) -> None:
    _, name, _ = pending

    done = raid("raid", "route", "refuse", name, "--reason", "not ours", *VINT)

    assert done.json() == [{"object": name, "act": "refuse", "state": "refused"}]
    assert "an alarm was raised" in done.err
    words = raid.table("audit", "ls", "--kind", "alarm.raised").out
    assert f"hand-over refused: {name}" in " ".join(words.split())


def test_hand_overs_are_listed_by_what_is_asked(
    raid: Ringwall, pending: tuple[str, str, str]
) -> None:
    case, name, digest = pending
    ls = ("raid", "route", "ls")

    (row,) = raid(*ls, *VINT).json()

    assert (row["handover"], row["case"], row["package"]) == (name, case, digest)
    assert (row["state"], row["overdue"]) == ("sent", False)
    for words, count in {
        ("--state", "sent"): 1,
        ("--state", "lapsed"): 0,
        ("--case", case[5:]): 1,
        ("--recipient", "enisa"): 0,
        ("--since", "2026-11-21T00:00:00Z"): 1,
        ("--until", "2026-11-21T00:00:00Z"): 0,
    }.items():
        assert len(raid(*ls, *words, *VINT).json()) == count, words
    assert raid(*ls, "--state", "lost", *VINT).code == 2
    assert raid(*ls, "--since", "yesterday", *VINT).code == 2
    assert max(map(len, raid.table(*ls, *VINT).out.splitlines())) <= 80


def test_what_nobody_signed_for_in_time_is_shown_and_recorded(
    raid: Ringwall, pending: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ringwall.base.clock import SystemClock

    case, name, _ = pending
    overdue = ("raid", "route", "overdue")
    assert raid(*overdue, *VINT).json() == []
    now = SystemClock.now
    monkeypatch.setattr(SystemClock, "now", lambda self: now(self) + 73 * 3_600_000_000)

    shown = raid(*overdue, *VINT)
    recorded = raid(*overdue, "--record", *VINT)

    assert [row["state"] for row in shown.json()] == ["sent, overdue"]
    assert "next: ringwall raid route overdue --record" in shown.err
    assert recorded.code == 0, recorded.err
    (row,) = raid("raid", "route", "ls", "--case", case, *VINT).json()
    assert (row["handover"], row["state"]) == (name, "lapsed")
    checked = raid("audit", "verify")
    assert checked.code == 0, checked.err
