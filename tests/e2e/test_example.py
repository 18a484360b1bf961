"""The example institute is whole: its evidence, its levels, what its README tells."""

import re
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from ringwall.base.clock import FixedClock, parse_instant
from ringwall.institute import Institute
from ringwall.model.declarations import Document
from ringwall.model.levels import ClusterStanding, Domain
from ringwall.model.parties import RELATIONS, Organisation
from ringwall.model.places import Site
from ringwall.model.tiers import TIER_VECTORS, Tier
from tests.example import EXAMPLES, NOON, declared

DOCUMENTS: dict[str, Document] = {
    document.id: document for file in declared() for document, _ in file.documents()
}
HOLDERS = [doc for doc in DOCUMENTS.values() if isinstance(doc, Site | Organisation)]


@pytest.fixture(scope="module")
def example_institute(
    example: Path, tmp_path_factory: pytest.TempPathFactory
) -> Institute:
    folder = tmp_path_factory.mktemp("asked") / "institute"
    shutil.copytree(example, folder)
    return Institute(folder, FixedClock(NOON))


def test_each_attestation_rests_on_a_report_that_is_there() -> None:
    reports = {
        sha256(path.read_bytes()).hexdigest(): path.stem
        for path in (EXAMPLES / "evidence").glob("*.md")
    }

    cited = {
        (attestation.evidence, attestation.source)
        for holder in HOLDERS
        for attestation in holder.attestations
    }

    assert {evidence for evidence, _ in cited} == reports.keys()
    assert all(reports[e] == str(source).replace(" ", "-") for e, source in cited)


@pytest.mark.parametrize(
    ("site", "levels", "cluster"),
    [
        ("site:hub-north", "SL3 SL3 SL3 SL3 SL4", ClusterStanding.REGISTERED),
        ("site:hub-south", "SL2 SL2 SL2 SL2 SL4", ClusterStanding.UNREGISTERED),
        ("site:hub-west", "SL3 SL3 SL3 SL3 SL4", ClusterStanding.UNREGISTERED),
        ("site:campus", "SL1 SL1 SL1 SL1 SL1", ClusterStanding.UNREGISTERED),
        ("site:lab-east", "SL3 SL3 SL3 SL2 SL4", ClusterStanding.EXEMPT),
    ],
)
def test_each_site_has_the_levels_that_are_told(
    example_institute: Institute,
    site: str,
    levels: str,
    cluster: ClusterStanding,
) -> None:
    facts = example_institute.facts().standing(site, NOON).facts

    assert " ".join(str(getattr(facts, domain)) for domain in Domain) == levels
    assert facts.cluster is cluster


def test_one_site_rests_on_an_exception(example_institute: Institute) -> None:
    facts = example_institute.facts()

    (exception,) = facts.standing("site:hub-west", NOON).facts.exceptions
    assert (exception.measure, str(exception.bare)) == ("SL3-WP-2", "SL2")
    assert not facts.standing("site:hub-north", NOON).facts.exceptions
    late = parse_instant("2030-12-31T00:00:00Z")
    assert str(facts.standing("site:hub-west", late).facts.weights) == "SL2"


def test_no_site_is_ready_for_the_third_tier(
    example_institute: Institute,
) -> None:
    facts = example_institute.facts()

    for site in DOCUMENTS:
        if site.startswith("site:"):
            found = facts.standing(site, NOON).facts
            assert found.weights < TIER_VECTORS[Tier.THIRD][Domain.WEIGHTS]


def test_every_relation_to_the_institute_has_an_example() -> None:
    found = {
        doc.relation for doc in DOCUMENTS.values() if isinstance(doc, Organisation)
    }

    assert found == set(RELATIONS)


def test_the_readme_names_what_is_there() -> None:
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")

    named = set(re.findall(r"`([a-z]+:[a-z0-9.-]+)`", readme))
    kinds = [doc.id.partition(":")[0] for doc in DOCUMENTS.values()]
    files = {path.name for path in EXAMPLES.glob("*.yaml")}
    assert named <= DOCUMENTS.keys()
    assert f"| {kinds.count('user')} people with" in readme
    assert files == set(re.findall(r"`([a-z]+\.yaml)`", readme))
