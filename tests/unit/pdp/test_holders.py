"""Who holds which role, and who is called what by whom."""

from ringwall.pdp.holders import holders_by_login, roles_by_holder
from tests.unit.pdp.scene import edited, institute

LOGIN = {"provider": "idp:house", "subject": "42"}


def test_each_person_and_service_has_its_roles() -> None:
    held = roles_by_holder(institute().documents())

    assert held["user:ada"] == {"weights-researcher"}
    assert held["service:runner"] == {"evaluator", "service"}
    assert "org:institute" not in held


def test_a_login_names_all_who_are_declared_with_it() -> None:
    facts = institute(
        edited("user:max", logins=[LOGIN]), edited("user:ada", logins=[LOGIN])
    )

    assert holders_by_login(facts.documents()) == {
        ("idp:house", "42"): ("user:ada", "user:max")
    }
