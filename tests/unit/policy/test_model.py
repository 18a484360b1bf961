from ringwall.policy.matcher import format_matcher
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

    assert concern.role_words is None
    assert concern.roles.includes == {}


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
