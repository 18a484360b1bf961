"""Bytes are seen as the arrays that they are, and can't be written to."""

import mmap
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from ringwall.base.errors import ActRefused
from ringwall.model.tensor_header import TensorEntry
from ringwall.vault.tensor_views import dtype_of, fresh_memory, raw_view, view


def entry(dtype: str, shape: tuple[int, ...], size: int) -> TensorEntry:
    return TensorEntry("t", dtype, shape, 0, size)


@pytest.mark.parametrize("size", [0, 1, 4096, 5000, 2 * 1024 * 1024 + 1])
def test_fresh_memory_is_zero_and_of_the_size_asked_for(size: int) -> None:
    memory = fresh_memory(size)

    assert len(memory) == size
    assert not memory.readonly
    assert bytes(memory) == bytes(size)


def test_fresh_memory_does_not_go_into_a_core_dump() -> None:
    size = 16 * 4096
    memory = fresh_memory(size)
    memory[:] = b"x" * size
    at = np.frombuffer(memory, np.uint8).ctypes.data

    flags = _flags_of(at)

    assert "dd" in flags  # "do not include area into core dump", proc(5)


def test_a_kernel_without_huge_pages_gives_fresh_memory_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mmap, "MADV_HUGEPAGE", 9999)

    assert len(fresh_memory(4 * 1024 * 1024)) == 4 * 1024 * 1024


@pytest.mark.parametrize(
    ("dtype", "kind"),
    [
        ("BOOL", np.bool_),
        ("U8", np.uint8),
        ("I8", np.int8),
        ("U16", np.uint16),
        ("I16", np.int16),
        ("F16", np.float16),
        ("U32", np.uint32),
        ("I32", np.int32),
        ("F32", np.float32),
        ("U64", np.uint64),
        ("I64", np.int64),
        ("F64", np.float64),
        ("C64", np.complex64),
    ],
)
def test_each_type_that_numpy_has_is_seen_as_that(
    dtype: str, kind: type[np.generic]
) -> None:
    values = np.arange(6).astype(kind).reshape(2, 3)

    seen = view(entry(dtype, (2, 3), values.nbytes), memoryview(values.tobytes()))

    assert seen.dtype == values.dtype
    np.testing.assert_array_equal(seen, values)


def test_a_view_is_no_copy_and_can_not_be_made_writable() -> None:
    memory = fresh_memory(8)

    seen = view(entry("U16", (4,), 8), memory)
    memory[:2] = b"\x01\x02"

    assert seen[0] == 0x0201
    with pytest.raises(ValueError, match="read-only"):
        seen[0] = 1
    with pytest.raises(ValueError, match="WRITEABLE"):
        seen.flags.writeable = True


def test_scalars_and_tensors_without_elements_keep_their_shape() -> None:
    assert view(entry("F32", (), 4), memoryview(bytes(4))).shape == ()
    assert view(entry("F32", (0, 4), 0), fresh_memory(0)).shape == (0, 4)


def test_a_tensor_that_begins_at_an_odd_byte_is_seen_as_it_is() -> None:
    data = memoryview(b"x" + np.arange(3, dtype="<f4").tobytes())

    assert view(entry("F32", (3,), 12), data[1:]).tolist() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize("dtype", ["BF16", "F8_E4M3", "F4", "F6_E2M3"])
def test_a_type_that_numpy_lacks_is_refused_and_the_way_out_named(dtype: str) -> None:
    with pytest.raises(ActRefused) as caught:
        dtype_of(entry(dtype, (2,), 4))

    assert caught.value.code == "tensor-without-dtype"
    assert "`t`" in caught.value.message
    assert "raw" in caught.value.next_step


def test_a_package_that_has_the_type_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    # Stands for the package of that name, which need not be installed.
    module = SimpleNamespace(bfloat16=np.dtype("<u2"))
    monkeypatch.setitem(sys.modules, "ml_dtypes", module)

    assert view(entry("BF16", (1,), 2), memoryview(b"\x01\x02")).tolist() == [0x0201]
    with pytest.raises(ActRefused, match="F4"):
        dtype_of(entry("F4", (2,), 1))
    with pytest.raises(ActRefused, match="F8_E4M3"):
        dtype_of(entry("F8_E4M3", (2,), 2))


@pytest.mark.parametrize(
    ("dtype", "shape", "size", "kind"),
    [
        ("BF16", (2, 2), 8, "<u2"),
        ("F8_E5M2", (8,), 8, "u1"),
        ("F32", (2,), 8, "<u4"),
        ("C64", (1,), 8, "<u8"),
        ("BOOL", (8,), 8, "u1"),
    ],
)
def test_raw_numbers_have_the_width_and_shape_of_the_elements(
    dtype: str, shape: tuple[int, ...], size: int, kind: str
) -> None:
    data = memoryview(bytes(range(size)))

    seen = raw_view(entry(dtype, shape, size), data)

    assert (seen.dtype, seen.shape) == (np.dtype(kind), shape)
    assert seen.tobytes() == data
    assert not seen.flags.writeable


@pytest.mark.parametrize(("dtype", "shape"), [("F4", (6,)), ("F6_E3M2", (2, 2))])
def test_parts_of_bytes_come_as_bytes_in_a_row(
    dtype: str, shape: tuple[int, ...]
) -> None:
    assert raw_view(entry(dtype, shape, 3), memoryview(b"abc")).tolist() == [*b"abc"]


def _flags_of(at: int) -> list[str]:
    """Return the flags that the kernel keeps of the memory at an address."""
    found = False
    with open("/proc/self/smaps", encoding="ascii") as lines:
        for line in lines:
            first = line.split(maxsplit=1)[0]
            if "-" in first:
                start, end = (int(side, 16) for side in first.split("-"))
                found = start <= at < end
            elif found and first == "VmFlags:":
                return line.split()[1:]
    raise AssertionError("no such memory")
