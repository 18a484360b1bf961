"""The matrix as a picture: well-formed, accessible, always the same."""

import re
from xml.etree import ElementTree as ET

import pytest

from ringwall.threats.drawing import draw_matrix
from ringwall.threats.matrix import Chart, Matrix, open_words
from tests.threat_rows import catalogue, ids

SVG = "{http://www.w3.org/2000/svg}"


def _drawn(matrix: Matrix, title: str = "a site") -> ET.Element:
    return ET.fromstring(draw_matrix(matrix, title, "noon"))  # noqa: S314 - our own


def _matrix(held: set[str] | None = None) -> Matrix:
    return Chart(catalogue()).matrix(held)


def test_the_picture_is_the_same_bytes_each_time() -> None:
    once = draw_matrix(_matrix(ids(2)), "a site", "noon")

    assert draw_matrix(_matrix(ids(2)), "a site", "noon") == once
    assert once.endswith("</svg>\n")
    assert draw_matrix(_matrix(ids(3)), "a site", "noon") != once


def test_the_picture_says_what_it_shows_to_who_cannot_see_it() -> None:
    root = _drawn(_matrix(ids(2)), "cover at site:hub")

    assert root.get("role") == "img"
    labels = (root.get("aria-labelledby") or "").split()
    named = {child.get("id"): child.text for child in root if child.tag != f"{SVG}rect"}
    assert named[labels[0]] == "cover at site:hub"
    assert "certifies nothing" in (named[labels[1]] or "")


def test_each_cell_tells_its_score_its_cover_and_what_is_missing() -> None:
    told = [title.text for title in _drawn(_matrix(ids(2, "WS"))).iter(f"{SVG}title")]

    assert "RUC-1, OC1: score 2 (20-40%), countered" in told
    assert (
        "RUC-1, OC4: score 5 (over 80%), partial; not in force: SL3-WS-1, SL4-WS-1"
        in told
    )
    assert "PHY-1, OC1: score 1 (up to 20%), infeasible" in told
    assert "PHY-1, OC3: score 3 (40-60%), open" in told


def test_the_picture_of_scores_says_nothing_of_cover() -> None:
    text = draw_matrix(_matrix(), "scores", "noon")

    assert "RUC-1, OC4: score 5 (over 80%)<" in text
    assert "countered" not in text
    assert " in part" not in text


def test_head_and_bar_tell_the_same_numbers() -> None:
    matrix = _matrix(ids(2, "WS"))
    root = _drawn(matrix)
    texts = [text.text for text in root.iter(f"{SVG}text")]
    titles = [title.text or "" for title in root.iter(f"{SVG}title")]

    for actor in matrix.actors:
        words = open_words(matrix.counts(actor.id))
        assert set(words.split(", ")) <= set(texts)
        assert any(title.startswith(f"{words}, ") for title in titles)
    assert {"2 open", "1 in part"} <= set(texts)


def test_cover_differs_in_shape_not_only_in_colour() -> None:
    cells = [
        group
        for group in _drawn(_matrix(ids(2, "WS"))).iter(f"{SVG}g")
        if re.match(r"[A-Z]+-1, ", group.findtext(f"{SVG}title") or "")
    ]

    shapes: dict[str, set[str]] = {}
    for cell in cells:
        cover = (cell.findtext(f"{SVG}title") or "").split(", ")[2].split(";")[0]
        paths = "".join(path.get("d") or "" for path in cell.iter(f"{SVG}path"))
        shapes.setdefault(cover, set()).add(paths)
    assert set(shapes) == {"infeasible", "countered", "partial", "open"}
    assert all(len(found) == 1 for found in shapes.values())
    assert len(set.union(*shapes.values())) == 4


def test_no_text_is_too_small_to_read() -> None:
    root = _drawn(_matrix(ids(2)))
    sizes = {element.get("font-size") for element in root.iter()} - {None}

    assert all(float(size or 0) >= 10 for size in sizes)


@pytest.mark.parametrize("held", [None, ids(2)])
def test_everything_lies_within_the_picture(held: set[str] | None) -> None:
    root = _drawn(_matrix(held))
    width, height = float(root.get("width", 0)), float(root.get("height", 0))

    for box in root.iter(f"{SVG}rect"):
        assert float(box.get("x", 0)) + float(box.get("width", 0)) <= width
        assert float(box.get("y", 0)) + float(box.get("height", 0)) <= height
    for text in root.iter(f"{SVG}text"):
        assert 0 < float(text.get("x", 0)) < width
        assert 0 < float(text.get("y", 0)) < height


def test_a_name_with_markup_stays_text() -> None:
    rows = catalogue()
    name = '</text><script>alert("1")</script>&amp;'
    categories = dict(rows.categories)
    categories["RUC"] = categories["RUC"].model_copy(update={"name": name})
    rows = type(rows)(**{**vars(rows), "categories": categories})

    root = _drawn(Chart(rows).matrix(ids(1)), name)

    assert root.findtext(f"{SVG}title") == name
    assert not list(root.iter(f"{SVG}script"))
    assert f"RUC  {name}" in [text.text for text in root.iter(f"{SVG}text")]


def test_a_long_name_is_drawn_in_several_lines() -> None:
    rows = catalogue()
    name = "a long way to get at what is kept " * 3
    vectors = dict(rows.vectors)
    vectors["RUC-1"] = vectors["RUC-1"].model_copy(update={"name": name.strip()})
    rows = type(rows)(**{**vars(rows), "vectors": vectors})

    texts = [text.text or "" for text in _drawn(Chart(rows).matrix(None)).iter()]

    assert max(map(len, texts)) < len(name)
    assert sum("get at what" in text for text in texts) >= 2


def test_budgets_are_told_in_short() -> None:
    rows = catalogue()
    budgets = (999, 1500, 10_000, 25_000_000, 1_000_000_000)
    actors = {
        name: row.model_copy(update={"budget_usd": budget})
        for (name, row), budget in zip(rows.actors.items(), budgets, strict=True)
    }
    rows = type(rows)(**{**vars(rows), "actors": actors})

    text = draw_matrix(Chart(rows).matrix(None), "scores", "noon")

    assert re.findall(r"up to (\$[^<]+)<", text) == [
        "$999",
        "$1500",
        "$10 k",
        "$25 m",
        "$1 bn",
    ]
