"""Who assesses what matters is there to assess, screened and under agreement."""

from pathlib import Path

import pytest

from ringwall.registry.assessors import unfit_assessor
from ringwall.registry.proposal import propose
from tests.declaring import Files
from tests.threat_rows import NOON

IN_DATE = 'from: "2026-01-01T00:00:00Z", until: "2027-01-01T00:00:00Z"'
LAPSED = 'from: "2025-01-01T00:00:00Z", until: "2026-01-01T00:00:00Z"'
LATER = 'from: "2027-01-01T00:00:00Z", until: "2028-01-01T00:00:00Z"'


def organisation(relation: str, screening: str, agreement: str, more: str = "") -> str:
    return f"""\
organisations:
- id: org:x
  relation: {relation}
  evidence:
  - {{kind: screening, assessor: a board, {screening}}}
  - {{kind: agreement, assessor: a board, {agreement}}}
{more}"""


def asked(tmp_path: Path, text: str, entity: str = "org:x") -> str:
    files = Files(tmp_path)
    proposal, _ = propose(files.base(), files.read(text))
    return unfit_assessor(entity, proposal, NOON)


def test_an_assessor_with_screening_and_agreement_is_fit(tmp_path: Path) -> None:
    assert asked(tmp_path, organisation("assessor", IN_DATE, IN_DATE)) == ""


def test_an_institution_of_the_union_needs_no_screening(tmp_path: Path) -> None:
    assert asked(tmp_path, organisation("eu-institution", LAPSED, LAPSED)) == ""


@pytest.mark.parametrize("relation", ["assessor", "eu-institution"])
def test_the_suspended_are_not_fit(tmp_path: Path, relation: str) -> None:
    text = organisation(relation, IN_DATE, IN_DATE, "  suspended: true\n")

    assert asked(tmp_path, text) == "is suspended"


@pytest.mark.parametrize("when", [LAPSED, LATER])
def test_an_assessor_out_of_date_is_not_fit(tmp_path: Path, when: str) -> None:
    unscreened = organisation("assessor", when, IN_DATE)
    unbound = organisation("assessor", IN_DATE, when)

    assert asked(tmp_path, unscreened) == "has no screening in date"
    assert asked(tmp_path, unbound) == "has no agreement in date"


@pytest.mark.parametrize(
    "relation",
    ["partner", "licensee", "research-organisation", "international-body"],
)
def test_nobody_else_is_fit_whatever_they_show(tmp_path: Path, relation: str) -> None:
    told = asked(tmp_path, organisation(relation, IN_DATE, IN_DATE))

    assert told == f"is not there to assess: its relation is `{relation}`"


def test_the_institute_does_not_assess_itself(tmp_path: Path) -> None:
    text = organisation("partner", IN_DATE, IN_DATE)

    assert "relation is `institute`" in asked(tmp_path, text, "org:institute")


def test_one_that_is_not_on_record_is_for_others_to_refuse(tmp_path: Path) -> None:
    text = organisation("partner", IN_DATE, IN_DATE)

    assert asked(tmp_path, text, "org:nobody") == ""
