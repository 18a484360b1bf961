"""Advisories of CSAF 2.0, judged by its schema and mandatory tests."""

from typing import Any

import pytest

from ringwall.base.errors import ActRefused
from ringwall.raid.exports.telling import Telling
from ringwall.raid.routing.labels import Tlp
from tests.exported import AGREED, FULL, check_advisory, exported, loaded, telling
from tests.routed import CASE, report

WHOLE = {"name": "Rota", "developer": "Example Systems", "version": "2.1"}


def checked(told: Telling) -> dict[str, Any]:
    """Return an advisory that the schema and every mandatory test takes."""
    check_advisory(exported("csaf", told))
    made: dict[str, Any] = loaded("csaf", told)
    return made


def test_an_advisory_is_a_draft_that_passes_each_mandatory_test() -> None:
    made = checked(telling([report(**FULL)]))

    document = made["document"]
    assert document["tracking"]["status"] == "draft"
    assert document["tracking"]["id"] == CASE.removeprefix("case:").upper()
    assert document["publisher"]["namespace"] == "https://example.org/log"
    assert document["distribution"]["tlp"] == {"label": "AMBER"}
    (flaw,) = made["vulnerabilities"]
    assert [one["url"] for one in flaw["references"]] == ["https://example.org/b"]


def test_only_products_with_maker_and_version_are_in_the_tree() -> None:
    (vendor,) = checked(telling([report(**FULL)]))["product_tree"]["branches"]

    (product,) = vendor["branches"]
    (version,) = product["branches"]
    found = (vendor["name"], product["name"], version["name"])
    assert found == ("Example Systems", "Rota", "2.1")


def test_products_of_several_reports_are_in_the_tree_once() -> None:
    older, other = {**WHOLE, "version": "2.0"}, {**WHOLE, "developer": "Other"}
    reports = [
        report("report:r-a", **AGREED, systems=[WHOLE, older]),
        report("report:r-b", **AGREED, systems=[WHOLE, other]),
        report("report:r-c", **AGREED, systems="unknown"),
    ]
    made = checked(telling(reports))

    branches = made["product_tree"]["branches"]
    assert [one["name"] for one in branches] == ["Example Systems", "Other"]
    versions = branches[0]["branches"][0]["branches"]
    assert [one["name"] for one in versions] == ["2.1", "2.0"]
    assert len(made["vulnerabilities"]) == 2
    assert "references" not in made["vulnerabilities"][0]


@pytest.mark.parametrize(
    ("values", "status", "category"),
    [
        (("observed",), "known_affected", "csaf_security_advisory"),
        (
            ("proof-of-concept", "observed"),
            *("known_affected", "csaf_security_advisory"),
        ),
        (("none",), "under_investigation", "csaf_base"),
        (("none", "observed"), "under_investigation", "csaf_base"),
    ],
)
def test_only_what_was_shown_to_work_is_called_affected(
    values: tuple[str, ...], status: str, category: str
) -> None:
    made = checked(telling([report(**FULL)], {"expl": values}))

    assert set(made["vulnerabilities"][0]["product_status"]) == {status}
    assert made["document"]["category"] == category


def test_a_label_that_csaf_does_not_have_becomes_the_next_higher() -> None:
    made = checked(telling([report("report:r-a", Tlp.AMBER_STRICT, **FULL)]))

    assert made["document"]["distribution"] == {
        "text": "TLP:AMBER+STRICT (TLP 2.0)",
        "tlp": {"label": "RED"},
    }


@pytest.mark.parametrize(
    ("systems", "missing"),
    [
        ("unknown", "a product by name, its maker, its version"),
        ([{"name": "Rota"}], "its maker, its version"),
        ([{"name": "Rota", "developer": "X"}], "its version"),
        (
            [{"name": "Rota", "developer": "X"}, {"name": "Rota", "version": "2"}],
            "maker and version of one and the same product",
        ),
    ],
)
def test_without_a_whole_product_it_is_refused_with_what_is_missing(
    systems: object, missing: str
) -> None:
    with pytest.raises(ActRefused) as caught:
        exported("csaf", telling([report(**AGREED, systems=systems)]))

    assert caught.value.code == "export-incomplete"
    assert caught.value.message.endswith(f"lacks {missing}")


def test_without_words_it_is_refused() -> None:
    with pytest.raises(ActRefused, match="title and narrative of a report"):
        exported("csaf", telling([report(systems=[WHOLE])]))
