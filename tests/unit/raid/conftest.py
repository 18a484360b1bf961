"""An incident desk for the tests of its counters."""

from collections.abc import Iterator

import pytest

from ringwall.raid.desk import RaidDesk
from tests.raid_office import RaidOffice


@pytest.fixture
def desk(raid_office: RaidOffice) -> Iterator[RaidDesk]:
    """Return an open incident desk of an institute of its own."""
    with raid_office.raid() as desk:
        yield desk
