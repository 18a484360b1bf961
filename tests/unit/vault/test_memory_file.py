"""Loaders that take only a path get one of sealed memory, and no disk sees a byte."""

import errno
import fcntl
import mmap
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import load_file, save
from typing_extensions import override

from ringwall.base.errors import (
    ActRefused,
    ConfigurationError,
    IntegrityError,
    UnknownItem,
)
from ringwall.gate.denied import AccessDenied
from ringwall.vault import memory_file
from ringwall.vault.container.faults import damaged
from ringwall.vault.locked_pages import LockedPages
from ringwall.vault.memory_file import Shelter, memory_folder, memory_path
from ringwall.vault.opened_file import Named, VaultFile
from tests.unit.vault.test_locked_pages import locked
from tests.vault_files import InMemory, Questions, opened

TENSORS: dict[str, NDArray[Any]] = {
    "a": np.arange(600, dtype=np.float32).reshape(20, 30),
    "b": np.arange(5, dtype=np.int8),
}
DATA = save(TENSORS)
NO_SWAP = Shelter(swaps=lambda: ())
SWAP = Shelter(swaps=lambda: ("/dev/dm-1",))


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no descriptor, lock or temporary file outlive its `with`."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = set(os.listdir("/proc/self/fd")), locked()
    yield
    assert (set(os.listdir("/proc/self/fd")), locked()) == before
    assert list(tmp_path.iterdir()) == []


def no_lock(*_: object) -> LockedPages:
    raise OSError(errno.ENOMEM, "Cannot allocate memory")


def test_the_libraries_that_take_a_path_read_it() -> None:
    with memory_path(opened(DATA), NO_SWAP) as path:
        assert path.startswith("/proc/self/fd/")
        read = load_file(path)
        with safe_open(path, "numpy") as file:
            piece = file.get_slice("a")[3:5]

    assert read.keys() == TENSORS.keys()
    np.testing.assert_array_equal(read["a"], TENSORS["a"])
    np.testing.assert_array_equal(piece, TENSORS["a"][3:5])


def test_the_whole_file_is_one_range_and_it_is_closed_once_read() -> None:
    asked = Questions()
    file = opened(DATA, asked)

    with memory_path(file, NO_SWAP) as path:
        assert asked == [(0, len(DATA))]
        assert file.closed
        assert Path(path).read_bytes() == DATA

    assert not os.path.exists(path)


def test_the_machine_at_hand_is_asked_for_its_swap_if_nothing_else_is_said() -> None:
    with memory_path(opened(b"small"), Shelter()) as path:
        assert Path(path).read_bytes() == b"small"
    with memory_path(opened(b"small")) as path:
        assert Path(path).read_bytes() == b"small"


def test_what_is_sealed_can_not_be_written_grown_shrunk_or_unsealed() -> None:
    with memory_path(opened(DATA), NO_SWAP) as path:
        handle = int(path.rpartition("/")[2])
        with pytest.raises(PermissionError):
            os.write(handle, b"x")
        for size in (len(DATA) - 1, len(DATA) + 1):
            with pytest.raises(PermissionError):
                os.truncate(handle, size)
        with pytest.raises(PermissionError):
            fcntl.fcntl(handle, fcntl.F_ADD_SEALS, 1)
        assert Path(path).read_bytes() == DATA


def test_it_can_not_be_run_and_others_may_not_open_it() -> None:
    with memory_path(opened(b"#!/bin/true\n"), NO_SWAP) as path:
        assert os.stat(path).st_mode & 0o777 == 0o400


def test_it_does_not_pass_to_a_program_that_is_started() -> None:
    with memory_path(opened(DATA), NO_SWAP) as path:
        handle = int(path.rpartition("/")[2])
        assert not os.get_inheritable(handle)
        assert _cat(path) != DATA


def test_a_program_that_is_started_reads_a_path_made_for_children() -> None:
    shelter = Shelter(for_children=True, swaps=lambda: ())
    with memory_path(opened(DATA), shelter) as path:
        assert path.startswith(f"/proc/{os.getpid()}/fd/")
        assert _cat(path) == DATA


def test_an_empty_file_is_given_as_one() -> None:
    with memory_path(opened(b""), SWAP) as path:
        assert Path(path).read_bytes() == b""


def test_a_kernel_that_does_not_know_noexec_gives_memory_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory_file, "_NOEXEC", 0x4000)

    with memory_path(opened(DATA), NO_SWAP) as path:
        assert Path(path).read_bytes() == DATA


def test_a_kernel_without_huge_pages_gives_memory_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mmap, "MADV_HUGEPAGE", 9999)

    with memory_path(opened(DATA), NO_SWAP) as path:
        assert Path(path).read_bytes() == DATA


def test_a_deny_leaves_nothing_behind() -> None:
    file = opened(DATA, Questions(10))

    with pytest.raises(AccessDenied), memory_path(file, NO_SWAP):
        pass

    assert file.closed


class Damaged(InMemory):
    """Fails in its second half, as an error does that keeps pieces of the buffer.

    Attributes:
        kept: what outlives even the frames.
    """

    kept: memoryview | None = None

    @override
    def read_into(self, start: int, buffer: memoryview) -> None:
        middle = len(buffer) // 2
        first, second = buffer[:middle], buffer[middle:]
        first[:] = self.data[:middle]
        try:
            self._open(second)
        except ValueError:
            path = Path("x.vault")
            raise damaged("container-chunk-damaged", path, "is damaged") from None

    def _open(self, piece: memoryview) -> None:
        self.data = bytes(piece)
        raise ValueError("the tag does not hold")


class Keeping(Damaged):
    """Keeps the buffer itself."""

    @override
    def read_into(self, start: int, buffer: memoryview) -> None:
        self.kept = buffer[:]
        super().read_into(start, buffer)


def damaged_file(content: InMemory) -> VaultFile:
    named = Named("a", "weights:w", "box-aaaaaaaaaaaaaaaaaaaa", len(content.data))
    return VaultFile(named, content, Questions().ask, 0)


@pytest.mark.parametrize("shelter", [NO_SWAP, SWAP])
def test_damage_is_told_as_such_and_leaves_nothing_though_the_error_is_kept(
    shelter: Shelter,
) -> None:
    before = set(os.listdir("/proc/self/fd"))

    file, other = damaged_file(Damaged(DATA)), damaged_file(Damaged(DATA))
    with pytest.raises(IntegrityError) as caught, memory_path(file, shelter):
        pass
    with pytest.raises(IntegrityError) as again, memory_folder([other], shelter):
        pass

    assert caught.value.code == again.value.code == "container-chunk-damaged"
    assert set(os.listdir("/proc/self/fd")) == before
    assert "memfd" not in Path("/proc/self/maps").read_text()


def test_a_deny_amid_a_range_is_told_as_such_though_the_error_is_kept() -> None:
    before = set(os.listdir("/proc/self/fd"))

    file = opened(DATA, Questions(10))
    with pytest.raises(AccessDenied) as caught, memory_path(file, NO_SWAP):
        pass

    assert caught.value.decision.verdict.reasons[0].code == "monthly-amount-exceeded"
    assert set(os.listdir("/proc/self/fd")) == before


def test_memory_that_something_still_holds_is_emptied_all_the_same() -> None:
    content = Keeping(DATA)

    with pytest.raises(IntegrityError), memory_path(damaged_file(content), NO_SWAP):
        pass

    assert content.kept is not None
    assert content.kept.tobytes() == bytes(len(DATA))
    content.kept = None


def test_the_error_that_a_caller_was_handling_stays_as_it_was() -> None:
    def begun() -> Iterator[int]:
        yield 1
        yield 2

    def fail() -> None:
        numbers = begun()
        next(numbers)
        raise KeyError("of the caller")

    try:
        fail()
    except KeyError as error:
        file = damaged_file(Damaged(DATA))
        with pytest.raises(IntegrityError), memory_path(file, NO_SWAP):
            pass
        trace = error.__traceback__
        assert trace is not None
        assert trace.tb_next is not None
        assert next(trace.tb_next.tb_frame.f_locals["numbers"]) == 2


def test_a_file_larger_than_the_memory_is_refused_before_it_is_asked_for() -> None:
    asked = Questions()

    with (
        pytest.raises(ActRefused) as caught,
        memory_path(opened(b"", asked, size=1 << 60), NO_SWAP),
    ):
        pass

    assert caught.value.code == "memory-short"
    assert asked == []


def test_where_the_machine_swaps_the_pages_are_locked_before_they_are_filled() -> None:
    before = locked()
    seen = []

    class Watching(Questions):
        @override
        def ask(self, amount: int, start: int, stop: int) -> None:
            seen.append(locked() - before)
            super().ask(amount, start, stop)

    with memory_path(opened(DATA, Watching()), SWAP) as path:
        assert locked() - before >= len(DATA)
        assert Path(path).read_bytes() == DATA

    assert seen[0] >= len(DATA)


def test_where_pages_that_may_swap_can_not_be_locked_it_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory_file, "LockedPages", no_lock)
    asked = Questions()

    with pytest.raises(ActRefused) as caught, memory_path(opened(DATA, asked), SWAP):
        pass

    assert caught.value.code == "memory-may-swap"
    assert "swap='accepted'" in caught.value.next_step
    assert asked == []


def test_where_nothing_says_whether_it_swaps_it_may() -> None:
    def nothing() -> tuple[str, ...]:
        raise FileNotFoundError

    assert Shelter(swaps=nothing).may_swap()


def test_who_accepts_swap_is_not_kept_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_file, "LockedPages", no_lock)
    shelter = Shelter(swap="accepted", swaps=lambda: ("/dev/dm-1",))

    with memory_path(opened(DATA), shelter) as path:
        assert Path(path).read_bytes() == DATA


def test_another_word_for_swap_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="accepted"):
        Shelter(swap="yes")  # type: ignore[arg-type] # that is the test


def test_a_folder_holds_links_to_memory_under_the_names_of_the_files() -> None:
    files = {
        "model.safetensors": DATA,
        "config.json": b"{}",
        "1_Pooling/config.json": b"[]",
        "1_Pooling/deeper/x": b"",
    }

    with memory_folder(_files(files), NO_SWAP) as folder:
        found = {path for path in folder.rglob("*") if not path.is_dir()}
        assert {str(path.relative_to(folder)) for path in found} == files.keys()
        for path in found:
            assert os.readlink(path).startswith("/proc/self/fd/")
            assert path.read_bytes() == files[str(path.relative_to(folder))]
        assert os.stat(folder).st_mode & 0o777 == 0o700
        read = load_file(folder / "model.safetensors")

    np.testing.assert_array_equal(read["b"], TENSORS["b"])
    assert not folder.exists()


def test_a_folder_for_children_is_read_by_them() -> None:
    shelter = Shelter(for_children=True, swaps=lambda: ())
    with memory_folder(_files({"a": b"one"}), shelter) as folder:
        assert _cat(folder / "a") == b"one"


def test_a_deny_of_one_file_takes_the_folder_away_and_asks_for_no_more() -> None:
    opened_names = []

    def files() -> Iterator[VaultFile]:
        for name, budget in (("a", 99), ("b", 0), ("c", 99)):
            opened_names.append(name)
            yield opened(b"data", Questions(budget), name)

    with pytest.raises(AccessDenied), memory_folder(files(), NO_SWAP):
        pass

    assert opened_names == ["a", "b"]


def test_an_asset_without_files_has_no_folder() -> None:
    with pytest.raises(UnknownItem) as caught, memory_folder([], NO_SWAP):
        pass

    assert caught.value.code == "files-missing"


@pytest.mark.parametrize("names", [("a", "a/b"), ("a/b", "a"), ("a", "a")])
def test_names_that_can_not_lie_side_by_side_are_refused(
    names: tuple[str, str],
) -> None:
    files = (opened(b"x", name=name) for name in names)

    with pytest.raises(ConfigurationError) as caught, memory_folder(files, NO_SWAP):
        pass

    assert caught.value.code == "files-collide"
    assert f"`{names[1]}`" in caught.value.message


@pytest.mark.parametrize("name", ["../a", "/a", "a/../../b", ""])
def test_a_name_that_leads_out_of_the_folder_is_refused(name: str) -> None:
    file = opened(b"x", name=name)

    with (
        pytest.raises(ValueError, match="file name"),
        memory_folder([file], NO_SWAP),
    ):
        pass

    assert file.closed


def _files(files: dict[str, bytes]) -> Iterator[VaultFile]:
    return (opened(data, name=name) for name, data in files.items())


def _cat(path: str | Path) -> bytes:
    """Return what another program finds under a path."""
    program = "import sys; sys.stdout.buffer.write(open(sys.argv[1], 'rb').read())"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, path],
        capture_output=True,
        check=False,
    )
    return done.stdout
