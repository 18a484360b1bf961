"""Rows add to what is on record, and change nothing of it."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from typing_extensions import override

from ringwall.base.clock import parse_instant
from ringwall.base.errors import DeclarationError, Fault
from ringwall.model.declarations import Document
from ringwall.model.parties import Organisation
from ringwall.model.places import Site
from ringwall.registry.attestation_table import parse_table
from ringwall.registry.attested import Attested
from ringwall.registry.plan import plan_changes
from ringwall.registry.references import MAX_DOCUMENT_BYTES
from tests.declaring import BASE, TERMS, Files

HEADER = "holder,measure,assessor,from,until,evidence\n"
KNOWN = BASE.replace(
    "- {id: site:hub, operator: org:institute}\n",
    "- id: site:hub\n  operator: org:institute\n  attestations:\n"
    "  - {measures: [SL1-WS-1, SL1-SW-1], assessor: org:partner,"
    ' from: "2026-01-01T00:00:00Z", until: "2027-01-01T00:00:00Z",'
    f" evidence: {'ab' * 32}}}\n",
)


def row(
    measure: str,
    holder: str = "site:hub",
    assessor: str = "org:partner",
    start: str = "2026",
    until: str = "2027",
    evidence: str = "ab" * 32,
) -> str:
    return (
        f"{holder},{measure},{assessor},{start}-01-01T00:00:00Z,"
        f"{until}-01-01T00:00:00Z,{evidence}\n"
    )


@pytest.fixture
def known(tmp_path: Path) -> dict[str, Document]:
    return Files(tmp_path, KNOWN).base()


def attested(known: dict[str, Document], *rows: str) -> Attested:
    table = parse_table((HEADER + "".join(rows)).encode(), "t.csv")
    return Attested(table.name, table.rows, known)


def site(known: dict[str, Document], *rows: str) -> Site:
    ((document, path),) = attested(known, *rows).documents()
    assert isinstance(document, Site)
    assert path == ("site:hub",)
    return document


def told(faults: Sequence[Fault]) -> list[tuple[str, int]]:
    return [(fault.code, fault.line) for fault in faults]


def test_rows_that_differ_in_the_measure_only_become_one_attestation(
    known: dict[str, Document],
) -> None:
    rows = [row(m, evidence="cd" * 32) for m in ("SL2-WS-1", "SL1-MO-1")]

    old, new = site(known, *rows).attestations

    assert old.measures == ("SL1-SW-1", "SL1-WS-1")
    assert new.measures == ("SL1-MO-1", "SL2-WS-1")


def test_rows_like_an_attestation_on_record_join_it(known: dict[str, Document]) -> None:
    (joined,) = site(known, row("SL1-MO-1"), row("SL1-WS-1")).attestations

    assert joined.measures == ("SL1-MO-1", "SL1-SW-1", "SL1-WS-1")


def test_the_same_again_changes_nothing(known: dict[str, Document]) -> None:
    again = attested(known, row("SL1-WS-1"), row("SL1-SW-1"))

    assert again.faults() == []
    assert plan_changes(known, [again], TERMS).changes == ()


def test_a_renewal_follows_what_it_renews(known: dict[str, Document]) -> None:
    old, new = site(known, row("SL1-WS-1", start="2027", until="2028")).attestations

    assert (old.until, new.start) == ("2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z")


@pytest.mark.parametrize("holder", ["org:institute", "org:partner"])
def test_whoever_runs_sites_is_attested_as_a_whole(
    known: dict[str, Document], holder: str
) -> None:
    sheet = attested(known, row("SL1-FM-1", holder=holder))

    ((document, _),) = sheet.documents()
    assert isinstance(document, Organisation)
    assert document.attestations[0].measures == ("SL1-FM-1",)
    assert list(sheet.removals()) == []


@pytest.mark.parametrize(
    ("holder", "code"),
    [
        ("site:none", "unknown-reference"),
        ("user:ada", "holder-unfit"),
    ],
)
def test_nobody_else_holds_measures(
    known: dict[str, Document], holder: str, code: str
) -> None:
    sheet = attested(known, row("SL1-MO-1"), row("SL1-WS-1", holder=holder))

    assert told(sheet.faults()) == [(code, 3)]


def test_a_row_that_stands_there_twice_is_refused(known: dict[str, Document]) -> None:
    sheet = attested(known, row("SL1-MO-1"), row("SL1-MO-1"))

    assert told(sheet.faults()) == [("duplicate-row", 3)]


@pytest.mark.parametrize(
    "overlapping",
    [
        row("SL1-WS-1", until="2028"),
        row("SL1-WS-1", assessor="org:institute"),
        row("SL1-WS-1", evidence="cd" * 32),
    ],
)
def test_what_overlaps_with_the_record_is_refused(
    known: dict[str, Document], overlapping: str
) -> None:
    (fault,) = attested(known, row("SL1-MO-1"), overlapping).faults()

    assert (fault.code, fault.line) == ("attestation-overlaps", 3)
    assert "is attested from 2026-01-01T00:00:00Z until" in fault.message


def test_rows_that_overlap_with_each_other_are_refused(
    known: dict[str, Document],
) -> None:
    sheet = attested(
        known,
        row("SL1-MO-1"),
        row("SL1-MO-1", start="2025"),
        row("SL1-RT-1", holder="site:none"),
    )

    assert told(sheet.faults()) == [
        ("attestation-overlaps", 3),
        ("unknown-reference", 4),
    ]


def test_a_row_on_record_in_a_second_attestation_of_its_terms_changes_nothing(
    tmp_path: Path,
) -> None:
    more = KNOWN.replace(
        "assets:\n",
        "  - {measures: [SL1-MO-1], assessor: org:partner,"
        ' from: "2026-01-01T00:00:00Z", until: "2027-01-01T00:00:00Z",'
        f" evidence: {'ab' * 32}}}\nassets:\n",
    )
    lines = more.splitlines(keepends=True)
    last = lines.pop(lines.index("assets:\n") - 1)
    lines.insert(lines.index("points:\n"), last)
    known = Files(tmp_path, "".join(lines)).base()

    sheet = attested(known, row("SL1-MO-1"), row("SL1-WS-1"))

    assert sheet.faults() == []
    assert plan_changes(known, [sheet], TERMS).changes == ()


def test_a_gap_between_two_statements_may_be_filled_and_not_overfilled(
    known: dict[str, Document],
) -> None:
    around = (
        row("SL1-MO-1", until="2026", start="2025"),
        row("SL1-MO-1", start="2028", until="2029"),
    )

    filled = attested(known, *around, row("SL1-MO-1", until="2028"))
    over = attested(known, *around, row("SL1-MO-1", start="2027", until="2029"))

    assert filled.faults() == []
    assert told(over.faults()) == [("attestation-overlaps", 4)]


def test_more_than_a_document_holds_is_refused_before_it_is_planned(
    known: dict[str, Document],
) -> None:
    rows = [row("SL1-MO-1", start=f"{y}", until=f"{y + 1}") for y in range(2030, 2430)]

    table = parse_table((HEADER + "".join(rows)).encode(), "t.csv")
    with pytest.raises(DeclarationError) as caught:
        table.draft(known)

    (fault,) = caught.value.faults
    assert (fault.code, fault.line) == ("document-too-large", 2)
    assert fault.expected == f"at most {MAX_DOCUMENT_BYTES} bytes"
    assert attested(known, *rows[:100]).faults() == []


class Compared(int):
    """An instant that counts how often any of its kind is compared."""

    count = 0

    @override
    def __lt__(self, other: int) -> bool:
        Compared.count += 1
        return super().__lt__(other)

    @override
    def __gt__(self, other: int) -> bool:
        Compared.count += 1
        return super().__gt__(other)


def test_a_large_table_takes_no_longer_than_to_sort_it(
    known: dict[str, Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Merge 10,000 rows: pair by pair there would be millions to compare."""
    rows = [
        row("SL1-MO-1", start=f"{y}", until=f"{y + 1}", evidence=f"{n:064x}")
        for n in range(10)
        for y in range(1000, 2000)
    ]
    sheet = attested(known, *rows)
    monkeypatch.setattr(Compared, "count", 0)
    monkeypatch.setattr(
        "ringwall.registry.attested.parse_instant",
        lambda text: Compared(parse_instant(text)),
    )

    faults = sheet.faults()

    assert {fault.code for fault in faults} == {"attestation-overlaps"}
    assert len(faults) == 9000
    # To find its place among a thousand takes ten, the neighbours two more.
    assert 10_000 < Compared.count < 15 * 10_000


def test_faults_of_the_plan_lead_to_the_row(known: dict[str, Document]) -> None:
    sheet = attested(
        known,
        row("SL1-WS-1", start="2027", until="2028"),
        row("SL3-WS-1", assessor="org:institute"),
        row("SL2-WS-1", assessor="org:institute"),
        row("SL1-ZZ-1"),
        row("SL1-FM-1", assessor="org:institute"),
    )

    with pytest.raises(DeclarationError) as caught:
        plan_changes(known, [sheet], TERMS)

    assert told(caught.value.faults) == [
        ("assessor-not-independent", 3),
        ("unknown-measure", 5),
        ("measure-elsewhere", 6),
    ]


def test_a_fault_of_what_no_row_said_leads_to_the_first(
    known: dict[str, Document],
) -> None:
    sheet = attested(known, row("SL1-MO-1"), row("SL2-MO-1"))

    fault = sheet.fault(("site:hub", "operator"), "code", "wrong", "right")

    assert str(fault) == "t.csv:2: code: wrong; expected right"
