"""`request ls`: requests as they stand, for people and for programs."""

from tests.e2e.requesting import USED, approve, new
from tests.e2e.running import Ringwall
from tests.office import QUORUM, REASON


def test_requests_are_listed_as_they_stand(asking: Ringwall) -> None:
    name, other = new(asking), new(asking)
    words = ("request", "revoke", other, "--as", "user:dennis", "--reason", REASON)
    assert asking(*words, "--key", "dennis.key").code == 0

    rows = asking("request", "ls").json()

    assert [(row["id"], row["state"]) for row in rows] == [
        (other, "revoked"),
        (name, "open"),
    ]
    still = asking("request", "ls", "--state", "open", "--format", "csv").csv()
    assert [row["id"] for row in still] == [name]
    assert asking("request", "ls", "--subject", "user:ada").json() == []
    table = asking.table("request", "ls")
    assert max(map(len, table.out.splitlines())) <= 80


def test_what_was_used_and_then_taken_back_shows_both(asking: Ringwall) -> None:
    name = new(asking)
    for who, seat in QUORUM:
        approve(asking, name, who, seat)
    used = asking(*USED, "--handles", "watermark", "--handles", "byte-budget")
    assert used.code == 0, used.err
    revoke = ("request", "revoke", name, "--as", "user:dennis", "--reason", REASON)
    assert asking(*revoke, "--key", "dennis.key").code == 0

    assert asking("request", "ls").json()[0]["state"] == "revoked"
    listed = asking.table("request", "ls").out.split()
    assert {"spent,", "revoked"} <= set(listed)
    shown = asking.table("request", "show", name).out
    assert "REVOKED: used once, then taken back" in " ".join(shown.split())
