"""A plan says what would change, or names everything that is wrong."""

from dataclasses import replace
from pathlib import Path

import pytest

from ringwall.registry.plan import Change, Plan, Verb, plan_changes
from tests.declaring import BASE, TERMS, Files, verbs


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_an_empty_registry_takes_everything_as_added(files: Files) -> None:
    plan = plan_changes({}, files.read(BASE), TERMS)

    assert set(verbs(plan).values()) == {Verb.ADDED}
    assert len(plan.changes) == 9
    assert plan.unchanged == 0
    assert [c.entity for c in plan.changes] == sorted(verbs(plan))


def test_the_same_again_changes_nothing(files: Files) -> None:
    assert files.plan(BASE) == Plan((), 9)


def test_a_change_names_the_fields_that_differ(files: Files) -> None:
    plan = files.plan(
        "people:\n- {id: user:ada, organisation: org:institute, note: x}\n"
    )

    change = plan.changes[0]
    assert (change.verb, change.fields) == (Verb.CHANGED, ("note", "roles"))
    assert change.document is not None


def test_a_removal_carries_no_document(files: Files) -> None:
    plan = files.plan("remove: [dataset:open]\n")

    assert plan.changes == (Change(Verb.REMOVED, "dataset:open", None),)


def test_order_within_and_between_files_does_not_matter(files: Files) -> None:
    person = "people:\n- {id: user:bob, organisation: org:other}\n"
    organisation = "organisations:\n- {id: org:other, relation: partner}\n"

    assert files.plan(person, organisation) == files.plan(organisation, person)


def test_what_leans_on_each_other_can_be_removed_together(files: Files) -> None:
    plan = files.plan("remove: [site:hub, point:desk]\n")

    assert set(verbs(plan)) == {"site:hub", "point:desk"}


def test_what_is_named_no_longer_can_be_removed(files: Files) -> None:
    plan = files.plan(
        "remove: [service:bot, user:ada]\n"
        "people:\n- {id: user:bob, organisation: org:institute}\n",
        terms=replace(TERMS, has_left=lambda name: name == "user:ada"),
    )

    assert verbs(plan)["user:ada"] is Verb.REMOVED


def test_faults_are_told_in_the_order_of_the_files(files: Files) -> None:
    faults = files.faults(
        "people:\n- {id: user:bob, organisation: org:none, roles: [x]}\n"
        "remove:\n- user:nobody\n",
        "remove:\n- site:none\n",
    )

    assert [(f.file[-6:], f.line) for f in faults] == [
        ("0.yaml", 2),
        ("0.yaml", 2),
        ("0.yaml", 4),
        ("1.yaml", 2),
    ]
