"""An asset is placed only where every domain meets its tier."""

from dataclasses import replace
from pathlib import Path

import pytest

from ringwall.registry.plan import Verb
from tests.declaring import BASE, TERMS, Files, verbs
from tests.threat_rows import DAY, ids

EVIDENCE = "ab" * 32
DATES = 'from: "2026-01-01T00:00:00Z", until: "2028-01-01T00:00:00Z"'


def attested(*measures: str, until: str = "2027-06-01") -> str:
    return (
        f"  - {{measures: [{', '.join(measures)}], assessor: org:inspect,"
        f' from: "2026-01-01T00:00:00Z", until: "{until}T00:00:00Z",'
        f" evidence: {EVIDENCE}}}\n"
    )


SITES = (
    BASE.replace(
        "- {id: org:institute, relation: institute}\n",
        "- id: org:institute\n  relation: institute\n  attestations:\n"
        + attested(*ids(4, "FM"))
        + "- {id: org:inspect, relation: assessor, evidence: ["
        f"{{kind: screening, assessor: a board, {DATES}}}, "
        f"{{kind: agreement, assessor: a board, {DATES}}}]}}\n",
    ).replace(
        "- {id: site:hub, operator: org:institute}\n",
        "- id: site:hub\n  operator: org:institute\n  attestations:\n"
        + attested(*ids(3, "WS", "SW", "RT"))
        + attested(*ids(3, "MO"), until="2027-01-01")
        + "- {id: site:shed, operator: org:partner}\n",
    )
    + "- {id: dataset:placed, tier: lower, content: open, held_at: [site:shed]}\n"
)
UPPER = "assets:\n- id: dataset:x\n  content: open\n  tier: upper\n  held_at:\n"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path, SITES)


def test_a_site_that_meets_the_tier_takes_the_asset(files: Files) -> None:
    plan = files.plan(f"{UPPER}  - site:hub\n")

    assert verbs(plan) == {"dataset:x": Verb.ADDED}


def test_a_site_that_falls_short_does_not(files: Files) -> None:
    code, line, message = files.whole_fault(f"{UPPER}  - site:shed\n  - site:hub\n")

    assert (code, line) == ("site-insufficient", 6)
    assert "`site:shed` can't hold `dataset:x` in `upper`" in message
    assert "weights SL0, 3 measures below SL3" in message


def test_one_domain_that_has_lapsed_is_enough(files: Files) -> None:
    later = replace(TERMS, now=TERMS.now + 60 * DAY)

    code, _, message = files.whole_fault(f"{UPPER}  - site:hub\n", terms=later)

    assert code == "site-insufficient"
    assert message.endswith("in `upper`: detection SL0, 3 measures below SL3")


def test_the_measures_of_the_institute_count_at_its_sites(files: Files) -> None:
    without = SITES.replace(attested(*ids(4, "FM")), attested(*ids(3, "FM")))

    _, _, message = files.on(without).whole_fault(f"{UPPER}  - site:hub\n")

    assert message.endswith("in `upper`: personnel SL3, 1 measure below SL4")


def newly_attested(operator: str) -> str:
    return (
        f"sites:\n- id: site:new\n  operator: {operator}\n  attestations:\n"
        + attested(*ids(3, "WS", "SW", "RT", "MO"))
    )


def test_a_site_attested_here_takes_the_asset_at_once(files: Files) -> None:
    plan = files.plan(newly_attested("org:institute"), f"{UPPER}  - site:new\n")

    assert set(verbs(plan)) == {"dataset:x", "site:new"}


def test_a_site_does_not_borrow_the_staff_of_the_institute(files: Files) -> None:
    (fault,) = files.faults(newly_attested("org:partner"), f"{UPPER}  - site:new\n")

    assert fault.code == "site-insufficient"
    assert "in `upper`: personnel SL0" in fault.message


def test_a_site_whose_operator_is_suspended_takes_nothing(files: Files) -> None:
    text = (
        "organisations:\n- {id: org:partner, relation: partner, suspended: true}\n"
        "assets:\n- {id: dataset:x, tier: lower, content: open,"
        " held_at: [site:shed]}\n"
    )

    code, line, message = files.whole_fault(text)

    assert (code, line) == ("site-insufficient", 4)
    assert message.endswith("`org:partner`, which runs it, is suspended")


def test_an_asset_declared_again_as_it_stands_is_no_new_placing(files: Files) -> None:
    text = (
        "assets:\n- {id: dataset:placed, tier: lower, content: open,"
        " held_at: [site:shed], note: still there}\n"
    )

    assert verbs(files.plan(text)) == {"dataset:placed": Verb.CHANGED}


def test_an_asset_that_is_raised_needs_a_site_of_the_new_tier(files: Files) -> None:
    text = (
        "assets:\n- {id: dataset:placed, tier: upper, content: open,"
        " held_at: [site:shed]}\n"
    )

    assert files.fault(text) == ("site-insufficient", 2)


def test_what_is_in_no_tier_may_stand_anywhere(files: Files) -> None:
    text = "assets:\n- {id: dataset:x, content: open, held_at: [site:shed]}\n"

    assert verbs(files.plan(text)) == {"dataset:x": Verb.ADDED}


def test_a_site_that_is_not_on_record_is_told_once(files: Files) -> None:
    assert files.fault(f"{UPPER}  - site:none\n") == ("unknown-reference", 6)
