from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from ringwall.policy.concern import Concern
from ringwall.policy.search.population import Population
from ringwall.policy.search.shortlist import Shortlist
from tests.unit.policy.sample import changed, sample

CONCERN = sample()
ROLES = {
    "ada": ["senior"],
    "kay": ["junior"],
    "lou": ["guest", "junior"],
    "max": [],
    "ned": ["guest"],
}
EVERYBODY = list(ROLES)
NO_LABELS: dict[str, list[str]] = {}


def population(
    concern: Concern, subject: str, members: dict[str, dict[str, object]]
) -> Population[Any]:
    """Return members that differ in attributes of one request object."""
    requests = {
        entity: concern.schema.request_from(
            changed({f"{subject}.{key}": value for key, value in some.items()})
        )
        for entity, some in members.items()
    }
    paths = [item.path for item in concern.schema.attributes if item.subject == subject]
    return Population(requests, paths)


def people(
    concern: Concern = CONCERN, labels: Mapping[str, list[str]] = NO_LABELS
) -> Shortlist:
    members: dict[str, dict[str, object]] = {
        entity: {"roles": roles, "labels": labels.get(entity, [])}
        for entity, roles in ROLES.items()
    }
    return Shortlist(concern, population(concern, "subject", members))


def asset(**changes: object) -> object:
    edits = {f"asset.{key}": value for key, value in changes.items()}
    request: Any = CONCERN.schema.request_from(changed(edits))
    found: object = request.asset
    return found


def listed(
    shortlist: Shortlist, known: Mapping[str, object], after: str = ""
) -> list[str]:
    return [EVERYBODY[rank] for rank in shortlist.ranks(known, after)]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"action": "write"}, ["ada"]),
        ({"action": "read", "asset": asset(kind="data")}, ["ada", "kay", "lou"]),
        ({"action": "read", "asset": asset(kind="model")}, ["ada"]),
        ({"action": "write", "asset": asset(kind="note")}, []),
        ({"action": "write", "asset": asset(owner="org:other")}, []),
        ({"action": "destroy"}, []),
        ({"asset": asset(kind="data", owner="org:x")}, ["ada", "kay", "lou"]),
    ],
)
def test_only_rows_about_what_is_known_put_somebody_on_the_list(
    known: dict[str, object], expected: list[str]
) -> None:
    assert listed(people(), known) == expected


def test_who_is_on_the_list_for_two_reasons_is_on_it_once() -> None:
    members: dict[str, dict[str, object]] = {
        entity: {"roles": roles}
        for entity, roles in {
            "a": ["senior", "junior", "guest"],
            **{f"n{number}": [] for number in range(9)},
        }.items()
    }
    shortlist = Shortlist(CONCERN, population(CONCERN, "subject", members))

    assert list(shortlist.ranks({"action": "read"})) == [0]


def test_without_anything_known_every_row_counts() -> None:
    assert listed(people(), {}) == EVERYBODY
    assert listed(people(), {}, after="kay") == ["lou", "max", "ned"]


def test_the_list_goes_on_after_an_id() -> None:
    known = {"action": "read", "asset": asset(kind="data")}

    assert listed(people(), known, after="ada") == ["kay", "lou"]
    assert listed(people(), known, after="b") == ["kay", "lou"]
    assert listed(people(), known, after="lou") == []


def test_where_rows_ask_for_nothing_by_name_everybody_is_on_the_list() -> None:
    held = "holds(r.subject.roles, p.role)"
    concern = sample((held, f"!{held}"))

    assert listed(people(concern), {"action": "write"}) == EVERYBODY


def test_a_row_that_is_open_in_the_column_lists_everything() -> None:
    members: dict[str, dict[str, object]] = {
        "dataset:a": {"kind": "data", "labels": ["red"]},
        "dataset:b": {"kind": "note", "labels": ["red"]},
    }
    assets = Shortlist(CONCERN, population(CONCERN, "asset", members))
    subject = SimpleNamespace(roles=frozenset({"senior"}), labels=frozenset({"red"}))

    assert list(assets.ranks({"subject": subject, "action": "read"})) == [0, 1]


def test_who_has_to_be_in_all_compartments_is_found_by_the_rarest() -> None:
    labels = {"ada": ["red"], "kay": ["red", "blue"], "lou": ["red"]}
    known = {"action": "read", "asset": asset(kind="data", labels=["red", "blue"])}

    assert listed(people(labels=labels), known) == ["kay"]


def test_the_rows_win_where_they_ask_for_fewer() -> None:
    labels = {entity: ["red"] for entity in EVERYBODY}
    known = {"action": "write", "asset": asset(kind="data", labels=["red"])}

    assert listed(people(labels=labels), known) == ["ada"]


def test_what_is_within_the_known_is_found_by_its_labels_or_by_having_none() -> None:
    members: dict[str, dict[str, object]] = {
        "dataset:a": {"labels": ["red"]},
        "dataset:b": {"labels": []},
        "dataset:c": {"labels": ["blue"]},
        "dataset:d": {"labels": ["blue", "red"]},
        "dataset:e": {"labels": ["blue"]},
    }
    assets = Shortlist(CONCERN, population(CONCERN, "asset", members))
    subject = SimpleNamespace(
        roles=frozenset({"senior"}), labels=frozenset({"red"}), level=2
    )

    # `d` is not within, but only a decision tells.
    assert list(assets.ranks({"subject": subject, "action": "write"})) == [0, 1, 3]


def test_assets_are_found_by_the_fields_of_the_rows_that_a_subject_meets() -> None:
    members: dict[str, dict[str, object]] = {
        "dataset:a": {"kind": "data", "owner": "org:hub"},
        "dataset:b": {"kind": "data", "owner": "org:x"},
        "dataset:c": {"kind": "note", "owner": "org:hub"},
        "dataset:d": {"kind": "model", "owner": "org:x"},
    }
    assets = Shortlist(CONCERN, population(CONCERN, "asset", members))
    labels = frozenset({"red"})
    senior = SimpleNamespace(roles=frozenset({"senior"}), labels=labels)
    guest = SimpleNamespace(roles=frozenset({"guest"}), labels=labels)

    assert list(assets.ranks({"subject": guest})) == [2]
    assert list(assets.ranks({"subject": senior, "action": "write"})) == [0, 1]
    assert list(assets.ranks({"subject": senior, "action": "read"})) == [0, 1, 2, 3]
    assert list(assets.ranks({"subject": guest, "action": "write"})) == []


def test_profiles_that_leave_out_what_is_read_are_refused() -> None:
    narrow = Population[Any]({}, ["subject.roles"])

    with pytest.raises(ValueError, match=r"leave out subject\.labels, subject\.level"):
        Shortlist(CONCERN, narrow)
