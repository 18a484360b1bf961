"""An item of the queue as a row, for programs and for sheets."""

import csv
import io

from tests.e2e.raiding import as_person, reported
from tests.e2e.running import Ringwall

JOAN = as_person("joan")


def test_the_queue_comes_as_rows_for_programs(raid: Ringwall) -> None:
    head = reported(priority=3)
    reported(alike=head)

    [row] = raid("raid", "queue", "show", *JOAN).json()
    text = raid("raid", "queue", "show", *JOAN, "--format", "csv").out
    [cells] = csv.DictReader(io.StringIO(text))

    assert (row["item"], row["copies"], row["priority"]) == (head, 1, "out-of-cycle")
    assert (cells["item"], cells["place"]) == (head, "1")
    assert f"{head} +1" in raid.table("raid", "queue", "show", *JOAN).out
