"""Loaders on a real vault: what they read is on record, bounded, and on no disk."""

import hashlib
import multiprocessing
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import fsspec
import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file, save

from ringwall.base.errors import ActRefused, RequestError
from ringwall.gate.asker import Who
from ringwall.gate.denied import AccessDenied
from ringwall.institute import Gatekeeper, Institute
from ringwall.registry.weights_file import describe_weights
from tests.example import apply, declare
from tests.recorded import newest_first

ASSET: Final = "weights:sealed-1"
FILE: Final = "model.safetensors"
CUSTODIAN: Final = Who(subject="user:grace", authn="hardware-fresh")
RESEARCHER: Final = Who(subject="user:alan", authn="hardware-fresh")
CANARY: Final = hashlib.sha256(b"canary").digest()
# A quarter of a thousandth of it may leave in a month through a bounded interface.
TENSORS: Final[dict[str, NDArray[Any]]] = {
    "big": np.zeros(1_000_000, np.float32),
    "canary": np.frombuffer(CANARY * 10, np.uint8),
    "more": np.zeros(200_000, np.uint8),
}
DATA: Final = save(TENSORS)
HEADER: Final = 8 + int.from_bytes(DATA[:8], "little")


@pytest.fixture(scope="module")
def sealed(institute_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an institute whose vault holds a model; not to be changed."""
    folder = tmp_path_factory.mktemp("sealed")
    shutil.copytree(institute_folder, folder / "institute")
    institute = Institute(folder / "institute")
    model = folder / FILE
    model.write_bytes(DATA)
    apply(institute, declare(folder, _as_registered(model)))
    with institute.gatekeeper("point:vault-desk") as gate:
        gate.vault.keyring.make("main", "file")
        gate.vault.seal(model, ASSET, key="main", **CUSTODIAN)
    model.unlink()
    return institute.folder


@pytest.fixture
def folder(
    sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Return a copy of it; whatever is temporary lies beside it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    shutil.copytree(sealed, tmp_path / "institute")
    yield tmp_path / "institute"
    assert _holding(CANARY, tmp_path) == []


@pytest.fixture
def trainer(folder: Path) -> Iterator[Gatekeeper]:
    """Return the gate where bytes are not counted: nothing gets out of there."""
    with Institute(folder).gatekeeper("point:trainer") as gate:
        yield gate


@pytest.fixture
def bench(folder: Path) -> Iterator[Gatekeeper]:
    """Return the gate of a bounded interface."""
    with Institute(folder).gatekeeper("point:west-bench") as gate:
        yield gate


def test_a_listing_discloses_the_header_alone_and_that_is_on_record(
    trainer: Gatekeeper,
) -> None:
    with trainer.vault.open_safetensors(ASSET, **RESEARCHER) as tensors:
        assert tensors.keys() == TENSORS.keys()

    assert _ranges(trainer) == [(0, 8), (8, HEADER)]


def test_each_tensor_is_a_range_on_record_and_all_of_them_one(
    trainer: Gatekeeper,
) -> None:
    with trainer.vault.open_safetensors(ASSET, **RESEARCHER) as tensors:
        np.testing.assert_array_equal(tensors["canary"], TENSORS["canary"])
        read = tensors.all()

    assert _ranges(trainer)[2:] == [
        _place("canary"),
        # What is not released yet: before and behind it, asked for at once.
        (HEADER, len(DATA)),
    ]
    for name, tensor in TENSORS.items():
        np.testing.assert_array_equal(read[name], tensor)


def test_a_path_and_a_folder_are_one_range_a_file(trainer: Gatekeeper) -> None:
    with trainer.vault.path(ASSET, **RESEARCHER) as path:
        read = load_file(path)
        # Of this process: it stands for the memory, and nothing on a disk.
        assert os.path.realpath(path).startswith("/memfd:")
    with trainer.vault.folder(ASSET, **RESEARCHER) as links:
        assert [link.is_symlink() for link in links.iterdir()] == [True]
        again = load_file(links / FILE)

    assert _ranges(trainer) == [(0, len(DATA))] * 2
    for name, tensor in TENSORS.items():
        np.testing.assert_array_equal(read[name], tensor)
        np.testing.assert_array_equal(again[name], tensor)


def test_a_bounded_interface_gives_tensors_until_the_budget_is_used_up(
    bench: Gatekeeper,
) -> None:
    with bench.vault.open_safetensors(ASSET, **RESEARCHER) as tensors:
        small = tensors["canary"]
        with pytest.raises(AccessDenied) as caught:
            tensors["big"]
        # What was released once is not asked for again.
        np.testing.assert_array_equal(tensors["canary"], small)

    assert caught.value.decision.request.amount == TENSORS["big"].nbytes
    assert _ranges(bench) == [(0, 8), (8, HEADER), _place("canary")]


@pytest.mark.parametrize(
    "load",
    [
        lambda gate: gate.vault.open_safetensors(ASSET, **RESEARCHER).all(),
        lambda gate: gate.vault.path(ASSET, **RESEARCHER).__enter__(),
        lambda gate: gate.vault.folder(ASSET, **RESEARCHER).__enter__(),
        lambda gate: gate.vault.open(ASSET, **RESEARCHER).readall(),
        lambda gate: _vault(gate).cat(f"{ASSET}/{FILE}"),
        lambda gate: _vault(gate).open(f"{ASSET}/{FILE}").read(),
    ],
    ids=["tensors", "path", "folder", "open", "cat", "fsspec"],
)
def test_the_whole_is_denied_by_a_bounded_interface_whichever_way(
    load: Callable[[Gatekeeper], object], bench: Gatekeeper
) -> None:
    with pytest.raises(AccessDenied):
        load(bench)


def test_loading_within_a_process_takes_nothing_off_the_budgets(
    bench: Gatekeeper,
) -> None:
    for _ in range(2):
        with bench.vault.open_safetensors(
            ASSET, action="weights.load", **RESEARCHER
        ) as tensors:
            np.testing.assert_array_equal(tensors.all()["big"], TENSORS["big"])
    with bench.vault.open(ASSET, **RESEARCHER) as file:
        assert file.read(8) == DATA[:8]


def test_whoever_may_not_read_learns_neither_names_nor_whether_there_are_files(
    trainer: Gatekeeper,
) -> None:
    vault = _vault(trainer, "user:emmy")
    for path in (f"{ASSET}/{FILE}", f"{ASSET}/none", ASSET, "weights:none/x"):
        for ask in (vault.info, vault.exists, vault.ls, vault.isfile, vault.open):
            with pytest.raises(AccessDenied):
                ask(path)


def test_each_open_through_fsspec_is_a_decision_of_its_own(
    trainer: Gatekeeper,
) -> None:
    for _ in range(3):
        with fsspec.open(
            f"vault://sealed-1/{FILE}", gate=trainer, **RESEARCHER
        ) as file:
            assert file.read(8) == DATA[:8]

    kinds = [str(entry.event["kind"]) for entry in newest_first(_ledger(trainer))]
    assert kinds.count("vault.opened") == 3
    assert kinds.count("vault.read") == 3


@pytest.mark.parametrize("chain", ["simplecache", "filecache", "blockcache"])
def test_a_cache_of_fsspec_puts_nothing_on_a_disk(
    chain: str, trainer: Gatekeeper, tmp_path: Path
) -> None:
    with (
        pytest.raises(ActRefused) as caught,
        fsspec.open(
            f"{chain}::vault://sealed-1/{FILE}",
            vault={"gate": trainer, **RESEARCHER},
            **{chain: {"cache_storage": str(tmp_path / "cache")}},
        ) as file,
    ):
        file.read()

    assert caught.value.code == "plaintext-on-disk"
    assert _ranges(trainer) == []
    assert _holding(CANARY, tmp_path) == []


def test_a_file_system_of_words_opens_a_gate_of_its_own_wherever_it_gets(
    folder: Path,
) -> None:
    vault: Any = fsspec.filesystem(
        "vault", institute=str(folder), point="point:trainer", **RESEARCHER
    )
    kept = pickle.dumps(vault)

    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(_size_by, (kept,)) == len(DATA)
    assert vault.size(f"sealed-1/{FILE}") == len(DATA)
    del vault  # with its gate


def test_a_session_asks_through_each_way(trainer: Gatekeeper) -> None:
    with trainer.session(subject="user:alan", authn="hardware-fresh") as session:
        with trainer.vault.open_safetensors(ASSET, session=session) as tensors:
            assert tensors["more"].nbytes == 200_000
        vault: Any = fsspec.filesystem("vault", gate=trainer, session=session)
        assert vault.cat_file(f"sealed-1/{FILE}", 0, 8) == DATA[:8]
        with pytest.raises(RequestError) as caught:
            fsspec.filesystem("vault", gate=trainer).open(f"sealed-1/{FILE}")
    assert caught.value.code == "asker-missing"


def _vault(gate: Gatekeeper, subject: str = "user:alan") -> Any:  # noqa: ANN401 - fsspec tells no types
    return fsspec.filesystem(
        "vault", gate=gate, subject=subject, authn="hardware-fresh"
    )


def _size_by(kept: bytes) -> int:
    """Return how much a file system that came from elsewhere reads of the model."""
    vault = pickle.loads(kept)  # noqa: S301 - of this very test
    return len(vault.cat(f"sealed-1/{FILE}"))


def _as_registered(model: Path) -> str:
    """Return the declaration of an asset of the upper tier with this file."""
    told = describe_weights(model)
    return f"""\
assets:
  - id: {ASSET}
    tier: upper
    content: restricted
    compute: {{low: "3e25", high: "5e25"}}
    capability: near
    dual_use: suspected
    held_at: [site:hub-north, site:hub-west]
    file:
      sha256: "{told.sha256}"
      bytes: {told.bytes}
      tensor_count: {told.tensor_count}
      tensors_sha256: "{told.tensors_sha256}"
"""


def _place(name: str) -> tuple[int, int]:
    """Return where a tensor lies in the file."""
    at = DATA.index(TENSORS[name].tobytes(), HEADER)
    return at, at + TENSORS[name].nbytes


def _ledger(gate: Gatekeeper) -> Any:  # noqa: ANN401 - the gate's own
    return gate._ledger


def _ranges(gate: Gatekeeper) -> list[tuple[int, int]]:
    """Return the ranges that were read, in order."""
    entries = [entry.event for entry in newest_first(_ledger(gate))]
    read = [event for event in reversed(entries) if event["kind"] == "vault.read"]
    return [(int(event["start"]), int(event["stop"])) for event in read]


def _holding(piece: bytes, folder: Path) -> list[Path]:
    """Return the files that hold a piece of the model in the clear."""
    found = []
    for path in folder.rglob("*"):
        # A gate that closes takes files of the ledger along.
        with suppress(FileNotFoundError, IsADirectoryError):
            if piece in path.read_bytes():
                found.append(path)
    return found


def test_a_worker_that_was_forked_reads_through_a_gate_of_its_own(
    folder: Path, trainer: Gatekeeper
) -> None:
    words: dict[str, Any] = {"institute": str(folder), "point": "point:trainer"}
    carried = fsspec.filesystem("vault", **words, **RESEARCHER)
    handed = fsspec.filesystem("vault", gate=trainer, **RESEARCHER)
    path = f"{ASSET}/{FILE}"
    assert carried.cat_file(path, 0, 4) == DATA[:4]

    def read() -> bytes:
        return bytes(carried.cat_file(path, 4, 8))

    def refused() -> bytes:
        with pytest.raises(ActRefused) as caught:
            handed.cat_file(path, 4, 8)
        assert caught.value.next_step == "after a fork open a gate anew"
        return caught.value.code.encode()

    assert _forked(read) == DATA[4:8]
    assert _forked(refused) == b"gate-of-another-process"
    # Neither the one nor the other has lost anything.
    assert carried.cat_file(path, 8, 12) == DATA[8:12]
    assert handed.cat_file(path, 12, 16) == DATA[12:16]
    trainer.refresh()
    assert _ranges(trainer) == [(0, 4), (4, 8), (8, 12), (12, 16)]


def _forked(deed: Callable[[], bytes]) -> bytes:
    """Return what a process forked from this one makes of something."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            os.write(theirs, deed())
        os._exit(0)
    os.close(theirs)
    with open(ours, "rb") as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said
