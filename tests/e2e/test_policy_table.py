"""`policy table`: read at any width, as data, and as Markdown."""

import pytest

from tests.e2e.running import ROOT, Ringwall

SHIPPED = ROOT / "policies"
WIDTHS = [60, 80, 100, 120, 160]


def _written(concern: str) -> list[list[str]]:
    """Return the fields of each row as the file has them."""
    text = (SHIPPED / concern / "policy.csv").read_text().splitlines()
    return [line.split(", ")[1:] for line in text if line.startswith("p, ")]


def test_the_table_is_the_file(ringwall: Ringwall) -> None:
    rows = ringwall("policy", "table", "access").json()

    assert [list(row.values()) for row in rows] == _written("access")
    assert list(rows[0])[:6] == ["rule", "role", "kind", "tier", "action", "site >="]


@pytest.mark.parametrize("concern", ["access", "classification", "eligibility"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_table_fits_the_screen_and_has_each_row_once(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch, width: int, concern: str
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))

    lines = ringwall.table("policy", "table", concern).out.splitlines()

    assert max(map(len, lines)) <= width
    for rule, *_ in _written(concern):
        assert sum(line.startswith(f"{rule} ") for line in lines) == 1


def test_on_80_columns_nearly_each_row_of_access_is_one_line(
    ringwall: Ringwall,
) -> None:
    out = ringwall.table("policy", "table", "access").out
    table = out.partition("\n\nA row matches")[0].splitlines()
    headings = sum(line.startswith("role ") for line in table)

    # Blank lines, headings and three lines of head; an eighth of the rows is folded.
    rows = len(_written("access"))
    assert len(table) <= rows + rows // 8 + 2 * headings + 3
    assert "role custodian, quorum >= two-and-executive, effect allow" in table


@pytest.mark.parametrize("width", WIDTHS)
def test_each_word_of_each_row_is_there(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))

    shown = ringwall.table("policy", "table", "access").out
    whole = "".join(shown.split())
    for row in _written("access"):
        # A cell may be folded at its hyphens and dots.
        for field in row:
            pieces = field.replace("-", "- ").replace(".", ". ").split()
            assert all(piece in whole for piece in pieces)


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
        return table.PolicyTable(whole.headers, rows, whole.notes)

    monkeypatch.setattr(table, "policy_table", only_allowing)
    first, blank, head, *_ = ringwall.table(
        "policy", "table", "eligibility"
    ).out.splitlines()

    assert (first, blank) == ("the same in every row: effect allow", "")
    assert head.startswith("rule ")
    assert "effect" not in head


def test_markdown_is_a_table_and_a_list(ringwall: Ringwall) -> None:
    out = ringwall("policy", "table", "eligibility", "--format", "markdown").out
    table, _, notes = out.partition("\n\n")
    head, rule, *rows = table.splitlines()

    assert head.startswith("| rule     | relation         | tier  |")
    assert set(rule) == set("|- ")
    assert len({len(line) for line in (head, rule, *rows)}) == 1
    found = [
        [cell.strip().replace("\\", "") for cell in row.strip("|").split(" | ")]
        for row in rows
    ]
    assert found == _written("eligibility")
    assert all(line.startswith("- ") for line in notes.splitlines())


def test_csv_has_the_rows_in_file_order(ringwall: Ringwall) -> None:
    rows = ringwall("policy", "table", "access", "--format", "csv").csv()

    assert [row["rule"] for row in rows] == [row[0] for row in _written("access")]
