"""The folder of clock tables: read whole, or refused with every fault."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError, DeclarationError
from ringwall.raid.clocks.book import ClockBook
from ringwall.raid.clocks.reader import read_clocks
from tools import raid_clock_page, raid_holidays

ROOT = Path(__file__).resolve().parents[4]


def edit(folder: Path, name: str, change: Callable[[str], str]) -> None:
    path = folder / name
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")


def faults(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(DeclarationError) as caught:
        read_clocks(folder)
    assert caught.value.code == "clock-rules-refused"
    assert caught.value.next_step
    return [(Path(one.file).name, one.code) for one in caught.value.faults]


def test_every_rule_of_the_shipped_tables_has_source_digest_and_first_day(
    shipped_clocks: ClockBook,
) -> None:
    assert len(shipped_clocks.rules) == 49
    assert len(shipped_clocks.places) == 33
    for rule in shipped_clocks.rules.values():
        assert rule.source
        assert len(rule.digest) == 64
        assert rule.applies_from or rule.status == "proposed"
        # What nobody has held against its source says so.
        assert (rule.verified_on is None) == (rule.confidence == "recalled")


def test_a_rule_without_a_source_is_refused(clocks_folder: Path) -> None:
    edit(
        *(clocks_folder, "rules.csv"),
        lambda text: text.replace("Regulation (EU) 2016/679 Art. 33", ""),
    )
    assert ("rules.csv", "clock-rule-unsourced") in faults(clocks_folder)


@pytest.mark.parametrize(
    ("file", "before", "after", "code"),
    [
        ("rules.csv", "GDPR33,GDPR", "gdpr,GDPR", "wrong-value"),
        ("rules.csv", "EUDPR34,EUDPR", "GDPR33,EUDPR", "duplicate-id"),
        ("rules.csv", "EUDPR34,EUDPR", ",EUDPR", "duplicate-id"),
        ("rules.csv", "id,regime", "name,regime", "wrong-columns"),
        ("stages.csv", "notification,aware", "early-warning,aware", "duplicate-id"),
        ("stages.csv", "PT72H", "72 h", "wrong-value"),
        ("stages.csv", "DORA19:initial", "DORA19:first", "unknown-word"),
        ("places.csv", "Europe/Vienna", "Europe/Wien", "wrong-value"),
        ("places.csv", "BE,Belgium", "AT,Belgium", "duplicate-id"),
        ("holidays.csv", "AT,2025-01-01", "AT,2025-13-01", "wrong-value"),
        ("holidays.csv", "AT,2025-01-06", "AT,2025-01-01", "duplicate-id"),
        ("triggers.csv", "GDPR33,1,harms", "GDPR34,1,harms", "unknown-word"),
        ("triggers.csv", "GDPR33,1,harms", "GDPR33,1,moods", "unknown-word"),
    ],
)
def test_a_fault_is_named_with_its_file(
    clocks_folder: Path, file: str, before: str, after: str, code: str
) -> None:
    edit(clocks_folder, file, lambda text: text.replace(before, after, 1))
    assert (file, code) in faults(clocks_folder)


def test_a_row_of_what_is_not_there_is_named(clocks_folder: Path) -> None:
    edit(
        *(clocks_folder, "stages.csv"),
        lambda text: text.replace("GDPR33,initial", "GDPR34,initial"),
    )
    edit(
        *(clocks_folder, "holidays.csv"),
        lambda text: text.replace("AT,2025-01-01", "ZZ,2025-01-01"),
    )
    found = faults(clocks_folder)
    assert found[:3] == [
        ("places.csv", "unknown-word"),
        ("rules.csv", "wrong-value"),
        ("rules.csv", "unknown-word"),
    ]
    assert set(found[3:]) == {("triggers.csv", "unknown-word")}


def test_all_faults_are_told_at_once(clocks_folder: Path) -> None:
    edit(clocks_folder, "rules.csv", lambda text: text.replace("GDPR33,G", "x,G"))
    edit(clocks_folder, "holidays.csv", lambda text: text.replace("2025", "25"))
    found = faults(clocks_folder)
    assert ("rules.csv", "wrong-value") in found
    assert ("holidays.csv", "wrong-value") in found


def test_tables_without_rows_are_refused(clocks_folder: Path) -> None:
    for name in ("rules.csv", "places.csv"):
        edit(clocks_folder, name, lambda text: text.splitlines()[0] + "\n")
    found = faults(clocks_folder)
    assert ("rules.csv", "no-rows") in found
    assert ("places.csv", "no-rows") in found


def test_a_table_that_is_not_there_is_told(clocks_folder: Path) -> None:
    (clocks_folder / "stages.csv").unlink()
    with pytest.raises(ConfigurationError) as caught:
        read_clocks(clocks_folder)
    assert caught.value.code == "clock-rules-missing"


def test_the_holidays_are_those_of_the_library() -> None:
    table = ROOT / "raid" / "clocks" / "holidays.csv"
    assert table.read_text(encoding="utf-8") == raid_holidays.table()


def test_every_state_and_the_union_have_holidays_of_six_years(
    shipped_clocks: ClockBook,
) -> None:
    for place in shipped_clocks.places.values():
        years = {day.year for day in place.holidays}
        wanted = set() if place.sort.startswith("us-") else set(range(2025, 2031))
        assert years == wanted, place.code


def test_the_page_of_the_clocks_is_up_to_date(shipped_clocks: ClockBook) -> None:
    told = raid_clock_page.PAGE.read_text(encoding="utf-8")
    assert told == raid_clock_page.page(shipped_clocks)


@pytest.mark.parametrize("follows", ["DORA19:initial", "DORA19:final"])
def test_stages_that_wait_for_themselves_are_refused(
    clocks_folder: Path, follows: str
) -> None:
    # `initial` waits for itself, or for `final`, which waits for it by way of others.
    path = clocks_folder / "stages.csv"
    lines = path.read_text("utf-8").splitlines()
    place = lines[0].split(",").index("follows")
    for number, line in enumerate(lines):
        if line.startswith("DORA19,initial,"):
            cells = line.split(",")
            cells[place] = follows
            lines[number] = ",".join(cells)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")

    assert ("stages.csv", "stages-in-a-ring") in faults(clocks_folder)
