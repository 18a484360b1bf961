"""`policy table`: read at any width, as data, and as Markdown."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import pytest

from tests.e2e.running import ROOT, Ringwall

SHIPPED = ROOT / "policies"
CONCERNS = sorted(folder.name for folder in SHIPPED.iterdir() if folder.is_dir())
WIDTHS = [60, 80, 100, 120, 160]
Tables: TypeAlias = Callable[[int, str], str]


@pytest.fixture(scope="module")
def printed() -> dict[tuple[int, str], str]:
    """What was printed before: laying a table out takes long."""
    return {}


@pytest.fixture
def tables(
    printed: dict[tuple[int, str], str],
    ringwall: Ringwall,
    monkeypatch: pytest.MonkeyPatch,
) -> Tables:
    """Each shipped concern as a table, by the width of the screen."""

    def table(width: int, concern: str) -> str:
        if (width, concern) not in printed:
            monkeypatch.setenv("COLUMNS", str(width))
            done = ringwall.table("policy", "table", concern)
            assert done.code == 0
            printed[width, concern] = done.out
        return printed[width, concern]

    return table


def _written(concern: str) -> list[list[str]]:
    """Return the fields of each row as the file has them."""
    text = (SHIPPED / concern / "policy.csv").read_text().splitlines()
    return [line.split(", ")[1:] for line in text if line.startswith("p, ")]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a printed table says of each row, by its id."""

    constant: str
    unsaid: dict[str, str]
    headings: dict[str, str]
    lines: dict[str, list[str]]
    further: dict[str, str]


def _parsed(out: str) -> Shown:
    """Read a printed table back, as a person would."""
    head, _, body = out.partition("\n\nA row matches")[0].partition("\n---")
    assert body
    above = " ".join(head.split())
    constant = re.search(
        r"the same in every row: (.*?)(?= where nothing| rule )", above
    )
    unsaid = re.search(r"where nothing else is said: (.*?) rule ", above)
    cells = [cell.rsplit(" ", 1) for cell in unsaid[1].split(", ")] if unsaid else []
    headings: dict[str, str] = {}
    lines: dict[str, list[str]] = {}
    heading: list[str] = []
    rule, is_heading = "", False
    further: dict[str, str] = {}
    # The last column may be folded beside another one, so it is read by its place.
    at = max((line.find(" further") for line in head.splitlines()), default=-1)
    for line in body.splitlines()[1:]:
        if found := re.match(r"[a-z]{2,8}-\d{3,6}\b", line):
            rule, is_heading = found[0], False
            headings[rule] = " ".join(heading)
            lines[rule] = [line]
            further[rule] = line[at:] if at >= 0 else ""
        elif not line:
            heading, is_heading = [], True
        elif is_heading:
            heading.append(line)
        else:
            lines[rule].append(line.strip())
            further[rule] += f" {line[at:]}" if at >= 0 else ""
    said = constant[1] if constant else ""
    return Shown(said, dict(cells), headings, lines, further)


def _is_said(header: str, field: str, text: str) -> bool:
    """Return whether a text says a cell in words; lines may be folded anywhere."""
    said = f"{header} {field},".replace(" ", "")
    return said in text.replace(" ", "")


def test_the_table_is_the_file(ringwall: Ringwall) -> None:
    rows = ringwall("policy", "table", "access").json()

    assert [list(row.values()) for row in rows] == _written("access")
    assert list(rows[0])[:6] == ["rule", "role", "kind", "tier", "action", "site >="]


@pytest.mark.parametrize("concern", CONCERNS)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_table_fits_the_screen_and_has_each_row_once(
    tables: Tables, width: int, concern: str
) -> None:
    lines = tables(width, concern).splitlines()

    assert max(map(len, lines)) <= width
    for rule, *_ in _written(concern):
        assert sum(line.startswith(f"{rule} ") for line in lines) == 1


@pytest.mark.parametrize("concern", CONCERNS)
def test_on_80_columns_nearly_each_row_is_one_line(
    tables: Tables, concern: str
) -> None:
    shown = _parsed(tables(80, concern))
    rows = len(_written(concern))
    headings = sum(bool(heading) for heading in set(shown.headings.values()))

    assert sum(map(len, shown.lines.values())) <= rows + rows // 6
    assert headings <= rows // 4


def test_headings_say_what_their_rows_have_in_common(tables: Tables) -> None:
    access = _parsed(tables(80, "access"))
    flow = _parsed(tables(80, "flow"))

    quorum = "role custodian, quorum >= two-and-executive, effect allow"
    assert access.headings["acc-041"] == quorum
    assert access.unsaid == {"quorum >=": "none"}
    assert (
        flow.headings["flow-001"] == "read_up refused, taint_in refused, effect allow"
    )
    assert flow.headings["flow-910"] == "effect deny"
    assert flow.lines["flow-041"] == [
        "flow-041  weights.copy       upper  hardened       copies <= 3"
    ]
    assert flow.unsaid["read_up"] == flow.unsaid["copies <="] == "*"
    assert flow.unsaid["present >="] == "0"


@pytest.mark.parametrize("concern", CONCERNS)
@pytest.mark.parametrize("width", WIDTHS)
def test_each_cell_of_each_row_is_there_or_said_once_above(
    ringwall: Ringwall, tables: Tables, width: int, concern: str
) -> None:
    headers = list(ringwall("policy", "table", concern).json()[0])

    shown = _parsed(tables(width, concern))
    for row in _written(concern):
        own = " ".join(shown.lines[row[0]])
        around = f"{shown.constant}, {shown.headings[row[0]]}, {own}, "
        around += f"{shown.further[row[0]]},"
        for header, field in zip(headers, row, strict=True):
            if _is_said(header, field, around):
                continue
            # Else it stands in a column, where it may be folded at hyphens and dots, or
            # is what goes unsaid; then nothing else is said of the column.
            if shown.unsaid.get(header) == field:
                assert f"{header} " not in around
            else:
                assert header not in shown.unsaid
                pieces = field.replace("-", "- ").replace(".", ". ").split()
                assert all(piece in own for piece in pieces)


def test_below_the_table_stands_what_no_column_says(ringwall: Ringwall) -> None:
    shown = " ".join(ringwall.table("policy", "table", "access").out.split())

    for sentence in (
        "a request is permitted when some row allows it and none denies it.",
        "`*` leaves a column open.",
        (
            "Each row also asks that `asset.compartments` is within "
            "`subject.compartments`; else `outside-compartment`."
        ),
        "Role `ciso` includes `security-officer`.",
        "Nobody may hold both `custodian` and `security-officer`.",
        "Order of `tier`: `lower < upper < third`.",
    ):
        assert sentence in shown


def test_what_every_row_says_stands_above_the_table(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ringwall.policy import table

    shown = table.policy_table

    def only_allowing(concern: object) -> table.PolicyTable:
        whole = shown(concern)  # type: ignore[arg-type]  # a concern, handed on
        rows = tuple(row for row in whole.rows if row[-1] == "allow")
        return table.PolicyTable(whole.headers, rows, whole.notes, whole.idle)

    monkeypatch.setattr(table, "policy_table", only_allowing)
    first, *lines = ringwall.table("policy", "table", "eligibility").out.splitlines()
    head = next(line for line in lines if line.startswith("rule "))

    assert first == "the same in every row: effect allow"
    assert "effect" not in head


@pytest.mark.parametrize("concern", CONCERNS)
def test_markdown_is_a_table_and_a_list(ringwall: Ringwall, concern: str) -> None:
    out = ringwall("policy", "table", concern, "--format", "markdown").out
    table, _, notes = out.partition("\n\n")
    head, rule, *rows = table.splitlines()

    assert head.startswith("| rule ")
    assert set(rule) == set("|- ")
    assert len({len(line) for line in (head, rule, *rows)}) == 1
    found = [
        [cell.strip().replace("\\", "") for cell in row.strip("|").split(" | ")]
        for row in rows
    ]
    assert found == _written(concern)
    assert all(line.startswith("- ") for line in notes.splitlines())


def test_csv_has_the_rows_in_file_order(ringwall: Ringwall) -> None:
    rows = ringwall("policy", "table", "access", "--format", "csv").csv()

    assert [row["rule"] for row in rows] == [row[0] for row in _written("access")]
