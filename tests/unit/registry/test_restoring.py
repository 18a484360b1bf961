"""What is in force is found on disk or in its copy, and nowhere else."""

import shutil

import pytest

from ringwall.base.errors import PolicyError
from ringwall.institute import Institute
from ringwall.ledger.ledger import Ledger
from ringwall.registry.kept_policies import KEPT_FOLDER
from ringwall.registry.opening import LedgerPlace
from ringwall.registry.restoring import judge_in_force, restore_policies
from tests.example import DENY_ROW, activate, add_row


@pytest.fixture
def place(institute: Institute) -> LedgerPlace:
    """Return where the ledger of the institute is."""
    return LedgerPlace(institute.folder, institute.settings)


def in_force(place: LedgerPlace, ledger: Ledger) -> str:
    """Return the digest of what is found, and let go of the ledger."""
    try:
        return judge_in_force(place, ledger).digest
    finally:
        ledger.close()


@pytest.mark.parametrize("row", ["", DENY_ROW, "no row at all"])
def test_an_edit_on_disk_does_not_hide_what_is_in_force(
    institute: Institute, place: LedgerPlace, row: str
) -> None:
    digest = institute.judge().digest
    if row:
        add_row(institute, row)

    assert in_force(place, institute.ledger(writable=False)) == digest
    assert bool(restore_policies(place)) is bool(row)
    assert institute.judge().digest == digest


def test_what_came_in_force_since_is_what_is_put_back(
    institute: Institute, place: LedgerPlace
) -> None:
    add_row(institute, DENY_ROW)
    digest = activate(institute)
    add_row(institute, "no row at all")

    assert restore_policies(place) == ("policies/access/policy.csv",)
    assert institute.judge().digest == digest


def test_without_a_copy_the_disk_serves_while_it_is_what_is_in_force(
    institute: Institute, place: LedgerPlace
) -> None:
    shutil.rmtree(institute.folder / KEPT_FOLDER)
    digest = institute.judge().digest

    assert in_force(place, institute.ledger(writable=False)) == digest
    add_row(institute, DENY_ROW)
    with pytest.raises(PolicyError) as caught:
        in_force(place, institute.ledger(writable=False))
    with pytest.raises(PolicyError) as restored:
        restore_policies(place)

    assert caught.value.code == restored.value.code == "policy-copy-unusable"
