"""A container as a row."""

import pytest

from ringwall.base.errors import UnknownItem
from ringwall.cli.vault_rows import SHEET, container_row, known_container, within
from ringwall.matters.containers import ContainerRecord, Containers, Verification

RECORD = ContainerRecord(
    id="box-aaaaaaaaaaaaaaaaaaaa",
    index=7,
    at=1_800_000_000_000_000,
    asset="weights:aurora-2",
    file="model.safetensors",
    header="0" * 64,
    slot="1" * 64,
    generation=1,
    key="main",
    key_kind="file",
    bytes=12,
    sha256="2" * 64,
    site="site:hub-north",
    is_disputed=True,
    verified=Verification("ver-1", 2, 2, 1_800_000_000_000_000),
)


def test_a_row_has_a_value_for_each_column_of_the_sheet() -> None:
    assert tuple(container_row(RECORD, 0)) == SHEET


def test_what_the_record_disputes_is_not_said_to_be_kept() -> None:
    row = container_row(RECORD, 3)

    assert (row["state"], row["copies"]) == ("disputed", 3)
    assert row["verified"] == row["sealed"] == "2027-01-15T08:00:00Z"


def test_a_window_has_its_first_instant_and_not_its_last() -> None:
    at = "2027-01-15T08:00:00Z"

    assert within([RECORD], "", "", "ringwall vault ls") == [RECORD]
    assert within([RECORD], at, "", "ringwall vault ls") == [RECORD]
    assert within([RECORD], "", at, "ringwall vault ls") == []


def test_a_container_is_known_or_that_is_said() -> None:
    with pytest.raises(UnknownItem) as caught:
        known_container(Containers(), RECORD.id)

    assert caught.value.code == "unknown-container"
