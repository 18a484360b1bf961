import pytest

from ringwall.policy.matcher import format_matcher
from ringwall.policy.model import Separation
from tests.unit.policy.sample import edited, faults_of, sample

LEVEL = "at_least(r.subject.level, p.level)"

CONDITIONS = [
    ("role", "no-role"),
    ("kind", "wrong-kind"),
    ("level", "level-too-low"),
    ("owner", "wrong-owner"),
    ("size", "too-large"),
    ("until", "too-new"),
    ("action", "wrong-action"),
    ("asset.labels", "label-missing"),
    ("subject.suspended", "suspended"),
]


def test_conditions_are_the_outermost_conjuncts_with_their_reasons() -> None:
    conditions = sample().conditions

    assert [(item.name, item.code) for item in conditions] == CONDITIONS
    assert conditions[0].message == "nobody in this role may do this"


def test_condition_knows_what_it_reads() -> None:
    labels = sample().conditions[-2]

    assert labels.columns == ()
    assert labels.paths == ("asset.labels", "subject.labels")
    assert (
        format_matcher(labels.expression) == "within(r.asset.labels, r.subject.labels)"
    )


def test_condition_that_reads_two_columns_is_named_for_its_first_attribute() -> None:
    concern = sample(
        (
            "at_least(r.subject.level, p.level)",
            '(at_least(r.subject.level, p.level) || p.role == "senior")',
        ),
        ("level = level-too-low", "subject.level = level-too-low"),
    )

    condition = concern.conditions[2]
    assert condition.name == "subject.level"
    assert condition.columns == ("level", "role")


def test_two_conditions_may_share_a_name_and_its_reason() -> None:
    concern = sample(
        (
            "at_least(r.subject.level, p.level)",
            LEVEL + ' && (p.level != "L2" || r.action == "read")',
        )
    )

    assert [item.code for item in concern.conditions][2:4] == ["level-too-low"] * 2


def test_matcher_without_roles_needs_no_role_definition() -> None:
    concern = sample(
        ("[role_definition]\ng = _, _\n", ""),
        ("m = holds(r.subject.roles, p.role)", "m = p.role in r.subject.roles"),
        ("g, senior, junior\n", ""),
    )

    assert concern.relations == {}


def test_each_named_relation_is_over_the_words_it_is_asked_about() -> None:
    concern = sample(
        ("g = _, _", "g = _, _\ng2 = _, _"),
        ("|| r.asset.kind == p.kind", "|| g2(r.asset.kind, p.kind)"),
        ("g, senior, junior\n", "g, senior, junior\ng2, model, data\n"),
    )

    assert {name: item.words.name for name, item in concern.relations.items()} == {
        "g": "role",
        "g2": "kind",
    }
    assert concern.relations["g"].includes["senior"] == {"senior", "junior"}
    assert concern.relations["g2"].included_by["data"] == {"data", "model"}


def test_relations_that_are_asked_and_declared_must_agree() -> None:
    asked = ("|| r.asset.kind == p.kind", "|| g2(r.asset.kind, p.kind)")
    declared = ("g = _, _", "g = _, _\ng2 = _, _")

    assert [fault.code for fault in faults_of(edited(asked))] == ["roles-undeclared"]
    assert [fault.code for fault in faults_of(edited(declared))] == ["roles-unused"]
    wrong = ("g = _, _", "g = _, _\ng2 = _, _, _")
    assert [fault.code for fault in faults_of(edited(asked, wrong))] == [
        "role-definition-unknown"
    ]


def test_relation_behind_a_gap_is_refused_since_stock_casbin_stops_there() -> None:
    faults = faults_of(
        edited(
            ("g = _, _", "g = _, _\ng3 = _, _"),
            ("|| r.asset.kind == p.kind", "|| g3(r.asset.kind, p.kind)"),
        )
    )

    assert [(fault.code, fault.message) for fault in faults] == [
        ("key-missing", "[role_definition] has no `g2`")
    ]


SEPARATION = ("[reasons]", "[separation]\njunior = guest, senior\n\n[reasons]")


def test_separations_are_pairs_with_their_line() -> None:
    assert sample(SEPARATION).separations == (
        Separation("junior", "guest", 52),
        Separation("junior", "senior", 52),
    )


@pytest.mark.parametrize(
    "line",
    [
        "junior = junior",
        "junior = ghost",
        "ghost = junior",
        "junior = guest, guest",
        "junior = guest\nguest = junior",
    ],
)
def test_separation_of_words_that_can_not_be_kept_apart_is_refused(line: str) -> None:
    section = f"[separation]\n{line}\n\n[reasons]"
    (fault,) = faults_of(edited(("[reasons]", section)))

    assert fault.code == "separation-malformed"
    assert fault.expected == "two words of `role`, each pair once"


def test_separation_without_roles_is_refused() -> None:
    faults = faults_of(
        edited(
            SEPARATION,
            ("[role_definition]\ng = _, _\n", ""),
            ("m = holds(r.subject.roles, p.role)", "m = p.role in r.subject.roles"),
            ("g, senior, junior\n", ""),
        )
    )

    assert [fault.code for fault in faults] == ["separation-undeclared"]


def test_faults_of_types_hide_what_only_follows_from_them() -> None:
    faults = faults_of(edited(("r.action == p.action", "r.action == p.deed")))

    assert [fault.code for fault in faults] == ["column-unknown"]


def test_unread_facts_and_missing_reasons_are_found_together() -> None:
    faults = faults_of(
        edited(
            ("\nkind = wrong-kind,", "\ncolour = wrong-kind,"),
            ("r.action = action", "r.action = action\nr.asset.colour = id"),
        )
    )

    assert sorted(fault.code for fault in faults) == [
        "attribute-unused",
        "reason-missing",
        "reason-unused",
    ]
