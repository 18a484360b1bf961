"""What is on record of a release: its words and its author, or that there is none."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ringwall.ledger.asking.raid_rows import RaidRows
from ringwall.raid.desk import RaidDesk
from ringwall.raid.outgoing.release_record import ReleaseRecord
from ringwall.raid.outgoing.release_text import Wanted
from tests.raid_office import RaidOffice, refused, who
from tests.release_office import FRENCH, drafted, staffed


@pytest.fixture
def desk(raid_office: RaidOffice) -> Iterator[RaidDesk]:
    staffed(raid_office)
    with raid_office.raid() as desk:
        yield desk


def test_the_last_to_write_it_is_its_author(desk: RaidDesk) -> None:
    record = ReleaseRecord(desk.acting)
    release, case = drafted(desk)
    assert record.of(release) == (release, case)
    assert record.author(release) == "user:joan"
    desk.releases.amend(who("dorothy"), release, Wanted(FRENCH, part="all"), "more")

    assert record.author(release) == "user:dorothy"
    assert record.wanted(record.card(release)).part == "all"
    assert record.last(release, "amend")["reason"] == "more"
    assert record.last(release, "send") == {}


def test_of_one_that_there_is_not_nothing_is_known(desk: RaidDesk) -> None:
    record, name = ReleaseRecord(desk.acting), "rel-" + "a" * 16

    assert refused(record.card, name) == "unknown-release"
    assert record.author(name) == ""


def test_a_release_whose_words_were_erased_is_written_anew(
    desk: RaidDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, _ = drafted(desk)
    record, rows = ReleaseRecord(desk.acting), desk.acting.rows
    bare = [
        replace(one, event={**one.event, "said": {}})
        for one in rows.events(about=release)
    ]
    monkeypatch.setattr(RaidRows, "events", lambda *_, **__: bare)

    assert refused(record.wanted, record.card(release)) == "release-forgotten"
