"""Who and what is counted, and that profiles part whom the floor parts."""

from typing import Any

import pytest

from ringwall.model.declarations import Document, document_of
from ringwall.model.facts import Situation
from ringwall.pdp.census import FLOOR_READS, Census
from ringwall.pdp.facts import FactBase, FactMissing
from ringwall.pdp.floor import broken_rules
from tests.unit.pdp.scene import (
    BY_ID,
    NOW,
    PAST,
    ask,
    attested,
    decider,
    edited,
    institute,
    screening,
    small,
)


def census(facts: FactBase, now: int = NOW, *, wide_open: bool = False) -> Census:
    point = small() if wide_open else decider()
    return Census(facts, now, [item.concern for item in point.concerns.values()])


def test_everybody_and_everything_in_order_is_counted() -> None:
    counted = census(institute())

    assert counted.parties.ids == (
        *("service:runner", "user:ada", "user:kay", "user:liv", "user:lou"),
        "user:max",
    )
    assert counted.assets.ids == ("dataset:open", "eval:brief", "weights:aurora")
    assert counted.places.ids == ("point:campus", "point:hub")


def test_what_is_counted_is_what_a_check_would_see() -> None:
    facts = institute()
    counted, seen = census(facts), facts.situation(ask(), NOW)

    assert counted.party("user:ada")[:2] == (seen.subject, seen.organisation)
    assert counted.holding("weights:aurora").asset == seen.asset
    assert counted.place("point:hub").site == seen.site


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
    everybody = set(census(institute()).parties.ids)

    assert set(census(facts).parties.ids) == everybody - subjects


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

    assert counted.places.ids == ("point:campus",)
    assert len(counted.parties) == 6
    with pytest.raises(FactMissing):
        counted.place("point:hub")


def test_one_point_and_one_subject_out_of_order_hide_no_other() -> None:
    counted = census(
        institute(
            edited("point:campus", site="site:nowhere"),
            edited("service:runner", operator="user:nobody"),
        )
    )

    assert counted.places.ids == ("point:hub",)
    assert counted.parties.ids[0] == "user:ada"
    assert len(counted.parties) == 5


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

    assert len(counted.parties) == 0
    assert len(counted.places) == 0


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
    parties = census(institute(*people)).parties

    assert len(parties.examples) == len(census(institute()).parties.examples)
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
    before = census(institute()).parties

    assert len(census(institute(other)).parties.examples) == len(before.examples) + 1


def test_a_service_is_not_of_the_profile_of_a_person_who_is_alike() -> None:
    runner = edited("service:runner", operator="user:max", roles=[], compartments=None)
    twin = edited("user:max", id="user:twin", roles=["service"])
    parties = census(institute(runner, twin), wide_open=True).parties
    numbers = dict(zip(parties.ids, parties.profiles, strict=True))
    service, person = (
        parties.examples[numbers[entity]] for entity in ("service:runner", "user:twin")
    )

    assert service.subject.roles == person.subject.roles
    assert service is not person
    assert (service.is_service, person.is_service) == (True, False)


def test_sites_that_differ_in_one_domain_are_two_places() -> None:
    levels = attested("SL3", "SL4")
    levels[1] = {**levels[1], "level": "SL4"}
    site = edited("site:hub", id="site:other", attestations=levels)
    alike = edited("site:hub", id="site:alike")
    points = [
        document_of({"id": f"point:{name}", "site": f"site:{name}"})
        for name in ("other", "alike")
    ]
    places = census(institute(site, alike, *points), wide_open=True).places
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


def test_profiles_part_by_everything_that_the_floor_reads() -> None:
    noted: set[str] = set()
    for change in (
        {},
        {"tier": "lower", "content": "raid"},
        {"tier": "lower", "content": "open"},
        {"tier": "third"},
    ):
        asset = edited("weights:aurora", **change)
        for subject in BY_ID:
            if not subject.startswith(("user:", "service:")):
                continue
            found = institute(asset).situation(ask(subject), NOW)
            traced: list[Any] = [
                Traced(name, getattr(found, name), noted) for name in Situation._fields
            ]
            broken_rules(Situation(*traced), "three")

    read = {
        "is_service" if path == "subject.id" else path
        for path in noted
        if not path.startswith(("session.", "grant."))
    }
    assert read == FLOOR_READS
