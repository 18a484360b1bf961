from collections.abc import Mapping
from itertools import islice
from typing import Any

import pytest

from ringwall.policy.search.population import Population
from ringwall.policy.search.searcher import Searcher
from tests.unit.policy.sample import changed, compiled

CONCERN = compiled()
SCHEMA = CONCERN.concern.schema
PATHS = [item.path for item in SCHEMA.attributes if item.subject == "subject"]


def people(**changes: Mapping[str, object]) -> dict[str, object]:
    """Return members by id: who may write, each with some attributes changed."""
    return {
        f"user:{name}": SCHEMA.request_from(
            changed({f"subject.{key}": value for key, value in some.items()})
        )
        for name, some in changes.items()
    }


def known(**changes: object) -> dict[str, object]:
    request: Any = SCHEMA.request_from(
        changed({key.replace("_", ".", 1): value for key, value in changes.items()})
    )
    return {"asset": request.asset, "action": request.action}


PEOPLE = people(
    ada={},
    kay={"level": "L0"},
    lou={"roles": ["junior", "guest"]},
    max={"suspended": True},
    ned={"roles": ["guest"]},
    zoe={"roles": ["senior", "guest"]},
)


def test_those_whom_a_row_permits_are_found() -> None:
    searcher = Searcher(CONCERN, Population(PEOPLE, PATHS))

    assert list(searcher.who(known())) == ["user:ada", "user:zoe"]
    assert list(searcher.who(known(action="read"))) == [
        *("user:ada", "user:kay", "user:lou", "user:zoe")
    ]
    assert list(searcher.who(known(action="read", asset_kind="note"))) == [
        *("user:ada", "user:lou", "user:ned", "user:zoe")
    ]


def test_a_row_that_denies_takes_out_whom_another_permits() -> None:
    searcher = Searcher(CONCERN, Population(PEOPLE, PATHS))

    # Both are seniors, but `user:zoe` is a guest as well.
    assert list(searcher.who(known(action="read", asset_kind="model"))) == ["user:ada"]


def test_a_search_goes_on_after_an_id() -> None:
    searcher = Searcher(CONCERN, Population(PEOPLE, PATHS))

    assert list(searcher.who(known(), after="user:ada")) == ["user:zoe"]
    assert list(searcher.who(known(), after="user:b")) == ["user:zoe"]
    assert list(searcher.who(known(), after="user:zoe")) == []


class Visited:
    """A member that counts how often its facts are looked at."""

    def __init__(self, subject: object) -> None:
        self._subject = subject
        self.visits = 0

    @property
    def subject(self) -> object:
        self.visits += 1
        return self._subject


def test_a_page_costs_what_it_holds() -> None:
    labels = [f"l{number}" for number in range(100)]
    crowd: dict[str, Any] = people(
        **{f"u{n:02}": {"labels": [label]} for n, label in enumerate(labels)}
    )
    members = {entity: Visited(member.subject) for entity, member in crowd.items()}
    population = Population(members, PATHS)
    searcher = Searcher(CONCERN, population)
    assert len(list(searcher.who(known()))) == len(population.examples) == 100
    for member in members.values():
        member.visits = 0

    page = list(islice(searcher.who(known(), after="user:u41"), 5))

    assert page == [f"user:u{number}" for number in range(42, 47)]
    assert sum(member.visits for member in members.values()) == 5


def test_those_who_are_alike_are_asked_once() -> None:
    members = {f"user:u{n:02}": Visited(subject_of("user:ada")) for n in range(50)}
    searcher = Searcher(CONCERN, Population(members, PATHS))
    list(searcher.who(known()))
    for member in members.values():
        member.visits = 0

    assert len(list(searcher.who(known()))) == 50
    assert sum(member.visits for member in members.values()) == 1


def subject_of(entity: str) -> object:
    member: Any = PEOPLE[entity]
    return member.subject


def test_what_is_not_said_of_the_question_denies() -> None:
    searcher = Searcher(CONCERN, Population(PEOPLE, PATHS))

    assert list(searcher.who({"action": "write"})) == []


def test_profiles_must_have_all_that_the_concern_reads() -> None:
    with pytest.raises(ValueError, match=r"leave out subject\.suspended"):
        Searcher(CONCERN, Population(PEOPLE, PATHS[:-1]))
