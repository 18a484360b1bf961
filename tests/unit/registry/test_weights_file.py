"""A safetensors file is described as it is, or refused."""

import hashlib
import json
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from ringwall.base.canonical import MAX_ENTRY_BYTES, dump_canonical
from ringwall.base.errors import DeclarationError
from ringwall.model.assets import Asset, Tensor
from ringwall.model.events import fact_declared
from ringwall.registry.weights_file import describe_weights
from tests.fault.ledger_simulator import sealed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.safetensors"


def write(path: Path, header: object, body: bytes = b"") -> None:
    """Write a file of the format by hand."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def entry(start: int, end: int, **changes: object) -> dict[str, object]:
    """Return the header's entry of a tensor of bytes."""
    return {
        "dtype": "U8",
        "shape": [end - start],
        "data_offsets": [start, end],
        **changes,
    }


def refused(path: Path) -> str:
    with pytest.raises(DeclarationError) as caught:
        describe_weights(path)
    assert caught.value.code == "weights-malformed"
    assert str(path) in caught.value.message
    return caught.value.message


def test_a_real_file_is_described_with_digest_size_and_tensors(path: Path) -> None:
    tensors: dict[str, np.ndarray[Any, Any]] = {
        "b.bias": np.zeros(3, np.float32),
        "a.weight": np.ones((2, 3), np.float16),
        "scalar": np.array(1, np.int64),
        "nothing": np.zeros((0, 4), np.uint8),
    }
    save_file(tensors, path, {"format": "np"})

    described = describe_weights(path)

    assert described.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert described.bytes == path.stat().st_size
    assert described.tensor_count == 4
    assert described.tensors == (
        Tensor(name="a.weight", dtype="F16", shape=(2, 3)),
        Tensor(name="b.bias", dtype="F32", shape=(3,)),
        Tensor(name="nothing", dtype="U8", shape=(0, 4)),
        Tensor(name="scalar", dtype="I64", shape=()),
    )


def test_the_digest_of_the_tensors_covers_each_name_type_and_shape(path: Path) -> None:
    save_file({"b": np.zeros(3, np.int8), "a": np.zeros((1, 2), np.uint16)}, path)
    rows = [
        {"dtype": "U16", "name": "a", "shape": [1, 2]},
        {"dtype": "I8", "name": "b", "shape": [3]},
    ]
    text = b"\n".join(dump_canonical(row) for row in rows)

    assert describe_weights(path).tensors_sha256 == hashlib.sha256(text).hexdigest()


def test_the_digest_is_taken_over_files_larger_than_one_block(path: Path) -> None:
    save_file({"a": np.arange(700_000, dtype=np.int64)}, path)

    expected = hashlib.sha256(path.read_bytes()).hexdigest()
    assert describe_weights(path).sha256 == expected


def test_an_empty_set_of_tensors_is_described(path: Path) -> None:
    write(path, {"__metadata__": {"format": "np"}})

    assert describe_weights(path).tensor_count == 0


@pytest.mark.parametrize(("count", "name"), [(257, "t{}"), (4000, "layers.{}." * 20)])
def test_many_tensors_are_counted_and_fit_one_entry_of_the_log(
    path: Path, count: int, name: str
) -> None:
    tensors = {
        name.format(*([number] * 20)): np.zeros(1, np.uint8) for number in range(count)
    }
    save_file(tensors, path)

    described = describe_weights(path)
    asset = Asset.model_validate(
        {
            "id": "weights:large",
            "tier": "upper",
            "content": "restricted",
            "compute": {"low": "1e25", "high": "1e26"},
            "compartments": [f"compartment-{number}" for number in range(50)],
            "note": "\U0001f600" * 500,
            "file": described,
        }
    )

    assert described.tensor_count == count
    assert 0 < len(described.tensors) <= 256
    event = fact_declared(0, asset.model_dump(mode="json", exclude_none=True))
    assert len(sealed(event).data) < MAX_ENTRY_BYTES


def test_files_that_differ_beyond_the_listed_tensors_differ_in_their_digest(
    tmp_path: Path,
) -> None:
    digests = set()
    for last in ("z1", "z2"):
        names = [f"t{number:04}" for number in range(300)] + [last]
        write(
            tmp_path / last,
            {name: entry(at, at + 1) for at, name in enumerate(names)},
            bytes(301),
        )
        digests.add(describe_weights(tmp_path / last).tensors_sha256)

    assert len(digests) == 2


def test_parts_of_bytes_are_counted_in_bits(path: Path) -> None:
    write(path, {"a": entry(0, 3, dtype="F4", shape=[6])}, bytes(3))

    assert describe_weights(path).tensors[0].shape == (6,)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x02\0\0\0\0\0\0",
        struct.pack("<Q", 1) + b"{",
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 100 * 1024 * 1024 + 1) + b"{}",
    ],
)
def test_an_impossible_header_length_is_refused(path: Path, data: bytes) -> None:
    path.write_bytes(data)

    assert "header length" in refused(path)


def test_a_file_that_ends_inside_its_header_is_refused(path: Path) -> None:
    path.write_bytes(struct.pack("<Q", 100) + b"{}")

    assert "ends inside" in refused(path)


@pytest.mark.parametrize(
    "header",
    [
        b"no json at all",
        b"\xff\xfe{}",
        b'{"a": ' * 5000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a": 1, "a": 1}',
    ],
)
def test_a_header_that_is_not_json_is_refused(path: Path, header: bytes) -> None:
    write(path, header)

    assert "not JSON" in refused(path)


def test_a_header_of_another_shape_is_refused(path: Path) -> None:
    write(path, [1, 2])

    assert "object" in refused(path)


@pytest.mark.parametrize(
    "header",
    [
        {"a": "text"},
        {"a": {"dtype": "U8", "shape": [2]}},
        {"a": entry(0, 2, more=1)},
        {"a": entry(0, 2, dtype="X8")},
        {"a": entry(0, 2, dtype=8)},
        {"a": entry(0, 2, shape="12")},
        {"a": entry(0, 2, shape={})},
        {"a": entry(0, 2, shape=[2.0])},
        {"a": entry(0, 2, shape=[True, 2])},
        {"a": entry(0, 2, shape=[-2])},
        {"a": entry(0, 2, shape=[1] * 64 + [2])},
        {"a": entry(0, 2, shape=[3])},
        {"a": entry(0, 2, data_offsets=[0])},
        {"a": entry(0, 2, data_offsets=["0", "2"])},
        {"a": entry(0, 2, data_offsets=[0.0, 2])},
        {"a": entry(0, 2, data_offsets=[False, 2])},
        {"a": entry(0, 2, data_offsets=[-1, 1])},
        {"a": entry(0, 2, data_offsets=[2, 0])},
        {"": entry(0, 2)},
        {"a\nb": entry(0, 2)},
        {"a": entry(0, 2), "b": entry(1, 2)},
        {"a": entry(1, 2)},
        {"a": entry(0, 1), "b": entry(2, 3)},
    ],
    ids=str,
)
def test_a_wrong_tensor_is_refused(path: Path, header: dict[str, Any]) -> None:
    write(path, header, b"ab")

    assert "entry in the header" in refused(path)


@pytest.mark.parametrize("size", [0, 1, 3, 3 * 1024 * 1024])
def test_a_body_of_another_length_is_refused(path: Path, size: int) -> None:
    write(path, {"a": entry(0, 2)}, bytes(size))

    assert "as long as" in refused(path)


def test_a_huge_file_behind_a_small_header_is_not_read_whole(path: Path) -> None:
    write(path, {"a": entry(0, 2)}, b"ab")
    os.truncate(path, 1 << 42)

    assert "as long as" in refused(path)


@pytest.mark.parametrize(
    "make",
    [os.mkfifo, os.mkdir, lambda path: os.symlink("gone", path), lambda _: None],
)
def test_what_can_not_be_read_is_refused_at_once(
    path: Path, make: Callable[[Path], None]
) -> None:
    make(path)

    with pytest.raises(DeclarationError) as caught:
        describe_weights(path)

    assert caught.value.code == "weights-unreadable"
    assert caught.value.next_step
