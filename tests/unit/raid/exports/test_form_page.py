"""Forms as pages."""

from dataclasses import replace

import pytest

from ringwall.raid.exports.form_page import form_page
from ringwall.raid.exports.standards import FORMS
from tests.exported import AGREED, FULL, GIVEN, STANDARDS, exported, telling
from tests.routed import report


@pytest.mark.parametrize("form", FORMS)
def test_a_page_has_each_field_and_the_label_at_both_ends(form: str) -> None:
    page = form_page(exported(form, telling([report(**FULL)]))).decode()

    assert page.startswith("# TLP:AMBER ")
    assert page.endswith("\nTLP:AMBER\n")
    for row in STANDARDS.forms[form]:
        assert f"### {row.name}\n" in page
        assert row.source in page


def test_the_page_of_an_exercise_says_so_in_its_title() -> None:
    given = replace(GIVEN, exercise="storm-1")
    page = form_page(exported("nis2", telling([report(**FULL)]), given)).decode()

    assert page.startswith("# TLP:AMBER EXERCISE storm-1: Significant incident")


def test_what_is_unknown_or_withheld_is_said_so() -> None:
    page = form_page(exported("nis2", telling([report()], part="summary"))).decode()

    assert "*unknown*" in page
    assert "*withheld: not for this recipient*" in page
    assert "- DE (states of report:r-mfzwizltmr, TLP:AMBER)" in page


def test_no_text_of_a_stranger_acts_as_markup() -> None:
    words = {**AGREED, "title": "# <b>![x](http://e)", "narrative": "a\n\n# b | c"}
    page = form_page(exported("art73", telling([report(**words)]))).decode()

    assert "<b>" not in page
    assert "\\#" in page
    assert [line for line in page.splitlines() if line.startswith("# ")] == [
        page.splitlines()[0]
    ]
