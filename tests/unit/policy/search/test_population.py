from dataclasses import dataclass

import pytest

from ringwall.policy.search.population import Population


@dataclass(frozen=True, slots=True)
class Person:
    roles: frozenset[str]
    level: int
    badge: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    subject: Person


def person(level: int, *roles: str, badge: str = "") -> Member:
    return Member(Person(frozenset(roles), level, badge))


PATHS = ("subject.roles", "subject.level")
MEMBERS = {
    "user:max": person(1, "junior"),
    "user:ada": person(2, "senior", "guest"),
    "user:kay": person(1, "junior", badge="k"),
    "user:lou": person(1),
}


def test_members_are_ranked_by_id() -> None:
    population = Population(MEMBERS, PATHS)

    assert population.ids == ("user:ada", "user:kay", "user:lou", "user:max")
    assert len(population) == 4
    assert population.paths == set(PATHS)


def test_those_equal_in_all_that_is_read_share_a_profile() -> None:
    population = Population(MEMBERS, PATHS)

    assert population.profiles == (0, 1, 2, 1)
    assert population.examples == tuple(
        MEMBERS[entity] for entity in ("user:ada", "user:kay", "user:lou")
    )


def test_one_more_attribute_that_is_read_parts_them() -> None:
    population = Population(MEMBERS, [*PATHS, "subject.badge"])

    assert population.profiles == (0, 1, 2, 3)


@pytest.mark.parametrize(
    ("path", "word", "ids"),
    [
        ("subject.roles", "junior", ["user:kay", "user:max"]),
        ("subject.roles", "guest", ["user:ada"]),
        ("subject.roles", "nobody", []),
        ("subject.roles", None, ["user:lou"]),
        ("subject.level", 1, ["user:kay", "user:lou", "user:max"]),
        ("subject.level", 3, []),
        ("subject.level", None, []),
    ],
)
def test_holders_are_found_by_what_they_hold(
    path: str, word: str | int | None, ids: list[str]
) -> None:
    population = Population(MEMBERS, PATHS)

    assert [population.ids[rank] for rank in population.holders(path, word)] == ids


@pytest.mark.parametrize(
    ("entity", "rank"),
    [("", 0), ("user:ada", 1), ("user:b", 1), ("user:max", 4), ("z", 4)],
)
def test_a_place_to_go_on_need_not_be_a_member(entity: str, rank: int) -> None:
    assert Population(MEMBERS, PATHS).rank_after(entity) == rank


def test_nobody_makes_an_empty_population() -> None:
    population = Population[Member]({}, PATHS)

    assert len(population) == 0
    assert population.holders("subject.level", 1) == ()


def test_a_population_needs_attributes_and_members_that_have_them() -> None:
    with pytest.raises(TypeError):
        Population(MEMBERS, [])
    with pytest.raises(AttributeError):
        Population(MEMBERS, ["subject.height"])
