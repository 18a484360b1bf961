"""Flat tables: whole, and safe to open in a spreadsheet."""

import csv
import io
from dataclasses import replace

import pytest

from ringwall.model.levels import Domain
from ringwall.threats.catalogue import Catalogue
from ringwall.threats.rows import ComputeThreshold, Expected, Need, Protected, Threat
from ringwall.threats.tables import TABLES, csv_bytes, csv_files, table
from tests.threat_rows import catalogue


def _read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), strict=True))


def _with_model() -> Catalogue:
    """Return threat models with one protected thing and a threat to it."""
    rows = catalogue()
    needs = tuple(
        Need.model_validate({"domain": domain, "level": "SL3"})
        for domain in reversed(Domain)
    )
    threat = Threat(
        id="fw-01",
        vector=None,
        about="misuse of access that was granted",
        measures=("SL1-WS-1",),
        rules=("acc-030..acc-038",),
        tests=("test_x",),
    )
    model = Protected(
        id="weights",
        name="weights",
        about="what is kept",
        kinds=("model-weights",),
        expected=Expected(actor="OC4", why="its price"),
        needs=needs,
        threats=(threat,),
        source="ours",
        mark="OWN",
        date="2026-11-21",
    )
    return type(rows)(**{**vars(rows), "protected": {"weights": model}})


def test_each_table_is_a_file_of_its_own() -> None:
    assert list(csv_files(catalogue())) == [f"{name}.csv" for name in TABLES]


@pytest.mark.parametrize("name", TABLES)
def test_each_row_has_each_column_in_order(name: str) -> None:
    found = table(_with_model(), name)

    assert all(tuple(row) == found.columns for row in found.rows)
    assert len(_read(csv_bytes(found))) == len(found.rows)


def test_a_table_without_rows_has_no_columns() -> None:
    found = table(catalogue(), "powers")

    assert (found.columns, found.rows) == ((), ())
    assert csv_bytes(found) == b"\r\n"


def test_a_vector_has_its_scores_and_what_counters_it() -> None:
    first, *_ = _read(csv_files(catalogue())["vectors.csv"])

    assert first["id"] == "RUC-1"
    scores = [first[actor] for actor in ("OC1", "OC2", "OC3", "OC4", "OC5")]
    assert scores == ["2", "3", "4", "5", "5"]
    measures = "SL1-WS-1, SL2-WS-1, SL3-WS-1, SL4-WS-1, SL5-WS-1"
    assert first["countered_by"] == measures
    assert first["fast_moving"] == "false"
    assert first["uncountered"] == ""


def test_a_level_has_goal_benchmark_and_ladder_in_columns_of_their_own() -> None:
    found = table(catalogue(), "levels")

    assert found.columns[:4] == ("id", "against", "strength", "scope")
    assert {"measures", "theme", "mfa", "weight-copies"} < set(found.columns)
    assert found.columns[-3:] == ("source", "mark", "date")


def test_a_tier_has_a_row_for_each_domain() -> None:
    rows = _read(csv_files(catalogue())["tiers.csv"])

    assert len(rows) == 15
    assert (rows[5]["tier"], rows[5]["level"]) == ("upper", "SL3")


def test_a_protected_thing_has_a_level_for_each_domain_and_its_threats_apart() -> None:
    files = csv_files(_with_model())

    (model,) = _read(files["protected.csv"])
    (threat,) = _read(files["threats.csv"])
    assert [model[domain.value] for domain in Domain] == ["SL3"] * 5
    assert (model["actor"], model["why"], model["threats"]) == ("OC4", "its price", "1")
    assert (threat["protected"], threat["vector"]) == ("weights", "")
    assert threat["rules"] == "acc-030..acc-038"


def test_lines_end_as_the_standard_says_and_fields_are_quoted_where_they_must() -> None:
    rows = catalogue()
    about = 'a "quoted" word, and a comma'
    row = rows.measures["SL1-WS-1"].model_copy(update={"about": about})

    data = csv_files(catalogue({"SL1-WS-1": row}))["measures.csv"]

    assert data.count(b"\r\n") == data.count(b"\n") == 26
    assert b'"a ""quoted"" word, and a comma"' in data
    assert about in [item["about"] for item in _read(data)]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_text_that_looks_like_a_formula_is_made_harmless(start: str) -> None:
    row = catalogue().measures["SL1-WS-1"]
    row = row.model_copy(update={"about": f"{start}1+1"})

    rows = _read(csv_files(catalogue({"SL1-WS-1": row}))["measures.csv"])

    assert f"'{start}1+1" in [item["about"] for item in rows]


def test_a_compute_threshold_is_stated_in_one_of_three_ways() -> None:
    said = {
        "id": "a-run",
        "about": "training",
        "comparison": "more-than",
        "consequence": "notice",
        "valid_from": None,
        "valid_until": None,
        "source": "a document",
        "mark": "C",
        "date": "2026-11-21",
    }
    ways: dict[str, dict[str, object]] = {
        "1e26 FLOP": {"flop": "1e26"},
        "1e20 FLOP/s and 100 Gbit/s": {"performance": "1e20", "network_gbits": 100},
        "as much as that": {"equivalent": "as much as that"},
    }
    stated = [ComputeThreshold.model_validate({**said, **way}) for way in ways.values()]
    for row, text in zip(stated, ways, strict=True):
        found = table(replace(catalogue(), compute={row.id: row}), "compute")
        assert [line["threshold"] for line in found.rows] == [text]
