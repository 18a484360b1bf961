"""Whoever waits for long work at the vault is told of it in the same words."""

from typing import get_type_hints

import pytest

from ringwall.vault.copying import CopyOrder
from ringwall.vault.progress import Progress
from ringwall.vault.sealing import Order


@pytest.mark.parametrize("order", [Order, CopyOrder])
def test_all_long_work_is_told_of_in_the_same_way(order: type) -> None:
    assert get_type_hints(order)["progress"] == Progress | None
