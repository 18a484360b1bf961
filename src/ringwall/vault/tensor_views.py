"""Bytes of tensors seen as arrays, without a copy.

Must never give an array that can be written to, nor read an element type as another.
"""

import mmap
from contextlib import suppress
from importlib import import_module
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ringwall.base.errors import ActRefused
from ringwall.model.tensor_header import TensorEntry

__all__ = ["dtype_of", "fresh_memory", "raw_view", "view"]

# Bytes of a safetensors file are little-endian, whatever the machine is.
_NUMPY: Final = {
    "BOOL": "?",
    "U8": "u1",
    "I8": "i1",
    "U16": "<u2",
    "I16": "<i2",
    "F16": "<f2",
    "U32": "<u4",
    "I32": "<i4",
    "F32": "<f4",
    "U64": "<u8",
    "I64": "<i8",
    "F64": "<f8",
    "C64": "<c8",
}
_ML_DTYPES: Final = {
    "BF16": "bfloat16",
    "F8_E5M2": "float8_e5m2",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E8M0": "float8_e8m0fnu",
    "F8_E4M3FNUZ": "float8_e4m3fnuz",
    "F8_E5M2FNUZ": "float8_e5m2fnuz",
}
# Above this, the kernel is asked for pages of 2 MiB: a fault for each of 4 KiB costs
# more than the decryption of what lies in it.
_HUGE: Final = 2 * 1024 * 1024


def fresh_memory(size: int) -> memoryview:
    """Return memory for decrypted bytes, of its own pages, zero.

    It is left out of core dumps, and goes back to the system with the last view.

    Args:
        size: bytes.
    """
    if not size:
        return memoryview(bytearray())
    pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    pages.madvise(mmap.MADV_DONTDUMP)
    if size >= _HUGE:
        # Some kernels have none; it is only slower then.
        with suppress(OSError):
            pages.madvise(mmap.MADV_HUGEPAGE)
    return memoryview(pages)


def dtype_of(entry: TensorEntry) -> np.dtype[Any]:
    """Return the element type of a tensor in numpy.

    Raises:
        ActRefused: `tensor-without-dtype`, numpy has none such, even with `ml_dtypes`
            if that is installed.
    """
    name = _NUMPY.get(entry.dtype)
    if name is not None:
        return np.dtype(name)
    found = _foreign(entry.dtype)
    if found is None:
        raise ActRefused(
            "tensor-without-dtype",
            f"numpy has no element type for `{entry.name}` ({entry.dtype})",
            next_step="take `raw(name)`, or `all_raw()`; or install `ml_dtypes`",
        )
    return found


def view(entry: TensorEntry, data: memoryview) -> NDArray[Any]:
    """Return a tensor's bytes as a read-only array of its type and shape.

    Args:
        entry: the tensor.
        data: its bytes.

    Raises:
        ActRefused: as `dtype_of`.
    """
    return _array(data, dtype_of(entry), entry.shape)


def raw_view(entry: TensorEntry, data: memoryview) -> NDArray[Any]:
    """Return a tensor's bytes as unsigned numbers as wide as its elements, read-only.

    Elements of 4 and 6 bits have no width of their own: their bytes come in a row.

    Args:
        entry: the tensor.
        data: its bytes.
    """
    if entry.bits % 8:
        return _array(data, np.dtype("u1"), (len(data),))
    return _array(data, np.dtype(f"<u{entry.bits // 8}"), entry.shape)


def _array(
    data: memoryview, dtype: np.dtype[Any], shape: tuple[int, ...]
) -> NDArray[Any]:
    # Memory that is read-only itself: the flag of an array alone can be set back.
    flat = np.frombuffer(data.toreadonly(), np.uint8)
    return flat.view(dtype).reshape(shape)


def _foreign(name: str) -> np.dtype[Any] | None:
    """Return an element type that a package beside numpy knows, None if it doesn't."""
    try:
        module = import_module("ml_dtypes")
    except ImportError:
        return None
    kind = getattr(module, _ML_DTYPES.get(name, ""), None)
    return None if kind is None else np.dtype(kind)
