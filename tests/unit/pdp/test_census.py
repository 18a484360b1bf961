"""Who and what is counted, and that profiles part whom the floor parts."""

from itertools import product
from typing import Any

import pytest

from ringwall.model.declarations import Document, document_of
from ringwall.model.facts import Situation
from ringwall.pdp.census import FLOOR_READS, Census
from ringwall.pdp.facts import FactBase
from ringwall.pdp.floor import broken_rules
from ringwall.pdp.missing import FactMissing
from ringwall.pdp.stages import stages_of
from tests.unit.pdp.ladder import measures_up_to
from tests.unit.pdp.scene import (
    BY_ID,
    NOW,
    PAST,
    RUN,
    ask,
    attested,
    decider,
    edited,
    institute,
    screening,
    small,
)

EVERY = stages_of("weights.read")


def census(facts: FactBase, now: int = NOW, *, wide_open: bool = False) -> Census:
    point = small() if wide_open else decider()
    concerns = {stage: item.concern for stage, item in point.concerns.items()}
    return Census(facts, now, concerns)


def test_everybody_and_everything_in_order_is_counted() -> None:
    counted = census(institute())

    assert counted.parties(EVERY).ids == (
        *("service:runner", "user:ada", "user:kay", "user:liv", "user:lou"),
        "user:max",
    )
    assert counted.assets(EVERY).ids == ("dataset:open", "eval:brief", "weights:aurora")
    assert counted.places(EVERY).ids == ("point:campus", "point:hub")


def test_what_is_counted_is_what_a_check_would_see() -> None:
    facts = institute()
    counted, seen = census(facts), facts.situation(ask(), NOW)

    assert counted.party("user:ada")[:2] == (seen.subject, seen.organisation)
    assert counted.holding("weights:aurora").asset == seen.asset
    assert counted.place("point:hub") == (seen.site, seen.point)


@pytest.mark.parametrize(
    ("facts", "subjects"),
    [
        (institute(without=("gov:fr",)), {"user:lou"}),
        (institute(without=("user:ada",)), {"user:ada", "service:runner"}),
        (
            institute(edited("user:ada", organisation="org:partner")),
            {"service:runner"},
        ),
    ],
)
def test_who_leans_on_what_is_not_in_order_is_left_out(
    facts: FactBase, subjects: set[str]
) -> None:
    everybody = set(census(institute()).parties(EVERY).ids)

    assert set(census(facts).parties(EVERY).ids) == everybody - subjects


@pytest.mark.parametrize(
    "change",
    [
        edited("org:institute", suspended=True),
        edited("site:hub", operator="org:nobody"),
        edited("point:hub", site="site:nowhere"),
    ],
)
def test_a_point_that_is_not_in_order_is_left_out(change: Document) -> None:
    partner = edited("site:campus", operator="org:partner")
    counted = census(institute(change, partner))

    assert counted.places(EVERY).ids == ("point:campus",)
    assert len(counted.parties(EVERY)) == 6
    with pytest.raises(FactMissing):
        counted.place("point:hub")


def test_one_point_and_one_subject_out_of_order_hide_no_other() -> None:
    counted = census(
        institute(
            edited("point:campus", site="site:nowhere"),
            edited("service:runner", operator="user:nobody"),
        )
    )

    assert counted.places(EVERY).ids == ("point:hub",)
    assert counted.parties(EVERY).ids[0] == "user:ada"
    assert len(counted.parties(EVERY)) == 5


@pytest.mark.parametrize(
    "gone",
    [
        ("point:hub", "point:campus"),
        ("weights:aurora", "eval:brief", "dataset:open"),
        tuple(entity for entity in BY_ID if entity.startswith(("user", "service"))),
    ],
)
def test_where_no_question_can_be_asked_nobody_can_do_anything(
    gone: tuple[str, ...],
) -> None:
    counted = census(institute(without=gone))

    assert len(counted.parties(EVERY)) == 0
    assert len(counted.places(EVERY)) == 0


@pytest.mark.parametrize(
    ("resource", "code"),
    [
        ("weights:nothing", "unknown-resource"),
        ("user:ada", "unknown-resource"),
        ("weights:unplaced", "asset-unclassified"),
    ],
)
def test_what_is_no_asset_that_is_held_is_missing(resource: str, code: str) -> None:
    with pytest.raises(FactMissing) as caught:
        census(institute()).holding(resource)

    assert caught.value.reason.code == code


def test_people_who_are_alike_make_one_profile() -> None:
    people = [edited("user:max", id=f"user:p{number}") for number in range(50)]
    parties = census(institute(*people)).parties(EVERY)

    assert len(parties.examples) == len(census(institute()).parties(EVERY).examples)
    assert len(parties) == 56


@pytest.mark.parametrize(
    "change",
    [
        {"roles": ["custodian"]},
        {"compartments": ["raid"]},
        {"suspended": True},
        {"screening": screening("SL2")},
        {"screening": screening("SL1", PAST)},
        {"organisation": "org:partner"},
    ],
)
def test_people_who_differ_in_what_is_read_make_two(change: dict[str, Any]) -> None:
    other = edited("user:max", id="user:other", **change)
    before = census(institute()).parties(EVERY)

    assert (
        len(census(institute(other)).parties(EVERY).examples)
        == len(before.examples) + 1
    )


def test_a_service_is_not_of_the_profile_of_a_person_who_is_alike() -> None:
    runner = edited("service:runner", operator="user:max", roles=[], compartments=None)
    twin = edited("user:max", id="user:twin", roles=["service"])
    parties = census(institute(runner, twin), wide_open=True).parties(EVERY)
    numbers = dict(zip(parties.ids, parties.profiles, strict=True))
    service, person = (
        parties.examples[numbers[entity]] for entity in ("service:runner", "user:twin")
    )

    assert service.subject.roles == person.subject.roles
    assert service is not person
    assert (service.is_service, person.is_service) == (True, False)


def test_sites_that_differ_in_one_domain_are_two_places() -> None:
    levels = attested("SL3", "SL4")
    levels[1] = {**levels[1], "measures": measures_up_to("network", "SL4")}
    site = edited("site:hub", id="site:other", attestations=levels)
    alike = edited("site:hub", id="site:alike")
    points = [
        edited("point:hub", id=f"point:{name}", site=f"site:{name}")
        for name in ("other", "alike")
    ]
    places = census(institute(site, alike, *points), wide_open=True).places(EVERY)
    numbers = dict(zip(places.ids, places.profiles, strict=True))

    assert numbers["point:alike"] == numbers["point:hub"] != numbers["point:other"]


class Traced:
    """Facts that note which of their attributes are read."""

    def __init__(self, name: str, facts: object, noted: set[str]) -> None:
        self._name = name
        self._facts = facts
        self._noted = noted

    def __getattr__(self, attribute: str) -> object:
        self._noted.add(f"{self._name}.{attribute}")
        return getattr(self._facts, attribute)


def floor_reads(found: Situation) -> set[str]:
    """Return the attributes that the floor looks at in a situation."""
    noted: set[str] = set()
    traced: list[Any] = [
        Traced(name, getattr(found, name), noted) for name in Situation._fields
    ]
    asked = Situation(*traced)._replace(action=found.action)
    broken_rules(asked, "three")
    return noted


ASKED = ("weights.infer", "research.publish", "training.start", "raid.write")


def test_profiles_part_by_everything_that_the_floor_reads() -> None:
    noted: set[str] = set()
    run = document_of({**RUN, "equivalent": True})
    for asset in (
        edited("weights:aurora"),
        edited("weights:aurora", tier="lower", content="raid"),
        edited("weights:aurora", tier="lower", content="open"),
        edited("weights:aurora", tier="third"),
        document_of(
            {
                "id": "case:one",
                "tier": "upper",
                "content": "raid",
                "authors": ["user:ada"],
            }
        ),
        document_of({**RUN, "compute": {"low": "1", "high": "1"}}),
        run,
    ):
        facts = institute(asset, edited("gov:no", enforcing=True))
        for subject, action in product(facts.subjects(), ASKED):
            noted |= floor_reads(facts.situation(ask(subject, action, asset.id), NOW))

    read = {
        "is_service" if path == "subject.id" else path
        for path in noted
        if not path.startswith(("session.", "grant."))
    }
    assert read == FLOOR_READS


def test_only_a_concern_that_reads_ids_tells_people_apart_by_them() -> None:
    people = [edited("user:max", id=f"user:p{number}") for number in range(50)]
    counted = census(institute(*people))

    assert len(counted.parties(stages_of("raid.read")).examples) == 56
    assert len(counted.parties(EVERY).examples) < 10


def test_a_population_is_counted_once_for_all_stages_that_read_the_same() -> None:
    counted = census(institute())
    training, release = stages_of("training.start"), stages_of("weights.publish")
    cases = stages_of("raid.approve")

    assert counted.parties(training) is counted.parties(release)
    assert counted.parties(training) is counted.parties(EVERY)
    assert counted.assets(training) is not counted.assets(cases)


@pytest.mark.parametrize(
    "change", [{"interface": "bounded"}, {"tier": "lower"}, {"integrity": "reviewed"}]
)
def test_points_of_one_site_that_are_labelled_otherwise_are_two_places(
    change: dict[str, Any],
) -> None:
    other = edited("point:hub", id="point:other", **change)
    alike = edited("point:hub", id="point:twin")
    places = census(institute(other, alike)).places(EVERY)
    numbers = dict(zip(places.ids, places.profiles, strict=True))

    assert numbers["point:twin"] == numbers["point:hub"] != numbers["point:other"]
