"""The tables of the threat models, and single rows of them."""

import pytest

from tests.e2e.running import Ringwall

COUNTS = {
    "actors": 5,
    "levels": 5,
    "vectors": 38,
    "measures": 169,
    "powers": 3,
}
NOUNS = [*COUNTS, "capabilities", "compute", "protected"]
EXAMPLES = {
    "actors": "OC3",
    "levels": "SL3",
    "vectors": "RUC-1",
    "measures": "SL3-WS-1",
    "capabilities": "openai-bio-high",
    "compute": "ai-act-systemic-risk",
    "powers": "copies",
    "protected": "frontier-weights",
}


@pytest.mark.parametrize("noun", NOUNS)
def test_each_table_is_the_same_in_every_format(ringwall: Ringwall, noun: str) -> None:
    rows = ringwall("threat", noun).json()
    ids = [row["id"] for row in rows]
    lines = ringwall.table("threat", noun).out.splitlines()

    assert len(rows) == COUNTS.get(noun, len(rows)) > 0
    assert [row["id"] for row in ringwall("threat", noun, "--format", "csv").csv()] == (
        ids
    )
    ndjson = ringwall("threat", noun, "--format", "ndjson").out
    assert len(ndjson.splitlines()) == len(ids)
    assert [line.split()[0] for line in lines if line.split()[0] in ids] == ids


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("width", [80, 120])
def test_lists_and_rows_fit_the_screen(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch, noun: str, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))

    for words in ((noun,), (noun, EXAMPLES[noun])):
        done = ringwall.table("threat", *words)
        assert done.code == 0
        assert max(map(len, done.out.splitlines())) <= width


@pytest.mark.parametrize("noun", NOUNS)
def test_an_unknown_id_exits_2_and_names_known_ones(
    ringwall: Ringwall, noun: str
) -> None:
    done = ringwall("threat", noun, "nothing-of-that-name")

    assert (done.code, done.out) == (2, "")
    assert "`nothing-of-that-name` is not in the threat models" in done.err
    assert "next: known: " in done.err


@pytest.mark.parametrize("noun", NOUNS)
def test_one_row_says_where_it_comes_from(ringwall: Ringwall, noun: str) -> None:
    row = ringwall("threat", noun, EXAMPLES[noun]).json()

    assert row["id"] == EXAMPLES[noun]
    assert row["source"]
    assert row["mark"] in {"C", "C2", "R", "OWN"}
    (sheet,) = ringwall("threat", noun, EXAMPLES[noun], "--format", "csv").csv()
    assert sheet["id"] == row["id"]


def test_a_vector_tells_what_counters_it_and_a_measure_what_it_counters(
    ringwall: Ringwall,
) -> None:
    vector = ringwall("threat", "vectors", "RUC-1").json()
    measures = [row["id"] for row in vector["measures_that_counter_it"]]

    assert "SL1-SW-1" in measures
    for name in measures[:3]:
        measure = ringwall("threat", "measures", name).json()
        assert "RUC-1" in [row["id"] for row in measure["vectors_it_counters"]]
    shown = ringwall.table("threat", "vectors", "RUC-1").out
    assert f"measures that counter it: {len(measures)}" in shown
    assert "fast moving            false" in shown


def test_a_level_tells_its_ladder_and_the_measures_it_adds(ringwall: Ringwall) -> None:
    level = ringwall("threat", "levels", "SL3").json()

    assert len(level["measures_it_adds"]) == level["measures"] == 45
    shown = ringwall.table("threat", "levels", "SL3").out
    assert "weight-copies" in shown
    # What the level asks nothing of is left out on a screen.
    assert level["key-recovery"] is None
    assert "key-recovery" not in shown


def test_an_actor_tells_the_vectors_most_feasible_first_and_who_expects_it(
    ringwall: Ringwall,
) -> None:
    actor = ringwall("threat", "actors", "OC4").json()

    scores = [row["score"] for row in actor["vectors"]]
    assert sum(scores) == 131
    assert scores == sorted(scores, reverse=True)
    assert [row["id"] for row in actor["levels_meant_for_it"]] == ["SL4"]
    expecting = [row["id"] for row in actor["protected_that_expect_it"]]
    assert "frontier-weights" in expecting


def test_an_actor_that_nothing_expects_has_an_empty_list(ringwall: Ringwall) -> None:
    assert ringwall("threat", "actors", "OC5").json()["protected_that_expect_it"] == []
    shown = ringwall.table("threat", "actors", "OC5").out
    assert "protected that expect it: 0\n(none)" in shown


def test_a_threat_model_tells_its_threats_in_paragraphs(ringwall: Ringwall) -> None:
    model = ringwall("threat", "protected", "frontier-weights").json()
    shown = ringwall.table("threat", "protected", "frontier-weights").out

    assert len(model["threats_to_it"]) == model["threats"]
    for threat in model["threats_to_it"]:
        assert f"\n{threat['id']} " in shown
    assert "  vector: " in shown
    assert "  rules: " in shown


def test_no_head_of_the_compute_table_is_broken_in_80_columns(
    ringwall: Ringwall,
) -> None:
    head = ringwall.table("threat", "compute").out.splitlines()[0]
    rows = ringwall("threat", "compute").json()

    assert head.split() == ["id", "threshold", "from", "until"]
    assert {"valid_from", "valid_until"} <= rows[0].keys()
