"""`vault://` reads on a decision per open, keeps nothing, and lets nothing onto a disk.

The desk here is a stand-in that notes what it is asked; the end-to-end tests of the
loaders ask a real one.
"""

import gzip
import io
import json
import os
import pickle
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import fsspec
import numpy as np
import pytest
from safetensors.numpy import load, save
from typing_extensions import Unpack

from ringwall.base.errors import ActRefused, RequestError, UnknownItem
from ringwall.gate.asker import Who
from ringwall.gate.denied import AccessDenied
from ringwall.vault.filesystem import VaultFileSystem
from ringwall.vault.opened_file import AHEAD, Named, VaultFile
from tests.vault_files import InMemory, Questions

CANARY = b"CANARY-of-weights-in-the-clear-"
FILES = {
    "model.safetensors": CANARY * 40,
    "config.json": b'{"a": "na\xc3\xafve"}',
    "1_Pooling/config.json": b"[]",
    "1_Pooling/deeper/x.gz": gzip.compress(b"inside"),
}


class Kept(NamedTuple):
    name: str
    size: int


class Desk:
    """Stands for the vault of one asset, `weights:w`."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.ahead: list[int] = []
        self.who: list[Who] = []
        self.ranges = Questions()
        self.is_closed = False

    @property
    def vault(self) -> "Desk":
        return self

    def open(
        self, asset: str, file: str, *, action: str, ahead: int, **who: Unpack[Who]
    ) -> VaultFile:
        self.asked.append(("open", asset, file, action))
        self.ahead.append(ahead)
        self.who.append(who)
        file = file or "model.safetensors"
        if asset != "weights:w" or file not in FILES:
            raise UnknownItem("file-unknown", "no container holds it")
        named = Named(file, asset, "box-a", len(FILES[file]))
        return VaultFile(named, InMemory(FILES[file]), self.ranges.ask, ahead)

    def files(self, asset: str, *, action: str, **who: Unpack[Who]) -> tuple[Kept, ...]:
        self.asked.append(("files", asset, action))
        self.who.append(who)
        if asset != "weights:w":
            raise UnknownItem("file-unknown", "no container holds it")
        return tuple(Kept(name, len(data)) for name, data in FILES.items())

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def vault(desk: Desk) -> VaultFileSystem:
    vault: VaultFileSystem = fsspec.filesystem("vault", gate=desk, subject="user:ada")
    return vault


def test_the_protocol_is_found_by_its_name(vault: VaultFileSystem) -> None:
    assert type(vault) is VaultFileSystem
    assert fsspec.get_filesystem_class("vault") is VaultFileSystem


@pytest.mark.parametrize(
    ("path", "stripped"),
    [
        ("vault://w/a/b", "weights:w/a/b"),
        ("vault://weights:w/a", "weights:w/a"),
        ("vault://checkpoint:w-1/a", "checkpoint:w-1/a"),
        ("w/a/", "weights:w/a"),
        ("vault://w", "weights:w"),
        ("weights:w/a:b", "weights:w/a:b"),
        ("vault://", ""),
        (Path("w/a"), "weights:w/a"),
        (["w", "vault://x"], ["weights:w", "weights:x"]),
    ],
    ids=str,
)
def test_a_bare_name_means_weights(path: object, stripped: object) -> None:
    assert VaultFileSystem._strip_protocol(path) == stripped


def test_each_open_is_asked_for_with_the_words_given(desk: Desk) -> None:
    words = {"subject": "user:ada", "authn": "mfa", "purpose": "why", "grant": "req-1"}
    for _ in range(2):
        with fsspec.open(
            "vault://w/model.safetensors", gate=desk, action="weights.load", **words
        ) as file:
            assert file.read() == FILES["model.safetensors"]

    assert (
        desk.asked == [("open", "weights:w", "model.safetensors", "weights.load")] * 2
    )
    assert desk.who == [words] * 2
    assert desk.ahead == [AHEAD] * 2


def test_no_instance_is_kept_for_who_has_the_same_words(desk: Desk) -> None:
    made = [fsspec.filesystem("vault", gate=desk, subject="user:ada") for _ in "ab"]

    assert made[0] is not made[1]


def test_a_reader_asks_for_what_it_reads_and_ahead(desk: Desk) -> None:
    vault = VaultFileSystem(desk, ahead=100)

    with vault.open("w/model.safetensors") as file:
        assert isinstance(file, io.BufferedReader)
        assert file.read(10) == FILES["model.safetensors"][:10]
        assert desk.ranges == [(0, 100)]
    with vault.open("w/model.safetensors", block_size=0) as file:
        file.seek(500)
        file.read(3)
    assert desk.ahead == [100, 0]


def test_a_block_is_read_as_of_any_file_system(vault: VaultFileSystem) -> None:
    whole = FILES["model.safetensors"]

    assert vault.read_block("w/model.safetensors", 5, 9) == whole[5:14]
    assert vault.read_block("w/model.safetensors", 5, None) == whole[5:]
    with vault.open("w/model.safetensors") as file:
        assert file.size == len(whole)


def test_over_budget_is_a_deny_in_the_middle(
    desk: Desk, vault: VaultFileSystem
) -> None:
    desk.ranges.left = 64

    with vault.open("w/model.safetensors", block_size=0) as file:
        assert file.read(10) == CANARY[:10]
        with pytest.raises(AccessDenied):
            file.read()


def test_a_file_is_read_as_text_and_decompressed(vault: VaultFileSystem) -> None:
    with vault.open("w/config.json", "r", encoding="utf-8", newline="") as file:
        assert json.load(file) == {"a": "naïve"}
    assert vault.read_text("w/config.json", encoding="latin-1").count("Ã") == 1
    for how in ("gzip", "infer"):
        with vault.open("w/1_Pooling/deeper/x.gz", "rt", compression=how) as file:
            assert file.read() == "inside"


def test_the_file_may_be_left_out(desk: Desk, vault: VaultFileSystem) -> None:
    with vault.open("vault://w") as file:
        assert file.read(4) == CANARY[:4]
    assert desk.asked[-1] == ("open", "weights:w", "", "weights.read")


@pytest.mark.parametrize(
    ("start", "end"),
    [(None, None), (5, 9), (-7, None), (None, -3), (3, 10**6), (9, 5), (10**6, None)],
)
def test_a_range_is_asked_for_exactly(
    desk: Desk, vault: VaultFileSystem, start: int | None, end: int | None
) -> None:
    data = FILES["model.safetensors"]

    assert vault.cat_file("w/model.safetensors", start, end) == data[start:end]

    first, last, _ = slice(start, end).indices(len(data))
    assert desk.ranges == ([(first, last)] if last > first else [])


def test_head_tail_and_ranges_are_exact_as_well(
    desk: Desk, vault: VaultFileSystem
) -> None:
    path, data = "w/model.safetensors", FILES["model.safetensors"]

    assert vault.head(path, 5) == data[:5]
    assert vault.tail(path, 5) == data[-5:]
    assert vault.cat_ranges([path, path], [0, 7], [2, 9]) == [data[:2], data[7:9]]
    assert vault.cat([path, "w/config.json"]).keys() == {
        "weights:w/model.safetensors",
        "weights:w/config.json",
    }
    size = len(data)
    assert desk.ranges[:4] == [(0, 5), (size - 5, size), (0, 2), (7, 9)]


def test_a_loader_of_bytes_reads_tensors(
    vault: VaultFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FILES, "t", save({"a": np.arange(5)}))

    with vault.open("w/t") as file:
        assert load(file.read())["a"].tolist() == [0, 1, 2, 3, 4]


def test_a_list_is_of_one_folder_of_one_asset(vault: VaultFileSystem) -> None:
    whole = "weights:w/"

    assert vault.ls("vault://w", detail=False) == [
        whole + "model.safetensors",
        whole + "config.json",
        whole + "1_Pooling",
    ]
    assert vault.ls("w/1_Pooling") == [
        {"name": whole + "1_Pooling/config.json", "size": 2, "type": "file"},
        {"name": whole + "1_Pooling/deeper", "size": 0, "type": "directory"},
    ]
    assert vault.ls("w/config.json", detail=False) == [whole + "config.json"]
    assert vault.info("w")["type"] == "directory"
    assert vault.size("w/model.safetensors") == len(FILES["model.safetensors"])
    assert vault.find("w") == sorted(whole + name for name in FILES)
    assert vault.glob("vault://w/**/*.json") == [
        whole + "1_Pooling/config.json",
        whole + "config.json",
    ]


def test_what_is_said_of_files_is_asked_for_each_time(
    desk: Desk, vault: VaultFileSystem
) -> None:
    for ask in (vault.info, vault.exists, vault.ls, vault.size, vault.isfile):
        ask("w/config.json")
        ask("w/config.json")

    assert desk.asked == [("files", "weights:w", "weights.read")] * 10


def test_whether_something_is_there_is_told(vault: VaultFileSystem) -> None:
    assert vault.exists("w/1_Pooling")
    assert vault.isdir("w/1_Pooling")
    assert not vault.isfile("w/1_Pooling")
    assert vault.isfile("w/config.json")
    for path in ("w/none", "w/config.json/x", "other/config.json"):
        assert not vault.exists(path)
        assert not vault.isfile(path)
        assert not vault.isdir(path)


@pytest.mark.parametrize(
    "deed",
    ["exists", "isfile", "isdir", "info", "ls", "size", "open", "cat_file", "find"],
)
def test_a_deny_is_one_and_never_an_answer(
    deed: str, desk: Desk, vault: VaultFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no(*_: object, **__: object) -> None:
        Questions(0).ask(1, 0, 1)

    monkeypatch.setattr(desk, "open", no)
    monkeypatch.setattr(desk, "files", no)

    with pytest.raises(AccessDenied) as caught:
        getattr(vault, deed)("w/config.json")
    assert not isinstance(caught.value, OSError)


@pytest.mark.parametrize("deed", ["open", "info", "ls", "cat_file"])
def test_what_is_not_there_is_a_file_not_found(
    deed: str, vault: VaultFileSystem
) -> None:
    for path in ("w/none", "other/config.json"):
        with pytest.raises(FileNotFoundError) as caught:
            getattr(vault, deed)(path)
        assert caught.value.filename == f"weights:{path}"


@pytest.mark.parametrize("deed", ["open", "info", "ls", "exists"])
def test_there_is_no_list_of_assets(
    deed: str, desk: Desk, vault: VaultFileSystem
) -> None:
    with pytest.raises(RequestError) as caught:
        getattr(vault, deed)("vault://")
    assert caught.value.code == "asset-missing"
    assert desk.asked == []


@pytest.mark.parametrize("mode", ["w", "wb", "ab", "xb", "r+b", "rb+"])
def test_nothing_is_opened_for_writing(
    mode: str, desk: Desk, vault: VaultFileSystem
) -> None:
    with pytest.raises(ActRefused) as caught:
        vault.open("w/config.json", mode)
    assert caught.value.code == "vault-read-only"
    assert desk.asked == []


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        ("pipe_file", ("w/x", b"")),
        ("pipe", ("w/x", b"")),
        ("write_bytes", ("w/x", b"")),
        ("write_text", ("w/x", "")),
        ("put_file", ("here", "w/x")),
        ("put", ("here", "w/x")),
        ("upload", ("here", "w/x")),
        ("cp_file", ("w/a", "w/b")),
        ("copy", ("w/a", "w/b")),
        ("cp", ("w/a", "w/b")),
        ("mv", ("w/a", "w/b")),
        ("move", ("w/a", "w/b")),
        ("rename", ("w/a", "w/b")),
        ("rm", ("w/a",)),
        ("rm_file", ("w/a",)),
        ("_rm", ("w/a",)),
        ("delete", ("w/a",)),
        ("touch", ("w/a",)),
        ("mkdir", ("w/a",)),
        ("mkdirs", ("w/a",)),
        ("makedir", ("w/a",)),
        ("makedirs", ("w/a",)),
        ("rmdir", ("w/a",)),
    ],
)
def test_nothing_is_written(
    deed: str, words: tuple[object, ...], desk: Desk, vault: VaultFileSystem
) -> None:
    with pytest.raises(ActRefused) as caught:
        getattr(vault, deed)(*words)
    assert caught.value.code == "vault-read-only"
    assert desk.asked == []


@pytest.mark.parametrize("deed", ["get_file", "get", "download"])
def test_nothing_is_fetched_to_a_disk(
    deed: str, desk: Desk, vault: VaultFileSystem, tmp_path: Path
) -> None:
    with pytest.raises(ActRefused) as caught:
        getattr(vault, deed)("w/model.safetensors", str(tmp_path / "copy"))

    assert caught.value.code == "plaintext-on-disk"
    assert "gate.vault.path" in caught.value.next_step
    assert desk.asked == []
    assert list(tmp_path.iterdir()) == []


CHAINS = ["simplecache", "filecache", "blockcache", "cached"]


@pytest.mark.parametrize("compression", [None, "gzip", "infer"])
@pytest.mark.parametrize("chain", CHAINS)
def test_a_cache_on_a_disk_gets_no_byte(
    chain: str,
    compression: str | None,
    desk: Desk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    options: dict[str, Any] = {"cache_storage": str(tmp_path / "cache")}
    if compression:
        options["compression"] = compression
    vault = {"gate": desk, "subject": "user:ada"}
    path = f"{chain}::vault://w/model.safetensors"

    with (
        pytest.raises(ActRefused) as caught,
        fsspec.open(path, vault=vault, **{chain: options}) as file,
    ):
        file.read()

    assert caught.value.code == "plaintext-on-disk"
    assert desk.ranges == []
    assert not _holding_the_canary(tmp_path)


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize(
    "deed",
    [
        lambda fs, path, _: fs.cat(path),
        lambda fs, path, _: fs.cat_file(path),
        lambda fs, path, _: fs.cat_ranges([path], [0], [4], on_error="raise"),
        lambda fs, path, folder: fs.get(path, str(folder / "copy")),
        lambda fs, path, folder: fs.get_file(path, str(folder / "copy")),
        lambda fs, path, _: fs.head(path),
        lambda fs, path, _: fs.tail(path),
        lambda fs, path, _: fs.read_block(path, 0, 4),
        lambda fs, path, _: fs.open(path, "rb").read(),
    ],
    ids=["cat", "file", "ranges", "get", "get_file", "head", "tail", "block", "open"],
)
def test_no_way_through_a_cache_leaves_a_byte_on_a_disk(
    chain: str, deed: Callable[[Any, str, Path], Any], desk: Desk, tmp_path: Path
) -> None:
    fs = fsspec.filesystem(
        chain,
        target_protocol="vault",
        target_options={"gate": desk, "subject": "user:ada"},
        cache_storage=str(tmp_path / "cache"),
    )

    with pytest.raises(ActRefused) as caught:
        deed(fs, "weights:w/model.safetensors", tmp_path)

    assert caught.value.code == "plaintext-on-disk"
    assert desk.ranges == []
    assert not _holding_the_canary(tmp_path)


@pytest.mark.parametrize("chain", ["simplecache", "filecache"])
def test_files_opened_together_through_a_cache_are_refused(
    chain: str, desk: Desk, tmp_path: Path
) -> None:
    with pytest.raises(ActRefused) as caught:
        fsspec.open_local(
            f"{chain}::vault://w/model.safetensors",
            vault={"gate": desk, "subject": "user:ada"},
            **{chain: {"cache_storage": str(tmp_path / "cache")}},
        )

    assert caught.value.code == "plaintext-on-disk"
    assert not _holding_the_canary(tmp_path)


def test_either_a_gate_or_an_institute_is_given(desk: Desk) -> None:
    with pytest.raises(ValueError, match="gate"):
        VaultFileSystem(subject="user:ada")
    with pytest.raises(ValueError, match="gate"):
        VaultFileSystem(desk, institute="here", subject="user:ada")


class Gatekeeper:
    """Stands for the gatekeeper of an institute."""

    opened: list[tuple[str, str]]
    desk: Desk

    @classmethod
    def open(cls, folder: str, *, point: str) -> Desk:
        cls.opened.append((folder, point))
        return cls.desk


@pytest.fixture
def gatekeeper(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> type[Gatekeeper]:
    monkeypatch.setattr(Gatekeeper, "opened", [], raising=False)
    monkeypatch.setattr(Gatekeeper, "desk", desk, raising=False)
    monkeypatch.setitem(
        sys.modules, "ringwall.institute", SimpleNamespace(Gatekeeper=Gatekeeper)
    )
    return Gatekeeper


def test_an_institute_is_opened_at_its_point_and_closed_with_the_file_system(
    desk: Desk, gatekeeper: type[Gatekeeper]
) -> None:
    vault = VaultFileSystem(institute="here", point="point:p", subject="user:ada")

    assert gatekeeper.opened == [("here", "point:p")]
    assert vault.cat("w/config.json") == FILES["config.json"]
    assert not desk.is_closed
    del vault
    assert desk.is_closed


def test_a_process_that_was_forked_opens_a_gate_of_its_own(
    desk: Desk, gatekeeper: type[Gatekeeper], monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = VaultFileSystem(institute="here", point="point:p", subject="user:ada")
    gatekeeper.desk = Desk()
    monkeypatch.setattr(os, "getpid", lambda: 1)

    vault.info("w/config.json")
    vault.info("w/config.json")

    assert gatekeeper.opened == [("here", "point:p")] * 2
    assert (len(desk.asked), len(gatekeeper.desk.asked)) == (0, 2)
    assert not desk.is_closed


def test_words_alone_can_be_carried_to_another_process_which_asks_anew(
    gatekeeper: type[Gatekeeper],
) -> None:
    vault = VaultFileSystem(
        institute="here", point="point:p", subject="user:ada", present=("user:eve",)
    )

    pickle.loads(pickle.dumps(vault))  # noqa: S301 - what was written just now
    assert json.loads(vault.to_json())["institute"] == "here"
    again = fsspec.AbstractFileSystem.from_json(vault.to_json())

    assert type(again) is VaultFileSystem
    assert gatekeeper.opened == [("here", "point:p")] * 3


def test_a_gate_or_a_session_is_not_carried_elsewhere(
    desk: Desk, gatekeeper: type[Gatekeeper]
) -> None:
    session: Any = object()
    kept: list[Any] = [
        VaultFileSystem(desk, subject="user:ada"),
        VaultFileSystem(gate=desk, subject="user:ada"),
        VaultFileSystem(institute="here", point="point:p", session=session),
        VaultFileSystem(institute="here", subject="u", present=[session]),
    ]
    for vault in kept:
        for carry in (
            pickle.dumps,
            lambda one: one.to_json(),
            lambda one: one.to_dict(),
        ):
            with pytest.raises(TypeError, match="stays with its process"):
                carry(vault)
    assert len(gatekeeper.opened) == 2


def _holding_the_canary(folder: Path) -> list[Path]:
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and (CANARY[:12] in path.read_bytes()):
            found.append(path)
        assert os.path.commonpath([path, folder]) == str(folder)
    return found
