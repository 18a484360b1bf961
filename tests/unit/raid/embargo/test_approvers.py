"""Who from outside signs for the length of an embargo."""

from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.raid.embargo.approvers import (
    APPROVERS_FILE,
    parse_approvers,
    read_approvers,
)
from ringwall.shipped import shipped_path
from tests.office import public_line

HEAD = "id,key,source,confidence\n"
ROW = f"bureau:example,{public_line('outsider')},a letter,own\n"
OTHER = f"court:example,{public_line('elinor')},a letter,text\n"


def faults(data: bytes) -> set[str]:
    with pytest.raises(DeclarationError) as caught:
        parse_approvers(data)
    assert caught.value.code == "embargo-approvers-refused"
    assert caught.value.next_step
    return {fault.code for fault in caught.value.faults}


def test_each_approver_has_a_key() -> None:
    found = parse_approvers((HEAD + ROW + OTHER).encode())
    assert sorted(found) == ["bureau:example", "court:example"]
    assert len({key.fingerprint for key in found.values()}) == 2


def test_nobody_signs_by_what_comes_with_it_nor_by_older_rules(tmp_path: Path) -> None:
    assert read_approvers(shipped_path("raid") / "desk") == {}
    assert read_approvers(tmp_path) == {}
    (tmp_path / APPROVERS_FILE).mkdir()
    with pytest.raises(DeclarationError) as caught:
        read_approvers(tmp_path)
    assert caught.value.faults[0].code == "embargo-approvers-unreadable"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD + ROW + ROW, "duplicate-id"),
        (HEAD + ROW + ROW.replace("bureau", "court"), "duplicate-id"),
        (HEAD + ROW + OTHER.replace("court", "bureau"), "duplicate-id"),
        (HEAD + ROW.replace("ssh-ed25519", "ssh-rsa"), "embargo-approver-malformed"),
        (HEAD + ROW.replace("a letter", ""), "embargo-approver-malformed"),
        (HEAD + ROW.replace(",own", ",sure"), "embargo-approver-malformed"),
        (HEAD + ROW.replace("bureau:example", ""), "embargo-approver-malformed"),
        (ROW, "wrong-columns"),
    ],
)
def test_a_row_with_a_fault_names_nobody(text: str, code: str) -> None:
    assert code in faults(text.encode())
