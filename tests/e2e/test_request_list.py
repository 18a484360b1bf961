"""`request ls`: requests as they stand, for people and for programs."""

from tests.e2e.requesting import new
from tests.e2e.running import Ringwall
from tests.office import REASON


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
