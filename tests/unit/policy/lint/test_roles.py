from collections.abc import Iterable, Mapping

from ringwall.policy.lint.finding import Finding, Severity
from ringwall.policy.lint.roles import (
    broken_separations,
    shared_hands,
    unheld_roles,
    unused_roles,
)
from tests.unit.policy.sample import sample

APART = ("[reasons]", "[separation]\njunior = guest\n\n[reasons]")
WITHOUT_ROLES = (
    ("[role_definition]\ng = _, _\n", ""),
    ("m = holds(r.subject.roles, p.role)", "m = p.role in r.subject.roles"),
    ("g, senior, junior\n", ""),
)
ONE_ROLE = (
    ("m = holds(r.subject.roles, p.role)", "m = g(r.subject.roles, p.role)"),
    ("r.subject.roles = set(role)", "r.subject.roles = role"),
)


def _held(**roles: str) -> Mapping[str, frozenset[str]]:
    return {f"user:{name}": frozenset(words.split()) for name, words in roles.items()}


def _told(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(item.fault.code, item.fault.message) for item in findings]


def test_role_that_gives_nothing_is_unused() -> None:
    concern = sample(("role = junior, senior", "role = junior, chief, visitor, senior"))

    found = list(unused_roles(concern))

    assert _told(found) == [
        ("role-unused", "no row says anything of role `chief` or a role it includes"),
        ("role-unused", "no row says anything of role `visitor` or a role it includes"),
    ]
    text = concern.files["model.conf"].decode().splitlines()
    for item, word in zip(found, ("chief", "visitor"), strict=True):
        assert text[item.fault.line - 1][item.fault.column - 1 :].startswith(word)


def test_role_that_includes_a_used_one_is_used() -> None:
    concern = sample(
        ("role = junior, senior", "role = junior, chief, senior"),
        ("g, senior, junior", "g, senior, junior\ng, chief, senior"),
    )

    assert list(unused_roles(concern)) == []


def test_role_named_as_a_word_of_another_column_is_still_unused() -> None:
    concern = sample(("role = junior", "role = data, junior"))

    assert [code for code, _ in _told(unused_roles(concern))] == ["role-unused"]


def test_role_that_only_the_matcher_names_is_used() -> None:
    concern = sample(
        ("role = junior, senior", "role = junior, chief, senior"),
        (
            "&& !r.subject.suspended",
            "&& (holds(r.subject.roles, 'chief') || !r.subject.suspended)",
        ),
        ("\nsubject.suspended = s", "\nsubject.roles = s"),
    )

    assert list(unused_roles(concern)) == []


def test_concern_without_roles_has_nothing_to_say_of_them() -> None:
    concern = sample(*WITHOUT_ROLES)

    assert list(unused_roles(concern)) == []
    assert list(unheld_roles(concern, _held(ada="x"))) == []
    assert list(shared_hands(concern, _held(ada="x"))) == []
    assert list(broken_separations(concern)) == []


def test_role_that_nobody_holds_is_advice() -> None:
    found = list(unheld_roles(sample(), _held(ada="senior", bob="x")))

    assert _told(found) == [
        ("role-unheld", "nobody on record holds role `guest` or one that includes it")
    ]
    assert found[0].severity is Severity.ADVICE
    assert found[0].fault.line > 0


def test_roles_that_the_registry_does_not_give_are_not_looked_for() -> None:
    """A single role is no set of roles, and another attribute no registry's."""
    elsewhere = sample(("subject.roles", "subject.posts"))

    assert list(unheld_roles(sample(*ONE_ROLE), _held())) == []
    assert list(unheld_roles(elsewhere, _held())) == []


def test_role_that_includes_two_kept_apart_is_found_at_its_last_link() -> None:
    concern = sample(
        APART,
        ("role = junior, senior", "role = junior, chief, boss, senior"),
        (
            "g, senior, junior",
            "g, boss, chief\ng, chief, senior\ng, senior, junior\ng, chief, guest",
        ),
    )

    (found,) = broken_separations(concern)

    assert str(found.fault) == (
        "base/policy.csv:5: separation-broken: role `chief` includes both `junior` "
        "and `guest`, which are to be kept apart; expected one of the two"
    )
    assert found.severity is Severity.ERROR


def test_role_that_includes_the_one_it_is_kept_apart_from_is_found() -> None:
    concern = sample(("[reasons]", "[separation]\nsenior = junior\n\n[reasons]"))

    assert [item.fault.line for item in broken_separations(concern)] == [2]


def test_roles_kept_apart_that_no_link_joins_are_fine() -> None:
    assert list(broken_separations(sample(APART))) == []


def test_whoever_holds_two_roles_kept_apart_is_named() -> None:
    concern = sample(APART)
    held = _held(bob="senior guest", ada="junior guest", carl="guest x", dan="senior")

    found = list(shared_hands(concern, held))

    tail = "holds both `junior` and `guest`, which are to be kept apart"
    assert _told(found) == [
        ("separation-broken", f"`user:ada` {tail}"),
        ("separation-broken", f"`user:bob` {tail}"),
    ]
    line = concern.files["model.conf"].decode().splitlines()[found[0].fault.line - 1]
    assert line == "junior = guest"
