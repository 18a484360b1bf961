"""A safetensors file is opened by its header, and read tensor by tensor or whole."""

import json
import struct
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save

from ringwall.base.errors import ActRefused, IntegrityError
from ringwall.gate.denied import AccessDenied
from ringwall.vault.tensors import TensorInfo, Tensors
from tests.vault_files import Questions, opened

TENSORS: dict[str, NDArray[Any]] = {
    "a": np.arange(6, dtype=np.float32).reshape(2, 3),
    "b": np.arange(5, dtype=np.int8),
    "nothing": np.zeros((0, 7), np.float16),
    "scalar": np.array(9, np.int64),
}
DATA = save(TENSORS, {"format": "np"})
HEADER = 8 + struct.unpack("<Q", DATA[:8])[0]


def by_hand(entries: object, body: bytes = b"") -> bytes:
    text = entries if isinstance(entries, bytes) else json.dumps(entries).encode()
    return struct.pack("<Q", len(text)) + text + body


def one(dtype: str, shape: list[int], body: bytes) -> bytes:
    offsets = [0, len(body)]
    entry = {"dtype": dtype, "shape": shape, "data_offsets": offsets}
    return by_hand({"t": entry}, body)


def test_opening_asks_for_the_header_alone() -> None:
    asked = Questions()

    tensors = Tensors(opened(DATA, asked))

    assert asked == [(0, 8), (8, HEADER)]
    assert list(tensors) == list(tensors.keys()) == sorted(TENSORS)
    assert len(tensors) == 4
    assert "a" in tensors
    assert "c" not in tensors
    assert tensors.metadata == {"format": "np"}
    assert tensors.info("a") == TensorInfo("F32", (2, 3), 24)
    assert len(asked) == 2


def test_metadata_can_not_be_changed() -> None:
    with pytest.raises(TypeError):
        Tensors(opened(DATA)).metadata["format"] = "pt"  # type: ignore[index] # that is the test


def test_a_tensor_is_read_in_its_own_range() -> None:
    asked = Questions()
    tensors = Tensors(opened(DATA, asked))
    where = json.loads(DATA[8:HEADER])["b"]["data_offsets"]

    read = tensors["b"]

    np.testing.assert_array_equal(read, TENSORS["b"])
    assert not read.flags.writeable
    assert asked[2:] == [(HEADER + where[0], HEADER + where[1])]


@pytest.mark.parametrize("name", TENSORS)
def test_each_tensor_comes_as_it_was_written(name: str) -> None:
    read = Tensors(opened(DATA))[name]

    assert (read.dtype, read.shape) == (TENSORS[name].dtype, TENSORS[name].shape)
    np.testing.assert_array_equal(read, TENSORS[name])


def test_all_of_them_are_read_in_one_range() -> None:
    asked = Questions()
    tensors = Tensors(opened(DATA, asked))

    read = tensors.all()

    assert asked[2:] == [(HEADER, len(DATA))]
    assert read.keys() == TENSORS.keys()
    for name, tensor in TENSORS.items():
        assert (read[name].dtype, read[name].shape) == (tensor.dtype, tensor.shape)
        np.testing.assert_array_equal(read[name], tensor)
        assert not read[name].flags.writeable


def test_a_file_without_tensors_gives_none() -> None:
    tensors = Tensors(opened(by_hand({})))

    assert (len(tensors), tensors.all(), tensors.all_raw()) == (0, {}, {})


def test_names_work_as_keys_of_a_mapping() -> None:
    read = dict(Tensors(opened(DATA)))

    np.testing.assert_array_equal(read["a"], TENSORS["a"])


def test_a_name_that_is_not_there_is_a_key_error() -> None:
    tensors = Tensors(opened(DATA))
    for ask in (tensors.info, tensors.raw, tensors.__getitem__):
        with pytest.raises(KeyError):
            ask("c")


def test_a_type_that_numpy_lacks_is_read_raw_and_refused_before_it_is_read() -> None:
    asked = Questions()
    tensors = Tensors(opened(one("BF16", [2], b"\x80\x3f\0\x40"), asked))

    with pytest.raises(ActRefused) as caught:
        tensors["t"]
    assert caught.value.code == "tensor-without-dtype"
    with pytest.raises(ActRefused, match="BF16"):
        tensors.all()
    assert len(asked) == 2
    assert tensors.raw("t").tolist() == [0x3F80, 0x4000]
    assert tensors.all_raw()["t"].dtype == np.uint16


def test_what_was_read_stays_after_the_end_and_nothing_more_is_read() -> None:
    with Tensors(opened(DATA)) as tensors:
        kept = tensors["a"]

    np.testing.assert_array_equal(kept, TENSORS["a"])
    assert tensors.info("a").bytes == 24
    with pytest.raises(ValueError, match="closed"):
        tensors["a"]
    with pytest.raises(ValueError, match="closed"):
        tensors.all()


def test_over_budget_is_a_deny_in_the_middle_and_what_was_read_stays() -> None:
    tensors = Tensors(opened(DATA, Questions(HEADER + 30)))

    kept = tensors["a"]
    with pytest.raises(AccessDenied):
        tensors.all()

    np.testing.assert_array_equal(kept, TENSORS["a"])
    assert tensors["b"].tolist() == [0, 1, 2, 3, 4]


def test_a_deny_of_the_header_closes_the_file() -> None:
    file = opened(DATA, Questions(8))

    with pytest.raises(AccessDenied):
        Tensors(file)

    assert file.closed


def malformed(data: bytes, *, size: int | None = None) -> str:
    file = opened(data, size=size)
    with pytest.raises(IntegrityError) as caught:
        Tensors(file)
    assert caught.value.code == "tensors-malformed"
    assert caught.value.exit_code == 6
    assert file.closed
    return caught.value.message


@pytest.mark.parametrize("data", [b"", b"\x02\0\0", b"\xff" * 20, bytes(20)])
def test_a_file_that_begins_otherwise_is_refused(data: bytes) -> None:
    assert "header length is impossible" in malformed(data)


def test_a_header_longer_than_the_file_is_refused_before_there_is_memory_for_it() -> (
    None
):
    assert "ends inside its header" in malformed(struct.pack("<Q", 100 << 20) + b"{}")


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (b"{" + b"x" * 50, "not JSON"),
        (b'{"a": 1, "a": 2}', "not JSON"),
        ([], "not a JSON object"),
        ({"__metadata__": {"a": 1}}, "metadata"),
        ({"a": {"dtype": "U8", "shape": [9], "data_offsets": [0, 4]}}, "entry"),
        ({"a": {"dtype": "U8", "shape": [4], "data_offsets": [1, 5]}}, "entry"),
        ({"a": {"dtype": "U8", "shape": [1 << 62], "data_offsets": [0, 4]}}, "entry"),
        (
            {
                "a": {"dtype": "U8", "shape": [3], "data_offsets": [0, 3]},
                "b": {"dtype": "U8", "shape": [2], "data_offsets": [2, 4]},
            },
            "entry",
        ),
    ],
    ids=str,
)
def test_a_hostile_header_is_refused(header: object, said: str) -> None:
    assert said in malformed(by_hand(header, bytes(4)))


@pytest.mark.parametrize("size", [0, 3, 5])
def test_a_file_of_another_length_than_its_header_says_is_refused(size: int) -> None:
    entry = {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}

    assert "as long as" in malformed(by_hand({"a": entry}, bytes(size)))


def test_a_header_of_more_bytes_than_there_can_be_is_refused_without_memory() -> None:
    entry = {"dtype": "U8", "shape": [1 << 60], "data_offsets": [0, 1 << 60]}
    data = by_hand({"a": entry})

    tensors = Tensors(opened(data, size=len(data) + (1 << 60)))

    # As long as it says; there is no memory for the tensor, so it is not read.
    with pytest.raises(OSError, match="memory"):
        tensors["a"]
