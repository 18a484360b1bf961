import pytest

from ringwall.policy import index
from ringwall.policy.concern import Concern
from ringwall.policy.index import (
    RoleLookup,
    Row,
    build_table,
    is_lookup,
    plan_index,
)
from ringwall.policy.matcher import format_matcher, parse_matcher
from tests.unit.policy.sample import compiled, edited, request, sample

SCHEMA = sample().schema
# A model is a kind of data, by a relation of its own.
KINDS = (
    ("g = _, _", "g = _, _\ng2 = _, _"),
    ("|| r.asset.kind == p.kind", "|| g2(r.asset.kind, p.kind)"),
    ("g, senior, junior\n", "g, senior, junior\ng2, model, data\n"),
)


def rows(concern: Concern, number: int) -> Row:
    return concern.rules[number].values


def test_equalities_and_the_role_are_looked_up_and_the_rest_is_tried() -> None:
    plan = plan_index(sample())

    assert [(part.path, part.column, part.twice) for part in plan.parts] == [
        ("asset.kind", 2, False),
        ("asset.owner", 4, True),
        ("action", 7, False),
    ]
    assert plan.parts[0].choices == ("model", "data", "note")
    role = sample().conditions[0]
    assert plan.role == RoleLookup("subject.roles", 1, "g", role)
    assert [item.name for item in plan.residual] == ["level", "size", "until"]
    assert [item.name for item in plan.common] == ["asset.labels", "subject.suspended"]


def test_row_stands_under_every_key_it_could_match() -> None:
    concern = sample()
    table = build_table(plan_index(concern), concern)

    assert set(table) == {
        ("data", None, "read"),
        ("data", "org:hub", "write"),
        ("model", None, "read"),
        ("note", None, "read"),
        ("note", "org:hub", "read"),
    }
    assert table["data", None, "read"] == (rows(concern, 0), rows(concern, 2))


def test_many_rows_of_one_key_are_split_by_the_roles_that_have_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(index, "MAX_SCANNED", 1)
    concern = sample()
    table = build_table(plan_index(concern), concern)

    assert table["data", "org:hub", "write"] == (rows(concern, 1),)
    assert table["data", None, "read"] == {
        "junior": (rows(concern, 0),),
        "senior": (rows(concern, 0), rows(concern, 2)),
    }


def test_relation_of_one_word_is_looked_up_under_every_word_above_it() -> None:
    concern = sample(*KINDS)
    plan = plan_index(concern)
    table = build_table(plan, concern)

    assert [(part.path, part.relation) for part in plan.parts] == [
        ("asset.kind", "g2"),
        ("asset.owner", ""),
        ("action", ""),
    ]
    assert table["model", None, "read"] == (
        rows(concern, 0),
        rows(concern, 2),
        rows(concern, 4),
    )
    assert ("note", "org:hub", "write") not in table


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
    monkeypatch.setattr(index, "MAX_ENTRIES", 6)

    for concern in (sample(), sample(*KINDS)):
        plan = plan_index(concern)
        assert [part.path for part in plan.parts] == ["asset.owner", "action"]
        assert plan.residual[-1].name == "kind"


def test_closed_column_of_a_relation_spreads_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edits = (
        *KINDS,
        ('(p.kind == "*" || g2(r.asset.kind, p.kind))', "g2(r.asset.kind, p.kind)"),
        ("p.kind = kind, open", "p.kind = kind"),
        ("senior, *, L2", "senior, data, L2"),
    )
    table = build_table(plan_index(sample(*edits)), sample(*edits))
    monkeypatch.setattr(index, "MAX_ENTRIES", 6)
    plan = plan_index(sample(*edits))

    assert ("model", "org:hub", "write") in table
    assert [part.path for part in plan.parts] == ["asset.owner", "action"]


def test_star_over_a_vocabulary_of_one_word_is_found_by_that_word() -> None:
    edits = (
        ("kind = model, data, note", "kind = data"),
        ("note, L0", "data, L0"),
        ("model, L0", "data, L3"),
        ("level = L0 < L1 < L2", "level = L0 < L1 < L2 < L3"),
    )
    plain, related = sample(*edits), sample(*edits, *KINDS[:2])

    for concern in (plain, related):
        table = build_table(plan_index(concern), concern)
        assert {key[0] for key in table if isinstance(key, tuple)} == {"data"}


def test_condition_that_leaves_the_key_is_the_one_that_was_looked_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    twice = (
        "m = holds(r.subject.roles, p.role)",
        (
            "m = holds(r.subject.roles, p.role) && g(r.subject.main, p.role) "
            "&& g(r.subject.main, p.role)"
        ),
    )
    typed = (
        "r.subject.roles = set(role)",
        "r.subject.roles = set(role)\nr.subject.main = role",
    )
    concern = sample(twice, typed)
    monkeypatch.setattr(index, "MAX_ENTRIES", 1)
    plan = plan_index(concern)

    assert [part.path for part in plan.parts] == ["asset.owner", "action"]
    texts = [format_matcher(item.expression) for item in plan.residual]
    assert texts.count("g(r.subject.main, p.role)") == 2
    assert plan.role is not None
    assert plan.role.condition.expression not in [x.expression for x in plan.residual]


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
    assert {key for key in table if rows(concern, 0) in table[key]} == {
        ("data", level, None, "read") for level in (0, 1, 2)
    }
