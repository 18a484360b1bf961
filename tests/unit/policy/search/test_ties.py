import pytest

from ringwall.policy.concern import Concern
from ringwall.policy.search.ties import Inclusion, Tie, read_inclusions, read_ties
from tests.unit.policy.sample import sample

KIND = '(p.kind == "*" || r.asset.kind == p.kind)'
ACTION = "r.action == p.action"
ROLE = "holds(r.subject.roles, p.role)"


def tied(concern: Concern) -> dict[str, Tie]:
    columns = concern.schema.columns
    return {columns[tie.column].name: tie for tie in read_ties(concern)}


def test_equalities_and_roles_are_ties_and_the_rest_is_not() -> None:
    concern = sample()
    ties = tied(concern)

    assert list(ties) == ["role", "kind", "owner", "action"]
    assert ties["role"] == Tie("subject.roles", 1, concern.relations["g"])
    assert ties["kind"] == Tie("asset.kind", 2, None)


@pytest.mark.parametrize(
    ("old", "new", "column", "expected"),
    [
        (ACTION, "p.action == r.action", "action", "action"),
        (KIND, '(p.kind == "*" || p.kind == r.asset.kind)', "kind", "asset.kind"),
        (ROLE, "p.role in r.subject.roles", "role", "subject.roles"),
    ],
)
def test_a_tie_is_seen_whichever_way_it_is_written(
    old: str, new: str, column: str, expected: str
) -> None:
    edits = [(old, new)]
    if old == ROLE:
        edits += [("[role_definition]\ng = _, _\n", ""), ("g, senior, junior\n", "")]
    tie = tied(sample(*edits))[column]

    assert (tie.path, tie.roles) == (expected, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ACTION, "r.action != p.action"),
        (ACTION, "!(r.action == p.action)"),
        (ACTION, "(r.action == p.action || r.subject.suspended)"),
        (ACTION, '(p.kind == "*" || r.action == p.action)'),
        (ACTION, '(r.action == p.action || r.action == "read" || r.action == "write")'),
    ],
)
def test_what_a_row_can_meet_otherwise_is_no_tie(old: str, new: str) -> None:
    assert "action" not in tied(sample((old, new)))


def test_a_word_serves_the_words_it_includes_and_is_served_by_those_above() -> None:
    role = tied(sample())["role"]

    assert role.fields_served(frozenset({"senior"})) == {"senior", "junior"}
    assert role.fields_served(frozenset({"junior", "guest"})) == {"junior", "guest"}
    assert role.fields_served(frozenset()) == frozenset()
    assert role.fields_served(frozenset({"stranger"})) == frozenset()
    assert set(role.words_serving("junior")) == {"junior", "senior"}
    assert set(role.words_serving("guest")) == {"guest"}


def test_without_a_relation_a_value_serves_itself() -> None:
    kind = tied(sample())["kind"]

    assert list(kind.fields_served("data")) == ["data"]
    assert list(kind.words_serving("data")) == ["data"]


def test_a_set_without_a_relation_serves_each_of_its_elements() -> None:
    edits = [(ROLE, "p.role in r.subject.roles"), ("g, senior, junior\n", "")]
    role = tied(sample(*edits, ("[role_definition]\ng = _, _\n", "")))["role"]

    assert role.fields_served(frozenset({"guest", "junior"})) == {"guest", "junior"}


def test_an_attribute_within_another_is_an_inclusion() -> None:
    assert read_inclusions(sample()) == (Inclusion("asset.labels", "subject.labels"),)


def test_an_inclusion_that_is_denied_is_none() -> None:
    within = "within(r.asset.labels, r.subject.labels)"

    assert read_inclusions(sample((within, f"!{within}"))) == ()
