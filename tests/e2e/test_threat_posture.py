"""A site's posture: as data, as a sheet, and as an officer reads it."""

from pathlib import Path

import pytest
import yaml

from tests.e2e.running import Ringwall

NOON = "2026-11-21T12:00:00Z"
DIGEST = "ab" * 32
SITE = "site:new"
ONES = ["SL1-WS-2", "SL1-WP-1", "SL1-AC-1", "SL1-AC-2"]
"""What SL1 asks of a place in the domain weights."""


def _apply(ringwall: Ringwall, folder: Path, sites: list[dict[str, object]]) -> None:
    path = folder / "more.yaml"
    path.write_text(yaml.safe_dump({"sites": sites}))
    done = ringwall("apply", path)
    assert done.code == 0, done.err


def _attested(measures: list[str], until: str) -> dict[str, object]:
    return {
        "measures": measures,
        "assessor": "org:example-assurance",
        "from": "2026-01-01T00:00:00Z",
        "until": until,
        "evidence": DIGEST,
    }


@pytest.fixture
def site(ringwall: Ringwall, institute: Path) -> str:
    """A site with a lapse soon, one long past and an exception, in one domain."""
    exception = {
        "measure": "SL1-AC-2",
        "compensation": "each access is written into a book by two people",
        "reason": "the log is being replaced",
        "approved_by": ["user:marian", "user:radia"],
        "from": "2026-01-01T00:00:00Z",
        "until": "2027-06-01T00:00:00Z",
    }
    attestations = [
        _attested(ONES[:2], "2030-01-01T00:00:00Z"),
        _attested(["SL1-AC-1"], "2026-12-01T00:00:00Z"),
        _attested(["SL2-WS-1"], "2026-06-01T00:00:00Z"),
    ]
    _apply(
        ringwall,
        institute,
        [
            {
                "id": SITE,
                "operator": "org:institute",
                "attestations": attestations,
                "exceptions": [exception],
            }
        ],
    )
    return SITE


def test_the_posture_tells_levels_with_and_without_exceptions(
    ringwall: Ringwall, site: str
) -> None:
    answer = ringwall("threat", "assess", site, "--at", NOON).json()
    weights = answer["domains"][0]

    assert (answer["site"], answer["at"]) == (site, NOON)
    assert (weights["domain"], weights["level"]) == ("weights", "SL1")
    assert weights["without_exceptions"] == "SL0"
    (exception,) = answer["exceptions"]
    assert exception["measure"] == "SL1-AC-2"
    assert exception["approved_by"] == "user:marian, user:radia"


def test_the_posture_tells_what_is_missing_and_when_it_ended(
    ringwall: Ringwall, site: str
) -> None:
    answer = ringwall("threat", "assess", site, "--at", NOON).json()
    missing = {row["measure"]: row for row in answer["domains"][0]["missing"]}

    assert answer["domains"][0]["next"] == "SL2"
    assert missing["SL2-WS-1"]["ended"] == "2026-06-01T00:00:00Z"
    assert missing["SL2-WS-2"]["ended"] is None
    assert missing["SL2-WS-2"]["name"] == "enc-256-kms"


@pytest.mark.parametrize(
    ("days", "told"), [(9, []), (10, ["SL1-AC-1"]), (300, ["SL1-AC-1", "SL1-AC-2"])]
)
def test_the_posture_tells_what_ends_within_the_days_asked_for(
    ringwall: Ringwall, site: str, days: int, told: list[str]
) -> None:
    words = ("threat", "assess", site, "--at", "2026-11-21T00:00:00Z", "--days", days)
    lapses = ringwall(*words).json()["lapses"]

    assert [row["measure"] for row in lapses] == told
    for row in lapses:
        assert (row["level"], row["alone"], row["then"]) == ("SL1", "SL0", "SL0")


def test_a_site_at_another_instant_has_another_level(
    ringwall: Ringwall, site: str
) -> None:
    levels = [
        ringwall("threat", "assess", site, "--at", at).json()["domains"][0]["level"]
        for at in ("2025-12-31T23:59:59Z", NOON, "2026-12-01T00:00:00Z")
    ]

    assert levels == ["SL0", "SL1", "SL0"]


def test_an_officer_reads_it_in_80_columns(ringwall: Ringwall, site: str) -> None:
    answer = ringwall("threat", "assess", site, "--at", NOON).json()
    shown = ringwall.table("threat", "assess", site, "--at", NOON).out

    assert max(map(len, shown.splitlines())) <= 80
    assert shown.startswith(f"{site}, aligned with no level\n")
    assert "run by org:institute" in shown
    assert "exceptions in force: 1" in shown
    assert "ending by 2027-02-19T12:00:00Z: 1" in shown
    assert "vectors that stay open, by class" in shown
    covers = [cell["cover"] for cell in answer["open"]["OC3"]]
    counts = f"{covers.count('open')} open, {covers.count('partial')} in part"
    assert f"OC3 vectors {counts}, which " in " ".join(shown.split())
    assert "certified" not in shown


def test_an_officer_first_reads_what_lapsed_and_what_a_tier_would_take(
    ringwall: Ringwall, site: str
) -> None:
    answer = ringwall("threat", "assess", site, "--at", NOON).json()
    shown = ringwall.table("threat", "assess", site, "--at", NOON).out

    upper = [gap for gap in answer["to_serve"] if gap["tier"] == "upper"]
    count = sum(len(gap["missing"]) for gap in upper)
    assert upper[0]["needs"] == "SL3"
    assert upper[0]["missing"][0]["measure"] == "SL2-WS-1"
    lower, told, rest = shown.partition(
        f"to serve the upper tier: {count} measures are missing (1 lapsed, "
    )
    assert "to serve the lower tier: " in lower
    assert told
    assert "\nweights    SL3: lapsed SL2-WS-1; SL2-WS-2, " in rest
    # What two tiers need is named once, save where the next level is told.
    above, _, listed = rest.partition("asked for by the next level")
    named = [m["measure"] for gap in answer["to_serve"] for m in gap["missing"]]
    for measure in set(named):
        assert f"{lower}{above}".count(measure) == 1
    assert "SL2-WS-1" in listed.splitlines()[3]


def test_a_measure_that_lacks_alone_is_counted_as_one(ringwall: Ringwall) -> None:
    words = ("threat", "assess", "site:hub-north", "--at", NOON)
    gaps = {gap["domain"]: gap for gap in ringwall(*words).json()["to_serve"]}
    shown = ringwall.table(*words).out

    assert [m["measure"] for m in gaps["personnel"]["missing"]] == ["SL5-PP-1"]
    assert "\npersonnel  SL5: SL5-PP-1\n" in shown


def test_a_part_that_is_empty_is_left_out(ringwall: Ringwall) -> None:
    shown = ringwall.table("threat", "assess", "site:hub-north", "--at", NOON).out

    assert shown.startswith("site:hub-north, aligned with SL3\n")
    assert "tiers whose levels it has in every domain: lower, upper" in shown
    assert "exceptions in force" not in shown
    assert "ending by" not in shown
    assert "to serve the upper tier" not in shown
    assert "to serve the third tier: " in shown
    # None of the missing measures was ever attested there.
    assert "ended" not in shown


def test_the_sheet_has_a_row_for_each_domain(ringwall: Ringwall, site: str) -> None:
    rows = ringwall("threat", "assess", site, "--at", NOON, "--format", "csv").csv()

    domains = ["weights", "network", "assurance", "detection", "personnel"]
    assert [row["domain"] for row in rows] == domains
    assert {row["site"] for row in rows} == {site}
    assert rows[0]["next"] == "SL2"
    assert int(rows[0]["missing"]) > 0


def test_a_suspended_operator_is_told_whatever_the_levels(
    ringwall: Ringwall, institute: Path
) -> None:
    suspended = {
        "id": "org:gone",
        "relation": "partner",
        "suspended": True,
    }
    path = institute / "gone.yaml"
    path.write_text(
        yaml.safe_dump(
            {
                "organisations": [suspended],
                "sites": [{"id": "site:gone", "operator": "org:gone"}],
            }
        )
    )
    assert ringwall("apply", path).code == 0

    answer = ringwall("threat", "assess", "site:gone").json()
    shown = ringwall.table("threat", "assess", "site:gone").out

    (note,) = answer["notes"]
    assert note.startswith("who runs it is suspended or not on record")
    assert f"note: {note}" in " ".join(shown.split())


def test_without_an_institute_on_record_its_measures_count_nowhere(
    ringwall: Ringwall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "young"
    assert ringwall("init", folder).code == 0
    monkeypatch.chdir(folder)
    path = folder / "first.yaml"
    path.write_text(
        yaml.safe_dump(
            {
                "organisations": [{"id": "org:first", "relation": "partner"}],
                "sites": [{"id": "site:first", "operator": "org:first"}],
            }
        )
    )
    assert ringwall("apply", path).code == 0

    answer = ringwall("threat", "assess", "site:first").json()

    assert answer["level"] == "SL0"
    (note,) = answer["notes"]
    assert note.startswith("none or several are on record as the institute")
