"""Nobody becomes the institute, nor acts with the standing of others."""

from dataclasses import replace
from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.registry.plan import Verb, plan_changes
from tests.declaring import BASE, TERMS, Files, verbs


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_a_role_that_no_policy_knows_is_refused(files: Files) -> None:
    text = "people:\n- id: user:bob\n  organisation: org:institute\n  roles: [wizard]\n"

    faults = files.faults(text)

    assert [(f.code, f.line) for f in faults] == [("unknown-role", 4)]
    assert faults[0].expected == "ciso, custodian, researcher"


def test_a_service_has_known_roles_too(files: Files) -> None:
    text = (
        "services:\n- id: service:x\n  organisation: org:institute\n"
        "  operator: user:ada\n  roles: [wizard]\n"
    )

    assert files.fault(text) == ("unknown-role", 5)


def test_a_second_institute_is_refused(files: Files) -> None:
    text = "organisations:\n- id: org:other\n  relation: institute\n"

    faults = files.faults(text)

    assert [(f.code, f.line) for f in faults] == [("second-institute", 3)]
    assert "org:institute and org:other" in faults[0].message


def test_a_service_is_operated_from_its_own_organisation(files: Files) -> None:
    text = (
        "services:\n"
        "- id: service:bot\n"
        "  organisation: org:partner\n"
        "  operator: user:ada\n"
    )

    assert files.fault(text) == ("operator-elsewhere", 4)


def test_an_operator_does_not_move_away_from_the_service(files: Files) -> None:
    text = "people:\n- id: user:ada\n  organisation: org:partner\n"

    assert files.fault(text) == ("operator-elsewhere", 3)


def test_an_operator_and_the_service_may_move_together(files: Files) -> None:
    text = (
        "people:\n- {id: user:ada, organisation: org:partner}\n"
        "services:\n"
        "- {id: service:bot, organisation: org:partner, operator: user:ada}\n"
    )

    assert set(verbs(files.plan(text)).values()) == {Verb.CHANGED}


def test_the_institute_stays_the_institute(files: Files) -> None:
    text = "organisations:\n- id: org:institute\n  relation: partner\n"

    assert files.fault(text) == ("institute-changed", 3)


def test_nobody_becomes_the_institute(files: Files) -> None:
    text = (
        "organisations:\n"
        "- {id: org:institute, relation: partner}\n"
        "- {id: org:partner, relation: institute}\n"
    )

    codes = [(fault.code, fault.line) for fault in files.faults(text)]

    assert codes == [("institute-changed", 2), ("institute-changed", 3)]


def test_the_institute_is_not_removed(files: Files) -> None:
    current = {"org:institute": files.base()["org:institute"]}

    with pytest.raises(DeclarationError) as caught:
        plan_changes(current, files.read("remove:\n- org:institute\n"), TERMS)

    assert [f.code for f in caught.value.faults] == ["institute-changed"]


def evidence(assessor: str) -> str:
    return f"""\
organisations:
- id: org:partner
  relation: partner
  evidence:
  - kind: agreement
    assessor: {assessor}
    from: "2026-01-01T00:00:00Z"
    until: "2027-01-01T00:00:00Z"
"""


def screening(assessor: str, organisation: str = "org:partner") -> str:
    return f"""\
people:
- id: user:pat
  organisation: {organisation}
  screening:
    level: SL4
    assessor: {assessor}
    from: "2026-01-01T00:00:00Z"
    until: "2027-01-01T00:00:00Z"
"""


@pytest.mark.parametrize("assessor", ["org:partner", '" Org:Partner "'])
def test_an_organisation_does_not_assess_itself(files: Files, assessor: str) -> None:
    code, line, message = files.whole_fault(evidence(assessor))

    assert (code, line) == ("evidence-by-itself", 6)
    assert message == "`evidence`: the agreement of `org:partner` is assessed by itself"


@pytest.mark.parametrize("assessor", ["org:partner", '"ORG:partner"'])
def test_an_outsider_is_not_screened_by_their_own_organisation(
    files: Files, assessor: str
) -> None:
    code, line, message = files.whole_fault(screening(assessor))

    assert (code, line) == ("evidence-by-itself", 6)
    assert message.startswith("`screening`: `user:pat` is screened by their own")


def test_whoever_moves_to_who_screened_them_is_screened_by_their_own(
    tmp_path: Path,
) -> None:
    text = screening("org:partner", "org:institute")
    files = Files(tmp_path, BASE.replace("people:\n", text))

    assert files.fault(screening("org:partner")) == ("evidence-by-itself", 6)


@pytest.mark.parametrize(
    "text",
    [
        evidence("org:institute"),
        evidence("a partner of org:partner"),
        screening("org:institute"),
        screening("org:institute", "org:institute"),
    ],
)
def test_evidence_by_others_is_taken(files: Files, text: str) -> None:
    assert len(files.plan(text).changes) == 1


def test_people_are_taken_off_the_record_only_once_they_have_left(files: Files) -> None:
    lone = files.on(
        f"{BASE}- {{id: dataset:more, content: open}}\n".replace(
            "people:\n", "people:\n- {id: user:bob, organisation: org:institute}\n"
        )
    )
    text = "remove:\n- user:bob\n"

    assert lone.fault(text) == ("person-removed", 2)
    gone = replace(TERMS, has_left=lambda name: name == "user:bob")
    assert verbs(lone.plan(text, terms=gone)) == {"user:bob": Verb.REMOVED}
