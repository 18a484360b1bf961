"""The data of `raid capacity`: no number that JSON has no word for."""

import json
from pathlib import Path

from tests.e2e.raiding import as_person, opened
from tests.e2e.running import Ringwall

NIELS = as_person("niels")


def test_what_is_without_end_is_null(raid: Ringwall) -> None:
    words = ("--arrivals", "urgent=4", "--analysts", "0")

    done = raid("raid", "capacity", "project", *words, *NIELS)
    value = json.loads(done.out)

    assert not {"Infinity", "NaN"} & set(done.out.replace(",", " ").split())
    assert value["load"] is None
    assert value["items_each"] is None
    assert value["immediate"]["mean_hours"] is None
    assert value["courses"][0]["breaks"][0]["worst_hours"] is None


def test_figures_that_are_not_few_are_as_rough_as_what_they_assume(
    raid: Ringwall,
) -> None:
    opened(raid)
    path = Path("raid/desk/workload.yaml")
    text = path.read_text().replace("few_weeks: 4", "few_weeks: 1")
    path.write_text(text.replace("few_items: 30", "few_items: 1"))
    raid("raid", "rules", "adopt", "--reason", "we have seen enough", *NIELS)
    lead = as_person("rosalind")
    [waiting] = raid("raid", "proposals", *lead).json()
    assert raid("raid", "second", waiting["proposal"], *lead).code == 0

    value = raid("raid", "capacity", "project", *NIELS).json()

    assert value["rough"] == "as rough as the assumptions below"
    assert not raid("raid", "capacity", "now", *NIELS).json()["counted"]["is_few"]
