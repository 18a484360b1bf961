"""Disks that are full, short or read-only, and a write-ahead log that was cut.

Must never leave anything mounted.
"""

import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from ringwall.base.errors import RingwallError
from ringwall.ledger.ledger import Ledger
from tests.fault.campaign.logs import Log, asked, plain_log
from tests.fault.campaign.survivors import Survivors
from tests.fault.campaign.tally import Work
from tests.fault.children import Say, WaitingChild

__all__ = ["cut_wal", "fill_disks", "forbid_writing"]

_STOPPED = ("ledger-stopped", 8)
_REFUSED = ("record-unavailable", 8)
_ROOMS = (0, 512, 4096, 4128, 8192, 20_000, 50_000, 100_000, 150_000, 250_000)
_FREE_KIB = (0, 4, 32, 36, 40, 64, 100, 200, 400, 800)
_SECTOR = 512
_MOST = 400


def fill_disks(work: Work) -> None:
    """Let files grow no further, then disks: writes are cut short or refused."""
    for room in _ROOMS[:: work.step]:
        survivors = _begun(work.folder(), work.folder())
        said = _said(partial(_fill, survivors, room))[1:]
        _judge(work, "no file may grow beyond a limit", survivors, said, f"room {room}")
    fault = "a tmpfs of about 1 MiB is full"
    if why := _why_not_mounted(work.folder()):
        work.tally.skip(fault, why)
        return
    for free in _FREE_KIB[:: work.step]:
        with _mounted(work.folder(), "size=64m") as disk:
            survivors = _begun(disk, work.folder())
            child = WaitingChild(partial(_fill, survivors, None))
            lines = child.lines()
            next(lines)
            used = sum(path.stat().st_blocks for path in disk.iterdir()) // 2
            _mount(disk, f"remount,size={used + free}k")
            child.go_on()
            said = list(lines)
            assert child.ended() == 0
            # Whoever is to go on needs room, as the message said.
            _mount(disk, "remount,size=64m")
            _judge(work, fault, survivors, said, f"{free} KiB free")


def forbid_writing(work: Work) -> None:
    """Take away the right to write: all can still be read, nothing appended."""
    fault = "a file system that turns read-only"
    if why := _why_not_mounted(work.folder()):
        work.tally.skip(fault, why)
        return
    for pending in (False, True):
        with _mounted(work.folder(), "size=64m") as disk:
            survivors = _begun(disk, work.folder())
            _forbid(work, fault, disk, survivors, pending=pending)


def _forbid(
    work: Work, fault: str, disk: Path, survivors: Survivors, *, pending: bool
) -> None:
    if pending:
        # With entries in a write-ahead log, which can't be folded there any more.
        child = WaitingChild(partial(_append_and_die, survivors))
        survivors.acknowledge([tuple(receipt) for receipt in child.lines()])
        child.ended()
    _mount(disk, "remount,ro")
    said = _said(partial(_read_and_append, survivors))
    _mount(disk, "remount,rw")
    how = f"{'pending' if pending else 'folded'}: {said}"
    read = {"ledger-unfolded", "sound"} if pending else {"sound"}
    wrong = "" if said[0] in read and said[1] == "ledger-read-only" else how
    wrong = wrong or survivors.wrong_after()
    work.tally.judge(
        fault, f"read: {said[0]}, append: {said[1]}", wrong and how + wrong
    )


def cut_wal(work: Work) -> None:
    """Cut the write-ahead log at every 512-byte boundary, and in between."""
    source = work.folder()
    survivors = _begun(source, work.folder())
    child = WaitingChild(partial(_append_and_die, survivors))
    receipts = list(child.lines())
    child.ended()
    log = survivors.log
    wal = log.path.with_name("ledger.db-wal")
    size = wal.stat().st_size
    whole = log.copy(work.folder()).query("SELECT idx, hash FROM leaf")
    cuts = sorted({*range(0, size + 1, _SECTOR), *range(17, size, _SECTOR * 5 + 17)})
    work.tally.notes[_CUT] = (
        f"a write-ahead log of {size:,} bytes with {len(receipts)} appends"
    )
    for done, cut in enumerate(cuts[:: work.step], 1):
        copy = log.copy(work.folder())
        os.truncate(copy.path.with_name("ledger.db-wal"), cut)
        copy.path.with_name("ledger.db-shm").unlink(missing_ok=True)
        outcome, wrong = _after_cut(copy, whole)
        work.tally.judge(_CUT, outcome, wrong and f"at {cut} of {size}: {wrong}")
        shutil.rmtree(copy.path.parent)
        work.tell(_CUT, done, len(cuts[:: work.step]))


_CUT = "the write-ahead log cut short"


def _after_cut(copy: Log, whole: list[tuple[int, bytes]]) -> tuple[str, str]:
    """Return what is left of a log and what is wrong with that."""
    if told := copy.told():
        return "", f"{sorted(told)}"
    left = copy.query("SELECT idx, hash FROM leaf")
    if left != whole[: len(left)]:
        return "", "what is left is not how the log began"
    survivors = Survivors(copy)
    if wrong := survivors.wrong_after():
        return "", wrong
    return ("all there" if left == whole else "an earlier end, sound"), ""


def _judge(
    work: Work, fault: str, survivors: Survivors, said: list[Any], how: str
) -> None:
    """Judge what a child says that ran out of room, and what it left."""
    *receipts, errors = said
    survivors.acknowledge([tuple(receipt) for receipt in receipts])
    told = [tuple(error) for error in errors]
    wrong = "" if told == [_REFUSED, _STOPPED, _STOPPED] else f"answered {told}"
    wrong = wrong or survivors.wrong_after()
    outcome = "refused, then stopped; opened again, nothing lost"
    work.tally.judge(fault, outcome, wrong and f"{how}: {wrong}")


def _begun(folder: Path, second: Path) -> Survivors:
    log = plain_log(folder, 8)
    return Survivors(log, log.anchored(second / "anchor"))


def _said(work: "partial[None]") -> list[Any]:
    child = WaitingChild(work)
    said = list(child.lines())
    code = child.ended()
    assert code == 0, code
    return said


def _opened(survivors: Survivors) -> Ledger:
    log = survivors.log
    return Ledger(log.path, log.key.verifier(), log.origin, log.key, survivors.anchor)


def _fill(
    survivors: Survivors, room: int | None, say: Say, wait: Callable[[], None]
) -> None:
    """Append until it is refused, and then, with room again, twice more.

    Args:
        survivors: whose log.
        room: bytes that a file may have; None to go by the disk.
        say: takes a word when it begins, each receipt, at the end the refusals.
        wait: until the disk is as small as it shall be.
    """
    ledger = _opened(survivors)
    # Made before, since to know who is who the log has to be read, which takes room.
    entries = [ledger.sealed([asked(number)]) for number in range(_MOST)]
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    say("begun")
    if room is None:
        wait()
    else:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    errors: list[tuple[str, int]] = []
    while not errors:
        try:
            [receipt] = ledger.append_entries(entries.pop())
            say([receipt.index, receipt.leaf.hex()])
        except RingwallError as error:
            errors.append((error.code, error.exit_code))
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    for _ in range(2):
        try:
            ledger.append_entries(entries.pop())
        except RingwallError as error:
            errors.append((error.code, error.exit_code))
    say(errors)


def _append_and_die(survivors: Survivors, say: Say, _: object) -> None:
    """Append some entries one by one, and end so that nothing is folded."""
    ledger = _opened(survivors)
    for number in range(12):
        [receipt] = ledger.append([asked(number)])
        say([receipt.index, receipt.leaf.hex()])
    os.kill(os.getpid(), signal.SIGKILL)


def _read_and_append(survivors: Survivors, say: Say, _: object) -> None:
    """Say what verifying comes to, and what appending."""
    told = survivors.log.told()
    say(",".join(sorted(told)) or "sound")
    try:
        _opened(survivors).append([asked(1)])
    except RingwallError as error:
        say(error.code)


def _why_not_mounted(folder: Path) -> str:
    try:
        with _mounted(folder, "size=64k"):
            return ""
    except OSError as error:
        return f"a file system can't be mounted here: {error}"


@contextmanager
def _mounted(folder: Path, options: str) -> Iterator[Path]:
    """Mount a tmpfs there for a while."""
    _run("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder))
    try:
        yield folder
    finally:
        _run("umount", "-l", str(folder))


def _mount(folder: Path, options: str) -> None:
    _run("mount", "-o", options, str(folder))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise OSError(done.stderr.decode("utf-8", "replace").strip())
