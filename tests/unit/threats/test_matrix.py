"""Cells by vector and class, and their table on a terminal."""

import pytest

from ringwall.threats.matrix import MARKS, Cell, Chart, Cover, format_matrix
from tests.threat_rows import catalogue, ids


def _cell(held: set[str], vector: str, actor: str) -> Cell:
    (found,) = (
        cell
        for cell in Chart(catalogue()).cells(held)
        if (cell.vector, cell.actor) == (vector, actor)
    )
    return found


def test_score_one_is_infeasible_whatever_is_in_force() -> None:
    assert _cell(set(), "HUM-1", "OC3").cover is Cover.INFEASIBLE
    assert _cell(ids(5), "HUM-1", "OC3").cover is Cover.INFEASIBLE


def test_all_measures_meant_for_a_class_counter_a_vector() -> None:
    cell = _cell(ids(2, "WS"), "RUC-1", "OC2")

    assert cell == Cell("RUC-1", "OC2", 3, Cover.COUNTERED)
    assert not cell.is_open


def test_the_same_measures_are_partial_cover_against_a_stronger_class() -> None:
    cell = _cell(ids(2, "WS"), "RUC-1", "OC4")

    assert cell.cover is Cover.PARTIAL
    assert cell.missing == ("SL3-WS-1", "SL4-WS-1")
    assert cell.is_open


def test_no_measure_in_force_leaves_a_vector_open() -> None:
    cell = _cell(ids(5, "FM"), "RUC-1", "OC1")

    assert cell == Cell("RUC-1", "OC1", 2, Cover.OPEN, ("SL1-WS-1",))


def test_a_vector_without_a_measure_at_the_level_of_the_class_is_open() -> None:
    # What counters PHY-1 starts at SL4.
    cell = _cell(ids(5), "PHY-1", "OC3")

    assert cell == Cell("PHY-1", "OC3", 3, Cover.OPEN)
    assert cell.is_open


def test_a_measure_above_the_level_of_the_class_is_not_asked_for() -> None:
    assert _cell({"SL1-WS-1"}, "RUC-1", "OC1").cover is Cover.COUNTERED


def test_a_class_that_no_level_is_meant_for_finds_all_open() -> None:
    rows = catalogue()
    levels = {name: row for name, row in rows.levels.items() if name != "SL2"}
    chart = Chart(type(rows)(**{**vars(rows), "levels": levels}))

    cells = [cell for cell in chart.cells(ids(5)) if cell.actor == "OC2"]

    assert {cell.cover for cell in cells} == {Cover.INFEASIBLE, Cover.OPEN}


def test_without_a_site_there_are_scores_alone() -> None:
    matrix = Chart(catalogue()).matrix(None)

    assert not matrix.has_cover
    assert [cell.score for cell in matrix.cells()][:5] == [2, 3, 4, 5, 5]
    assert set(matrix.counts("OC1").values()) == {0}


def test_each_vector_of_each_category_has_a_cell_for_each_class() -> None:
    matrix = Chart(catalogue()).matrix(ids(2))

    assert [band.category.id for band in matrix.bands] == ["RUC", "AIS", "PHY", "HUM"]
    assert [actor.id for actor in matrix.actors] == ["OC1", "OC2", "OC3", "OC4", "OC5"]
    assert len(list(matrix.cells())) == 20
    assert sum(matrix.counts("OC3").values()) == 4


def test_the_table_tells_cover_by_marks() -> None:
    lines = format_matrix(Chart(catalogue()).matrix(ids(2, "WS")))

    assert lines[0].split() == ["OC1", "OC2", "OC3", "OC4", "OC5"]
    (line,) = (line for line in lines if line.startswith("  RUC-1"))
    assert line.endswith("2 +  3 +  4 ~  5 ~  5 ~")
    (physical,) = (line for line in lines if line.startswith("  PHY-1"))
    assert physical.endswith("1 -  1 -  3 !  3 !  4 !")
    assert "RUC  ways of RUC" in lines


def test_the_table_counts_each_cover_and_says_what_marks_and_scores_mean() -> None:
    text = "\n".join(format_matrix(Chart(catalogue()).matrix(ids(2, "WS"))))

    assert "open: none is in force, or there is none" in text
    (totals,) = (line for line in text.splitlines() if "infeasible" in line)
    assert totals.split()[-5:] == ["3", "3", "1", "0", "0"]
    assert "5 over 80%" in text


def test_the_table_of_scores_has_no_marks() -> None:
    lines = format_matrix(Chart(catalogue()).matrix(None))

    assert not any(mark in "\n".join(lines[:9]) for mark in ("+", "~", "!"))
    assert "infeasible" not in "\n".join(lines)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_table_fits_its_width_and_keeps_each_name_whole(width: int) -> None:
    rows = catalogue()
    name = "a long way to get at what is kept, by many small steps, none of them seen"
    vectors = dict(rows.vectors)
    vectors["RUC-1"] = vectors["RUC-1"].model_copy(update={"name": name})
    chart = Chart(type(rows)(**{**vars(rows), "vectors": vectors}))

    lines = format_matrix(chart.matrix(ids(3)), width)

    assert max(map(len, lines)) <= width
    text = " ".join(" ".join(line[9 : width - 25].split()) for line in lines)
    assert name in text


def test_each_cover_has_a_mark_of_its_own() -> None:
    assert set(MARKS) == set(Cover)
    assert len(set(MARKS.values())) == len(Cover)
