"""The matrix of vectors and classes as a picture (SVG): the same bytes each time.

The stronger a cell's colour the more exposed it is; number, mark and pattern say the
same without colour. Must never let a text of the catalogue be read as markup.
"""

import textwrap
from collections.abc import Iterator, Mapping
from html import escape
from types import MappingProxyType
from typing import Final

from ringwall.threats.matrix import (
    COVER_WORDS,
    SCORE_WORDS,
    Band,
    Cell,
    Cover,
    Line,
    Matrix,
    open_words,
)

__all__ = ["draw_matrix"]

# All lengths are pixels at the size that the picture states.
_WIDTH: Final = 980
_LEFT: Final = 36
_TEXT_AT: Final = 110
_COLUMNS_AT: Final = 510
_PITCH: Final = 88
_CELL: Final = (80, 22)
_CHIP: Final = 30
_LINE: Final = 16
_NAME_CHARACTERS: Final = 60
_INK: Final = "#1d2433"
_FAINT: Final = "#5b6475"
_RULE: Final = "#dde1e8"
_BLANK: Final = "#f4f4f2"
_SHADES: Final[Mapping[int, str]] = MappingProxyType(
    {1: "#e6e6e2", 2: "#fbdca6", 3: "#f3a34f", 4: "#d4551f", 5: "#8f1a1a"}
)
_ON_SHADE: Final[Mapping[int, str]] = MappingProxyType(
    {1: _FAINT, 2: _INK, 3: _INK, 4: "#ffffff", 5: "#ffffff"}
)
# What the bar of a class is made of, most exposed first.
_BAR: Final[Mapping[Cover, str]] = MappingProxyType(
    {
        Cover.OPEN: _SHADES[5],
        Cover.PARTIAL: _SHADES[3],
        Cover.COUNTERED: "#7aa99b",
        Cover.INFEASIBLE: _SHADES[1],
    }
)
_HALF: Final = "M0,-5A5,5 0 0 0 0,5Z"
_MARK_PATHS: Final[Mapping[Cover, str]] = MappingProxyType(
    {
        Cover.OPEN: "M0,-5V1.5M0,5V5.1",
        Cover.PARTIAL: "M0,-5A5,5 0 1 0 0,5A5,5 0 1 0 0,-5",
        Cover.COUNTERED: "M-4.5,.5L-1.5,3.5L4.5,-3.5",
        Cover.INFEASIBLE: "M-4,0H4",
    }
)
_FONT: Final = "system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif"
_NOTE: Final = "Classes and scores after RAND RR-A2849-1 (2024)."
_COVER_NOTE: Final = (
    "Cover is our own reading: it counts measures in force, does not say how well one "
    "works, and certifies nothing."
)


def draw_matrix(matrix: Matrix, title: str, subtitle: str) -> str:
    """Return an SVG document, ending with a newline.

    Args:
        matrix: of a site, or of scores alone.
        title: what it shows, with the site's id if it is of one.
        subtitle: the instant, and which catalogue it was drawn from.
    """
    body: list[str] = []
    y = _draw_head(body, matrix, title, subtitle)
    for band in matrix.bands:
        y = _draw_band(body, band, y)
    y = _draw_legend(body, matrix, y + 30)
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{y}" '
        f'viewBox="0 0 {_WIDTH} {y}" font-family="{_FONT}" font-size="13" '
        f'fill="{_INK}" role="img" aria-labelledby="title about">'
    )
    named = f'<title id="title">{escape(title)}</title>'
    about = f'<desc id="about">{escape(". ".join((subtitle, *_notes(matrix))))}</desc>'
    paper = _rect((0, 0, _WIDTH, y), 'fill="#ffffff"')
    return "\n".join((root, named, about, *_patterns(), paper, *body, "</svg>\n"))


def _patterns() -> Iterator[str]:
    yield "<defs>"
    for score, shade in _SHADES.items():
        yield (
            f'<pattern id="hatch-{score}" width="6" height="6" '
            'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            '<rect width="6" height="6" fill="#ffffff"/>'
            f'<rect width="2.4" height="6" fill="{shade}"/></pattern>'
        )
    yield "</defs>"


def _draw_head(body: list[str], matrix: Matrix, title: str, subtitle: str) -> int:
    """Draw titles and the heads of the columns; return where the rows start."""
    body.append(_text(_LEFT, 46, title, 'font-size="22" font-weight="700"'))
    body.append(_text(_LEFT, 68, subtitle, f'fill="{_FAINT}"'))
    bold = 'text-anchor="middle" font-size="15" font-weight="700"'
    centred = f'text-anchor="middle" fill="{_FAINT}" font-size="11"'
    for number, actor in enumerate(matrix.actors):
        middle = _COLUMNS_AT + number * _PITCH + _CELL[0] // 2
        body.append(f"<g><title>{escape(f'{actor.id}: {actor.name}')}</title>")
        body.append(_text(middle, 110, actor.id, bold))
        budget = f"up to {_dollars(actor.budget_usd)}"
        body.append(_text(middle, 126, budget, centred))
        body.append("</g>")
        if matrix.has_cover:
            counts = matrix.counts(actor.id)
            body += _bar(middle - _CELL[0] // 2, 136, counts)
            # Both numbers on one line would touch those of the next class.
            for line, told in enumerate(open_words(counts).split(", ")):
                body.append(_text(middle, 159 + line * 13, told, centred))
    return 185 if matrix.has_cover else 140


def _bar(x: int, y: int, counts: Mapping[Cover, int]) -> Iterator[str]:
    """Draw how many vectors have which cover as parts of one bar."""
    rest = (Cover.COUNTERED, Cover.INFEASIBLE)
    told = ", ".join([open_words(counts), *(f"{counts[c]} {c}" for c in rest)])
    yield f"<g><title>{told}</title>"
    whole = sum(counts.values()) or 1
    done = 0
    for cover, shade in _BAR.items():
        start, end = (_CELL[0] * n // whole for n in (done, done + counts[cover]))
        done += counts[cover]
        if end > start:
            yield _rect((x + start, y, end - start, 9), f'fill="{shade}"')
    yield "</g>"


def _draw_band(body: list[str], band: Band, y: int) -> int:
    """Draw a category and its vectors; return where the next one starts."""
    head = y + 26
    told = f"{band.category.id}  {band.category.name}"
    top = head + 10
    end = top
    rows: list[str] = []
    for line in band.lines:
        end = _draw_line(rows, line, end)
    body.append(_rect((_LEFT, head - 13, 4, end - head + 9), f'fill="{_INK}" rx="2"'))
    body.append(_text(_LEFT + 16, head, told, 'font-size="14" font-weight="700"'))
    right = _WIDTH - _LEFT
    body.append(
        f'<path d="M{_LEFT + 16},{head + 7}H{right}" stroke="{_RULE}" fill="none"/>'
    )
    body += rows
    return end


def _draw_line(body: list[str], line: Line, y: int) -> int:
    """Draw a vector and its cells; return where the next one starts."""
    name = textwrap.wrap(line.vector.name, _NAME_CHARACTERS)
    height = max(_CELL[1] + 5, _LINE * len(name) + 9)
    first = y + 19
    faint = f'fill="{_FAINT}" font-size="12"'
    body.append(_text(_LEFT + 16, first, line.vector.id, faint))
    for number, part in enumerate(name):
        body.append(_text(_TEXT_AT, first + number * _LINE, part, 'font-size="12.5"'))
    for number, cell in enumerate(line.cells):
        body += _draw_cell(cell, _COLUMNS_AT + number * _PITCH, y + 4)
    return y + height


def _draw_cell(cell: Cell, x: int, y: int) -> Iterator[str]:
    chance = SCORE_WORDS[cell.score]
    told = f"{cell.vector}, {cell.actor}: score {cell.score} ({chance})"
    if cell.cover is not None:
        told += f", {cell.cover}"
    if cell.missing:
        told += "; not in force: " + ", ".join(cell.missing)
    yield f"<g><title>{escape(told)}</title>"
    yield from _box(x, y, cell.score, cell.cover)
    yield "</g>"


def _box(x: int, y: int, score: int, cover: Cover | None) -> Iterator[str]:
    """Draw the score on its shade and, beside it, what stands against the vector."""
    width, height = _CELL
    shade = _SHADES[score]
    solid, edged = 'rx="4"', f'stroke="{shade}" rx="3.5"'
    style = {
        None: f'fill="{shade}" {solid}',
        Cover.OPEN: f'fill="{shade}" {solid}',
        Cover.INFEASIBLE: f'fill="{_BLANK}" {solid}',
        Cover.PARTIAL: f'fill="url(#hatch-{score})" {edged}',
        Cover.COUNTERED: f'fill="#ffffff" {edged}',
    }[cover]
    split = cover in {Cover.PARTIAL, Cover.COUNTERED}
    # A stroke is drawn half outside its box.
    inset = 0.5 if split else 0
    yield _rect((x + inset, y + inset, width - 2 * inset, height - 2 * inset), style)
    chip = width if cover is None else _CHIP
    if split:
        yield _rect((x, y, chip, height), f'fill="{shade}" rx="4"')
    ink = _FAINT if cover is Cover.INFEASIBLE else _ON_SHADE[score]
    style = f'text-anchor="middle" font-weight="600" fill="{ink}"'
    yield _text(x + chip // 2, y + 15.5, str(score), style)
    if cover is not None:
        yield _mark(x + (chip + width) // 2, y + height // 2, cover, ink)


def _mark(x: int, y: int, cover: Cover, ink: str) -> str:
    """Draw what tells a cover without colour: `!`, half a disc, a tick or a dash."""
    below = ""
    if cover is Cover.PARTIAL:
        below = f'<circle r="8.5" fill="#ffffff"/><path d="{_HALF}" fill="{_INK}"/>'
    if cover in {Cover.PARTIAL, Cover.COUNTERED}:
        ink = _INK
    return (
        f'<g transform="translate({x},{y})">{below}'
        f'<path d="{_MARK_PATHS[cover]}" fill="none" stroke="{ink}" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></g>'
    )


def _draw_legend(body: list[str], matrix: Matrix, y: int) -> int:
    """Draw what shades and marks mean; return the height of the picture."""
    heading = f'fill="{_FAINT}" font-size="12" font-weight="600"'
    small = 'font-size="12"'
    body.append(_text(_LEFT, y, "Chance that one operation succeeds", heading))
    for number, (score, words) in enumerate(SCORE_WORDS.items()):
        x = _LEFT + number * 182
        body += _box(x, y + 12, score, None)
        body.append(_text(x + _CELL[0] + 10, y + 27, words, small))
    y += 58
    if matrix.has_cover:
        body.append(_text(_LEFT, y, "Measures against it at this site", heading))
        for number, (cover, words) in enumerate(COVER_WORDS.items()):
            x, top = _LEFT + number % 2 * 455, y + 12 + number // 2 * 30
            score = 1 if cover is Cover.INFEASIBLE else 4
            stripe = f'fill="{_BAR[cover]}" rx="2"'
            body.append(_rect((x, top, 6, _CELL[1]), stripe))
            body += _box(x + 10, top, score, cover)
            told = f"{cover}: {words}"
            body.append(_text(x + _CELL[0] + 20, top + 15, told, small))
        y += 100
    for note in _notes(matrix):
        body.append(_text(_LEFT, y, note, f'fill="{_FAINT}" font-size="11"'))
        y += _LINE
    return y + 12


def _notes(matrix: Matrix) -> tuple[str, ...]:
    return (_NOTE, _COVER_NOTE) if matrix.has_cover else (_NOTE,)


def _rect(box: tuple[float, float, float, float], style: str) -> str:
    x, y, width, height = box
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" {style}/>'


def _text(x: float, y: float, text: str, style: str) -> str:
    return f'<text x="{x}" y="{y}" {style}>{escape(text)}</text>'


def _dollars(amount: int) -> str:
    """Return a budget in short, e.g. `$10 m`."""
    for unit, size in (("bn", 10**9), ("m", 10**6), ("k", 10**3)):
        if amount >= size and amount % size == 0:
            return f"${amount // size} {unit}"
    return f"${amount}"
