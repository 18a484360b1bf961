"""An open file gives bytes on permits alone, and asks for none of them twice."""

import io
import os
import pickle
import threading
from contextlib import suppress

import pytest
from typing_extensions import override

from ringwall.base.errors import ActRefused
from ringwall.gate.denied import AccessDenied
from ringwall.model.decisions import Stage
from ringwall.vault.opened_file import AHEAD, Named, VaultFile
from tests.fault.children import Child, Say
from tests.vault_files import InMemory, Questions
from tests.vault_office import content

DATA = content(300_000)
NAMED = Named("model.safetensors", "weights:w", "box-aaaaaaaaaaaaaaaaaaaa", len(DATA))


class Asked(list[tuple[int, int, int]]):
    """What was asked: amount, start and stop."""

    def ask(self, amount: int, start: int, stop: int) -> None:
        self.append((amount, start, stop))


def opened(asked: Asked | Questions, ahead: int = 0, data: bytes = DATA) -> VaultFile:
    return VaultFile(NAMED._replace(size=len(data)), InMemory(data), asked.ask, ahead)


def test_it_tells_what_it_is() -> None:
    file = opened(Asked())

    assert (file.name, file.asset, file.container, file.size) == NAMED
    assert file.readable()
    assert file.seekable()
    assert not file.writable()


def test_a_range_is_asked_for_before_it_is_given() -> None:
    asked = Asked()
    buffer = bytearray(100)

    opened(asked).read_into(1000, buffer)

    assert bytes(buffer) == DATA[1000:1100]
    assert asked == [(100, 1000, 1100)]


def test_what_was_released_is_not_asked_for_again() -> None:
    asked = Asked()
    file = opened(asked)
    for start, stop in [(10, 20), (30, 40), (10, 40), (12, 38), (0, 50), (50, 50)]:
        file.read_into(start, bytearray(stop - start))

    # Of the third the middle is lacking; of the fifth both ends, in one question.
    assert asked == [(10, 10, 20), (10, 30, 40), (10, 20, 30), (20, 0, 50)]


def test_a_deny_delivers_nothing_and_releases_nothing() -> None:
    asked = Questions(budget=50)
    file = opened(asked)
    file.read_into(0, bytearray(50))
    buffer = bytearray(b"x" * 100)
    with pytest.raises(AccessDenied):
        file.read_into(0, buffer)
    with pytest.raises(AccessDenied):
        file.read_into(50, memoryview(buffer)[:1])

    assert buffer == b"x" * 100
    assert asked == [(0, 50), (50, 100), (50, 51)]


@pytest.mark.parametrize(("start", "length"), [(-1, 10), (299_999, 2), (300_001, 0)])
def test_a_range_beyond_the_file_is_a_mistake(start: int, length: int) -> None:
    asked = Asked()
    with pytest.raises(ValueError, match="a range lies within"):
        opened(asked).read_into(start, bytearray(length))

    assert asked == []


def test_reading_from_front_to_back_asks_ahead() -> None:
    asked = Asked()
    file = opened(asked, ahead=100_000)
    pieces = [file.read(30_000) for _ in range(11)]

    assert b"".join(piece or b"" for piece in pieces) == DATA
    assert asked == [
        (100_000, 0, 100_000),
        (100_000, 100_000, 200_000),
        (100_000, 200_000, 300_000),
    ]


def test_ahead_never_goes_beyond_the_end() -> None:
    asked = Asked()

    assert opened(asked, ahead=AHEAD).read(10) == DATA[:10]
    assert asked == [(300_000, 0, 300_000)]


def test_who_jumps_about_asks_for_what_they_read() -> None:
    asked = Asked()
    file = opened(asked, ahead=100_000)
    file.seek(5000)
    assert file.read(10) == DATA[5000:5010]
    assert file.read(10) == DATA[5010:5020]

    assert asked == [(10, 5000, 5010), (100_000, 5010, 105_010)]


def test_a_budget_that_is_short_of_ahead_still_gives_what_is_wanted() -> None:
    asked = Questions(budget=40)
    file = opened(asked, ahead=1000)

    assert file.read(20) == DATA[:20]
    assert file.read(20) == DATA[20:40]
    with pytest.raises(AccessDenied):
        file.read(20)
    # A deny is on record each time: what was too much once is not tried again.
    assert asked == [(0, 1000), (0, 20), (20, 40), (40, 60)]


def test_a_deny_for_another_reason_is_not_asked_for_in_less() -> None:
    class Suspended(Asked):
        @override
        def ask(self, amount: int, start: int, stop: int) -> None:
            super().ask(amount, start, stop)
            refusal = Questions(budget=0)
            try:
                refusal.ask(1, 0, 1)
            except AccessDenied as denied:
                reasons = denied.decision.verdict.reasons
                object.__setattr__(reasons[0], "stage", Stage.ACCESS)
                raise

    asked = Suspended()
    with pytest.raises(AccessDenied):
        opened(asked, ahead=1000).read(20)

    assert asked == [(1000, 0, 1000)]


def test_the_rest_is_one_range() -> None:
    asked = Asked()
    file = opened(asked, ahead=10)
    file.seek(100)

    assert file.read() == DATA[100:]
    assert file.read() == b""
    assert asked == [(299_900, 100, 300_000)]


def test_beyond_the_end_there_is_nothing_and_nothing_is_asked() -> None:
    asked = Asked()
    file = opened(asked, ahead=10)

    assert file.seek(10, io.SEEK_END) == 300_010
    assert file.read(5) == b""
    assert file.readall() == b""
    assert file.tell() == 300_010
    assert asked == []


def test_an_empty_file_is_read_without_a_question() -> None:
    asked = Asked()

    assert opened(asked, ahead=10, data=b"").read() == b""
    assert asked == []


def test_seek_takes_all_three_ways_and_no_other() -> None:
    file = opened(Asked())

    assert file.seek(7) == 7
    assert file.seek(3, io.SEEK_CUR) == 10
    assert file.seek(-10, io.SEEK_END) == 299_990
    with pytest.raises(ValueError, match="0, 1 or 2"):
        file.seek(0, 3)
    with pytest.raises(ValueError, match="not negative"):
        file.seek(-11)
    assert file.tell() == 299_990


def test_a_reader_takes_small_bites() -> None:
    asked = Asked()
    with opened(asked, ahead=AHEAD).reader() as reader:
        assert [reader.read(5), reader.read(5)] == [DATA[:5], DATA[5:10]]
        assert reader.read() == DATA[10:]

    assert asked == [(300_000, 0, 300_000)]


def test_a_reader_tells_the_size_of_its_file() -> None:
    with opened(Asked()).reader() as reader:
        assert reader.size == len(DATA)


def test_a_reader_of_exact_ranges_asks_for_no_byte_more() -> None:
    asked = Asked()
    with opened(asked).reader() as reader:
        reader.seek(100)
        assert reader.read(5) == DATA[100:105]

    assert asked == [(5, 100, 105)]


def test_a_closed_file_gives_nothing() -> None:
    asked = Asked()
    file = opened(asked)
    file.close()
    file.close()

    assert isinstance(file._content, InMemory)
    assert file._content.is_closed
    for use in (file.read, file.tell, file.readable, file.seekable, file.reader):
        with pytest.raises(ValueError, match="closed"):
            use()
    with pytest.raises(ValueError, match="closed"):
        file.read_into(0, bytearray(1))
    with pytest.raises(ValueError, match="closed"):
        file.seek(0)
    assert asked == []


def test_a_forked_child_gets_nothing() -> None:
    asked = Asked()
    file = opened(asked)
    file.read_into(0, bytearray(10))

    def child(say: Say) -> None:  # pragma: no cover - in a process of its own
        for use in (lambda: file.read_into(0, bytearray(10)), file.read, file.reader):
            try:
                use()
            except ActRefused as error:
                say(error.code)
        file.close()

    assert Child(child).finish() == ["file-of-another-process"] * 3


def test_in_another_process_it_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    file = opened(Asked())
    monkeypatch.setattr(os, "getpid", lambda: -1)
    with pytest.raises(ActRefused) as caught:
        file.read(1)

    assert caught.value.code == "file-of-another-process"


def test_it_is_nothing_to_be_pickled() -> None:
    with pytest.raises(TypeError, match="can't be pickled"):
        pickle.dumps(opened(Asked()))


def test_threads_that_share_it_ask_for_each_byte_once() -> None:
    asked = Asked()
    file = opened(asked)
    wrong: list[int] = []

    def read(first: int) -> None:
        for start in range(first * 100, 30_000, 300):
            buffer = bytearray(1000)
            file.read_into(start, buffer)
            if buffer != DATA[start : start + 1000]:
                wrong.append(start)

    threads = [threading.Thread(target=read, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert sum(amount for amount, _, _ in asked) == 30_900


def test_what_fails_in_asking_releases_nothing() -> None:
    class Broken(Asked):
        @override
        def ask(self, amount: int, start: int, stop: int) -> None:
            super().ask(amount, start, stop)
            if len(self) == 1:
                raise OSError("no record")

    asked = Broken()
    file = opened(asked)
    with suppress(OSError):
        file.read_into(0, bytearray(10))
    file.read_into(0, bytearray(10))

    assert asked == [(10, 0, 10), (10, 0, 10)]
