"""A container is sealed as it is read, and has its name only when it is whole."""

import hashlib
import io
import secrets
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from typing_extensions import Buffer, override

from ringwall.base.errors import ActRefused, ConfigurationError, IntegrityError
from ringwall.vault.container.part_file import PartFile
from ringwall.vault.container.reading import ContainerReader
from ringwall.vault.container.slots import KeySlot, wrapped_slot
from ringwall.vault.container.writing import write_part
from tests.oracle.vault_reader import open_under, read_all
from tests.sealed import CHUNK, KEK, Kek, header_of, seal, unlocked, write_container

SLOT_OF = partial(wrapped_slot, KEK, 1)


class Slow(io.BytesIO):
    """Gives a few bytes at a time, as a pipe does."""

    @override
    def readinto(self, buffer: Buffer, /) -> int:
        return super().readinto(memoryview(buffer)[:1000])


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK + 7])
def test_what_is_sealed_is_what_both_readers_read(tmp_path: Path, size: int) -> None:
    data, path = secrets.token_bytes(size), tmp_path / "a.vault"
    header = header_of(size)

    written = write_container(Slow(data), path, header, SLOT_OF)

    with unlocked(path) as content:
        assert content.read(0, size) == data
        assert content.reader.header == header
        assert content.reader.header_digest == written.header_digest
        assert content.reader.slot_digest == written.slot_digest
    assert written.sha256 == hashlib.sha256(data).digest()
    assert written.bytes == size
    assert read_all(path.read_bytes(), open_under(KEK.key)) == data
    assert [one.name for one in tmp_path.iterdir()] == ["a.vault"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_each_container_has_a_data_key_of_its_own(tmp_path: Path) -> None:
    keys = []
    for name in ("a", "b"):
        seal(tmp_path / name, b"same")
        with unlocked(tmp_path / name) as content:
            keys.append(content._cipher.data_key)

    assert keys[0] != keys[1]


def test_progress_tells_the_bytes_that_are_done(tmp_path: Path) -> None:
    told: list[int] = []
    size = 2 * CHUNK + 5
    write_container(
        io.BytesIO(bytes(size)), tmp_path / "a", header_of(size), SLOT_OF, told.append
    )

    assert told == [CHUNK, 2 * CHUNK, size]


def test_a_container_is_never_written_over(tmp_path: Path) -> None:
    seal(tmp_path / "a.vault", b"first")
    before = (tmp_path / "a.vault").read_bytes()

    with pytest.raises(ActRefused) as caught:
        seal(tmp_path / "a.vault", b"second")

    assert caught.value.code == "container-exists"
    assert (tmp_path / "a.vault").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("said", [CHUNK - 1, CHUNK + 1, 0, 3 * CHUNK])
def test_a_source_of_another_length_is_refused_and_leaves_nothing(
    tmp_path: Path, said: int
) -> None:
    with pytest.raises(IntegrityError) as caught:
        write_container(
            io.BytesIO(bytes(CHUNK)), tmp_path / "a", header_of(said), SLOT_OF
        )

    assert caught.value.code == "source-length-differs"
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_can_t_be_had_leaves_nothing(tmp_path: Path) -> None:
    def fail(*_: bytes) -> KeySlot:
        raise IntegrityError("key-wrong", "no")

    with pytest.raises(IntegrityError, match="no"):
        write_container(io.BytesIO(b""), tmp_path / "a", header_of(0), fail)

    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    size = 1000 * CHUNK
    program = (
        "import resource, signal, sys; from pathlib import Path;"
        "from ringwall.base.errors import RingwallError;"
        "from tests.sealed import seal;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "_, most = resource.getrlimit(resource.RLIMIT_FSIZE);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, most))\n"
        f"try: seal(Path(sys.argv[1]), bytes({size}))\n"
        "except RingwallError as error: print(error.code)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))"
    )
    words = [sys.executable, "-c", program, str(tmp_path / "a")]
    done = subprocess.run(words, capture_output=True, text=True, check=True)

    assert done.stdout == "container-unwritable\n"
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_is_killed_leaves_no_file_under_the_name(tmp_path: Path) -> None:
    program = (
        "import io, sys; from functools import partial; from pathlib import Path;"
        "from ringwall.vault.container.slots import wrapped_slot;"
        "from tests.sealed import KEK, header_of, write_container\n"
        "tell = lambda done: (print(done, flush=True), sys.stdin.read())\n"
        "write_container(io.BytesIO(b'clear' * 5000), Path(sys.argv[1]),"
        " header_of(25000), partial(wrapped_slot, KEK, 1), tell)"
    )
    words = [sys.executable, "-c", program, str(tmp_path / "a")]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == f"{CHUNK}\n"
        with pytest.raises(ActRefused) as caught:
            seal(tmp_path / "a", b"meanwhile")
        assert caught.value.code == "container-busy"
        child.kill()

    (left,) = tmp_path.iterdir()
    assert left.name == "a.part"
    assert len(left.read_bytes()) == 12288 + CHUNK + 16
    assert b"clear" not in left.read_bytes()
    seal(tmp_path / "a", b"again")
    with unlocked(tmp_path / "a") as content:
        assert bytes(content.read(0, 5)) == b"again"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_the_name_can_be_given_later(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with PartFile.begin(path) as part:
        written = write_part(io.BytesIO(b"data"), part, header_of(4), SLOT_OF)
        assert not path.exists()
        with ContainerReader.open(part.path) as reader:
            assert reader.slot_digest == written.slot_digest
        part.publish()

    with unlocked(path) as content:
        assert bytes(content.read(0, 4)) == b"data"


def test_nothing_is_written_where_there_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        seal(tmp_path / "none" / "a", b"")

    assert caught.value.code == "container-unwritable"


def test_buffers_and_the_data_key_are_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ringwall.vault.container import writing

    kept: list[memoryview] = []

    def fresh(length: int) -> memoryview:
        kept.append(memoryview(bytearray(length)))
        return kept[-1]

    monkeypatch.setattr(writing, "fresh_buffer", fresh)
    seal(tmp_path / "a", b"clear" * 2000, Kek())

    assert len(kept) == 3
    assert not any(b"clear" in bytes(one) for one in kept)
