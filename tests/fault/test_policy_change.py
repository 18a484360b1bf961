"""A policy comes in force by its quorum alone, whatever lies on disk."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ringwall.base.errors import PolicyError
from ringwall.institute import Institute
from ringwall.model.decisions import Decision
from tests.example import DENY_ROW, READ, add_row
from tests.policy_office import RECORD, PolicyOffice, edited
from tests.recorded import newest_first

pytestmark = pytest.mark.usefixtures("uncounted")


@pytest.fixture
def office(institute_folder: Path, tmp_path: Path) -> Iterator[PolicyOffice]:
    shutil.copytree(institute_folder, tmp_path / "institute")
    office = PolicyOffice(tmp_path / "institute")
    yield office
    office.close()


def ask(institute: Institute, name: str, digest: str) -> Decision:
    """Ask for the change as the CISO, on what is in force."""
    with institute.gatekeeper("point:policy-desk", kept=True) as gate:
        return gate.check(
            subject="user:marian",
            action="policy.change",
            resource=RECORD,
            authn="hardware-fresh",
            purpose="the new row is to count",
            grant=name,
            binds=digest,
        )


def in_force(institute: Institute) -> str:
    """Return the digest of what is in force."""
    ledger = institute.ledger(writable=False)
    try:
        return ledger.registry_since(-1).policy
    finally:
        ledger.close()


@pytest.mark.parametrize("place", ["a draft", "the institute"])
def test_what_the_quorum_approved_comes_in_force_once(
    office: PolicyOffice, place: str
) -> None:
    folder, draft = office.institute.folder, None
    if place == "a draft":
        draft = edited(folder)
    else:
        add_row(office.institute, DENY_ROW)
    change = office.institute.policy_change(draft)
    digest = change.judge.digest
    change.close()
    name = office.approved(office.asked(digest))
    institute = office.later()

    change = institute.policy_change(draft)
    decision = ask(institute, name, digest)
    assert decision.permitted, decision.verdict.reasons
    change.carry_out(decision, name)
    change.close()
    again = ask(institute, name, digest)
    institute.restore_policies()

    assert in_force(institute) == digest == institute.judge().digest
    assert not again.permitted
    ledger = institute.ledger(writable=False)
    kinds = [entry.event["kind"] for entry in newest_first(ledger)][:4]
    ledger.close()
    assert "policy.activated" in kinds
    assert "grant.spent" in kinds
    with institute.gatekeeper("point:trainer") as gate:
        reasons = gate.check(**READ).verdict.reasons
    assert reasons[0].code == "forbidden-by-rule"
    assert institute.verify().is_sound


def test_without_one_of_the_quorum_nothing_changes(office: PolicyOffice) -> None:
    draft = edited(office.institute.folder)
    change = office.institute.policy_change(draft)
    digest, before = change.judge.digest, change.in_force()
    change.close()
    name = office.approved(office.asked(digest), director=False)
    institute = office.later()

    decision = ask(institute, name, digest)

    assert not decision.permitted
    change = institute.policy_change(draft)
    with pytest.raises(PolicyError) as caught:
        change.carry_out(decision, name)
    change.close()
    assert caught.value.code == "policy-unapproved"
    assert in_force(institute) == before


def test_another_draft_than_the_one_that_was_approved_is_denied(
    office: PolicyOffice,
) -> None:
    before = in_force(office.institute)
    name = office.approved(office.asked("5" * 64))
    draft = edited(office.institute.folder)
    institute = office.later()
    change = institute.policy_change(draft)

    decision = ask(institute, name, change.judge.digest)

    change.close()
    assert not decision.permitted
    assert in_force(institute) == before
