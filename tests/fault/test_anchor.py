"""The second place when the machine fails: the log stops, and nothing goes back."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError, RecordUnavailable
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.publication.anchor import begin_anchor, read_anchor
from ringwall.tlog.checkpoints import open_checkpoint
from tests.fault.children import Child, in_threads
from tests.fault.ledger_simulator import KEY, ORIGIN, VERIFIER, LedgerFile, decision


class Disk:
    """The calls by which files are changed, of which one fails.

    Args:
        monkeypatch: puts it in the place of the real one.
        folder: what lies outside of it works as ever.
    """

    CALLS = ("open", "fsync", "rename", "close")

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.calls = 0
        self.fails_at = -1
        self._folder = str(folder)
        self._handles: set[int] = set()
        for name in self.CALLS:
            monkeypatch.setattr(os, name, self._wrapped(name, getattr(os, name)))

    def _wrapped(self, name: str, real: Callable[..., object]) -> Callable[..., object]:
        def call(first: object, *rest: object, **named: object) -> object:
            if not self._is_here(first):
                return real(first, *rest, **named)
            self.calls += 1
            if self.calls == self.fails_at and name != "close":
                raise OSError(5, "Input/output error")
            made = real(first, *rest, **named)
            if name == "open":
                assert isinstance(made, int)
                self._handles.add(made)
            elif name == "close":
                self._handles.discard(first)
            return made

        return call

    def _is_here(self, what: object) -> bool:
        if isinstance(what, int):
            return what in self._handles
        return str(what).startswith(self._folder)


@pytest.fixture
def path(file: LedgerFile, tmp_path: Path) -> Path:
    """Return the second place of the log, which has seen all of it."""
    place = tmp_path / "other-disk" / "anchor"
    place.parent.mkdir()
    [(note,)] = file.query("SELECT note FROM checkpoint")
    begin_anchor(place, note)
    return place


@pytest.fixture
def file(tmp_path: Path) -> LedgerFile:
    """Return a ledger with a short history in it."""
    return LedgerFile(tmp_path)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch, path: Path) -> Iterator[Disk]:
    """Give the disk of the second place, before anything is opened."""
    yield Disk(monkeypatch, path.parent)
    monkeypatch.undo()


def opened(file: LedgerFile, path: Path) -> Ledger:
    """Return the ledger with its second place, for writing."""
    return Ledger(file.path, VERIFIER, ORIGIN, KEY, path)


def anchored(path: Path) -> int:
    """Return the size that the second place says, which the log's key has signed."""
    note = read_anchor(path)
    assert note is not None
    return open_checkpoint(note, VERIFIER, ORIGIN).size


def test_whichever_call_fails_the_second_place_is_old_or_new_and_the_log_stops(
    file: LedgerFile, path: Path, disk: Disk
) -> None:
    ledger = opened(file, path)
    ledger.append([decision("dec-first", basis=8)])
    ledger.close()
    calls, size = disk.calls, 11
    assert calls > 5

    for count in range(1, calls + 1):
        disk.calls, disk.fails_at = 0, count
        ledger = opened(file, path)
        ledger.append([decision(f"dec-{count}", basis=8)])
        ledger.close()
        disk.fails_at = -1
        assert anchored(path) in (size, size + 1)
        with file.opened(writable=False) as reader:
            assert reader.head().size == size + 1
        # What is in the second place, the log can show.
        assert file.query("SELECT max(size) FROM checkpoint")[0][0] <= anchored(path)

        ledger = opened(file, path)
        ledger.append([decision(f"dec-again-{count}", basis=8)])
        ledger.close()
        size += 2
        assert anchored(path) == size
    left = {name for name in os.listdir(path.parent) if not name.startswith(".")}
    assert left == {"anchor", "anchor-lock"}


def test_a_log_whose_second_place_is_gone_stops_for_good(
    file: LedgerFile, path: Path
) -> None:
    ledger = opened(file, path)
    path.unlink()
    ledger.append([decision(f"dec-{number}", basis=8) for number in range(300)])

    codes = set()
    for _ in range(1000):
        try:
            ledger.append([decision("dec-more", basis=8)])
        except RecordUnavailable as error:
            codes.add(error.code)
            break
    with pytest.raises(RecordUnavailable) as caught:
        ledger.append([decision("dec-last", basis=8)])
    ledger.close()

    assert codes == {"ledger-stopped"}
    assert caught.value.code == "ledger-stopped"
    assert "anchor" in caught.value.message
    assert caught.value.exit_code == 8


def test_a_running_process_finds_out_that_the_second_place_was_put_back(
    file: LedgerFile, path: Path
) -> None:
    older = path.read_bytes()
    ledger = opened(file, path)
    ledger.append([decision(f"dec-{number}", basis=8) for number in range(300)])
    tick = threading.Event()
    for _ in range(30_000):
        if anchored(path) == 310:
            break
        tick.wait(0.001)
    assert anchored(path) == 310
    path.write_bytes(older)
    ledger.append([decision(f"dec-more-{number}", basis=8) for number in range(300)])

    ledger.close()

    assert path.read_bytes() == older
    reopened = opened(file, path)
    assert reopened.anchor is not None
    with pytest.raises(IntegrityError) as caught:
        reopened.anchor.check(310)
    reopened.close()
    assert caught.value.code == "anchor-behind"


def test_processes_share_a_second_place_and_it_only_goes_forward(
    file: LedgerFile, path: Path
) -> None:
    def work(say: Callable[[object], None]) -> None:
        ledger = opened(file, path)

        def append(name: int) -> None:
            for number in range(40):
                ledger.append([decision(f"dec-{name}-{number}", basis=8)] * 10)

        in_threads(2, append)
        ledger.close()
        say("done")

    seen = [anchored(path)]
    children = [Child(work) for _ in range(3)]
    for child in children:
        assert child.finish() == ["done"]
        seen.append(anchored(path))

    assert seen == sorted(seen)
    assert anchored(path) == 10 + 3 * 2 * 40 * 10
    assert file.verify().findings == ()
