"""`raid aggregate`: the statistics that everybody may have."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

from ringwall.base.canonical import load_canonical
from ringwall.institute import Institute
from tests.e2e.raiding import as_person, code_told, reported
from tests.e2e.running import Ringwall
from tests.raid_office import POINT, adopted

NIELS = as_person("niels")


def publish_today() -> None:
    """Put rules in force by which statistics are published today."""
    day = datetime.now(UTC).strftime("%m-%d").replace("02-29", "02-28")
    path = Path("raid/desk/aggregates.csv")
    path.write_text(f"id,day,source,confidence\ntoday,{day},own,own\n")
    with Institute(Path()).gatekeeper(POINT) as gate:
        adopted(gate.raid, "a date more")


def test_there_is_nothing_before_the_first_date(raid: Ringwall) -> None:
    reported()
    done = raid.table("raid", "aggregate", *NIELS)
    assert done.code == 1
    assert code_told(done) == "aggregate-not-yet"


def test_statistics_are_shown_and_written(raid: Ringwall) -> None:
    reported()
    publish_today()

    shown = raid.table("raid", "aggregate", "--out", "told.json", *NIELS)
    again = raid.table("raid", "aggregate", "--out", "told.json", *NIELS)
    value = raid("raid", "aggregate", *NIELS).json()
    text = raid("raid", "aggregate", *NIELS, "--format", "csv").out

    assert shown.code == 0, shown.err
    assert "WRITTEN" in shown.out
    assert max(map(len, shown.out.splitlines())) <= 80
    assert code_told(again) == "output-exists"
    whole = load_canonical(Path("told.json").read_bytes())
    assert value.pop("decision")
    assert value == whole
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["count"] for row in rows} == {""}
    assert {row["table"] for row in rows} == set(whole["tables"])
