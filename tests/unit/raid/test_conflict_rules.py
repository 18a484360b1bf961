"""How the institute is called in reports, and who judges those about it."""

from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.raid.conflict_rules import (
    CONFLICT_FILE,
    ConflictRules,
    parse_conflicts,
    read_conflicts,
)
from ringwall.shipped import shipped_path

HEAD = "id,what,value,source,confidence\n"
ROLE = "a,role,outsider,somewhere,own\n"


def test_the_shipped_rules_know_the_host_and_leave_the_assessor_to_be_named() -> None:
    rules = read_conflicts(shipped_path("raid") / "desk")
    assert rules.names == ("CERN for AI",)
    assert not rules.assessors
    assert not rules.is_outside("user:otto", "org:institute", ("raid-analyst",))


def test_an_outside_assessor_is_a_person_a_role_or_of_an_organisation() -> None:
    rows = f"{ROLE}b,organisation,org:other,x,own\nc,person,user:otto,x,own\n"
    rules = parse_conflicts(f"{HEAD}{rows}".encode())
    assert rules.is_outside("user:ann", "org:other", ())
    assert rules.is_outside("user:ann", "org:institute", ("x", "outsider"))
    assert rules.is_outside("user:otto", "org:institute", ())
    assert not rules.is_outside("user:ann", "org:institute", ("x",))
    assert rules.assessors == (
        "`user:otto` or somebody with the role `outsider` or somebody of `org:other`"
    )


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (f"{ROLE}b,office,outsider,x,own", "conflict-rule-malformed"),
        (f"{ROLE}b,role,Outsider,x,own", "conflict-rule-malformed"),
        (f"{ROLE}b,organisation,other,x,own", "conflict-rule-malformed"),
        (f"{ROLE}b,name,--,x,own", "conflict-rule-malformed"),
        (f"{ROLE}b,name,Other,,own", "conflict-rule-malformed"),
        (f"{ROLE}b,name,Other,x,sure", "conflict-rule-malformed"),
        (f"{ROLE}b,person,otto,x,own", "conflict-rule-malformed"),
    ],
)
def test_a_row_that_says_nothing_is_refused(rows: str, code: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        parse_conflicts(f"{HEAD}{rows}\n".encode())
    assert caught.value.code == "conflict-rules-refused"
    assert {fault.code for fault in caught.value.faults} == {code}


def test_rules_older_than_the_lane_let_nobody_judge(tmp_path: Path) -> None:
    rules = read_conflicts(tmp_path)
    assert rules == ConflictRules()
    assert not rules.assessors
    assert not rules.is_outside("user:otto", "org:institute", ("outsider",))
    (tmp_path / CONFLICT_FILE).mkdir()
    with pytest.raises(DeclarationError) as caught:
        read_conflicts(tmp_path)
    assert caught.value.faults[0].code == "conflict-rules-unreadable"
