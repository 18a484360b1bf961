import pytest

from ringwall.policy import index
from ringwall.policy.index import RoleLookup, build_table, is_lookup, plan_index
from ringwall.policy.matcher import parse_matcher
from tests.unit.policy.sample import compiled, edited, request, sample

SCHEMA = sample().schema


def test_equalities_and_the_role_are_looked_up_and_the_rest_is_tried() -> None:
    plan = plan_index(sample())

    assert [(part.path, part.column, part.twice) for part in plan.parts] == [
        ("asset.kind", 2, False),
        ("asset.owner", 4, True),
        ("action", 7, False),
    ]
    assert plan.parts[0].choices == ("model", "data", "note")
    assert plan.role == RoleLookup("subject.roles", is_set=True, column=1)
    assert [item.name for item in plan.residual] == ["level", "size", "until"]
    assert [item.name for item in plan.common] == ["asset.labels", "subject.suspended"]


def test_row_stands_under_every_key_it_could_match() -> None:
    concern = sample()
    table = build_table(plan_index(concern), concern)

    assert {key[0] for key in table if "senior" in table[key]} == {
        "model",
        "data",
        "note",
    }
    assert table["data", None, "read"]["senior"][0][0] == 0
    assert [row[0] for row in table["data", None, "read"]["senior"]] == [0, 2]
    assert [row[0] for row in table["data", None, "read"]["junior"]] == [0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("r.action == p.action", True),
        ("p.action == r.action", True),
        ("(p.kind == '*' || r.asset.kind == p.kind)", True),
        ("(p.kind == '*' || p.kind == r.asset.kind)", True),
        ("r.action != p.action", False),
        ("r.action == 'read'", False),
        ("(p.kind == '*' || r.asset.kind != p.kind)", False),
        ("(p.size == '*' || at_most(r.asset.size, p.size))", False),
        ("(p.kind == '*' || r.action == p.action)", False),
        ("(r.action == p.action || r.action == 'read')", False),
        ("(p.level == 'L1' || r.action == p.action)", False),
        ("(p.kind == '*' || r.asset.kind == p.kind || r.action == 'read')", False),
    ],
)
def test_only_equality_of_an_attribute_and_a_column_is_a_lookup(
    text: str, expected: bool
) -> None:
    assert is_lookup(parse_matcher(text), SCHEMA) is expected


def test_second_equality_on_a_column_and_second_open_id_are_tried() -> None:
    concern = sample(
        ("r.action == p.action", "r.action == p.action && p.action == r.action"),
        ("p = rule, role, kind, level", "p = rule, role, kind, place, level"),
        ("p.kind = kind, open", "p.kind = kind, open\np.place = id, open"),
        ("data, L", "data, *, L"),
        ("*, L2", "*, *, L2"),
        ("note, L", "note, *, L"),
        ("model, L", "model, *, L"),
        (
            '(p.owner == "*"',
            '(p.place == "*" || r.asset.owner == p.place) && (p.owner == "*"',
        ),
        (
            "\nkind = wrong-kind",
            "\nplace = wrong-place, it lies elsewhere\nkind = wrong-kind",
        ),
    )
    plan = plan_index(concern)

    assert [part.path for part in plan.parts] == ["asset.kind", "asset.owner", "action"]
    assert [item.name for item in plan.residual] == [
        "level",
        "owner",
        "size",
        "until",
        "action",
    ]


def test_second_role_condition_is_tried() -> None:
    concern = sample(
        (
            "m = holds(r.subject.roles, p.role)",
            "m = holds(r.subject.roles, p.role) && holds(r.asset.keepers, p.role)",
        ),
        ("r.action = action", "r.action = action\nr.asset.keepers = set(role)"),
    )
    plan = plan_index(concern)

    assert plan.role is not None
    assert plan.role.path == "subject.roles"
    assert plan.residual[0].name == "role"


def test_open_column_that_would_need_too_many_places_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(index, "MAX_ENTRIES", 7)
    plan = plan_index(sample())

    assert [part.path for part in plan.parts] == ["asset.owner", "action"]
    assert plan.residual[-1].name == "kind"


def test_table_that_can_not_shrink_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "MAX_ENTRIES", 1)

    assert len(plan_index(sample()).parts) == 2


def test_answers_do_not_depend_on_what_is_looked_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual = compiled()
    monkeypatch.setattr(index, "MAX_ENTRIES", 1)
    tried = compiled()

    for kind in ("model", "data", "note"):
        for action in ("read", "write"):
            asked = request(usual.concern, asset_kind=kind, action=action)
            assert usual.decide(asked) == tried.decide(asked)


def test_concern_without_lookups_has_one_key() -> None:
    files = edited(
        ("[role_definition]\ng = _, _\n", ""),
        ("m = holds(r.subject.roles, p.role)", "m = p.role in r.subject.roles"),
        ("g, senior, junior\n", ""),
        ("r.action == p.action", "!(r.action != p.action)"),
        ("|| r.asset.kind == p.kind", "|| !(r.asset.kind != p.kind)"),
        ("|| r.asset.owner == p.owner", "|| !(r.asset.owner != p.owner)"),
    )
    from ringwall.policy.reader import parse_concern

    concern = parse_concern("base", files)
    plan = plan_index(concern)

    assert plan.parts == ()
    assert plan.role is None
    assert list(build_table(plan, concern)) == [()]


def test_open_column_of_ordered_words_stands_under_every_rank() -> None:
    concern = sample(
        ("p.level = level", "p.level = level, open"),
        (
            "at_least(r.subject.level, p.level)",
            '(p.level == "*" || r.subject.level == p.level)',
        ),
        ("data, L0", "data, *"),
    )
    plan = plan_index(concern)
    table = build_table(plan, concern)

    assert plan.parts[1].choices == (0, 1, 2)
    assert {key[1] for key in table if "junior" in table[key]} == {0, 1, 2}
