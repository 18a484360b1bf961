"""What a report suggests, and how that compares with labels."""

import csv
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ringwall.raid.triage.judging import judge
from ringwall.raid.triage.outcomes import is_owned
from ringwall.raid.triage.suggesting import (
    SILENCE,
    claimed_comp,
    report_text,
    suggest,
)
from tests.triage_tables import shipped

HERE = Path(__file__).parent
CYBER = (
    "The attacker sent an email to the office in which a prompt injection was hidden, "
    "and the assistant of the firm sent it the file that it asked for."
)


def suggested(**document: Any) -> dict[str, tuple[str, ...]]:  # noqa: ANN401 - of a report
    whole = {"title": "A report", "narrative": "", **document}
    return {one.point: one.values for one in suggest(shipped(), whole)}


def basis(**document: Any) -> dict[str, str]:  # noqa: ANN401 - of a report
    whole = {"title": "A report", "narrative": "", **document}
    return {one.point: one.basis for one in suggest(shipped(), whole)}


def owned(document: Mapping[str, Any], *, silence: bool = True) -> bool:
    found = {
        one.point: one.values
        for one in suggest(shipped(), document)
        if silence or one.basis != SILENCE
    }
    known = shipped().points.narrowed(found)
    return is_owned(judge(shipped(), known).outcome.owner)


def test_answers_are_suggested_first() -> None:
    found = suggested(
        kind="demonstration",
        behaviour="shown",
        weights="self-exfiltrated",
        danger="imminent",
        public="yes",
        harms=["death", "personal-data"],
        states=["DE", "FR"],
        compute={"low": "9e25", "high": "1.1e26"},
        entity="essential-entity",
    )

    assert found == {
        "kind": ("demonstrated-in-test",),
        "auto": ("shown",),
        "spread": ("several-states", "union"),
        "revers": ("none",),
        "comp": ("straddles",),
        "pub": ("yes",),
        "danger": ("imminent",),
        "weights": ("self-exfiltrated",),
        "legal": ("death", "personal-data", "essential-entity"),
    }


def test_nothing_is_suggested_of_what_is_not_known() -> None:
    unknown = dict.fromkeys(
        ("kind", "behaviour", "weights", "danger", "public", "harms", "states"),
        "unknown",
    )

    assert suggested(**unknown, compute="unknown", entity="provider") == {}
    assert suggested(states=["DE"]) == {}


def test_no_harm_is_an_answer() -> None:
    assert suggested(harms=["none"])["legal"] == ("none",)
    assert suggested(harms=["none"], entity="union-body")["legal"] == ("union-body",)


def test_claimed_points_are_suggested_where_they_are_points() -> None:
    found = suggested(points={"oc": "oc3", "expl": ["none"], "mood": "x", "auto": "y"})

    assert found == {"oc": ("oc3",), "expl": ("none",)}


def test_words_widen_an_answer_and_never_narrow_it() -> None:
    told = "The model copied itself to another host and lied about it to its users."

    found = suggested(narrative=told, behaviour="none")

    # None, suspected and shown: all is open, so that nothing is suggested.
    assert "auto" not in found


def test_silence_suggests_none_in_a_report_that_words_place() -> None:
    found = basis(narrative=CYBER)

    assert suggested(narrative=CYBER)["class"] == ("cyber",)
    assert suggested(narrative=CYBER)["auto"] == ("none",)
    assert found["auto"] == found["uplift"] == found["weights"] == "silence"
    assert found["class"] == "words"


def test_silence_suggests_nothing_where_nothing_places_the_report() -> None:
    odd = "In the room of the house there was a thing that went on and on for a while."

    assert suggested(narrative=odd) == {}


def test_silence_suggests_nothing_in_another_language() -> None:
    assert "auto" not in suggested(narrative=CYBER, language="fr")


def test_the_chain_of_events_is_read_too() -> None:
    document = {
        "chain": [{"tactic": None, "text": "It replicated itself."}],
        "techniques": ["AML.T0051"],
    }

    assert "AML.T0051" in report_text(document)
    assert suggested(**document)["auto"] == ("suspected", "shown")


def test_a_claim_of_compute_is_an_interval() -> None:
    assert claimed_comp({"compute": {"low": "1e26", "high": "2e26"}}) == "1e26"
    assert claimed_comp({"compute": "unknown"}) == ""


def _written() -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
    with (HERE / "labelled_cases.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    documents = {
        row["id"]: {"title": row["title"], "narrative": row["text"], "kind": "incident"}
        for row in rows
    }
    return {row["id"]: row["owner"] for row in rows}, documents


def _figures(
    labels: Mapping[str, str], documents: Mapping[str, Mapping[str, Any]]
) -> tuple[float, float]:
    """Return recall and precision of what RAID owns, and print them."""
    counts = Counter(
        (labels[name] == "raid", owned(document))
        for name, document in documents.items()
    )
    recall = counts[True, True] / (counts[True, True] + counts[True, False])
    precision = counts[True, True] / (counts[True, True] + counts[False, True])
    print(f"n={len(documents)} recall={recall:.2f} precision={precision:.2f}")  # noqa: T201 - a figure to read
    return recall, precision


def test_no_written_case_of_raid_is_taken_for_another() -> None:
    labels, documents = _written()

    recall, precision = _figures(labels, documents)

    assert len(documents) == 110
    assert recall == 1.0
    assert precision >= 0.8


def test_without_its_silence_no_report_of_raid_is_ever_taken_for_another() -> None:
    labels, documents = _written()

    missed = [
        name
        for name, document in documents.items()
        if labels[name] == "raid" and not owned(document, silence=False)
    ]

    assert missed == []


@pytest.mark.skipif(
    "RINGWALL_RAID_DATA" not in os.environ,
    reason="RINGWALL_RAID_DATA does not name a folder with atlas/ and avid/",
)
def test_no_study_of_raid_is_taken_for_another() -> None:
    from ringwall.raid.intake.importing.choosing import read_records

    folder = Path(os.environ["RINGWALL_RAID_DATA"])
    with (HERE / "labelled_ids.csv").open(encoding="utf-8", newline="") as file:
        labels = {row["id"]: row["owner"] for row in csv.DictReader(file)}
    documents = {}
    for path in (folder / "atlas" / "ATLAS.yaml", *(folder / "avid").glob("*.json")):
        for record in read_records(path.read_bytes(), path.name).records:
            documents[record.document["source"]["id"]] = record.document

    known = {name: one for name, one in documents.items() if name in labels}
    recall, precision = _figures(labels, known)

    assert len(known) == len(labels)
    assert recall == 1.0
    assert precision >= 0.7
