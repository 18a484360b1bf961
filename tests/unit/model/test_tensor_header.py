"""A safetensors header is read as it is, or refused with the rule that it breaks."""

import json
import struct
from typing import Any

import numpy as np
import pytest
from safetensors import SafetensorError
from safetensors.numpy import load, save

from ringwall.model.tensor_header import (
    LENGTH_BYTES,
    MAX_HEADER_BYTES,
    TensorEntry,
    parse_header_length,
    parse_tensor_header,
)


def entry(start: int, stop: int, **changes: object) -> dict[str, object]:
    return {
        "dtype": "U8",
        "shape": [stop - start],
        "data_offsets": [start, stop],
        **changes,
    }


def refused(header: bytes) -> str:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is returned
        parse_tensor_header(header)
    return str(caught.value)


def test_what_the_library_writes_is_read_back() -> None:
    data = save(
        {
            "b": np.zeros((2, 3), np.float16),
            "a": np.zeros((), np.int64),
            "none": np.zeros((0, 4), np.uint8),
        },
        {"format": "np", "note": "naïve"},
    )
    length = parse_header_length(data[:LENGTH_BYTES])

    header = parse_tensor_header(data[LENGTH_BYTES : LENGTH_BYTES + length])

    assert header.metadata == {"format": "np", "note": "naïve"}
    assert header.body == len(data) - LENGTH_BYTES - length == 20
    found = {tensor.name: tensor for tensor in header.tensors}
    assert list(found) == ["a", "b", "none"]
    assert found["a"] == TensorEntry("a", "I64", (), 0, 8)
    assert (found["b"].dtype, found["b"].shape, found["b"].bits) == ("F16", (2, 3), 16)
    assert found["b"].stop - found["b"].start == 12
    assert found["none"].start == found["none"].stop


def test_a_header_without_tensors_is_read() -> None:
    header = parse_tensor_header(b"{}  ")

    assert (header.tensors, header.metadata, header.body) == ((), {}, 0)


@pytest.mark.parametrize("length", [2, 4096, MAX_HEADER_BYTES])
def test_a_length_is_eight_bytes_with_the_small_one_first(length: int) -> None:
    assert parse_header_length(struct.pack("<Q", length)) == length


@pytest.mark.parametrize(
    "prefix",
    [
        b"",
        b"\x02\0\0\0\0\0\0",
        struct.pack("<Q", 2) + b"{",
        struct.pack("<Q", 0),
        struct.pack("<Q", 1),
        struct.pack("<Q", MAX_HEADER_BYTES + 1),
        b"\xff" * 8,
    ],
)
def test_an_impossible_length_is_refused(prefix: bytes) -> None:
    with pytest.raises(ValueError, match="header length is impossible"):
        parse_header_length(prefix)


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"no json at all",
        b"\xff\xfe{}",
        b'{"a": ' * 5000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a": 1, "a": 1}',
        b'{"__metadata__": {"a": "1", "a": "1"}}',
        b'{"a": {"dtype": "U8", "shape": [0], "shape": [0], "data_offsets": [0, 0]}}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"{} {}",
    ],
)
def test_what_is_not_json_with_single_keys_is_refused(header: bytes) -> None:
    assert refused(header) == "its header is not JSON"


@pytest.mark.parametrize("header", [b"[1, 2]", b"1", b"null", b" {}", b"\n{}"])
def test_what_does_not_begin_as_an_object_is_refused(header: bytes) -> None:
    assert refused(header) == "its header is not a JSON object"


@pytest.mark.parametrize("metadata", [None, [], "text", {"a": 1}, {"a": {"b": "c"}}])
def test_metadata_other_than_text_by_text_is_refused(metadata: object) -> None:
    header = json.dumps({"__metadata__": metadata}).encode()

    assert refused(header) == "its metadata is not text by text"


@pytest.mark.parametrize(
    "header",
    [
        {"a": "text"},
        {"a": []},
        {"a": {"dtype": "U8", "shape": [2]}},
        {"a": entry(0, 2, more=1)},
        {"a": entry(0, 2, dtype="X8")},
        {"a": entry(0, 2, dtype=8)},
        {"a": entry(0, 2, dtype=["U8"])},
        {"a": entry(0, 2, shape="12")},
        {"a": entry(0, 2, shape={})},
        {"a": entry(0, 2, shape=[2.0])},
        {"a": entry(0, 2, shape=[True, 2])},
        {"a": entry(0, 2, shape=[-2])},
        {"a": entry(0, 2, shape=[-1, -2])},
        {"a": entry(0, 0, shape=[2**63, 0])},
        {"a": entry(0, 2, shape=[1] * 64 + [2])},
        {"a": entry(0, 2, shape=[3])},
        {"a": entry(0, 1, dtype="F4", shape=[1])},
        {"a": entry(0, 2, data_offsets=[0])},
        {"a": entry(0, 2, data_offsets=[0, 2, 2])},
        {"a": entry(0, 2, data_offsets=2)},
        {"a": entry(0, 2, data_offsets=["0", "2"])},
        {"a": entry(0, 2, data_offsets=[0.0, 2])},
        {"a": entry(0, 2, data_offsets=[False, 2])},
        {"a": entry(0, 2, data_offsets=[-1, 1])},
        {"a": entry(0, 2, data_offsets=[2, 0])},
        {"a": entry(0, 2), "b": entry(1, 2)},
        {"a": entry(0, 2), "b": entry(0, 2)},
        {"a": entry(1, 2)},
        {"a": entry(0, 1), "b": entry(2, 3)},
        {"a": entry(0, 2**63)},
        {"a": entry(0, 2**62, shape=[2**31, 2**31]), "b": entry(2**62, 2**63)},
    ],
    ids=str,
)
def test_a_wrong_tensor_is_refused(header: dict[str, Any]) -> None:
    said = json.dumps(header).encode()

    assert refused(said) == "a tensor's entry in the header is wrong"


def test_what_is_read_here_the_library_reads_as_well_and_nothing_else() -> None:
    headers = [
        {"a": entry(0, 2)},
        {"a": entry(0, 2), "b": entry(2, 2)},
        {"a": entry(2, 4), "b": entry(0, 2)},
        {"a": entry(0, 2, shape=[1, 2, 1])},
        {"a": entry(0, 2, shape=[3])},
        {"a": entry(1, 2)},
        {"a": entry(0, 2), "b": entry(1, 3)},
        {"a": entry(0, 2, dtype="U16", shape=[])},
    ]
    for header in headers:
        text = json.dumps(header).encode()
        try:
            body = parse_tensor_header(text).body
        except ValueError:
            with pytest.raises(SafetensorError):
                load(struct.pack("<Q", len(text)) + text + bytes(4))
        else:
            tensors = load(struct.pack("<Q", len(text)) + text + bytes(body))
            assert tensors.keys() == header.keys()
