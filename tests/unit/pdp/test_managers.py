"""Whoever manages one account of a person manages the person."""

from ringwall.model.declarations import document_of
from ringwall.pdp.facts import FactBase
from ringwall.pdp.managers import managers_of
from tests.unit.pdp.ladder import BENCHMARK
from tests.unit.pdp.test_reviewing import PEOPLE, person


def managers(name: str, *changes: dict[str, object]) -> set[str]:
    data = {str(one["id"]): one for one in (*PEOPLE, *changes)}
    known = FactBase({k: document_of(one) for k, one in data.items()}, BENCHMARK)
    persons = known.natural_persons
    return set(managers_of(persons[name], persons, known.documents()))


def test_a_manager_is_told_by_the_natural_person() -> None:
    second = person("max-too", account_of="user:max")

    assert managers("user:ada") == managers("user:ada-too") == {"user:max"}
    assert managers("user:ada", second) == {"user:max"}
    by_second = person("ada", manager="user:max-too")
    assert managers("user:ada-too", second, by_second) == {"user:max"}
    assert managers("user:max") == set()


def test_a_manager_who_is_not_on_record_is_told_by_their_id() -> None:
    assert managers("user:kurt", person("kurt", manager="user:gone")) == {"user:gone"}
