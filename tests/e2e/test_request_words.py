"""A request is told with its approvals, what they count for and what it lacks."""

from pathlib import Path

from ringwall.institute import Institute
from tests.e2e.requesting import USED, approve, new
from tests.e2e.running import Ringwall
from tests.example import part
from tests.office import QUORUM, keyed


def test_what_its_quorum_approved_is_granted(asking: Ringwall) -> None:
    name = new(asking)

    states = [approve(asking, name, *who).json()["state"] for who in QUORUM]

    assert states == ["open", "open", "granted"]
    shown = asking.table("request", "show", name)
    assert "state    GRANTED: once more until" in shown.out
    assert "approved user:marian as ciso: counts" in shown.out
    assert f"next: ringwall check --grant {name}" in shown.err
    assert max(map(len, shown.out.splitlines())) <= 80


def test_an_approval_that_is_void_says_why(asking: Ringwall, institute: Path) -> None:
    name = new(asking)
    approve(asking, name, "grace", "custodian")
    text = keyed(Institute(institute).facts(), dennis={"note": "moved"})
    (institute / "moved.yaml").write_text(text)
    assert asking("apply", "moved.yaml").code == 0

    shown = asking("request", "show", name).json()

    (approval,) = shown["approvals"]
    assert (approval["counts"], approval["code"]) == (False, "facts-changed")
    table = asking.table("request", "show", name)
    told = "approved user:grace as custodian: `user:dennis` was changed since"
    assert told in " ".join(table.out.split())
    assert "facts-changed" not in table.out


def test_a_grant_that_was_used_tells_by_which_decision(asking: Ringwall) -> None:
    name = new(asking)
    for who, seat in QUORUM:
        approve(asking, name, who, seat)

    used = asking(*USED, "--handles", "watermark", "--handles", "byte-budget")

    assert used.code == 0, used.err
    shown = asking.table("request", "show", name)
    assert "state    SPENT: used once, as granted" in shown.out
    assert used.json()["context"]["id"] in shown.out
    assert asking("audit", "verify").code == 0


def test_a_request_of_somebody_erased_is_told_without_a_name(
    asking: Ringwall, institute: Path
) -> None:
    name = new(asking)
    approve(asking, name, "grace", "custodian")
    part(Institute(institute), "user:dennis")
    (institute / "gone.yaml").write_text("remove: [user:dennis]\n")
    assert asking("apply", "gone.yaml").code == 0
    erased = asking("audit", "erase", "user:dennis", "--reason", "left long ago")
    assert erased.code == 0, erased.err

    shown = asking("request", "show", name)

    assert shown.code == 0, shown.err
    assert shown.json()["state"] == "void"
    assert "user:dennis" not in shown.out
    assert "copy for the second site" not in shown.out
    assert [row["state"] for row in asking("request", "ls").json()] == ["void"]


def test_a_grant_that_is_named_needs_no_purpose(asking: Ringwall) -> None:
    name = new(asking)
    for who, seat in QUORUM:
        approve(asking, name, who, seat)
    place = USED.index("--purpose")
    words = [*USED[:place], *USED[place + 2 :], "--grant", name]

    used = asking(*words, "--handles", "watermark", "--handles", "byte-budget")

    assert used.code == 0, used.err
