"""Findings: kept in order, cut short, without the rows of damaged entries."""

from ringwall.ledger.verification.findings import MAX_FINDINGS, Finding, Findings


def test_what_is_wrong_with_the_log_comes_before_its_rows() -> None:
    findings = Findings()
    findings.add_row(Finding("row-changed", "table decision row 3", "x"))
    findings.hold("root-differs", "head", "y")

    assert [found.code for found in findings.listed()] == [
        "root-differs",
        "row-changed",
    ]


def test_the_first_bad_entry_is_the_lowest() -> None:
    findings = Findings()
    findings.add_entry("entry-changed", 7, "x")
    findings.at_entry(3)
    findings.at_entry(5)

    assert findings.first_bad == 3
    assert findings.doubtful == {7}
    assert Findings().first_bad is None


def test_rows_of_damaged_entries_are_left_out_even_if_told_before() -> None:
    findings = Findings()
    findings.add_row(Finding("row-changed", "table decision row 7", ""), frozenset({7}))
    findings.add_row(Finding("row-changed", "table decision row 8", ""), frozenset({8}))
    findings.add_entry("entry-changed", 7, "x")

    places = [found.place for found in findings.listed()]
    assert places == ["entry 7", "table decision row 8"]


def test_of_very_many_the_first_are_kept() -> None:
    findings = Findings()
    for number in range(MAX_FINDINGS + 2):
        findings.hold("entry-missing", f"entry {number}", "")
        findings.add_row(Finding("row-changed", f"{number}", ""))

    listed = findings.listed()
    assert len(listed) == MAX_FINDINGS
    assert listed[-1].place == f"entry {MAX_FINDINGS - 1}"
