import random
import sqlite3
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from ringwall.raid.intake.alike import cache as module
from ringwall.raid.intake.alike.cache import Cache, Entry
from ringwall.raid.intake.alike.prints import prints_of
from tests.raid_reports import STORY, story


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "raid" / "alike.sqlite"


@pytest.fixture
def cache(path: Path) -> Iterator[Cache]:
    opened = Cache(path)
    yield opened
    opened.close()


def _put(cache: Cache, name: str, **changes: object) -> None:
    cache.add([Entry(name, prints_of(story(**changes), cache.key))])


def test_what_is_put_in_is_found_by_what_is_like_it(cache: Cache) -> None:
    _put(cache, "report:r-one")
    told = STORY.replace("three hospitals", "two clinics")
    [hit] = cache.look(prints_of(story(narrative=told), cache.key))
    assert hit.id == "report:r-one"
    assert hit.overlap > 0.7
    assert hit.shared == {"title", "system-date"}
    assert cache.known(["report:r-one", "report:r-two"]) == {"report:r-one"}


def test_nothing_is_found_in_an_empty_file(cache: Cache) -> None:
    assert cache.look(prints_of(story(), cache.key)) == []
    assert cache.caught_up() == (-1, "")


def test_a_report_that_is_in_stays_as_it_is(cache: Cache) -> None:
    _put(cache, "report:r-one")
    _put(cache, "report:r-one", narrative="Something else altogether.")
    [hit] = cache.look(prints_of(story(), cache.key))
    assert hit.overlap == 1


def test_no_word_of_a_report_is_in_the_file(cache: Cache, path: Path) -> None:
    _put(cache, "report:r-one")
    cache.close()
    held = b"".join(file.read_bytes().lower() for file in path.parent.iterdir())
    for word in (b"sedative", b"hospital", b"rota", b"overdosed"):
        assert word not in held


def test_only_its_owner_may_read_the_file(cache: Cache, path: Path) -> None:
    _put(cache, "report:r-one")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_how_far_it_has_caught_up_never_goes_back(cache: Cache) -> None:
    cache.add([], (7, "report:r-b"))
    cache.add([], (3, "report:r-a"))
    assert cache.caught_up() == (7, "report:r-b")


def test_what_is_in_is_there_for_who_opens_it_next(cache: Cache, path: Path) -> None:
    _put(cache, "report:r-one")
    cache.close()
    again = Cache(path)
    assert [hit.id for hit in again.look(prints_of(story(), again.key))] == [
        "report:r-one"
    ]
    again.close()


@pytest.mark.parametrize(
    "damage",
    [
        b"no database at all, and long enough to be taken for a page of one" * 20,
        b"SQLite format 3\x00" + b"\xff" * 5000,
    ],
)
def test_a_file_that_is_damaged_is_begun_anew(
    cache: Cache, path: Path, damage: bytes
) -> None:
    _put(cache, "report:r-one")
    cache.close()
    for file in path.parent.iterdir():
        file.unlink()
    path.write_bytes(damage)
    assert cache.caught_up() == (-1, "")
    _put(cache, "report:r-two")
    assert cache.known(["report:r-one", "report:r-two"]) == {"report:r-two"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meta SET value = '0' WHERE name = 'version'",
        "DELETE FROM meta WHERE name = 'secret'",
        "DROP TABLE posting",
        "UPDATE meta SET value = 'x' WHERE name = 'seed'",
    ],
)
def test_a_file_of_another_making_is_begun_anew(
    cache: Cache, path: Path, statement: str
) -> None:
    cache.add([], (7, "report:r-one"))
    cache.close()
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()
    assert cache.caught_up() == (-1, "")


def test_a_damage_found_while_it_is_open_begins_it_anew(
    cache: Cache, path: Path
) -> None:
    cache.add([], (7, "report:r-one"))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = 'x y' WHERE name = 'caught-up'")
    connection.close()
    assert cache.caught_up() == (-1, "")


def test_what_is_wrong_with_the_disk_is_told_and_nothing_is_lost(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    _put(cache, "report:r-one")
    prints = prints_of(story(), cache.key)

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(module, "_put", full)
    with pytest.raises(sqlite3.OperationalError):
        cache.add([Entry("report:r-two", prints)])
    monkeypatch.undo()
    assert cache.known(["report:r-one"]) == {"report:r-one"}


def test_clearing_begins_anew_with_another_key(cache: Cache) -> None:
    _put(cache, "report:r-one")
    before = cache.key
    cache.clear()
    assert cache.key != before
    assert cache.known(["report:r-one"]) == set()
    cache.clear()
    cache.close()
    cache.clear()


def test_where_very_many_share_something_the_newest_are_looked_at(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_AT_ONCE", 4)
    monkeypatch.setattr(module, "_MOST_OF_ONE", 2)
    for number in range(6):
        _put(cache, f"report:r-{number}", narrative=f"{STORY} {number}")
    hits = cache.look(prints_of(story(), cache.key))
    assert {"report:r-5", "report:r-4"} <= {hit.id for hit in hits}
    assert "report:r-0" not in {hit.id for hit in hits}


def test_two_who_make_the_file_at_once_share_it(path: Path) -> None:
    path.parent.mkdir()
    one, other = Cache(path), Cache(path)
    assert one.key == other.key
    one.close()
    other.close()


def test_who_finds_it_made_meanwhile_makes_nothing(
    cache: Cache, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = cache.key
    answers = iter(["SELECT 0", "PRAGMA user_version"])

    class Late(sqlite3.Connection):
        """A connection that finds the file empty at first, and then no longer."""

        @override
        def execute(self, sql: str, values: Any = ()) -> sqlite3.Cursor:
            if sql == "PRAGMA user_version":
                sql = next(answers)
            return super().execute(sql, values)

    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Late))
    other = Cache(path)
    assert other.key == key
    assert list(answers) == []
    other.close()


def test_near_copies_are_found_and_what_is_no_copy_is_not(cache: Cache) -> None:
    draw = random.Random(8)
    words = [f"word{number}" for number in range(3000)]
    texts = [draw.choices(words, k=60) for _ in range(500)]
    cache.add(
        [
            Entry(str(number), prints_of(_told(text, number), cache.key))
            for number, text in enumerate(texts)
        ]
    )
    others: dict[str, int] = {}
    for changed in range(1, 7):
        found = 0
        for number, text in enumerate(texts):
            near = list(text)
            for place in draw.sample(range(60), changed):
                near[place] = draw.choice(words)
            hits = cache.look(prints_of(_told(near, 1000 + number), cache.key))
            found += str(number) in {hit.id for hit in hits}
            others |= {hit.id: number for hit in hits if hit.id != str(number)}
        assert found / len(texts) >= 0.95, f"{changed} words of 60"
    assert others == {}


def _told(words: list[str], number: int) -> dict[str, Any]:
    return story(
        title=f"Told as number {number}",
        narrative=" ".join(words),
        systems="unknown",
        references=[],
    )
