"""What a site lacks for its next levels, as facts and in words."""

from dataclasses import replace

import pytest

from ringwall.model.facts import Lapse, SiteFacts
from ringwall.model.places import Site
from ringwall.pdp.lacking import lacking
from ringwall.pdp.standing import standing_of
from ringwall.threats.benchmark import Benchmark
from ringwall.threats.rows import Measure
from tests.unit.pdp.ladder import ROWS, shared_up_to
from tests.unit.pdp.scene import NOW, PAST, SEEN, attested, edited, institute
from tests.unit.pdp.test_standing import at


def site(*lacks: str, lapsed: tuple[str, ...] = ()) -> SiteFacts:
    """Return a site that lacks measures for its weights."""
    return replace(
        at().facts,
        lacks=tuple(("weights", measure) for measure in lacks),
        lapses=tuple(Lapse("weights", measure, 0, 1) for measure in lapsed),
    )


@pytest.mark.parametrize(
    ("lacks", "lapsed", "words"),
    [
        ((), (), ""),
        (("a",), (), "lacks a"),
        (("a", "b", "c", "d"), (), "lacks a, b, c, d"),
        (("a", "b", "c", "d", "e"), (), "lacks a, b, c, d and at least 1 more"),
        (("a", "b"), ("a",), "lacks b"),
        (("a",), ("a",), ""),
    ],
)
def test_the_first_measures_that_were_never_attested_are_named(
    lacks: tuple[str, ...], lapsed: tuple[str, ...], words: str
) -> None:
    facts = site(*lacks, lapsed=lapsed)

    assert lacking(facts, "weights") == lacking(facts, "network", "weights") == words
    assert lacking(facts, "network") == ""


def test_what_the_next_level_of_each_domain_lacks_is_named() -> None:
    facts = at(attestations=attested("SL3", "SL3")).facts

    assert facts.lacks == (
        ("weights", "SL4-WS-1"),
        ("network", "SL4-SW-1"),
        ("assurance", "SL4-RT-1"),
        ("detection", "SL4-MO-1"),
        ("personnel", "SL4-PP-1"),
    )
    assert at(attestations=attested("SL5", "SL5")).facts.lacks == ()


def test_what_lapsed_is_lacking_too() -> None:
    lapsed = attested("SL3", "SL4", PAST)
    lacks = at(attestations=[*lapsed[:1], *attested("SL3", "SL4")[1:]]).facts.lacks

    assert ("weights", "SL1-WS-1") in lacks


def test_of_one_domain_eight_lacking_measures_are_named() -> None:
    rows = [
        Measure.model_validate({**ROWS[0], "id": f"SL1-WS-{n}", "name": f"m-{n}"})
        for n in range(1, 12)
    ]
    site = edited("site:hub", attestations=[])
    assert isinstance(site, Site)
    documents = institute().documents()
    facts = standing_of(site, documents, Benchmark(rows), NOW).facts

    assert facts.lacks == tuple(("weights", f"SL1-WS-{n}") for n in range(1, 9))
    assert facts.shared_lacks == ()


def test_what_the_institute_lacks_first_is_named_apart() -> None:
    lacking = edited(
        "org:institute", attestations=[{**SEEN, "measures": shared_up_to("SL2")}]
    )

    assert at(lacking).facts.shared_lacks == (("personnel", "SL3-AT-1"),)
    # Though the site itself lacks something below that.
    low = at(lacking, attestations=[]).facts
    assert low.shared_lacks == (("personnel", "SL3-AT-1"),)
    assert ("personnel", "SL1-PP-1") in low.lacks
    assert at().facts.shared_lacks == ()
